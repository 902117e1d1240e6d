//! An ODE system as symbols: build, simplify, differentiate, flatten.
//!
//! Expressions live in a [`Graph`], where equal terms are the same [`Node`]. A model
//! hands over [`Equations`]: one node for each rate of change and each output. This
//! crate differentiates them and flattens them into the straight-line programs that
//! the engine runs over lanes of patients.
//!
//! It never knows units, biology, threads, files or the clock.

mod derivative;
mod equations;
mod flatten;
mod graph;
pub mod kernel;
mod tape;

pub use derivative::{Entry, derivatives, drift, jacobian};
pub use equations::Equations;
pub use flatten::{Flat, Sizes, flatten};
pub use graph::{Expression, Graph, Node};
pub use tape::{Operation, Run, Tape};
