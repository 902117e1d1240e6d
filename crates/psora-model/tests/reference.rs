//! Runs the language reference: every example of `book/src/language/` does what its page
//! says.
//!
//! `psora` blocks that follow each other are the files of one model. The block after them
//! says what must come of it: `diagnostics` (word for word), `equations` (with the treatments
//! named behind the word), `show NAME`, or `formatted`. With `PSORA_BLESS` set, the pages are
//! rewritten with what came, to be read before they are kept.

mod support;

use psora_model::Diagnostics;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../book/src/language")
}

fn pages() -> Vec<PathBuf> {
    let mut pages: Vec<PathBuf> = fs::read_dir(folder())
        .expect("the reference exists")
        .map(|entry| entry.expect("readable").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "md"))
        .collect();
    pages.sort();
    pages
}

/// A fenced block: its words behind the fence, and its text.
struct Block {
    words: String,
    text: String,
}

/// Text outside of blocks, and blocks, in order.
enum Piece {
    Prose(String),
    Block(Block),
}

fn pieces(page: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut prose = String::new();
    let mut block: Option<Block> = None;
    for line in page.split_inclusive('\n') {
        match (&mut block, line.strip_prefix("```")) {
            (None, Some(words)) => {
                pieces.push(Piece::Prose(std::mem::take(&mut prose)));
                block = Some(Block {
                    words: words.trim().to_owned(),
                    text: String::new(),
                });
            }
            (Some(_), Some(_)) => pieces.extend(block.take().map(Piece::Block)),
            (Some(block), None) => block.text.push_str(line),
            (None, None) => prose.push_str(line),
        }
    }
    pieces.push(Piece::Prose(prose));
    pieces
}

/// What the model of `texts` says to a block that begins with `words`.
fn answer(words: &str, texts: &[String]) -> Result<String, String> {
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let mut words = words.split_whitespace();
    let kind = words.next().unwrap_or_default();
    let rest: Vec<&str> = words.collect();
    if kind == "formatted" {
        return psora_model::format("example.psora", texts[0])
            .map_err(|faults| faults.render(false));
    }
    let read = support::model(&texts);
    let failed = |faults: Diagnostics| faults.render(false);
    match kind {
        "diagnostics" => match read {
            Ok(_) => Err("the model has no fault".to_owned()),
            Err(faults) => Ok(faults.render(false)),
        },
        "equations" => {
            let model = read.map_err(failed)?;
            Ok(support::print(&model.lower(&rest)))
        }
        "show" => {
            let model = read.map_err(failed)?;
            model
                .describe(rest.first().unwrap_or(&""))
                .map_err(|near| format!("near: {near:?}"))
        }
        other => Err(format!("nobody knows what `{other}` asks for")),
    }
}

/// Whether a block is a file of a model: `psora`, or `psora PATH` where its header says
/// another path.
fn is_file(block: &Block) -> bool {
    block.words.split(' ').next() == Some("psora")
}

/// The text of a file, with its path in front where the block names one.
fn named(block: &Block) -> String {
    match block.words.split_once(' ') {
        Some((_, path)) => format!("{}{path}\n{}", support::PATH, block.text),
        None => block.text.clone(),
    }
}

fn tidy(text: &str) -> String {
    let lines: Vec<&str> = text.trim_end().lines().map(str::trim_end).collect();
    format!("{}\n", lines.join("\n"))
}

#[test]
fn every_example_of_the_reference_does_what_its_page_says() {
    let bless = std::env::var_os("PSORA_BLESS").is_some();
    let mut wrong = Vec::new();
    let mut run = 0;
    for path in pages() {
        let page = fs::read_to_string(&path).expect("readable");
        let mut texts: Vec<String> = Vec::new();
        let mut answered = true;
        let mut out = String::new();
        for piece in pieces(&page) {
            let block = match piece {
                Piece::Prose(prose) => {
                    out.push_str(&prose);
                    continue;
                }
                Piece::Block(block) => block,
            };
            let mut text = block.text.clone();
            if is_file(&block) {
                if std::mem::take(&mut answered) {
                    texts.clear();
                }
                texts.push(named(&block));
            } else if ["diagnostics", "equations", "show", "formatted"]
                .iter()
                .any(|kind| block.words.starts_with(kind))
            {
                answered = true;
                run += 1;
                let came =
                    answer(&block.words, &texts).unwrap_or_else(|why| format!("FAILED: {why}"));
                let came = tidy(&came);
                if came != tidy(&block.text) {
                    wrong.push(format!("{}: {}\n{came}", path.display(), block.words));
                    text = came;
                }
            }
            out.push_str(&format!("```{}\n{text}```\n", block.words));
        }
        if bless && out != page {
            fs::write(&path, out).expect("writable");
        }
    }
    assert!(run > 20, "only {run} examples were found");
    assert!(bless || wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_example_is_laid_out_as_the_formatter_would() {
    let bless = std::env::var_os("PSORA_BLESS").is_some();
    for path in pages() {
        let page = fs::read_to_string(&path).expect("readable");
        let mut blessed = page.clone();
        let mut before: Vec<String> = Vec::new();
        for piece in pieces(&page) {
            let Piece::Block(block) = piece else { continue };
            if is_file(&block) {
                before.push(block.text);
                continue;
            }
            // A faulty example may be faulty in its layout.
            let faulty = block.words == "diagnostics";
            for text in before.drain(..).filter(|_| !faulty) {
                let laid_out =
                    psora_model::format("example.psora", &text).expect("a good example parses");
                assert!(bless || text == laid_out, "{}:\n{laid_out}", path.display());
                blessed = blessed.replace(&text, &laid_out);
            }
        }
        if blessed != page {
            fs::write(&path, blessed).expect("writable");
        }
    }
}

/// The codes in the table of the errors page, with every code that its examples show.
#[test]
fn every_kind_of_fault_has_its_line_and_its_example() {
    let page = fs::read_to_string(folder().join("errors.md")).expect("the page exists");
    let table: BTreeSet<String> = page
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
        .map(str::to_owned)
        .collect();
    let mut shown = BTreeSet::new();
    for path in pages() {
        let page = fs::read_to_string(path).expect("readable");
        let mut texts: Vec<String> = Vec::new();
        let mut answered = true;
        for piece in pieces(&page) {
            let Piece::Block(block) = piece else { continue };
            if is_file(&block) {
                if std::mem::take(&mut answered) {
                    texts.clear();
                }
                texts.push(named(&block));
            } else {
                answered = true;
                if block.words == "diagnostics" {
                    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
                    shown.extend(support::codes(&texts).into_iter().map(str::to_owned));
                }
            }
        }
    }
    let unexplained: Vec<_> = shown.difference(&table).collect();
    assert!(
        unexplained.is_empty(),
        "not in the table of errors.md: {unexplained:?}"
    );
    // A page cannot hold what is no text.
    shown.insert("not-text".to_owned());
    let unshown: Vec<_> = table.difference(&shown).collect();
    assert!(unshown.is_empty(), "no example shows {unshown:?}");
}
