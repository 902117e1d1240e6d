//! Inside a patient: every output of one patient at a time, before the band of his arm.
//!
//! The curves of all exemplary patients are in the page; the style sheet shows the chosen
//! one, at first the median responder, and the script chooses another.

use super::Page;
use super::exemplars::{Exemplar, exemplars};
use super::exposure::dose_marks;
use super::html::{self, Heading};
use super::series::{Series, series};
use crate::figure::{
    Axes, Canvas, Frame, area, dot, escape, line, nice_ticks, shorten, week_ticks,
};
use crate::number;
use crate::statistics::Sample;
use psora_trial::{PatientResult, Status};
use std::fmt::Write as _;

pub(super) fn inside(page: &mut Page<'_>) -> String {
    let mut arms = String::new();
    for index in 0..page.result.arms.len() {
        let arm = &page.result.arms[index];
        let chosen = exemplars(arm);
        if !arm.doses.is_empty() && !chosen.is_empty() {
            arms.push_str(&inside_arm(page, index, &chosen));
        }
    }
    if arms.is_empty() {
        return String::new();
    }
    let mut html = html::section("inside", "Inside a patient");
    html.push_str(&html::paragraph(
        "One patient of each treated arm, chosen by rule: of those who completed, ranked by the \
         change of PASI, the median; the others can be switched to. The grey band is nine in ten \
         patients of the arm. Quantities that differ between body sites are shown as the mean of \
         the sites.",
    ));
    html.push_str(&arms);
    html.push_str("</section>\n");
    html
}

fn inside_arm(page: &mut Page<'_>, index: usize, chosen: &[Exemplar<'_>]) -> String {
    let arm = &page.result.arms[index];
    let mut html = format!(
        "<div class=\"arm-inside {}\"><h3>{}</h3>\n",
        page.palette.class(index),
        escape(&arm.name)
    );
    html.push_str(&choice(page, chosen));
    let all = series(arm);
    let mut groups: Vec<(String, Vec<&Series<'_>>)> = Vec::new();
    for one in &all {
        match groups.iter_mut().find(|(name, _)| *name == one.group) {
            Some((_, members)) => members.push(one),
            None => groups.push((one.group.clone(), vec![one])),
        }
    }
    // A heading over a single panel costs more room than it tells.
    let (mut many, few): (Vec<_>, Vec<_>) = groups.into_iter().partition(|(_, m)| m.len() > 1);
    let rest: Vec<&Series<'_>> = few.into_iter().flat_map(|(_, members)| members).collect();
    if !rest.is_empty() {
        many.push((
            if many.is_empty() { "scores" } else { "other" }.to_owned(),
            rest,
        ));
    }
    for (name, members) in many {
        let panels: String = members
            .iter()
            .map(|one| panel(page, index, one, chosen))
            .collect();
        let _ = write!(
            html,
            "<h4>{}</h4><div class=\"panels tiny\">\n{panels}</div>\n",
            escape(&html::capital(&name))
        );
    }
    html.push_str(&html::details(
        "The exemplary patients",
        &table(page, chosen),
    ));
    html.push_str("</div>\n");
    html
}

/// The switch between patients, and a line on each.
fn choice(page: &mut Page<'_>, chosen: &[Exemplar<'_>]) -> String {
    let id = page.ids.next();
    let mut html = format!(
        "<p class=\"choice\" hidden><label for=\"{id}\">Patient</label> <select id=\"{id}\">"
    );
    for (place, exemplar) in chosen.iter().enumerate() {
        let selected = if place == 0 { " selected" } else { "" };
        let _ = write!(
            html,
            "<option value=\"{place}\"{selected}>{}: number {}, PASI {}%</option>",
            exemplar.role,
            exemplar.patient.id,
            signed(exemplar.change)
        );
    }
    html.push_str("</select></p>\n");
    for (place, exemplar) in chosen.iter().enumerate() {
        let _ = writeln!(
            html,
            "<p class=\"quiet patient{}\" data-patient=\"{place}\">{}</p>",
            if place == 0 { " chosen" } else { "" },
            escape(&story(page, exemplar))
        );
    }
    html
}

fn signed(change: f64) -> String {
    format!("{change:+.0}").replace('-', "−")
}

/// A patient in one line.
fn story(page: &Page<'_>, exemplar: &Exemplar<'_>) -> String {
    let patient = exemplar.patient;
    let end = match &patient.status {
        Status::Completed => "completed".to_owned(),
        Status::DroppedOut { week } => format!("dropped out in week {}", number::week(*week)),
        Status::Failed { week, .. } => format!("failed in week {}", number::week(*week)),
    };
    let mut parts = vec![
        format!("{}, number {}", html::capital(exemplar.role), patient.id),
        end,
        format!("PASI {} to {}", pasi(patient, true), pasi(patient, false)),
    ];
    for (name, value) in &patient.covariates {
        let unit = page.provenance.covariate_unit(name);
        let unit = if unit == "1" { "" } else { unit };
        parts.push(
            format!("{name} {} {unit}", number::three(*value))
                .trim_end()
                .to_owned(),
        );
    }
    parts.join("; ")
}

fn pasi(patient: &PatientResult, first: bool) -> String {
    let mut visits = patient.scores.iter().flatten();
    let score = if first {
        visits.next()
    } else {
        visits.next_back()
    };
    score.map_or(number::MISSING.to_owned(), |score| {
        number::three(score.pasi)
    })
}

fn panel(page: &mut Page<'_>, index: usize, one: &Series<'_>, chosen: &[Exemplar<'_>]) -> String {
    let arm = &page.result.arms[index];
    let weeks = &page.result.weeks;
    let band: Vec<(f64, f64, f64)> = weeks
        .iter()
        .enumerate()
        .map(|(visit, &week)| {
            let sample = Sample::of(arm.patients.iter().map(|p| one.at(arm, p, visit)));
            sample.map_or((week, f64::NAN, f64::NAN), |s| {
                (week, s.quantile(0.05), s.quantile(0.95))
            })
        })
        .collect();
    let value = |exemplar: &Exemplar<'_>, visit: usize| one.at(arm, exemplar.patient, visit);
    let each = chosen
        .iter()
        .flat_map(|e| (0..weeks.len()).map(move |visit| value(e, visit)));
    let seen = || {
        band.iter()
            .flat_map(|b| [b.1, b.2])
            .filter(|v| v.is_finite())
    };
    let values: Vec<f64> = each.filter(|v| v.is_finite()).chain(seen()).collect();
    let domain = domain(&values);
    let mut canvas = Canvas::new(240.0, 158.0);
    let frame = Frame::linear([40.0, 38.0, 234.0, 126.0], (0.0, page.last_week()), domain);
    frame.draw(
        &mut canvas,
        &Axes {
            title: &shorten(&html::capital(&one.title), 32),
            x_title: "week",
            y_title: &shorten(&one.unit, 36),
            x_ticks: &week_ticks(page.last_week()),
            y_ticks: &nice_ticks(domain.0, domain.1, 4),
        },
    );
    canvas.path("band context", &area(&frame, band));
    if one.is_drug() {
        dose_marks(&mut canvas, &frame, arm, page.last_week());
    }
    for (place, exemplar) in chosen.iter().enumerate() {
        let points: Vec<(f64, f64)> = weeks
            .iter()
            .enumerate()
            .map(|(visit, &week)| (week, value(exemplar, visit)))
            .collect();
        let shown = if place == 0 { " chosen" } else { "" };
        canvas.open(&format!(
            "class=\"patient{shown}\" data-patient=\"{place}\""
        ));
        canvas.path("curve solid", &line(&frame, points.iter().copied()));
        if one.is_judged() && points.len() <= 60 {
            for &(week, value) in &points {
                dot(&mut canvas, "visit", 0, frame.at(week, value));
            }
        }
        canvas.close();
    }
    let first = &chosen[0];
    let description = format!(
        "{} ({}): from {} to {} over {} weeks, patient {}.",
        one.title,
        one.unit,
        number::three(value(first, 0)),
        number::three(value(first, weeks.len().saturating_sub(1))),
        number::week(page.last_week()),
        first.patient.id
    );
    canvas.finish(
        &mut page.ids,
        &format!("{}, {}", one.title, arm.name),
        &description,
    )
}

/// A domain for values: from 0, unless they all lie far from it.
fn domain(values: &[f64]) -> (f64, f64) {
    let low = values.iter().copied().fold(f64::INFINITY, f64::min);
    let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if low > high {
        return (0.0, 1.0);
    }
    let room = 0.05 * (high - low).max(1e-3 * high.abs());
    let near_zero = low >= 0.0 && low < 0.6 * high;
    (
        if near_zero || low == 0.0 {
            0.0
        } else {
            low - room
        },
        high + room,
    )
}

fn table(page: &Page<'_>, chosen: &[Exemplar<'_>]) -> String {
    let headings = [
        Heading::Text("Who"),
        Heading::Number("Number"),
        Heading::Number("PASI first"),
        Heading::Number("PASI last"),
        Heading::Number("Change, %"),
        Heading::Text("In words"),
    ];
    let rows = chosen.iter().map(|exemplar| {
        vec![
            exemplar.role.to_owned(),
            exemplar.patient.id.to_string(),
            pasi(exemplar.patient, true),
            pasi(exemplar.patient, false),
            signed(exemplar.change),
            story(page, exemplar),
        ]
    });
    html::table(&headings, rows)
}
