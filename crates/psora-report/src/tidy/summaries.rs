//! The tables of arms: `endpoints` and `means`, simulated beside published.

use super::rows::{counts, number, text, whole, words};
use super::{Column, Table, Values};
use psora_trial::{ArmResult, EndpointResult, MeanResult, Published, TrialResult};
use std::borrow::Cow;

/// Responders by arm, endpoint and week.
pub(super) fn endpoints(result: &TrialResult) -> Table<'_> {
    let columns = vec![
        text("arm", "the arm"),
        number("week", "week", "weeks from first dose"),
        text("endpoint", "the endpoint"),
        whole("n", "patients"),
        whole("responders", "responders; who is missing is not one"),
        number("rate", "1", "responders / n"),
        number(
            "low",
            "1",
            "lower end of the Wilson 95% interval of the rate",
        ),
        number(
            "high",
            "1",
            "upper end of the Wilson 95% interval of the rate",
        ),
        text(
            "published_study",
            "the study that the published values come from",
        ),
        whole("published_n", "patients, as published"),
        whole("published_responders", "responders, as published"),
        number("published_rate", "1", "published responders / n"),
        number(
            "published_low",
            "1",
            "lower end of the Wilson 95% interval of the published rate",
        ),
        number(
            "published_high",
            "1",
            "upper end of the Wilson 95% interval of the published rate",
        ),
    ];
    let rows: Vec<(&ArmResult, &EndpointResult)> = result
        .arms
        .iter()
        .flat_map(|arm| arm.endpoints.iter().map(move |row| (arm, row)))
        .collect();
    one_block("endpoints", columns, rows.len(), move || {
        vec![
            words(rows.iter().map(|(arm, _)| arm.name.as_str())),
            numbers(&rows, |row| row.week),
            words(rows.iter().map(|(_, row)| row.endpoint.as_str())),
            counts(rows.iter().map(|(_, row)| row.n)),
            counts(rows.iter().map(|(_, row)| row.responders)),
            numbers(&rows, |row| row.rate),
            numbers(&rows, |row| row.interval.low),
            numbers(&rows, |row| row.interval.high),
            Values::Text(
                rows.iter()
                    .map(|(_, row)| {
                        row.published
                            .as_ref()
                            .map(|p| Cow::Borrowed(p.study.as_str()))
                    })
                    .collect(),
            ),
            published_counts(&rows, |published| published.n),
            published_counts(&rows, |published| published.responders),
            published_numbers(&rows, |published| published.rate),
            published_numbers(&rows, |published| published.interval.low),
            published_numbers(&rows, |published| published.interval.high),
        ]
    })
}

/// Mean scores by arm, quantity and week.
pub(super) fn means(result: &TrialResult) -> Table<'_> {
    let mut columns = vec![
        text("arm", "the arm"),
        number("week", "week", "weeks from first dose"),
        text("quantity", "the score"),
        text("unit", "the unit of the score"),
        whole("n", "patients observed"),
        number("mean", "as in `unit`", "the mean among those observed"),
        number("sd", "as in `unit`", "the standard deviation"),
    ];
    for name in ["q05", "q25", "q50", "q75", "q95"] {
        columns.push(number(
            name,
            "as in `unit`",
            "a quantile among those observed",
        ));
    }
    columns.push(number(
        "published_mean",
        "as in `unit`",
        "the published mean",
    ));
    columns.push(number(
        "published_se",
        "as in `unit`",
        "the standard error of the published mean, missing if not given",
    ));
    let rows: Vec<(&ArmResult, &MeanResult)> = result
        .arms
        .iter()
        .flat_map(|arm| arm.means.iter().map(move |row| (arm, row)))
        .collect();
    one_block("means", columns, rows.len(), move || {
        let mut values = vec![
            words(rows.iter().map(|(arm, _)| arm.name.as_str())),
            numbers(&rows, |row| row.week),
            words(rows.iter().map(|(_, row)| row.quantity.as_str())),
            words(rows.iter().map(|(_, row)| unit_of(&row.quantity))),
            counts(rows.iter().map(|(_, row)| row.n)),
            numbers(&rows, |row| row.mean),
            numbers(&rows, |row| row.sd),
        ];
        for quantile in 0..5 {
            values.push(numbers(&rows, |row| row.quantiles[quantile]));
        }
        values.push(numbers(&rows, |row| {
            row.published.map_or(f64::NAN, |p| p.0)
        }));
        values.push(numbers(&rows, |row| {
            row.published
                .map_or(f64::NAN, |p| if p.1 > 0.0 { p.1 } else { f64::NAN })
        }));
        values
    })
}

/// The unit of a mean score.
fn unit_of(quantity: &str) -> &'static str {
    if quantity == "BSA" || quantity.ends_with("change") {
        "%"
    } else {
        "1"
    }
}

fn one_block<'a>(
    name: &'static str,
    columns: Vec<Column>,
    rows: usize,
    values: impl Fn() -> Vec<Values<'a>> + Send + Sync + 'a,
) -> Table<'a> {
    Table {
        name,
        columns,
        rows,
        csv: true,
        metadata: Vec::new(),
        blocks: usize::from(rows > 0),
        block: Box::new(move |_| values()),
    }
}

fn numbers<T>(rows: &[(&ArmResult, &T)], value: impl Fn(&T) -> f64) -> Values<'static> {
    Values::Number(rows.iter().map(|(_, row)| value(row)).collect())
}

fn published_numbers(
    rows: &[(&ArmResult, &EndpointResult)],
    value: impl Fn(&Published) -> f64,
) -> Values<'static> {
    numbers(rows, |row| row.published.as_ref().map_or(f64::NAN, &value))
}

fn published_counts(
    rows: &[(&ArmResult, &EndpointResult)],
    value: impl Fn(&Published) -> usize,
) -> Values<'static> {
    Values::Whole(
        rows.iter()
            .map(|(_, row)| {
                row.published
                    .as_ref()
                    .and_then(|p| i64::try_from(value(p)).ok())
            })
            .collect(),
    )
}
