//! The box of a plot: scales, grid, ticks and the words along the axes.

use super::axis::Scale;
use super::canvas::Canvas;
use crate::number;

/// A plot's box on its canvas, with a scale along each side.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Frame {
    /// Left, top, right, bottom.
    pub(crate) edges: [f64; 4],
    pub(crate) x: Scale,
    pub(crate) y: Scale,
}

/// What is written along the axes of a frame.
#[derive(Debug)]
pub(crate) struct Axes<'a> {
    pub(crate) title: &'a str,
    pub(crate) x_title: &'a str,
    pub(crate) y_title: &'a str,
    pub(crate) x_ticks: &'a [f64],
    pub(crate) y_ticks: &'a [f64],
}

impl Frame {
    /// A frame between `edges` (left, top, right, bottom) with straight scales.
    pub(crate) fn linear(edges: [f64; 4], x: (f64, f64), y: (f64, f64)) -> Self {
        let [left, top, right, bottom] = edges;
        Self {
            edges,
            x: Scale::linear(x, (left, right)),
            y: Scale::linear(y, (bottom, top)),
        }
    }

    /// The same frame with a logarithmic scale upwards.
    pub(crate) fn with_logarithmic_y(mut self, y: (f64, f64)) -> Self {
        let [_, top, _, bottom] = self.edges;
        self.y = Scale::logarithmic(y, (bottom, top));
        self
    }

    /// Where a point lies.
    pub(crate) fn at(&self, x: f64, y: f64) -> (f64, f64) {
        (self.x.at(x), self.y.at(y))
    }

    /// Draws grid, ticks and titles. The title and the unit stand above, at the left edge.
    pub(crate) fn draw(&self, canvas: &mut Canvas, axes: &Axes<'_>) {
        let [left, top, right, bottom] = self.edges;
        for &tick in axes.y_ticks {
            let y = self.y.at(tick);
            canvas.line("grid", (left, y), (right, y));
            canvas.text("tick end", (left - 5.0, y + 3.5), &number::three(tick));
        }
        for &tick in axes.x_ticks {
            let x = self.x.at(tick);
            canvas.line("grid", (x, top), (x, bottom));
            canvas.text("tick middle", (x, bottom + 14.0), &number::three(tick));
        }
        canvas.line("axis", (left, bottom), (right, bottom));
        canvas.line("axis", (left, top), (left, bottom));
        if !axes.title.is_empty() {
            canvas.text("name", (4.0, 14.0), axes.title);
        }
        if !axes.y_title.is_empty() {
            canvas.text("unit", (4.0, top - 8.0), axes.y_title);
        }
        if !axes.x_title.is_empty() {
            canvas.text(
                "unit middle",
                ((left + right) / 2.0, bottom + 28.0),
                axes.x_title,
            );
        }
    }
}
