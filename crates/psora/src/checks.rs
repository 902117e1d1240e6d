//! The model's own checks: what would prove it wrong, put to the test.
//!
//! Each check of a `.psora` file says where it starts (healthy skin or a plaque), what is
//! changed, how long it runs and what must then be smaller or larger than what. It is run
//! for the typical patient.

use crate::Error;
use psora_engine::{Course, Options, Program, Signal, solve};
use psora_model::{Check, Lowered, Model, Start};
use psora_trial::{Host, plaque_start};
use std::collections::BTreeMap;
use std::sync::Mutex;

/// How long the typical plaque has been there before a check begins, in years: long
/// enough that memory has settled.
const PLAQUE_YEAR: f64 = 15.0;

/// A check that was run.
#[derive(Debug, Clone)]
pub struct CheckOutcome {
    /// What was asked.
    pub check: Check,
    /// The left and the right side, or why there are none.
    pub sides: Result<(f64, f64), String>,
}

impl CheckOutcome {
    /// Whether the model does what the check says.
    #[must_use]
    pub fn passed(&self) -> bool {
        match self.sides {
            Ok((left, right)) if self.check.less => left < right,
            Ok((left, right)) => left > right,
            Err(_) => false,
        }
    }
}

/// Puts every check of `model` to the test, in order.
///
/// # Errors
/// When a check's text cannot be turned into equations.
pub fn run_checks(model: &Model, host: &dyn Host) -> Result<Vec<CheckOutcome>, Error> {
    let checks = model.checks();
    let plaques = plaques(model, &checks, host);
    let done = Mutex::new(BTreeMap::new());
    host.stage("checks", checks.len());
    host.for_each(checks.len(), &|index| {
        let outcome = model
            .lower_check(index)
            .map(|lowered| sides(&checks[index], &lowered, &plaques));
        done.lock()
            .expect("no check panicked")
            .insert(index, outcome);
        host.advance(1);
    });
    let done = done.into_inner().expect("no check panicked");
    checks
        .into_iter()
        .zip(done.into_values())
        .map(|(check, sides)| {
            Ok(CheckOutcome {
                check,
                sides: sides?,
            })
        })
        .collect()
}

/// States of the typical plaque by name and site, for each set of treatments in use.
type Plaques = BTreeMap<Vec<String>, Result<BTreeMap<(String, Option<usize>), f64>, String>>;

/// The plaque as it is before a check changes anything, for each set of treatments.
fn plaques(model: &Model, checks: &[Check], host: &dyn Host) -> Plaques {
    let mut sets: Vec<Vec<String>> = checks
        .iter()
        .filter(|check| check.start == Start::Plaque)
        .map(|check| check.treatments.clone())
        .collect();
    sets.sort();
    sets.dedup();
    let found = Mutex::new(Plaques::new());
    host.for_each(sets.len(), &|index| {
        let set = &sets[index];
        let names: Vec<&str> = set.iter().map(String::as_str).collect();
        let lowered = model.lower(&names);
        let states = plaque_start(model, &lowered, PLAQUE_YEAR)
            .map(|states| by_name(&lowered, &states))
            .map_err(|why| why.to_string());
        found
            .lock()
            .expect("no run-in panicked")
            .insert(set.clone(), states);
    });
    found.into_inner().expect("no run-in panicked")
}

fn by_name(lowered: &Lowered, states: &[f64]) -> BTreeMap<(String, Option<usize>), f64> {
    lowered
        .states
        .iter()
        .zip(states)
        .map(|(slot, value)| ((slot.name.clone(), slot.site), *value))
        .collect()
}

/// Runs a check's equations to its day and reads both sides.
fn sides(check: &Check, lowered: &Lowered, plaques: &Plaques) -> Result<(f64, f64), String> {
    let equations = &lowered.equations;
    let start = match check.start {
        Start::Healthy => equations.start.clone(),
        Start::Plaque => {
            let plaque = plaques
                .get(&check.treatments)
                .ok_or("no plaque was prepared")?
                .as_ref()
                .map_err(Clone::clone)?;
            lowered
                .states
                .iter()
                .zip(&equations.start)
                .map(|(slot, healthy)| {
                    let found = plaque.get(&(slot.name.clone(), slot.site));
                    found.copied().unwrap_or(*healthy)
                })
                .collect()
        }
    };
    let course = Course {
        parameters: parameters(lowered, &start),
        start,
        from: 0.0,
        events: Vec::new(),
        signals: vec![Signal::default(); equations.inputs],
        visits: vec![check.day],
    };
    let program = Program::compile(equations);
    let options = Options {
        lanes: 1,
        ..Options::default()
    };
    let trajectory = solve(&program, &[course], &options)
        .pop()
        .ok_or("the run left nothing behind")?;
    if let Some(failure) = trajectory.failure {
        return Err(format!(
            "the run ended on day {:.1}: {:?}",
            failure.time, failure.why
        ));
    }
    match trajectory.outputs[..] {
        [left, right] => Ok((left, right)),
        _ => Err("the run did not reach its day".to_owned()),
    }
}

/// The typical patient's parameters; a slot called `NAME(0)` holds how `NAME` began.
fn parameters(lowered: &Lowered, start: &[f64]) -> Vec<f64> {
    lowered
        .parameters
        .iter()
        .map(|slot| {
            let Some(species) = slot.name.strip_suffix("(0)") else {
                return slot.typical;
            };
            lowered
                .states
                .iter()
                .position(|state| {
                    let same =
                        state.name == species || state.name.rsplit('.').next() == Some(species);
                    same && state.site == slot.site
                })
                .map_or(slot.typical, |state| start[state])
        })
        .collect()
}
