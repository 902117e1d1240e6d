//! The slow ups and downs that every patient carries.
//!
//! A stationary Gaussian process with unit variance and exponential memory
//! (Ornstein-Uhlenbeck), as control points of the engine's cubic B-spline. It begins some
//! time before baseline, so that the run-in before it is free of noise.

use crate::random::Stream;
use psora_engine::Signal;

/// The time between control points, in days: a week, far below any memory worth having.
const SPACING_DAY: f64 = 7.0;

/// Control points at the beginning that are zero, so that the curve starts flat.
const QUIET: usize = 3;

/// How a patient's disturbance runs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Disturbance {
    /// The time in which the memory of a state falls to 1/e, in days.
    pub(crate) correlation_day: f64,
}

impl Disturbance {
    /// When it begins: long enough before baseline to have forgotten that it was zero.
    pub(crate) fn begins_day(self) -> f64 {
        -(5.0 * self.correlation_day / SPACING_DAY).ceil() * SPACING_DAY
    }

    /// The curve of patient `id`, to `until_day`. A longer one begins with the same values.
    pub(crate) fn signal(self, seed: u64, id: u64, until_day: f64) -> Signal {
        let from = self.begins_day();
        // The spline reaches two control points beyond the time that it is asked for.
        let count = ((until_day - from) / SPACING_DAY).ceil().max(0.0) as usize + 3;
        let memory = libm::exp(-SPACING_DAY / self.correlation_day);
        let fresh = libm::sqrt(1.0 - memory * memory);
        let size = 1.0 / libm::sqrt(variance_of_spline(memory));
        let mut stream = Stream::new(seed, id, "disturbance");
        let mut level = 0.0;
        let knots = (0..count)
            .map(|knot| {
                if knot >= QUIET {
                    level = memory * level + fresh * stream.normal();
                }
                size * level
            })
            .collect();
        Signal {
            level: 0.0,
            from,
            spacing: SPACING_DAY,
            knots,
        }
    }
}

/// The variance of a cubic B-spline whose control points have unit variance and correlation
/// `memory` between neighbours, averaged between two knots.
fn variance_of_spline(memory: f64) -> f64 {
    const POINTS: usize = 16;
    let at = |t: f64| {
        let weights = [
            (1.0 - t).powi(3) / 6.0,
            (3.0 * t * t * t - 6.0 * t * t + 4.0) / 6.0,
            (-3.0 * t * t * t + 3.0 * t * t + 3.0 * t + 1.0) / 6.0,
            t * t * t / 6.0,
        ];
        let mut sum = 0.0;
        for (i, a) in weights.iter().enumerate() {
            for (j, b) in weights.iter().enumerate() {
                let powers = [1.0, memory, memory * memory, memory * memory * memory];
                sum += a * b * powers[i.abs_diff(j)];
            }
        }
        sum
    };
    (0..POINTS)
        .map(|k| at((k as f64 + 0.5) / POINTS as f64))
        .sum::<f64>()
        / POINTS as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The spline in the middle between knots `k` and `k + 1`.
    fn middle(signal: &Signal, k: usize) -> f64 {
        let knots = &signal.knots[k - 1..k + 3];
        (knots[0] + knots[3]) / 48.0 + 23.0 * (knots[1] + knots[2]) / 48.0
    }

    #[test]
    fn the_curve_has_unit_variance_and_the_stated_memory() {
        let disturbance = Disturbance {
            correlation_day: 42.0,
        };
        let (mut square, mut product) = (0.0, 0.0);
        let n = 6_000;
        for id in 0..n {
            let signal = disturbance.signal(1, id, 168.0);
            let baseline = (-signal.from / signal.spacing) as usize;
            let (a, b) = (middle(&signal, baseline), middle(&signal, baseline + 6));
            square += a * a / n as f64;
            product += a * b / n as f64;
        }
        // Four standard errors of 6,000 squares are 0.073.
        assert!((square - 1.0).abs() < 0.075, "{square}");
        // Six weeks are one correlation time; smoothing lengthens the memory by a few percent.
        assert!((product - (-1.0_f64).exp()).abs() < 0.075, "{product}");
    }

    #[test]
    fn a_longer_trial_begins_with_the_same_noise() {
        let disturbance = Disturbance {
            correlation_day: 42.0,
        };
        let (short, long) = (
            disturbance.signal(1, 9, 84.0),
            disturbance.signal(1, 9, 364.0),
        );
        assert_eq!(short.knots[..], long.knots[..short.knots.len()]);
        assert_eq!(short.knots[..QUIET], [0.0; QUIET]);
        assert!(short.from < -5.0 * 41.0);
    }
}
