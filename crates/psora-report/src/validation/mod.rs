//! What a model said of published studies, beside what they found.
//!
//! A [`Validation`] holds one [`Row`] for every published result, judged or skipped with a
//! reason. From it come the summary ([`Validation::summary`]), a value for programs, a table
//! for the terminal, a page and a CSV, all of them from the same rows.
//!
//! It never simulates, and never leaves a row out.

mod csv;
mod figures;
mod group;
mod json;
mod ordinal;
mod page;
mod summary;
mod table;

pub use group::{Beside, Group};
pub use ordinal::Ordinal;
pub use summary::Summary;

/// Predictions of published studies.
#[derive(Debug, Clone)]
pub struct Validation {
    /// The calibration in use, or `none`.
    pub calibration: String,
    /// The hash of the model's text.
    pub model: String,
    /// The seed of every random number.
    pub seed: u64,
    /// Virtual patients that each study chose from.
    pub patients: usize,
    /// The version of the program.
    pub version: String,
    /// The command that gives the same results.
    pub command: String,
    /// The studies on which the values in use rest.
    pub basis: Vec<String>,
    /// The standard deviation between trials of one regimen, on the logit scale.
    pub between: f64,
    /// Virtual populations, one an arm that was simulated.
    pub arms: Vec<ArmNote>,
    /// One a published result, in the studies' order.
    pub rows: Vec<Row>,
}

/// How well the virtual people of an arm could be made like the published ones.
#[derive(Debug, Clone, PartialEq)]
pub struct ArmNote {
    /// The study's name.
    pub study: String,
    /// The arm.
    pub arm: String,
    /// Virtual patients that meet the criteria and could be simulated.
    pub people: usize,
    /// What their weights leave of them: the effective sample size.
    pub effective: f64,
    /// What was matched, in words.
    pub matched: String,
}

/// A published result and what was predicted.
#[derive(Debug, Clone)]
pub struct Row {
    /// The study's name.
    pub study: String,
    /// The folder of the study, which tells studies of one name apart.
    pub folder: String,
    /// The arm.
    pub arm: String,
    /// What was given, `placebo` for nothing; none if it is not known to the model.
    pub treatment: Option<String>,
    /// The class by target; none where there is no treatment.
    pub class: Option<String>,
    /// When; none for an arm of which nothing can be told apart.
    pub week: Option<f64>,
    /// `PASI90`, or a quantity (`PASI`).
    pub endpoint: String,
    /// Patients.
    pub n: Option<usize>,
    /// The published rate (0 to 1), or mean.
    pub observed: Option<f64>,
    /// How new the regimen is to the values in use; none where that cannot be said.
    pub stratum: Option<Stratum>,
    /// The prediction, or why there is none.
    pub verdict: Verdict,
}

/// A prediction, or why there is none.
#[derive(Debug, Clone)]
pub enum Verdict {
    /// It was predicted.
    Ok(Forecast),
    /// It was not, for this reason.
    Skipped(String),
}

/// What was predicted of a result.
#[derive(Debug, Clone, PartialEq)]
pub struct Forecast {
    /// Whether it is a mean of a quantity rather than a rate of responders.
    pub is_mean: bool,
    /// The rate (0 to 1) or mean of the virtual arm.
    pub predicted: f64,
    /// Quantiles 2.5, 10, 25, 75, 90 and 97.5 percent of what a trial of this size would find.
    pub quantiles: [f64; 6],
    /// The continuous ranked probability score, in the unit of the prediction.
    pub crps: f64,
    /// Where the observation lies in the predicted distribution, 0 to 1.
    pub place: f64,
    /// Mean absolute difference to single other trials of the same regimen in the folder.
    pub yardstick: Option<f64>,
    /// The pooled result of the same regimen in other studies.
    pub lookup: Option<f64>,
    /// The pooled result of the class near this week in other studies.
    pub class_mean: Option<f64>,
}

/// How new a regimen is to the values in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stratum {
    /// A study of the basis gave the same doses.
    RegimenSeen,
    /// The basis has the drug, at other doses or times.
    NewDose,
    /// The basis has another drug of the same class.
    NewDrug,
    /// The basis has no drug of the class.
    NewMechanism,
    /// Nothing was given.
    Placebo,
}

impl Stratum {
    /// Every stratum.
    pub const ALL: [Self; 5] = [
        Self::RegimenSeen,
        Self::NewDose,
        Self::NewDrug,
        Self::NewMechanism,
        Self::Placebo,
    ];

    /// Its name in files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::RegimenSeen => "regimen seen",
            Self::NewDose => "new dose",
            Self::NewDrug => "new drug",
            Self::NewMechanism => "new mechanism",
            Self::Placebo => "placebo",
        }
    }
}

/// Another prediction: what it is, and where it stands in a group.
pub(crate) type Other = (&'static str, fn(&Group) -> Option<Beside>);

/// A row that was predicted, with what that takes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Judged<'a> {
    pub(crate) row: &'a Row,
    pub(crate) forecast: &'a Forecast,
    pub(crate) observed: f64,
}

impl Judged<'_> {
    /// Predicted minus observed.
    pub(crate) fn error(&self) -> f64 {
        self.forecast.predicted - self.observed
    }

    pub(crate) fn is_placebo(&self) -> bool {
        self.row.stratum == Some(Stratum::Placebo)
    }

    /// Patients; a result without a number counts as one of the smallest trials.
    pub(crate) fn n(&self) -> f64 {
        self.row.n.unwrap_or(10) as f64
    }
}

impl Row {
    pub(crate) fn judged(&self) -> Option<Judged<'_>> {
        let Verdict::Ok(forecast) = &self.verdict else {
            return None;
        };
        let observed = self.observed?;
        Some(Judged {
            row: self,
            forecast,
            observed,
        })
    }

    /// The reason why it was skipped, if it was.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        match &self.verdict {
            Verdict::Ok(_) => None,
            Verdict::Skipped(reason) => Some(reason),
        }
    }
}

impl Validation {
    /// Rates of active arms that were predicted: what the summary is about.
    pub(crate) fn active(&self) -> Vec<Judged<'_>> {
        let judged = self.rows.iter().filter_map(Row::judged);
        judged
            .filter(|judged| !judged.forecast.is_mean && !judged.is_placebo())
            .collect()
    }

    /// Reasons for skipped rows, each with how many rows it holds back, most first.
    #[must_use]
    pub fn reasons(&self) -> Vec<(String, usize)> {
        let mut counts = std::collections::BTreeMap::<&str, usize>::new();
        for reason in self.rows.iter().filter_map(Row::reason) {
            *counts.entry(reason).or_default() += 1;
        }
        let mut reasons: Vec<(String, usize)> = counts
            .into_iter()
            .map(|(reason, count)| (reason.to_owned(), count))
            .collect();
        reasons.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        reasons
    }
}
