//! One cohort, many questions: people who fall ill once, are seen at screening once, and are
//! then followed under as many regimens as anybody asks about.
//!
//! Where a [`Trial`] enrols for one study, a [`Cohort`] keeps whoever was screened together
//! with what the rater saw, so that each study can pick its own people by its own criteria
//! and all of them share the run-ins. A person under a regimen is the person that a trial
//! with the same seed and population has; nobody drops out, since leaving does not depend on
//! how a patient fares and can be reckoned afterwards.

use super::enrol::{Enrolled, LEAST_SHARE, PATIENCE, Screening};
use super::machine::Machine;
use super::treat::Treated;
use super::{Arm, BLOCK, Trial};
use crate::outcome::Criterion;
use crate::{Host, PatientResult, Population, Regimen, Scores, Status};
use psora_engine::Options;
use psora_model::{Diagnostic, Diagnostics, Lowered, Model};
use std::collections::BTreeMap;
use std::sync::Mutex;

/// Candidates for each wanted person, beyond which a rare set of criteria has to do with those
/// who were found.
const MOST_CANDIDATES: usize = 8;

/// What a whole cohort has in common.
#[derive(Debug, Clone)]
pub struct Setting {
    /// Whom candidates are drawn from. Its inclusion criteria are not applied.
    pub population: Population,
    /// The seed of every random number.
    pub seed: u64,
    /// Accuracy and lanes.
    pub options: Options,
}

/// People at the end of their run-in, whatever they scored at screening.
#[derive(Debug)]
pub struct Cohort {
    setting: Setting,
    core: Lowered,
    people: Vec<Person>,
    unsimulated: usize,
}

/// A candidate, as seen at screening.
#[derive(Debug, Clone)]
pub struct Person(Enrolled);

/// A question to a cohort: some of its people, a regimen, and when to look.
#[derive(Debug, Clone)]
pub struct FollowUp {
    /// What they get.
    pub regimen: Regimen,
    /// Visits in weeks, ascending, the first 0.
    pub weeks: Vec<f64>,
    /// Who, by place in [`Cohort::people`].
    pub people: Vec<usize>,
}

/// A person under a regimen.
#[derive(Debug, Clone, PartialEq)]
pub struct Followed {
    /// What the rater wrote down, by visit; none at and after a failure.
    pub scores: Vec<Option<Scores>>,
    /// Why the simulation could not be finished, if it could not.
    pub failure: Option<String>,
}

impl Person {
    /// The candidate's number.
    #[must_use]
    pub fn id(&self) -> u64 {
        self.0.id
    }

    /// Covariates by name, in the population's units.
    #[must_use]
    pub fn covariates(&self) -> &BTreeMap<String, f64> {
        &self.0.covariates
    }

    /// What the rater wrote down at screening.
    #[must_use]
    pub fn screening(&self) -> &Scores {
        &self.0.screening
    }
}

impl Cohort {
    /// Screens candidates until `size` of them meet each set of criteria, hardly anybody meets
    /// one, or several times `size` were seen. When the host cancels, there are fewer.
    ///
    /// # Errors
    /// When model and population do not fit.
    pub fn screen(
        setting: Setting,
        criteria: &[Vec<Criterion>],
        size: usize,
        model: &Model,
        host: &dyn Host,
    ) -> Result<Self, Diagnostics> {
        Self::screen_on(setting, criteria, size, model, host).map_err(bare)
    }

    pub(super) fn screen_on(
        setting: Setting,
        criteria: &[Vec<Criterion>],
        size: usize,
        machine: &dyn Machine,
        host: &dyn Host,
    ) -> Result<Self, Vec<Diagnostic>> {
        let everybody = trial(&setting, vec![0.0], Vec::new());
        everybody.check(machine)?;
        let core = machine.lower(&[]);
        let (mut people, mut screened) = (Vec::<Person>::new(), 0);
        let screening = Screening::new(&everybody, machine, &core)?;
        while !host.cancelled() {
            let wave = wave(&people, screened, criteria, size);
            if wave == 0 {
                break;
            }
            host.stage("screening", wave * BLOCK);
            let (candidates, complete) = screening.wave(screened / BLOCK, wave, host);
            screened += candidates.len();
            people.extend(candidates.into_iter().flatten().map(Person));
            if !complete {
                break;
            }
        }
        drop(screening);
        Ok(Self {
            unsimulated: screened - people.len(),
            setting,
            core,
            people,
        })
    }

    /// Everybody, in the order of their numbers.
    #[must_use]
    pub fn people(&self) -> &[Person] {
        &self.people
    }

    /// How many candidates could not be simulated.
    #[must_use]
    pub fn unsimulated(&self) -> usize {
        self.unsimulated
    }

    /// The places of the first `size` people who meet all of `criteria`.
    #[must_use]
    pub fn eligible(&self, criteria: &[Criterion], size: usize) -> Vec<usize> {
        let met = |&place: &usize| meets(&self.people[place], criteria);
        (0..self.people.len()).filter(met).take(size).collect()
    }

    /// Follows people under each regimen, in the order of `questions` and of their people.
    ///
    /// When the host cancels, questions that were not finished have no answers.
    ///
    /// # Errors
    /// When a dose has no place to go, or correlations of a drug contradict one another.
    pub fn follow(
        &self,
        questions: &[FollowUp],
        model: &Model,
        host: &dyn Host,
    ) -> Result<Vec<Vec<Followed>>, Diagnostics> {
        self.follow_on(questions, model, host).map_err(bare)
    }

    pub(super) fn follow_on(
        &self,
        questions: &[FollowUp],
        machine: &dyn Machine,
        host: &dyn Host,
    ) -> Result<Vec<Vec<Followed>>, Vec<Diagnostic>> {
        let trials: Vec<Trial> = questions
            .iter()
            .map(|question| trial(&self.setting, question.weeks.clone(), arms(question)))
            .collect();
        let lowered: Vec<Lowered> = questions
            .iter()
            .map(|question| machine.lower(&question.regimen.treatments()))
            .collect();
        let treated = trials
            .iter()
            .zip(&lowered)
            .map(|(trial, lowered)| {
                Treated::new(trial, &trial.arms[0], machine, lowered, &self.core)
            })
            .collect::<Result<Vec<_>, _>>()?;
        let tasks = tasks(questions);
        let done: Mutex<Vec<Option<Vec<Followed>>>> = Mutex::new(vec![None; tasks.len()]);
        let patients = questions.iter().map(|question| question.people.len()).sum();
        host.stage("treatment", patients);
        host.for_each(tasks.len(), &|task| {
            if host.cancelled() {
                return;
            }
            let (question, from, to) = tasks[task];
            let block: Vec<Enrolled> = questions[question].people[from..to]
                .iter()
                .map(|&place| self.people[place].0.clone())
                .collect();
            let followed = treated[question].block(&block);
            let followed = followed.into_iter().map(Followed::from).collect();
            done.lock().expect("no task panics while it holds the lock")[task] = Some(followed);
            host.advance(block.len());
        });
        let done = done
            .into_inner()
            .expect("no task panics while it holds the lock");
        Ok(gathered(questions, &tasks, done))
    }
}

/// Question, first and last of its people: what one task of the host simulates. Long
/// follow-ups come first, so that no thread is left alone with one at the end.
fn tasks(questions: &[FollowUp]) -> Vec<(usize, usize, usize)> {
    let mut order: Vec<usize> = (0..questions.len()).collect();
    let end = |question: usize| questions[question].weeks.last().copied().unwrap_or(0.0);
    order.sort_by(|&a, &b| end(b).total_cmp(&end(a)).then(a.cmp(&b)));
    order
        .into_iter()
        .flat_map(|question| {
            let count = questions[question].people.len();
            (0..count)
                .step_by(BLOCK)
                .map(move |from| (question, from, (from + BLOCK).min(count)))
        })
        .collect()
}

fn gathered(
    questions: &[FollowUp],
    tasks: &[(usize, usize, usize)],
    done: Vec<Option<Vec<Followed>>>,
) -> Vec<Vec<Followed>> {
    let mut answers = vec![Vec::new(); questions.len()];
    for (&(question, ..), followed) in tasks.iter().zip(done) {
        answers[question].extend(followed.into_iter().flatten());
    }
    for (answer, question) in answers.iter_mut().zip(questions) {
        if answer.len() != question.people.len() {
            answer.clear();
        }
    }
    answers
}

/// Blocks to screen next; none when every set of criteria has its people or is given up.
fn wave(people: &[Person], screened: usize, criteria: &[Vec<Criterion>], size: usize) -> usize {
    let room = (MOST_CANDIDATES * size).saturating_sub(screened) as f64;
    let wanted = criteria.iter().map(|criteria| {
        let found = people.iter().filter(|p| meets(p, criteria)).count();
        let hopeless = screened >= PATIENCE && (found as f64) < LEAST_SHARE * screened as f64;
        if found >= size || hopeless {
            return 0.0;
        }
        // Of nobody seen yet, expect four in five.
        let share = if screened == 0 {
            0.8
        } else {
            (found as f64 / screened as f64).max(0.05)
        };
        let unseen = if found == 0 && screened > 0 {
            PATIENCE as f64
        } else {
            f64::INFINITY
        };
        ((size - found) as f64 / share).min(unseen)
    });
    let candidates = wanted.fold(0.0, f64::max).min(room).ceil() as usize;
    candidates.div_ceil(BLOCK)
}

fn meets(person: &Person, criteria: &[Criterion]) -> bool {
    criteria
        .iter()
        .all(|criterion| criterion.met(person.screening()))
}

fn arms(question: &FollowUp) -> Vec<Arm> {
    vec![Arm {
        name: question.regimen.text().to_owned(),
        regimen: question.regimen.clone(),
        n: None,
        results: Vec::new(),
        drop_out: 0.0,
    }]
}

/// The cohort's setting as a trial, which is what screens and treats. Nobody is kept out.
fn trial(setting: &Setting, weeks: Vec<f64>, arms: Vec<Arm>) -> Trial {
    let mut population = setting.population.clone();
    population.inclusion.clear();
    Trial {
        title: String::new(),
        weeks,
        arms,
        population,
        size: 1,
        seed: setting.seed,
        study: None,
        options: setting.options,
    }
}

fn bare(list: Vec<Diagnostic>) -> Diagnostics {
    Diagnostics {
        list,
        texts: BTreeMap::new(),
    }
}

impl From<PatientResult> for Followed {
    fn from(patient: PatientResult) -> Self {
        let failure = match patient.status {
            Status::Failed { week, why, .. } => Some(format!("{why} in week {week:.1}")),
            Status::Completed | Status::DroppedOut { .. } => None,
        };
        Self {
            scores: patient.scores,
            failure,
        }
    }
}
