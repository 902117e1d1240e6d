//! One published result of an arm.

use super::read::{REMARKS, remarks};
use super::{PublishedResult, PublishedValue};
use crate::document::{Place, Reader, nearest};
use crate::outcome::{ENDPOINTS, QUANTITIES};
use std::ops::Range;

/// Endpoints that studies publish and a trial does not simulate yet.
const OTHER_ENDPOINTS: [&str; 9] = [
    "IGA0",
    "DLQI01",
    "DLQI0",
    "ACR20",
    "ACR50",
    "ACR70",
    "relapse",
    "relapse-free",
    "PSSI0",
];

/// Quantities that studies publish and a trial does not simulate yet.
const OTHER_QUANTITIES: [&str; 5] = [
    "DLQI",
    "DLQI change",
    "weeks to relapse",
    "weeks to loss of response",
    "trough mg/L",
];

/// What results take from their arm where they do not say it themselves.
pub(super) struct Whole {
    pub(super) n: Option<usize>,
    pub(super) imputation: Option<String>,
    pub(super) subgroup: Option<String>,
}

pub(super) fn result(
    (table, span): Place,
    whole: &Whole,
    reader: &mut Reader,
) -> Option<PublishedResult> {
    let known: Vec<&str> = [
        "week",
        "endpoint",
        "responders",
        "of",
        "quantity",
        "mean",
        "sd",
        "se",
        "median",
        "interval",
        "n",
        "imputation",
        "subgroup",
        "source",
    ]
    .into_iter()
    .chain(REMARKS)
    .collect();
    reader.only(table, &known, "a result");
    reader.needed_number((table, span), "week", "16");
    let week = reader.number_within(table, "week", 0.0, f64::INFINITY);
    let own_subgroup = reader.text(table, "subgroup").map(|(words, _)| words);
    let own_imputation = reader.text(table, "imputation").map(|(words, _)| words);
    reader.text(table, "source");
    let remarks = remarks(table, reader);
    let subgroup = own_subgroup.or_else(|| whole.subgroup.clone());
    let value = match (table.get("endpoint"), table.get("quantity")) {
        (Some(_), None) => responders((table, span), whole, subgroup.is_some(), reader),
        (None, Some(_)) => average((table, span), reader),
        _ => {
            let message = "a result has either an `endpoint` or a `quantity`";
            reader.fault("missing-key", span.clone(), message).help = Some(
                "write `endpoint = \"PASI90\"` with `responders` and `of`, \
                 or `quantity = \"PASI\"` with `mean`"
                    .to_owned(),
            );
            None
        }
    };
    let imputation = own_imputation.or_else(|| whole.imputation.clone());
    Some(PublishedResult {
        week: week?,
        value: value?,
        subgroup,
        imputation,
        remarks,
    })
}

fn responders(
    (table, span): Place,
    whole: &Whole,
    is_part: bool,
    reader: &mut Reader,
) -> Option<PublishedValue> {
    let (endpoint, place) = reader.text(table, "endpoint")?;
    let known = ENDPOINTS
        .iter()
        .map(|endpoint| endpoint.name)
        .chain(OTHER_ENDPOINTS);
    known_word(&endpoint, &place, "an endpoint", known.collect(), reader);
    for (key, example) in [("responders", "347"), ("of", "496")] {
        if table.get(key).is_none() {
            reader.missing(span.clone(), key, example);
        }
    }
    let count = reader.count(table, "responders");
    let (of, of_place) = reader.count(table, "of")?;
    let (responders, responders_place) = count?;
    if responders > of {
        let message = format!("{responders} responders of {of} patients");
        reader.fault("wrong-value", responders_place, message);
    }
    if of == 0 {
        reader.fault("wrong-value", of_place.clone(), "a share of nobody");
    }
    if let Some(n) = whole.n
        && of > n
        && !is_part
    {
        let message = format!("{of} patients of an arm of {n}");
        reader.fault("wrong-value", of_place, message).help =
            Some("correct one of them, or say which `subgroup` this is".to_owned());
    }
    Some(PublishedValue::Responders {
        endpoint,
        responders,
        of,
    })
}

fn average((table, span): Place, reader: &mut Reader) -> Option<PublishedValue> {
    let (quantity, place) = reader.text(table, "quantity")?;
    let known = QUANTITIES
        .iter()
        .map(|quantity| quantity.name)
        .chain(OTHER_QUANTITIES);
    known_word(&quantity, &place, "a quantity", known.collect(), reader);
    let n = reader.count(table, "n").map(|(n, _)| n);
    let sd = reader.number_within(table, "sd", 0.0, f64::INFINITY);
    let own_se = reader.number_within(table, "se", 0.0, f64::INFINITY);
    let interval = reader.pair(table, "interval");
    let mean = reader.number(table, "mean");
    let median = reader.number(table, "median");
    if table.get("mean").is_some() {
        let from_sd = sd
            .zip(n.filter(|&n| n > 0))
            .map(|(sd, n)| sd / libm::sqrt(n as f64));
        let se = own_se.or(from_sd);
        return Some(PublishedValue::Mean {
            quantity,
            mean: mean?.0,
            se,
            n,
        });
    }
    if table.get("median").is_some() {
        return Some(PublishedValue::Median {
            quantity,
            median: median?.0,
            interval,
            n,
        });
    }
    let message = "a quantity has a `mean` or a `median`";
    reader.fault("missing-key", span.clone(), message);
    None
}

fn known_word(word: &str, place: &Range<usize>, kind: &str, known: Vec<&str>, reader: &mut Reader) {
    if known.contains(&word) {
        return;
    }
    let help = nearest(word, known.iter().copied()).map_or_else(
        || format!("choose one of: {}", known.join(", ")),
        |near| format!("did you mean `{near}`?"),
    );
    reader
        .fault(
            "unknown-name",
            place.clone(),
            format!("`{word}` is not {kind}"),
        )
        .help = Some(help);
}
