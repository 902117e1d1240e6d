//! How we judge: what a rater writes down, and what counts as a response.
//!
//! The model leaves a latent severity of three signs and an involved share for each region
//! ([`Latent`]); a [`Rater`] turns them into whole scores with the errors of a person;
//! [`ENDPOINTS`] says who responded, and [`statistics`] counts them. A [`Condition`] is what a
//! rule asks at a visit, and a [`Relapse`] says when a response counts as lost.

mod condition;
mod criterion;
mod endpoint;
mod rater;
mod relapse;
pub mod statistics;

pub use condition::Condition;
pub use criterion::Criterion;
pub use endpoint::{ENDPOINTS, Endpoint, QUANTITIES, Quantity};
pub use rater::{Latent, REGION_SHARE, Rater};
pub use relapse::{Clock, Loss, Relapse, RelapsePoint, RelapseResult};
