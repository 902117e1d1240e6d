//! Experiments for programs.

use super::{Phenomena, Phenomenon, counts};
use psora_trial::experiment::FigureResult;
use serde_json::{Value, json};

/// The rows with figure, band, unit and verdict, and the counts.
///
/// A figure that is no number (a time that never came, a run that failed) is null.
#[must_use]
pub fn phenomena_json(phenomena: &Phenomena) -> Value {
    let summary: Vec<Value> = counts(&phenomena.rows)
        .into_iter()
        .map(|(verdict, [construction, fitted, predicted], all)| {
            json!({
                "verdict": verdict, "all": all, "by construction": construction,
                "fitted": fitted, "predicted": predicted,
            })
        })
        .collect();
    let own: f64 = phenomena
        .rows
        .iter()
        .map(|row| row.outcome.patient_years)
        .sum();
    json!({
        "rows": phenomena.rows.iter().map(row).collect::<Vec<_>>(),
        "summary": summary,
        "model": phenomena.model_hash,
        "calibration": phenomena.calibration,
        "seed": phenomena.seed,
        "version": phenomena.version,
        "patient_years": (own + phenomena.shared_years).round(),
    })
}

fn row(row: &Phenomenon) -> Value {
    let (experiment, outcome) = (&row.experiment, &row.outcome);
    let first = outcome.figures.first();
    let mut value = json!({
        "number": experiment.number,
        "statement": experiment.statement,
        "evidence": experiment.evidence,
        "kind": experiment.kind.words(),
        "source": experiment.source,
        "figure": first.and_then(|figure| finite(figure.value)),
        "error": first.and_then(|figure| figure.error).and_then(finite),
        "band": first.map(band),
        "unit": first.map(|figure| figure.unit.clone()),
        "verdict": outcome.verdict.words(),
        "figures": outcome.figures.iter().map(figure).collect::<Vec<_>>(),
        "people": outcome.people.iter()
            .map(|(name, count)| json!({"name": name, "n": count})).collect::<Vec<_>>(),
        "patient_years": outcome.patient_years,
        "seconds": (row.seconds * 1000.0).round() / 1000.0,
    });
    let optional = [
        ("often_said", experiment.often_said.as_deref()),
        ("data_say", experiment.data_say.as_deref()),
        ("note", experiment.note.as_deref()),
        ("reason", outcome.verdict.reason()),
    ];
    for (key, text) in optional {
        if let Some(text) = text {
            value[key] = json!(text);
        }
    }
    value
}

fn figure(figure: &FigureResult) -> Value {
    json!({
        "name": figure.name,
        "figure": finite(figure.value),
        "error": figure.error.and_then(finite),
        "band": band(figure),
        "unit": figure.unit,
        "inside": figure.has_band().then(|| figure.holds()),
    })
}

fn band(figure: &FigureResult) -> Value {
    json!([figure.low, figure.high])
}

fn finite(value: f64) -> Option<f64> {
    value.is_finite().then_some(value)
}
