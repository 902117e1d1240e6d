//! Many patients at once through one tape.
//!
//! [`Program::compile`] turns [`psora_equations::Equations`] into straight-line code;
//! [`solve`] runs a block of [`Course`]s through it, several side by side in lanes, each
//! with its own time, step, doses and visits, and returns a [`Trajectory`] for each.
//!
//! It never knows the model language, units, names, files, threads or the clock.

mod course;
mod solve;

pub use course::{Action, Course, Event, Failure, Signal, Steps, Trajectory, Why};
pub use solve::{Accuracy, Options, Program, solve};
