//! `psora format`: lay out model text the one way.

use crate::terminal::say;
use crate::{Failure, Outcome};
use clap::Args;
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  psora format model                       lay out every .psora file below model/
  psora format --check model               only say which files would change (exit code 3)";

/// Lay out model text: aligned columns, one fact a line.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Format {
    /// Model files, or folders of them
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,

    /// Write nothing; exit with 3 if a file is laid out differently
    #[arg(long)]
    check: bool,
}

impl Format {
    pub(crate) fn run(self) -> Result<Outcome, Failure> {
        // Everything is read before anything is written: one faulty file, and none changes.
        let mut files = Vec::new();
        for path in &self.paths {
            files.extend(psora::format(path)?);
        }
        let mut changed = 0;
        for file in files.iter().filter(|file| !file.unchanged()) {
            changed += 1;
            if self.check {
                say(&format!("would change {}\n", file.path.display()))?;
            } else {
                file.write()?;
                say(&format!("changed {}\n", file.path.display()))?;
            }
        }
        Ok(if self.check && changed > 0 {
            Outcome::FellShort
        } else {
            Outcome::Done
        })
    }
}
