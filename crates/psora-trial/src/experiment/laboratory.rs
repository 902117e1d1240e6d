//! Where experiments are run.
//!
//! People are made once and serve every experiment that begins with people like them. Each
//! case of each point of a sweep is run for the same people with the same random numbers.

use super::cohort::{Cohort, Person, World, gather};
use super::figure::Figure;
use super::outcome::{FigureResult, Outcome, Picture, Verdict};
use super::reckon::{CaseData, Measured};
use super::run::{Row, Run, Wanted, What, benches, wanted};
use super::{Case, Design, Experiment, picture, structure};
use crate::Host;
use crate::population::Population;
use crate::treatment::Regimen;
use crate::trial::{BLOCK, YEAR_DAY};
use psora_engine::Options;
use psora_model::{Diagnostics, Model};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

/// The share of runs that may fail before an experiment has failed.
const FAILED_SHARE: f64 = 0.01;

/// A model, a population, and the people made of them so far.
#[derive(Debug)]
pub struct Laboratory {
    pub(super) model: Model,
    pub(super) population: Population,
    pub(super) seed: u64,
    pub(super) options: Options,
    cohorts: BTreeMap<String, Arc<Cohort>>,
}

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
        let mut drawing = Picture::default();
        if let Some(structure) = &design.structure {
            let found = structure::analyse(structure, &self.model)?;
            measured.found = found.names;
            drawing = found.picture;
        }
        let cohorts = self.cohorts(design, host)?;
        let readings = readings(design);
        let mut patient_years = 0.0;
        for case in &design.cases {
            let cohort = &cohorts[case.group];
            // What nobody reads need not be run.
            let Some(names) = readings.get(case.name.as_str()) else {
                continue;
            };
            let rows = self.rows(design, case, cohort, &points, names, host)?;
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
        if drawing.curves.is_empty() {
            drawing = picture::drawn(design, &measured);
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
            picture: drawing,
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
        let mut readings: Vec<Wanted> = Vec::new();
        let mut runs = Vec::new();
        for (index, point) in points.iter().enumerate() {
            let benches = benches(self, design, case, regimen.as_ref(), point)?;
            if index == 0 {
                for name in names {
                    readings.push(wanted(self, name, &benches[0])?);
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
                wanted: &readings,
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
        let mut failures = rows.iter().filter_map(|row| row.as_ref().err());
        if let Some(first) = failures.next() {
            let (failed, of) = (1 + failures.count(), rows.len());
            if failed as f64 > FAILED_SHARE * of as f64 {
                let name = &case.name;
                return Err(format!(
                    "{name}: {failed} of {of} runs failed, the first {first}"
                ));
            }
        }
        let last = design.days.last().copied().unwrap_or_default();
        let years = rows.len() as f64 * last / YEAR_DAY;
        Ok((years, data(case, &readings, rows, design.days.len())))
    }
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
            let own = row.as_ref().ok().and_then(|row| row.get(place));
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
