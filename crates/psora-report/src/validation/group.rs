//! Figures of merit of some rows.

use super::Judged;

/// How well some rows were predicted. For rates, `mae`, `mae_weighted` and `bias` are in
/// percentage points; widths and scores are on the scale of the prediction.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// How many rows.
    pub rows: usize,
    /// Mean absolute error.
    pub mae: f64,
    /// Mean absolute error, each row weighted by its patients.
    pub mae_weighted: f64,
    /// Mean of predicted minus observed.
    pub bias: f64,
    /// Share of observations within the 50, 80 and 95 percent intervals.
    pub cover: [f64; 3],
    /// Mean widths of these intervals.
    pub width: [f64; 3],
    /// Mean continuous ranked probability score.
    pub crps: f64,
    /// Single other trials of the same regimen in the folder, on the rows that have one.
    pub yardstick: Option<Beside>,
    /// Pooled other studies of the same regimen, on the rows that have one.
    pub lookup: Option<Beside>,
    /// Pooled other studies of the class near the week, on the rows that have one.
    pub class_mean: Option<Beside>,
}

/// The model's error beside another predictor's, on the same rows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Beside {
    /// How many rows have both.
    pub rows: usize,
    /// The model's mean absolute error on them.
    pub model_mae: f64,
    /// The other's.
    pub mae: f64,
    /// The model's, weighted by patients.
    pub model_mae_weighted: f64,
    /// The other's, weighted by patients.
    pub mae_weighted: f64,
}

impl Group {
    /// The figures of `rows`; none of no row.
    pub(crate) fn of(rows: &[Judged<'_>]) -> Option<Self> {
        if rows.is_empty() {
            return None;
        }
        let count = rows.len() as f64;
        let scale = if rows[0].forecast.is_mean { 1.0 } else { 100.0 };
        let mean = |value: &dyn Fn(&Judged<'_>) -> f64| rows.iter().map(value).sum::<f64>() / count;
        // Quantiles 2.5, 10, 25, 75, 90, 97.5 percent: the intervals from the inside out.
        let ends = [(2, 3), (1, 4), (0, 5)];
        let cover = ends.map(|(low, high)| {
            mean(&|row| {
                let q = row.forecast.quantiles;
                let inside = (q[low]..=q[high]).contains(&row.observed);
                f64::from(u8::from(inside))
            })
        });
        let width = ends.map(|(low, high)| {
            mean(&|row| row.forecast.quantiles[high] - row.forecast.quantiles[low])
        });
        let patients: f64 = rows.iter().map(Judged::n).sum();
        let weighted: f64 = rows.iter().map(|row| row.n() * row.error().abs()).sum();
        Some(Self {
            rows: rows.len(),
            mae: scale * mean(&|row| row.error().abs()),
            mae_weighted: scale * weighted / patients,
            bias: scale * mean(&|row| row.error()),
            cover,
            width,
            crps: mean(&|row| row.forecast.crps),
            yardstick: Beside::of(rows, scale, |row| row.forecast.yardstick),
            lookup: Beside::of(rows, scale, |row| {
                Some((row.forecast.lookup? - row.observed).abs())
            }),
            class_mean: Beside::of(rows, scale, |row| {
                Some((row.forecast.class_mean? - row.observed).abs())
            }),
        })
    }
}

impl Beside {
    fn of(
        rows: &[Judged<'_>],
        scale: f64,
        error: impl Fn(&Judged<'_>) -> Option<f64>,
    ) -> Option<Self> {
        let both: Vec<(f64, f64, f64)> = rows
            .iter()
            .filter_map(|row| Some((row.n(), row.error().abs(), error(row)?)))
            .collect();
        if both.is_empty() {
            return None;
        }
        let count = both.len() as f64;
        let patients: f64 = both.iter().map(|(n, ..)| n).sum();
        let sum = |value: fn(&(f64, f64, f64)) -> f64| both.iter().map(value).sum::<f64>();
        Some(Self {
            rows: both.len(),
            model_mae: scale * sum(|row| row.1) / count,
            mae: scale * sum(|row| row.2) / count,
            model_mae_weighted: scale * sum(|row| row.0 * row.1) / patients,
            mae_weighted: scale * sum(|row| row.0 * row.2) / patients,
        })
    }
}
