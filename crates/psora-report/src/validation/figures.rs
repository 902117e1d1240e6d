//! The pictures of a validation: observed against predicted, calibration of intervals, and
//! what is left over.

use super::Judged;
use crate::figure::{Axes, Canvas, Frame, Ids, dot, line, nice_ticks, shorten};

/// The style of the class at this place: colours and markers run at different lengths.
fn style(place: usize) -> String {
    format!("c{}", place % 6)
}

/// Observed against predicted rates of one class, with the 95% interval of each prediction.
pub(super) fn scatter(ids: &mut Ids, class: &str, place: usize, rows: &[Judged<'_>]) -> String {
    let mut canvas = Canvas::new(280.0, 290.0);
    let frame = Frame::linear([40.0, 36.0, 270.0, 254.0], (0.0, 100.0), (0.0, 100.0));
    let ticks = nice_ticks(0.0, 100.0, 5);
    frame.draw(
        &mut canvas,
        &Axes {
            title: class,
            x_title: "predicted, %",
            y_title: "observed, %",
            x_ticks: &ticks,
            y_ticks: &ticks,
        },
    );
    canvas.path("identity", &line(&frame, [(0.0, 0.0), (100.0, 100.0)]));
    let class = style(place);
    for row in rows {
        let q = row.forecast.quantiles;
        let x = frame.x.at(100.0 * row.forecast.predicted);
        let (low, high) = (frame.y.at(100.0 * q[0]), frame.y.at(100.0 * q[5]));
        canvas.line(&format!("{class} whisker faint"), (x, low), (x, high));
    }
    for row in rows {
        let y = frame.y.at(100.0 * row.observed);
        let x = frame.x.at(100.0 * row.forecast.predicted);
        dot(
            &mut canvas,
            &format!("{class} simulated visit"),
            place,
            (x, y),
        );
    }
    canvas.finish(
        ids,
        "Observed against predicted rates",
        "Scatter with the predicted rate to the right and the observed rate upwards, and the \
         95% interval of each prediction as an upright line.",
    )
}

/// Where observations lie in their predicted distributions: level when intervals are right.
pub(super) fn places(ids: &mut Ids, rows: &[Judged<'_>]) -> String {
    const BINS: usize = 10;
    let mut counts = [0_usize; BINS];
    for row in rows {
        let bin = (row.forecast.place * BINS as f64) as usize;
        counts[bin.min(BINS - 1)] += 1;
    }
    let expected = rows.len() as f64 / BINS as f64;
    let top = counts.iter().copied().max().unwrap_or(0) as f64;
    let top = top.max(expected) * 1.1;
    let mut canvas = Canvas::new(400.0, 280.0);
    let frame = Frame::linear([42.0, 36.0, 386.0, 240.0], (0.0, 100.0), (0.0, top));
    frame.draw(
        &mut canvas,
        &Axes {
            title: "Place of the observation in its prediction",
            x_title: "quantile of the prediction, %",
            y_title: "results",
            x_ticks: &nice_ticks(0.0, 100.0, 5),
            y_ticks: &nice_ticks(0.0, top, 4),
        },
    );
    for (bin, &count) in counts.iter().enumerate() {
        let x = |place: f64| frame.x.at(100.0 * place / BINS as f64);
        let (left, right) = (x(bin as f64 + 0.06), x(bin as f64 + 0.94));
        let (high, low) = (frame.y.at(count as f64), frame.y.at(0.0));
        if count > 0 {
            let data = format!(
                "M{left:.1} {low:.1}L{left:.1} {high:.1}L{right:.1} {high:.1}L{right:.1} {low:.1}Z"
            );
            canvas.path("bar", &data);
        }
    }
    canvas.path(
        "identity",
        &line(&frame, [(0.0, expected), (100.0, expected)]),
    );
    canvas.finish(
        ids,
        "Calibration of intervals",
        "Histogram of the quantile of its prediction at which each observation lies.",
    )
}

/// Coverage of central intervals against their nominal share.
pub(super) fn coverage(ids: &mut Ids, rows: &[Judged<'_>]) -> String {
    let mut canvas = Canvas::new(400.0, 280.0);
    let frame = Frame::linear([42.0, 36.0, 386.0, 240.0], (0.0, 100.0), (0.0, 100.0));
    let ticks = nice_ticks(0.0, 100.0, 5);
    frame.draw(
        &mut canvas,
        &Axes {
            title: "Coverage of central intervals",
            x_title: "nominal, %",
            y_title: "observed, %",
            x_ticks: &ticks,
            y_ticks: &ticks,
        },
    );
    canvas.path("identity", &line(&frame, [(0.0, 0.0), (100.0, 100.0)]));
    let count = rows.len().max(1) as f64;
    let points = (0..=40_i32).map(|step| {
        let nominal = f64::from(step) / 40.0;
        let within = |row: &&Judged<'_>| 2.0 * (row.forecast.place - 0.5).abs() <= nominal;
        let share = rows.iter().filter(within).count() as f64 / count;
        (100.0 * nominal, 100.0 * share)
    });
    canvas.path("curve solid c0", &line(&frame, points));
    canvas.finish(
        ids,
        "Coverage of central intervals",
        "Line of the observed share within central intervals against their nominal share.",
    )
}

/// Predicted minus observed, each row a mark, one line a group; a diamond is the group's mean.
pub(super) fn strips(ids: &mut Ids, title: &str, groups: &[(String, Vec<f64>)]) -> String {
    const LINE: f64 = 22.0;
    let bottom = 44.0 + LINE * groups.len() as f64;
    let errors = groups.iter().flat_map(|(_, errors)| errors.iter().copied());
    let most = errors
        .fold(10.0, |most: f64, error| most.max(error.abs()))
        .min(100.0);
    let mut canvas = Canvas::new(400.0, bottom + 36.0);
    let frame = Frame::linear([110.0, 36.0, 388.0, bottom], (-most, most), (0.0, 1.0));
    frame.draw(
        &mut canvas,
        &Axes {
            title,
            x_title: "predicted − observed, points",
            y_title: "",
            x_ticks: &nice_ticks(-most, most, 5),
            y_ticks: &[],
        },
    );
    let zero = frame.x.at(0.0);
    canvas.line("identity", (zero, 36.0), (zero, bottom));
    for (index, (name, errors)) in groups.iter().enumerate() {
        let y = 36.0 + LINE * (index as f64 + 0.6);
        canvas.text("tick end", (104.0, y + 3.5), &shorten(name, 17));
        for error in errors {
            let x = frame.x.at(*error);
            canvas.line("c0 whisker faint", (x, y - 6.0), (x, y + 6.0));
        }
        let mean = errors.iter().sum::<f64>() / errors.len().max(1) as f64;
        dot(&mut canvas, "c1 simulated", 3, (frame.x.at(mean), y));
    }
    canvas.finish(
        ids,
        title,
        "One line a group; each upright mark is a result, the diamond their mean.",
    )
}
