//! Normal scores that belong together.

/// The lower triangle `L` of a correlation matrix `L Lᵀ`, rows in order; none where the
/// stated correlations contradict one another.
pub(crate) fn cholesky(matrix: &[Vec<f64>]) -> Option<Vec<Vec<f64>>> {
    let mut lower: Vec<Vec<f64>> = Vec::with_capacity(matrix.len());
    for (i, row) in matrix.iter().enumerate() {
        let mut new = vec![0.0; i + 1];
        for j in 0..=i {
            let above = if j == i { &new } else { &lower[j] };
            let known: f64 = (0..j).map(|k| new[k] * above[k]).sum();
            if j < i {
                new[j] = (row[j] - known) / lower[j][j];
            } else {
                let left = row[i] - known;
                // Rounding alone can leave a perfect correlation a little below zero, and
                // then a division by zero; such a matrix is refused.
                if left < 1e-10 {
                    return None;
                }
                new[i] = libm::sqrt(left);
            }
        }
        lower.push(new);
    }
    Some(lower)
}

/// `L z`: independent normal scores made to belong together.
pub(crate) fn correlate(lower: &[Vec<f64>], independent: &[f64]) -> Vec<f64> {
    lower
        .iter()
        .map(|row| row.iter().zip(independent).map(|(l, z)| l * z).sum())
        .collect()
}

/// A matrix of ones on the diagonal and the stated pairs beside it.
pub(crate) fn matrix(size: usize, pairs: &[(usize, usize, f64)]) -> Vec<Vec<f64>> {
    let mut matrix = vec![vec![0.0; size]; size];
    for (i, row) in matrix.iter_mut().enumerate() {
        row[i] = 1.0;
    }
    for &(i, j, value) in pairs {
        matrix[i][j] = value;
        matrix[j][i] = value;
    }
    matrix
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn contradicting_correlations_have_no_factor() {
        let pairs = [(0, 1, 0.9), (1, 2, 0.9), (0, 2, -0.9)];
        assert_eq!(cholesky(&matrix(3, &pairs)), None);
    }

    proptest! {
        #[test]
        fn the_factor_times_itself_is_the_matrix(a in -0.5..0.5, b in -0.5..0.5, c in -0.5..0.5) {
            let matrix = matrix(3, &[(0, 1, a), (1, 2, b), (0, 2, c)]);
            // Any three correlations of at most a half fit together, but for the corner
            // of three at -1/2.
            prop_assume!(1.0 + 2.0 * a * b * c - a * a - b * b - c * c > 1e-3);
            let lower = cholesky(&matrix).expect("positive definite");
            for i in 0..3 {
                for j in 0..=i {
                    let product: f64 = (0..=j).map(|k| lower[i][k] * lower[j][k]).sum();
                    // Rounding of a few operations on numbers below 1.
                    prop_assert!((product - matrix[i][j]).abs() < 1e-14);
                }
            }
        }
    }
}
