//! What is said of psoriasis, put to the test.
//!
//! An experiment file (`experiments/NN-name.toml`) holds a statement, an experiment on the
//! model and the band in which its figures must lie. [`Experiment::read`] reads it;
//! [`Laboratory::run`] makes the people, runs the cases and reckons the figures, on whatever
//! threads a [`crate::Host`] lends. A verdict is never written down: it follows from the run.

mod cohort;
mod dense;
mod figure;
mod fold;
mod laboratory;
mod outcome;
mod picture;
mod read;
mod reckon;
mod run;
mod structure;
#[cfg(test)]
mod tests;

pub use laboratory::Laboratory;
pub use outcome::{Curve, FigureResult, Outcome, Picture, Verdict};

use crate::outcome::Criterion;
use figure::Figure;
use psora_model::{Alteration, Diagnostics};
use std::collections::BTreeMap;
use std::ops::Range;

/// A statement and how it is put to the test.
#[derive(Debug, Clone)]
pub struct Experiment {
    /// Its number among the phenomena.
    pub number: usize,
    /// What is stated.
    pub statement: String,
    /// How well it is supported: `S` by published data, `P` partly, `X` not as it is said.
    pub evidence: String,
    /// Whether its outcome is evidence.
    pub kind: Kind,
    /// Where the criterion comes from.
    pub source: String,
    /// What is popularly said, where the data say otherwise.
    pub often_said: Option<String>,
    /// What the data say, where something else is popularly said.
    pub data_say: Option<String>,
    /// What a reader should know of the experiment.
    pub note: Option<String>,
    /// Whether it is quick and telling enough to be run at every change.
    pub sentinel: bool,
    /// What the model lacks to run it; empty for an experiment that can be run.
    pub needs: Vec<String>,
    design: Option<Design>,
}

/// Whether an outcome could have been otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// It follows from how the model is written: a test of the machinery.
    ByConstruction,
    /// Data of this kind were used to find the model's values.
    Fitted,
    /// Nothing of this kind was used: only these are evidence.
    Predicted,
}

impl Kind {
    /// Every kind, with the words that a file uses.
    pub const ALL: [(&'static str, Kind); 3] = [
        ("by construction", Kind::ByConstruction),
        ("fitted", Kind::Fitted),
        ("predicted", Kind::Predicted),
    ];

    /// The words that a file uses.
    #[must_use]
    pub fn words(self) -> &'static str {
        Self::ALL[self as usize].0
    }
}

/// The experiment itself.
#[derive(Debug, Clone)]
struct Design {
    people: Vec<Group>,
    cases: Vec<Case>,
    /// Looks, in days from the start; the first is 0.
    days: Vec<f64>,
    /// Names that are swept, each over its values.
    sweep: Vec<(String, Vec<f64>)>,
    structure: Option<Structure>,
    figures: Vec<Judged>,
}

/// People who begin an experiment alike.
#[derive(Debug, Clone)]
struct Group {
    name: String,
    start: Start,
    /// How many are drawn; none for the typical person alone.
    candidates: Option<usize>,
    enter: Enter,
    among: Option<Among>,
    /// Years of disease; none for each person's own.
    years: Option<f64>,
    noise: bool,
    drop_out: bool,
    /// Altered from birth on.
    alter: Vec<Alter>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Start {
    Healthy,
    Plaque,
}

/// Who of those drawn takes part.
#[derive(Debug, Clone)]
enum Enter {
    Everybody,
    /// As in a trial: screened by a rater two weeks before.
    Trial,
    /// By exact scores on day 0.
    Exact(Vec<Criterion>),
}

/// Those whose own value of a parameter ranks between two shares of all who were drawn.
#[derive(Debug, Clone)]
struct Among {
    parameter: String,
    from: f64,
    to: f64,
}

/// What is done to people of one group.
#[derive(Debug, Clone)]
struct Case {
    name: String,
    group: usize,
    regimen: Option<(String, Range<usize>)>,
    stop_day: Option<f64>,
    /// The share of doses that are missed; none for that of the population.
    missed: Option<f64>,
    alter: Vec<Alter>,
    from_day: f64,
    until_day: f64,
    pulses: Vec<Pulse>,
}

/// A name that is held or scaled.
#[derive(Debug, Clone)]
struct Alter {
    name: String,
    scaled: bool,
    amount: Amount,
}

/// A number, or the value of what is swept.
#[derive(Debug, Clone)]
enum Amount {
    Number(f64),
    Swept(String),
}

/// An input that is raised for a while.
#[derive(Debug, Clone)]
struct Pulse {
    input: String,
    height: Amount,
    from_day: f64,
    days: Amount,
}

/// What is asked of the typical person's steady states.
#[derive(Debug, Clone)]
struct Structure {
    /// The state at which the loop is cut to measure its gain, and how long it stays.
    cut: String,
    stay_day: f64,
    /// The input that is swept up and down, and to which height.
    input: String,
    highest: f64,
    steps: usize,
    /// The output that tells the branches apart.
    watch: String,
    alter: Vec<Alter>,
}

/// A figure and the band in which it must lie; none for one that is only printed.
#[derive(Debug, Clone)]
struct Judged {
    name: String,
    figure: Figure,
    low: Option<f64>,
    high: Option<f64>,
    unit: String,
}

impl Experiment {
    /// Reads an experiment file.
    ///
    /// # Errors
    /// Everything that is wrong with the text.
    pub fn read(file: &str, text: &str) -> Result<Self, Diagnostics> {
        read::read(file, text)
    }
}

impl Alter {
    fn at(&self, point: &BTreeMap<&str, f64>) -> (String, Alteration) {
        let amount = self.amount.at(point);
        let alteration = if self.scaled {
            Alteration::Scaled(amount)
        } else {
            Alteration::Held(amount)
        };
        (self.name.clone(), alteration)
    }
}

impl Amount {
    fn at(&self, point: &BTreeMap<&str, f64>) -> f64 {
        match self {
            Self::Number(number) => *number,
            // The reader has seen to it that what is swept has its name.
            Self::Swept(name) => point.get(name.as_str()).copied().unwrap_or(f64::NAN),
        }
    }
}

impl Design {
    /// Every point of the sweep: names with their values; one empty point without a sweep.
    fn points(&self) -> Vec<BTreeMap<&str, f64>> {
        let mut points = vec![BTreeMap::new()];
        for (name, values) in &self.sweep {
            points = points
                .into_iter()
                .flat_map(|point: BTreeMap<&str, f64>| {
                    values.iter().map(move |value| {
                        let mut point = point.clone();
                        point.insert(name.as_str(), *value);
                        point
                    })
                })
                .collect();
        }
        points
    }
}
