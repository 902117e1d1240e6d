//! Weights that give virtual people a study's published baseline.
//!
//! Entropy balancing (Hainmueller, Political Analysis 20:25, 2012): of all weights with the
//! wanted means and standard deviations, those nearest to equal ones. Each person's weight is
//! the exponential of a sum over what is matched; Newton's method finds the multipliers.
//! Where matching everything would leave the cohort worth too few people, less is matched,
//! and the result says how much.

/// What some people have, and what they should have on average.
#[derive(Debug, Clone)]
pub(super) struct Aim {
    /// What it is, in words.
    pub(super) name: &'static str,
    /// The value of each person.
    pub(super) values: Vec<f64>,
    /// The published mean.
    pub(super) mean: f64,
    /// The published standard deviation.
    pub(super) sd: Option<f64>,
}

/// Weights of people; they add up to 1.
#[derive(Debug, Clone)]
pub(super) struct Balance {
    pub(super) weights: Vec<f64>,
    /// What was matched, in words.
    pub(super) matched: String,
}

/// How much is matched, from all to nothing.
const STEPS: [(f64, bool, &str); 4] = [
    (1.0, true, "mean and spread of"),
    (1.0, false, "mean of"),
    (0.5, false, "halfway to the mean of"),
    (0.25, false, "a quarter of the way to the mean of"),
];

/// The least effective sample size, as a share of the people, for which weights are used.
const LEAST_EFFECTIVE: f64 = 0.25;

/// Multipliers beyond which an aim lies outside what the people have.
const FARTHEST: f64 = 30.0;

/// A multiplier's equation holds when the mean is off by less than this, in pool SDs.
const CLOSE: f64 = 1e-8;

impl Balance {
    /// Weights for `count` people that meet the aims, or as much of them as is sensible.
    pub(super) fn of(aims: &[Aim], count: usize) -> Self {
        let names: Vec<&str> = aims.iter().map(|aim| aim.name).collect();
        if count > 0 && !aims.is_empty() {
            for (way, spreads, words) in STEPS {
                if let Some(weights) = solve(&features(aims, way, spreads), count)
                    && effective(&weights) >= LEAST_EFFECTIVE * count as f64
                {
                    let matched = format!("{words} {}", names.join(", "));
                    return Self { weights, matched };
                }
            }
        }
        let matched = if aims.is_empty() {
            "nothing is published that is acted on".to_owned()
        } else {
            format!("nothing: {} out of reach", names.join(", "))
        };
        Self {
            weights: vec![1.0 / count.max(1) as f64; count],
            matched,
        }
    }

    /// How many equally weighted people they are worth (Kish).
    pub(super) fn effective(&self) -> f64 {
        effective(&self.weights)
    }
}

fn effective(weights: &[f64]) -> f64 {
    let sum: f64 = weights.iter().sum();
    let square: f64 = weights.iter().map(|weight| weight * weight).sum();
    if square > 0.0 {
        sum * sum / square
    } else {
        0.0
    }
}

/// What must be zero on average: each value less its aim, in units of its own spread.
fn features(aims: &[Aim], way: f64, spreads: bool) -> Vec<Vec<f64>> {
    let mut features = Vec::new();
    for aim in aims {
        let count = aim.values.len() as f64;
        let own = aim.values.iter().sum::<f64>() / count;
        let square: f64 = aim.values.iter().map(|x| (x - own) * (x - own)).sum();
        let sd = libm::sqrt(square / count);
        if sd <= 0.0 {
            continue;
        }
        let mean = own + way * (aim.mean - own);
        features.push(aim.values.iter().map(|x| (x - mean) / sd).collect());
        if let Some(wanted) = aim.sd.filter(|_| spreads) {
            let excess = |x: &f64| ((x - mean) * (x - mean) - wanted * wanted) / (sd * sd);
            features.push(aim.values.iter().map(excess).collect());
        }
    }
    features
}

/// Weights under which every feature is zero on average; none if there are none.
fn solve(features: &[Vec<f64>], count: usize) -> Option<Vec<f64>> {
    let size = features.len();
    let mut multipliers = vec![0.0; size];
    let (mut weights, mut height) = tilted(features, &multipliers, count);
    for _ in 0..100 {
        let slope: Vec<f64> = features.iter().map(|f| dot(f, &weights)).collect();
        if slope.iter().all(|slope| slope.abs() < CLOSE) {
            return Some(weights);
        }
        let mut curve = vec![vec![0.0; size]; size];
        for a in 0..size {
            for b in 0..=a {
                let products = features[a].iter().zip(&features[b]).zip(&weights);
                let mean: f64 = products.map(|((x, y), w)| x * y * w).sum();
                curve[a][b] = mean - slope[a] * slope[b];
                curve[b][a] = curve[a][b];
            }
            // A breath of ridge keeps aims that say the same thing twice solvable.
            curve[a][a] += 1e-10;
        }
        let step = linear(curve, slope)?;
        let mut length = 1.0;
        loop {
            let next: Vec<f64> = multipliers
                .iter()
                .zip(&step)
                .map(|(m, s)| m - length * s)
                .collect();
            let (w, h) = tilted(features, &next, count);
            if h <= height || length < 1e-6 {
                (multipliers, weights, height) = (next, w, h);
                break;
            }
            length /= 2.0;
        }
        if !multipliers.iter().all(|m| m.abs() < FARTHEST) {
            return None;
        }
    }
    None
}

/// Weights by these multipliers, and the logarithm of their sum before it is made 1.
fn tilted(features: &[Vec<f64>], multipliers: &[f64], count: usize) -> (Vec<f64>, f64) {
    let mut tilts = vec![0.0; count];
    for (feature, multiplier) in features.iter().zip(multipliers) {
        for (tilt, value) in tilts.iter_mut().zip(feature) {
            *tilt += multiplier * value;
        }
    }
    let most = tilts.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let mut weights: Vec<f64> = tilts.iter().map(|tilt| libm::exp(tilt - most)).collect();
    let sum: f64 = weights.iter().sum();
    for weight in &mut weights {
        *weight /= sum;
    }
    (weights, most + libm::log(sum))
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Solves a small linear system by elimination with pivots; none if it is singular.
fn linear(mut matrix: Vec<Vec<f64>>, mut right: Vec<f64>) -> Option<Vec<f64>> {
    let size = right.len();
    for column in 0..size {
        let pivot = (column..size)
            .max_by(|&a, &b| matrix[a][column].abs().total_cmp(&matrix[b][column].abs()))?;
        if matrix[pivot][column].abs() <= 1e-14 {
            return None;
        }
        matrix.swap(column, pivot);
        right.swap(column, pivot);
        for row in column + 1..size {
            let factor = matrix[row][column] / matrix[column][column];
            let (above, below) = matrix.split_at_mut(row);
            for (own, pivot) in below[0].iter_mut().zip(&above[column]).skip(column) {
                *own -= factor * pivot;
            }
            right[row] -= factor * right[column];
        }
    }
    for row in (0..size).rev() {
        let known: f64 = (row + 1..size).map(|k| matrix[row][k] * right[k]).sum();
        right[row] = (right[row] - known) / matrix[row][row];
    }
    Some(right)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Evenly spread values around 90 with a standard deviation of about 20.
    fn weights_kg() -> Vec<f64> {
        (0..400)
            .map(|i| 55.4 + 69.2 * (f64::from(i) + 0.5) / 400.0)
            .collect()
    }

    fn prior() -> Vec<f64> {
        (0..400).map(|i| f64::from(u8::from(i % 5 == 0))).collect()
    }

    fn moments(values: &[f64], weights: &[f64]) -> (f64, f64) {
        let mean = dot(values, weights);
        let square: f64 = values
            .iter()
            .zip(weights)
            .map(|(x, w)| w * (x - mean).powi(2))
            .sum();
        (mean, square.sqrt())
    }

    #[test]
    fn weights_give_people_the_published_moments() {
        let aims = [
            Aim {
                name: "weight",
                values: weights_kg(),
                mean: 82.0,
                sd: Some(17.0),
            },
            Aim {
                name: "prior biologic",
                values: prior(),
                mean: 0.4,
                sd: None,
            },
        ];
        let balance = Balance::of(&aims, 400);
        let (mean, sd) = moments(&aims[0].values, &balance.weights);
        // The multipliers' equations hold to 1e-8 of a standard deviation.
        assert!(
            (mean - 82.0).abs() < 1e-5 && (sd - 17.0).abs() < 1e-5,
            "{mean} {sd}"
        );
        assert!((dot(&aims[1].values, &balance.weights) - 0.4).abs() < 1e-6);
        assert!(
            balance.matched.starts_with("mean and spread"),
            "{}",
            balance.matched
        );
        assert!(balance.effective() > 200.0 && balance.effective() < 400.0);
    }

    #[test]
    fn people_as_published_are_weighted_alike() {
        let values = weights_kg();
        let (mean, sd) = moments(&values, &vec![1.0 / 400.0; 400]);
        let balance = Balance::of(
            &[Aim {
                name: "weight",
                values,
                mean,
                sd: Some(sd),
            }],
            400,
        );
        assert!((balance.effective() - 400.0).abs() < 1e-6);
    }

    #[test]
    fn what_is_out_of_reach_is_met_halfway_and_said_so() {
        let far = Aim {
            name: "weight",
            values: weights_kg(),
            mean: 60.0,
            sd: Some(5.0),
        };
        let balance = Balance::of(std::slice::from_ref(&far), 400);
        assert!(
            balance.matched.contains("way to the mean"),
            "{}",
            balance.matched
        );
        assert!(balance.effective() >= 100.0);
        let outside = Aim {
            mean: 5000.0,
            ..far
        };
        let balance = Balance::of(&[outside], 400);
        assert!(
            balance.matched.starts_with("nothing"),
            "{}",
            balance.matched
        );
        assert!((balance.effective() - 400.0).abs() < 1e-6);
    }
}
