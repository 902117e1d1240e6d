//! A patient's bits do not depend on the lanes, the order or the company.

mod common;

use common::{equations, parameters, pharmacology};
use psora_engine::{Action, Course, Event, Options, Program, Signal, Trajectory, Why, solve};

/// Patients who differ in everything that may differ.
fn courses(count: usize) -> Vec<Course> {
    let start = pharmacology().start;
    (0..count)
        .map(|k| Course {
            parameters: parameters(k),
            start: start
                .iter()
                .map(|x| x * (1.0 + 0.1 * (k % 3) as f64))
                .collect(),
            from: -(k as f64),
            events: (0..k % 5)
                .map(|dose| Event {
                    time: 3.0 * dose as f64,
                    action: match (k + dose) % 3 {
                        0 => Action::Add {
                            state: 0,
                            amount: 5.0,
                        },
                        1 => Action::Flow {
                            state: 1,
                            change: 0.5,
                        },
                        _ => Action::Set {
                            input: 0,
                            level: 0.2,
                        },
                    },
                })
                .collect(),
            signals: vec![Signal {
                level: 0.01,
                from: 0.0,
                spacing: 7.0,
                knots: if k.is_multiple_of(2) {
                    vec![0.1, -0.05, 0.02, 0.0]
                } else {
                    Vec::new()
                },
            }],
            visits: (0..=k % 7 + 1).map(|week| 7.0 * week as f64).collect(),
        })
        .collect()
}

fn bits(trajectory: &Trajectory) -> Vec<u64> {
    let numbers = trajectory.outputs.iter().chain(&trajectory.end);
    let steps = [trajectory.steps.accepted, trajectory.steps.rejected];
    numbers
        .map(|x| x.to_bits())
        .chain(steps.map(u64::from))
        .collect()
}

#[test]
fn a_patient_has_the_same_bits_at_every_lane_width() {
    let program = Program::compile(&pharmacology());
    let courses = courses(37);
    let run = |lanes| {
        let options = Options {
            lanes,
            ..Options::default()
        };
        let runs = solve(&program, &courses, &options);
        runs.iter().map(bits).collect::<Vec<_>>()
    };
    let alone = run(1);
    for lanes in [2, 4, 8, 16, 32] {
        assert!(
            run(lanes) == alone,
            "{lanes} lanes give other bits than one"
        );
    }
}

#[test]
fn a_patient_has_the_same_bits_in_any_company_and_order() {
    let program = Program::compile(&pharmacology());
    let mut courses = courses(20);
    let options = Options::default();
    let together: Vec<_> = solve(&program, &courses, &options)
        .iter()
        .map(bits)
        .collect();
    for (course, expected) in courses.iter().zip(&together) {
        let alone = solve(&program, std::slice::from_ref(course), &options);
        assert!(bits(&alone[0]) == *expected);
    }
    courses.reverse();
    let mut reversed: Vec<_> = solve(&program, &courses, &options)
        .iter()
        .map(bits)
        .collect();
    reversed.reverse();
    assert!(reversed == together);
}

/// `x' = x^2` from 1 is infinite at time 1.
fn blow_up() -> Program {
    Program::compile(&equations(2, 0, |g, x| {
        let square = g.whole(x[1], 2);
        vec![g.negate(x[0]), square]
    }))
}

fn falling(start: [f64; 2]) -> Course {
    Course {
        start: start.to_vec(),
        visits: vec![0.5, 2.0],
        ..Course::default()
    }
}

#[test]
fn a_patient_who_fails_says_when_and_where_and_leaves_the_others_alone() {
    let program = blow_up();
    let healthy = [
        falling([1.0, -1.0]),
        falling([2.0, 0.0]),
        falling([3.0, 0.1]),
    ];
    let expected: Vec<_> = solve(&program, &healthy, &Options::default());
    let mut mixed = healthy.to_vec();
    mixed.insert(1, falling([1.0, 1.0]));
    let mut runs = solve(&program, &mixed, &Options::default());
    let failed = runs.remove(1);
    assert!(runs.iter().map(bits).eq(expected.iter().map(bits)));

    let failure = failed.failure.expect("infinity cannot be passed");
    assert!((failure.time - 1.0).abs() < 1e-3, "{failure:?}");
    assert_eq!(failure.state, Some(1));
    assert_ne!(failure.why, Why::TooManySteps);
    assert_eq!(
        failed.outputs.len(),
        2,
        "the visit before the failure stays"
    );
    assert_eq!(failed.end.len(), 2);
}

#[test]
fn a_value_that_is_not_finite_is_a_failure_of_that_patient() {
    let runs = solve(
        &blow_up(),
        &[falling([f64::NAN, 0.0]), falling([1.0, 0.0])],
        &Options::default(),
    );
    let failure = runs[0].failure.expect("not a number is no start");
    assert_eq!((failure.state, failure.why), (Some(0), Why::NotFinite));
    assert_eq!(failure.time, 0.0);
    assert_eq!(runs[1].failure, None);
}

#[test]
fn a_run_is_given_up_at_its_step_limit() {
    let options = Options {
        step_limit: 10,
        ..Options::default()
    };
    let runs = solve(&Program::compile(&pharmacology()), &courses(9), &options);
    let long = &runs[6];
    let failure = long.failure.expect("ten steps are too few");
    assert_eq!(failure.why, Why::TooManySteps);
    assert_eq!(long.steps.accepted + long.steps.rejected, 10);
    assert!(failure.time < 49.0);
}
