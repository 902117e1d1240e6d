//! Standard stiff problems against their published end values.
//!
//! Problems and values: F. Mazzia and C. Magherini, *Test Set for Initial Value Problem
//! Solvers*, release 2.4, University of Bari, 2008; the problems are described in Hairer &
//! Wanner II, section IV.10. The values there were computed with RADAU and RADAU5 at
//! tolerances of about 1e-18.

mod common;

use common::{assert_near, equations, mix, reference};
use psora_engine::Course;
use psora_equations::Equations;

/// The end values of a problem at the tightest accuracy, and the steps that it took.
fn end(mut equations: Equations, start: &[f64], scale: &[f64], until: f64) -> (Vec<f64>, u32) {
    equations.scale = scale.to_vec();
    let course = Course {
        start: start.to_vec(),
        visits: vec![until],
        ..Course::default()
    };
    let trajectory = reference(&equations, &course);
    assert_eq!(trajectory.failure, None);
    (trajectory.end, trajectory.steps.accepted)
}

#[test]
fn robertson_ends_where_the_test_set_says() {
    let robertson = equations(3, 0, |g, x| {
        let (feeds, square) = (g.multiply(x[1], x[2]), g.whole(x[1], 2));
        vec![
            mix(g, &[(-0.04, x[0]), (1e4, feeds)]),
            mix(g, &[(0.04, x[0]), (-1e4, feeds), (-3e7, square)]),
            mix(g, &[(3e7, square)]),
        ]
    });
    let (end, steps) = end(robertson, &[1.0, 0.0, 0.0], &[1e-5, 1e-10, 1.0], 1e11);
    let published = [
        2.083340149701255e-8,
        8.333360770334713e-14,
        0.999999979166505,
    ];
    for (mine, theirs) in end.iter().zip(published) {
        // Relative tolerance 1e-8 a step; errors of many decades of time add up.
        assert_near(*mine, theirs, 1e-6);
    }
    assert!(
        steps < 2000,
        "eleven decades of time must not take {steps} steps"
    );
}

#[test]
fn hires_ends_where_the_test_set_says() {
    let hires = equations(8, 0, |g, y| {
        let product = g.multiply(y[5], y[7]);
        let one = g.constant(1.0);
        let bound = [(280.0, product), (-1.81, y[6])];
        vec![
            mix(
                g,
                &[(-1.71, y[0]), (0.43, y[1]), (8.32, y[2]), (0.0007, one)],
            ),
            mix(g, &[(1.71, y[0]), (-8.75, y[1])]),
            mix(g, &[(-10.03, y[2]), (0.43, y[3]), (0.035, y[4])]),
            mix(g, &[(8.32, y[1]), (1.71, y[2]), (-1.12, y[3])]),
            mix(g, &[(-1.745, y[4]), (0.43, y[5]), (0.43, y[6])]),
            mix(
                g,
                &[
                    (-280.0, product),
                    (0.69, y[3]),
                    (1.71, y[4]),
                    (-0.43, y[5]),
                    (0.69, y[6]),
                ],
            ),
            mix(g, &bound),
            mix(g, &[(-280.0, product), (1.81, y[6])]),
        ]
    });
    let start = [1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0057];
    let (end, _) = end(hires, &start, &[1e-3; 8], 321.8122);
    let published = [
        0.7371312573325668e-3,
        0.1442485726316185e-3,
        0.5888729740967575e-4,
        0.1175651343283149e-2,
        0.2386356198831331e-2,
        0.6238968252742796e-2,
        0.2849998395185769e-2,
        0.2850001604814231e-2,
    ];
    for (mine, theirs) in end.iter().zip(published) {
        // The last fall of this problem multiplies errors by about 100.
        assert_near(*mine, theirs, 1e-6);
    }
}

#[test]
fn the_oregonator_ends_where_the_test_set_says() {
    let oregonator = equations(3, 0, |g, y| {
        let product = g.multiply(y[0], y[1]);
        let square = g.whole(y[0], 2);
        let (k, slow) = (77.27, 1.0 / 77.27);
        vec![
            mix(
                g,
                &[(k, y[1]), (k, y[0]), (-k * 8.375e-6, square), (-k, product)],
            ),
            mix(g, &[(slow, y[2]), (-slow, y[1]), (-slow, product)]),
            mix(g, &[(0.161, y[0]), (-0.161, y[2])]),
        ]
    });
    let (end, _) = end(oregonator, &[1.0, 2.0, 3.0], &[1.0; 3], 360.0);
    let published = [
        0.1000814870318523e1,
        0.1228178521549917e4,
        0.1320554942846706e3,
    ];
    for (mine, theirs) in end.iter().zip(published) {
        // An error in the phase of a relaxation oscillation is an error of the value.
        assert_near(*mine, theirs, 1e-5);
    }
}

#[test]
fn van_der_pol_ends_where_the_test_set_says() {
    let van_der_pol = equations(2, 0, |g, y| {
        let square = g.whole(y[0], 2);
        let cubic = g.multiply(square, y[1]);
        vec![y[1], mix(g, &[(1e3, y[1]), (-1e3, cubic), (-1.0, y[0])])]
    });
    let (end, _) = end(van_der_pol, &[2.0, 0.0], &[1.0, 1e-3], 2000.0);
    let published = [0.1706167732170469e1, -0.8928097010248125e-3];
    for (mine, theirs) in end.iter().zip(published) {
        // As for the Oregonator: a shift of the jump in time shifts the values.
        assert_near(*mine, theirs, 1e-5);
    }
}
