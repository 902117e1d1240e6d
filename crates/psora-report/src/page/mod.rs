//! The report: one HTML page that holds everything it shows.
//!
//! Style and script stand in the page, figures are inline SVG, and nothing is fetched. It
//! reads and prints without the script, which only switches between patients.

mod agreement;
mod course;
mod exemplars;
mod exposure;
pub(crate) mod html;
mod inside;
mod patients_apart;
mod population;
mod repeat;
mod responses;
mod series;
mod severity;
mod summary;

use crate::figure::{Ids, Palette, escape};
use crate::provenance::Provenance;
use psora_trial::TrialResult;

/// What every section draws from.
#[derive(Debug)]
struct Page<'a> {
    result: &'a TrialResult,
    provenance: &'a Provenance,
    palette: Palette,
    ids: Ids,
}

/// The result as one self-contained HTML page, for people.
///
/// It loads nothing; its only links lead to DOIs. It names neither wall time nor threads, so
/// that the same run gives the same page.
#[must_use]
pub fn page(result: &TrialResult, provenance: &Provenance) -> String {
    let mut page = Page {
        result,
        provenance,
        palette: Palette::of(result),
        ids: Ids::default(),
    };
    let mut sections = vec![
        summary::summary(&page),
        responses::responses(&mut page),
        agreement::agreement(&mut page),
        course::rules(&page),
        course::relapse(&page),
        severity::severity(&mut page),
        exposure::exposure(&mut page),
        inside::inside(&mut page),
        population::population(&mut page),
        patients_apart::screening(&page),
        patients_apart::failures(&page),
        repeat::repeat(&page),
        repeat::sources(&page),
    ];
    sections.retain(|section| !section.is_empty());
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>{title}</title>\n<style>\n{css}</style>\n</head>\n<body>\n<main>\n{body}\
         <footer><p>Psora is an instrument for research and teaching. It has not been validated \
         for decisions about anyone’s care; nothing here is medical advice.</p></footer>\n\
         </main>\n<script>\n{script}</script>\n</body>\n</html>\n",
        title = escape(&result.title),
        css = include_str!("page.css"),
        script = include_str!("page.js"),
        body = sections.concat(),
    )
}

impl Page<'_> {
    /// The last week of the trial.
    fn last_week(&self) -> f64 {
        self.result
            .weeks
            .iter()
            .copied()
            .filter(|week| week.is_finite())
            .fold(0.0, f64::max)
    }

    /// A legend of the arms: colour, dash, and a marker of class `marker` if there is one.
    fn legend(&self, marker: Option<&str>) -> String {
        let mut html = String::from("<ul class=\"legend\">");
        for (index, arm) in self.result.arms.iter().enumerate() {
            let mut canvas = crate::figure::Canvas::new(46.0, 14.0);
            let class = self.palette.class(index);
            canvas.line(&format!("curve {class}"), (1.0, 7.0), (30.0, 7.0));
            if let Some(marker) = marker {
                crate::figure::dot(
                    &mut canvas,
                    &format!("{class} {marker}"),
                    index,
                    (39.0, 7.0),
                );
            }
            html.push_str(&format!(
                "<li>{}<span>{}</span></li>",
                canvas.decoration(),
                escape(&arm.name)
            ));
        }
        if marker == Some("published") {
            html.push_str("<li class=\"quiet\">line: simulated; hollow marker: published</li>");
        }
        html.push_str("</ul>\n");
        html
    }
}
