//! An independent solver agrees.
//!
//! `independent` takes any equations: it sees them only through `Program::evaluate` and
//! `Program::jacobian`, so another crate can compare its own model in the same way.

mod common;

use common::{assert_near, parameters, pharmacology, reference};
use diffsol::{NalgebraLU, NalgebraMat, OdeBuilder, OdeSolverMethod};
use psora_engine::{Course, Program, Signal};
use psora_equations::Equations;

/// The states at `until` by diffsol's variable-order BDF. Events are not applied.
fn independent(equations: &Equations, course: &Course, until: f64) -> Vec<f64> {
    let program = Program::compile(equations);
    let n = program.states();
    let problem = OdeBuilder::<NalgebraMat<f64>>::new()
        .rtol(1e-9)
        .atol(vec![1e-12; n])
        .rhs_implicit(
            |x: &[f64], _, t, y: &mut [f64]| y.copy_from_slice(&program.evaluate(course, t, x).0),
            |x: &[f64], _, t, v: &[f64], y: &mut [f64]| {
                let jacobian = program.jacobian(course, t, x);
                for (row, out) in jacobian.chunks(n).zip(y) {
                    *out = row.iter().zip(v).map(|(slope, v)| slope * v).sum();
                }
            },
        )
        .init(|_, _, y: &mut [f64]| y.copy_from_slice(&course.start), n)
        .build()
        .expect("a well-formed problem");
    let mut solver = problem
        .bdf::<NalgebraLU<f64>>()
        .expect("a consistent start");
    let (states, _) = solver.solve_dense(&[until]).expect("a solvable problem");
    (0..n).map(|i| states[(i, 0)]).collect()
}

#[test]
fn diffsol_ends_where_the_engine_does() {
    let equations = pharmacology();
    for patient in 0..3 {
        let mut start = equations.start.clone();
        start[0] = 8.0;
        let course = Course {
            parameters: parameters(patient),
            start,
            signals: vec![Signal {
                level: 0.02,
                from: 0.0,
                spacing: 7.0,
                knots: vec![0.0, 0.03, -0.01, 0.02],
            }],
            visits: vec![30.0],
            ..Course::default()
        };
        let mine = reference(&equations, &course).end;
        for (mine, theirs) in mine.iter().zip(independent(&equations, &course, 30.0)) {
            // Both hold about 1e-8 a step.
            assert_near(*mine, theirs, 1e-6);
        }
    }
}
