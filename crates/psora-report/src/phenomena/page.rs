//! Experiments for people: one page that needs nothing else.
//!
//! It names neither times nor threads, so that the same run gives the same page.

use super::{Phenomena, Phenomenon, band, counts, picture, remark, shown, unit};
use crate::figure::{Ids, escape};
use crate::page::html::{Heading, paragraph, table, with_doi_link};
use std::fmt::Write as _;

/// Every statement with its figures, its picture and its verdict.
#[must_use]
pub fn phenomena_page(phenomena: &Phenomena) -> String {
    let mut ids = Ids::default();
    let mut body = head(phenomena);
    body.push_str(&overview(phenomena));
    for row in &phenomena.rows {
        body.push_str(&section(row, &mut ids));
    }
    let _ = writeln!(
        body,
        "<section><h2>Do it again</h2><pre>psora phenomena</pre>\
         <p class=\"quiet\">model {}, calibration {}, seed {}, Psora {}</p></section>",
        escape(&phenomena.model_hash),
        escape(&phenomena.calibration),
        phenomena.seed,
        escape(&phenomena.version)
    );
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>What is said of psoriasis, and what the model does</title>\n\
         <style>\n{}</style>\n</head>\n<body>\n<main>\n{body}\
         <footer><p>Psora is an instrument for research and teaching. It has not been validated \
         for decisions about anyone’s care; nothing here is medical advice.</p></footer>\n\
         </main>\n</body>\n</html>\n",
        include_str!("../page/page.css"),
    )
}

fn head(phenomena: &Phenomena) -> String {
    let mut html = String::from(
        "<h1>What is said of psoriasis, and what the model does</h1>\n\
         <p>Each statement is an experiment on the model with a band in which its figures must \
         lie. A verdict follows from the run. Only predictions are evidence: what follows from \
         how the model is written, and what was fitted, is counted apart.</p>\n",
    );
    let headings = [
        Heading::Text("verdict"),
        Heading::Number("all"),
        Heading::Number("by construction"),
        Heading::Number("fitted"),
        Heading::Number("predicted"),
    ];
    let rows = counts(&phenomena.rows)
        .into_iter()
        .filter(|(_, _, all)| *all > 0)
        .map(|(verdict, [construction, fitted, predicted], all)| {
            let mut cells = vec![verdict.to_owned()];
            cells.extend([all, construction, fitted, predicted].map(|count| count.to_string()));
            cells
        });
    html.push_str(&table(&headings, rows));
    html
}

fn overview(phenomena: &Phenomena) -> String {
    let mut html = String::from(
        "<div class=\"wide\"><table><thead><tr><th scope=\"col\" class=\"number\">no.</th>\
         <th scope=\"col\" class=\"text\">statement</th>\
         <th scope=\"col\" class=\"text\">evidence</th>\
         <th scope=\"col\" class=\"number\">figure</th><th scope=\"col\" class=\"text\">band</th>\
         <th scope=\"col\" class=\"text\">verdict</th></tr></thead><tbody>\n",
    );
    for row in &phenomena.rows {
        let first = row.outcome.figures.first();
        let number = row.experiment.number;
        let _ = writeln!(
            html,
            "<tr><td class=\"number\"><a href=\"#p{number}\">{number}</a></td>\
             <td class=\"text\">{}</td><td class=\"text\">{}</td><td class=\"number\">{}</td>\
             <td class=\"text\">{}</td><td class=\"text\">{}</td></tr>",
            escape(&row.experiment.statement),
            row.experiment.evidence,
            escape(&first.map_or_else(String::new, |f| format!("{}{}", shown(f), unit(f)))),
            escape(&first.map_or_else(String::new, band)),
            row.outcome.verdict.words(),
        );
    }
    html.push_str("</tbody></table></div>\n");
    html
}

fn section(row: &Phenomenon, ids: &mut Ids) -> String {
    let (experiment, outcome) = (&row.experiment, &row.outcome);
    let mut html = format!(
        "<section id=\"p{}\"><h2>{}. {}</h2>\n<p><strong>{}</strong> \
         <span class=\"quiet\">evidence {}, {}</span></p>\n",
        experiment.number,
        experiment.number,
        escape(&experiment.statement),
        outcome.verdict.words(),
        experiment.evidence,
        experiment.kind.words(),
    );
    for (label, text) in [
        ("Often said: ", &experiment.often_said),
        ("The data say: ", &experiment.data_say),
    ] {
        if let Some(text) = text {
            let _ = writeln!(html, "<p><em>{label}</em>{}</p>", escape(text));
        }
    }
    if let Some(reason) = outcome.verdict.reason() {
        let lacks = if experiment.needs.is_empty() {
            "It could not be run: "
        } else {
            "The model does not have yet: "
        };
        html.push_str(&paragraph(&format!("{lacks}{reason}.")));
    }
    if !outcome.figures.is_empty() {
        let headings = [
            Heading::Text("figure"),
            Heading::Number("value"),
            Heading::Text("band"),
            Heading::Text(""),
        ];
        let rows = outcome.figures.iter().map(|figure| {
            vec![
                figure.name.clone(),
                format!("{}{}", shown(figure), unit(figure)),
                band(figure),
                remark(figure).to_lowercase(),
            ]
        });
        html.push_str(&table(&headings, rows));
    }
    html.push_str(&picture::picture(
        &outcome.picture,
        ids,
        &experiment.statement,
    ));
    if let Some(note) = &experiment.note {
        html.push_str(&paragraph(note));
    }
    let people: Vec<String> = outcome
        .people
        .iter()
        .map(|(name, count)| format!("{count} {}", if name.is_empty() { "people" } else { name }))
        .collect();
    let people = if people.is_empty() {
        String::new()
    } else {
        format!("{}; ", people.join(", "))
    };
    let _ = writeln!(
        html,
        "<p class=\"quiet\">{}source: {}</p></section>",
        escape(&people),
        with_doi_link(&experiment.source)
    );
    html
}
