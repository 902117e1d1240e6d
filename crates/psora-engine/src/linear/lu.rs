//! LU factors without pivoting, as straight-line operations over lanes.
//!
//! The matrix is `I/(h gamma) - J`. Its pattern never changes, so the order of elimination,
//! the fill-in and every multiplication are laid down once; at run time there is nothing
//! left to decide. Without pivoting a factorisation can lose accuracy: the stepper checks
//! the residual of the first solution of each step and takes a smaller step if it is large,
//! which makes the diagonal dominant.

use super::order::markowitz;
use std::ops::Range;

/// The elimination of one pattern.
#[derive(Debug, Clone, Default)]
pub(crate) struct Elimination {
    /// How many entries the factors have.
    pub(crate) entries: usize,
    /// Where each entry of the pattern goes, in the order in which it was given.
    pub(crate) places: Vec<u32>,
    /// Where the diagonal of each row is.
    pub(crate) diagonal: Vec<u32>,
    pivots: Vec<Pivot>,
    rows: Vec<Row>,
    updates: Vec<[u32; 2]>,
    lower: Vec<Substitution>,
    upper: Vec<Substitution>,
    terms: Vec<[u32; 2]>,
}

/// One pivot: its diagonal, and the rows that it is subtracted from.
#[derive(Debug, Clone)]
struct Pivot {
    diagonal: u32,
    rows: Range<usize>,
}

/// One row of one pivot: its factor, and the entries `[changed, of the pivot's row]`.
#[derive(Debug, Clone)]
struct Row {
    factor: u32,
    updates: Range<usize>,
}

/// One unknown: its terms `[entry, other unknown]`.
#[derive(Debug, Clone)]
struct Substitution {
    unknown: u32,
    diagonal: u32,
    terms: Range<usize>,
}

impl Elimination {
    /// Plans the elimination of an `n` by `n` matrix with this pattern and a full diagonal.
    pub(crate) fn plan(n: usize, pattern: &[(usize, usize)]) -> Self {
        let mut filled = vec![vec![false; n]; n];
        for (k, row) in filled.iter_mut().enumerate() {
            row[k] = true;
        }
        for &(row, column) in pattern {
            filled[row][column] = true;
        }
        let order = markowitz(&mut filled);
        let mut place = vec![vec![u32::MAX; n]; n];
        let mut entries = 0;
        for &i in &order {
            for &j in order.iter().filter(|&&j| filled[i][j]) {
                place[i][j] = small(entries);
                entries += 1;
            }
        }
        let mut plan = Self {
            entries,
            places: pattern.iter().map(|&(i, j)| place[i][j]).collect(),
            diagonal: (0..n).map(|k| place[k][k]).collect(),
            ..Self::default()
        };
        for (step, &k) in order.iter().enumerate() {
            plan.eliminate(&place, &order[step + 1..], k);
            plan.substitute(&place, &order, step);
        }
        plan
    }

    fn eliminate(&mut self, place: &[Vec<u32>], later: &[usize], k: usize) {
        let first = self.rows.len();
        for &i in later.iter().filter(|&&i| place[i][k] != u32::MAX) {
            let start = self.updates.len();
            for &j in later.iter().filter(|&&j| place[k][j] != u32::MAX) {
                self.updates.push([place[i][j], place[k][j]]);
            }
            self.rows.push(Row {
                factor: place[i][k],
                updates: start..self.updates.len(),
            });
        }
        self.pivots.push(Pivot {
            diagonal: place[k][k],
            rows: first..self.rows.len(),
        });
    }

    fn substitute(&mut self, place: &[Vec<u32>], order: &[usize], step: usize) {
        let i = order[step];
        for (list, others) in [
            (&mut self.lower, &order[..step]),
            (&mut self.upper, &order[step + 1..]),
        ] {
            let start = self.terms.len();
            for &j in others.iter().filter(|&&j| place[i][j] != u32::MAX) {
                self.terms.push([place[i][j], small(j)]);
            }
            list.push(Substitution {
                unknown: small(i),
                diagonal: place[i][i],
                terms: start..self.terms.len(),
            });
        }
    }

    /// Factorises in place. The diagonal holds reciprocals of the pivots afterwards.
    #[inline(always)]
    pub(crate) fn factorise<const W: usize>(&self, entries: &mut [[f64; W]]) {
        for pivot in &self.pivots {
            let mut inverse = entries[pivot.diagonal as usize];
            for value in &mut inverse {
                *value = 1.0 / *value;
            }
            entries[pivot.diagonal as usize] = inverse;
            for row in &self.rows[pivot.rows.clone()] {
                let mut factor = entries[row.factor as usize];
                for lane in 0..W {
                    factor[lane] *= inverse[lane];
                }
                entries[row.factor as usize] = factor;
                for &[changed, source] in &self.updates[row.updates.clone()] {
                    let source = entries[source as usize];
                    let mut value = entries[changed as usize];
                    for lane in 0..W {
                        value[lane] -= factor[lane] * source[lane];
                    }
                    entries[changed as usize] = value;
                }
            }
        }
    }

    /// Replaces a right-hand side by the solution.
    #[inline(always)]
    pub(crate) fn solve<const W: usize>(&self, entries: &[[f64; W]], side: &mut [[f64; W]]) {
        for row in &self.lower {
            side[row.unknown as usize] = self.reduced(entries, side, row);
        }
        for row in self.upper.iter().rev() {
            let mut value = self.reduced(entries, side, row);
            let inverse = entries[row.diagonal as usize];
            for lane in 0..W {
                value[lane] *= inverse[lane];
            }
            side[row.unknown as usize] = value;
        }
    }

    #[inline(always)]
    fn reduced<const W: usize>(
        &self,
        entries: &[[f64; W]],
        side: &[[f64; W]],
        row: &Substitution,
    ) -> [f64; W] {
        let mut value = side[row.unknown as usize];
        for &[entry, other] in &self.terms[row.terms.clone()] {
            let (entry, other) = (entries[entry as usize], side[other as usize]);
            for lane in 0..W {
                value[lane] -= entry[lane] * other[lane];
            }
        }
        value
    }
}

fn small(index: usize) -> u32 {
    u32::try_from(index).expect("a factorisation has fewer than 2^32 entries")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gaussian elimination with partial pivoting: the plain twin.
    fn dense(mut a: Vec<Vec<f64>>, mut b: Vec<f64>) -> Vec<f64> {
        let n = b.len();
        for k in 0..n {
            let pivot = (k..n)
                .max_by(|&i, &j| a[i][k].abs().total_cmp(&a[j][k].abs()))
                .expect("rows are left");
            a.swap(k, pivot);
            b.swap(k, pivot);
            for i in k + 1..n {
                let factor = a[i][k] / a[k][k];
                let pivot = a[k].clone();
                for (value, source) in a[i].iter_mut().zip(pivot).skip(k) {
                    *value -= factor * source;
                }
                b[i] -= factor * b[k];
            }
        }
        for k in (0..n).rev() {
            for j in k + 1..n {
                b[k] -= a[k][j] * b[j];
            }
            b[k] /= a[k][k];
        }
        b
    }

    #[test]
    fn the_sparse_solution_is_the_dense_one() {
        let mut seed = 1_u64;
        let mut random = || {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            (seed >> 11) as f64 / (1_u64 << 53) as f64
        };
        for n in [1, 2, 5, 17, 60] {
            let mut pattern = Vec::new();
            for i in 0..n {
                for j in 0..n {
                    if i == j || random() < 0.1 {
                        pattern.push((i, j));
                    }
                }
            }
            let plan = Elimination::plan(n, &pattern);
            let mut matrix = vec![vec![0.0; n]; n];
            let mut entries = vec![[0.0; 1]; plan.entries];
            for (&(i, j), &place) in pattern.iter().zip(&plan.places) {
                matrix[i][j] = random() - 0.5 + if i == j { 0.2 * n as f64 + 1.0 } else { 0.0 };
                entries[place as usize] = [matrix[i][j]];
            }
            let side: Vec<f64> = (0..n).map(|_| random() - 0.5).collect();
            let mut solution: Vec<[f64; 1]> = side.iter().map(|&x| [x]).collect();
            plan.factorise(&mut entries);
            plan.solve(&entries, &mut solution);
            for (mine, theirs) in solution.iter().zip(dense(matrix, side)) {
                // Two stable eliminations of a well-conditioned system differ by rounding.
                assert!((mine[0] - theirs).abs() < 1e-13, "{n}: {mine:?} {theirs}");
            }
        }
    }

    #[test]
    fn an_arrow_is_eliminated_without_fill_in() {
        let n = 20;
        let mut pattern: Vec<_> = (0..n).map(|k| (k, k)).collect();
        for k in 1..n {
            pattern.extend([(0, k), (k, 0)]);
        }
        assert_eq!(Elimination::plan(n, &pattern).entries, pattern.len());
    }
}
