//! Counting and averaging people.

use crate::Interval;

/// The 97.5 % point of the standard normal distribution.
const Z: f64 = 1.959_963_984_540_054;

/// The Wilson 95 % interval of a proportion: Wilson, J Am Stat Assoc 22:209 (1927), without
/// correction for continuity. Of nobody, everything is possible: 0 to 1.
#[must_use]
pub fn wilson(responders: usize, n: usize) -> Interval {
    if n == 0 {
        return Interval {
            low: 0.0,
            high: 1.0,
        };
    }
    let count = n as f64;
    let rate = responders as f64 / count;
    let z2 = Z * Z;
    let centre = (rate + z2 / (2.0 * count)) / (1.0 + z2 / count);
    let half = Z / (1.0 + z2 / count)
        * libm::sqrt(rate * (1.0 - rate) / count + z2 / (4.0 * count * count));
    // The ends are exact where rounding would leave them a hair outside.
    let low = if responders == 0 { 0.0 } else { centre - half };
    let high = if responders == n { 1.0 } else { centre + half };
    Interval { low, high }
}

/// The mean and the standard deviation (n - 1) of some values; 0 for the latter of one value.
#[must_use]
pub fn mean_and_sd(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let square: f64 = values.iter().map(|x| (x - mean) * (x - mean)).sum();
    let sd = if values.len() > 1 {
        libm::sqrt(square / (n - 1.0))
    } else {
        0.0
    };
    (mean, sd)
}

/// Quantiles of some values, linear between them (Hyndman & Fan, Am Stat 50:361, 1996, type 7).
///
/// # Panics
/// Without values.
#[must_use]
pub fn quantiles<const N: usize>(values: &[f64], shares: [f64; N]) -> [f64; N] {
    assert!(!values.is_empty(), "quantiles are of some values");
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    shares.map(|share| {
        let place = share * (sorted.len() - 1) as f64;
        let below = place.floor() as usize;
        let above = (below + 1).min(sorted.len() - 1);
        sorted[below] + (place - below as f64) * (sorted[above] - sorted[below])
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn wilson_intervals_are_the_known_ones() {
        // Newcombe, Stat Med 17:857 (1998), table I, method 3, to four digits.
        for (responders, n, low, high) in [
            (81, 263, 0.2553, 0.3662),
            (15, 148, 0.0624, 0.1605),
            (0, 20, 0.0, 0.1611),
            (1, 29, 0.0061, 0.1718),
        ] {
            let interval = wilson(responders, n);
            assert!((interval.low - low).abs() < 5e-5, "{interval:?}");
            assert!((interval.high - high).abs() < 5e-5, "{interval:?}");
        }
    }

    #[test]
    fn means_and_quantiles_of_a_few_values() {
        let values = [4.0, 1.0, 3.0, 2.0];
        let (mean, sd) = mean_and_sd(&values);
        assert_eq!(mean, 2.5);
        // sqrt(5 / 3).
        assert!((sd - 1.290_994_448_735_805_6).abs() < 1e-15);
        assert_eq!(
            quantiles(&values, [0.0, 0.25, 0.5, 1.0]),
            [1.0, 1.75, 2.5, 4.0]
        );
        assert_eq!(quantiles(&[7.0], [0.05, 0.95]), [7.0, 7.0]);
    }

    proptest! {
        #[test]
        fn an_interval_holds_its_rate(n in 1_usize..5000, share in 0.0..=1.0) {
            let responders = (share * n as f64) as usize;
            let rate = responders as f64 / n as f64;
            let interval = wilson(responders, n);
            prop_assert!(0.0 <= interval.low && interval.low <= rate);
            prop_assert!(rate <= interval.high && interval.high <= 1.0);
        }
    }
}
