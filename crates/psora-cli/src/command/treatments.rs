//! `psora treatments`: what patients can be given.

use crate::terminal::say;
use crate::{Failure, Outcome};
use clap::Args;
use psora::{DEFAULT_MODEL, Library};
use std::fmt::Write as _;

const EXAMPLES: &str = "\
Examples:
  psora treatments
  psora show guselkumab                    kinetics, target and sources of one of them

A scenario's arm takes a regimen by name (`regimen = \"guselkumab.label\"`) or as a sentence
(`regimen = \"guselkumab 100 mg sc at 0 4 week, then every 8 week\"`).";

/// List the treatments that the model knows, with their routes and regimens.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Treatments {
    /// The model
    #[arg(long, value_name = "NAME", default_value = DEFAULT_MODEL)]
    model: String,
}

impl Treatments {
    pub(crate) fn run(self, library: &Library) -> Result<Outcome, Failure> {
        let mut page = String::new();
        for drug in psora::treatments(&self.model, library)? {
            let routes: Vec<&str> = drug.routes.iter().map(|r| r.name.as_str()).collect();
            writeln!(page, "{} ({})", drug.name, routes.join(", ")).expect("strings take all");
            for regimen in &drug.regimens {
                writeln!(page, "  {}.{}: {}", drug.name, regimen.name, regimen.text)
                    .expect("strings take all");
            }
        }
        page.push_str("placebo\n");
        say(&page)?;
        Ok(Outcome::Done)
    }
}
