//! PASI 50/75/90/100 of an arm are one result in ordered classes, and are scored as one.

use super::{Judged, Validation};

/// The thresholds of one ordinal result, from the easiest to the hardest.
const THRESHOLDS: [&str; 4] = ["PASI50", "PASI75", "PASI90", "PASI100"];

/// Ordinal scores over active arms with at least two thresholds of the same patients.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ordinal {
    /// How many arms at one week.
    pub arms: usize,
    /// The ranked probability score between predicted and observed classes: the squared
    /// difference of the cumulative shares, averaged over thresholds and arms. 0 is perfect.
    pub rps: f64,
    /// Information lost for each patient by the predicted classes, in nats, averaged over
    /// patients: the multinomial log score less what the observed shares themselves score.
    pub divergence: f64,
}

impl Ordinal {
    pub(super) fn of(validation: &Validation) -> Option<Self> {
        let active = validation.active();
        let mut done = vec![false; active.len()];
        let (mut arms, mut rps, mut divergence, mut patients) = (0_usize, 0.0, 0.0, 0.0);
        for first in 0..active.len() {
            if done[first] || !THRESHOLDS.contains(&active[first].row.endpoint.as_str()) {
                continue;
            }
            let together: Vec<usize> = (first..active.len())
                .filter(|&other| is_same_result(&active[first], &active[other]))
                .collect();
            for &row in &together {
                done[row] = true;
            }
            let shares: Vec<(f64, f64)> = THRESHOLDS
                .iter()
                .filter_map(|name| {
                    let row = together
                        .iter()
                        .find(|&&row| active[row].row.endpoint == *name)?;
                    Some((active[*row].forecast.predicted, active[*row].observed))
                })
                .collect();
            if shares.len() < 2 {
                continue;
            }
            let n = active[first].n();
            arms += 1;
            let square = |(p, o): &(f64, f64)| (p - o) * (p - o);
            rps += shares.iter().map(square).sum::<f64>() / shares.len() as f64;
            divergence += n * lost(&shares, n);
            patients += n;
        }
        (arms > 0).then(|| Self {
            arms,
            rps: rps / arms as f64,
            divergence: divergence / patients,
        })
    }
}

fn is_same_result(a: &Judged<'_>, b: &Judged<'_>) -> bool {
    let key = |row: &Judged<'_>| {
        let week = row.row.week.map(f64::to_bits);
        (row.row.folder.clone(), row.row.arm.clone(), week, row.row.n)
    };
    THRESHOLDS.contains(&b.row.endpoint.as_str()) && key(a) == key(b)
}

/// The divergence of predicted from observed classes. A class that the model leaves empty
/// gets the half patient that keeps a logarithm finite.
fn lost(shares: &[(f64, f64)], n: f64) -> f64 {
    let classes = |pick: fn(&(f64, f64)) -> f64| {
        let mut above = 1.0;
        let mut classes: Vec<f64> = Vec::new();
        for share in shares.iter().map(pick) {
            let share = share.min(above);
            classes.push(above - share);
            above = share;
        }
        classes.push(above);
        classes
    };
    let count = shares.len() as f64 + 1.0;
    let (predicted, observed) = (classes(|share| share.0), classes(|share| share.1));
    predicted
        .into_iter()
        .zip(observed)
        .filter(|(_, observed)| *observed > 0.0)
        .map(|(predicted, observed)| {
            let predicted = (predicted * n + 0.5) / (n + 0.5 * count);
            observed * (observed / predicted).ln()
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_right_prediction_loses_almost_nothing_and_a_wrong_one_much() {
        let right = lost(&[(0.8, 0.8), (0.5, 0.5)], 400.0);
        let wrong = lost(&[(0.5, 0.8), (0.1, 0.5)], 400.0);
        // The half patient in each class moves shares by at most 1 in 800.
        assert!(right.abs() < 1e-4, "{right}");
        assert!(wrong > 0.2, "{wrong}");
    }
}
