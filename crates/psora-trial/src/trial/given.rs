//! Given patients: exactly those of an event table, with their covariates and their doses.
//!
//! Nobody is screened: a table says who is in. What a table does not say of a patient
//! (years of disease, habits) is drawn for him as for anybody, by his number.

use super::enrol::{Enrolled, run_in, signals, years_ill};
use super::machine::{Machine, state_name, words};
use super::treat::Treated;
use super::{BLOCK, Trial, WEEK_DAY, latent, scored_outputs, summary};
use crate::events::EventPatient;
use crate::population::Plan;
use crate::{ArmResult, Host, PatientResult, Status, TrialResult};
use psora_engine::Course;
use psora_model::{Diagnostic, Diagnostics, Lowered, Model};
use std::collections::BTreeMap;
use std::sync::Mutex;

impl Trial {
    /// Runs the patients of an event table as the trial's one arm.
    ///
    /// # Errors
    /// When model and population do not fit, or a dose has no place to go.
    pub fn run_given(
        &self,
        patients: &[EventPatient],
        model: &Model,
        host: &dyn Host,
    ) -> Result<TrialResult, Diagnostics> {
        self.run_given_on(patients, model, host)
            .map_err(|list| Diagnostics {
                list,
                texts: BTreeMap::new(),
            })
    }

    pub(super) fn run_given_on(
        &self,
        patients: &[EventPatient],
        machine: &dyn Machine,
        host: &dyn Host,
    ) -> Result<TrialResult, Vec<Diagnostic>> {
        self.check(machine)?;
        let core = machine.lower(&[]);
        let mut treatments: Vec<&str> = Vec::new();
        for dose in patients.iter().flat_map(|patient| &patient.doses) {
            if !treatments.contains(&dose.treatment.as_str()) {
                treatments.push(&dose.treatment);
            }
        }
        let lowered = machine.lower(&treatments);
        let arm = &self.arms[0];
        let given = Given {
            trial: self,
            plan: Plan::new(&core, machine.covariates())?,
            solver: machine.solver(&core, &self.options),
            treated: Treated::new(self, arm, machine, &lowered, &core)?,
            core: &core,
            width: lowered.outputs.len(),
        };
        let blocks: Vec<&[EventPatient]> = patients.chunks(BLOCK).collect();
        let done = Mutex::new(BTreeMap::new());
        host.stage("patients", patients.len());
        host.for_each(blocks.len(), &|block| {
            if host.cancelled() {
                return;
            }
            let results = given.block(blocks[block], block * BLOCK);
            done.lock()
                .expect("no task panics while it holds the lock")
                .insert(block, results);
            host.advance(blocks[block].len());
        });
        let done = done
            .into_inner()
            .expect("no task panics while it holds the lock");
        let results: Vec<PatientResult> = done.into_values().flatten().collect();
        let (endpoints, means) = summary::summary(&self.weeks, &results, &[], "");
        drop(given);
        let partial = results.len() != patients.len();
        Ok(TrialResult {
            title: self.title.clone(),
            weeks: self.weeks.clone(),
            arms: vec![ArmResult {
                name: arm.name.clone(),
                regimen: arm.regimen.text().to_owned(),
                doses: doses_in_words(patients.first()),
                outputs: lowered.outputs,
                patients: results,
                endpoints,
                means,
                rules: Vec::new(),
                relapse: None,
            }],
            study: None,
            published_baseline: Vec::new(),
            screened: patients.len(),
            excluded: Vec::new(),
            partial,
        })
    }
}

/// What a block of given patients needs.
struct Given<'a> {
    trial: &'a Trial,
    core: &'a Lowered,
    plan: Plan,
    solver: super::machine::Solver<'a>,
    treated: Treated<'a>,
    width: usize,
}

impl Given<'_> {
    fn block(&self, tables: &[EventPatient], first: usize) -> Vec<PatientResult> {
        let people: Vec<(u64, BTreeMap<String, f64>)> = tables
            .iter()
            .enumerate()
            .map(|(place, table)| {
                // A number is the patient's own; another name is his place in the table.
                let id = table.id.parse().unwrap_or((first + place) as u64);
                let mut covariates = self.trial.population.covariates(self.trial.seed, id);
                covariates.extend(table.covariates.clone());
                (id, covariates)
            })
            .collect();
        let courses: Vec<Course> = people
            .iter()
            .map(|(id, covariates)| {
                let parameters = self.plan.parameters(self.trial.seed, *id, covariates);
                let signals = signals(self.core, self.trial, *id, 0.0);
                let years = years_ill(covariates, &self.trial.population);
                run_in(self.core, parameters, signals, years, &[0.0])
            })
            .collect();
        let mut results: Vec<Option<PatientResult>> = vec![None; tables.len()];
        let (mut places, mut ready) = (Vec::new(), Vec::new());
        for (place, (trajectory, (id, covariates))) in
            (self.solver)(&courses).into_iter().zip(people).enumerate()
        {
            if let Some(failure) = trajectory.failure {
                let status = Status::Failed {
                    week: failure.time / WEEK_DAY,
                    state: state_name(self.core, failure.state),
                    why: words(failure.why),
                };
                results[place] = Some(self.failed(id, covariates, status));
                continue;
            }
            let scored = scored_outputs(self.core).expect("checked before");
            let seen = latent(&trajectory.outputs, &scored);
            let rater = &self.trial.population.rater;
            places.push(place);
            ready.push((
                Enrolled {
                    id,
                    covariates,
                    screening: rater.score(&seen, self.trial.seed, id, "screening"),
                    states: trajectory.end,
                },
                &tables[place],
            ));
        }
        for (place, result) in places.into_iter().zip(self.treated.by_tables(&ready)) {
            results[place] = Some(result);
        }
        results.into_iter().flatten().collect()
    }

    fn failed(&self, id: u64, covariates: BTreeMap<String, f64>, status: Status) -> PatientResult {
        let visits = self.trial.weeks.len();
        PatientResult {
            id,
            covariates,
            scores: vec![None; visits],
            outputs: vec![f64::NAN; visits * self.width],
            status,
            changes: Vec::new(),
            last_dose: None,
        }
    }
}

fn doses_in_words(first: Option<&EventPatient>) -> Vec<(f64, String, String)> {
    let doses = first.map_or(&[][..], |patient| &patient.doses);
    doses
        .iter()
        .map(|dose| {
            let amount = (dose.amount * 1000.0).round() / 1000.0;
            let week = dose.day / WEEK_DAY;
            (week, dose.treatment.clone(), format!("{amount} mg"))
        })
        .collect()
}
