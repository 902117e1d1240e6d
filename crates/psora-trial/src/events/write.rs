//! An event table as text.

use super::{EventRow, EventTable, KINDS};
use std::fmt::Write as _;

/// The columns of every table that is written; covariates follow.
const COLUMNS: &str = "ID,TIME,EVID,AMT,TREATMENT,CMT,ADDL,II,RATE,DV,DVID,MDV";

pub(super) fn write(table: &EventTable) -> String {
    let mut text = COLUMNS.to_owned();
    for name in &table.covariates {
        text.push(',');
        text.push_str(name);
    }
    text.push('\n');
    for row in &table.rows {
        line(&mut text, row);
    }
    text
}

fn line(text: &mut String, row: &EventRow) {
    let kind = KINDS.iter().position(|kind| *kind == row.kind).unwrap_or(2);
    let missing = || ".".to_owned();
    let unless_zero = |value: f64| {
        if value == 0.0 {
            missing()
        } else {
            value.to_string()
        }
    };
    let (treatment, route) = row.given.as_ref().map_or_else(
        || (missing(), missing()),
        |given| (given.treatment.clone(), given.route.clone()),
    );
    let cells = [
        row.id.clone(),
        row.day.to_string(),
        kind.to_string(),
        unless_zero(row.amount),
        treatment,
        if route.is_empty() { missing() } else { route },
        unless_zero(f64::from(row.additional)),
        unless_zero(row.interval_day),
        unless_zero(row.rate),
        row.value.map_or_else(missing, |value| value.to_string()),
        row.quantity.clone().unwrap_or_else(missing),
        if row.value.is_some() { "0" } else { "1" }.to_owned(),
    ];
    text.push_str(&cells.join(","));
    for value in &row.covariates {
        let value = value.map_or_else(missing, |value| value.to_string());
        write!(text, ",{value}").expect("a string takes all that is written");
    }
    text.push('\n');
}
