//! `psora treatments`: what patients can be given, and whether its levels in blood are those
//! that were published.

use crate::terminal::say;
use crate::{Failure, Outcome};
use clap::Args;
use psora::{DEFAULT_MODEL, Exposure, FigureOutcome, Library, Pool, Unwatched, Which};
use serde_json::{Value, json};
use std::fmt::Write as _;

const EXAMPLES: &str = "\
Examples:
  psora treatments
  psora treatments --check                 simulated against published levels, every drug
  psora treatments --check secukinumab --json
  psora show guselkumab                    kinetics, target and sources of one of them

A scenario's arm takes a regimen by name (`regimen = \"guselkumab.label\"`) or as a sentence
(`regimen = \"guselkumab 100 mg sc at 0 4 week, then every 8 week\"`).

--check ends with exit code 3 when a figure falls short: when the simulated one lies outside
the published interval or, where there is none, more than a fifth off.";

/// List the treatments that the model knows, with their routes and regimens.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Treatments {
    /// The treatments [default: all]
    #[arg(value_name = "DRUG")]
    drugs: Vec<String>,

    /// Simulate published peaks, troughs, half-lives and areas
    #[arg(long)]
    check: bool,

    /// Print the check as JSON instead of a table
    #[arg(long, requires = "check")]
    json: bool,

    /// Whom the check gives the drugs to
    #[arg(long, value_name = "NAME", default_value = "moderate-to-severe")]
    population: String,

    /// The model
    #[arg(long, value_name = "NAME", default_value = DEFAULT_MODEL)]
    model: String,
}

impl Treatments {
    pub(crate) fn run(self, library: &Library) -> Result<Outcome, Failure> {
        if self.check {
            return self.check(library);
        }
        let mut page = String::new();
        for drug in psora::treatments(&self.model, library)? {
            if !self.drugs.is_empty() && !self.drugs.contains(&drug.name) {
                continue;
            }
            let routes: Vec<&str> = drug.routes.iter().map(|r| r.name.as_str()).collect();
            writeln!(page, "{} ({})", drug.name, routes.join(", ")).expect("strings take all");
            for regimen in &drug.regimens {
                writeln!(page, "  {}.{}: {}", drug.name, regimen.name, regimen.text)
                    .expect("strings take all");
            }
        }
        if self.drugs.is_empty() {
            page.push_str("placebo\n");
        }
        say(&page)?;
        Ok(Outcome::Done)
    }

    fn check(&self, library: &Library) -> Result<Outcome, Failure> {
        let pool = Pool::new(None, &Unwatched)?;
        let found =
            psora::check_exposure(&self.model, &self.population, &self.drugs, library, &pool)?;
        let text = if self.json {
            format!("{:#}\n", record(&found))
        } else {
            table(&found)
        };
        say(&text)?;
        Ok(if found.outcomes.iter().all(FigureOutcome::holds) {
            Outcome::Done
        } else {
            Outcome::FellShort
        })
    }
}

fn table(found: &Exposure) -> String {
    let mut page = String::new();
    let mut regimen = "";
    for outcome in &found.outcomes {
        if outcome.figure.regimen != regimen {
            regimen = &outcome.figure.regimen;
            writeln!(page, "{regimen}").expect("strings take all");
        }
        page.push_str(&line(outcome));
    }
    for (drug, why) in &found.gaps {
        writeln!(page, "no figure: {drug}: {why}").expect("strings take all");
    }
    let held = found.outcomes.iter().filter(|o| o.holds()).count();
    let recalled = found.outcomes.iter().filter(|o| o.figure.recalled).count();
    writeln!(
        page,
        "\n{held} of {} published figures hold; {recalled} were written down from memory (*)",
        found.outcomes.len()
    )
    .expect("strings take all");
    page
}

fn line(outcome: &FigureOutcome) -> String {
    let figure = &outcome.figure;
    let published = match (figure.value, figure.interval, figure.sd) {
        (_, Some((low, high)), _) => format!("{} to {}", number(low), number(high)),
        (Some(value), _, Some(sd)) => format!("{} sd {}", number(value), number(sd)),
        (value, ..) => number(value.unwrap_or(f64::NAN)),
    };
    let simulated = outcome.simulated.map_or("none".to_owned(), |simulated| {
        format!("{} sd {}", number(simulated.value), number(simulated.sd))
    });
    let verdict = if outcome.holds() { "holds" } else { "SHORT" };
    let mark = if figure.recalled { "*" } else { "" };
    format!(
        "  {verdict}  {:<24} {:<9} published {published:<15} simulated {simulated:<15} {}{mark}\n",
        format!("{} {}", figure.quantity.words(), after(figure.dose)),
        figure.unit,
        figure.source,
    )
}

fn after(dose: Which) -> String {
    match dose {
        Which::Number(1) => "of dose 1".to_owned(),
        Which::Number(number) => format!("of dose {number}"),
        Which::Week(week) => format!("in week {week}"),
    }
}

fn record(found: &Exposure) -> Value {
    let rows: Vec<Value> = found
        .outcomes
        .iter()
        .map(|outcome| {
            let figure = &outcome.figure;
            let simulated = outcome.simulated.map(|simulated| {
                json!({
                    "value": simulated.value,
                    "sd": simulated.sd,
                    "q05": simulated.spread.0,
                    "q95": simulated.spread.1,
                    "n": simulated.n,
                })
            });
            let (low, high) = figure.bounds();
            json!({
                "drug": figure.drug,
                "regimen": figure.regimen,
                "quantity": figure.quantity.words(),
                "when": after(figure.dose),
                "unit": figure.unit,
                "published": figure.value,
                "published_sd": figure.sd,
                "low": low,
                "high": high,
                "stated_interval": figure.interval.is_some(),
                "simulated": simulated,
                "holds": outcome.holds(),
                "recalled": figure.recalled,
                "source": figure.source,
            })
        })
        .collect();
    let gaps: Vec<Value> = found
        .gaps
        .iter()
        .map(|(drug, why)| json!({"drug": drug, "why": why}))
        .collect();
    json!({"rows": rows, "gaps": gaps})
}

/// A number with three digits.
fn number(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return value.to_string();
    }
    let whole = value.abs().log10().floor();
    let digits = (2.0 - whole).clamp(0.0, 6.0) as usize;
    let text = format!("{value:.digits$}");
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}
