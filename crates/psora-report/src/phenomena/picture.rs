//! A small picture of an experiment: its first quantity, a curve a case.

use crate::figure::{Axes, Canvas, Frame, Ids, escape, line, nice_ticks, week_ticks};
use psora_trial::experiment::Picture;

/// Classes of the style sheet, a colour each.
const COLOURS: usize = 6;

/// The most curves that can be told apart in so small a picture.
const MOST: usize = 12;

/// The picture with a legend; nothing where there is nothing to draw.
pub(super) fn picture(picture: &Picture, ids: &mut Ids, title: &str) -> String {
    let points = || picture.curves.iter().flat_map(|curve| &curve.points);
    let seen = || points().filter(|(x, y)| x.is_finite() && y.is_finite());
    let highest = seen().map(|point| point.1).fold(0.0, f64::max);
    let (left, right) = seen().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), point| {
        (low.min(point.0), high.max(point.0))
    });
    if !(highest > 0.0 && right > left) {
        return String::new();
    }
    let mut canvas = Canvas::new(420.0, 210.0);
    let frame = Frame::linear(
        [44.0, 24.0, 408.0, 172.0],
        (left, right),
        (0.0, highest * 1.05),
    );
    let across = if picture.across == "week" {
        week_ticks(right)
    } else {
        nice_ticks(left, right, 6)
    };
    frame.draw(
        &mut canvas,
        &Axes {
            title: "",
            x_title: &picture.across,
            y_title: &picture.quantity.replace('_', " "),
            x_ticks: &across,
            y_ticks: &nice_ticks(0.0, highest * 1.05, 4),
        },
    );
    let mut legend = String::from("<ul class=\"legend\">");
    for (index, curve) in picture.curves.iter().take(MOST).enumerate() {
        let class = format!("curve c{}", index % COLOURS);
        canvas.path(&class, &line(&frame, curve.points.iter().copied()));
        let mut key = Canvas::new(34.0, 14.0);
        key.line(&class, (1.0, 7.0), (30.0, 7.0));
        legend.push_str(&format!(
            "<li>{}<span>{}</span></li>",
            key.decoration(),
            escape(&curve.name)
        ));
    }
    legend.push_str("</ul>\n");
    let description = format!(
        "{} against {} for {} curves, highest {}",
        picture.quantity,
        picture.across,
        picture.curves.len(),
        crate::number::three(highest)
    );
    format!(
        "<figure><div class=\"panels medium\">\n{}</div>{legend}</figure>\n",
        canvas.finish(ids, title, &description)
    )
}
