//! Puts the texts of the library (biology, people, studies, questions) inside the program, so
//! that an installed `psora` works in any folder.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

const FOLDERS: [&str; 6] = [
    "model",
    "populations",
    "evidence",
    "calibrations",
    "scenarios",
    "experiments",
];

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let root = root
        .canonicalize()
        .expect("the repository's root can be read");
    let mut entries = Vec::new();
    for folder in FOLDERS {
        let folder = root.join(folder);
        // A folder that is not there must not be watched: cargo would rebuild every time.
        if folder.is_dir() {
            println!("cargo::rerun-if-changed={}", folder.display());
            for file in texts(&folder) {
                let name = file.strip_prefix(&root).expect("below the root");
                let name = name.to_string_lossy().replace('\\', "/");
                entries.push((name, file));
            }
        }
    }
    // The program searches the table by name.
    entries.sort();
    let mut table = String::from("&[\n");
    for (name, file) in entries {
        writeln!(table, "    ({name:?}, include_str!({file:?})),")
            .expect("a string takes all that is written");
    }
    table.push_str("]\n");
    let out = env::var_os("OUT_DIR").expect("cargo says where output goes");
    fs::write(Path::new(&out).join("library.rs"), table).expect("the output folder takes files");
}

/// Every text of the library below `folder`, in order.
fn texts(folder: &Path) -> Vec<PathBuf> {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder)
        .expect("a folder of the library can be listed")
        .map(|entry| entry.expect("an entry can be read").path())
        .collect();
    entries.sort();
    let mut found = Vec::new();
    for path in entries {
        if path.is_dir() {
            found.extend(texts(&path));
        } else if path.extension().is_some_and(|e| {
            ["psora", "toml", "bib", "csv"].contains(&e.to_string_lossy().as_ref())
        }) {
            found.push(path);
        }
    }
    found
}
