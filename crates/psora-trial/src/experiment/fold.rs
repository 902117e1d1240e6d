//! Folds: a course to one number, and patients to one number.
//!
//! What is not a number was not seen: who has left is no responder and in no mean. A time
//! that never came is infinite and takes part in medians.

use super::figure::Fold;
use crate::outcome::statistics::{mean_and_sd, quantiles};

/// 1 for a condition that is met, 0 for one that is not.
pub(super) fn truth(condition: bool) -> f64 {
    f64::from(u8::from(condition))
}

/// One patient's course to a number. What is not a number is nothing seen.
pub(super) fn fold_course(fold: Fold, days: &[f64], course: &[f64]) -> f64 {
    let seen = || course.iter().copied().filter(|x| !x.is_nan());
    let holds = |x: &f64| *x > 0.5;
    let onsets = || {
        (1..course.len())
            .filter(|&k| holds(&course[k]) && !holds(&course[k - 1]))
            .map(|k| days[k])
    };
    match fold {
        Fold::First => course
            .iter()
            .position(holds)
            .map_or(f64::INFINITY, |k| days[k]),
        Fold::Peak => seen().fold(f64::NAN, f64::max),
        Fold::Least => seen().fold(f64::NAN, f64::min),
        Fold::Average => seen().sum::<f64>() / seen().count() as f64,
        Fold::Spells => onsets().count() as f64,
        _ => {
            let onsets: Vec<f64> = onsets().collect();
            let gaps: Vec<f64> = onsets.windows(2).map(|pair| pair[1] - pair[0]).collect();
            if gaps.len() < 2 {
                return f64::NAN;
            }
            let (mean, sd) = mean_and_sd(&gaps);
            sd / mean
        }
    }
}

/// Some rows to one number; `ys` says who counts, or is what is compared with.
pub(super) fn fold_patients(
    fold: Fold,
    picks: &[usize],
    xs: &[f64],
    ys: Option<&[f64]>,
    share: f64,
) -> f64 {
    let among = |row: &&usize| ys.is_none_or(|ys| ys[**row] > 0.5);
    let picked: Vec<f64> = match (fold, ys) {
        (Fold::Correlation | Fold::Separation, Some(ys)) => {
            let pairs: Vec<(f64, f64)> = picks
                .iter()
                .map(|&row| (xs[row], ys[row]))
                .filter(|(x, y)| x.is_finite() && y.is_finite())
                .collect();
            return match fold {
                Fold::Correlation => rank_correlation(&pairs),
                _ => separation(&pairs),
            };
        }
        _ => picks.iter().filter(among).map(|&row| xs[row]).collect(),
    };
    let known: Vec<f64> = picked.iter().copied().filter(|x| !x.is_nan()).collect();
    if picked.is_empty() || (known.is_empty() && !matches!(fold, Fold::Share | Fold::Count)) {
        return f64::NAN;
    }
    let met = picked.iter().filter(|x| **x > 0.5).count() as f64;
    match fold {
        Fold::Share => met / picked.len() as f64,
        Fold::Count => met,
        Fold::Mean => known.iter().sum::<f64>() / known.len() as f64,
        Fold::Deviation => mean_and_sd(&known).1,
        Fold::Lowest => known.iter().copied().fold(f64::INFINITY, f64::min),
        Fold::Highest => known.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        Fold::Quantile => middle(&known, share),
        _ => middle(&known, 0.5),
    }
}

/// A quantile in which "never", an infinite time, may take part.
fn middle(values: &[f64], share: f64) -> f64 {
    if values.iter().all(|x| x.is_finite()) {
        return quantiles(values, [share.clamp(0.0, 1.0)])[0];
    }
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    // The first time by which so many are there, as in a survival curve.
    let count = (share.clamp(0.0, 1.0) * sorted.len() as f64).ceil() as usize;
    sorted[count.max(1) - 1]
}

/// Spearman's: Pearson's of the ranks, ties sharing their mean.
fn rank_correlation(pairs: &[(f64, f64)]) -> f64 {
    let ranks = |pick: fn(&(f64, f64)) -> f64| {
        let mut order: Vec<usize> = (0..pairs.len()).collect();
        order.sort_by(|&a, &b| pick(&pairs[a]).total_cmp(&pick(&pairs[b])));
        let mut ranks = vec![0.0; pairs.len()];
        let mut start = 0;
        while start < order.len() {
            let value = pick(&pairs[order[start]]).to_bits();
            let same = order[start..]
                .iter()
                .take_while(|&&k| pick(&pairs[k]).to_bits() == value);
            let end = start + same.count();
            for &k in &order[start..end] {
                ranks[k] = (start + end - 1) as f64 / 2.0;
            }
            start = end;
        }
        ranks
    };
    let (a, b) = (ranks(|pair| pair.0), ranks(|pair| pair.1));
    let centre = (pairs.len() as f64 - 1.0) / 2.0;
    let product = |x: &[f64], y: &[f64]| -> f64 {
        x.iter()
            .zip(y)
            .map(|(x, y)| (x - centre) * (y - centre))
            .sum()
    };
    product(&a, &b) / libm::sqrt(product(&a, &a) * product(&b, &b))
}

/// The chance that somebody with the event has the higher score than somebody without it.
fn separation(pairs: &[(f64, f64)]) -> f64 {
    let side = |wanted: bool| -> Vec<f64> {
        let of_side = pairs.iter().filter(|(_, event)| (*event > 0.5) == wanted);
        of_side.map(|(score, _)| *score).collect()
    };
    let (with, without) = (side(true), side(false));
    let wins: f64 = with
        .iter()
        .flat_map(|a| {
            without
                .iter()
                .map(move |b| (truth(a > b) + truth(a >= b)) / 2.0)
        })
        .sum();
    wins / (with.len() * without.len()) as f64
}
