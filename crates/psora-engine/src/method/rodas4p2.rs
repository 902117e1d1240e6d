//! Rodas4P2: six stages, order 4(3), stiffly accurate, L-stable.

#![expect(
    clippy::excessive_precision,
    reason = "coefficients stand as their author printed them"
)]

use super::{Rosenbrock, Stage};

/// Where stages 5 and 6 start, before the result of 5.
const A5: [f64; 4] = [
    7.089566927282776,
    4.573591406461604,
    -8.423496976860259,
    -0.959280113459775,
];

/// A method that loses little order on parabolic problems and with inexact Jacobians.
///
/// G. Steinebach, *Improvement of Rosenbrock-Wanner method RODASP*, in: Progress in
/// Differential-Algebraic Equations II, Springer, 2020.
pub const RODAS4P2: Rosenbrock = Rosenbrock {
    name: "Rodas4P2",
    source: "Steinebach 2020",
    order: 4,
    gamma: 0.25,
    stages: &[
        Stage {
            alpha: 0.0,
            d: 0.25,
            a: &[],
            c: &[],
        },
        Stage {
            alpha: 0.75,
            d: -0.5,
            a: &[3.0],
            c: &[-12.0],
        },
        Stage {
            alpha: 0.321448134013046,
            d: -0.189532918363016,
            a: &[0.906377755268814, -0.189707390391685],
            c: &[-6.354581592719008, 0.338972550544623],
        },
        Stage {
            alpha: 0.519745732277726,
            d: 0.085612108792769,
            a: &[3.758617027739064, 1.161741776019525, -0.849258085312803],
            c: &[-8.575016317114033, -7.606483992117508, 12.224997650124820],
        },
        Stage {
            alpha: 1.0,
            d: 0.0,
            a: &A5,
            c: &[
                -5.888975457523102,
                -8.157396617841821,
                24.805546872612922,
                12.790401512796979,
            ],
        },
        Stage {
            alpha: 1.0,
            d: 0.0,
            a: &[A5[0], A5[1], A5[2], A5[3], 1.0],
            c: &[
                -4.408651676063871,
                -6.692003137674639,
                24.625568527593117,
                16.627521966636085,
                -5.714285714285718,
            ],
        },
    ],
};
