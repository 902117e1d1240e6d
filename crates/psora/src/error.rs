//! Why a question could not be answered.

use psora_model::{Diagnostic, Diagnostics};
use std::io;
use std::path::PathBuf;

/// Why a question could not be answered.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A text is wrong or missing: everything that is wrong with it.
    #[error("{}", .0.render(false))]
    Texts(Diagnostics),
    /// Results could not be written.
    #[error("{} could not be written: {why}", path.display())]
    Write {
        /// What was to be written.
        path: PathBuf,
        /// Why it could not be.
        why: io::Error,
    },
    /// Worker threads could not be started.
    #[error("{threads} threads could not be started: {why}")]
    Threads {
        /// How many were asked for.
        threads: usize,
        /// Why they could not be had.
        why: String,
    },
}

impl Error {
    /// A fault of a whole file, with a way out.
    #[must_use]
    pub fn fault(code: &'static str, file: &str, message: &str, help: &str) -> Self {
        let fault = Diagnostic::new(code, file, None, message).help(help);
        Self::Texts(Diagnostics {
            list: vec![fault],
            texts: std::collections::BTreeMap::new(),
        })
    }
}

impl From<Diagnostics> for Error {
    fn from(faults: Diagnostics) -> Self {
        Self::Texts(faults)
    }
}
