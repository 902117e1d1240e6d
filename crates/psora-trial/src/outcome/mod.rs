//! How we judge: what a rater writes down, and what counts as a response.
//!
//! The model leaves a latent severity of three signs and an involved share for each region
//! ([`Latent`]); a [`Rater`] turns them into whole scores with the errors of a person;
//! [`ENDPOINTS`] says who responded, and [`statistics`] counts them.

mod criterion;
mod endpoint;
mod rater;
pub mod statistics;

pub use criterion::Criterion;
pub use endpoint::{ENDPOINTS, Endpoint, QUANTITIES, Quantity};
pub use rater::{Latent, REGION_SHARE, Rater};
