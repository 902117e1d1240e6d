//! `psora check`: do texts read, and does the model hold what its own checks say?

use crate::terminal::say;
use crate::{Failure, Outcome};
use clap::Args;
use psora::{CheckOutcome, Finding, Library, ModelFinding, Pool, Start, Unwatched};
use std::fmt::Write as _;
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  psora check                              the whole library
  psora check model                        the model, and its own checks
  psora check my.toml                      a scenario of your own, short of running it

Exit code 2 when a text is wrong, 3 when a check of the model falls short.";

/// Check texts: units, sources, names; and run the model's own checks.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Check {
    /// A file or a folder of texts [default: the whole library]
    #[arg(value_name = "PATH")]
    path: Option<PathBuf>,
}

impl Check {
    pub(crate) fn run(self, library: &Library) -> Result<Outcome, Failure> {
        let pool = Pool::new(None, &Unwatched)?;
        let findings = psora::inspect(self.path.as_deref(), library, &pool)?;
        let mut page = String::new();
        let mut short = 0;
        for finding in &findings {
            match finding {
                Finding::Model(model) => {
                    short += model.checks.iter().filter(|c| !c.passed()).count();
                    page.push_str(&tell(model));
                }
                Finding::Text { kind, name } => {
                    writeln!(page, "{kind} {name}: reads well").expect("strings take all");
                }
            }
        }
        say(&page)?;
        Ok(if short == 0 {
            Outcome::Done
        } else {
            Outcome::FellShort
        })
    }
}

fn tell(model: &ModelFinding) -> String {
    let has = &model.summary;
    let held = model.checks.iter().filter(|c| c.passed()).count();
    let mut page = format!(
        "model {}: {} files, {} species, {} reactions, {} treatments\n  \
         {} parameters: {} published, {} fitted, {} assumed\n  \
         calibration: {}\n  \
         {held} of {} checks hold\n\n",
        model.name,
        has.files,
        has.species,
        has.reactions,
        has.treatments,
        has.published + has.fitted + has.assumed,
        has.published,
        has.fitted,
        has.assumed,
        model.calibration.as_deref().unwrap_or(psora::NONE),
        model.checks.len(),
    );
    for outcome in &model.checks {
        page.push_str(&line(outcome));
    }
    page
}

fn line(outcome: &CheckOutcome) -> String {
    let check = &outcome.check;
    let verdict = if outcome.passed() {
        "holds      "
    } else {
        "FALLS SHORT"
    };
    let start = match check.start {
        Start::Healthy => "healthy skin",
        Start::Plaque => "a plaque",
    };
    let sign = if check.less { "<" } else { ">" };
    let figures = match &outcome.sides {
        Ok((left, right)) => format!("{} {sign} {}", figure(*left), figure(*right)),
        Err(why) => why.clone(),
    };
    format!(
        "  {verdict} {}: {}\n              {figures} on day {} from {start}  {}\n",
        check.module, check.name, check.day, check.source
    )
}

/// A number with the digits it deserves: three.
fn figure(value: f64) -> String {
    let size = value.abs();
    if size != 0.0 && !(1e-3..1e5).contains(&size) {
        return format!("{value:.2e}");
    }
    let whole = size.max(1.0).log10().floor() as usize;
    format!("{value:.*}", 2usize.saturating_sub(whole))
}

#[cfg(test)]
mod tests {
    use super::figure;

    #[test]
    fn figures_have_three_digits() {
        let shown: Vec<String> = [0.0, 0.123_456, 12.3456, 1234.5, 1.2e-7]
            .map(figure)
            .to_vec();
        assert_eq!(shown, ["0.00", "0.12", "12.3", "1234", "1.20e-7"]);
    }
}
