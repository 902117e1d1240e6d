//! Results on disk: a folder that is whole or is not there.
//!
//! Everything is written into `NAME-k.partial/`, which is renamed to `NAME-k/` when the last
//! file is safe on disk. A run that was cancelled keeps the ending. A folder that is dropped
//! without being kept (an error, a full disk) is removed.

use crate::{Error, Results};
use std::fs::{self, File};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

/// A numbered folder that no other run will take.
#[derive(Debug)]
pub struct ResultFolder {
    partial: PathBuf,
    whole: PathBuf,
    kept: bool,
}

impl ResultFolder {
    /// Takes the first free number for results of `name` in `parent`.
    ///
    /// # Errors
    /// When no folder can be made there.
    pub fn reserve(parent: &Path, name: &str) -> Result<Self, Error> {
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |why| Error::Write { path, why }
        };
        fs::create_dir_all(parent).map_err(failed(parent))?;
        for number in 1.. {
            let whole = parent.join(format!("{name}-{number}"));
            let partial = parent.join(format!("{name}-{number}.partial"));
            if whole.exists() {
                continue;
            }
            match fs::create_dir(&partial) {
                Ok(()) => {}
                Err(error) if error.kind() == ErrorKind::AlreadyExists => continue,
                Err(error) => return Err(failed(&partial)(error)),
            }
            let folder = Self {
                partial,
                whole,
                kept: false,
            };
            // Another run may have finished this number between the two looks.
            if !folder.whole.exists() {
                return Ok(folder);
            }
        }
        unreachable!("there is always a next number")
    }

    /// Writes everything and gives the folder its name; a cancelled run keeps `.partial`.
    ///
    /// # Errors
    /// When a file cannot be written; nothing is left behind then.
    pub fn keep(self, results: &Results) -> Result<PathBuf, Error> {
        self.keep_files(results.files(), !results.trial.partial)
    }

    /// Writes files and, if they are the whole of the results, gives the folder its name.
    ///
    /// # Errors
    /// As [`ResultFolder::keep`].
    pub fn keep_files(
        mut self,
        files: impl IntoIterator<Item = (String, Vec<u8>)>,
        is_whole: bool,
    ) -> Result<PathBuf, Error> {
        for (name, bytes) in files {
            let path = self.partial.join(name);
            write(&path, &bytes).map_err(|why| Error::Write { path, why })?;
        }
        let last = if is_whole {
            fs::rename(&self.partial, &self.whole).map_err(|why| Error::Write {
                path: self.whole.clone(),
                why,
            })?;
            self.whole.clone()
        } else {
            self.partial.clone()
        };
        self.kept = true;
        Ok(last)
    }
}

impl Drop for ResultFolder {
    fn drop(&mut self) {
        if !self.kept {
            // Nothing more can be done about a folder that refuses to go: its name says
            // that it is not whole.
            let _ = fs::remove_dir_all(&self.partial);
        }
    }
}

/// Writes a file and waits until it is on disk: a full disk shows here, not later.
fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create_new(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

impl Results {
    /// The files of a result by name, each made when it is asked for: tables can be large.
    pub fn files(&self) -> impl Iterator<Item = (String, Vec<u8>)> + '_ {
        let texts = [
            ("report.html", self.page()),
            ("run.json", format!("{:#}\n", self.record())),
            ("scenario.toml", self.provenance.scenario_text.clone()),
        ];
        let tables = psora_report::tables(&self.trial, &self.provenance);
        texts
            .into_iter()
            .map(|(name, text)| (name.to_owned(), text.into_bytes()))
            .chain(tables.into_iter().flat_map(|table| {
                let sheet = table.csv.then(|| {
                    let name = format!("{}.csv", table.name);
                    (name, psora_report::csv(&table).into_bytes())
                });
                let name = format!("{}.parquet", table.name);
                sheet
                    .into_iter()
                    .chain([(name, psora_report::parquet(&table))])
            }))
    }
}
