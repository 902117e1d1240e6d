//! `psora studies`: what was published, ready to be compared with.

use crate::terminal::say;
use crate::{Failure, Outcome};
use clap::Args;
use psora::Library;
use std::fmt::Write as _;

const EXAMPLES: &str = "\
Examples:
  psora studies

A scenario takes arms, baseline and published results of a study with `study = \"voyage-2\"`.";

/// List the published studies in the library, with their arms.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Studies {}

impl Studies {
    pub(crate) fn run(self, library: &Library) -> Result<Outcome, Failure> {
        let mut page = String::new();
        for (name, study) in psora::studies(library)? {
            let year = study.year.map_or(String::new(), |year| format!(", {year}"));
            writeln!(page, "{name}: {}{year}, {}", study.name, study.citation)
                .expect("strings take all");
            for arm in &study.arms {
                let n = arm.n.map_or(String::new(), |n| format!(", n = {n}"));
                let results = arm.results.len();
                writeln!(page, "  {}{n}: {results} results", arm.name).expect("strings take all");
            }
        }
        say(&page)?;
        Ok(Outcome::Done)
    }
}
