//! The curve of an input.

use crate::Signal;

impl Signal {
    /// The curve at `time` and its speed, without the level.
    ///
    /// The end control points repeat for ever, so the curve is smooth there too.
    #[must_use]
    pub fn curve(&self, time: f64) -> (f64, f64) {
        let Some(last) = self.knots.len().checked_sub(1) else {
            return (0.0, 0.0);
        };
        // Four knots and one spacing beyond either end the curve is flat.
        let place = ((time - self.from) / self.spacing).clamp(-3.0, self.knots.len() as f64 + 2.0);
        let before = place.floor();
        let x = place - before;
        #[expect(clippy::cast_possible_truncation, reason = "clamped above")]
        let before = before as isize;
        let p = [-1, 0, 1, 2].map(|offset| {
            self.knots[(before + offset)
                .clamp(0, last.cast_signed())
                .cast_unsigned()]
        });
        let (u, x2) = (1.0 - x, x * x);
        let value = (u * u * u * p[0]
            + (3.0 * x2 * x - 6.0 * x2 + 4.0) * p[1]
            + (-3.0 * x2 * x + 3.0 * x2 + 3.0 * x + 1.0) * p[2]
            + x2 * x * p[3])
            / 6.0;
        let speed = (-u * u * p[0]
            + (3.0 * x2 - 4.0 * x) * p[1]
            + (-3.0 * x2 + 2.0 * x + 1.0) * p[2]
            + x2 * p[3])
            / (2.0 * self.spacing);
        (value, speed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signal() -> Signal {
        Signal {
            level: 0.0,
            from: 7.0,
            spacing: 2.0,
            knots: vec![0.3, 1.0, -0.5, 2.0, 0.7],
        }
    }

    #[test]
    fn at_a_knot_a_curve_is_the_weighted_mean_of_its_neighbours() {
        let at_second = (0.3 + 4.0 * 1.0 - 0.5) / 6.0;
        assert!((signal().curve(9.0).0 - at_second).abs() < 1e-15);
    }

    #[test]
    fn the_speed_of_a_curve_is_its_slope_everywhere() {
        let signal = signal();
        for step in 0..400 {
            let time = f64::from(step) * 0.1 - 10.0;
            let slope = (signal.curve(time + 1e-5).0 - signal.curve(time - 1e-5).0) / 2e-5;
            // A central difference of this width errs by about 1e-10 of a third derivative.
            assert!((signal.curve(time).1 - slope).abs() < 1e-9, "{time}");
        }
    }

    #[test]
    fn far_from_its_knots_a_curve_holds_its_end_points() {
        assert_eq!(signal().curve(-1e9), (0.3, 0.0));
        assert!((signal().curve(1e9).0 - 0.7).abs() < 1e-15);
        assert_eq!(Signal::default().curve(3.0), (0.0, 0.0));
    }
}
