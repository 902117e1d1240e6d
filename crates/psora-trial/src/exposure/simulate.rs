//! A published figure, measured in virtual patients.

use super::{Average, Figure, Outcome, Quantity, Simulated, Which};
use crate::evidence::{Baseline, Summary};
use crate::outcome::statistics::{mean_and_sd, quantiles};
use crate::population::Plan;
use crate::treatment::Dose;
use crate::{Host, Population, Regimen};
use psora_engine::{Action, Course, Event, Options, Program, Signal, solve};
use psora_model::{Diagnostic, Lowered, Model};
use psora_units::Unit;
use std::collections::BTreeMap;
use std::sync::Mutex;

/// Virtual patients for each figure: the mean of 200 is known to a tenth of their spread.
const PATIENTS: u64 = 200;

/// Looks at a concentration between a dose and the next. They lie closer near the dose,
/// since most drugs peak early.
const LOOKS: usize = 150;

/// Days within which a figure's dose must be given, and days observed after a last dose.
const HORIZON_DAY: f64 = 800.0;
const LAST_DAY: f64 = 84.0;

/// Simulates every figure under its regimen.
///
/// # Errors
/// When the model has no concentration of the drug, or a figure's unit or dose does not fit.
pub fn simulate(
    figures: &[(Figure, Regimen)],
    model: &Model,
    population: &Population,
    seed: u64,
    host: &dyn Host,
) -> Result<Vec<Outcome>, Vec<Diagnostic>> {
    let mut levels: BTreeMap<&str, Level> = BTreeMap::new();
    for (figure, _) in figures {
        if !levels.contains_key(figure.drug.as_str()) {
            levels.insert(&figure.drug, Level::of(&figure.drug, model)?);
        }
    }
    let measures: Vec<Measure> = figures
        .iter()
        .map(|(figure, regimen)| {
            let level = &levels[figure.drug.as_str()];
            Measure::new(figure, regimen, level, population, seed)
        })
        .collect::<Result<_, _>>()?;
    let done = Mutex::new(BTreeMap::new());
    host.stage("exposure", measures.len());
    host.for_each(measures.len(), &|index| {
        if host.cancelled() {
            return;
        }
        let simulated = measures[index].run();
        done.lock()
            .expect("no task panics while it holds the lock")
            .insert(index, simulated);
        host.advance(1);
    });
    let done = done
        .into_inner()
        .expect("no task panics while it holds the lock");
    Ok(done
        .into_iter()
        .map(|(index, simulated)| Outcome {
            figure: figures[index].0.clone(),
            simulated,
        })
        .collect())
}

/// A drug's concentration as equations.
struct Level {
    lowered: Lowered,
    program: Program,
    plan: Plan,
    unit: Unit,
}

impl Level {
    fn of(drug: &str, model: &Model) -> Result<Self, Vec<Diagnostic>> {
        let output = format!("{drug}_concentration");
        let lowered = model.lower(&[drug]).only(&[&output]);
        let Some(slot) = lowered.outputs.first() else {
            let message = format!("the model has no output `{output}`");
            let fault = Diagnostic::new("unknown-name", &format!("drugs/{drug}"), None, message);
            return Err(vec![fault.help(format!(
                "add `{output} = concentration in mg/L` to the outputs of the drug's file"
            ))]);
        };
        Ok(Self {
            unit: Unit::parse(&slot.unit).expect("the model was checked"),
            program: Program::compile(&lowered.equations),
            plan: Plan::new(&lowered, model.covariates())?,
            lowered,
        })
    }
}

/// A figure, ready to be measured.
struct Measure<'a> {
    figure: &'a Figure,
    regimen: &'a Regimen,
    level: &'a Level,
    population: Population,
    seed: u64,
    /// What one of the simulated quantity is in the figure's unit.
    factor: f64,
    /// Days: the first dose and the next, the figure's dose and the next.
    first: (f64, f64),
    own: (f64, f64),
}

impl<'a> Measure<'a> {
    fn new(
        figure: &'a Figure,
        regimen: &'a Regimen,
        level: &'a Level,
        population: &Population,
        seed: u64,
    ) -> Result<Self, Vec<Diagnostic>> {
        let wrong = |code, message: String| {
            let file = format!("exposure of {}", figure.drug);
            vec![Diagnostic::new(code, &file, None, message)]
        };
        let unit = Unit::parse(&figure.unit).expect("checked when read");
        let day = Unit::parse("day").expect("a unit of time");
        let (dimension, size) = match figure.quantity {
            Quantity::Peak | Quantity::Trough => (level.unit.dimension(), level.unit.factor()),
            Quantity::Area => (
                level.unit.dimension().times(day.dimension()),
                level.unit.factor() * day.factor(),
            ),
            Quantity::TimeToPeak | Quantity::HalfLife => (day.dimension(), day.factor()),
            Quantity::Accumulation => (Unit::one().dimension(), 1.0),
        };
        if dimension != unit.dimension() {
            let words = figure.quantity.words();
            let message = format!("`{}` is no unit of a {words}", figure.unit);
            return Err(wrong("wrong-unit", message));
        }
        let dates = dates(&regimen.doses(figure.weight_kg.unwrap_or(85.0), HORIZON_DAY));
        let number = match figure.dose {
            Which::Number(number) => Some(number - 1).filter(|&place| place < dates.len()),
            // A dose on the very day counts although weeks are sevenths with rounding.
            Which::Week(week) => dates.iter().rposition(|&date| date <= week * 7.0 + 1e-6),
        };
        let Some(number) = number else {
            let message = format!("`{}` has no such dose", figure.regimen);
            return Err(wrong("wrong-value", message));
        };
        let next = |place: usize| {
            let end = dates
                .get(place + 1)
                .copied()
                .unwrap_or(dates[place] + LAST_DAY);
            (dates[place], end)
        };
        let mut own = next(number);
        if let Some((_, end)) = figure.window {
            own.1 = own.0 + end;
        }
        Ok(Self {
            figure,
            regimen,
            level,
            population: heavier(population, figure.weight_kg),
            seed,
            factor: size / unit.factor(),
            first: next(0),
            own,
        })
    }

    fn run(&self) -> Option<Simulated> {
        let courses: Vec<Course> = (0..PATIENTS).map(|id| self.course(id)).collect();
        let values: Vec<f64> = solve(&self.level.program, &courses, &Options::default())
            .iter()
            .zip(&courses)
            .filter(|(trajectory, _)| trajectory.failure.is_none())
            .map(|(trajectory, course)| self.measured(&course.visits, &trajectory.outputs))
            .filter(|value| value.is_finite())
            .collect();
        if values.is_empty() {
            return None;
        }
        let (mean, sd) = mean_and_sd(&values);
        let [low, median, high] = quantiles(&values, [0.05, 0.5, 0.95]);
        let value = match self.figure.average {
            Average::Mean => mean,
            Average::Median => median,
            Average::Geometric => {
                let logs = values.iter().map(|value| libm::log(*value)).sum::<f64>();
                libm::exp(logs / values.len() as f64)
            }
        };
        Some(Simulated {
            value,
            sd,
            spread: (low, high),
            n: values.len(),
        })
    }

    fn course(&self, id: u64) -> Course {
        let (level, seed) = (self.level, self.seed);
        let covariates = self.population.covariates(seed, id);
        let weight = covariates.get("WEIGHT").copied().unwrap_or(85.0);
        let last = match self.figure.quantity {
            // Nothing more is given while a half-life is measured.
            Quantity::HalfLife => self.own.0 + 1e-9,
            _ => self.own.1,
        };
        Course {
            parameters: level.plan.parameters(seed, id, &covariates),
            start: level.lowered.equations.start.clone(),
            from: 0.0,
            events: self
                .regimen
                .doses(weight, last)
                .iter()
                .flat_map(|dose| {
                    let states = level.lowered.state(&dose.into).into_iter();
                    states.map(|state| Event {
                        time: dose.day,
                        action: Action::Add {
                            state,
                            amount: dose.amount,
                        },
                    })
                })
                .collect(),
            signals: vec![Signal::default(); level.lowered.inputs.len()],
            visits: self.visits(),
        }
    }

    fn visits(&self) -> Vec<f64> {
        let looks = |(from, to): (f64, f64)| {
            (0..=LOOKS).map(move |look| {
                let share = look as f64 / LOOKS as f64;
                from + (to - from) * share * share
            })
        };
        match self.figure.quantity {
            Quantity::Peak | Quantity::TimeToPeak | Quantity::Area => looks(self.own).collect(),
            Quantity::Accumulation => looks(self.first).chain(looks(self.own)).collect(),
            Quantity::Trough => vec![self.own.1],
            Quantity::HalfLife => {
                let (from, to) = self.figure.window.unwrap_or((0.0, LAST_DAY));
                vec![self.own.0 + from, self.own.0 + to]
            }
        }
    }

    /// The quantity in one patient, in the figure's unit.
    fn measured(&self, days: &[f64], levels: &[f64]) -> f64 {
        let peak = || {
            let most = levels.iter().copied().fold(0.0, f64::max);
            let at = levels.iter().position(|level| *level >= most).unwrap_or(0);
            (days[at] - self.own.0, most)
        };
        let own = match self.figure.quantity {
            Quantity::Peak => peak().1,
            Quantity::TimeToPeak => peak().0,
            Quantity::Trough => levels[0],
            Quantity::Area => area(days, levels),
            Quantity::Accumulation => {
                let half = LOOKS + 1;
                let first = area(&days[..half], &levels[..half]);
                area(&days[half..], &levels[half..]) / first
            }
            Quantity::HalfLife => {
                (days[1] - days[0]) * std::f64::consts::LN_2 / libm::log(levels[0] / levels[1])
            }
        };
        own * self.factor
    }
}

/// The days on which something is given, each once.
fn dates(doses: &[Dose]) -> Vec<f64> {
    let mut days: Vec<f64> = doses.iter().map(|dose| dose.day).collect();
    days.dedup();
    days
}

/// The same people with a published mean weight.
fn heavier(population: &Population, weight_kg: Option<f64>) -> Population {
    let Some(mean) = weight_kg else {
        return population.clone();
    };
    let summary = Summary {
        mean: Some(mean),
        sd: None,
        median: None,
    };
    population.tilted(&Baseline {
        quantities: vec![("weight_kg".to_owned(), summary)],
        ..Baseline::default()
    })
}

/// The area under a curve through points, by trapezes.
fn area(days: &[f64], levels: &[f64]) -> f64 {
    days.windows(2)
        .zip(levels.windows(2))
        .map(|(day, level)| (day[1] - day[0]) * (level[0] + level[1]) / 2.0)
        .sum()
}
