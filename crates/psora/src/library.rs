//! The texts that come with Psora: biology, people, studies, calibrations, questions.
//!
//! A library is a folder (the repository, or one of the reader's own), or the copy that was
//! put inside the program when it was built. Readers ask it for a text by shelf and name; it
//! answers with the text and the name under which a reader will find it, or says what is
//! there instead.

use crate::Error;
use psora_model::{Diagnostics, Files, Model};
use psora_trial::document::nearest;
use std::fs;
use std::path::{Path, PathBuf};

/// Path and text of each file of the copy inside the program, in order of path.
const EMBEDDED: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/library.rs"));

/// Where texts come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Library {
    /// None for the copy inside the program.
    root: Option<PathBuf>,
}

/// A kind of text, and where a library keeps it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shelf {
    /// `model/NAME.psora`
    Models,
    /// `populations/NAME.toml`
    Populations,
    /// `evidence/NAME/study.toml`
    Studies,
    /// `evidence/exposure/NAME.toml`
    Exposures,
    /// `calibrations/NAME.toml`
    Calibrations,
    /// `scenarios/NAME.toml`
    Scenarios,
    /// `experiments/NUMBER-NAME.toml`
    Experiments,
}

/// A text, and the name under which a reader finds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// The file, as shown in messages.
    pub file: String,
    /// What it says.
    pub text: String,
}

impl Shelf {
    /// What stands here, in the singular.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Shelf::Models => "model",
            Shelf::Populations => "population",
            Shelf::Studies => "study",
            Shelf::Exposures => "exposure",
            Shelf::Calibrations => "calibration",
            Shelf::Scenarios => "scenario",
            Shelf::Experiments => "experiment",
        }
    }

    /// Every shelf.
    pub(crate) const ALL: [Shelf; 7] = [
        Shelf::Models,
        Shelf::Populations,
        Shelf::Studies,
        Shelf::Exposures,
        Shelf::Calibrations,
        Shelf::Scenarios,
        Shelf::Experiments,
    ];

    /// The folder of a library in which it is kept.
    pub(crate) fn folder(self) -> &'static str {
        match self {
            Shelf::Models => "model",
            Shelf::Populations => "populations",
            Shelf::Studies => "evidence",
            Shelf::Exposures => "evidence/exposure",
            Shelf::Calibrations => "calibrations",
            Shelf::Scenarios => "scenarios",
            Shelf::Experiments => "experiments",
        }
    }

    fn ending(self) -> &'static str {
        match self {
            Shelf::Models => ".psora",
            Shelf::Studies => "/study.toml",
            Shelf::Populations
            | Shelf::Exposures
            | Shelf::Calibrations
            | Shelf::Scenarios
            | Shelf::Experiments => ".toml",
        }
    }
}

impl Library {
    /// The copy inside the program.
    #[must_use]
    pub fn embedded() -> Self {
        Self { root: None }
    }

    /// The folder `root`, which must have a `model/` in it.
    ///
    /// # Errors
    /// When it has none.
    pub fn folder(root: &Path) -> Result<Self, Error> {
        if is_library(root) {
            return Ok(Self {
                root: Some(root.to_owned()),
            });
        }
        Err(Error::fault(
            "no-library",
            &root.display().to_string(),
            "this folder is not a library: it has no model/ with a .psora file in it",
            "name a folder that has model/, populations/, evidence/ and scenarios/",
        ))
    }

    /// The nearest library at or above `working`, else the copy inside the program.
    #[must_use]
    pub fn find(working: &Path) -> Self {
        if is_library(working) {
            // Short names in messages: `model/...` rather than the whole path.
            return Self {
                root: Some(PathBuf::new()),
            };
        }
        working
            .ancestors()
            .find(|folder| is_library(folder))
            .map_or_else(Self::embedded, |root| Self {
                root: Some(root.to_owned()),
            })
    }

    /// The library that `path` is in, if it is in one.
    #[must_use]
    pub(crate) fn around(path: &Path) -> Option<Self> {
        let whole = path.canonicalize().unwrap_or_default();
        path.ancestors()
            .chain(whole.ancestors())
            .find(|folder| is_library(folder))
            .map(|root| Self {
                root: Some(root.to_owned()),
            })
    }

    /// Where `path` stands in this library: the parts of its name from the root on.
    pub(crate) fn inside(&self, path: &Path) -> Option<Vec<String>> {
        let root = self.root.as_ref()?;
        let root = if root.as_os_str().is_empty() {
            Path::new(".").canonicalize().ok()?
        } else {
            root.canonicalize().ok()?
        };
        let path = path.canonicalize().ok()?;
        let parts = path.strip_prefix(root).ok()?.components();
        Some(
            parts
                .map(|part| part.as_os_str().to_string_lossy().into_owned())
                .collect(),
        )
    }

    /// Where the texts come from, in words.
    #[must_use]
    pub fn place(&self) -> String {
        match &self.root {
            None => "the copy inside the program".to_owned(),
            Some(root) if root.as_os_str().is_empty() => "the working folder".to_owned(),
            Some(root) => root.display().to_string(),
        }
    }

    /// How `path` (relative to the library, with `/`) is named to a reader.
    #[must_use]
    pub fn shown(&self, path: &str) -> String {
        match &self.root {
            Some(root) => root.join(path).display().to_string(),
            None => path.to_owned(),
        }
    }

    /// The text at `path` (relative to the library, with `/`), or why there is none.
    ///
    /// # Errors
    /// A sentence for the reader.
    pub fn read(&self, path: &str) -> Result<String, String> {
        match &self.root {
            Some(root) => read_text(&root.join(path)),
            None => EMBEDDED
                .binary_search_by(|(name, _)| (*name).cmp(path))
                .map(|place| EMBEDDED[place].1.to_owned())
                .map_err(|_| "there is no such file".to_owned()),
        }
    }

    /// The names on a shelf, in order.
    #[must_use]
    pub fn names(&self, shelf: Shelf) -> Vec<String> {
        let mut names: Vec<String> = match &self.root {
            Some(root) => fs::read_dir(root.join(shelf.folder()))
                .into_iter()
                .flatten()
                .flatten()
                .map(|entry| entry.file_name().to_string_lossy().into_owned())
                .filter_map(|entry| match shelf {
                    Shelf::Studies => root
                        .join(shelf.folder())
                        .join(&entry)
                        .join("study.toml")
                        .is_file()
                        .then_some(entry),
                    _ => entry.strip_suffix(shelf.ending()).map(str::to_owned),
                })
                .collect(),
            None => EMBEDDED
                .iter()
                .filter_map(|(path, _)| {
                    path.strip_prefix(shelf.folder())?
                        .strip_prefix('/')?
                        .strip_suffix(shelf.ending())
                })
                .filter(|name| !name.contains('/'))
                .map(str::to_owned)
                .collect(),
        };
        if shelf == Shelf::Models {
            // A model's modules stand beside it; only the model itself has its name here.
            names.retain(|name| {
                self.read(&format!("model/{name}.psora"))
                    .is_ok_and(|text| begins_a_model(&text))
            });
        }
        names.sort();
        names
    }

    /// The text of `name` on a shelf; none if it is not there.
    #[must_use]
    pub fn text(&self, shelf: Shelf, name: &str) -> Option<Result<Text, String>> {
        let path = format!("{}/{name}{}", shelf.folder(), shelf.ending());
        self.names(shelf).iter().any(|n| n == name).then(|| {
            Ok(Text {
                text: self.read(&path)?,
                file: self.shown(&path),
            })
        })
    }

    /// The way out for a name that is not on its shelf.
    #[must_use]
    pub fn instead(&self, shelf: Shelf, name: &str) -> String {
        let names = self.names(shelf);
        if names.is_empty() {
            return format!("{}/ has none in {}", shelf.folder(), self.place());
        }
        if let Some(near) = nearest(name, names.iter().map(String::as_str)) {
            return format!("did you mean `{near}`?");
        }
        format!("there are: {}", names.join(", "))
    }

    /// The model `name`, read and checked.
    ///
    /// # Errors
    /// Everything that is wrong with its files.
    pub fn read_model(&self, name: &str) -> Result<Model, Error> {
        Model::read(&format!("{name}.psora"), &ModelFiles(self))
            .map_err(|faults| self.with_folder(faults).into())
    }

    /// Faults of model files, with the files named as the reader finds them.
    fn with_folder(&self, faults: Diagnostics) -> Diagnostics {
        let shown = |file: &str| self.shown(&format!("model/{file}"));
        Diagnostics {
            list: faults
                .list
                .into_iter()
                .map(|mut fault| {
                    fault.file = shown(&fault.file);
                    fault
                })
                .collect(),
            texts: faults
                .texts
                .into_iter()
                .map(|(file, text)| (shown(&file), text))
                .collect(),
        }
    }
}

/// The files of a library's `model/`.
struct ModelFiles<'a>(&'a Library);

impl Files for ModelFiles<'_> {
    fn read(&self, path: &str) -> Result<String, String> {
        self.0.read(&format!("model/{path}"))
    }
}

fn begins_a_model(text: &str) -> bool {
    text.lines()
        .find(|line| !line.trim().is_empty() && !line.starts_with('#'))
        .is_some_and(|line| line.starts_with("model"))
}

fn is_library(folder: &Path) -> bool {
    fs::read_dir(folder.join("model"))
        .into_iter()
        .flatten()
        .flatten()
        .any(|entry| entry.path().extension().is_some_and(|e| e == "psora"))
}

/// The text of a file, or why it cannot be had, in words.
pub(crate) fn read_text(path: &Path) -> Result<String, String> {
    use std::io::ErrorKind;
    if path.is_dir() {
        return Err("this is a folder, not a file".to_owned());
    }
    let bytes = fs::read(path).map_err(|error| match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => "there is no such file".to_owned(),
        ErrorKind::PermissionDenied => "this file may not be read".to_owned(),
        _ => format!("this file cannot be read: {error}"),
    })?;
    String::from_utf8(bytes).map_err(|error| {
        let place = error.utf8_error().valid_up_to();
        format!("this file is not text in UTF-8: byte {place} is not a character")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_copy_inside_the_program_is_in_order() {
        assert!(EMBEDDED.is_sorted_by(|a, b| a.0 < b.0));
    }

    #[test]
    fn a_folder_says_that_it_is_no_file() {
        let said = read_text(Path::new(env!("CARGO_MANIFEST_DIR")));
        assert_eq!(said, Err("this is a folder, not a file".to_owned()));
    }
}
