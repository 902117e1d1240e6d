//! Who gets what, when; from visit to visit; and how we judge.
//!
//! A population becomes virtual patients ([`population`]), a regimen becomes dated doses
//! ([`treatment`]), trajectories become scores and endpoints ([`outcome`]), and a published
//! study is text under `evidence/` ([`evidence`]), as is how much drug patients had in their
//! blood ([`exposure`]). What is said of the disease is put to the test by an
//! [`experiment`]. A trial runs arms of patients through the engine and returns a
//! [`TrialResult`].
//!
//! It never fits, prints, reads files by itself, starts threads or asks the clock: a [`Host`]
//! lends it those.

pub mod document;
pub mod events;
pub mod evidence;
pub mod experiment;
pub mod exposure;
mod host;
pub mod outcome;
pub mod population;
mod random;
mod result;
pub mod treatment;
mod trial;

pub use evidence::Study;
pub use host::{Host, Quiet};
pub use population::Population;
pub use result::{
    ArmResult, EndpointResult, Interval, MeanResult, PatientResult, Published, RuleResult, Scores,
    Status, TrialResult,
};
pub use treatment::Regimen;
pub use trial::{Arm, Cohort, FollowUp, Followed, Person, Setting, Trial, plaque_start};
