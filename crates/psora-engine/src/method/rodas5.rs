//! Rodas5: eight stages, order 5(4), stiffly accurate, L-stable.

#![expect(
    clippy::excessive_precision,
    reason = "coefficients stand as their author printed them"
)]

use super::{Rosenbrock, Stage};

/// Where stages 6 to 8 start, before the results of 6 and 7.
const A6: [f64; 5] = [
    -14.09640773051259,
    6.925207756232704,
    -41.47510893210728,
    2.343771018586405,
    24.13215229196062,
];

/// The method of Di Marzo: the engine's default.
///
/// G. Di Marzo, *RODAS5(4): méthodes de Rosenbrock d'ordre 5(4) adaptées aux problèmes
/// différentiels-algébriques*, MSc thesis, University of Geneva, 1993. It satisfies the
/// conditions of Hairer & Wanner II, section IV.7, table 7.1, up to order 5.
pub const RODAS5: Rosenbrock = Rosenbrock {
    name: "Rodas5",
    source: "Di Marzo 1993",
    order: 5,
    gamma: 0.19,
    stages: &[
        Stage {
            alpha: 0.0,
            d: 0.19,
            a: &[],
            c: &[],
        },
        Stage {
            alpha: 0.38,
            d: -0.1823079225333714636,
            a: &[2.0],
            c: &[-10.31323885133993],
        },
        Stage {
            alpha: 0.3878509998321533,
            d: -0.319231832186874912,
            a: &[3.040894194418781, 1.041747909077569],
            c: &[-21.04823117650003, -7.234992135176716],
        },
        Stage {
            alpha: 0.4839718937873840,
            d: 0.3449828624725343,
            a: &[2.576417536461461, 1.622083060776640, -0.9089668560264532],
            c: &[32.22751541853323, -4.943732386540191, 19.44922031041879],
        },
        Stage {
            alpha: 0.4570477008819580,
            d: -0.377417564392089818,
            a: &[
                2.760842080225597,
                1.446624659844071,
                -0.3036980084553738,
                0.2877498600325443,
            ],
            c: &[
                -20.69865579590063,
                -8.816374604402768,
                1.260436877740897,
                -0.7495647613787146,
            ],
        },
        Stage {
            alpha: 1.0,
            d: 0.0,
            a: &A6,
            c: &[
                -46.22004352711257,
                -17.49534862857472,
                -289.6389582892057,
                93.60855400400906,
                318.3822534212147,
            ],
        },
        Stage {
            alpha: 1.0,
            d: 0.0,
            a: &[A6[0], A6[1], A6[2], A6[3], A6[4], 1.0],
            c: &[
                34.20013733472935,
                -14.15535402717690,
                57.82335640988400,
                25.83362985412365,
                1.408950972071624,
                -6.551835421242162,
            ],
        },
        Stage {
            alpha: 1.0,
            d: 0.0,
            a: &[A6[0], A6[1], A6[2], A6[3], A6[4], 1.0, 1.0],
            c: &[
                42.57076742291101,
                -13.80770672017997,
                93.98938432427124,
                18.77919633714503,
                -31.58359187223370,
                -6.685968952921985,
                -5.810979938412932,
            ],
        },
    ],
};
