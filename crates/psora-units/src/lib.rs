//! Quantities that know their dimension.
//!
//! A [`Unit`] is read from text (`pM/day per cell/mm2`) and knows its [`Dimension`] and its
//! size in the canonical set: day, mg, dm, pmol, cell, J. In that set mg/L and pM are 1.
//! [`describe`] prints a dimension back in units that a reader has just used.
//!
//! It never reads files and never depends on another crate.

mod describe;
mod dimension;
mod parse;
mod table;
mod unit;

pub use describe::describe;
pub use dimension::Dimension;
pub use parse::UnitError;
pub use table::{is_unit, suggest, symbols};
pub use unit::Unit;
