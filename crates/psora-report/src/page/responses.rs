//! Responders over time: one panel an endpoint, one curve an arm, published points on top.

use super::Page;
use super::html::{self, Heading};
use crate::figure::{
    Axes, Canvas, EndLabel, Frame, Whisker, area, end_labels, line, week_ticks, whisker,
};
use crate::number;
use crate::reading;
use psora_trial::{ArmResult, EndpointResult};

pub(super) fn responses(page: &mut Page<'_>) -> String {
    let endpoints = reading::endpoints(page.result);
    if endpoints.is_empty() {
        return String::new();
    }
    let mut html = html::section("responses", "Responders over time");
    html.push_str(&page.legend(reading::agreement(page.result).map(|_| "published")));
    let panels: String = endpoints
        .iter()
        .map(|endpoint| panel(page, endpoint))
        .collect();
    html.push_str(&html::figure(
        "medium",
        &panels,
        "Lines: share of simulated patients that respond, with the Wilson 95% interval of the \
         Monte Carlo error as a band (narrow where patients are many). Hollow markers: published \
         share with its Wilson 95% interval. Non-responder imputation.",
    ));
    html.push_str(&html::details("All shares by week", &table(page)));
    html.push_str("</section>\n");
    html
}

fn rows<'a>(arm: &'a ArmResult, endpoint: &str) -> Vec<&'a EndpointResult> {
    let mut rows: Vec<_> = arm
        .endpoints
        .iter()
        .filter(|row| row.endpoint == endpoint)
        .collect();
    rows.sort_by(|a, b| a.week.total_cmp(&b.week));
    rows
}

fn panel(page: &mut Page<'_>, endpoint: &str) -> String {
    let title = reading::endpoint_title(endpoint);
    let mut canvas = Canvas::new(400.0, 262.0);
    let frame = Frame::linear(
        [36.0, 36.0, 298.0, 224.0],
        (0.0, page.last_week()),
        (0.0, 100.0),
    );
    frame.draw(
        &mut canvas,
        &Axes {
            title: &title,
            x_title: "week",
            y_title: "responders, %",
            x_ticks: &week_ticks(page.last_week()),
            y_ticks: &[0.0, 25.0, 50.0, 75.0, 100.0],
        },
    );
    let arms = || page.result.arms.iter().enumerate();
    for (index, arm) in arms() {
        let class = page.palette.class(index);
        let rows = rows(arm, endpoint);
        let interval =
            |r: &&EndpointResult| (r.week, r.interval.low * 100.0, r.interval.high * 100.0);
        canvas.path(
            &format!("band {class}"),
            &area(&frame, rows.iter().map(interval)),
        );
        let rate = |r: &&EndpointResult| (r.week, r.rate * 100.0);
        canvas.path(
            &format!("curve {class}"),
            &line(&frame, rows.iter().map(rate)),
        );
    }
    for (index, arm) in arms() {
        // Arms were judged in the same weeks: side by side their whiskers stay readable.
        let shift = (index as f64 - (page.result.arms.len() as f64 - 1.0) / 2.0) * 3.0;
        for row in rows(arm, endpoint) {
            if let Some(published) = &row.published {
                let mark = Whisker {
                    at: row.week,
                    value: published.rate * 100.0,
                    low: published.interval.low * 100.0,
                    high: published.interval.high * 100.0,
                };
                whisker(
                    &mut canvas,
                    &frame,
                    page.palette.class(index),
                    index,
                    mark,
                    shift,
                );
            }
        }
    }
    let labels = arms()
        .filter_map(|(index, arm)| {
            let last = rows(arm, endpoint)
                .into_iter()
                .rev()
                .find(|row| row.rate.is_finite())?;
            Some(EndLabel {
                class: page.palette.class(index),
                y: frame.y.at(last.rate * 100.0),
                text: page.palette.short(index).to_owned(),
            })
        })
        .collect();
    end_labels(&mut canvas, 306.0, (36.0, 224.0), labels);
    let description = description(page, endpoint);
    canvas.finish(
        &mut page.ids,
        &format!("{title} responders over time"),
        &description,
    )
}

/// The ends of the curves in words.
fn description(page: &Page<'_>, endpoint: &str) -> String {
    let ends: Vec<String> = page
        .result
        .arms
        .iter()
        .filter_map(|arm| {
            let last = *rows(arm, endpoint).last()?;
            Some(format!(
                "{}: {}% at week {}.",
                arm.name,
                number::percent(last.rate),
                number::week(last.week)
            ))
        })
        .collect();
    ends.join(" ")
}

fn table(page: &Page<'_>) -> String {
    let headings = [
        Heading::Text("Arm"),
        Heading::Text("Endpoint"),
        Heading::Number("Week"),
        Heading::Number("n"),
        Heading::Number("Responders"),
        Heading::Number("%"),
        Heading::Number("95% interval"),
        Heading::Number("Published n"),
        Heading::Number("Published %"),
        Heading::Number("Published 95% interval"),
    ];
    let interval = |interval: psora_trial::Interval| {
        format!(
            "{}–{}",
            number::percent(interval.low),
            number::percent(interval.high)
        )
    };
    let rows = page.result.arms.iter().flat_map(|arm| {
        arm.endpoints.iter().map(move |row| {
            let published = row.published.as_ref();
            vec![
                arm.name.clone(),
                reading::endpoint_title(&row.endpoint),
                number::week(row.week),
                number::count(row.n),
                number::count(row.responders),
                number::percent(row.rate),
                interval(row.interval),
                published.map_or(String::new(), |p| number::count(p.n)),
                published.map_or(String::new(), |p| number::percent(p.rate)),
                published.map_or(String::new(), |p| interval(p.interval)),
            ]
        })
    });
    html::table(&headings, rows)
}
