//! Who: distributions of people, and of what a rater and a clinic add.

use crate::evidence::Baseline;
use psora_model::Diagnostics;
use std::collections::BTreeMap;

/// A population, as its file says.
#[derive(Debug, Clone)]
pub struct Population {
    /// Its name in words.
    pub name: String,
}

impl Population {
    /// Reads a population file (`populations/NAME.toml`).
    ///
    /// # Errors
    /// Everything that is wrong with the text.
    pub fn read(_file: &str, _text: &str) -> Result<Self, Diagnostics> {
        unimplemented!()
    }

    /// The same population moved to a study's published baseline.
    #[must_use]
    pub fn tilted(&self, _baseline: &Baseline) -> Self {
        unimplemented!()
    }

    /// The covariates of patient `id`, in the population's units.
    #[must_use]
    pub fn covariates(&self, _seed: u64, _id: u64) -> BTreeMap<String, f64> {
        unimplemented!()
    }

    /// The yearly hazard of leaving a trial.
    #[must_use]
    pub fn drop_out(&self) -> f64 {
        unimplemented!()
    }
}
