//! A small histogram.

use super::axis::{Scale, nice_ticks};
use super::canvas::{Canvas, Ids, place};
use super::frame::{Axes, Frame};
use crate::number;
use crate::statistics::Sample;

/// Bins wanted in a histogram; round bin edges give about as many.
const BINS: usize = 14;

/// Where the first bin begins and the last one ends, in pixels.
const LEFT: f64 = 12.0;
const RIGHT: f64 = 226.0;

/// A histogram of a sample, its bins on round edges and its median marked.
pub(crate) fn histogram(sample: &Sample, title: &str, unit: &str, ids: &mut Ids) -> String {
    let (low, high) = (sample.sorted[0], sample.sorted[sample.n - 1]);
    let ticks = nice_ticks(low, high, BINS);
    let step = match ticks.as_slice() {
        [first, second, ..] => second - first,
        _ => 1.0,
    };
    let from = (low / step).floor() * step;
    let bins = (((high - from) / step).floor() as usize + 1).min(4 * BINS);
    let mut counts = vec![0usize; bins];
    for value in &sample.sorted {
        let bin = ((value - from) / step).floor() as usize;
        counts[bin.min(bins - 1)] += 1;
    }
    let most = counts.iter().copied().max().unwrap_or(1) as f64;
    let to = from + bins as f64 * step;
    let mut canvas = Canvas::new(240.0, 120.0);
    let frame = Frame::linear([LEFT, 24.0, RIGHT, 88.0], (from, to), (0.0, most));
    let x = Scale::linear((from, to), (LEFT, RIGHT));
    for (bin, count) in counts.iter().enumerate() {
        let (left, right) = (
            x.at(from + bin as f64 * step),
            x.at(from + (bin + 1) as f64 * step),
        );
        let top = frame.y.at(*count as f64);
        if *count > 0 {
            let data = format!(
                "M{0} 88V{1}H{2}V88Z",
                place(left + 0.5),
                place(top),
                place(right - 0.5)
            );
            canvas.path("bar", &data);
        }
    }
    frame.draw(
        &mut canvas,
        &Axes {
            title,
            x_title: unit,
            y_title: "",
            x_ticks: &nice_ticks(from, to, 5),
            y_ticks: &[],
        },
    );
    let median = x.at(sample.quantile(0.5));
    canvas.line("median", (median, 24.0), (median, 88.0));
    let description = format!(
        "Histogram of {} values from {} to {}, median {}.",
        number::count(sample.n),
        number::three(low),
        number::three(high),
        number::three(sample.quantile(0.5))
    );
    canvas.finish(ids, title, &description)
}
