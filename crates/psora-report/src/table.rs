//! The table for the terminal: simulated rates with the published ones beneath.
//!
//! Plain text without colour, at most 100 columns wide.

use crate::number;
use crate::reading;
use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, Table, Width};
use comfy_table::{LineStyle, TableStyle};
use psora_trial::{ArmResult, EndpointResult, TrialResult};
use std::fmt::Write as _;

/// The widest line, in characters.
const COLUMNS: usize = 100;

/// Responder rates by arm and week, as text of at most 100 columns.
///
/// Each cell holds the simulated rate in percent with its 95% interval; beneath it, where
/// there is one, the published rate with its number of patients and the difference in
/// percentage points.
#[must_use]
pub fn table(result: &TrialResult) -> String {
    let mut text = String::new();
    wrap(&mut text, &result.title, "");
    if result.partial {
        text.push_str("PARTIAL: cancelled before every patient was done\n");
    }
    let weeks = reading::telling_weeks(result);
    let endpoints = reading::main_endpoints(result);
    for arm in &result.arms {
        text.push('\n');
        wrap(&mut text, &heading(arm), "  ");
        // A sixth endpoint would pass the hundredth column: it gets a table of its own.
        for some in endpoints.chunks(5) {
            text.push_str(&arm_table(arm, some, &weeks));
        }
        for rule in &arm.rules {
            let sentence = format!(
                "Rule: {}: for {} of {}",
                rule.rule,
                number::count(rule.patients),
                number::counted(rule.n, "patient")
            );
            wrap(&mut text, &sentence, "  ");
        }
        if let Some(relapse) = &arm.relapse {
            wrap(&mut text, &reading::relapse(relapse), "  ");
        }
    }
    text.push('\n');
    text.push_str(
        "Simulated % [95% interval]; beneath it: published %, patients, difference in points\n",
    );
    foot(&mut text, result);
    text
}

fn heading(arm: &ArmResult) -> String {
    let patients = number::counted(arm.patients.len(), "patient");
    if arm.regimen.is_empty() || arm.regimen == arm.name {
        format!("{}, {patients}", arm.name)
    } else {
        format!("{} ({}), {patients}", arm.name, arm.regimen)
    }
}

fn arm_table(arm: &ArmResult, endpoints: &[&str], weeks: &[f64]) -> String {
    let mut table = Table::new();
    table
        .load_style(
            TableStyle::new()
                .top_border(LineStyle::none().fill('─').junction('─'))
                .header_separator(LineStyle::none().fill('─').junction('─'))
                .bottom_border(LineStyle::none().fill('─').junction('─')),
        )
        .set_content_arrangement(ContentArrangement::Disabled);
    let titles = endpoints.iter().map(|name| reading::endpoint_title(name));
    table.set_header(std::iter::once("week".to_owned()).chain(titles));
    let mut shown = 0;
    for &week in weeks {
        let cells: Vec<String> = endpoints
            .iter()
            .map(|endpoint| reading::endpoint_at(arm, endpoint, week).map_or(String::new(), cell))
            .collect();
        if cells.iter().any(|cell| !cell.is_empty()) {
            shown += 1;
            table.add_row(std::iter::once(number::week(week)).chain(cells));
        }
    }
    if shown == 0 {
        return "no endpoint was measured\n".to_owned();
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, 1));
        if column.index == 0 {
            column.set_cell_alignment(CellAlignment::Right);
            column.set_padding((1, 2));
        } else {
            column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(17)));
        }
    }
    let mut text = String::new();
    for line in table.lines() {
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

fn cell(row: &EndpointResult) -> String {
    let mut text = format!(
        "{} [{}–{}]",
        number::percent(row.rate),
        number::percent(row.interval.low),
        number::percent(row.interval.high)
    );
    if let Some(published) = &row.published {
        let _ = write!(
            text,
            "\n{} n{} {}",
            number::percent(published.rate),
            published.n,
            number::points(row.rate - published.rate)
        );
    }
    text
}

/// What stands under the tables: the study, drop-outs, failures, agreement.
fn foot(text: &mut String, result: &TrialResult) {
    if let Some((name, source)) = &result.study {
        let source = reading::doi(source).map_or(source.clone(), |doi| format!("doi:{doi}"));
        wrap(text, &format!("Published: {name}, {source}"), "  ");
    }
    if let Some(agreement) = reading::agreement(result) {
        let sentence = format!(
            "Agreement: {} off by {:.1} points on average (mean difference {}); \
             {} of them hold the simulated rate in their 95% interval",
            number::counted(agreement.pairs, "published rate"),
            agreement.mean_absolute * 100.0,
            number::points(agreement.bias),
            agreement.covered
        );
        wrap(text, &sentence, "  ");
    }
    let lefts: Vec<String> = result
        .arms
        .iter()
        .map(|arm| {
            format!(
                "{} {}",
                arm.name,
                number::count(reading::tally(arm).dropped_out)
            )
        })
        .collect();
    if !lefts.is_empty() {
        wrap(text, &format!("Dropped out: {}", lefts.join("; ")), "  ");
    }
    let failed: usize = result
        .arms
        .iter()
        .map(|arm| reading::tally(arm).failed)
        .sum();
    if failed == 0 {
        text.push_str("Failed: none\n");
        return;
    }
    for arm in &result.arms {
        for (why, count) in reading::failures(arm) {
            wrap(
                text,
                &format!(
                    "Failed: {}, {}: {why}",
                    arm.name,
                    number::counted(count, "patient")
                ),
                "  ",
            );
        }
    }
}

/// Adds `sentence`, broken between words at the hundredth column; later lines are indented.
fn wrap(text: &mut String, sentence: &str, indent: &str) {
    let mut width = 0;
    for word in sentence.split_whitespace() {
        let length = word.chars().count();
        if width > 0 && width + 1 + length > COLUMNS {
            text.push('\n');
            text.push_str(indent);
            width = indent.chars().count();
        } else if width > 0 {
            text.push(' ');
            width += 1;
        }
        text.push_str(word);
        width += length;
    }
    text.push('\n');
}
