//! Drug concentrations at visits: median and band, on a logarithmic axis, with the doses.

use super::Page;
use super::html::{self, Heading};
use crate::figure::{Axes, Canvas, Frame, area, line, week_ticks};
use crate::number;
use crate::reading::{self, Variable};
use crate::statistics::Sample;
use psora_trial::ArmResult;

/// Decades below the highest concentration that a panel shows at most.
const DECADES: i32 = 4;

/// A drug's concentration in an arm: at each visit week, 5%, median, 95%.
struct Course {
    points: Vec<(f64, [f64; 3])>,
}

pub(super) fn exposure(page: &mut Page<'_>) -> String {
    let mut panels = String::new();
    let mut rows = Vec::new();
    for index in 0..page.result.arms.len() {
        let arm = &page.result.arms[index];
        for variable in reading::variables(arm) {
            let Some(drug) = variable.drug() else {
                continue;
            };
            let course = course(page, arm, &variable);
            if course.points.iter().all(|(_, [_, _, high])| *high <= 0.0) {
                continue;
            }
            panels.push_str(&panel(page, index, drug, variable.unit, &course));
            rows.extend(course.points.iter().map(|(week, quantiles)| {
                let mut row = vec![arm.name.clone(), drug.to_owned(), number::week(*week)];
                row.extend(quantiles.iter().map(|&q| number::three(q)));
                row.push(variable.unit.to_owned());
                row
            }));
        }
    }
    if panels.is_empty() {
        return String::new();
    }
    let mut html = html::section("exposure", "Drug concentrations");
    html.push_str(&html::figure(
        "small",
        &panels,
        "Line: median of the patients; band: nine in ten (5 to 95%). Recorded at visits only: peaks between visits are not seen. Triangles: doses of the first patient.",
    ));
    let headings = [
        Heading::Text("Arm"),
        Heading::Text("Drug"),
        Heading::Number("Week"),
        Heading::Number("5%"),
        Heading::Number("Median"),
        Heading::Number("95%"),
        Heading::Text("Unit"),
    ];
    html.push_str(&html::details(
        "All concentrations by week",
        &html::table(&headings, rows),
    ));
    html.push_str("</section>\n");
    html
}

fn course(page: &Page<'_>, arm: &ArmResult, variable: &Variable<'_>) -> Course {
    let points = page
        .result
        .weeks
        .iter()
        .enumerate()
        .filter_map(|(visit, &week)| {
            let sample = Sample::of(arm.patients.iter().map(|p| variable.at(arm, p, visit)))?;
            Some((week, [0.05, 0.5, 0.95].map(|p| sample.quantile(p))))
        })
        .collect();
    Course { points }
}

fn panel(page: &mut Page<'_>, index: usize, drug: &str, unit: &str, course: &Course) -> String {
    let arm = &page.result.arms[index];
    let class = page.palette.class(index);
    let highest = course.points.iter().map(|(_, q)| q[2]).fold(0.0, f64::max);
    let least = highest / 10f64.powi(DECADES);
    let lowest = course
        .points
        .iter()
        .map(|(_, q)| q[0])
        .filter(|&low| low > 0.0)
        .fold(highest, f64::min)
        .max(least);
    let mut canvas = Canvas::new(300.0, 210.0);
    let frame = Frame::linear(
        [46.0, 38.0, 292.0, 174.0],
        (0.0, page.last_week()),
        (0.0, 1.0),
    )
    .with_logarithmic_y((lowest, highest));
    frame.draw(
        &mut canvas,
        &Axes {
            title: &format!("{drug}, arm {}", crate::figure::shorten(&arm.name, 24)),
            x_title: "week",
            y_title: &format!("serum concentration, {unit}"),
            x_ticks: &week_ticks(page.last_week()),
            y_ticks: &frame.y.ticks(5),
        },
    );
    let floor = lowest.min(least);
    let shown = |value: f64| if value < floor { f64::NAN } else { value };
    let band = course
        .points
        .iter()
        .map(|(week, q)| (*week, q[0].max(floor), shown(q[2])));
    canvas.path(&format!("band inner {class}"), &area(&frame, band));
    let median = course.points.iter().map(|(week, q)| (*week, shown(q[1])));
    canvas.path(&format!("curve {class}"), &line(&frame, median));
    dose_marks(&mut canvas, &frame, arm, page.last_week());
    let description = course.points.last().map_or(String::new(), |(week, q)| {
        format!(
            "Median {} {unit} at week {}, nine in ten between {} and {}.",
            number::three(q[1]),
            number::week(*week),
            number::three(q[0]),
            number::three(q[2])
        )
    });
    let title = format!("Concentration of {drug} over time, {}", arm.name);
    canvas.finish(&mut page.ids, &title, &description)
}

/// Marks the doses of an arm's first patient on the time axis; none if they are too many.
pub(super) fn dose_marks(canvas: &mut Canvas, frame: &Frame, arm: &ArmResult, last_week: f64) {
    // Daily tablets would hide the axis.
    if arm.doses.len() > 60 {
        return;
    }
    let bottom = frame.edges[3];
    for (week, _, _) in arm
        .doses
        .iter()
        .filter(|dose| (0.0..=last_week).contains(&dose.0))
    {
        let x = frame.x.at(*week);
        canvas.path("dose", &triangle(x, bottom));
    }
}

fn triangle(x: f64, bottom: f64) -> String {
    format!("M{:.1} {:.1}l3 -6h-6Z", x, bottom)
}
