//! Another solver, written by other people, agrees on the whole shipped model.

use diffsol::{NalgebraLU, NalgebraMat, OdeBuilder, OdeSolverMethod};
use psora_engine::{Accuracy, Course, Options, Program, solve};
use psora_model::{Files, Model};
use std::path::Path;

/// The model's folder.
struct Folder;

impl Files for Folder {
    fn read(&self, path: &str) -> Result<String, String> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../model");
        std::fs::read_to_string(folder.join(path)).map_err(|error| error.to_string())
    }
}

/// Weeks of treatment that are compared.
const DAYS: f64 = 84.0;

/// A typical patient with plaques and one loading dose in the depot of `treatment`.
fn treated(model: &Model, treatment: &str, dose_mg: f64) -> (Program, Course) {
    let lowered = model.lower(&[treatment]);
    let mut start =
        psora_trial::plaque_start(model, &lowered, 3.0).expect("the typical patient runs");
    start[lowered.state(&format!("drugs.{treatment}.depot"))[0]] = dose_mg;
    let parameters = lowered.parameters.iter().map(|slot| slot.typical).collect();
    let course = Course {
        parameters,
        start,
        visits: vec![DAYS],
        signals: vec![psora_engine::Signal::default(); lowered.inputs.len()],
        ..Course::default()
    };
    (Program::compile(&lowered.equations), course)
}

fn engine(program: &Program, course: &Course, accuracy: Accuracy) -> Vec<f64> {
    let options = Options {
        accuracy,
        ..Options::default()
    };
    let mut runs = solve(program, std::slice::from_ref(course), &options);
    assert_eq!(runs[0].failure, None);
    std::mem::take(&mut runs[0].end)
}

/// The states at the end by diffsol's variable-order BDF at 1e-8.
fn diffsol(program: &Program, course: &Course) -> Vec<f64> {
    let n = program.states();
    let problem = OdeBuilder::<NalgebraMat<f64>>::new()
        .rtol(1e-8)
        .atol(vec![1e-11; n])
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
    let (states, _) = solver.solve_dense(&[DAYS]).expect("a solvable problem");
    (0..n).map(|i| states[(i, 0)]).collect()
}

/// The largest difference relative to the size of a state, or to `floor` where it is smaller.
fn difference(a: &[f64], b: &[f64], floor: f64) -> f64 {
    a.iter()
        .zip(b)
        .map(|(a, b)| (a - b).abs() / a.abs().max(b.abs()).max(floor))
        .fold(0.0, f64::max)
}

#[test]
fn diffsol_and_the_engine_agree_on_the_whole_model() {
    let model = Model::read("psoriasis.psora", &Folder).expect("the shipped model reads");
    for (treatment, dose_mg) in [
        ("secukinumab", 300.0),
        ("guselkumab", 100.0),
        ("adalimumab", 80.0),
    ] {
        let (program, course) = treated(&model, treatment, dose_mg);
        let reference = engine(&program, &course, Accuracy::Reference);
        // Both solvers hold 1e-8 a step; 84 days let a hundred such errors add up. A state is
        // compared down to a thousandth of a plaque (or of a mg), below which the tolerance
        // of both is absolute.
        let independent = difference(&reference, &diffsol(&program, &course), 1e-3);
        assert!(independent < 1e-6, "{treatment}: {independent:e}");
        // The default asks for 3e-5 a step; ten times that is promised at the end.
        let standard = engine(&program, &course, Accuracy::Standard);
        let default = difference(&reference, &standard, 1e-3);
        assert!(default < 3e-4, "{treatment}: {default:e}");
    }
}
