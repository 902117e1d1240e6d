//! Sparse linear systems whose pattern is known when the program is compiled.

mod lu;
mod order;

pub(crate) use lu::Elimination;
