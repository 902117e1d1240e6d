//! Where experiments are run.
//!
//! People are made once and serve every experiment that begins with people like them. Each
//! case of each point of a sweep is run for the same people with the same random numbers.

use super::cohort::{Cohort, Person, World, gather};
use super::figure::Figure;
use super::outcome::{Curve, FigureResult, Outcome, Picture, Verdict};
use super::reckon::{CaseData, Measured};
use super::{Case, Design, Experiment, structure};
use crate::Host;
use crate::outcome::Rater;
use crate::population::{Plan, Population};
use crate::random::Stream;
use crate::treatment::{Regimen, taken};
use crate::trial::{self, BLOCK, WEEK_DAY, YEAR_DAY, carried};
use psora_engine::{Action, Course, Event, Options, Program, Signal, solve};
use psora_model::{Alteration, Diagnostics, Lowered, Model};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

/// The share of runs that may fail before an experiment has failed.
const FAILED_SHARE: f64 = 0.01;

/// A model, a population, and the people made of them so far.
#[derive(Debug)]
pub struct Laboratory {
    model: Model,
    population: Population,
    seed: u64,
    options: Options,
    cohorts: BTreeMap<String, Arc<Cohort>>,
}

/// Equations for a stretch of time.
struct Bench {
    from: f64,
    to: f64,
    lowered: Lowered,
    program: Program,
    plan: Plan,
    scored: trial::Scored,
}

/// One case at one point of the sweep.
struct Run<'a> {
    laboratory: &'a Laboratory,
    design: &'a Design,
    case: &'a Case,
    point: &'a BTreeMap<&'a str, f64>,
    cohort: &'a Cohort,
    regimen: Option<Regimen>,
    benches: Vec<Bench>,
    wanted: &'a [Wanted],
}

/// How a quantity is read off a look.
#[derive(Debug, Clone)]
struct Wanted {
    name: String,
    what: What,
}

#[derive(Debug, Clone)]
enum What {
    Pasi,
    ExactPasi,
    Bsa,
    Iga,
    Output,
    Covariate,
    Parameter,
}

/// What one person left behind: `courses[wanted][day]` and fixed properties.
type Row = Vec<Vec<f64>>;

impl Laboratory {
    /// A laboratory without people yet.
    #[must_use]
    pub fn new(model: Model, population: Population, seed: u64, options: Options) -> Self {
        Self {
            model,
            population,
            seed,
            options,
            cohorts: BTreeMap::new(),
        }
    }

    /// Years of patients simulated to make the people so far.
    #[must_use]
    pub fn shared_years(&self) -> f64 {
        self.cohorts.values().map(|cohort| cohort.years).sum()
    }

    /// Runs an experiment; what goes wrong is its outcome.
    pub fn run(&mut self, experiment: &Experiment, host: &dyn Host) -> Outcome {
        let Some(design) = &experiment.design else {
            let needs = experiment.needs.join(", ");
            return experiment.without(Verdict::NotYetExpressible(needs));
        };
        self.carry_out(experiment, design, host)
            .unwrap_or_else(|why| experiment.without(Verdict::Failed(why)))
    }

    fn carry_out(
        &mut self,
        experiment: &Experiment,
        design: &Design,
        host: &dyn Host,
    ) -> Result<Outcome, String> {
        let points = design.points();
        let mut measured = Measured {
            days: design.days.clone(),
            points: points.len(),
            ..Measured::default()
        };
        for (name, _) in &design.sweep {
            let values = points.iter().map(|point| point[name.as_str()]).collect();
            measured.swept.insert(name.clone(), values);
        }
        let mut picture = Picture::default();
        if let Some(structure) = &design.structure {
            let found = structure::analyse(structure, &self.model)?;
            measured.found = found.names;
            picture = found.picture;
        }
        let cohorts = self.cohorts(design, host)?;
        let readings = readings(design);
        let mut patient_years = 0.0;
        for case in &design.cases {
            let cohort = &cohorts[case.group];
            let names = readings
                .get(case.name.as_str())
                .cloned()
                .unwrap_or_default();
            let rows = self.rows(design, case, cohort, &points, &names, host)?;
            patient_years += rows.0;
            measured.cases.push((case.name.clone(), rows.1));
        }
        if host.cancelled() {
            return Err("stopped before the end".to_owned());
        }
        let mut figures = Vec::new();
        for judged in &design.figures {
            let reckoned = measured
                .reckon(&judged.figure, self.seed)
                .map_err(|why| format!("{}: {why}", judged.name))?;
            figures.push(FigureResult {
                name: judged.name.clone(),
                value: reckoned.value,
                error: reckoned.error,
                low: judged.low,
                high: judged.high,
                unit: judged.unit.clone(),
            });
        }
        if picture.curves.is_empty() {
            picture = drawn(design, &measured);
        }
        let people = design
            .people
            .iter()
            .zip(&cohorts)
            .map(|(group, cohort)| (group.name.clone(), cohort.people.len()))
            .collect();
        Ok(Outcome {
            verdict: Verdict::of(experiment, &figures),
            figures,
            people,
            patient_years,
            picture,
        })
    }

    fn cohorts(&mut self, design: &Design, host: &dyn Host) -> Result<Vec<Arc<Cohort>>, String> {
        let mut cohorts = Vec::new();
        for group in &design.people {
            // People are alike if all but their name is.
            let mut nameless = group.clone();
            nameless.name.clear();
            let key = format!("{nameless:?}");
            if let Some(known) = self.cohorts.get(&key) {
                cohorts.push(Arc::clone(known));
                continue;
            }
            let world = World {
                model: &self.model,
                population: &self.population,
                seed: self.seed,
                options: self.options,
            };
            let cohort = Arc::new(gather(&world, group, host)?);
            if host.cancelled() {
                return Err("stopped before the end".to_owned());
            }
            if cohort.people.is_empty() {
                return Err(format!("nobody of people `{}` qualifies", group.name));
            }
            self.cohorts.insert(key, Arc::clone(&cohort));
            cohorts.push(cohort);
        }
        Ok(cohorts)
    }

    /// All rows of a case, with the years that they took.
    fn rows(
        &self,
        design: &Design,
        case: &Case,
        cohort: &Cohort,
        points: &[BTreeMap<&str, f64>],
        names: &BTreeSet<String>,
        host: &dyn Host,
    ) -> Result<(f64, CaseData), String> {
        let regimen = match &case.regimen {
            None => None,
            Some((words, _)) => {
                let regimen = Regimen::parse(words, &self.model)
                    .map_err(|faults| format!("{}: {}", case.name, faults[0].message))?;
                Some(match case.stop_day {
                    Some(day) => regimen.until(day),
                    None => regimen,
                })
            }
        };
        let mut wanted: Vec<Wanted> = Vec::new();
        let mut runs = Vec::new();
        for (index, point) in points.iter().enumerate() {
            let benches = self.benches(design, case, regimen.as_ref(), point)?;
            if index == 0 {
                for name in names {
                    wanted.push(self.wanted(name, &benches[0])?);
                }
            }
            runs.push((point, benches));
        }
        let runs: Vec<Run> = runs
            .into_iter()
            .map(|(point, benches)| Run {
                laboratory: self,
                design,
                case,
                point,
                cohort,
                regimen: regimen.clone(),
                benches,
                wanted: &wanted,
            })
            .collect();
        let blocks: Vec<&[Person]> = cohort.people.chunks(BLOCK).collect();
        let results: Mutex<BTreeMap<usize, Vec<Row>>> = Mutex::default();
        host.stage(&case.name, runs.len() * cohort.people.len());
        host.for_each(runs.len() * blocks.len(), &|task| {
            if host.cancelled() {
                return;
            }
            let block = blocks[task % blocks.len()];
            let rows = runs[task / blocks.len()].block(block);
            let mut results = results.lock().expect("no block panicked");
            results.insert(task, rows);
            drop(results);
            host.advance(block.len());
        });
        let rows: Vec<Row> = results
            .into_inner()
            .expect("no block panicked")
            .into_values()
            .flatten()
            .collect();
        let failed = rows.iter().filter(|row| row.is_empty()).count();
        if failed as f64 > FAILED_SHARE * rows.len() as f64 {
            return Err(format!(
                "{}: {failed} of {} runs failed",
                case.name,
                rows.len()
            ));
        }
        let last = design.days.last().copied().unwrap_or_default();
        let years = rows.len() as f64 * last / YEAR_DAY;
        Ok((years, data(case, &wanted, rows, design.days.len())))
    }

    /// The equations of a case, for each stretch between what begins and ends.
    fn benches(
        &self,
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
                let lowered = self
                    .model
                    .lower_altered(&treatments, &alter)
                    .map_err(|faults| first(&faults))?;
                let plan = Plan::new(&lowered, self.model.covariates())
                    .map_err(|faults| faults[0].message.clone())?;
                let scored = trial::scored_outputs(&lowered)
                    .map_err(|name| format!("the model has no output `{name}`"))?;
                Ok(Bench {
                    from: pair[0],
                    to: pair[1],
                    program: Program::compile(&lowered.equations),
                    plan,
                    scored,
                    lowered,
                })
            })
            .collect()
    }

    fn wanted(&self, name: &str, bench: &Bench) -> Result<Wanted, String> {
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
            _ if self
                .model
                .covariates()
                .iter()
                .any(|known| covariate(&known))
                || self.population.unit(name).is_some() =>
            {
                What::Covariate
            }
            _ => return Err(format!("the model has no output `{name}`")),
        };
        let name = name.to_owned();
        Ok(Wanted { name, what })
    }
}

impl Run<'_> {
    fn block(&self, people: &[Person]) -> Vec<Row> {
        let mut rows: Vec<Row> = vec![vec![Vec::new(); self.wanted.len()]; people.len()];
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
                if run.failure.is_some() {
                    rows[k].clear();
                }
                if !rows[k].is_empty() || self.wanted.is_empty() {
                    self.read(
                        bench,
                        &people[k],
                        course,
                        &run.outputs,
                        &looks,
                        &mut rows[k],
                    );
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
        let parameters = if typical {
            bench.plan.typical()
        } else {
            bench
                .plan
                .parameters(laboratory.seed, person.id, &person.covariates)
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
            let doses = taken(planned, missed, laboratory.seed, person.id);
            events.extend(
                doses
                    .iter()
                    .flat_map(|dose| trial::dose_events(&bench.lowered, dose)),
            );
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
        row: &mut Row,
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

/// The first fault, in words.
pub(super) fn first(faults: &Diagnostics) -> String {
    faults
        .list
        .first()
        .map_or_else(String::new, |fault| fault.message.clone())
}

/// Which quantities the figures read, by case.
fn readings(design: &Design) -> BTreeMap<&str, BTreeSet<String>> {
    let mut readings: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for judged in &design.figures {
        judged.figure.walk(&mut |inner| {
            if let Figure::Reading { quantity, case, .. } = inner {
                readings.entry(case).or_default().insert(quantity.clone());
            }
        });
    }
    readings
}

fn data(case: &Case, wanted: &[Wanted], rows: Vec<Row>, days: usize) -> CaseData {
    let mut data = CaseData {
        group: case.group,
        rows: rows.len(),
        ..CaseData::default()
    };
    for (place, wanted) in wanted.iter().enumerate() {
        let values = rows.iter().flat_map(|row| {
            let own = row.get(place);
            (0..days).map(move |day| {
                own.and_then(|own| own.get(day))
                    .copied()
                    .unwrap_or(f64::NAN)
            })
        });
        if matches!(wanted.what, What::Covariate | What::Parameter) {
            let fixed = values.step_by(days).collect();
            data.fixed.insert(wanted.name.clone(), fixed);
        } else {
            data.courses.insert(wanted.name.clone(), values.collect());
        }
    }
    data
}

/// The first quantity of the first figure: over time, or over what is swept.
fn drawn(design: &Design, measured: &Measured) -> Picture {
    let mut first: Option<(String, Option<f64>)> = None;
    for judged in &design.figures {
        judged.figure.walk(&mut |inner| {
            if let Figure::Reading { quantity, day, .. } = inner
                && first.is_none()
                && measured
                    .cases
                    .iter()
                    .any(|(_, case)| case.courses.contains_key(quantity))
            {
                first = Some((quantity.clone(), *day));
            }
        });
    }
    let Some((quantity, day)) = first else {
        return Picture::default();
    };
    let days = &measured.days;
    let mean = |values: &mut dyn Iterator<Item = f64>| {
        let seen: Vec<f64> = values.filter(|x| x.is_finite()).collect();
        seen.iter().sum::<f64>() / seen.len() as f64
    };
    let mut picture = Picture {
        quantity: quantity.clone(),
        across: "week".to_owned(),
        curves: Vec::new(),
    };
    for (name, case) in &measured.cases {
        let Some(course) = case.courses.get(&quantity) else {
            continue;
        };
        if let [.., (swept, values)] = design.sweep.as_slice() {
            // One curve for each value of what is swept besides the last.
            let people = case.rows / measured.points.max(1);
            let look = day.and_then(|day| days.iter().position(|look| (look - day).abs() < 1e-6));
            let look = look.unwrap_or(days.len() - 1);
            let at = |point: usize| {
                mean(&mut (0..people).map(|p| course[(point * people + p) * days.len() + look]))
            };
            picture.across.clone_from(swept);
            for bundle in 0..measured.points / values.len() {
                let point = |k: usize| bundle * values.len() + k;
                let points = (0..values.len())
                    .map(|k| (values[k], at(point(k))))
                    .collect();
                let others = design.sweep[..design.sweep.len() - 1]
                    .iter()
                    .map(|(other, _)| format!(", {other} {}", measured.swept[other][point(0)]));
                let name = format!("{name}{}", others.collect::<String>());
                picture.curves.push(Curve { name, points });
            }
            continue;
        }
        let points = (0..days.len())
            .map(|look| {
                let values = &mut (0..case.rows).map(|row| course[row * days.len() + look]);
                (days[look] / WEEK_DAY, mean(values))
            })
            .collect();
        let name = name.clone();
        picture.curves.push(Curve { name, points });
    }
    picture
}
