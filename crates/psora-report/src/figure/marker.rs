//! Markers: one shape an arm, filled for what was simulated, hollow for what was published.

use super::canvas::{Canvas, place};
use super::frame::Frame;

/// A value with the interval around it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Whisker {
    pub(crate) at: f64,
    pub(crate) value: f64,
    pub(crate) low: f64,
    pub(crate) high: f64,
}

/// Draws a marker with its interval standing upright; `shift` moves it sideways, in pixels.
pub(crate) fn whisker(
    canvas: &mut Canvas,
    frame: &Frame,
    class: &str,
    shape: usize,
    whisker: Whisker,
    shift: f64,
) {
    let x = frame.x.at(whisker.at) + shift;
    let (low, high) = (frame.y.at(whisker.low), frame.y.at(whisker.high));
    let class_line = format!("{class} whisker");
    canvas.line(&class_line, (x, low), (x, high));
    for end in [low, high] {
        canvas.line(&class_line, (x - 3.0, end), (x + 3.0, end));
    }
    dot(
        canvas,
        &format!("{class} published"),
        shape,
        (x, frame.y.at(whisker.value)),
    );
}

/// Draws an interval lying flat at height `y`, in pixels, and a marker on it.
pub(crate) fn horizontal_whisker(
    canvas: &mut Canvas,
    frame: &Frame,
    class: &str,
    shape: usize,
    whisker: Whisker,
    y: f64,
) {
    let (low, high) = (frame.x.at(whisker.low), frame.x.at(whisker.high));
    canvas.line(&format!("{class} whisker"), (low, y), (high, y));
    dot(canvas, class, shape, (frame.x.at(whisker.value), y));
}

/// Draws a marker: circle, square, triangle, diamond, then again.
pub(crate) fn dot(canvas: &mut Canvas, class: &str, shape: usize, at: (f64, f64)) {
    if !(at.0.is_finite() && at.1.is_finite()) {
        return;
    }
    let offsets: &[(f64, f64)] = match shape % 4 {
        0 => {
            let (x, y) = (place(at.0 - 3.8), place(at.1));
            let data = format!("M{x} {y}a3.8 3.8 0 1 0 7.6 0a3.8 3.8 0 1 0 -7.6 0Z");
            canvas.path(class, &data);
            return;
        }
        1 => &[(-3.4, -3.4), (3.4, -3.4), (3.4, 3.4), (-3.4, 3.4)],
        2 => &[(0.0, -4.4), (4.2, 3.2), (-4.2, 3.2)],
        _ => &[(0.0, -4.8), (4.8, 0.0), (0.0, 4.8), (-4.8, 0.0)],
    };
    let mut data = String::new();
    for (index, (dx, dy)) in offsets.iter().enumerate() {
        data.push(if index == 0 { 'M' } else { 'L' });
        data.push_str(&place(at.0 + dx));
        data.push(' ');
        data.push_str(&place(at.1 + dy));
    }
    data.push('Z');
    canvas.path(class, &data);
}
