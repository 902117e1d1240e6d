//! `psora regimen`: what a sentence means, dose by dose.

use crate::terminal::say;
use crate::{Failure, Outcome};
use clap::Args;
use psora::{DEFAULT_MODEL, Library};

const EXAMPLES: &str = "\
Examples:
  psora regimen secukinumab.label --weight 95 --weeks 24
  psora regimen \"infliximab 5 mg/kg iv at 0 2 6 week, then every 8 week\" --weight 82

The table is CSV as pharmacometric software reads it: a row a dose, times in days, amounts in
mg (light in J/cm2). A scenario takes such a table with `patients = \"people.csv\"`.";

/// Write a regimen out as an event table.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Regimen {
    /// The regimen: a sentence, or a name such as secukinumab.label
    #[arg(value_name = "SENTENCE")]
    sentence: String,

    /// Body weight in kg
    #[arg(long, value_name = "KG", default_value_t = 85.0, value_parser = positive)]
    weight: f64,

    /// Weeks to write out
    #[arg(long, value_name = "N", default_value_t = 52.0, value_parser = positive)]
    weeks: f64,

    /// The model
    #[arg(long, value_name = "NAME", default_value = DEFAULT_MODEL)]
    model: String,
}

impl Regimen {
    pub(crate) fn run(self, library: &Library) -> Result<Outcome, Failure> {
        say(&psora::event_table(
            &self.sentence,
            self.weight,
            self.weeks,
            &self.model,
            library,
        )?)?;
        Ok(Outcome::Done)
    }
}

fn positive(words: &str) -> Result<f64, String> {
    match words.parse::<f64>() {
        Ok(number) if number > 0.0 && number <= 5200.0 => Ok(number),
        _ => Err(format!("`{words}` is not a number above zero")),
    }
}
