//! The arms: the same people, each as often as there are arms.

mod walk;

use super::enrol::{Enrolled, Enrolment, signals};
use super::machine::{Machine, Solver, state_name, words};
use super::{Arm, BLOCK, Scored, Trial, WEEK_DAY, YEAR_DAY, carried, latent, scored_outputs};
use crate::outcome::REGION_SHARE;
use crate::population::Plan;
use crate::random::Stream;
use crate::treatment::{Adherence, Dose};
use crate::{Host, PatientResult, Scores, Status};
use psora_engine::{Action, Course, Event, Trajectory};
use psora_model::{Diagnostic, Lowered};
use std::sync::Mutex;

/// The weight by which doses are reckoned where a population states none.
pub(crate) const USUAL_WEIGHT_KG: f64 = 85.0;

/// Patients by arm, as far as their blocks were begun.
pub(super) fn treat(
    trial: &Trial,
    machine: &dyn Machine,
    lowered: &[Lowered],
    enrolment: &Enrolment,
    host: &dyn Host,
) -> Result<Vec<Vec<PatientResult>>, Vec<Diagnostic>> {
    let mut treatments = Vec::new();
    for (arm, lowered) in trial.arms.iter().zip(lowered) {
        let core = &enrolment.core;
        treatments.push(Treated::new(trial, arm, machine, lowered, core)?);
    }
    let blocks: Vec<&[Enrolled]> = enrolment.patients.chunks(BLOCK).collect();
    // Arms run side by side, so that a cancelled trial has the same people in each.
    let count = blocks.len() * treatments.len();
    let results: Mutex<Vec<Vec<PatientResult>>> = Mutex::new(vec![Vec::new(); count]);
    host.stage("treatment", enrolment.patients.len() * treatments.len());
    host.for_each(count, &|task| {
        if host.cancelled() {
            return;
        }
        let block = blocks[task / treatments.len()];
        let patients = treatments[task % treatments.len()].block(block);
        results
            .lock()
            .expect("no task panics while it holds the lock")[task] = patients;
        host.advance(block.len());
    });
    let results = results
        .into_inner()
        .expect("no task panics while it holds the lock");
    let mut arms = vec![Vec::new(); treatments.len()];
    for (task, patients) in results.into_iter().enumerate() {
        arms[task % treatments.len()].extend(patients);
    }
    Ok(arms)
}

/// One arm, ready to run.
pub(super) struct Treated<'a> {
    trial: &'a Trial,
    arm: &'a Arm,
    lowered: &'a Lowered,
    core: &'a Lowered,
    plan: Plan,
    scored: Scored,
    solver: Solver<'a>,
}

impl<'a> Treated<'a> {
    pub(super) fn new(
        trial: &'a Trial,
        arm: &'a Arm,
        machine: &'a dyn Machine,
        lowered: &'a Lowered,
        core: &'a Lowered,
    ) -> Result<Self, Vec<Diagnostic>> {
        let treated = Self {
            trial,
            arm,
            lowered,
            core,
            plan: Plan::new(lowered, machine.covariates())?,
            scored: scored_outputs(lowered).expect("the core's outputs are in every lowering"),
            solver: machine.solver(lowered, &trial.options),
        };
        treated.check()?;
        Ok(treated)
    }

    /// Whether every dose has a place to go.
    fn check(&self) -> Result<(), Vec<Diagnostic>> {
        let horizon = self.trial.horizon_day();
        for dose in self.arm.regimen.doses(USUAL_WEIGHT_KG, horizon) {
            if self.lowered.state(&dose.into).is_empty() {
                let message = format!(
                    "arm {}: {} enters `{}`, which is not a species of the model",
                    self.arm.name, dose.treatment, dose.into
                );
                return Err(vec![Diagnostic::new(
                    "unknown-name",
                    "the trial",
                    None,
                    message,
                )]);
            }
        }
        for rule in self.arm.regimen.rules() {
            if let Some(week) = rule
                .weeks
                .iter()
                .find(|&&week| self.trial.visit(week).is_none())
            {
                let message = format!(
                    "arm {}: a rule is asked in week {week}, which is no visit",
                    self.arm.name
                );
                return Err(vec![Diagnostic::new(
                    "wrong-value",
                    "the trial",
                    None,
                    message,
                )]);
            }
        }
        Ok(())
    }

    pub(super) fn block(&self, patients: &[Enrolled]) -> Vec<PatientResult> {
        if !self.arm.regimen.rules().is_empty() {
            return self.by_rules(patients);
        }
        let doses: Vec<Vec<Dose>> = patients
            .iter()
            .map(|patient| {
                let mut adherence = self.adherence(patient);
                let mut planned = self.planned(patient);
                planned.retain(|dose| adherence.takes(dose));
                planned
            })
            .collect();
        let courses: Vec<Course> = patients
            .iter()
            .zip(&doses)
            .map(|(patient, doses)| self.course(patient, doses))
            .collect();
        let trajectories = (self.solver)(&courses);
        patients
            .iter()
            .zip(doses)
            .zip(trajectories)
            .map(|((patient, doses), trajectory)| PatientResult {
                last_dose: doses.last().map(|dose| dose.day / WEEK_DAY),
                ..self.scored(patient, trajectory)
            })
            .collect()
    }

    fn planned(&self, patient: &Enrolled) -> Vec<Dose> {
        let horizon = self.trial.horizon_day();
        self.arm.regimen.doses(patient.weight_kg(), horizon)
    }

    fn adherence(&self, patient: &Enrolled) -> Adherence {
        let missed = self.trial.population.missed_dose();
        Adherence::new(missed, self.trial.seed, patient.id)
    }

    fn course(&self, patient: &Enrolled, doses: &[Dose]) -> Course {
        let (trial, seed) = (self.trial, self.trial.seed);
        let horizon = trial.horizon_day();
        Course {
            parameters: self.plan.parameters(seed, patient.id, &patient.covariates),
            start: carried(self.core, &patient.states, self.lowered),
            from: 0.0,
            events: doses
                .iter()
                .flat_map(|dose| dose_events(self.lowered, dose))
                .collect(),
            signals: signals(self.lowered, trial, patient.id, horizon),
            visits: trial.weeks.iter().map(|week| week * WEEK_DAY).collect(),
        }
    }

    fn scored(&self, patient: &Enrolled, trajectory: Trajectory) -> PatientResult {
        let (trial, width) = (self.trial, self.lowered.outputs.len());
        let leaves = self.leaves(patient.id);
        let mut scores: Vec<Option<Scores>> = Vec::with_capacity(trial.weeks.len());
        for (visit, &week) in trial.weeks.iter().enumerate() {
            let row = trajectory.outputs.get(visit * width..(visit + 1) * width);
            scores.push(row.filter(|_| week < leaves).map(|row| {
                let occasion = format!("week {week}");
                let seen = latent(row, &self.scored);
                trial
                    .population
                    .rater
                    .score(&seen, trial.seed, patient.id, &occasion)
            }));
        }
        let end = trial.weeks.last().copied().unwrap_or_default();
        let status = match trajectory.failure {
            Some(failure) => Status::Failed {
                week: failure.time / WEEK_DAY,
                state: state_name(self.lowered, failure.state),
                why: words(failure.why),
            },
            None if leaves <= end => Status::DroppedOut { week: leaves },
            None => Status::Completed,
        };
        let mut outputs = trajectory.outputs;
        outputs.resize(trial.weeks.len() * width, f64::NAN);
        let (id, covariates) = (patient.id, patient.covariates.clone());
        PatientResult {
            id,
            covariates,
            scores,
            outputs,
            status,
            changes: Vec::new(),
            last_dose: None,
        }
    }

    /// The week in which a patient leaves. His patience is the same in every arm.
    fn leaves(&self, id: u64) -> f64 {
        let patience = -libm::log(Stream::new(self.trial.seed, id, "drop-out").uniform());
        patience / self.arm.drop_out * YEAR_DAY / WEEK_DAY
    }
}

/// A dose as additions to states. On sites, light reaches each in full; a mass is spread
/// by the share of the body surface.
pub(crate) fn dose_events(lowered: &Lowered, dose: &Dose) -> Vec<Event> {
    let states = lowered.state(&dose.into);
    states
        .iter()
        .map(|&state| {
            let slot = &lowered.states[state];
            let share = match slot.site {
                Some(site) if dose.unit == "mg" => REGION_SHARE.get(site).copied(),
                _ => None,
            };
            // A mass is in mg, the canonical unit; light is in the unit of its state.
            let factor = if dose.unit == "mg" { 1.0 } else { slot.factor };
            let amount = dose.amount * factor * share.unwrap_or(1.0);
            Event {
                time: dose.day,
                action: Action::Add { state, amount },
            }
        })
        .collect()
}
