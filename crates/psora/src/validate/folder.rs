//! Which studies are meant: paths of study files, of folders with one, or of folders of those.

use crate::Error;
use crate::library::{Library, Shelf, Text, read_text};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// A study's text, and the folder that names it.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub(super) folder: String,
    /// The text, or why it cannot be had.
    pub(super) text: Result<Text, (String, String)>,
}

/// How deep a folder of folders is searched.
const DEPTH: usize = 4;

/// The studies at `paths`, in order of path, each once; those of the library without paths.
pub(super) fn studies(paths: &[PathBuf], library: &Library) -> Result<Vec<Found>, Error> {
    if paths.is_empty() {
        return Ok(shelf(library));
    }
    let mut files: Vec<PathBuf> = Vec::new();
    for path in paths {
        let mut here = Vec::new();
        collect(path, DEPTH, &mut here);
        if here.is_empty() {
            let what = if path.exists() {
                "there is no study.toml here"
            } else {
                "there is no such folder or file"
            };
            return Err(Error::fault(
                "no-study",
                &path.display().to_string(),
                what,
                "name a study.toml, a folder that has one, or a folder of such folders",
            ));
        }
        files.extend(here);
    }
    let mut seen = BTreeSet::new();
    files.retain(|file| seen.insert(file.canonicalize().unwrap_or_else(|_| file.clone())));
    Ok(files.iter().map(|file| found(file)).collect())
}

/// The studies of the library.
pub(super) fn shelf(library: &Library) -> Vec<Found> {
    library
        .names(Shelf::Studies)
        .into_iter()
        .filter_map(|folder| {
            let text = library.text(Shelf::Studies, &folder)?;
            let text = text.map_err(|why| (folder.clone(), why));
            Some(Found { folder, text })
        })
        .collect()
}

fn collect(path: &Path, depth: usize, files: &mut Vec<PathBuf>) {
    if path.is_file() {
        files.push(path.to_owned());
        return;
    }
    let study = path.join("study.toml");
    if study.is_file() {
        files.push(study);
        return;
    }
    if depth == 0 {
        return;
    }
    let mut inner: Vec<PathBuf> = fs::read_dir(path)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.is_dir())
        .collect();
    inner.sort();
    for folder in inner {
        collect(&folder, depth - 1, files);
    }
}

fn found(file: &Path) -> Found {
    let named = |path: &Path| {
        path.file_name()
            .map(|name| name.to_string_lossy().into_owned())
    };
    let folder = if file.ends_with("study.toml") {
        // `study.toml` in the working folder is named after that folder.
        let whole = file.canonicalize().unwrap_or_else(|_| file.to_owned());
        whole.parent().and_then(named)
    } else {
        file.file_stem()
            .map(|stem| stem.to_string_lossy().into_owned())
    };
    let shown = file.display().to_string();
    Found {
        folder: folder.unwrap_or_else(|| shown.clone()),
        text: read_text(file)
            .map(|text| Text {
                file: shown.clone(),
                text,
            })
            .map_err(|why| (shown, why)),
    }
}
