//! An order of elimination that makes little fill-in.

/// Which pivot when: Markowitz's rule on the diagonal, the smallest index first.
///
/// At each step the pivot with the least `(row entries - 1) * (column entries - 1)` goes,
/// the most fill-in that it could make. `filled[i][j]` says afterwards which entries the
/// factors have.
pub(super) fn markowitz(filled: &mut [Vec<bool>]) -> Vec<usize> {
    let n = filled.len();
    let mut left: Vec<usize> = (0..n).collect();
    let mut order = Vec::with_capacity(n);
    while !left.is_empty() {
        let cost = |k: usize| {
            let row = left.iter().filter(|&&j| filled[k][j]).count();
            let column = left.iter().filter(|&&i| filled[i][k]).count();
            (row - 1) * (column - 1)
        };
        let place = (0..left.len())
            .min_by_key(|&place| (cost(left[place]), left[place]))
            .expect("some pivot is left");
        let pivot = left.remove(place);
        let columns: Vec<usize> = left.iter().copied().filter(|&j| filled[pivot][j]).collect();
        for &i in left
            .iter()
            .filter(|&&i| filled[i][pivot])
            .collect::<Vec<_>>()
        {
            for &j in &columns {
                filled[i][j] = true;
            }
        }
        order.push(pivot);
    }
    order
}
