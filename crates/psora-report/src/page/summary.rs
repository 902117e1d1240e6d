//! The head of the page: title, one paragraph, and the table of results.

use super::Page;
use super::html;
use crate::figure::escape;
use crate::number;
use crate::reading;
use psora_trial::{EndpointResult, TrialResult};
use std::fmt::Write as _;

pub(super) fn summary(page: &Page<'_>) -> String {
    let result = page.result;
    let mut html = format!("<header><h1>{}</h1>\n", escape(&result.title));
    if let Some((name, source)) = &result.study {
        let _ = writeln!(
            html,
            "<p class=\"quiet\">A virtual trial beside {}, {}</p>",
            escape(name),
            html::with_doi_link(source)
        );
    }
    if result.partial {
        html.push_str(
            "<p class=\"warning\"><strong>PARTIAL</strong> The run was cancelled before every \
             patient was done. The numbers below rest on those who were.</p>\n",
        );
    }
    html.push_str(&html::paragraph(&sentences(result)));
    html.push_str("</header>\n<section id=\"results\"><h2>Results</h2>\n");
    html.push_str(&results_table(result));
    html.push_str(&html::paragraph(
        "Simulated share of responders in percent with its Wilson 95% interval, which tells the \
         Monte Carlo error of the number of patients and nothing else; beneath it the published \
         share, its number of patients, and the difference in points (simulated less published). \
         Who is missing counts as a non-responder.",
    ));
    html.push_str("</section>\n");
    html
}

/// The results in a few sentences, computed from them.
fn sentences(result: &TrialResult) -> String {
    let mut text = String::new();
    let patients: usize = result.arms.iter().map(|arm| arm.patients.len()).sum();
    let _ = write!(
        text,
        "{} in {} followed for {} weeks.",
        number::counted(patients, "simulated patient course"),
        number::counted(result.arms.len(), "arm"),
        number::week(result.weeks.iter().copied().fold(0.0, f64::max)),
    );
    if let Some((endpoint, week)) = headline(result) {
        let shares: Vec<String> = result
            .arms
            .iter()
            .filter_map(|arm| {
                let row = reading::endpoint_at(arm, endpoint, week)?;
                Some(format!(
                    "{}% with {}{}",
                    number::percent(row.rate),
                    arm.name,
                    beside(row)
                ))
            })
            .collect();
        let _ = write!(
            text,
            " At week {}, {} was reached by {}.",
            number::week(week),
            reading::endpoint_title(endpoint),
            joined(&shares)
        );
    }
    if let Some(agreement) = reading::agreement(result) {
        let _ = write!(
            text,
            " Over {} the simulated one is off by {:.1} points on average (mean difference {}); \
             the published 95% interval holds it in {} of {}.",
            number::counted(agreement.pairs, "published share"),
            agreement.mean_absolute * 100.0,
            number::points(agreement.bias),
            agreement.covered,
            agreement.pairs
        );
    } else {
        text.push_str(" Nothing published stands beside this trial.");
    }
    text
}

fn beside(row: &EndpointResult) -> String {
    row.published.as_ref().map_or(String::new(), |p| {
        format!(" (published {}%)", number::percent(p.rate))
    })
}

fn joined(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

/// The endpoint and week that tell most: PASI 90 if measured, where most was published, and
/// of equals the week next to 16.
fn headline(result: &TrialResult) -> Option<(&str, f64)> {
    let known = reading::endpoints(result);
    let endpoint = ["PASI90", "PASI75"]
        .into_iter()
        .find(|wanted| known.contains(wanted))
        .or_else(|| known.first().copied())?;
    let published = |week: f64| {
        let at = |arm| reading::endpoint_at(arm, endpoint, week);
        result
            .arms
            .iter()
            .filter_map(at)
            .filter(|row| row.published.is_some())
            .count()
    };
    let week = reading::telling_weeks(result)
        .into_iter()
        .max_by(|&a, &b| {
            let near = |week: f64| -(week - 16.0).abs();
            published(a)
                .cmp(&published(b))
                .then(near(a).total_cmp(&near(b)))
        })?;
    Some((endpoint, week))
}

fn results_table(result: &TrialResult) -> String {
    let endpoints = reading::main_endpoints(result);
    if endpoints.is_empty() {
        return html::paragraph("No endpoint was measured.");
    }
    let mut html = String::from(
        "<div class=\"wide\"><table class=\"results\"><thead><tr><th scope=\"col\" class=\"number\">Week</th>",
    );
    for endpoint in &endpoints {
        let title = escape(&reading::endpoint_title(endpoint));
        let _ = write!(html, "<th scope=\"col\" class=\"number\">{title}</th>");
    }
    html.push_str("</tr></thead>\n");
    for arm in &result.arms {
        let patients = number::counted(arm.patients.len(), "patient");
        let regimen = if arm.regimen == arm.name {
            ""
        } else {
            &arm.regimen
        };
        let _ = writeln!(
            html,
            "<tbody><tr><th colspan=\"{}\" scope=\"rowgroup\" class=\"text\">{} <span class=\"quiet\">{}{}{patients}</span></th></tr>",
            endpoints.len() + 1,
            escape(&arm.name),
            escape(regimen),
            if regimen.is_empty() { "" } else { "; " },
        );
        for week in reading::telling_weeks(result) {
            let cells = endpoints
                .iter()
                .map(|name| reading::endpoint_at(arm, name, week));
            let cells: String = cells
                .map(|row| row.map_or("<td></td>".to_owned(), cell))
                .collect();
            let _ = writeln!(
                html,
                "<tr><td class=\"number\">{}</td>{cells}</tr>",
                number::week(week)
            );
        }
        html.push_str("</tbody>\n");
    }
    html.push_str("</table></div>\n");
    html
}

fn cell(row: &EndpointResult) -> String {
    let mut html = format!(
        "<td class=\"number\"><b>{}</b> <small>[{}–{}]</small>",
        number::percent(row.rate),
        number::percent(row.interval.low),
        number::percent(row.interval.high)
    );
    if let Some(published) = &row.published {
        let _ = write!(
            html,
            "<br><small class=\"published-cell\">{} <span>n {}</span> {}</small>",
            number::percent(published.rate),
            number::count(published.n),
            number::points(row.rate - published.rate)
        );
    }
    html.push_str("</td>");
    html
}
