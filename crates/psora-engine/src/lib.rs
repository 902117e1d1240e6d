//! Many patients at once through one tape.
//!
//! [`Program::compile`] turns [`psora_equations::Equations`] into straight-line code;
//! [`solve`] runs a block of [`Course`]s through it, several side by side in lanes, each
//! with its own time, step, doses and visits, and returns a [`Trajectory`] for each.
//!
//! It never knows the model language, units, names, files, threads or the clock.

mod control;
mod course;
mod lane;
mod lanes;
mod linear;
mod method;
mod program;
mod signal;
mod solve;
mod step;

pub use course::{Action, Course, Event, Failure, Signal, Steps, Trajectory, Why};
pub use method::{METHODS, RODAS3, RODAS4P2, RODAS5, Rosenbrock, Stage};
pub use program::Program;
pub use solve::{Accuracy, Options, solve, solve_by, solve_equal};
