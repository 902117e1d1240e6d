//! One case at one point of a sweep, for a block of people.

use super::cohort::{Cohort, Person, altered};
use super::laboratory::{Laboratory, first};
use super::{Case, Design};
use crate::outcome::Rater;
use crate::population::Plan;
use crate::random::Stream;
use crate::treatment::{Adherence, Regimen};
use crate::trial::{self, WEEK_DAY, YEAR_DAY, carried};
use psora_engine::{Action, Course, Event, Program, Signal, solve};
use psora_model::{Alteration, Lowered};
use std::collections::BTreeMap;

/// Equations for a stretch of time.
pub(super) struct Bench {
    from: f64,
    to: f64,
    lowered: Lowered,
    program: Program,
    plan: Plan,
    scored: trial::Scored,
    alter: Vec<(String, Alteration)>,
}

/// One case at one point of the sweep.
pub(super) struct Run<'a> {
    pub(super) laboratory: &'a Laboratory,
    pub(super) design: &'a Design,
    pub(super) case: &'a Case,
    pub(super) point: &'a BTreeMap<&'a str, f64>,
    pub(super) cohort: &'a Cohort,
    pub(super) regimen: Option<Regimen>,
    pub(super) benches: Vec<Bench>,
    pub(super) wanted: &'a [Wanted],
}

/// How a quantity is read off a look.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    pub(super) name: String,
    pub(super) what: What,
}

#[derive(Debug, Clone)]
pub(super) enum What {
    Pasi,
    ExactPasi,
    Bsa,
    Iga,
    Output,
    Covariate,
    Parameter,
}

/// What one person left behind, `courses[wanted][look]`, or why the run failed.
pub(super) type Row = Result<Vec<Vec<f64>>, String>;

/// The equations of a case, for each stretch between what begins and ends.
pub(super) fn benches(
    laboratory: &Laboratory,
    design: &Design,
    case: &Case,
    regimen: Option<&Regimen>,
    point: &BTreeMap<&str, f64>,
) -> Result<Vec<Bench>, String> {
    let end = design.days.last().copied().unwrap_or_default();
    let always: Vec<(String, Alteration)> = design.people[case.group]
        .alter
        .iter()
        .map(|alter| alter.at(point))
        .collect();
    let treatments = regimen.map_or_else(Vec::new, Regimen::treatments);
    let mut ends = vec![0.0];
    if !case.alter.is_empty() {
        ends.extend(
            [case.from_day, case.until_day]
                .into_iter()
                .filter(|day| *day > 0.0 && *day < end),
        );
    }
    ends.push(end);
    ends.windows(2)
        .map(|pair| {
            let mut alter = always.clone();
            if case.from_day <= pair[0] && pair[0] < case.until_day {
                alter.extend(case.alter.iter().map(|alter| alter.at(point)));
            }
            let lowered = laboratory
                .model
                .lower_altered(&treatments, &alter)
                .map_err(|faults| first(&faults))?;
            let plan = Plan::new(&lowered, laboratory.model.covariates())
                .map_err(|faults| faults[0].message.clone())?;
            let scored = trial::scored_outputs(&lowered)
                .map_err(|name| format!("the model has no output `{name}`"))?;
            Ok(Bench {
                from: pair[0],
                to: pair[1],
                program: Program::compile(&lowered.equations),
                plan,
                scored,
                alter,
                lowered,
            })
        })
        .collect()
}

/// How the quantity `name` is read.
pub(super) fn wanted(laboratory: &Laboratory, name: &str, bench: &Bench) -> Result<Wanted, String> {
    let covariate = |known: &&psora_model::Covariate| known.name == name;
    let what = match name {
        "PASI" => What::Pasi,
        "exact_PASI" => What::ExactPasi,
        "BSA" => What::Bsa,
        "IGA" => What::Iga,
        _ if !slots(&bench.lowered, name).is_empty() => What::Output,
        _ if bench
            .lowered
            .parameters
            .iter()
            .any(|slot| slot.name == name) =>
        {
            What::Parameter
        }
        _ if laboratory
            .model
            .covariates()
            .iter()
            .any(|known| covariate(&known))
            || laboratory.population.unit(name).is_some() =>
        {
            What::Covariate
        }
        _ => return Err(format!("the model has no output `{name}`")),
    };
    let name = name.to_owned();
    Ok(Wanted { name, what })
}

impl Run<'_> {
    pub(super) fn block(&self, people: &[Person]) -> Vec<Row> {
        let mut rows: Vec<Row> = vec![Ok(vec![Vec::new(); self.wanted.len()]); people.len()];
        let mut states: Vec<Vec<f64>> = people.iter().map(|person| person.states.clone()).collect();
        let mut before: &Lowered = &self.cohort.core;
        for bench in &self.benches {
            let looks: Vec<f64> = self.looks(bench).collect();
            let courses: Vec<Course> = people
                .iter()
                .zip(&states)
                .map(|(person, states)| {
                    self.course(
                        bench,
                        person,
                        carried(before, states, &bench.lowered),
                        &looks,
                    )
                })
                .collect();
            let trajectories = solve(&bench.program, &courses, &self.laboratory.options);
            for (k, (course, run)) in courses.iter().zip(trajectories).enumerate() {
                if let Some(failure) = run.failure {
                    let state = trial::state_name(&bench.lowered, failure.state);
                    let why = trial::words(failure.why);
                    rows[k] = Err(format!("on day {:.1}: {why} ({state})", failure.time));
                }
                if let Ok(row) = &mut rows[k] {
                    self.read(bench, &people[k], course, &run.outputs, &looks, row);
                }
                states[k] = run.end;
            }
            before = &bench.lowered;
        }
        rows
    }

    /// Looks of a stretch: those after its beginning, day 0 with the first.
    fn looks(&self, bench: &Bench) -> impl Iterator<Item = f64> {
        let (from, to) = (bench.from, bench.to);
        let days = self.design.days.iter().copied();
        days.filter(move |day| (*day > from || (from <= 0.0 && *day >= 0.0)) && *day <= to)
    }

    fn course(&self, bench: &Bench, person: &Person, start: Vec<f64>, looks: &[f64]) -> Course {
        let (laboratory, typical) = (self.laboratory, self.cohort.typical);
        let end = self.design.days.last().copied().unwrap_or_default();
        let covariates = altered(&laboratory.model, &person.covariates, &bench.alter);
        let parameters = if typical {
            bench.plan.typical(&covariates)
        } else {
            bench
                .plan
                .parameters(laboratory.seed, person.id, &covariates)
        };
        let mut events = Vec::new();
        if let Some(regimen) = &self.regimen {
            let weight = person.covariates.get("WEIGHT").copied();
            let planned = regimen.doses(weight.unwrap_or(trial::USUAL_WEIGHT_KG), end);
            let usual = if typical {
                0.0
            } else {
                laboratory.population.missed_dose()
            };
            let missed = self.case.missed.unwrap_or(usual);
            let mut adherence = Adherence::new(missed, laboratory.seed, person.id);
            for dose in planned.iter().filter(|dose| adherence.takes(dose)) {
                events.extend(trial::dose_events(&bench.lowered, dose));
            }
        }
        let mut signals = vec![Signal::default(); bench.lowered.inputs.len()];
        if self.design.people[self.case.group].noise
            && !typical
            && let Some(input) = bench.lowered.input("disturbance")
        {
            let disturbance = laboratory.population.disturbance;
            signals[input] = disturbance.signal(laboratory.seed, person.id, end);
        }
        for pulse in &self.case.pulses {
            let Some(input) = bench.lowered.input(&pulse.input) else {
                continue;
            };
            let height = pulse.height.at(self.point) * bench.lowered.inputs[input].factor;
            let (rise, fall) = (pulse.from_day, pulse.from_day + pulse.days.at(self.point));
            if rise <= bench.from && bench.from < fall {
                signals[input].level = height;
            }
            for (time, level) in [(rise, height), (fall, 0.0)] {
                let action = Action::Set { input, level };
                events.push(Event { time, action });
            }
        }
        // What stands at the very beginning of a stretch is a dose, or is in the level.
        events.retain(|event| match event.action {
            Action::Set { .. } => event.time > bench.from && event.time < bench.to,
            _ => event.time >= bench.from && event.time < bench.to,
        });
        events.sort_by(|a, b| a.time.total_cmp(&b.time));
        let mut visits = looks.to_vec();
        if visits.last() != Some(&bench.to) {
            visits.push(bench.to);
        }
        Course {
            parameters,
            start,
            from: bench.from,
            events,
            signals,
            visits,
        }
    }

    /// Appends what is wanted of each look.
    fn read(
        &self,
        bench: &Bench,
        person: &Person,
        course: &Course,
        outputs: &[f64],
        looks: &[f64],
        row: &mut [Vec<f64>],
    ) {
        let laboratory = self.laboratory;
        let width = bench.lowered.outputs.len();
        let rater = laboratory.population.rater;
        let exact = Rater::exact(rater.trace_area);
        let leaves = self.leaves(person.id);
        for (wanted, values) in self.wanted.iter().zip(row) {
            let slots = slots(&bench.lowered, &wanted.name);
            for (look, &day) in looks.iter().enumerate() {
                let outputs = &outputs[look * width..(look + 1) * width];
                let score = |rater: &Rater| {
                    let occasion = format!("week {}", day / WEEK_DAY);
                    let latent = trial::latent(outputs, &bench.scored);
                    rater.score(&latent, laboratory.seed, person.id, &occasion)
                };
                let rated = || score(if self.cohort.typical { &exact } else { &rater });
                let value = match wanted.what {
                    What::Pasi => rated().pasi,
                    What::ExactPasi => score(&exact).pasi,
                    What::Bsa => rated().bsa,
                    What::Iga => f64::from(rated().iga),
                    What::Output => {
                        slots.iter().map(|&slot| outputs[slot]).sum::<f64>() / slots.len() as f64
                    }
                    What::Covariate => person
                        .covariates
                        .get(&wanted.name)
                        .copied()
                        .unwrap_or(f64::NAN),
                    What::Parameter => {
                        let named = |slot: &psora_model::ParameterSlot| slot.name == wanted.name;
                        let slot = bench.lowered.parameters.iter().position(named);
                        slot.map_or(f64::NAN, |slot| {
                            course.parameters[slot] / bench.lowered.parameters[slot].factor
                        })
                    }
                };
                // Who has left is not seen, by any rater or laboratory.
                values.push(if day < leaves { value } else { f64::NAN });
            }
        }
    }

    /// The day on which a patient leaves: the same in every case.
    fn leaves(&self, id: u64) -> f64 {
        if !self.design.people[self.case.group].drop_out {
            return f64::INFINITY;
        }
        let laboratory = self.laboratory;
        let patience = -libm::log(Stream::new(laboratory.seed, id, "drop-out").uniform());
        patience / laboratory.population.drop_out() * YEAR_DAY
    }
}

/// The slots of `NAME`, or of `NAME.site`.
fn slots(lowered: &Lowered, name: &str) -> Vec<usize> {
    let whole = lowered.output(name);
    if !whole.is_empty() {
        return whole;
    }
    let Some((stem, site)) = name.rsplit_once('.') else {
        return Vec::new();
    };
    let site = lowered.sites.iter().position(|known| known == site);
    let mut found = lowered.output(stem);
    found.retain(|&slot| site.is_some() && lowered.outputs[slot].site == site);
    found
}
