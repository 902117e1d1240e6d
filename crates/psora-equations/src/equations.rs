//! The value in which the language and the engine meet.

use crate::{Graph, Node};

/// A system of ordinary differential equations, as symbols.
///
/// `dx_i/dt = rates[i]` for state `i`; time is in days. Leaves of the graph are states,
/// parameters (one value a patient, constant in time), inputs (a smooth function of time
/// a patient, or a level that events set) and time itself.
#[derive(Debug, Clone, Default)]
pub struct Equations {
    /// Every expression below lives here.
    pub graph: Graph,
    /// The rate of change of each state, per day.
    pub rates: Vec<Node>,
    /// What is recorded at each visit.
    pub outputs: Vec<Node>,
    /// The starting value of each state.
    pub start: Vec<f64>,
    /// The size at which each state counts as one unit, for error control.
    pub scale: Vec<f64>,
    /// How many parameters vary between patients.
    pub parameters: usize,
    /// How many inputs vary in time.
    pub inputs: usize,
}
