//! How a covariate is spread over people.

use crate::random::{normal_cdf, normal_quantile};

/// The distribution of one covariate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Law {
    /// A bell curve; mean and standard deviation are those before the ends are cut.
    Normal { mean: f64, sd: f64 },
    /// A bell curve of the logarithm, given by the mean and standard deviation of the
    /// value itself before the ends are cut.
    Lognormal { mean: f64, sd: f64 },
    /// 1 for a share of people, 0 for the others.
    YesOrNo { share: f64 },
}

impl Law {
    /// The value of a person whose standing among people is the normal score `z`, with
    /// values outside `range` cut off and their share spread over those inside.
    pub(crate) fn value(self, z: f64, (low, high): (f64, f64)) -> f64 {
        match self {
            Self::YesOrNo { share } => f64::from(u8::from(normal_cdf(-z) < share)),
            Self::Normal { mean, sd } => {
                let score = |x: f64| (x - mean) / sd;
                (mean + sd * cut(z, score(low), score(high))).clamp(low, high)
            }
            Self::Lognormal { mean, sd } => {
                let variance = libm::log1p(sd * sd / (mean * mean));
                let (centre, spread) = (libm::log(mean) - variance / 2.0, libm::sqrt(variance));
                let score = |x: f64| (libm::log(x.max(f64::MIN_POSITIVE)) - centre) / spread;
                let z = cut(z, score(low), score(high));
                libm::exp(centre + spread * z).clamp(low, high)
            }
        }
    }

    /// The same law with a published mean and standard deviation, as far as given.
    pub(crate) fn moved(self, new_mean: Option<f64>, new_sd: Option<f64>) -> Self {
        match self {
            Self::Normal { mean, sd } => Self::Normal {
                mean: new_mean.unwrap_or(mean),
                sd: new_sd.unwrap_or(sd),
            },
            // Where only a mean is published, the coefficient of variation stays.
            Self::Lognormal { mean, sd } => Self::Lognormal {
                mean: new_mean.unwrap_or(mean),
                sd: new_sd.unwrap_or(sd * new_mean.unwrap_or(mean) / mean),
            },
            Self::YesOrNo { share } => Self::YesOrNo {
                share: new_mean.unwrap_or(share),
            },
        }
    }
}

/// The normal score that stands in the normal distribution cut to `low .. high` where `z`
/// stands in the whole one.
fn cut(z: f64, low: f64, high: f64) -> f64 {
    let (below, above) = (normal_cdf(low), normal_cdf(high));
    if above <= below {
        return z.clamp(low, high);
    }
    let p = below + normal_cdf(z) * (above - below);
    // A p of 0 or 1 belongs to nobody; the ends catch it.
    normal_quantile(p.clamp(f64::MIN_POSITIVE, 1.0 - f64::EPSILON / 2.0)).clamp(low, high)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Stream;
    use proptest::prelude::*;

    fn mean_and_sd(law: Law, range: (f64, f64)) -> (f64, f64) {
        let values: Vec<f64> = (0..20_000)
            .map(|id| law.value(Stream::new(1, id, "law").normal(), range))
            .collect();
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let square = values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / n;
        (mean, square.sqrt())
    }

    #[test]
    fn a_lognormal_law_has_the_mean_and_sd_that_the_file_states() {
        let (mean, sd) = mean_and_sd(
            Law::Lognormal {
                mean: 89.0,
                sd: 22.0,
            },
            (30.0, 300.0),
        );
        // Four standard errors of 20,000 draws; the sd of a skewed law wanders more.
        assert!((mean - 89.0).abs() < 0.63, "{mean}");
        assert!((sd - 22.0).abs() < 0.7, "{sd}");
    }

    #[test]
    fn a_share_is_met() {
        let (mean, _) = mean_and_sd(Law::YesOrNo { share: 0.21 }, (0.0, 1.0));
        // Four standard errors of 20,000 draws.
        assert!((mean - 0.21).abs() < 0.012, "{mean}");
    }

    proptest! {
        #[test]
        fn a_value_stays_in_range_and_grows_with_its_score(
            mean in 1.0..100.0, spread in 0.05..1.5, low in 0.1..1.0, width in 0.1..200.0,
            z in -6.0..6.0, step in 0.0..3.0,
        ) {
            let range = (low * mean, low * mean + width);
            for law in [
                Law::Normal { mean, sd: spread * mean },
                Law::Lognormal { mean, sd: spread * mean },
            ] {
                let (x, y) = (law.value(z, range), law.value(z + step, range));
                prop_assert!(x >= range.0 && x <= range.1);
                prop_assert!(y >= x - 1e-9 * mean, "rounding only: {} {}", x, y);
            }
        }
    }
}
