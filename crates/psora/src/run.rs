//! The sentence of the house: a scenario becomes results.

use crate::calibration::{Calibration, NONE};
use crate::design::{design, given, read_model};
use crate::{Error, Library, Scenario};
use psora_report::Provenance;
use psora_trial::{Host, Status, Trial, TrialResult};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::time::Instant;

/// A question that was answered.
#[derive(Debug, Clone)]
pub struct Results {
    /// What happened to the patients.
    pub trial: TrialResult,
    /// How to do it again.
    pub provenance: Provenance,
}

/// What the machine and the command bring to a run; results do not depend on it.
#[derive(Debug, Clone)]
pub struct Circumstances {
    /// The command that repeats the run.
    pub command: String,
    /// Threads at work.
    pub threads: usize,
    /// Patients side by side on a thread: 1, 2, 4, 8, 16 or 32.
    pub lanes: usize,
}

/// Answers one scenario.
///
/// # Errors
/// Everything that is wrong with the texts that the scenario names. A patient whose run
/// fails is not an error but a row of the results.
pub fn run(
    scenario: &Scenario,
    library: &Library,
    host: &dyn Host,
    circumstances: &Circumstances,
) -> Result<Results, Error> {
    let (model, calibration) = read_model(scenario, library)?; // text → checked biology
    let trial = design(scenario, &model, library, circumstances.lanes)?; // who gets what, when
    let given = given(scenario, &model, library)?; // or exactly those of a table
    let began = Instant::now();
    let mut result = match &given {
        Some(patients) => {
            let size = patients.len();
            Trial { size, ..trial }.run_given(patients, &model, host)?
        }
        None => trial.run(&model, host)?, // patients → trajectories → outcomes
    };
    if let Some(definition) = &scenario.relapse {
        result.measure_relapse(definition);
    }
    let seconds = began.elapsed().as_secs_f64();
    let provenance = Provenance {
        wall_seconds: seconds,
        patients_per_arm: given.map_or(scenario.patients, |patients| patients.len()),
        patients_per_second: simulated(&result) as f64 / seconds.max(f64::MIN_POSITIVE),
        ..provenance(scenario, &model, calibration.as_ref(), circumstances)
    };
    Ok(Results {
        trial: result,
        provenance,
    })
}

fn provenance(
    scenario: &Scenario,
    model: &psora_model::Model,
    calibration: Option<&Calibration>,
    circumstances: &Circumstances,
) -> Provenance {
    let text = &scenario.source.text;
    Provenance {
        command: circumstances.command.clone(),
        scenario_name: scenario.name.clone(),
        scenario_text: text.clone(),
        scenario_hash: hash(text),
        model_hash: model.hash().to_owned(),
        calibration: calibration.map_or_else(|| NONE.to_owned(), |c| c.name.clone()),
        seed: scenario.seed,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        threads: circumstances.threads,
        lanes: circumstances.lanes,
        accuracy: crate::scenario::accuracy_name(scenario.accuracy).to_owned(),
        sources: model.sources(),
        covariates: model
            .covariates()
            .iter()
            .map(|c| (c.name.clone(), c.unit.clone(), c.label.clone()))
            .collect(),
        ..Provenance::default()
    }
}

fn hash(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    let digits: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{digits}")
}

fn simulated(result: &TrialResult) -> usize {
    result.arms.iter().map(|arm| arm.patients.len()).sum()
}

impl Results {
    /// The table for a terminal.
    #[must_use]
    pub fn table(&self) -> String {
        psora_report::table(&self.trial)
    }

    /// The results for programs.
    #[must_use]
    pub fn json(&self) -> Value {
        psora_report::json(&self.trial, &self.provenance)
    }

    /// The report, as one page that needs nothing else.
    #[must_use]
    pub fn page(&self) -> String {
        psora_report::page(&self.trial, &self.provenance)
    }

    /// What `run.json` says: the results for programs, and the circumstances of the run.
    #[must_use]
    pub fn record(&self) -> Value {
        let mut record = self.json();
        let run = &self.provenance;
        let sources: Vec<Value> = run
            .sources
            .iter()
            .map(|(key, citation)| json!({"key": key, "citation": citation}))
            .collect();
        record["command"] = json!(run.command);
        record["threads"] = json!(run.threads);
        record["lanes"] = json!(run.lanes);
        record["sources"] = json!(sources);
        record
    }

    /// The share of simulated patients whose run failed.
    #[must_use]
    pub fn failed_share(&self) -> f64 {
        let failed = self
            .trial
            .arms
            .iter()
            .flat_map(|arm| &arm.patients)
            .filter(|patient| matches!(patient.status, Status::Failed { .. }))
            .count();
        failed as f64 / simulated(&self.trial).max(1) as f64
    }
}
