//! The one way to lay out model text.

use crate::{Error, library};
use std::fs;
use std::path::{Path, PathBuf};

/// A model file, as it is and as it should be laid out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Formatted {
    /// The file.
    pub path: PathBuf,
    /// What it says now.
    pub before: String,
    /// The same, laid out.
    pub after: String,
}

impl Formatted {
    /// Whether the file is laid out already.
    #[must_use]
    pub fn unchanged(&self) -> bool {
        self.before == self.after
    }

    /// Writes the laid-out text over the file, which is whole at any time.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self) -> Result<(), Error> {
        let failed = |why| Error::Write {
            path: self.path.clone(),
            why,
        };
        let beside = self.path.with_extension("psora.partial");
        fs::write(&beside, &self.after).map_err(failed)?;
        fs::rename(&beside, &self.path).map_err(failed)
    }
}

/// Lays out a `.psora` file, or every one below a folder, without writing anything.
///
/// # Errors
/// Everything that is wrong with the files, all at once.
pub fn format(path: &Path) -> Result<Vec<Formatted>, Error> {
    let mut faults = psora_model::Diagnostics::default();
    let mut formatted = Vec::new();
    for path in model_files(path) {
        let file = path.display().to_string();
        let before = library::read_text(&path).map_err(|why| {
            Error::fault(
                "unreadable",
                &file,
                &why,
                "name a .psora file, or a folder of them",
            )
        })?;
        match psora_model::format(&file, &before) {
            Ok(after) => formatted.push(Formatted {
                path,
                before,
                after,
            }),
            Err(more) => {
                faults.list.extend(more.list);
                faults.texts.extend(more.texts);
            }
        }
    }
    if faults.list.is_empty() {
        Ok(formatted)
    } else {
        Err(faults.into())
    }
}

/// The file itself, or the `.psora` files below a folder, in order.
fn model_files(path: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(path) else {
        return vec![path.to_owned()];
    };
    let mut entries: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    entries.sort();
    entries
        .into_iter()
        .filter(|path| path.is_dir() || path.extension().is_some_and(|e| e == "psora"))
        .flat_map(|path| model_files(&path))
        .collect()
}
