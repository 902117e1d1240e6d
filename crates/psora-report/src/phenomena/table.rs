//! Experiments for a terminal: two lines a statement and one a figure.

use super::{Phenomena, Phenomenon, band, counts, remark, shown, unit};
use crate::figure::shorten;
use psora_trial::experiment::Experiment;
use std::fmt::Write as _;

/// As much of a statement as fits on a line.
const WIDTH: usize = 86;

/// Statements with their figures, bands and verdicts, and the counts.
#[must_use]
pub fn phenomena_table(phenomena: &Phenomena) -> String {
    let mut page = String::new();
    for row in &phenomena.rows {
        page.push_str(&lines(row));
    }
    page.push_str(&summary(phenomena));
    page
}

/// The statements alone: what there is to run.
#[must_use]
pub fn phenomena_list<'e>(experiments: impl IntoIterator<Item = &'e Experiment>) -> String {
    let mut page = String::new();
    for experiment in experiments {
        let needs = if experiment.needs.is_empty() {
            String::new()
        } else {
            format!("  (needs {})", experiment.needs.join(", "))
        };
        let _ = writeln!(
            page,
            "{:>4}  {}  {:<15}  {}{needs}",
            experiment.number,
            experiment.evidence,
            experiment.kind.words(),
            experiment.statement,
        );
    }
    page
}

fn lines(row: &Phenomenon) -> String {
    let (experiment, outcome) = (&row.experiment, &row.outcome);
    let mut page = format!(
        "{:>4}  {:<20}{} {}\n",
        experiment.number,
        outcome.verdict.words(),
        experiment.evidence,
        shorten(&experiment.statement, WIDTH),
    );
    if let Some(reason) = outcome.verdict.reason() {
        let before = if experiment.needs.is_empty() {
            ""
        } else {
            "needs "
        };
        let _ = writeln!(page, "{:28}{before}{reason}", "");
    }
    for figure in &outcome.figures {
        let value = format!("{}{}", shown(figure), unit(figure));
        let remark = remark(figure);
        let line = format!(
            "{:28}{:<44} {value:<18} {:<16} {remark}",
            "",
            shorten(&figure.name, 44),
            band(figure)
        );
        let _ = writeln!(page, "{}", line.trim_end());
    }
    page
}

fn summary(phenomena: &Phenomena) -> String {
    let rows = &phenomena.rows;
    let mut page = format!(
        "\n{} statements{:>29}{:>18}{:>10}{:>12}\n",
        rows.len(),
        "all",
        "by construction",
        "fitted",
        "predicted"
    );
    for (verdict, [construction, fitted, predicted], all) in counts(rows) {
        if all > 0 {
            let _ = writeln!(
                page,
                "  {verdict:<37}{all:>5}{construction:>18}{fitted:>10}{predicted:>12}"
            );
        }
    }
    let own: f64 = rows.iter().map(|row| row.outcome.patient_years).sum();
    let _ = writeln!(
        page,
        "\n{:.0} patient-years, {:.0} of them run-ins that experiments share; model {}, calibration {}, seed {}",
        own + phenomena.shared_years,
        phenomena.shared_years,
        phenomena
            .model_hash
            .get(..15)
            .unwrap_or(&phenomena.model_hash),
        phenomena.calibration,
        phenomena.seed,
    );
    page
}
