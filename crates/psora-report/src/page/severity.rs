//! Mean PASI and its change: one panel an arm, with bands of quantiles.

use super::Page;
use super::html::{self, Heading};
use crate::figure::{Axes, Canvas, Frame, Whisker, area, line, nice_ticks, week_ticks, whisker};
use crate::number;
use psora_trial::{ArmResult, MeanResult};

pub(super) fn severity(page: &mut Page<'_>) -> String {
    let shown = [
        ("PASI", "PASI", "PASI, 0 to 72"),
        (
            "PASI change",
            "Change of PASI from baseline",
            "change of PASI, %",
        ),
    ];
    let mut figures = String::new();
    for (quantity, title, unit) in shown {
        let any = page
            .result
            .arms
            .iter()
            .any(|arm| !rows(arm, quantity).is_empty());
        if any {
            figures.push_str(&format!("<h3>{title}</h3>\n"));
            figures.push_str(&panels(page, quantity, unit));
        }
    }
    if figures.is_empty() {
        return String::new();
    }
    let mut html = html::section("severity", "Severity over time");
    html.push_str(&figures);
    html.push_str(&html::paragraph(
        "Line: mean among those observed; darker band: half of the patients (25 to 75%), lighter \
         band: nine in ten (5 to 95%), which is how patients differ, not how sure the model is. \
         Hollow markers: published mean, with 1.96 standard errors where they were given.",
    ));
    html.push_str(&html::details("All means by week", &table(page)));
    html.push_str("</section>\n");
    html
}

fn rows<'a>(arm: &'a ArmResult, quantity: &str) -> Vec<&'a MeanResult> {
    let mut rows: Vec<_> = arm
        .means
        .iter()
        .filter(|row| row.quantity == quantity)
        .collect();
    rows.sort_by(|a, b| a.week.total_cmp(&b.week));
    rows
}

fn panels(page: &mut Page<'_>, quantity: &str, unit: &str) -> String {
    let all = || page.result.arms.iter().flat_map(|arm| rows(arm, quantity));
    let values = || all().flat_map(|row| [row.quantiles[0], row.quantiles[4], row.mean]);
    let finite = || values().filter(|value| value.is_finite());
    // PASI cannot fall below 0 nor its change below −100: these ends are always shown.
    let low = if quantity == "PASI" {
        0.0
    } else {
        finite().fold(-100.0, f64::min)
    };
    let high = finite().fold(if quantity == "PASI" { 1.0 } else { 0.0 }, f64::max);
    let mut panels = String::new();
    for index in 0..page.result.arms.len() {
        panels.push_str(&panel(page, index, quantity, unit, (low, high * 1.02)));
    }
    html::figure("small", &panels, "")
}

fn panel(page: &mut Page<'_>, index: usize, quantity: &str, unit: &str, y: (f64, f64)) -> String {
    let arm = &page.result.arms[index];
    let class = page.palette.class(index);
    let rows = rows(arm, quantity);
    let mut canvas = Canvas::new(300.0, 210.0);
    let frame = Frame::linear([40.0, 38.0, 292.0, 174.0], (0.0, page.last_week()), y);
    frame.draw(
        &mut canvas,
        &Axes {
            title: &crate::figure::shorten(&arm.name, 40),
            x_title: "week",
            y_title: unit,
            x_ticks: &week_ticks(page.last_week()),
            y_ticks: &nice_ticks(y.0, y.1, 5),
        },
    );
    for (low, high, band) in [(0, 4, "band"), (1, 3, "band inner")] {
        let points = rows
            .iter()
            .map(|r| (r.week, r.quantiles[low], r.quantiles[high]));
        canvas.path(&format!("{band} {class}"), &area(&frame, points));
    }
    canvas.path(
        &format!("curve {class}"),
        &line(&frame, rows.iter().map(|row| (row.week, row.mean))),
    );
    for row in &rows {
        if let Some((mean, error)) = row.published {
            let mark = Whisker {
                at: row.week,
                value: mean,
                low: (mean - 1.96 * error).max(y.0),
                high: mean + 1.96 * error,
            };
            whisker(&mut canvas, &frame, class, index, mark, 0.0);
        }
    }
    let description = rows.last().map_or(String::new(), |row| {
        format!(
            "Mean {} at week {}, half of the patients between {} and {}.",
            number::three(row.mean),
            number::week(row.week),
            number::three(row.quantiles[1]),
            number::three(row.quantiles[3])
        )
    });
    canvas.finish(
        &mut page.ids,
        &format!("{quantity} over time, {}", arm.name),
        &description,
    )
}

fn table(page: &Page<'_>) -> String {
    let headings = [
        Heading::Text("Arm"),
        Heading::Text("Score"),
        Heading::Number("Week"),
        Heading::Number("n"),
        Heading::Number("Mean"),
        Heading::Number("SD"),
        Heading::Number("5%"),
        Heading::Number("25%"),
        Heading::Number("50%"),
        Heading::Number("75%"),
        Heading::Number("95%"),
        Heading::Number("Published mean"),
        Heading::Number("Published SE"),
    ];
    let rows = page.result.arms.iter().flat_map(|arm| {
        arm.means.iter().map(move |row| {
            let mut cells = vec![
                arm.name.clone(),
                row.quantity.clone(),
                number::week(row.week),
                number::count(row.n),
                number::three(row.mean),
                number::three(row.sd),
            ];
            cells.extend(row.quantiles.iter().map(|&q| number::three(q)));
            cells.push(row.published.map_or(String::new(), |p| number::three(p.0)));
            let error = row.published.map(|p| p.1).filter(|&error| error > 0.0);
            cells.push(error.map_or(String::new(), number::three));
            cells
        })
    });
    html::table(&headings, rows)
}
