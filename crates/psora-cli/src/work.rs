//! What every command that simulates has in common: options of the machine, how its results
//! are shown, and when too many runs failed.

use crate::Failure;
use crate::progress::Progress;
use crate::terminal::{say, warn};
use clap::Args;
use clap::builder::PossibleValuesParser;
use psora::Pool;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// The share of patients whose runs may fail before a command says so with its exit code.
const FAILED_SHARE: f64 = 0.01;

/// How a command works and where it leaves what it makes; results do not depend on it.
#[derive(Debug, Args)]
pub(crate) struct Work {
    /// Threads; results do not depend on it [default: one a core]
    #[arg(long, value_name = "T", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,

    /// The folder that takes the folder of results
    #[arg(long, value_name = "DIR", default_value = "results")]
    pub(crate) out: PathBuf,

    /// Show no progress
    #[arg(long)]
    quiet: bool,
}

/// Patients side by side; results do not depend on it.
#[derive(Debug, Args)]
pub(crate) struct Lanes {
    /// Patients side by side on a thread; results do not depend on it
    #[arg(long, value_name = "L", default_value = "8", value_parser = PossibleValuesParser::new(["1", "2", "4", "8", "16", "32"]))]
    lanes: String,
}

impl Lanes {
    /// How many.
    pub(crate) fn count(&self) -> usize {
        self.lanes.parse().expect("clap took a number")
    }
}

impl Work {
    /// A display of progress that Ctrl-C stops.
    pub(crate) fn progress(&self) -> Progress {
        let progress = Progress::new(self.quiet);
        progress.stop_on_interrupt();
        progress
    }

    /// The threads, watched by `progress`.
    pub(crate) fn pool<'a>(&self, progress: &'a Progress) -> Result<Pool<'a>, Failure> {
        Ok(Pool::new(self.threads.map(usize::from), progress)?)
    }

    /// Shows results on stdout, as JSON if there is one and as a table otherwise, and where
    /// their report is.
    pub(crate) fn show(
        &self,
        json: Option<&Value>,
        table: impl FnOnce() -> String,
        report: &Path,
    ) -> Result<(), Failure> {
        let Some(json) = json else {
            let (table, report) = (table(), report.display());
            say(&format!("{}\n\nreport: {report}\n", table.trim_end()))?;
            return Ok(());
        };
        say(&format!("{json:#}\n"))?;
        if !self.quiet {
            warn(&format!("report: {}", report.display()));
        }
        Ok(())
    }
}

/// Whether more runs failed than may, and says so; `hint` tells where to read why.
pub(crate) fn too_many_failed(share: f64, hint: &str) -> bool {
    let too_many = share > FAILED_SHARE;
    if too_many {
        warn(&format!(
            "error: the runs of {:.1}% of patients failed, more than {:.0}%{hint}",
            100.0 * share,
            100.0 * FAILED_SHARE
        ));
    }
    too_many
}
