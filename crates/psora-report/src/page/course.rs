//! What rules changed, and when responses were lost.

use super::Page;
use super::html::{self, Heading};
use crate::number;

pub(super) fn rules(page: &Page<'_>) -> String {
    let arms = &page.result.arms;
    if arms.iter().all(|arm| arm.rules.is_empty()) {
        return String::new();
    }
    let headings = [
        Heading::Text("Arm"),
        Heading::Text("Rule"),
        Heading::Number("Patients for whom it acted"),
        Heading::Number("Patients"),
    ];
    let rows = arms.iter().flat_map(|arm| {
        arm.rules.iter().map(|rule| {
            vec![
                arm.name.clone(),
                rule.rule.clone(),
                number::count(rule.patients),
                number::count(rule.n),
            ]
        })
    });
    let mut html = html::section("rules", "Rules at visits");
    html.push_str(&html::table(&headings, rows));
    html.push_str("</section>\n");
    html
}

pub(super) fn relapse(page: &Page<'_>) -> String {
    let measured = || {
        page.result
            .arms
            .iter()
            .filter_map(|arm| Some((arm, arm.relapse.as_ref()?)))
    };
    let Some((_, first)) = measured().next() else {
        return String::new();
    };
    let mut html = html::section("relapse", "Relapse");
    html.push_str(&html::paragraph(&format!(
        "Relapse: {}. Whoever left is censored at his last visit; shares are those of Kaplan and \
         Meier. Studies differ in response, loss and clock: figures can be compared only under \
         the same definition.",
        first.definition
    )));
    let headings = [
        Heading::Text("Arm"),
        Heading::Number("Had the response"),
        Heading::Number("Relapsed"),
        Heading::Number("Median, weeks"),
    ];
    let rows = measured().map(|(arm, relapse)| {
        vec![
            arm.name.clone(),
            number::count(relapse.n),
            number::count(relapse.relapsed),
            relapse
                .median
                .map_or_else(|| "not reached".to_owned(), number::three),
        ]
    });
    html.push_str(&html::table(&headings, rows));
    let headings = [
        Heading::Text("Arm"),
        Heading::Number("Week"),
        Heading::Number("Not relapsed, %"),
        Heading::Number("95% from"),
        Heading::Number("to"),
        Heading::Number("Still followed"),
    ];
    let rows = measured().flat_map(|(arm, relapse)| {
        relapse.points.iter().map(|point| {
            vec![
                arm.name.clone(),
                number::week(point.week),
                number::percent(point.share),
                number::percent(point.interval.low),
                number::percent(point.interval.high),
                number::count(point.at_risk),
            ]
        })
    });
    let table = html::table(&headings, rows);
    html.push_str(&html::details("Shares not relapsed by week", &table));
    html.push_str("</section>\n");
    html
}
