//! What is said of psoriasis beside what the model does: a table, a value for programs, a page.

mod json;
mod page;
mod picture;
mod table;

pub use json::phenomena_json;
pub use page::phenomena_page;
pub use table::{phenomena_list, phenomena_table};

use crate::number;
use psora_trial::experiment::{Experiment, FigureResult, Kind, Outcome, Verdict};

/// A statement that was put to the test.
#[derive(Debug, Clone)]
pub struct Phenomenon {
    /// The statement and its experiment.
    pub experiment: Experiment,
    /// What it came to.
    pub outcome: Outcome,
    /// How long it took.
    pub seconds: f64,
}

/// A run of several experiments, and how to do it again.
#[derive(Debug, Clone, Default)]
pub struct Phenomena {
    /// One a statement, by number.
    pub rows: Vec<Phenomenon>,
    /// The model's text.
    pub model_hash: String,
    /// The calibration, or `none`.
    pub calibration: String,
    /// The seed of every random number.
    pub seed: u64,
    /// The version of the program.
    pub version: String,
    /// Years of patients simulated to make the people that experiments share.
    pub shared_years: f64,
}

/// How many statements came to a verdict, by kind.
pub(crate) fn counts(rows: &[Phenomenon]) -> Vec<(&'static str, [usize; 3], usize)> {
    let verdicts = [
        Verdict::Holds,
        Verdict::ContradictsData,
        Verdict::FallsShort,
        Verdict::Printed,
        Verdict::NotYetExpressible(String::new()),
        Verdict::Failed(String::new()),
    ];
    verdicts
        .iter()
        .map(|verdict| {
            let words = verdict.words();
            let of = |kind: Kind| {
                let same = |row: &&Phenomenon| {
                    row.outcome.verdict.words() == words && row.experiment.kind == kind
                };
                rows.iter().filter(same).count()
            };
            let by_kind = Kind::ALL.map(|(_, kind)| of(kind));
            (words, by_kind, by_kind.iter().sum())
        })
        .collect()
}

/// A figure with its error: `0.93 ± 0.02`.
pub(crate) fn shown(figure: &FigureResult) -> String {
    if figure.value.is_infinite() {
        return "never".to_owned();
    }
    match figure.error {
        Some(error) if error > 0.0 => {
            format!("{} ± {}", number::three(figure.value), number::two(error))
        }
        _ => number::three(figure.value),
    }
}

/// A band: `0.8 to 1`, `at least 0.8`, `no band`.
pub(crate) fn band(figure: &FigureResult) -> String {
    match (figure.low, figure.high) {
        (Some(low), Some(high)) => format!("{} to {}", number::three(low), number::three(high)),
        (Some(low), None) => format!("at least {}", number::three(low)),
        (None, Some(high)) => format!("at most {}", number::three(high)),
        (None, None) => "no band".to_owned(),
    }
}

/// The unit to be written behind a figure.
pub(crate) fn unit(figure: &FigureResult) -> String {
    if figure.unit == "1" {
        String::new()
    } else {
        format!(" {}", figure.unit)
    }
}

/// What is to be said of a figure beyond its number.
pub(crate) fn remark(figure: &FigureResult) -> &'static str {
    match (figure.has_band(), figure.holds(), figure.is_close()) {
        (false, _, _) => "",
        (true, true, false) => "inside",
        (true, true, true) => "inside, within chance of the edge",
        (true, false, false) => "OUTSIDE",
        (true, false, true) => "OUTSIDE, within chance of the edge",
    }
}
