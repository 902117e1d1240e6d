//! An arm in numbers: responders and means by week, beside what was published.

use crate::evidence::PublishedResult;
use crate::outcome::statistics::{mean_and_sd, quantiles, wilson};
use crate::outcome::{ENDPOINTS, Endpoint, QUANTITIES, Quantity};
use crate::treatment::Rule;
use crate::{EndpointResult, MeanResult, PatientResult, Published, RuleResult, Scores, Status};

/// Responders by endpoint and week, and means by quantity and week.
///
/// Whoever left is not a responder (non-responder imputation) and not in a mean. Whoever
/// could not be simulated is in neither: that is our failure, not his.
pub(super) fn summary(
    weeks: &[f64],
    patients: &[PatientResult],
    results: &[PublishedResult],
    study: &str,
) -> (Vec<EndpointResult>, Vec<MeanResult>) {
    let simulated: Vec<&PatientResult> = patients
        .iter()
        .filter(|patient| !matches!(patient.status, Status::Failed { .. }))
        .collect();
    if simulated.is_empty() {
        return (Vec::new(), Vec::new());
    }
    let (mut endpoints, mut means) = (Vec::new(), Vec::new());
    for endpoint in ENDPOINTS {
        for (visit, &week) in weeks.iter().enumerate().skip(1) {
            let published = results.iter().find_map(|result| {
                let (responders, n, interval) = result.responders(endpoint.name, week)?;
                let (study, rate) = (study.to_owned(), responders as f64 / n as f64);
                Some(Published {
                    study,
                    responders,
                    n,
                    rate,
                    interval,
                })
            });
            endpoints.push(responders(endpoint, visit, week, &simulated, published));
        }
    }
    for quantity in QUANTITIES {
        for (visit, &week) in weeks.iter().enumerate() {
            let published = results
                .iter()
                .find_map(|result| result.mean(quantity.name, week));
            means.extend(mean(quantity, visit, week, &simulated, published));
        }
    }
    (endpoints, means)
}

/// How often each rule acted.
pub(super) fn rules(rules: &[Rule], patients: &[PatientResult]) -> Vec<RuleResult> {
    let simulated = || {
        patients
            .iter()
            .filter(|patient| !matches!(patient.status, Status::Failed { .. }))
    };
    rules
        .iter()
        .enumerate()
        .map(|(number, rule)| RuleResult {
            rule: rule.text.clone(),
            patients: simulated()
                .filter(|patient| patient.changes.iter().any(|(_, which)| *which == number))
                .count(),
            n: simulated().count(),
        })
        .collect()
}

/// A patient's scores at baseline and at a visit, if there are both.
fn pair(patient: &PatientResult, visit: usize) -> Option<(&Scores, &Scores)> {
    let at = |visit: usize| patient.scores.get(visit).and_then(Option::as_ref);
    at(0).zip(at(visit))
}

fn responders(
    endpoint: &Endpoint,
    visit: usize,
    week: f64,
    patients: &[&PatientResult],
    published: Option<Published>,
) -> EndpointResult {
    let responds = |patient: &&&PatientResult| {
        pair(patient, visit).is_some_and(|(baseline, now)| (endpoint.responds)(baseline, now))
    };
    let responders = patients.iter().filter(responds).count();
    let n = patients.len();
    EndpointResult {
        endpoint: endpoint.name.to_owned(),
        week,
        responders,
        n,
        rate: responders as f64 / n as f64,
        interval: wilson(responders, n),
        published,
    }
}

fn mean(
    quantity: &Quantity,
    visit: usize,
    week: f64,
    patients: &[&PatientResult],
    published: Option<(f64, f64)>,
) -> Option<MeanResult> {
    let values: Vec<f64> = patients
        .iter()
        .filter_map(|patient| {
            let (baseline, now) = pair(patient, visit)?;
            (quantity.value)(baseline, now)
        })
        .collect();
    if values.is_empty() {
        return None;
    }
    let (mean, sd) = mean_and_sd(&values);
    Some(MeanResult {
        quantity: quantity.name.to_owned(),
        week,
        mean,
        sd,
        quantiles: quantiles(&values, [0.05, 0.25, 0.5, 0.75, 0.95]),
        n: values.len(),
        published,
    })
}
