//! Holds the tree to what `ARCHITECTURE.md` says.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn text(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Every file below `folder` with this ending, in order.
fn files(folder: &str, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() && !path.ends_with("target") {
                folders.push(path);
            } else if path.to_string_lossy().ends_with(ending) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// The words in backticks in a piece of Markdown.
fn code_words(markdown: &str) -> Vec<&str> {
    markdown.split('`').skip(1).step_by(2).collect()
}

/// The table of section 3: crate, and the crates that it may use.
fn arrows() -> BTreeMap<String, BTreeSet<String>> {
    let page = text("ARCHITECTURE.md");
    let mut allowed: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for row in page.lines().filter(|line| line.starts_with("| `psora")) {
        let cells: Vec<&str> = row.trim_matches('|').split('|').collect();
        let name = code_words(cells[0])[0].to_owned();
        let uses = if cells[1].contains("all of the above") {
            allowed.keys().cloned().collect()
        } else {
            code_words(cells[1])
                .into_iter()
                .map(str::to_owned)
                .collect()
        };
        allowed.insert(name, uses);
    }
    allowed
}

/// The `psora-*` crates that a manifest names under `[dependencies]`.
fn dependencies(manifest: &str) -> BTreeSet<String> {
    manifest
        .lines()
        .skip_while(|line| line.trim() != "[dependencies]")
        .skip(1)
        .take_while(|line| !line.starts_with('['))
        .filter_map(|line| line.split(['.', ' ', '=']).next())
        .filter(|name| name.starts_with("psora"))
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_arrow_between_crates_stands_in_the_plan() {
    let allowed = arrows();
    let mut built = BTreeSet::new();
    for folder in fs::read_dir(root().join("crates"))
        .expect("crates/ exists")
        .flatten()
    {
        let name = folder.file_name().to_string_lossy().into_owned();
        let uses = dependencies(&text(format!("crates/{name}/Cargo.toml")));
        let plan = allowed
            .get(&name)
            .unwrap_or_else(|| panic!("{name} is not in the plan"));
        let extra: Vec<_> = uses.difference(plan).collect();
        assert!(
            extra.is_empty(),
            "{name} uses {extra:?}, which ARCHITECTURE.md does not allow"
        );
        built.insert(name);
    }
    let planned: BTreeSet<_> = allowed.into_keys().collect();
    assert_eq!(planned, built, "the plan and crates/ name different crates");
}

#[test]
fn every_crate_says_what_it_never_does() {
    for path in files("crates", "src/lib.rs") {
        let source = fs::read_to_string(&path).expect("readable");
        let story: String = source
            .lines()
            .take_while(|line| line.starts_with("//!"))
            .collect();
        assert!(
            story.contains(" never "),
            "{} lacks an \"It never\" sentence",
            path.display()
        );
    }
}

#[test]
fn library_crates_know_no_files_threads_or_clock() {
    for name in [
        "psora-units",
        "psora-equations",
        "psora-model",
        "psora-engine",
        "psora-trial",
    ] {
        for path in files(&format!("crates/{name}/src"), ".rs") {
            let source = fs::read_to_string(&path).expect("readable");
            let code = source.split("#[cfg(test)]").next().unwrap_or_default();
            for word in [
                "std::fs",
                "std::thread",
                "std::time",
                "std::env",
                "println!",
            ] {
                let line = code
                    .lines()
                    .position(|line| line.contains(word) && !line.trim_start().starts_with("//"));
                assert!(line.is_none(), "{}:{line:?} uses {word}", path.display());
            }
        }
    }
}

#[test]
fn a_file_over_500_lines_says_why_it_stays_whole() {
    let mut long = Vec::new();
    for folder in ["crates", "xtask", "model"] {
        for ending in [".rs", ".psora"] {
            for path in files(folder, ending) {
                let source = fs::read_to_string(&path).expect("readable");
                if source.lines().count() > 500 && !source.contains("stays whole") {
                    long.push(path);
                }
            }
        }
    }
    assert!(long.is_empty(), "too long, and no reason given: {long:?}");
}

#[test]
fn every_abbreviation_of_the_model_stands_in_the_glossary() {
    let glossary = text("GLOSSARY.md");
    let known: BTreeSet<&str> = glossary
        .lines()
        .filter(|line| line.starts_with("| "))
        .flat_map(code_words)
        .collect();
    let mut missing = BTreeSet::new();
    for path in files("model", ".psora") {
        let source = fs::read_to_string(&path).expect("readable");
        for line in source.lines() {
            let prose = line.split_once('#').map_or("", |(_, comment)| comment);
            let labels: String = line
                .split('"')
                .skip(1)
                .step_by(2)
                .collect::<Vec<_>>()
                .join(" ");
            for word in format!("{prose} {labels}")
                .split(|c: char| !(c.is_alphanumeric() || c == '-'))
                .filter(|word| is_abbreviation(word))
            {
                if !is_known(word, &known) {
                    missing.insert(word.to_owned());
                }
            }
        }
    }
    assert!(missing.is_empty(), "not in GLOSSARY.md: {missing:?}");
}

/// `IL-17s` is the plural of `IL-17`, and `PEG-bound` is made of `PEG`.
fn is_known(word: &str, known: &BTreeSet<&str>) -> bool {
    let one = word.strip_suffix('s').unwrap_or(word);
    let parts = || one.split('-').filter(|part| is_abbreviation(part));
    known.contains(one) || (parts().count() > 0 && parts().all(|part| known.contains(part)))
}

/// Two capitals in a row, letters first: `PASI`, `IL-17A`, `DC`; not `T17` or `H2`.
fn is_abbreviation(word: &str) -> bool {
    let letters: Vec<char> = word.chars().collect();
    letters
        .windows(2)
        .any(|pair| pair.iter().all(char::is_ascii_uppercase))
}
