//! Curves and bands as path data, broken where there is nothing to draw.

use super::canvas::place;
use super::frame::Frame;
use std::fmt::Write as _;

/// A line through `(x, y)`; it breaks where a point cannot be shown.
pub(crate) fn line(frame: &Frame, points: impl IntoIterator<Item = (f64, f64)>) -> String {
    let mut data = String::new();
    let mut drawing = false;
    for (x, y) in points {
        let (x, y) = frame.at(x, y);
        if x.is_finite() && y.is_finite() {
            let verb = if drawing { 'L' } else { 'M' };
            let _ = write!(data, "{verb}{} {}", place(x), place(y));
            drawing = true;
        } else {
            drawing = false;
        }
    }
    data
}

/// The area between two lines, from `(x, low, high)`; broken where an end is missing.
pub(crate) fn area(frame: &Frame, points: impl IntoIterator<Item = (f64, f64, f64)>) -> String {
    let mut data = String::new();
    let mut piece: Vec<[f64; 3]> = Vec::new();
    let bottom = frame.edges[3];
    for (x, low, high) in points {
        let (x, high) = frame.at(x, high);
        let mut low = frame.y.at(low);
        // A logarithmic scale cannot show zero: the area then reaches the floor.
        if low.is_nan() || low > bottom {
            low = bottom;
        }
        if x.is_finite() && low.is_finite() && high.is_finite() {
            piece.push([x, low, high]);
        } else {
            close(&mut data, &mut piece);
        }
    }
    close(&mut data, &mut piece);
    data
}

fn close(data: &mut String, piece: &mut Vec<[f64; 3]>) {
    if piece.len() > 1 {
        for (index, [x, _, high]) in piece.iter().enumerate() {
            let verb = if index == 0 { 'M' } else { 'L' };
            let _ = write!(data, "{verb}{} {}", place(*x), place(*high));
        }
        for [x, low, _] in piece.iter().rev() {
            let _ = write!(data, "L{} {}", place(*x), place(*low));
        }
        data.push('Z');
    }
    piece.clear();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_point_breaks_the_line_and_the_area() {
        let frame = Frame::linear([0.0, 0.0, 40.0, 10.0], (0.0, 4.0), (0.0, 1.0));
        let points = [
            (0.0, 0.0),
            (1.0, 1.0),
            (2.0, f64::NAN),
            (3.0, 0.5),
            (4.0, 0.5),
        ];
        assert_eq!(line(&frame, points), "M0 10L10 0M30 5L40 5");
        let bands = points.map(|(x, y)| (x, 0.0, y));
        assert_eq!(area(&frame, bands).matches('M').count(), 2);
        assert!(!area(&frame, bands).contains("NaN"));
    }
}
