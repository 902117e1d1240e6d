//! Falling ill, and being let in.
//!
//! Candidates are numbered from 0 and taken in that order, so that whoever is enrolled does
//! not depend on how many were simulated at once. The screening visit lies some days before
//! baseline and has its own look of the rater: who had a bad day, or a strict rater, gets in
//! and regresses to his mean.

use super::machine::{Machine, Solver};
use super::{BLOCK, Scored, TRIGGER_DAY, Trial, YEAR_DAY, latent, scored_outputs};
use crate::population::Plan;
use crate::{Host, Population, Scores};
use psora_engine::{Action, Course, Event, Signal};
use psora_model::{Diagnostic, Lowered};
use std::collections::BTreeMap;
use std::sync::Mutex;

/// Candidates after which a population that hardly qualifies is given up.
pub(super) const PATIENCE: usize = 512;

/// The share of candidates that must qualify.
pub(super) const LEAST_SHARE: f64 = 0.02;

/// Who is in, and who is not.
pub(super) struct Enrolment {
    /// The core model as equations, in whose order `Enrolled::states` stand.
    pub(super) core: Lowered,
    pub(super) patients: Vec<Enrolled>,
    pub(super) screened: usize,
    pub(super) excluded: Vec<(String, usize)>,
}

/// A patient at the end of his run-in.
#[derive(Debug, Clone)]
pub(super) struct Enrolled {
    pub(super) id: u64,
    pub(super) covariates: BTreeMap<String, f64>,
    /// What the rater wrote down at screening.
    pub(super) screening: Scores,
    pub(super) states: Vec<f64>,
}

/// A candidate: in, or why not.
pub(super) type Candidate = Result<Enrolled, String>;

/// Screens candidates until the trial is full or the host cancels.
pub(super) fn enrol(
    trial: &Trial,
    machine: &dyn Machine,
    host: &dyn Host,
) -> Result<Enrolment, Vec<Diagnostic>> {
    let core = machine.lower(&[]);
    let screening = Screening::new(trial, machine, &core)?;
    let (mut patients, mut excluded) = (Vec::new(), BTreeMap::<String, usize>::new());
    let mut screened = 0;
    while patients.len() < trial.size && !host.cancelled() {
        let wave = wave(trial.size - patients.len(), patients.len(), screened);
        host.stage("screening", wave * BLOCK);
        let (results, complete) = screening.wave(screened / BLOCK, wave, host);
        for candidate in results {
            if patients.len() == trial.size {
                break;
            }
            screened += 1;
            match candidate {
                Ok(patient) => patients.push(patient),
                Err(why) => *excluded.entry(why).or_default() += 1,
            }
        }
        if !complete {
            break;
        }
        if screened >= PATIENCE && (patients.len() as f64) < LEAST_SHARE * screened as f64 {
            return Err(vec![hardly_anybody(patients.len(), screened, &excluded)]);
        }
    }
    let excluded = excluded.into_iter().collect();
    drop(screening);
    Ok(Enrolment {
        core,
        patients,
        screened,
        excluded,
    })
}

/// Blocks to screen next, from those wanted and the share that qualified so far.
fn wave(wanted: usize, enrolled: usize, screened: usize) -> usize {
    // Of nobody seen yet, expect four in five.
    let share = if screened == 0 {
        0.8
    } else {
        (enrolled as f64 / screened as f64).max(0.05)
    };
    let candidates = (wanted as f64 / share).ceil() as usize;
    // Before patience ends there is no need to screen beyond it.
    let most = if screened < PATIENCE && enrolled == 0 && screened > 0 {
        PATIENCE - screened
    } else {
        usize::MAX
    };
    candidates.min(most).div_ceil(BLOCK)
}

pub(super) struct Screening<'a> {
    trial: &'a Trial,
    core: &'a Lowered,
    plan: Plan,
    scored: Scored,
    solver: Solver<'a>,
}

impl<'a> Screening<'a> {
    pub(super) fn new(
        trial: &'a Trial,
        machine: &'a dyn Machine,
        core: &'a Lowered,
    ) -> Result<Self, Vec<Diagnostic>> {
        Ok(Self {
            trial,
            plan: Plan::new(core, machine.covariates())?,
            scored: scored_outputs(core).expect("checked before"),
            solver: machine.solver(core, &trial.options),
            core,
        })
    }

    /// Candidates of `blocks` blocks from block `first` on, as far as they were begun without
    /// a gap, and whether that is all.
    pub(super) fn wave(
        &self,
        first: usize,
        blocks: usize,
        host: &dyn Host,
    ) -> (Vec<Candidate>, bool) {
        let results: Mutex<Vec<Option<Vec<Candidate>>>> = Mutex::new(vec![None; blocks]);
        host.for_each(blocks, &|block| {
            if host.cancelled() {
                return;
            }
            let from = ((first + block) * BLOCK) as u64;
            let candidates = self.block(from);
            results
                .lock()
                .expect("no task panics while it holds the lock")[block] = Some(candidates);
            host.advance(BLOCK);
        });
        let results = results
            .into_inner()
            .expect("no task panics while it holds the lock");
        let begun: Vec<_> = results.into_iter().map_while(|block| block).collect();
        let complete = begun.len() == blocks;
        (begun.into_iter().flatten().collect(), complete)
    }

    fn block(&self, from: u64) -> Vec<Candidate> {
        let (trial, population) = (self.trial, &self.trial.population);
        let people: Vec<(u64, BTreeMap<String, f64>)> = (from..from + BLOCK as u64)
            .map(|id| (id, population.covariates(trial.seed, id)))
            .collect();
        let visits = [-population.screening_day, 0.0];
        let courses: Vec<Course> = people
            .iter()
            .map(|(id, covariates)| {
                let parameters = self.plan.parameters(trial.seed, *id, covariates);
                let signals = signals(self.core, trial, *id, 0.0);
                run_in(
                    self.core,
                    parameters,
                    signals,
                    years_ill(covariates, population),
                    &visits,
                )
            })
            .collect();
        let trajectories = (self.solver)(&courses);
        people
            .into_iter()
            .zip(trajectories)
            .map(|((id, covariates), trajectory)| {
                if trajectory.failure.is_some() || trajectory.outputs.is_empty() {
                    return Err("run-in could not be simulated".to_owned());
                }
                let seen = latent(&trajectory.outputs, &self.scored);
                let scores = population.rater.score(&seen, trial.seed, id, "screening");
                match population
                    .inclusion
                    .iter()
                    .find(|criterion| !criterion.met(&scores))
                {
                    Some(failed) => Err(format!("not {failed} at screening")),
                    None => Ok(Enrolled {
                        id,
                        covariates,
                        screening: scores,
                        states: trajectory.end,
                    }),
                }
            })
            .collect()
    }
}

/// How long a patient has been ill, in years. Who has been ill for less than the screening is
/// long meets it as he is.
pub(super) fn years_ill(covariates: &BTreeMap<String, f64>, population: &Population) -> f64 {
    let shortest = (TRIGGER_DAY + population.screening_day) / YEAR_DAY;
    let duration = covariates
        .get("DURATION")
        .copied()
        .unwrap_or(USUAL_DURATION_YEAR);
    duration.max(shortest)
}

/// The years of disease of a population that does not say.
const USUAL_DURATION_YEAR: f64 = 18.0;

impl Enrolled {
    /// The weight by which doses are reckoned.
    pub(super) fn weight_kg(&self) -> f64 {
        self.covariates
            .get("WEIGHT")
            .copied()
            .unwrap_or(super::treat::USUAL_WEIGHT_KG)
    }
}

/// A signal for each input: the patient's own disturbance, the others silent.
pub(super) fn signals(lowered: &Lowered, trial: &Trial, id: u64, until_day: f64) -> Vec<Signal> {
    let mut signals = vec![Signal::default(); lowered.inputs.len()];
    if let Some(input) = lowered.input("disturbance") {
        signals[input] = trial
            .population
            .disturbance
            .signal(trial.seed, id, until_day);
    }
    signals
}

/// From onset to day 0: healthy, pushed by the trigger, then left alone.
pub(crate) fn run_in(
    core: &Lowered,
    parameters: Vec<f64>,
    mut signals: Vec<Signal>,
    duration_year: f64,
    visits: &[f64],
) -> Course {
    let from = -duration_year * YEAR_DAY;
    let mut events = Vec::new();
    if let Some(input) = core.input("trigger") {
        signals[input].level = 1.0;
        let end = Action::Set { input, level: 0.0 };
        events.push(Event {
            time: from + TRIGGER_DAY,
            action: end,
        });
    }
    Course {
        parameters,
        start: core.equations.start.clone(),
        from,
        events,
        signals,
        visits: visits.to_vec(),
    }
}

fn hardly_anybody(
    enrolled: usize,
    screened: usize,
    excluded: &BTreeMap<String, usize>,
) -> Diagnostic {
    let reasons: Vec<String> = excluded
        .iter()
        .map(|(why, count)| format!("{count} {why}"))
        .collect();
    let message = format!(
        "of {screened} candidates {enrolled} qualify: {}",
        reasons.join(", ")
    );
    Diagnostic::new("no-patients", "the population", None, message)
        .help("does the model fall ill? try `psora check model`, or soften the inclusion criteria")
}
