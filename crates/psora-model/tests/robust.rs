//! No text is a panic, faults do not cascade, and layout keeps meaning.

mod support;

use proptest::prelude::*;
use psora_model::{Diagnostics, Model, format};
use support::{Texts, codes, faults, files, good};

/// A file with every kind of entry.
fn example() -> String {
    let page = include_str!("../../../book/src/language/grammar.md");
    let text = page
        .split("```psora\n")
        .nth(1)
        .and_then(|rest| rest.split("```").next());
    text.expect("the grammar page has an example")
        .replace("model example", "module example")
}

fn read(text: &str) -> Result<Model, Diagnostics> {
    let (root, mut all) = files(&["module example\n"]);
    all.0.insert("example.psora".to_owned(), text.to_owned());
    Model::read(&root, &all)
}

#[test]
fn a_file_cut_anywhere_is_a_diagnostic_or_a_model() {
    let text = example();
    for end in (0..text.len()).filter(|&end| text.is_char_boundary(end)) {
        if let Err(faults) = read(&text[..end]) {
            assert!(!faults.list.is_empty());
            let _ = faults.render(false);
        }
    }
}

#[test]
fn garbage_is_one_fault_or_few() {
    for (text, code) in [
        ("", "no-header"),
        ("\n\n  \n", "no-header"),
        ("# only a comment\n", "no-header"),
        ("\u{0}\u{1}\u{2}module x\n", "not-text"),
        ("PK\u{3}\u{4} zip zap\nfoo\nbar\nbaz\n", "no-header"),
        ("module\n", "syntax"),
        ("module example extra\n", "syntax"),
    ] {
        let faults = read(text).map(|model| model.summary()).expect_err(text);
        assert_eq!(
            faults.list[0].code,
            code,
            "{text:?}\n{}",
            faults.render(false)
        );
        assert!(faults.list.len() <= 2, "{}", faults.render(false));
    }
}

#[test]
fn a_missing_root_is_a_fault() {
    let faults = Model::read("psoriasis.psora", &Texts::default())
        .map(|model| model.summary())
        .expect_err("nothing is there");
    assert!(faults.render(false).contains("there is no such file"));
}

#[test]
fn windows_line_ends_read_like_others() {
    let text = example();
    let one = read(&text).expect("good").lower(&[]);
    let other = read(&text.replace('\n', "\r\n")).expect("good").lower(&[]);
    assert_eq!(support::print(&one), support::print(&other));
    assert_eq!(
        format("a", &text.replace('\n', "\r\n")).expect("good"),
        text
    );
}

#[test]
fn ten_thousand_brackets_are_a_fault_and_no_overflow() {
    let many = 10_000;
    for expression in [
        format!("{}1{}", "(".repeat(many), ")".repeat(many)),
        format!("{}1", "-".repeat(many)),
        format!("1{}", " + 1".repeat(many)),
        format!("2{}", " ^ 2".repeat(many)),
        format!("{}1{}", "exp(".repeat(many), ")".repeat(many)),
        "if 1 < 2 then ".repeat(many) + "1",
        "(".repeat(many),
    ] {
        let text = format!("module example\nwhere\n  x = {expression}\n");
        assert_eq!(codes(&[&text]), ["too-deep"], "{}", &expression[..20]);
    }
}

#[test]
fn a_long_chain_of_definitions_is_no_danger() {
    let mut text = String::from(
        "module example\ntissues\n  body : body\nspecies\n  s = 1 1 in body\nwhere\n  x0 = s\n",
    );
    for i in 1..20_000 {
        text.push_str(&format!("  x{i} = x{} + 1\n", i - 1));
    }
    text.push_str("reactions\n  r : -> s at x19999 / 1 day\n");
    let lowered = good(&[&text]).lower(&[]);
    assert!(lowered.equations.graph.len() > 19_999);
}

#[test]
fn functions_that_call_each_other_twice_do_not_explode() {
    let mut text = String::from(
        "module example\ntissues\n  body : body\nspecies\n  s = 1 1 in body\nfunctions\n  f0(x) = x + 1\n",
    );
    for i in 1..25 {
        text.push_str(&format!("  f{i}(x) = f{}(x) + f{0}(x + 1)\n", i - 1));
    }
    text.push_str("reactions\n  r : -> s at f24(s) / 1 day\n");
    // More functions in a row than are allowed, or quickly done: 2^24 calls would take minutes.
    if let Ok(model) = support::model(&[&text]) {
        let _ = model.lower(&[]);
    }
}

#[test]
fn deep_functions_that_call_each_other_are_a_fault_and_no_overflow() {
    let mut text = String::from("module example\nfunctions\n  f0(x) = x\n");
    for i in 1..28 {
        text.push_str(&format!(
            "  f{i}(x) = f{}(x){}\n",
            i - 1,
            " + 1".repeat(240)
        ));
    }
    text.push_str("where\n  y = f27(1)\n");
    assert!(codes(&[&text]).iter().all(|code| *code == "too-deep"));
}

#[test]
fn what_failed_once_is_not_reported_where_it_is_used() {
    let text = "module a\ntissues\n  body : body\nspecies\n  s = 1 1 in body\nparameters\n  k = 1 range 0 .. 2 [assumed: x]\nwhere\n  x = k * missing\n  y = x + missing\n  z = y + k\nreactions\n  r : -> s at z * k / 1 day\n  q : s -> at missing\n";
    let user = "module b\nneeds\n  k : 1/day from a\n  z : mg from a\nwhere\n  w = z * k + z\n";
    assert_eq!(codes(&[text, user]), ["no-unit", "unknown-name"]);
}

#[test]
fn a_section_that_cannot_be_read_hides_no_faults_and_makes_none() {
    let text = "module a\ntissues\n  body : body\nspecies\n  s = 1 1 in body\ncheese\n  k = 1 1/day\nreactions\n  r : s -> at k * s\n  q : s -> at s\n";
    assert_eq!(codes(&[text]), ["unknown-section", "wrong-unit"]);
}

#[test]
fn faults_of_all_files_come_in_order() {
    let file = |path: &str| format!("module {path}\nwhere\n  x = missing\n  y = 1 + 1 day\n");
    let found = faults(&[&file("b"), &file("a")]);
    let places: Vec<_> = found
        .list
        .iter()
        .map(|fault| (fault.file.as_str(), fault.code))
        .collect();
    let wanted = [
        ("b.psora", "unknown-name"),
        ("b.psora", "wrong-unit"),
        ("a.psora", "unknown-name"),
        ("a.psora", "wrong-unit"),
    ];
    assert_eq!(places, wanted);
}

#[test]
fn the_message_names_units_as_the_file_does() {
    let text = "module immune.th17\ntissues\n  dermis : body\nspecies\n  mDC = 1 cell/mm2 in dermis\n  IL17A = 0.6 pM in dermis\nparameters\n  s_IL17A = 4 pM/day per cell/mm2 range 1 .. 12 [assumed: x]\nreactions\n  IL-17A secretion : -> IL17A at s_IL17A\n  cells : -> mDC at 1 cell/mm2/day\n";
    let shown = faults(&[text]).render(false);
    assert!(
        shown.contains(
            "reaction `IL-17A secretion` changes `IL17A` [pM], so its rate must be [pM/day]"
        ),
        "{shown}"
    );
    assert!(
        shown.contains("this rate is [pM/day per cell/mm2]"),
        "{shown}"
    );
    assert!(shown.contains("immune/th17.psora:10:34"), "{shown}");
}

/// Spaces and line ends between the tokens of a file, at random.
fn messy(text: &str, gaps: &[u8]) -> String {
    let mut out = String::new();
    let mut gaps = gaps.iter().cycle();
    for line in text.lines() {
        let indent = line.len() - line.trim_start().len();
        out.push_str(&line[..indent]);
        let mut quoted = false;
        let words: Vec<&str> = line.split_whitespace().collect();
        for (at, word) in words.iter().enumerate() {
            if at > 0 {
                let gap = *gaps.next().expect("cycles");
                // Texts stay on one line; so do heads, and comments.
                let breaks = gap.is_multiple_of(7) && indent > 0 && !quoted && !line.contains('#');
                out.push_str(&if breaks {
                    "\n        ".to_owned()
                } else {
                    " ".repeat(1 + usize::from(gap % 3))
                });
            }
            out.push_str(word);
            quoted ^= word.matches('"').count() % 2 == 1;
        }
        if gaps.next().is_some_and(|gap| gap % 5 == 0) {
            out.push_str("   # note");
        }
        out.push('\n');
    }
    out
}

proptest! {
    #[test]
    fn any_text_is_a_diagnostic_or_a_model(text in "(\\PC|\n|\t| ){0,200}") {
        let _ = read(&text).map_err(|faults| faults.render(false));
        let _ = read(&format!("module example\n\nwhere\n  x = {text}\n"));
        let _ = read(&format!("module example\n\nparameters\n  {text}\n"));
    }

    #[test]
    fn a_line_lost_or_doubled_is_no_panic(line in 0usize..60, other in 0usize..60) {
        let text = example();
        let mut lines: Vec<&str> = text.lines().collect();
        let count = lines.len();
        lines.swap(line % count, other % count);
        lines.remove(other % count);
        let _ = read(&lines.join("\n")).map_err(|faults| faults.render(false));
    }

    #[test]
    fn layout_keeps_meaning_and_settles_at_once(gaps in prop::collection::vec(any::<u8>(), 1..200)) {
        let text = messy(&example(), &gaps);
        let once = format("a", &text).expect("a good file");
        let twice = format("a", &once).expect("still good");
        prop_assert_eq!(&once, &twice);
        let comments = |text: &str| text.matches('#').count();
        prop_assert_eq!(comments(&text), comments(&once));
        let before = support::print(&read(&text).expect("good").lower(&[]));
        let after = support::print(&read(&once).expect("good").lower(&[]));
        prop_assert_eq!(before, after);
    }
}
