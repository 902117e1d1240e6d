//! Small dense matrices: solving, and the eigenvalue that decides on stability.

use nalgebra::{DMatrix, DVector, Schur};

/// The solution of `matrix * x = right`, row by row; none if there is not exactly one.
pub(super) fn solve(n: usize, matrix: &[f64], right: &[f64]) -> Option<Vec<f64>> {
    if n == 0 {
        return Some(Vec::new());
    }
    let solution = DMatrix::from_row_slice(n, n, matrix)
        .lu()
        .solve(&DVector::from_column_slice(right))?;
    let values: Vec<f64> = solution.iter().copied().collect();
    values.iter().all(|x| x.is_finite()).then_some(values)
}

/// Real parts of the eigenvalues, the largest first; none if they did not converge.
pub(super) fn growth_rates(n: usize, matrix: &[f64]) -> Option<Vec<f64>> {
    if matrix.iter().any(|x| !x.is_finite()) {
        return None;
    }
    const MOST_STEPS: usize = 10_000;
    let matrix = DMatrix::from_row_slice(n, n, matrix);
    let schur = Schur::try_new(matrix, f64::EPSILON, MOST_STEPS)?;
    let mut rates: Vec<f64> = schur
        .complex_eigenvalues()
        .iter()
        .map(|value| value.re)
        .collect();
    rates.sort_by(|a, b| b.total_cmp(a));
    Some(rates)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_spectrum_comes_out() {
        // A rotation that decays by 1/2 and a growth of 3.
        let rates = growth_rates(3, &[-0.5, 2., 0., -2., -0.5, 0., 0., 0., 3.]).expect("converges");
        // Three by three: rounding of a few units in the last place.
        for (rate, known) in rates.iter().zip([3.0, -0.5, -0.5]) {
            assert!((rate - known).abs() < 1e-12, "{rates:?}");
        }
    }

    #[test]
    fn a_singular_system_has_no_solution() {
        assert_eq!(solve(2, &[1., 2., 2., 4.], &[1., 0.]), None);
        assert_eq!(
            solve(2, &[2., 0., 0., 4.], &[1., 1.]),
            Some(vec![0.5, 0.25])
        );
    }
}
