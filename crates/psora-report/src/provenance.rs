//! Where a result comes from: what someone needs in order to repeat the run.
//!
//! The door fills it in, since only the door knows the command line and the clock.

/// Everything needed to repeat a run, and what it cost.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Provenance {
    /// The command as it was typed.
    pub command: String,
    /// The scenario's name (`voyage2`).
    pub scenario_name: String,
    /// The scenario file, word for word.
    pub scenario_text: String,
    /// The SHA-256 of the scenario text, in hexadecimal.
    pub scenario_hash: String,
    /// The hash of the model text with its calibrated values.
    pub model_hash: String,
    /// The calibration in use; empty if there is none.
    pub calibration: String,
    /// The seed of every random number.
    pub seed: u64,
    /// The version of the program.
    pub version: String,
    /// Patients in each arm, as asked for.
    pub patients_per_arm: usize,
    /// Threads that ran. Results do not depend on it.
    pub threads: usize,
    /// Patients that were integrated side by side. Results do not depend on it.
    pub lanes: usize,
    /// The name of the accuracy (`standard`).
    pub accuracy: String,
    /// Wall time of the run, in seconds.
    pub wall_seconds: f64,
    /// Patients simulated in a second of wall time.
    pub patients_per_second: f64,
    /// What the model cites: key, and citation in one line.
    pub sources: Vec<(String, String)>,
    /// The model's covariates: name, declared unit, meaning. May be empty; tables and
    /// figures then show covariates without units.
    pub covariates: Vec<(String, String, String)>,
}

impl Provenance {
    /// The declared unit of a covariate, empty if it is not known.
    pub(crate) fn covariate_unit(&self, name: &str) -> &str {
        self.covariates
            .iter()
            .find(|(known, _, _)| known == name)
            .map_or("", |(_, unit, _)| unit)
    }

    /// What a covariate means, or its name.
    pub(crate) fn covariate_label<'a>(&'a self, name: &'a str) -> &'a str {
        self.covariates
            .iter()
            .find(|(known, _, label)| known == name && !label.is_empty())
            .map_or(name, |(_, _, label)| label)
    }
}
