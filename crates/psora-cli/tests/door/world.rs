//! A library of its own for each test: a model of one species and one drug, in a folder that
//! goes when the test ends.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A folder with a library in it, in which `psora` is run.
pub(crate) struct World {
    root: PathBuf,
}

impl World {
    pub(crate) fn new(test: &str) -> Self {
        let name = format!("psora-{}-{test}", std::process::id());
        let root = std::env::temp_dir().join(name);
        let world = Self { root };
        world.write(
            "model/psoriasis.psora",
            include_str!("small/psoriasis.psora"),
        );
        world.write(
            "model/drugs/calm.psora",
            include_str!("small/drugs/calm.psora"),
        );
        world.write(
            "populations/people.toml",
            include_str!("small/population.toml"),
        );
        world.write(
            "evidence/small/study.toml",
            include_str!("small/study.toml"),
        );
        world.write("scenarios/small.toml", include_str!("small/scenario.toml"));
        world
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("a file is in a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).expect("a text")
    }

    /// Replaces a piece of a text, which must be there.
    pub(crate) fn change(&self, path: &str, from: &str, to: &str) {
        let text = self.read(path);
        assert!(text.contains(from), "{path} has no `{from}`");
        self.write(path, &text.replacen(from, to, 1));
    }

    /// The command, ready to be run in this folder.
    pub(crate) fn command(&self, words: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_psora"));
        command
            .args(words.split_whitespace())
            .current_dir(&self.root);
        command
    }

    pub(crate) fn psora(&self, words: &str) -> Said {
        Said::from(self.command(words).output().expect("psora starts"))
    }

    /// The names below a folder, in order; none if it is not there.
    pub(crate) fn names(&self, folder: &str) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(self.path(folder))
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    /// Every file of a folder of results but `run.json`, which says how a run went.
    pub(crate) fn files(&self, folder: &str) -> Vec<(String, Vec<u8>)> {
        self.names(folder)
            .into_iter()
            .filter(|name| name != "run.json")
            .map(|name| {
                let bytes = fs::read(self.path(folder).join(&name)).expect("a file");
                (name, bytes)
            })
            .collect()
    }
}

impl Drop for World {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(Path::new(&self.root));
    }
}

/// What a command said, and how it ended.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl From<Output> for Said {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).expect("text"),
            err: String::from_utf8(output.stderr).expect("text"),
        }
    }
}
