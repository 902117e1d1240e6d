//! The value for programs. Its names and shape are a promise (`psora validate --json`).

use super::{Beside, Group, Row, Summary, Validation, Verdict};
use serde_json::{Map, Value, json};

const QUANTILES: [&str; 6] = ["q025", "q10", "q25", "q75", "q90", "q975"];

impl Validation {
    /// Rows and summary, for programs.
    ///
    /// Rates lie between 0 and 1; `mae`, `mae_weighted` and `bias` are in percentage points.
    /// A skipped row has a `reason` and nulls for what was not predicted.
    #[must_use]
    pub fn json(&self) -> Value {
        let rows: Vec<Value> = self.rows.iter().map(row).collect();
        let summary = self.summary();
        json!({
            "calibration": self.calibration,
            "model": self.model,
            "seed": self.seed,
            "patients": self.patients,
            "version": self.version,
            "basis": self.basis,
            "between_trials_logit_sd": self.between,
            "rows": rows,
            "summary": summary_json(&summary),
            "by_class": groups(&summary.by_class),
            "by_week": groups(&summary.by_week),
            "by_stratum": groups(&summary.by_stratum),
            "means": groups(&summary.means),
            "ordinal": summary.ordinal.map(|ordinal| json!({
                "arms": ordinal.arms, "rps": ordinal.rps, "divergence": ordinal.divergence,
            })),
            "skipped": self.reasons().into_iter()
                .map(|(reason, rows)| json!({"reason": reason, "rows": rows}))
                .collect::<Vec<_>>(),
            "arms": self.arms.iter().map(|arm| json!({
                "study": arm.study, "arm": arm.arm, "people": arm.people,
                "effective": arm.effective, "matched": arm.matched,
            })).collect::<Vec<_>>(),
        })
    }
}

/// Groups by endpoint, with the headline and placebo beside them.
fn summary_json(summary: &Summary) -> Value {
    let mut map = Map::new();
    map.insert("all".to_owned(), maybe(summary.all.as_ref()));
    for (name, group) in &summary.by_endpoint {
        map.insert(name.clone(), group_json(group));
    }
    map.insert("PASI75/90/100".to_owned(), maybe(summary.headline.as_ref()));
    map.insert("placebo".to_owned(), maybe(summary.placebo.as_ref()));
    Value::Object(map)
}

fn row(row: &Row) -> Value {
    let mut value = json!({
        "study": row.study,
        "folder": row.folder,
        "arm": row.arm,
        "treatment": row.treatment,
        "class": row.class,
        "week": row.week,
        "endpoint": row.endpoint,
        "n": row.n,
        "observed": row.observed,
        "predicted": null,
        "stratum": row.stratum.map(super::Stratum::name),
    });
    match &row.verdict {
        Verdict::Ok(forecast) => {
            value["predicted"] = json!(forecast.predicted);
            for (name, quantile) in QUANTILES.iter().zip(forecast.quantiles) {
                value[*name] = json!(quantile);
            }
            value["crps"] = json!(forecast.crps);
            value["lookup"] = json!(forecast.lookup);
            value["class_mean"] = json!(forecast.class_mean);
            value["status"] = json!("ok");
        }
        Verdict::Skipped(reason) => {
            for name in QUANTILES {
                value[name] = Value::Null;
            }
            value["status"] = json!("skipped");
            value["reason"] = json!(reason);
        }
    }
    value
}

fn groups(groups: &[(String, Group)]) -> Value {
    let entries = groups
        .iter()
        .map(|(name, group)| (name.clone(), group_json(group)));
    Value::Object(entries.collect())
}

fn maybe(group: Option<&Group>) -> Value {
    group.map_or_else(|| json!({"rows": 0}), group_json)
}

fn group_json(group: &Group) -> Value {
    json!({
        "rows": group.rows,
        "mae": group.mae,
        "mae_weighted": group.mae_weighted,
        "bias": group.bias,
        "cover50": group.cover[0],
        "cover80": group.cover[1],
        "cover95": group.cover[2],
        "width50": group.width[0],
        "width80": group.width[1],
        "width95": group.width[2],
        "crps": group.crps,
        "yardstick": group.yardstick.map(beside),
        "lookup": group.lookup.map(beside),
        "class_mean": group.class_mean.map(beside),
    })
}

fn beside(beside: Beside) -> Value {
    json!({
        "rows": beside.rows,
        "mae": beside.mae,
        "mae_weighted": beside.mae_weighted,
        "model_mae": beside.model_mae,
        "model_mae_weighted": beside.model_mae_weighted,
    })
}
