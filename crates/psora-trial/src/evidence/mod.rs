//! What is published: a study as text.

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
    pub fn read(_file: &str, _text: &str) -> Result<Self, Diagnostics> {
        unimplemented!()
    }

    /// The weeks of all results, ascending, each once.
    #[must_use]
    pub fn weeks(&self) -> Vec<f64> {
        unimplemented!()
    }
}
