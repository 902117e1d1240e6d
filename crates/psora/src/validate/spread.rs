//! From a virtual arm to what a trial of a given size would find.
//!
//! A rate that is predicted without error would still be found with binomial sampling of the
//! trial's patients, and two trials of one regimen differ by more than that. Both, together
//! with the error of a finite cohort and, where a calibration brings an ensemble, that of its
//! parameters, make the predictive distribution: a binomial whose logit is normal, summed
//! over a fixed grid, so that there is nothing random in it.

use psora_report::validation::Forecast;

/// The standard deviation between trials of one regimen on the logit scale.
///
/// Another trial of the same regimen predicts PASI 75/90/100 with a mean absolute error of
/// 5.8/7.2/5.7 points over the published trials, of which sampling makes 3.5/3.6/3.1. A mean
/// absolute difference is 0.798 standard deviations; squares less squares, halved for two
/// trials, leave 4.1/5.5/4.2 points of one trial. The mean of p (1 - p) over active arms is
/// 0.180/0.197/0.156, so that these are 0.23/0.28/0.27 on the logit scale.
pub(super) const BETWEEN_TRIALS: f64 = 0.26;

/// The same spread in the logarithm of a mean residual PASI. The logarithms of residual PASI
/// spread over patients about as a logistic law of scale 0.65 (a standard deviation of 1.2),
/// so that a shift by 0.26 logits is one by 0.17.
pub(super) const BETWEEN_TRIALS_LOG: f64 = 0.17;

/// How sure a predicted rate or mean is, as standard deviations.
#[derive(Debug, Clone, Copy)]
pub(super) struct Doubt {
    /// How many equally weighted people the virtual arm is worth.
    pub(super) effective: f64,
    /// Of the parameters, on the scale of `between`; 0 without an ensemble.
    pub(super) parameters: f64,
}

/// Half the width of the grid over the normal logit, in standard deviations.
const GRID_SD: f64 = 4.5;

/// Points on either side of the grid's middle.
const GRID_POINTS: i32 = 36;

/// The probabilities of the quantiles that are reported.
const SHARES: [f64; 6] = [0.025, 0.1, 0.25, 0.75, 0.9, 0.975];

/// Standard normal quantiles of [`SHARES`].
const NORMAL: [f64; 6] = [
    -1.959_963_984_540_054,
    -1.281_551_565_544_600_4,
    -0.674_489_750_196_081_7,
    0.674_489_750_196_081_7,
    1.281_551_565_544_600_4,
    1.959_963_984_540_054,
];

/// What a trial of `n` patients would find where `rate` is predicted, of which `responders`
/// were found.
pub(super) fn rate(rate: f64, doubt: Doubt, n: usize, responders: usize) -> Forecast {
    // Half a person either way keeps the logit finite where nobody or everybody responds.
    let centre = (rate * doubt.effective + 0.5) / (doubt.effective + 1.0);
    let sampling = 1.0 / (doubt.effective * centre * (1.0 - centre));
    let variance = BETWEEN_TRIALS * BETWEEN_TRIALS + sampling + doubt.parameters * doubt.parameters;
    let counts = counts(libm::log(centre / (1.0 - centre)), libm::sqrt(variance), n);
    let mut below = 0.0;
    let mut crps = 0.0;
    let mut place = 0.0;
    let mut quantiles = [1.0; 6];
    let mut next = 0;
    for (count, &probability) in counts.iter().enumerate() {
        if count == responders {
            place = below + 0.5 * probability;
        }
        below += probability;
        while next < SHARES.len() && below >= SHARES[next] {
            quantiles[next] = count as f64 / n as f64;
            next += 1;
        }
        let step = if count >= responders { 1.0 } else { 0.0 };
        if count < n {
            crps += (below - step) * (below - step) / n as f64;
        }
    }
    Forecast {
        is_mean: false,
        predicted: rate,
        quantiles,
        crps,
        place: place.clamp(0.0, 1.0),
        yardstick: None,
        lookup: None,
        class_mean: None,
    }
}

/// The probability of each count of responders among `n`.
fn counts(logit: f64, sd: f64, n: usize) -> Vec<f64> {
    let mut choose = vec![0.0; n + 1];
    for k in 1..=n {
        choose[k] = choose[k - 1] + libm::log((n - k + 1) as f64 / k as f64);
    }
    let mut counts = vec![0.0; n + 1];
    let mut total = 0.0;
    for point in -GRID_POINTS..=GRID_POINTS {
        let z = GRID_SD * f64::from(point) / f64::from(GRID_POINTS);
        let weight = libm::exp(-z * z / 2.0);
        let shifted = logit + sd * z;
        // ln p and ln (1 - p) of a logit, without cancelling.
        let (yes, no) = (
            -libm::log1p(libm::exp(-shifted)),
            -libm::log1p(libm::exp(shifted)),
        );
        for (k, count) in counts.iter_mut().enumerate() {
            let log = choose[k] + k as f64 * yes + (n - k) as f64 * no;
            // Less than e^-80 is nothing beside the rest.
            if log > -80.0 {
                *count += weight * libm::exp(log);
            }
        }
        total += weight;
    }
    for count in &mut counts {
        *count /= total;
    }
    counts
}

/// A mean as a virtual arm has it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mean {
    pub(super) mean: f64,
    /// Between patients.
    pub(super) sd: f64,
    /// What the spread between trials is proportional to.
    pub(super) residual: f64,
}

/// What a trial would find where `mean` is predicted and `observed` was found with the
/// standard error `se`, or else of `n` patients.
pub(super) fn mean(mean: Mean, doubt: Doubt, observed: f64, se: Option<f64>, n: usize) -> Forecast {
    let sampling = se.unwrap_or(mean.sd / libm::sqrt(n.max(1) as f64));
    let cohort = mean.sd / libm::sqrt(doubt.effective.max(1.0));
    let between = mean.residual * libm::hypot(BETWEEN_TRIALS_LOG, doubt.parameters);
    let sd = libm::sqrt(sampling * sampling + cohort * cohort + between * between).max(1e-9);
    let z = (observed - mean.mean) / sd;
    let density = libm::exp(-z * z / 2.0) / libm::sqrt(2.0 * std::f64::consts::PI);
    let place = 0.5 * libm::erfc(-z * std::f64::consts::FRAC_1_SQRT_2);
    // Gneiting & Raftery, J Am Stat Assoc 102:359 (2007), section 4.2.
    let root = libm::sqrt(std::f64::consts::PI);
    let crps = sd * (z * (2.0 * place - 1.0) + 2.0 * density - 1.0 / root);
    Forecast {
        is_mean: true,
        predicted: mean.mean,
        quantiles: NORMAL.map(|q| mean.mean + sd * q),
        crps,
        place,
        yardstick: None,
        lookup: None,
        class_mean: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SURE: Doubt = Doubt {
        effective: 1e9,
        parameters: 0.0,
    };

    #[test]
    fn counts_add_up_to_one() {
        let sum: f64 = counts(0.3, 0.4, 250).iter().sum();
        // Rounding of 73 times 251 terms.
        assert!((sum - 1.0).abs() < 1e-9, "{sum}");
    }

    #[test]
    fn sampling_alone_gives_the_binomial() {
        let counts = counts(0.0, 0.0, 4);
        for (found, wanted) in counts.iter().zip([1.0, 4.0, 6.0, 4.0, 1.0]) {
            assert!((found - wanted / 16.0).abs() < 1e-12, "{counts:?}");
        }
    }

    #[test]
    fn a_large_trial_is_as_uncertain_as_trials_differ() {
        let forecast = rate(0.5, SURE, 5000, 2500);
        let half = (forecast.quantiles[5] - forecast.quantiles[0]) / 2.0;
        // 1.96 * sqrt((0.26 / 4)^2 + 0.25 / 5000), less a little that the logit bends away.
        assert!((0.120..0.129).contains(&half), "{half}");
        assert!((forecast.place - 0.5).abs() < 0.01, "{}", forecast.place);
    }

    #[test]
    fn fewer_people_and_patients_widen_the_interval() {
        let width = |forecast: &Forecast| forecast.quantiles[5] - forecast.quantiles[0];
        let large = rate(0.7, SURE, 400, 280);
        let small = rate(0.7, SURE, 40, 28);
        let unsure = rate(
            0.7,
            Doubt {
                effective: 50.0,
                parameters: 0.3,
            },
            400,
            280,
        );
        assert!(width(&small) > width(&large) && width(&unsure) > width(&large));
    }

    #[test]
    fn an_observation_far_off_scores_its_distance() {
        let near = rate(0.5, SURE, 400, 200);
        let far = rate(0.5, SURE, 400, 400);
        assert!(near.crps < 0.03, "{}", near.crps);
        assert!((0.4..0.5).contains(&far.crps), "{}", far.crps);
        assert!(far.place > 0.999);
    }

    #[test]
    fn a_mean_has_the_known_score_of_a_normal() {
        let exact = Mean {
            mean: 10.0,
            sd: 0.0,
            residual: 0.0,
        };
        let forecast = mean(exact, SURE, 10.0, Some(1.0), 1);
        // 2 phi(0) - 1 / sqrt(pi).
        assert!(
            (forecast.crps - 0.233_695).abs() < 1e-6,
            "{}",
            forecast.crps
        );
        assert!((forecast.quantiles[5] - 11.96).abs() < 1e-3);
    }
}
