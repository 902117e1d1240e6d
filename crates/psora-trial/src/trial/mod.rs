//! A question, resolved, and its run.

use crate::evidence::{PublishedResult, Study};
use crate::population::Population;
use crate::treatment::Regimen;
use crate::{Host, TrialResult};
use psora_engine::Options;
use psora_model::{Diagnostics, Lowered, Model};

/// Everything that a trial needs to run.
#[derive(Debug, Clone)]
pub struct Trial {
    /// The scenario's title.
    pub title: String,
    /// Visits in weeks, ascending, the first 0.
    pub weeks: Vec<f64>,
    /// The arms.
    pub arms: Vec<Arm>,
    /// Who may be sampled, already moved to the study's baseline.
    pub population: Population,
    /// Patients in each arm.
    pub size: usize,
    /// The seed of every random number.
    pub seed: u64,
    /// The published study beside it.
    pub study: Option<Study>,
    /// Accuracy and lanes.
    pub options: Options,
}

/// One arm of a trial.
#[derive(Debug, Clone)]
pub struct Arm {
    /// Its name.
    pub name: String,
    /// What its patients get.
    pub regimen: Regimen,
    /// Patients as published.
    pub n: Option<usize>,
    /// Published results.
    pub results: Vec<PublishedResult>,
    /// The hazard of leaving, per year.
    pub drop_out: f64,
}

impl Trial {
    /// Screens, enrols, treats and scores virtual patients.
    ///
    /// # Errors
    /// When model and population do not fit, or hardly anybody qualifies.
    pub fn run(&self, _model: &Model, _host: &dyn Host) -> Result<TrialResult, Diagnostics> {
        unimplemented!()
    }
}

/// The typical patient's states in `lowered` after `duration_year` of disease.
///
/// # Errors
/// A sentence when the run-in could not be simulated.
pub fn plaque_start(
    _model: &Model,
    _lowered: &Lowered,
    _duration_year: f64,
) -> Result<Vec<f64>, String> {
    unimplemented!()
}
