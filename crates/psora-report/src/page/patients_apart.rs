//! Those who are not in the figures: not enrolled, or not finished.

use super::Page;
use super::html::{self, Heading};
use crate::number;
use crate::reading;
use psora_trial::Status;

/// The most failed patients that are listed one by one.
const LISTED: usize = 20;

pub(super) fn screening(page: &Page<'_>) -> String {
    let result = page.result;
    let enrolled = result
        .arms
        .iter()
        .map(|arm| arm.patients.len())
        .max()
        .unwrap_or(0);
    let mut html = html::section("screening", "Screening");
    html.push_str(&html::paragraph(&format!(
        "{} screened, {} enrolled.",
        number::counted(result.screened, "virtual patient"),
        number::count(enrolled)
    )));
    if !result.excluded.is_empty() {
        let headings = [
            Heading::Text("Left out because"),
            Heading::Number("Patients"),
            Heading::Number("% of those screened"),
        ];
        let rows = result.excluded.iter().map(|(reason, count)| {
            let share = *count as f64 / result.screened as f64;
            vec![
                reason.clone(),
                number::count(*count),
                number::percent(share),
            ]
        });
        html.push_str(&html::table(&headings, rows));
    }
    html.push_str("</section>\n");
    html
}

pub(super) fn failures(page: &Page<'_>) -> String {
    let mut html = html::section("ends", "Drop-outs and failures");
    let headings = [
        Heading::Text("Arm"),
        Heading::Number("Patients"),
        Heading::Number("Completed"),
        Heading::Number("Dropped out"),
        Heading::Number("Failed"),
    ];
    let rows = page.result.arms.iter().map(|arm| {
        let tally = reading::tally(arm);
        vec![
            arm.name.clone(),
            number::count(arm.patients.len()),
            number::count(tally.completed),
            number::count(tally.dropped_out),
            number::count(tally.failed),
        ]
    });
    html.push_str(&html::table(&headings, rows));
    html.push_str(&failed(page));
    html.push_str("</section>\n");
    html
}

fn failed(page: &Page<'_>) -> String {
    let mut rows = Vec::new();
    for arm in &page.result.arms {
        for patient in &arm.patients {
            if let Status::Failed { week, state, why } = &patient.status {
                rows.push(vec![
                    arm.name.clone(),
                    patient.id.to_string(),
                    number::week(*week),
                    state.clone(),
                    why.clone(),
                ]);
            }
        }
    }
    if rows.is_empty() {
        return html::paragraph("Every simulation could be finished.");
    }
    let reasons = page.result.arms.iter().flat_map(|arm| {
        reading::failures(arm)
            .into_iter()
            .map(|(why, count)| vec![arm.name.clone(), why.to_owned(), number::count(count)])
    });
    let headings = [
        Heading::Text("Arm"),
        Heading::Text("Why"),
        Heading::Number("Failed"),
    ];
    let mut html = html::table(&headings, reasons);
    let more = rows.len().saturating_sub(LISTED);
    rows.truncate(LISTED);
    let headings = [
        Heading::Text("Arm"),
        Heading::Number("Patient"),
        Heading::Number("Week"),
        Heading::Text("State"),
        Heading::Text("Why"),
    ];
    let mut list = html::table(&headings, rows);
    if more > 0 {
        list.push_str(&html::paragraph(&format!(
            "And {} more.",
            number::count(more)
        )));
    }
    html.push_str(&html::details("The patients that failed", &list));
    html
}
