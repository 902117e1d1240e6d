//! Equations, differentiated, ordered and flattened.

use crate::lanes::{Lanes, run};
use crate::linear::Elimination;
use crate::{Action, Course};
use psora_equations::{Equations, Flat, Node, Sizes, Tape, drift, flatten, jacobian};

/// Equations as straight-line code.
#[derive(Debug, Clone)]
pub struct Program {
    pub(crate) flat: Flat,
    pub(crate) sizes: Sizes,
    /// `f` alone.
    pub(crate) rates: Tape,
    /// `f`, then the entries of the Jacobian, then the drift if there is one.
    pub(crate) slopes: Tape,
    /// The outputs.
    pub(crate) outputs: Tape,
    /// Row and column of each entry of the Jacobian.
    pub(crate) pattern: Vec<(usize, usize)>,
    pub(crate) elimination: Elimination,
    /// Whether the rates change with time alone.
    pub(crate) drifts: bool,
    /// The size at which each state counts as one unit.
    pub(crate) scale: Vec<f64>,
}

impl Program {
    /// Differentiates, orders and flattens `equations`.
    #[must_use]
    pub fn compile(equations: &Equations) -> Self {
        let mut graph = equations.graph.clone();
        let sizes = Sizes {
            states: equations.rates.len(),
            parameters: equations.parameters,
            inputs: equations.inputs,
        };
        let entries = jacobian(&mut graph, &equations.rates);
        let drift = drift(&mut graph, &equations.rates, equations.inputs);
        let drifts = drift.iter().any(|&node| graph.number(node) != Some(0.0));

        let mut slopes: Vec<Node> = equations.rates.clone();
        slopes.extend(entries.iter().map(|entry| entry.node));
        if drifts {
            slopes.extend(drift);
        }
        let mut flat = flatten(
            &graph,
            sizes,
            &[&equations.rates, &slopes, &equations.outputs],
        );
        let pattern: Vec<_> = entries
            .iter()
            .map(|entry| (entry.row, entry.column))
            .collect();
        let mut tapes = std::mem::take(&mut flat.tapes).into_iter();
        let mut tape = || tapes.next().expect("one tape for each of three groups");
        Self {
            rates: tape(),
            slopes: tape(),
            outputs: tape(),
            elimination: Elimination::plan(sizes.states, &pattern),
            scale: (0..sizes.states)
                .map(|i| equations.scale.get(i).copied().filter(|&s| s > 0.0))
                .map(|scale| scale.unwrap_or(1.0))
                .collect(),
            pattern,
            drifts,
            sizes,
            flat,
        }
    }

    /// How many states there are.
    #[must_use]
    pub fn states(&self) -> usize {
        self.sizes.states
    }

    /// How many outputs there are.
    #[must_use]
    pub fn width(&self) -> usize {
        self.outputs.results.len()
    }

    /// The size of the program in one line, for those who tune it.
    #[must_use]
    pub fn summary(&self) -> String {
        let count = |tape: &Tape| {
            let runs = tape.runs.len();
            let words: usize = tape.words.len();
            format!("{words} words in {runs} runs")
        };
        format!(
            "{} states, {} Jacobian entries, {} in the factors; {} registers; \
             rates {}; with slopes {}; outputs {}",
            self.states(),
            self.pattern.len(),
            self.elimination.entries,
            self.flat.registers,
            count(&self.rates),
            count(&self.slopes),
            count(&self.outputs)
        )
    }

    /// Rates of change and outputs at one point of a course.
    ///
    /// Levels and infusions are those that events before `time` have set.
    #[must_use]
    pub fn evaluate(&self, course: &Course, time: f64, state: &[f64]) -> (Vec<f64>, Vec<f64>) {
        let mut scalar = Scalar::new(self);
        let flow = scalar.place(self, course, time, state);
        let mut rates = scalar.compute(&self.rates);
        for (rate, flow) in rates.iter_mut().zip(flow) {
            *rate += flow;
        }
        (rates, scalar.compute(&self.outputs))
    }

    /// The Jacobian of the rates at one point of a course, row by row.
    #[must_use]
    pub fn jacobian(&self, course: &Course, time: f64, state: &[f64]) -> Vec<f64> {
        let mut scalar = Scalar::new(self);
        scalar.place(self, course, time, state);
        let slopes = scalar.compute(&self.slopes);
        let n = self.states();
        let mut matrix = vec![0.0; n * n];
        for (&(row, column), value) in self.pattern.iter().zip(&slopes[n..]) {
            matrix[row * n + column] = *value;
        }
        matrix
    }
}

/// The plain evaluator: one patient, one point.
#[derive(Debug)]
pub(crate) struct Scalar {
    setup: Vec<Lanes<1>>,
    pub(crate) registers: Vec<Lanes<1>>,
}

impl Scalar {
    pub(crate) fn new(program: &Program) -> Self {
        let flat = &program.flat;
        let mut setup = vec![[0.0]; flat.setup.registers];
        for (place, &number) in flat.setup_numbers.iter().enumerate() {
            setup[program.sizes.parameters + place] = [number];
        }
        let mut registers = vec![[0.0]; flat.registers];
        for &(register, number) in &flat.constants {
            registers[register as usize] = [number];
        }
        Self { setup, registers }
    }

    /// Computes what is held for a patient.
    pub(crate) fn load(&mut self, program: &Program, parameters: &[f64]) {
        assert_eq!(
            parameters.len(),
            program.sizes.parameters,
            "a course brings every parameter of its equations"
        );
        let flat = &program.flat;
        for (register, &value) in self.setup.iter_mut().zip(parameters) {
            *register = [value];
        }
        run(&flat.setup, &mut self.setup);
        for (place, &result) in flat.setup.results.iter().enumerate() {
            self.registers[flat.held + place] = self.setup[result as usize];
        }
    }

    /// Sets an input and its speed.
    pub(crate) fn input(&mut self, program: &Program, input: usize, value: f64, speed: f64) {
        let first = program.flat.time + 1;
        self.registers[first + input] = [value];
        self.registers[first + program.sizes.inputs + input] = [speed];
    }

    /// Computes the results of one tape.
    pub(crate) fn compute(&mut self, tape: &Tape) -> Vec<f64> {
        run(tape, &mut self.registers);
        tape.results
            .iter()
            .map(|&register| self.registers[register as usize][0])
            .collect()
    }

    /// Loads everything for one point of a course, and returns the infusions there.
    fn place(&mut self, program: &Program, course: &Course, time: f64, state: &[f64]) -> Vec<f64> {
        self.load(program, &course.parameters);
        for (register, &value) in self.registers.iter_mut().zip(state) {
            *register = [value];
        }
        self.registers[program.flat.time] = [time];
        let mut levels: Vec<f64> = (0..program.sizes.inputs)
            .map(|input| course.signals.get(input).map_or(0.0, |signal| signal.level))
            .collect();
        let mut flow = vec![0.0; program.states()];
        for event in course.events.iter().filter(|event| event.time < time) {
            match event.action {
                Action::Add { .. } => {}
                Action::Flow { state, change } => flow[state] += change,
                Action::Set { input, level } => levels[input] = level,
            }
        }
        for (input, level) in levels.into_iter().enumerate() {
            let curve = course.signals.get(input).map(|signal| signal.curve(time));
            let (value, speed) = curve.unwrap_or_default();
            self.input(program, input, level + value, speed);
        }
        flow
    }
}
