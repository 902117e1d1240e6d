//! Where the typical person comes to rest, and how firmly.
//!
//! All sites move together, so that a state of a tissue with sites counts once. The two
//! resting states are found by letting time run from healthy skin and from a plaque; the
//! point between them by halving the way until a run stays near the edge, and Newton's
//! method from there. Stability is the sign of the largest real part of the Jacobian's
//! eigenvalues. The loop gain cuts the loop at one state: what comes back to it, once all
//! others have followed, for what it gave (Astrom & Murray 2008, section 9.1); above 1 the
//! loop runs away. A sweep raises an input slowly and lowers it again.

use super::laboratory::first;
use super::outcome::{Curve, Picture};
use super::{Structure, dense};
use crate::population::Plan;
use crate::trial::{self, YEAR_DAY};
use psora_engine::{Course, Options, Program, Signal, solve};
use psora_model::{Lowered, Model};
use std::collections::BTreeMap;

/// What was found, by name, and the picture of the sweep.
pub(super) struct Found {
    pub(super) names: BTreeMap<String, f64>,
    pub(super) picture: Picture,
}

/// Years after which a run has settled: the slowest state, memory, takes about three.
const SETTLED_YEAR: f64 = 40.0;

/// Years at each level of the sweep.
const LEVEL_YEAR: f64 = 10.0;

/// Halvings of the way between two states: as many as a number has digits.
const HALVINGS: usize = 50;

struct Bed<'a> {
    lowered: Lowered,
    program: Program,
    parameters: Vec<f64>,
    watch: Vec<usize>,
    input: usize,
    /// States that lead to the cut one, by name: all sites of each.
    classes: Vec<Vec<usize>>,
    structure: &'a Structure,
}

/// Finds and judges the steady states, and sweeps the input.
pub(super) fn analyse(structure: &Structure, model: &Model) -> Result<Found, String> {
    let bed = Bed::new(structure, model)?;
    let (healthy, plaque) = (bed.healthy()?, bed.plaque()?);
    let level = |state: &[f64]| bed.watched(state);
    let (low, high) = (level(&healthy), level(&plaque));
    let mut states = vec![("healthy", healthy.clone())];
    // Two ends that differ by less are one.
    const APART: f64 = 0.05;
    if high - low > APART {
        states.extend(
            bed.between(&healthy, &plaque, (low + high) / 2.0)?
                .map(|state| ("threshold", state)),
        );
        states.push(("plaque", plaque));
    }
    let mut names = BTreeMap::new();
    let (mut stable, mut unstable) = (0.0, 0.0);
    for (name, state) in &states {
        let (leading, growing, gain) = bed.judge(state)?;
        if growing == 0 {
            stable += 1.0;
        } else {
            unstable += 1.0;
        }
        names.insert(format!("leading_{name}"), leading);
        names.insert(format!("growing_{name}"), growing as f64);
        names.insert(format!("gain_{name}"), gain);
        names.insert(format!("level_{name}"), bed.watched(state));
    }
    // What is not there has no gain: a figure of it says so by not being a number.
    for name in ["threshold", "plaque"] {
        for what in ["leading", "growing", "gain", "level"] {
            names.entry(format!("{what}_{name}")).or_insert(f64::NAN);
        }
    }
    names.insert("stable_states".to_owned(), stable);
    names.insert("unstable_states".to_owned(), unstable);
    let picture = bed.sweep(&healthy, &mut names)?;
    Ok(Found { names, picture })
}

impl<'a> Bed<'a> {
    fn new(structure: &'a Structure, model: &Model) -> Result<Self, String> {
        let point = BTreeMap::new();
        let alter: Vec<_> = structure
            .alter
            .iter()
            .map(|alter| alter.at(&point))
            .collect();
        let lowered = model
            .lower_altered(&[], &alter)
            .map_err(|faults| first(&faults))?;
        let plan =
            Plan::new(&lowered, model.covariates()).map_err(|faults| faults[0].message.clone())?;
        let watch = lowered.output(&structure.watch);
        let input = lowered.input(&structure.input);
        if watch.is_empty() {
            return Err(format!("the model has no output `{}`", structure.watch));
        }
        let mut classes: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (state, slot) in lowered.states.iter().enumerate() {
            classes.entry(&slot.name).or_default().push(state);
        }
        let mut bed = Self {
            program: Program::compile(&lowered.equations),
            parameters: plan.typical(&BTreeMap::new()),
            watch,
            input: input.ok_or_else(|| format!("the model has no input `{}`", structure.input))?,
            classes: classes.into_values().collect(),
            structure,
            lowered,
        };
        bed.keep_what_leads_to_the_cut()?;
        Ok(bed)
    }

    /// Leaves out states that nothing on the loop reads: scars and counters never rest, and
    /// would make the Jacobian singular.
    fn keep_what_leads_to_the_cut(&mut self) -> Result<(), String> {
        let n = self.lowered.states.len();
        let wanted = |slot: &psora_model::StateSlot| slot.name == self.structure.cut;
        let cut: Vec<usize> = (0..n)
            .filter(|&k| wanted(&self.lowered.states[k]))
            .collect();
        if cut.is_empty() {
            return Err(format!("the model has no species `{}`", self.structure.cut));
        }
        // A point at which no product of two states is zero by accident.
        let start = &self.lowered.equations.start;
        let point: Vec<f64> = start.iter().map(|x| 1.1 * x + 0.3).collect();
        let jacobian = self
            .program
            .jacobian(&self.course(&point, 0.1, 1.0), 0.0, &point);
        let mut leads = vec![false; n];
        let mut waiting = cut;
        while let Some(state) = waiting.pop() {
            if !std::mem::replace(&mut leads[state], true) {
                waiting.extend((0..n).filter(|&other| jacobian[state * n + other] != 0.0));
            }
        }
        self.classes.retain(|class| leads[class[0]]);
        Ok(())
    }

    /// A course of so many days from a state with the input at a level.
    fn course(&self, start: &[f64], level: f64, days: f64) -> Course {
        let mut signals = vec![Signal::default(); self.lowered.inputs.len()];
        signals[self.input].level = level;
        Course {
            parameters: self.parameters.clone(),
            start: start.to_vec(),
            from: 0.0,
            events: Vec::new(),
            signals,
            visits: vec![days],
        }
    }

    fn after(&self, start: &[f64], level: f64, days: f64) -> Result<Vec<f64>, String> {
        let course = self.course(start, level, days);
        let run = solve(&self.program, &[course], &Options::default()).pop();
        let run = run.ok_or("the run left nothing behind")?;
        match run.failure {
            None => Ok(run.end),
            Some(failure) => Err(format!(
                "a run failed on day {:.1}: {:?}",
                failure.time, failure.why
            )),
        }
    }

    fn watched(&self, state: &[f64]) -> f64 {
        let (_, outputs) = self
            .program
            .evaluate(&self.course(state, 0.0, 1.0), 0.0, state);
        self.watch.iter().map(|&slot| outputs[slot]).sum::<f64>() / self.watch.len() as f64
    }

    fn healthy(&self) -> Result<Vec<f64>, String> {
        let settled = self.after(&self.lowered.equations.start, 0.0, SETTLED_YEAR * YEAR_DAY)?;
        Ok(self.polished(&settled).unwrap_or(settled))
    }

    fn plaque(&self) -> Result<Vec<f64>, String> {
        let signals = vec![Signal::default(); self.lowered.inputs.len()];
        let course = trial::run_in(
            &self.lowered,
            self.parameters.clone(),
            signals,
            SETTLED_YEAR,
            &[0.0],
        );
        let run = solve(&self.program, &[course], &Options::default()).pop();
        let settled = run.ok_or("the run left nothing behind")?.end;
        Ok(self.polished(&settled).unwrap_or(settled))
    }

    /// Newton's method; none where it does not settle.
    fn polished(&self, near: &[f64]) -> Option<Vec<f64>> {
        const MOST_STEPS: usize = 60;
        let n = near.len();
        let free: Vec<usize> = self.classes.iter().flatten().copied().collect();
        let mut state = near.to_vec();
        for _ in 0..MOST_STEPS {
            let course = self.course(&state, 0.0, 1.0);
            let (rates, _) = self.program.evaluate(&course, 0.0, &state);
            let jacobian = self.program.jacobian(&course, 0.0, &state);
            let inner: Vec<f64> = free
                .iter()
                .flat_map(|&row| free.iter().map(move |&column| (row, column)))
                .map(|(row, column)| jacobian[row * n + column])
                .collect();
            let right: Vec<f64> = free.iter().map(|&k| rates[k]).collect();
            let step = dense::solve(free.len(), &inner, &right)?;
            let mut size: f64 = 0.0;
            for (&k, step) in free.iter().zip(&step) {
                size = size.max(step.abs() / state[k].abs().max(1.0));
                state[k] -= step;
            }
            // Steps of this size are rounding.
            if size < 1e-11 {
                return state.iter().all(|x| *x > -1e-9).then_some(state);
            }
        }
        None
    }

    /// The steady state on the edge between two basins.
    fn between(&self, low: &[f64], high: &[f64], middle: f64) -> Result<Option<Vec<f64>>, String> {
        let mix = |share: f64| -> Vec<f64> {
            low.iter()
                .zip(high)
                .map(|(a, b)| a + share * (b - a))
                .collect()
        };
        let falls = |share: f64| -> Result<bool, String> {
            let end = self.after(&mix(share), 0.0, SETTLED_YEAR * YEAR_DAY)?;
            Ok(self.watched(&end) < middle)
        };
        let (mut below, mut above) = (0.0, 1.0);
        for _ in 0..HALVINGS {
            let half = (below + above) / 2.0;
            if falls(half)? {
                below = half;
            } else {
                above = half;
            }
        }
        // The edge's own run passes near the point before it leaves the edge.
        for days in [
            0.0, 15.0, 30.0, 60.0, 90.0, 120.0, 180.0, 240.0, 360.0, 500.0,
        ] {
            let near = if days > 0.0 {
                self.after(&mix(above), 0.0, days)?
            } else {
                mix(above)
            };
            let Some(state) = self.polished(&near) else {
                continue;
            };
            let level = self.watched(&state);
            let inside = level > self.watched(low) * 1.05 && level < self.watched(high) * 0.98;
            if inside && self.judge(&state)?.1 > 0 {
                return Ok(Some(state));
            }
        }
        Ok(None)
    }

    /// The largest growth rate, how many grow, and the loop gain, sites moving together.
    fn judge(&self, state: &[f64]) -> Result<(f64, usize, f64), String> {
        let full = self
            .program
            .jacobian(&self.course(state, 0.0, 1.0), 0.0, state);
        let (n, m) = (state.len(), self.classes.len());
        let mut matrix = vec![0.0; m * m];
        for (row, own) in self.classes.iter().enumerate() {
            for (column, other) in self.classes.iter().enumerate() {
                matrix[row * m + column] =
                    other.iter().map(|&state| full[own[0] * n + state]).sum();
            }
        }
        let rates = dense::growth_rates(m, &matrix).ok_or("eigenvalues did not converge")?;
        let growing = rates.iter().filter(|rate| **rate > 0.0).count();
        let named = |class: &Vec<usize>| self.lowered.states[class[0]].name == self.structure.cut;
        let cut = self.classes.iter().position(named);
        let cut = cut.expect("the cut leads to itself");
        Ok((rates[0], growing, self.gain(&matrix, m, cut)))
    }

    /// 1 + stay * (J_kk - J_kr J_rr^-1 J_rk) for the cut state k and all others r.
    fn gain(&self, matrix: &[f64], m: usize, cut: usize) -> f64 {
        let others: Vec<usize> = (0..m).filter(|&k| k != cut).collect();
        let inner: Vec<f64> = others
            .iter()
            .flat_map(|&row| others.iter().map(move |&column| matrix[row * m + column]))
            .collect();
        let out: Vec<f64> = others.iter().map(|&row| matrix[row * m + cut]).collect();
        let Some(follow) = dense::solve(others.len(), &inner, &out) else {
            return f64::NAN;
        };
        let back: f64 = others
            .iter()
            .zip(follow)
            .map(|(&column, follow)| matrix[cut * m + column] * follow)
            .sum();
        1.0 + self.structure.stay_day * (matrix[cut * m + cut] - back)
    }

    /// The input up and down again, slowly.
    fn sweep(&self, healthy: &[f64], names: &mut BTreeMap<String, f64>) -> Result<Picture, String> {
        let steps = self.structure.steps;
        let level = |step: usize| self.structure.highest * step as f64 / steps as f64;
        let mut state = healthy.to_vec();
        let (mut up, mut down) = (Vec::new(), Vec::new());
        for step in 0..=steps {
            state = self.after(&state, level(step), LEVEL_YEAR * YEAR_DAY)?;
            up.push((level(step), self.watched(&state)));
        }
        for step in (0..=steps).rev() {
            state = self.after(&state, level(step), LEVEL_YEAR * YEAR_DAY)?;
            down.push((level(step), self.watched(&state)));
        }
        let middle = (up[0].1 + up[steps].1) / 2.0;
        let risen = up.iter().find(|(_, value)| *value > middle);
        let fallen = down.iter().find(|(_, value)| *value < middle);
        names.insert(
            "up_threshold".to_owned(),
            risen.map_or(f64::INFINITY, |point| point.0),
        );
        // A plaque that stays without any input has its threshold at none.
        names.insert(
            "down_threshold".to_owned(),
            fallen.map_or(0.0, |point| point.0),
        );
        names.insert("level_at_rest_before".to_owned(), up[0].1);
        names.insert("level_at_rest_after".to_owned(), down[steps].1);
        down.reverse();
        let curve = |name: &str, points| Curve {
            name: name.to_owned(),
            points,
        };
        Ok(Picture {
            quantity: self.structure.watch.clone(),
            across: self.structure.input.clone(),
            curves: vec![curve("rising", up), curve("falling", down)],
        })
    }
}
