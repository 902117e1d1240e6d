//! A whole file: its header, its sections and their entries.

use super::entries;
use super::entry::{Entry, Mark, Read, Source};
use super::layout::{self, Block, Line};
use super::lexer::{self, Comment, Token, TokenKind};
use super::tree::{File, Name, Span};
use super::words::{HEADERS, SECTIONS};
use crate::Diagnostic;
use crate::suggest::nearest;

/// A file as it was understood, what was not, and what the formatter needs.
#[derive(Debug)]
pub(crate) struct Parsed {
    pub(crate) file: File,
    pub(crate) faults: Vec<Diagnostic>,
    pub(crate) tokens: Vec<Token>,
    pub(crate) comments: Vec<Comment>,
    pub(crate) marks: Vec<Mark>,
    pub(crate) blocks: Vec<Block>,
}

/// Reads the text of `file`.
pub(crate) fn parse(file: &str, text: &str) -> Parsed {
    let lexed = lexer::lex(text);
    let layout = layout::layout(&lexed.tokens);
    let mut reader = Reader {
        source: Source {
            file,
            text,
            tokens: &lexed.tokens,
        },
        tree: File::default(),
        faults: Vec::new(),
        marks: vec![Mark::default(); lexed.tokens.len()],
    };
    reader.tree.story = story(text, &lexed.comments, lexed.tokens.first());
    if reader.is_text(&lexed.comments, &layout.blocks) {
        reader.read(&layout, lexed.tab);
    } else {
        reader.tree.incomplete = true;
    }
    let Reader {
        tree,
        faults,
        marks,
        ..
    } = reader;
    Parsed {
        file: tree,
        faults,
        marks,
        tokens: lexed.tokens,
        comments: lexed.comments,
        blocks: layout.blocks,
    }
}

/// The comment lines above the header, as one text.
fn story(text: &str, comments: &[Comment], first: Option<&Token>) -> String {
    let end = first.map_or(usize::MAX, |token| token.start);
    comments
        .iter()
        .take_while(|comment| comment.start < end)
        .map(|comment| {
            text[comment.start..comment.end]
                .trim_start_matches('#')
                .trim()
        })
        .collect::<Vec<_>>()
        .join("\n")
}

struct Reader<'a> {
    source: Source<'a>,
    tree: File,
    faults: Vec<Diagnostic>,
    marks: Vec<Mark>,
}

impl<'a> Reader<'a> {
    /// Whether this can be a model file at all; otherwise one fault says why, not hundreds.
    fn is_text(&mut self, comments: &[Comment], blocks: &[Block]) -> bool {
        let Source { file, text, tokens } = self.source;
        if let Some(at) = text.find('\0') {
            let fault = Diagnostic::new(
                "not-text",
                file,
                Some(at..at + 1),
                "this is not a text file",
            );
            self.faults
                .push(fault.help("a model file is plain text in UTF-8"));
            return false;
        }
        if tokens.is_empty() {
            let message = if comments.is_empty() {
                "this file is empty"
            } else {
                "this file holds nothing but comments"
            };
            let fault = Diagnostic::new("no-header", file, None, message);
            self.faults
                .push(fault.help("begin it with `module` and its path, as in `module immune.t17`"));
            return false;
        }
        let known = blocks.iter().any(|block| {
            let word = self.word(block.head.from);
            HEADERS.contains(&word) || SECTIONS.contains(&word)
        });
        if !known {
            let token = tokens[0];
            let fault = Diagnostic::new(
                "no-header",
                file,
                Some(token.start..token.end),
                "this does not look like a model file",
            );
            self.faults
                .push(fault.help("begin it with `module` and its path, as in `module immune.t17`"));
        }
        known
    }

    fn word(&self, index: usize) -> &'a str {
        let token = self.source.tokens[index];
        &self.source.text[token.start..token.end]
    }

    fn fault_at(&mut self, index: usize, code: &'static str, message: String, help: &str) {
        let token = self.source.tokens[index];
        let span = Some(token.start..token.end);
        let fault = Diagnostic::new(code, self.source.file, span, message).help(help);
        self.faults.push(fault);
    }

    fn read(&mut self, layout: &layout::Layout, tab: Option<usize>) {
        if let Some(at) = tab {
            let fault = Diagnostic::new(
                "tab",
                self.source.file,
                Some(at..at + 1),
                "a tab indents this line",
            );
            self.faults
                .push(fault.help("indent with spaces: a tab has no agreed width"));
        }
        let mut header = false;
        let mut blocks = layout.blocks.iter().peekable();
        if let Some(block) = blocks.peek()
            && HEADERS.contains(&self.word(block.head.from))
        {
            header = true;
            self.header(block);
            blocks.next();
        }
        if !header {
            self.fault_at(
                0,
                "no-header",
                "the file does not begin with `module` or `model`".to_owned(),
                "begin it with `module` and its path, as in `module immune.t17`",
            );
        }
        if let Some(line) = layout.stray.first() {
            self.tree.incomplete = true;
            self.fault_at(
                line.from,
                "layout",
                "this line belongs to no section".to_owned(),
                "a section such as `species` starts in the first column, above its entries",
            );
        }
        for block in blocks {
            self.block(block);
        }
    }

    fn header(&mut self, block: &Block) {
        self.tree.root = self.word(block.head.from) == "model";
        let outcome = self.with(block.head, |entry| {
            entry.at += 1;
            let path = entry.path("the path of the module")?;
            entry.end("the header")?;
            Ok(path)
        });
        if let Some(path) = outcome {
            self.tree.path = path;
        }
        if let Some(entry) = block.entries.first() {
            self.tree.incomplete = true;
            self.fault_at(
                entry.from,
                "layout",
                "this line belongs to no section".to_owned(),
                "a section such as `species` starts in the first column, above its entries",
            );
        }
    }

    fn block(&mut self, block: &Block) {
        let word = self.word(block.head.from);
        let mut section = SECTIONS.iter().find(|known| **known == word).copied();
        if section.is_none() {
            section = self.unknown_section(block, word);
        }
        let Some(section) = section else {
            return;
        };
        if block.head.to > block.head.from + 1 {
            self.tree.incomplete = true;
            self.fault_at(
                block.head.from + 1,
                "layout",
                format!("something follows `{section}` in its line"),
                "write each entry on a line of its own, indented",
            );
        }
        for &line in &block.entries {
            self.entry(section, line);
        }
    }

    fn unknown_section(&mut self, block: &Block, word: &str) -> Option<&'static str> {
        let near = nearest(word, SECTIONS.iter().copied());
        let (message, help) = if HEADERS.contains(&word) {
            (
                format!("`{word}` stands a second time"),
                "a file is one module".to_owned(),
            )
        } else {
            let help = match near {
                Some(section) => format!("did you mean `{section}`?"),
                None => format!(
                    "sections are {}; an entry of a section is indented",
                    SECTIONS.join(", ")
                ),
            };
            (format!("`{word}` is not a section"), help)
        };
        self.fault_at(block.head.from, "unknown-section", message, &help);
        let near = SECTIONS
            .iter()
            .find(|section| near == Some(**section))
            .copied();
        self.tree.incomplete |= near.is_none();
        near
    }

    /// Runs `read` over one line; a fault is collected.
    fn with<T>(&mut self, line: Line, read: impl FnOnce(&mut Entry<'_>) -> Read<T>) -> Option<T> {
        let mut entry = Entry {
            source: self.source,
            at: line.from,
            from: line.from,
            to: line.to,
            marks: &mut self.marks,
            faults: &mut self.faults,
        };
        match read(&mut entry) {
            Ok(value) => Some(value),
            Err(fault) => {
                self.faults.push(*fault);
                None
            }
        }
    }

    fn entry(&mut self, section: &str, line: Line) {
        macro_rules! read {
            ($list:ident, $read:expr) => {
                match self.with(line, $read) {
                    Some(value) => {
                        self.tree.$list.push(value);
                        true
                    }
                    None => false,
                }
            };
        }
        let whole = match section {
            "use" => match self.with(line, entries::uses) {
                Some(paths) => {
                    self.tree.uses.extend(paths);
                    true
                }
                None => false,
            },
            "tissues" => read!(tissues, entries::tissue),
            "needs" => read!(needs, entries::need),
            "covariates" => read!(covariates, entries::covariate),
            "inputs" => read!(inputs, |entry| entries::declared(entry, "input")),
            "open" => read!(opens, |entry| entries::declared(entry, "open sum")),
            "species" => read!(species, entries::species),
            "parameters" => read!(parameters, entries::parameter),
            "functions" => read!(functions, entries::function),
            "where" => read!(definitions, entries::definition),
            "add" => read!(adds, entries::definition),
            "reactions" => read!(reactions, entries::reaction),
            "routes" => read!(routes, entries::route),
            "regimens" => read!(regimens, entries::regimen),
            "outputs" => read!(outputs, entries::output),
            "checks" => read!(checks, entries::check),
            _ => true,
        };
        let token = self.source.tokens[line.from];
        let names = !matches!(
            section,
            "use" | "add" | "reactions" | "routes" | "regimens" | "outputs" | "checks"
        );
        if !whole && names && token.kind == TokenKind::Name {
            self.tree.broken.push(Name {
                text: self.word(line.from).to_owned(),
                span: Span {
                    start: token.start,
                    end: token.end,
                },
            });
        }
    }
}
