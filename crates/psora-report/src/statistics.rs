//! Sample statistics of plain values; what is not finite is left out.

/// Size, mean, spread and quantiles of a sample.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Sample {
    /// Finite values.
    pub(crate) n: usize,
    /// Their mean.
    pub(crate) mean: f64,
    /// Their standard deviation, 0 for a single value.
    pub(crate) sd: f64,
    /// The finite values in ascending order.
    pub(crate) sorted: Vec<f64>,
}

impl Sample {
    /// A sample of the finite values, none if there are none.
    pub(crate) fn of(values: impl IntoIterator<Item = f64>) -> Option<Self> {
        let mut sorted: Vec<f64> = values.into_iter().filter(|v| v.is_finite()).collect();
        if sorted.is_empty() {
            return None;
        }
        sorted.sort_by(f64::total_cmp);
        let n = sorted.len();
        let mean = sorted.iter().sum::<f64>() / n as f64;
        let squares: f64 = sorted.iter().map(|v| (v - mean).powi(2)).sum();
        let sd = if n > 1 {
            (squares / (n - 1) as f64).sqrt()
        } else {
            0.0
        };
        Some(Self {
            n,
            mean,
            sd,
            sorted,
        })
    }

    /// The quantile at `probability`, with straight lines between order statistics.
    pub(crate) fn quantile(&self, probability: f64) -> f64 {
        let place = probability.clamp(0.0, 1.0) * (self.sorted.len() - 1) as f64;
        let below = place.floor() as usize;
        let above = (below + 1).min(self.sorted.len() - 1);
        let share = place - below as f64;
        self.sorted[below] + share * (self.sorted[above] - self.sorted[below])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_lie_on_straight_lines_between_order_statistics() {
        let sample = Sample::of([4.0, 1.0, 3.0, f64::NAN, 2.0]).expect("four values");
        assert_eq!(sample.n, 4);
        assert_eq!(sample.quantile(0.0), 1.0);
        assert_eq!(sample.quantile(0.5), 2.5);
        assert_eq!(sample.quantile(1.0), 4.0);
    }

    #[test]
    fn a_sample_of_nothing_is_none() {
        assert_eq!(Sample::of([f64::NAN]), None);
    }
}
