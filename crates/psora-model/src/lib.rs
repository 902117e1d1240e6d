//! Model text to checked biology, and biology to equations.
//!
//! [`Model::read`] asks a [`Files`] for the `.psora` files that a model names, parses and
//! checks them, and returns either a [`Model`] that can be trusted or every [`Diagnostic`]
//! of every file at once. [`Model::lower`] turns the model, with the treatments in use,
//! into [`psora_equations::Equations`] and the names of their slots.
//!
//! It never integrates in time and never touches the file system.

mod alter;
mod bibliography;
mod calibrate;
mod check;
mod claim;
mod describe;
mod diagnostic;
mod format;
mod lower;
mod lowered;
mod model;
mod read;
mod suggest;
mod summary;
mod syntax;

pub use alter::Alteration;
pub use diagnostic::{Diagnostic, Diagnostics};
pub use format::format;
pub use lowered::{InputSlot, Lowered, OutputSlot, ParameterSlot, StateSlot};
pub use model::{
    Check, Covariate, CovariateEffect, Files, Model, Regimen, Route, Shape, Start, Treatment,
    Variation,
};
pub use summary::Summary;
