//! What is published: a study as text (`evidence/NAME/study.toml`), nothing inferred.
//!
//! A [`Study`] gives a trial its arms, its baseline and the figures that stand beside the
//! simulated ones. Its regimens are checked for grammar here and for drugs when a trial is
//! made, since a study may speak of a drug that the model does not know.

mod read;
mod result;

use crate::Interval;
use crate::outcome::statistics::wilson;
use psora_model::Diagnostics;
use std::ops::Range;

/// A published study, nothing inferred.
#[derive(Debug, Clone, PartialEq)]
pub struct Study {
    /// Its name.
    pub name: String,
    /// `doi:...`, `NCT...` or a sentence.
    pub citation: String,
    /// The year of publication.
    pub year: Option<u16>,
    /// Free text.
    pub notes: Option<String>,
    /// The baseline as published.
    pub population: Baseline,
    /// The arms, in the file's order.
    pub arms: Vec<StudyArm>,
}

/// The people of a study (or of one arm) at baseline; what is not published is none.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Baseline {
    /// Patients.
    pub n: Option<usize>,
    /// Quantities by key of the file (`pasi`, `weight_kg`, `age_year`, `duration_year`, `bmi`).
    pub quantities: Vec<(String, Summary)>,
    /// Shares by key of the file (`male`, `prior_biologic`, `psoriatic_arthritis`, `asian`).
    pub shares: Vec<(String, f64)>,
    /// Who may enter: `PASI >= 12`.
    pub inclusion: Vec<String>,
}

/// A published mean and standard deviation, or median.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Summary {
    /// The mean.
    pub mean: Option<f64>,
    /// The standard deviation.
    pub sd: Option<f64>,
    /// The median.
    pub median: Option<f64>,
}

/// An arm of a study.
#[derive(Debug, Clone, PartialEq)]
pub struct StudyArm {
    /// Its name.
    pub name: String,
    /// Patients.
    pub n: Option<usize>,
    /// The regimen's sentence.
    pub regimen: String,
    /// Where the sentence stands in the file, so that faults found later can point there.
    pub regimen_span: Range<usize>,
    /// Its own baseline, if published.
    pub population: Option<Baseline>,
    /// Everything else that the file says of it, as `(key, words)` (`rescue`, `enriched`).
    pub remarks: Vec<(String, String)>,
    /// Results.
    pub results: Vec<PublishedResult>,
}

/// A published result of an arm.
#[derive(Debug, Clone, PartialEq)]
pub struct PublishedResult {
    /// When.
    pub week: f64,
    /// What.
    pub value: PublishedValue,
    /// A part of the arm only, in words.
    pub subgroup: Option<String>,
    /// How missing patients were counted (`NRI`, `LOCF`, `MI`, `observed`).
    pub imputation: Option<String>,
    /// Everything else that the file says of it, as `(key, words)` (`clock`, `definition`).
    pub remarks: Vec<(String, String)>,
}

/// The figure of a published result.
#[derive(Debug, Clone, PartialEq)]
pub enum PublishedValue {
    /// A count of responders.
    Responders {
        /// `PASI90`.
        endpoint: String,
        /// How many responded.
        responders: usize,
        /// Of how many.
        of: usize,
    },
    /// A mean.
    Mean {
        /// `PASI`.
        quantity: String,
        /// The mean.
        mean: f64,
        /// Its standard error, from `se`, or `sd` and `n`.
        se: Option<f64>,
        /// Patients.
        n: Option<usize>,
    },
    /// A median.
    Median {
        /// `weeks to relapse`.
        quantity: String,
        /// The median.
        median: f64,
        /// Its interval.
        interval: Option<(f64, f64)>,
        /// Patients.
        n: Option<usize>,
    },
}

impl Study {
    /// Reads a study (`evidence/NAME/study.toml`).
    ///
    /// # Errors
    /// Everything that is wrong with the text.
    pub fn read(file: &str, text: &str) -> Result<Self, Diagnostics> {
        read::read(file, text)
    }

    /// The weeks of all results, ascending, each once.
    #[must_use]
    pub fn weeks(&self) -> Vec<f64> {
        let results = self.arms.iter().flat_map(|arm| &arm.results);
        let mut weeks: Vec<f64> = results.map(|result| result.week).collect();
        weeks.sort_by(f64::total_cmp);
        weeks.dedup();
        weeks
    }
}

impl Baseline {
    /// The baseline in words, as `(quantity, value)`.
    #[must_use]
    pub fn in_words(&self) -> Vec<(String, String)> {
        let mut words = Vec::new();
        if let Some(n) = self.n {
            words.push(("n".to_owned(), n.to_string()));
        }
        for (name, summary) in &self.quantities {
            let value = match (summary.mean, summary.sd, summary.median) {
                (Some(mean), Some(sd), _) => format!("{mean} ({sd})"),
                (Some(mean), None, _) => mean.to_string(),
                (None, _, Some(median)) => format!("median {median}"),
                (None, _, None) => continue,
            };
            words.push((name.clone(), value));
        }
        for (name, share) in &self.shares {
            // Shares are published in whole or tenths of percent.
            words.push((
                name.clone(),
                format!("{} %", (share * 1000.0).round() / 10.0),
            ));
        }
        if !self.inclusion.is_empty() {
            words.push(("inclusion".to_owned(), self.inclusion.join(", ")));
        }
        words
    }
}

impl PublishedResult {
    /// The proportion of the whole arm that responded by `endpoint` at `week`, if this is it.
    #[must_use]
    pub fn responders(&self, endpoint: &str, week: f64) -> Option<(usize, usize, Interval)> {
        match &self.value {
            PublishedValue::Responders {
                endpoint: own,
                responders,
                of,
            } if own == endpoint && self.is_of_whole_arm_at(week) && *of > 0 => {
                Some((*responders, *of, wilson(*responders, *of)))
            }
            _ => None,
        }
    }

    /// The mean of `quantity` in the whole arm at `week` and its standard error (0 where not
    /// published), if this is it.
    #[must_use]
    pub fn mean(&self, quantity: &str, week: f64) -> Option<(f64, f64)> {
        match &self.value {
            PublishedValue::Mean {
                quantity: own,
                mean,
                se,
                ..
            } if own == quantity && self.is_of_whole_arm_at(week) => {
                Some((*mean, se.unwrap_or(0.0)))
            }
            _ => None,
        }
    }

    fn is_of_whole_arm_at(&self, week: f64) -> bool {
        // Weeks are written by people: anything nearer than a minute is the same visit.
        self.subgroup.is_none() && (self.week - week).abs() < 1e-4
    }
}

#[cfg(test)]
mod tests;
