//! The result as a value for programs: the output of `psora run SCENARIO --json`.
//!
//! Rates are 0 to 1, weeks are weeks, a number that does not exist is `null`. The names of
//! the keys are a promise to whoever reads them.

use crate::provenance::Provenance;
use crate::reading;
use psora_trial::outcome::RelapseResult;
use psora_trial::{ArmResult, EndpointResult, RuleResult, TrialResult};
use serde_json::{Value, json};

/// The result for programs: endpoints by arm and week beside the published ones, failures,
/// and what is needed to repeat the run.
#[must_use]
pub fn json(result: &TrialResult, provenance: &Provenance) -> Value {
    let study = result
        .study
        .as_ref()
        .map(|(name, source)| json!({"name": name, "doi": reading::doi(source).unwrap_or(source)}));
    let excluded: Vec<Value> = result
        .excluded
        .iter()
        .map(|(reason, count)| json!({"reason": reason, "count": count}))
        .collect();
    json!({
        "title": result.title,
        "partial": result.partial,
        "study": study,
        "arms": result.arms.iter().map(arm).collect::<Vec<_>>(),
        "screened": result.screened,
        "excluded": excluded,
        "patients_per_arm": provenance.patients_per_arm,
        "wall_seconds": provenance.wall_seconds,
        "patients_per_second": provenance.patients_per_second,
        "model": provenance.model_hash,
        "scenario": provenance.scenario_hash,
        "scenario_name": provenance.scenario_name,
        "calibration": provenance.calibration,
        "accuracy": provenance.accuracy,
        "seed": provenance.seed,
        "version": provenance.version,
    })
}

fn arm(arm: &ArmResult) -> Value {
    let tally = reading::tally(arm);
    let failures: Vec<Value> = reading::failures(arm)
        .into_iter()
        .map(|(why, count)| json!({"why": why, "count": count}))
        .collect();
    json!({
        "name": arm.name,
        "regimen": arm.regimen,
        "n": arm.patients.len(),
        "dropped_out": tally.dropped_out,
        "failed": tally.failed,
        "failures": failures,
        "endpoints": arm.endpoints.iter().map(endpoint).collect::<Vec<_>>(),
        "rules": arm.rules.iter().map(rule).collect::<Vec<_>>(),
        "relapse": arm.relapse.as_ref().map(relapse),
    })
}

fn rule(rule: &RuleResult) -> Value {
    json!({"rule": rule.rule, "patients": rule.patients, "n": rule.n})
}

fn relapse(relapse: &RelapseResult) -> Value {
    let points: Vec<Value> = relapse
        .points
        .iter()
        .map(|point| {
            json!({
                "week": point.week,
                "not_relapsed": point.share,
                "q025": point.interval.low,
                "q975": point.interval.high,
                "at_risk": point.at_risk,
            })
        })
        .collect();
    json!({
        "definition": relapse.definition,
        "n": relapse.n,
        "of": relapse.of,
        "relapsed": relapse.relapsed,
        "median_weeks": relapse.median,
        "points": points,
    })
}

fn endpoint(row: &EndpointResult) -> Value {
    let published = row.published.as_ref().map(|published| {
        json!({
            "study": published.study,
            "n": published.n,
            "responders": published.responders,
            "rate": published.rate,
            "q025": published.interval.low,
            "q975": published.interval.high,
        })
    });
    json!({
        "endpoint": row.endpoint,
        "week": row.week,
        "n": row.n,
        "responders": row.responders,
        "rate": row.rate,
        "q025": row.interval.low,
        "q975": row.interval.high,
        "published": published,
    })
}
