//! The end of the page: what is needed to repeat the run, and what the model cites.

use super::Page;
use super::html;
use crate::figure::escape;
use crate::number;
use std::fmt::Write as _;

pub(super) fn repeat(page: &Page<'_>) -> String {
    let from = page.provenance;
    let mut html = html::section("repeat", "To repeat this run");
    let _ = writeln!(html, "<pre><code>{}</code></pre>", escape(&from.command));
    let facts = [
        ("Scenario", from.scenario_name.clone()),
        ("Scenario, SHA-256", from.scenario_hash.clone()),
        ("Model, hash", from.model_hash.clone()),
        ("Calibration", from.calibration.clone()),
        ("Seed", from.seed.to_string()),
        ("Psora", from.version.clone()),
        ("Patients in each arm", number::count(from.patients_per_arm)),
        ("Accuracy", from.accuracy.clone()),
    ];
    html.push_str("<dl>\n");
    for (name, value) in facts {
        let value = if value.is_empty() { "none" } else { &value };
        let _ = writeln!(html, "<dt>{name}</dt><dd>{}</dd>", escape(value));
    }
    html.push_str("</dl>\n");
    html.push_str(&html::paragraph(
        "The same scenario, model and seed give the same numbers on any machine, whatever the \
         number of threads and lanes. What this run took stands in run.json.",
    ));
    let text = format!("<pre><code>{}</code></pre>", escape(&from.scenario_text));
    html.push_str(&html::details("The scenario, word for word", &text));
    html.push_str("</section>\n");
    html
}

pub(super) fn sources(page: &Page<'_>) -> String {
    if page.provenance.sources.is_empty() {
        return String::new();
    }
    let mut html = html::section("sources", "Sources");
    html.push_str("<ul class=\"sources\">\n");
    for (key, citation) in &page.provenance.sources {
        let _ = writeln!(
            html,
            "<li><code>{}</code> {}</li>",
            escape(key),
            html::with_doi_link(citation)
        );
    }
    html.push_str("</ul>\n</section>\n");
    html
}
