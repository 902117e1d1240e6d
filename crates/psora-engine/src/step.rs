//! One step of a Rosenbrock method, for a block of patients side by side.
//!
//! Each lane has its own time, step size, parameters and inputs; all lanes execute the same
//! instructions. A [`Block`] only computes: it proposes a next state and its error for every
//! lane. Who accepts, and where the next step goes, is decided lane by lane in `lane`.

#![expect(
    clippy::inline_always,
    reason = "the step must be compiled with the vector features of its caller"
)]
#![expect(
    clippy::needless_range_loop,
    reason = "states, lanes and stages run over several arrays at once"
)]

use crate::control::Tolerance;
use crate::lanes::{Lanes, run};
use crate::method::Rosenbrock;
use crate::program::Scalar;
use crate::{Program, Signal};

/// Calls `$sum::<W, J>` with `J` the number of weights, so that its inner loop unrolls.
macro_rules! by_count {
    ($count:expr, $sum:ident, $arguments:tt) => {
        match $count {
            1 => by_count!(@ $sum, 1, $arguments),
            2 => by_count!(@ $sum, 2, $arguments),
            3 => by_count!(@ $sum, 3, $arguments),
            4 => by_count!(@ $sum, 4, $arguments),
            5 => by_count!(@ $sum, 5, $arguments),
            6 => by_count!(@ $sum, 6, $arguments),
            7 => by_count!(@ $sum, 7, $arguments),
            more => unreachable!("a method of {} stages needs a line here", more + 1),
        }
    };
    (@ $sum:ident, $j:literal, ($($argument:expr),*)) => {
        $sum::<W, $j>($($argument),*)
    };
}

/// The relative residual above which a factorisation counts as failed. A sound one leaves
/// about 1e-15; the solutions of the stages need no more than the tightest tolerance.
const SOUND_RESIDUAL: f64 = 1e-10;

/// The size below which a row counts as nothing. A drug that has long left the body falls
/// through the subnormal numbers, where rounding is no longer relative.
const NOTHING: f64 = 1e-290;

/// Patients side by side.
#[derive(Debug)]
pub(crate) struct Block<'a, const W: usize> {
    program: &'a Program,
    method: &'a Rosenbrock,
    tolerance: Tolerance,
    registers: Vec<Lanes<W>>,
    /// The state at `time`.
    pub(crate) state: Vec<Lanes<W>>,
    /// The state that the last attempt proposes for `time + step`.
    pub(crate) next: Vec<Lanes<W>>,
    /// Infusions.
    pub(crate) flow: Vec<Lanes<W>>,
    /// Where each lane is.
    pub(crate) time: Lanes<W>,
    /// How far each lane tries to go.
    pub(crate) step: Lanes<W>,
    /// The error of the last attempt; above 1 is too much, not-a-number is a failure.
    pub(crate) error: Lanes<W>,
    curves: Vec<Vec<Curve<'a>>>,
    drift: Vec<Lanes<W>>,
    side: Vec<Lanes<W>>,
    stages: Vec<Lanes<W>>,
    factors: Vec<Lanes<W>>,
}

/// An input that moves between events.
#[derive(Debug, Clone, Copy)]
struct Curve<'a> {
    input: usize,
    level: f64,
    signal: &'a Signal,
}

impl<'a, const W: usize> Block<'a, W> {
    pub(crate) fn new(program: &'a Program, method: &'a Rosenbrock, tolerance: Tolerance) -> Self {
        let n = program.states();
        let zeros = |length| vec![[0.0; W]; length];
        let mut registers = zeros(program.flat.registers);
        for &(register, number) in &program.flat.constants {
            registers[register as usize] = [number; W];
        }
        Self {
            program,
            method,
            tolerance,
            registers,
            state: zeros(n),
            next: zeros(n),
            flow: zeros(n),
            time: [0.0; W],
            step: [1.0; W],
            error: [0.0; W],
            curves: vec![Vec::new(); W],
            drift: zeros(n),
            side: zeros(n),
            stages: zeros(n * method.stages.len()),
            factors: zeros(program.elimination.entries),
        }
    }

    /// Seats a patient: what `scalar` holds for him, his start and his signals.
    pub(crate) fn seat(&mut self, lane: usize, scalar: &Scalar, start: &[f64], time: f64) {
        for register in self.program.flat.held..self.program.flat.scratch {
            self.registers[register][lane] = scalar.registers[register][0];
        }
        for (state, &value) in self.state.iter_mut().zip(start) {
            state[lane] = value;
        }
        for flow in &mut self.flow {
            flow[lane] = 0.0;
        }
        self.curves[lane].clear();
        self.time[lane] = time;
    }

    /// Gives an input of a lane its level, on top of the signal's curve.
    pub(crate) fn set(
        &mut self,
        lane: usize,
        input: usize,
        level: f64,
        signal: Option<&'a Signal>,
    ) {
        let curves = &mut self.curves[lane];
        curves.retain(|curve| curve.input != input);
        if let Some(signal) = signal.filter(|signal| !signal.knots.is_empty()) {
            curves.push(Curve {
                input,
                level,
                signal,
            });
        }
        let first = self.program.flat.time + 1;
        self.registers[first + input][lane] = level;
        self.registers[first + self.program.sizes.inputs + input][lane] = 0.0;
    }

    /// The longest step that cannot pass over a wave of an input unseen: one knot spacing
    /// while a curve moves, and not beyond its first one before.
    pub(crate) fn reach(&self, lane: usize) -> f64 {
        let time = self.time[lane];
        let reaches = self.curves[lane].iter().map(|curve| {
            let Signal { from, spacing, .. } = *curve.signal;
            let until = from + spacing * curve.signal.knots.len() as f64;
            if time > until {
                f64::INFINITY
            } else {
                spacing + (from - spacing - time).max(0.0)
            }
        });
        reaches.fold(f64::INFINITY, f64::min)
    }

    /// Copies what is held for a lane, and his state, for a plain evaluation.
    pub(crate) fn show(&self, lane: usize, scalar: &mut Scalar) {
        for register in self.program.flat.held..self.program.flat.scratch {
            scalar.registers[register] = [self.registers[register][lane]];
        }
        for (register, state) in scalar.registers.iter_mut().zip(&self.state) {
            *register = [state[lane]];
        }
        scalar.registers[self.program.flat.time] = [self.time[lane]];
    }

    /// Takes over the proposed state where `accepted`.
    #[inline(always)]
    pub(crate) fn accept(&mut self, accepted: [bool; W]) {
        for (state, next) in self.state.iter_mut().zip(&self.next) {
            for lane in 0..W {
                state[lane] = if accepted[lane] {
                    next[lane]
                } else {
                    state[lane]
                };
            }
        }
    }

    /// The state that gives most trouble in a lane: the first that is not finite, or the
    /// one with the largest error.
    pub(crate) fn worst(&self, lane: usize) -> Option<usize> {
        let n = self.state.len();
        let last = &self.stages[self.stages.len() - n..];
        if let Some(state) = (0..n).find(|&i| !self.next[i][lane].is_finite()) {
            return Some(state);
        }
        let share = |i: usize| {
            let size = self.state[i][lane].abs().max(self.next[i][lane].abs());
            last[i][lane].abs() / self.tolerance.weight(self.program.scale[i], size)
        };
        (0..n).max_by(|&i, &j| share(i).total_cmp(&share(j)))
    }

    /// Computes `next` and `error` of every lane.
    #[inline(always)]
    pub(crate) fn attempt(&mut self) {
        let n = self.state.len();
        self.registers[..n].copy_from_slice(&self.state);
        self.clock(0.0);
        run(&self.program.slopes, &mut self.registers);
        self.matrix();
        let doubt = self.first_stage();
        for i in 1..self.method.stages.len() {
            self.stage(i);
        }
        self.finish(doubt);
    }

    /// Sets time and moving inputs to a share of the step.
    #[inline(always)]
    fn clock(&mut self, alpha: f64) {
        let first = self.program.flat.time + 1;
        let speeds = first + self.program.sizes.inputs;
        for lane in 0..W {
            let time = self.time[lane] + alpha * self.step[lane];
            self.registers[self.program.flat.time][lane] = time;
            for curve in &self.curves[lane] {
                let (value, speed) = curve.signal.curve(time);
                self.registers[first + curve.input][lane] = curve.level + value;
                self.registers[speeds + curve.input][lane] = speed;
            }
        }
    }

    /// Forms and factorises `I/(h gamma) - J`, and keeps the drift.
    #[inline(always)]
    fn matrix(&mut self) {
        let n = self.state.len();
        let plan = &self.program.elimination;
        let results = &self.program.slopes.results;
        let jacobian = &results[n..n + self.program.pattern.len()];
        self.factors.fill([0.0; W]);
        for (&place, &register) in plan.places.iter().zip(jacobian) {
            self.factors[place as usize] = self.registers[register as usize].map(|x| -x);
        }
        let shift = self.step.map(|h| 1.0 / (h * self.method.gamma));
        for &place in &plan.diagonal {
            let entry = &mut self.factors[place as usize];
            for lane in 0..W {
                entry[lane] += shift[lane];
            }
        }
        if self.program.drifts {
            let drift = &results[n + self.program.pattern.len()..];
            for (value, &register) in self.drift.iter_mut().zip(drift) {
                *value = self.registers[register as usize];
            }
        }
        plan.factorise(&mut self.factors);
    }

    /// Solves the first stage; returns by how much its residual is too large, if positive.
    #[inline(always)]
    fn first_stage(&mut self) -> Lanes<W> {
        let n = self.state.len();
        let results = &self.program.slopes.results;
        let weight = self.step.map(|h| h * self.method.stages[0].d);
        for i in 0..n {
            let mut side = self.registers[results[i] as usize];
            for lane in 0..W {
                side[lane] += self.flow[i][lane];
                side[lane] += weight[lane] * self.drift[i][lane];
            }
            self.side[i] = side;
        }
        self.stages[..n].copy_from_slice(&self.side);
        let u = &mut self.stages[..n];
        self.program.elimination.solve(&self.factors, u);

        let shift = self.step.map(|h| 1.0 / (h * self.method.gamma));
        let mut doubt = [0.0; W];
        let mut entry = 0;
        let pattern = &self.program.pattern;
        for i in 0..n {
            let (mut rest, mut size) = ([0.0; W], [NOTHING; W]);
            for lane in 0..W {
                let term = shift[lane] * u[i][lane];
                rest[lane] = self.side[i][lane] - term;
                size[lane] += self.side[i][lane].abs() + term.abs();
            }
            while entry < pattern.len() && pattern[entry].0 == i {
                let slope = self.registers[results[n + entry] as usize];
                let other = u[pattern[entry].1];
                for lane in 0..W {
                    let term = slope[lane] * other[lane];
                    rest[lane] += term;
                    size[lane] += term.abs();
                }
                entry += 1;
            }
            for lane in 0..W {
                let excess = rest[lane].abs() - SOUND_RESIDUAL * size[lane];
                doubt[lane] = if excess > doubt[lane] {
                    excess
                } else {
                    doubt[lane]
                };
            }
        }
        doubt
    }

    #[inline(always)]
    fn stage(&mut self, i: usize) {
        let n = self.state.len();
        let stage = &self.method.stages[i];
        let before = &self.stages[..i * n];
        if self.method.continues(i) {
            let last = &before[(i - 1) * n..];
            for (place, step) in self.registers[..n].iter_mut().zip(last) {
                for lane in 0..W {
                    place[lane] += step[lane];
                }
            }
        } else {
            let (places, state) = (&mut self.registers[..n], &self.state);
            by_count!(stage.a.len(), places_of, (places, state, stage.a, before));
        }
        if stage.alpha.to_bits() != self.method.stages[i - 1].alpha.to_bits() {
            self.clock(stage.alpha);
        }
        run(&self.program.rates, &mut self.registers);

        let (before, rest) = self.stages.split_at_mut(i * n);
        let side = &mut rest[..n];
        let inverse = self.step.map(|h| 1.0 / h);
        let weight = self.step.map(|h| h * stage.d);
        by_count!(stage.c.len(), sums_of, (side, inverse, stage.c, before));
        for k in 0..n {
            let rate = self.registers[self.program.rates.results[k] as usize];
            let (flow, drift) = (self.flow[k], self.drift[k]);
            for lane in 0..W {
                side[k][lane] += (rate[lane] + flow[lane]) + weight[lane] * drift[lane];
            }
        }
        self.program.elimination.solve(&self.factors, side);
    }

    /// The proposed state, and its weighted root mean square error.
    #[inline(always)]
    fn finish(&mut self, doubt: Lanes<W>) {
        let n = self.state.len();
        let last = &self.stages[self.stages.len() - n..];
        let mut total = [0.0; W];
        let mut poison = [0.0; W];
        for i in 0..n {
            let (error, from, start) = (last[i], self.state[i], self.registers[i]);
            let mut next = [0.0; W];
            for lane in 0..W {
                next[lane] = start[lane] + error[lane];
                let size = if from[lane].abs() > next[lane].abs() {
                    from[lane].abs()
                } else {
                    next[lane].abs()
                };
                let share = error[lane] / self.tolerance.weight(self.program.scale[i], size);
                total[lane] += share * share;
                // An infinite state would make its own error look small.
                poison[lane] += next[lane] * 0.0;
            }
            self.next[i] = next;
        }
        for lane in 0..W {
            let mean = total[lane] / n.max(1) as f64;
            self.error[lane] = if doubt[lane] > 0.0 {
                f64::NAN
            } else {
                mean.sqrt() + poison[lane]
            };
        }
    }
}

/// `places = state + sum_j weights_j stages_j`.
#[inline(always)]
fn places_of<const W: usize, const J: usize>(
    places: &mut [Lanes<W>],
    state: &[Lanes<W>],
    weights: &[f64],
    stages: &[Lanes<W>],
) {
    let n = places.len();
    let weights: &[f64; J] = weights.try_into().expect("counted by the caller");
    let rows: [&[Lanes<W>]; J] = std::array::from_fn(|j| &stages[j * n..(j + 1) * n]);
    for i in 0..n {
        let mut total = state[i];
        for j in 0..J {
            for lane in 0..W {
                total[lane] += weights[j] * rows[j][i][lane];
            }
        }
        places[i] = total;
    }
}

/// `sums = factor sum_j weights_j stages_j`.
#[inline(always)]
fn sums_of<const W: usize, const J: usize>(
    sums: &mut [Lanes<W>],
    factor: Lanes<W>,
    weights: &[f64],
    stages: &[Lanes<W>],
) {
    let n = sums.len();
    let weights: &[f64; J] = weights.try_into().expect("counted by the caller");
    let rows: [&[Lanes<W>]; J] = std::array::from_fn(|j| &stages[j * n..(j + 1) * n]);
    for i in 0..n {
        let mut total = [0.0; W];
        for j in 0..J {
            for lane in 0..W {
                total[lane] += weights[j] * rows[j][i][lane];
            }
        }
        for lane in 0..W {
            total[lane] *= factor[lane];
        }
        sums[i] = total;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Accuracy, RODAS5};
    use psora_equations::{Equations, Graph};

    #[test]
    fn a_vanishing_pivot_is_noticed_and_a_smaller_step_is_sound() {
        // x' = x + 1000 y, y' = -1000 x. With h gamma = 1 the first pivot vanishes although
        // the matrix is far from singular: only exchanging rows would solve it.
        let mut graph = Graph::new();
        let (x, y) = (graph.state(0), graph.state(1));
        let big = graph.constant(1000.0);
        let (push, pull) = (graph.multiply(big, y), graph.multiply(big, x));
        let rates = vec![graph.add(x, push), graph.negate(pull)];
        let program = Program::compile(&Equations {
            graph,
            rates,
            ..Equations::default()
        });
        let tolerance = Tolerance::of(Accuracy::Standard);
        let mut block = Block::<2>::new(&program, &RODAS5, tolerance);
        block.state = vec![[1.0; 2]; 2];
        block.step = [1.0 / RODAS5.gamma, 1e-5];
        block.attempt();
        assert!(block.error[0].is_nan());
        assert!(block.error[1] < 1.0);
    }
}
