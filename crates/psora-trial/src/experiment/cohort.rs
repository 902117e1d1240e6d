//! The people of an experiment, up to the day on which it begins.
//!
//! Patients are those of a trial: drawn by number, made ill by the onset's trigger, left
//! alone for their years of disease. The healthy live two years without a trigger, so that
//! each stands where his own body settles. The typical person is a cohort of one, without
//! chance.

use super::{Among, Enter, Group, Start};
use crate::Host;
use crate::outcome::Rater;
use crate::population::{Plan, Population};
use crate::trial::{self, BLOCK, TRIGGER_DAY, YEAR_DAY};
use psora_engine::{Course, Options, Program, Signal, solve};
use psora_model::{Alteration, Lowered, Model};
use std::collections::BTreeMap;
use std::sync::Mutex;

/// People who are ready to begin.
#[derive(Debug)]
pub(super) struct Cohort {
    /// The equations in whose order the states stand.
    pub(super) core: Lowered,
    pub(super) people: Vec<Person>,
    /// Whether this is the typical person, seen without error and missing nothing.
    pub(super) typical: bool,
    pub(super) years: f64,
}

/// A person on day 0.
#[derive(Debug, Clone)]
pub(super) struct Person {
    pub(super) id: u64,
    pub(super) covariates: BTreeMap<String, f64>,
    pub(super) states: Vec<f64>,
}

/// What making people needs.
pub(super) struct World<'a> {
    pub(super) model: &'a Model,
    pub(super) population: &'a Population,
    pub(super) seed: u64,
    pub(super) options: Options,
}

/// How long the healthy settle before an experiment, in years.
const SETTLE_YEAR: f64 = 2.0;

/// The years of disease of the typical patient: long enough that memory has settled.
const TYPICAL_YEAR: f64 = 15.0;

/// The usual years of disease where a population does not say.
const USUAL_YEAR: f64 = 18.0;

/// Draws, settles and admits the people of `group`.
pub(super) fn gather(world: &World, group: &Group, host: &dyn Host) -> Result<Cohort, String> {
    let alter: Vec<_> = group
        .alter
        .iter()
        .map(|alter| alter.at(&BTreeMap::new()))
        .collect();
    let core = world
        .model
        .lower_altered(&[], &alter)
        .map_err(|faults| super::laboratory::first(&faults))?;
    let plan =
        Plan::new(&core, world.model.covariates()).map_err(|faults| faults[0].message.clone())?;
    let scored = trial::scored_outputs(&core)
        .map_err(|name| format!("the model has no output `{name}` for each of four regions"))?;
    let program = Program::compile(&core.equations);
    let drawn = drawn(world, group, &core, &plan)?;
    let blocks: Vec<&[(u64, BTreeMap<String, f64>)]> = drawn.chunks(BLOCK).collect();
    let results: Mutex<BTreeMap<usize, (Vec<Person>, f64)>> = Mutex::default();
    host.stage("people", drawn.len());
    host.for_each(blocks.len(), &|block| {
        if host.cancelled() {
            return;
        }
        let mut years = 0.0;
        let courses: Vec<Course> = blocks[block]
            .iter()
            .map(|(id, covariates)| {
                let course = before(world, group, &core, &plan, *id, covariates);
                years += -course.from / YEAR_DAY;
                course
            })
            .collect();
        let width = core.outputs.len();
        let mut people = Vec::new();
        for ((id, covariates), run) in
            blocks[block]
                .iter()
                .zip(solve(&program, &courses, &world.options))
        {
            if run.failure.is_some() || run.outputs.len() < 2 * width {
                continue;
            }
            let seen = |look: usize| trial::latent(&run.outputs[look * width..][..width], &scored);
            let rater = &world.population.rater;
            let admitted = match &group.enter {
                Enter::Everybody => true,
                Enter::Trial => {
                    let scores = rater.score(&seen(0), world.seed, *id, "screening");
                    world
                        .population
                        .inclusion
                        .iter()
                        .all(|criterion| criterion.met(&scores))
                }
                Enter::Exact(criteria) => {
                    let exact = Rater::exact(rater.trace_area);
                    let scores = exact.score(&seen(1), world.seed, *id, "day 0");
                    criteria.iter().all(|criterion| criterion.met(&scores))
                }
            };
            if admitted {
                let (id, covariates) = (*id, covariates.clone());
                let states = run.end;
                people.push(Person {
                    id,
                    covariates,
                    states,
                });
            }
        }
        let mut results = results.lock().expect("no block panicked");
        results.insert(block, (people, years));
        drop(results);
        host.advance(blocks[block].len());
    });
    let results = results.into_inner().expect("no block panicked");
    let years = results.values().map(|(_, years)| years).sum();
    let people = results
        .into_values()
        .flat_map(|(people, _)| people)
        .collect();
    Ok(Cohort {
        core,
        people,
        typical: group.candidates.is_none(),
        years,
    })
}

/// Somebody drawn: his number and his covariates.
type Drawn = (u64, BTreeMap<String, f64>);

/// Those who are drawn.
fn drawn(world: &World, group: &Group, core: &Lowered, plan: &Plan) -> Result<Vec<Drawn>, String> {
    let Some(candidates) = group.candidates else {
        return Ok(vec![(0, BTreeMap::new())]);
    };
    let all: Vec<_> = (0..candidates as u64)
        .map(|id| (id, world.population.covariates(world.seed, id)))
        .collect();
    let Some(Among {
        parameter,
        from,
        to,
    }) = &group.among
    else {
        return Ok(all);
    };
    let slot = core
        .parameters
        .iter()
        .position(|slot| &slot.name == parameter)
        .ok_or_else(|| format!("`{parameter}` is not a parameter that people differ in"))?;
    let mut ranked: Vec<(f64, Drawn)> = all
        .into_iter()
        .map(|(id, covariates)| {
            let own = plan.parameters(world.seed, id, &covariates)[slot];
            (own, (id, covariates))
        })
        .collect();
    ranked.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.0.cmp(&b.1.0)));
    let count = ranked.len() as f64;
    let place = |share: f64| (share * count).round() as usize;
    let mut chosen: Vec<_> = ranked
        .drain(place(*from)..place(*to))
        .map(|(_, person)| person)
        .collect();
    chosen.sort_by_key(|(id, _)| *id);
    Ok(chosen)
}

/// A person's life to day 0, looked at on the day of screening and on day 0.
fn before(
    world: &World,
    group: &Group,
    core: &Lowered,
    plan: &Plan,
    id: u64,
    covariates: &BTreeMap<String, f64>,
) -> Course {
    let typical = group.candidates.is_none();
    let alter: Vec<_> = group
        .alter
        .iter()
        .map(|alter| alter.at(&BTreeMap::new()))
        .collect();
    let altered = altered(world.model, covariates, &alter);
    let parameters = if typical {
        plan.typical(&altered)
    } else {
        plan.parameters(world.seed, id, &altered)
    };
    let mut signals = vec![Signal::default(); core.inputs.len()];
    if group.noise
        && !typical
        && let Some(input) = core.input("disturbance")
    {
        signals[input] = world.population.disturbance.signal(world.seed, id, 0.0);
    }
    let screening = world.population.screening_day;
    let visits = [-screening, 0.0];
    let shortest = (TRIGGER_DAY + screening) / YEAR_DAY;
    if group.start == Start::Healthy {
        return Course {
            parameters,
            start: core.equations.start.clone(),
            from: -SETTLE_YEAR * YEAR_DAY,
            events: Vec::new(),
            signals,
            visits: visits.to_vec(),
        };
    }
    let usual = if typical { TYPICAL_YEAR } else { USUAL_YEAR };
    let own = covariates.get("DURATION").copied().unwrap_or(usual);
    let years = group.years.unwrap_or(own).max(shortest);
    trial::run_in(core, parameters, signals, years, &visits)
}

/// A person's covariates as an experiment alters them, so that what is drawn by covariates
/// follows too.
pub(super) fn altered(
    model: &Model,
    covariates: &BTreeMap<String, f64>,
    alter: &[(String, Alteration)],
) -> BTreeMap<String, f64> {
    let mut altered = covariates.clone();
    for (name, alteration) in alter {
        let last = name.rsplit('.').next().unwrap_or(name);
        let Some(known) = model.covariates().iter().find(|known| known.name == last) else {
            continue;
        };
        let usual = known.value / known.factor;
        let own = covariates.get(last).copied().unwrap_or(usual);
        let value = match alteration {
            Alteration::Held(value) => *value,
            Alteration::Scaled(factor) => factor * own,
        };
        altered.insert(last.to_owned(), value);
    }
    altered
}
