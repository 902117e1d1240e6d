//! Rodas3: four stages, order 3(2), stiffly accurate, L-stable.

use super::{Rosenbrock, Stage};

/// A small method whose coefficients are exact fractions: the plain one to compare with.
///
/// A. Sandu and others, *Benchmarking stiff ODE solvers for atmospheric chemistry problems
/// II: Rosenbrock solvers*, Atmospheric Environment 31 (1997) 3459.
pub const RODAS3: Rosenbrock = Rosenbrock {
    name: "Rodas3",
    source: "Sandu and others 1997",
    order: 3,
    gamma: 0.5,
    stages: &[
        Stage {
            alpha: 0.0,
            d: 0.5,
            a: &[],
            c: &[],
        },
        Stage {
            alpha: 0.0,
            d: 1.5,
            a: &[0.0],
            c: &[4.0],
        },
        Stage {
            alpha: 1.0,
            d: 0.0,
            a: &[2.0, 0.0],
            c: &[1.0, -1.0],
        },
        Stage {
            alpha: 1.0,
            d: 0.0,
            a: &[2.0, 0.0, 1.0],
            c: &[1.0, -1.0, -8.0 / 3.0],
        },
    ],
};
