//! The front door: a scenario, and [`run()`].
//!
//! A [`Scenario`] is a question as a person writes it; a [`Library`] holds the texts that it
//! names; [`run()`] answers it on a [`Pool`] of threads, and a [`ResultFolder`] keeps the
//! answer. [`inspect()`] puts texts and the model's own checks to the test.
//!
//! It never prints, and never leaves results that look whole and are not: whoever opens the
//! door (a command, a page, another program) shows what comes back.

mod error;
mod keys;
mod library;
mod pool;
mod scenario;
mod visits;

pub use error::Error;
pub use library::{Library, Shelf, Text};
pub use pool::{Pool, Unwatched, Watch};
pub use scenario::{ArmText, Scenario, accuracy_name, accuracy_named};
