//! What a trial returns: plain values, ready for tables, figures and files.

use crate::outcome::{Relapse, RelapseResult};
use psora_model::OutputSlot;
use std::collections::BTreeMap;

/// A trial that has been run.
#[derive(Debug, Clone)]
pub struct TrialResult {
    /// The scenario's title.
    pub title: String,
    /// The visits of every arm, in weeks from first dose; the first is 0 (baseline).
    pub weeks: Vec<f64>,
    /// One an arm, in the scenario's order.
    pub arms: Vec<ArmResult>,
    /// The published study that the trial stands beside, if any: its name and DOI.
    pub study: Option<(String, String)>,
    /// The study's published baseline, as `(quantity, value in words)`.
    pub published_baseline: Vec<(String, String)>,
    /// Virtual patients that were screened to enrol the trial.
    pub screened: usize,
    /// Why those who were not enrolled were left out: reason and count.
    pub excluded: Vec<(String, usize)>,
    /// Whether the run was cancelled before every patient was done.
    pub partial: bool,
}

impl TrialResult {
    /// Measures relapses in every arm.
    pub fn measure_relapse(&mut self, definition: &Relapse) {
        for arm in &mut self.arms {
            arm.relapse = Some(definition.measure(&self.weeks, &arm.patients));
        }
    }
}

/// One arm.
#[derive(Debug, Clone)]
pub struct ArmResult {
    /// The arm's name.
    pub name: String,
    /// The regimen, in words.
    pub regimen: String,
    /// Dated doses of the first patient: week, treatment, amount with unit.
    pub doses: Vec<(f64, String, String)>,
    /// Names and units of the columns of [`PatientResult::outputs`].
    pub outputs: Vec<OutputSlot>,
    /// The patients that were simulated.
    pub patients: Vec<PatientResult>,
    /// Responder endpoints, by endpoint and week.
    pub endpoints: Vec<EndpointResult>,
    /// Mean scores by week, among those observed.
    pub means: Vec<MeanResult>,
    /// How often each rule of the regimen acted, in the regimen's order.
    pub rules: Vec<RuleResult>,
    /// Relapses, if the trial asks for them.
    pub relapse: Option<RelapseResult>,
}

/// How often a rule acted.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleResult {
    /// The rule in words.
    pub rule: String,
    /// Patients for whom it acted at least once.
    pub patients: usize,
    /// Patients of the arm, without those whose simulation failed.
    pub n: usize,
}

/// One virtual patient in one arm.
#[derive(Debug, Clone)]
pub struct PatientResult {
    /// The patient's number: the same person in every arm has the same number.
    pub id: u64,
    /// Covariates by name, in declared units (`WEIGHT` in kg).
    pub covariates: BTreeMap<String, f64>,
    /// Scores by visit; none at a visit that was missed or came after drop-out or failure.
    pub scores: Vec<Option<Scores>>,
    /// Outputs by visit: `outputs[visit * width + output]`, in the outputs' units; recorded
    /// to the end of the run whether or not the patient dropped out; not a number after a
    /// failure.
    pub outputs: Vec<f64>,
    /// How the patient's run ended.
    pub status: Status,
    /// What rules changed: the week, and which rule of the regimen.
    pub changes: Vec<(f64, usize)>,
    /// The week of the last dose taken, if any was.
    pub last_dose: Option<f64>,
}

/// What a rater writes down at a visit.
#[derive(Debug, Clone, PartialEq)]
pub struct Scores {
    /// Psoriasis Area and Severity Index, 0 to 72.
    pub pasi: f64,
    /// Erythema by region, 0 to 4.
    pub erythema: [u8; 4],
    /// Induration by region, 0 to 4.
    pub induration: [u8; 4],
    /// Desquamation by region, 0 to 4.
    pub desquamation: [u8; 4],
    /// Area class by region, 0 to 6.
    pub area: [u8; 4],
    /// Body surface area involved, in percent.
    pub bsa: f64,
    /// Investigator's Global Assessment, 0 to 4.
    pub iga: u8,
}

/// How a patient's run ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Status {
    /// All visits were reached.
    Completed,
    /// The patient left the trial.
    DroppedOut {
        /// When.
        week: f64,
    },
    /// The simulation could not be finished.
    Failed {
        /// When, in weeks.
        week: f64,
        /// The state that gave most trouble.
        state: String,
        /// Why, in words.
        why: String,
    },
}

/// Responders of an arm by an endpoint at a week.
#[derive(Debug, Clone, PartialEq)]
pub struct EndpointResult {
    /// `PASI50`, `PASI75`, `PASI90`, `PASI100`, `IGA01`.
    pub endpoint: String,
    /// When.
    pub week: f64,
    /// Responders; who is missing is not one (non-responder imputation).
    pub responders: usize,
    /// Patients, without those whose simulation failed.
    pub n: usize,
    /// `responders / n`.
    pub rate: f64,
    /// The Wilson 95% interval of the rate.
    pub interval: Interval,
    /// What was published for this arm, endpoint and week.
    pub published: Option<Published>,
}

/// A published proportion of responders.
#[derive(Debug, Clone, PartialEq)]
pub struct Published {
    /// The study.
    pub study: String,
    /// Responders.
    pub responders: usize,
    /// Patients.
    pub n: usize,
    /// `responders / n`.
    pub rate: f64,
    /// The Wilson 95% interval of the rate.
    pub interval: Interval,
}

/// A range of values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

/// A mean score of an arm at a week, among the patients observed.
#[derive(Debug, Clone, PartialEq)]
pub struct MeanResult {
    /// `PASI`, `PASI change` (percent from baseline), `BSA`, `IGA`.
    pub quantity: String,
    /// When.
    pub week: f64,
    /// The mean.
    pub mean: f64,
    /// The standard deviation.
    pub sd: f64,
    /// Quantiles 5, 25, 50, 75 and 95 percent.
    pub quantiles: [f64; 5],
    /// Patients observed.
    pub n: usize,
    /// A published mean and its standard error (0 where not given), if there is one.
    pub published: Option<(f64, f64)>,
}
