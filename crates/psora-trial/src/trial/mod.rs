//! A question, resolved, and its run.
//!
//! Candidates are drawn by number and fall ill: healthy, pushed for 60 days, left alone for
//! the years that they have had the disease (the core model alone, once a patient). A rater
//! screens them, whoever meets the inclusion criteria is enrolled, and each arm begins from
//! the same end of the run-in. Work is split into fixed blocks that a [`Host`] runs as it
//! likes; nothing depends on how.

mod cohort;
mod enrol;
mod given;
mod machine;
mod summary;
mod treat;

pub use cohort::{Cohort, FollowUp, Followed, Person, Setting};

use crate::evidence::{PublishedResult, Study};
use crate::outcome::Latent;
use crate::population::{Plan, Population};
use crate::treatment::Regimen;
use crate::{ArmResult, Host, TrialResult};
pub(crate) use enrol::run_in;
pub(crate) use machine::{state_name, words};
pub(crate) use treat::{USUAL_WEIGHT_KG, dose_events};

use enrol::Enrolled;
use machine::Machine;
use psora_engine::{Options, Signal};
use psora_model::{Diagnostic, Diagnostics, Lowered, Model};
use std::collections::BTreeMap;

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

/// Patients in a block: what one task of the host simulates.
pub(crate) const BLOCK: usize = 32;

/// How long the onset pushes, in days (ARCHITECTURE.md, section 5: "The onset is a trigger").
pub(crate) const TRIGGER_DAY: f64 = 60.0;

/// Days in a week, the unit of results.
pub(crate) const WEEK_DAY: f64 = 7.0;

/// Days in a Julian year.
pub(crate) const YEAR_DAY: f64 = 365.25;

impl Trial {
    /// Screens, enrols, treats and scores virtual patients.
    ///
    /// When the host cancels, finished patients are kept and the result is marked partial.
    ///
    /// # Errors
    /// When model and population do not fit, or hardly anybody qualifies.
    pub fn run(&self, model: &Model, host: &dyn Host) -> Result<TrialResult, Diagnostics> {
        self.run_on(model, host).map_err(|list| Diagnostics {
            list,
            texts: BTreeMap::new(),
        })
    }

    fn run_on(
        &self,
        machine: &dyn Machine,
        host: &dyn Host,
    ) -> Result<TrialResult, Vec<Diagnostic>> {
        self.check(machine)?;
        let enrolment = enrol::enrol(self, machine, host)?;
        let lowered: Vec<Lowered> = self
            .arms
            .iter()
            .map(|arm| machine.lower(&arm.regimen.treatments()))
            .collect();
        let treated = treat::treat(self, machine, &lowered, &enrolment, host)?;
        let mut arms = Vec::new();
        for ((arm, lowered), patients) in self.arms.iter().zip(lowered).zip(treated) {
            let study = self.study.as_ref().map_or("", |study| study.name.as_str());
            let (endpoints, means) = summary::summary(&self.weeks, &patients, &arm.results, study);
            arms.push(ArmResult {
                name: arm.name.clone(),
                regimen: arm.regimen.text().to_owned(),
                doses: self.doses_in_words(arm, enrolment.patients.first()),
                outputs: lowered.outputs,
                rules: summary::rules(arm.regimen.rules(), &patients),
                relapse: None,
                patients,
                endpoints,
                means,
            });
        }
        let finished = arms.iter().all(|arm| arm.patients.len() == self.size);
        let study = self.study.as_ref();
        Ok(TrialResult {
            title: self.title.clone(),
            weeks: self.weeks.clone(),
            arms,
            study: study.map(|study| (study.name.clone(), study.citation.clone())),
            published_baseline: study
                .map(|study| study.population.in_words())
                .unwrap_or_default(),
            screened: enrolment.screened,
            excluded: enrolment.excluded,
            partial: !finished,
        })
    }

    /// What can be seen to be wrong before anything is simulated.
    fn check(&self, machine: &dyn Machine) -> Result<(), Vec<Diagnostic>> {
        let mut faults = Vec::new();
        let mut fault = |message: String, help: &str| {
            faults.push(Diagnostic::new("no-trial", "the trial", None, message).help(help));
        };
        let ascending = self.weeks.first() == Some(&0.0) && self.weeks.is_sorted_by(|a, b| a < b);
        if !ascending {
            fault(
                "the visits do not ascend from week 0".to_owned(),
                "begin with 0, the baseline, and write each week once, in order",
            );
        }
        if self.size == 0 {
            fault(
                "a trial of nobody".to_owned(),
                "ask for at least one patient an arm",
            );
        }
        for covariate in machine.covariates() {
            let name = &covariate.name;
            if let Some(unit) = self.population.unit(name)
                && unit != covariate.unit
            {
                let message = format!(
                    "the population states {name} in `{unit}`, the model in `{}`",
                    covariate.unit
                );
                fault(message, "state it in the model's unit");
            }
        }
        if let Err(missing) = scored_outputs(&machine.lower(&[])) {
            let message = format!("the model has no output `{missing}` for each of four regions");
            fault(message, "PASI is scored on head, arms, trunk and legs");
        }
        if faults.is_empty() {
            Ok(())
        } else {
            Err(faults)
        }
    }

    /// The visit in this week. Weeks come from sums of days: a second's difference is none.
    fn visit(&self, week: f64) -> Option<usize> {
        self.weeks
            .iter()
            .position(|visit| (visit - week).abs() < 1e-6)
    }

    fn horizon_day(&self) -> f64 {
        self.weeks.last().copied().unwrap_or_default() * WEEK_DAY
    }

    /// The doses of the first patient: week, treatment, amount with unit.
    fn doses_in_words(&self, arm: &Arm, first: Option<&Enrolled>) -> Vec<(f64, String, String)> {
        let weight = first.map_or(treat::USUAL_WEIGHT_KG, |patient| patient.weight_kg());
        arm.regimen
            .doses(weight, self.horizon_day())
            .into_iter()
            .map(|dose| {
                // Weight-based doses deserve three digits, stated ones are short already.
                let amount = (dose.amount * 1000.0).round() / 1000.0;
                (
                    dose.day / WEEK_DAY,
                    dose.treatment,
                    format!("{amount} {}", dose.unit),
                )
            })
            .collect()
    }
}

/// The typical patient's states in `lowered` after `duration_year` of disease.
///
/// The run-in uses the core model alone; states that only `lowered` has are as at its start.
///
/// # Errors
/// A sentence when the run-in could not be simulated.
pub fn plaque_start(
    model: &Model,
    lowered: &Lowered,
    duration_year: f64,
) -> Result<Vec<f64>, String> {
    let machine: &dyn Machine = model;
    let core = machine.lower(&[]);
    let plan =
        Plan::new(&core, machine.covariates()).map_err(|faults| faults[0].message.clone())?;
    let signals = vec![Signal::default(); core.inputs.len()];
    let course = enrol::run_in(
        &core,
        plan.typical(&BTreeMap::new()),
        signals,
        duration_year,
        &[0.0],
    );
    let trajectory = machine.solver(&core, &Options::default())(&[course])
        .pop()
        .ok_or("the engine returned nothing")?;
    match trajectory.failure {
        None => Ok(carried(&core, &trajectory.end, lowered)),
        Some(failure) => Err(format!(
            "the run-in failed at day {:.1}: {} ({})",
            failure.time,
            machine::words(failure.why),
            machine::state_name(&core, failure.state),
        )),
    }
}

/// States handed from one lowering to another by name and site; what only `into` has is as
/// at its start.
pub(crate) fn carried(from: &Lowered, states: &[f64], into: &Lowered) -> Vec<f64> {
    let known: BTreeMap<(&str, Option<usize>), f64> = from
        .states
        .iter()
        .zip(states)
        .map(|(slot, &value)| ((slot.name.as_str(), slot.site), value))
        .collect();
    into.states
        .iter()
        .zip(&into.equations.start)
        .map(|(slot, &start)| {
            known
                .get(&(slot.name.as_str(), slot.site))
                .copied()
                .unwrap_or(start)
        })
        .collect()
}

/// Slots of the outputs that a rater looks at: three signs and the area, each by region.
pub(crate) type Scored = [[usize; 4]; 4];

pub(crate) fn scored_outputs(lowered: &Lowered) -> Result<Scored, &'static str> {
    let mut scored = [[0; 4]; 4];
    let names = [
        "PASI_erythema",
        "PASI_induration",
        "PASI_desquamation",
        "PASI_area",
    ];
    for (slots, name) in scored.iter_mut().zip(names) {
        *slots = lowered.output(name).try_into().map_err(|_| name)?;
    }
    Ok(scored)
}

/// What there is to see in one row of outputs.
pub(crate) fn latent(outputs: &[f64], scored: &Scored) -> Latent {
    let [erythema, induration, desquamation, area] =
        scored.map(|slots| slots.map(|slot| outputs[slot]));
    Latent {
        signs: [erythema, induration, desquamation],
        area,
    }
}

#[cfg(test)]
mod tests;
