//! Doses, infusions, levels and curves against exact solutions; visits and long rests.

mod common;

use common::{assert_near, equations, mix, pharmacology, reference};
use psora_engine::{Accuracy, Action, Course, Event, Options, Program, Signal, solve};
use psora_equations::Equations;

/// Depot and plasma: `x0' = -ka x0`, `x1' = ka x0 - k x1`.
fn one_compartment() -> Equations {
    equations(2, 0, |g, x| {
        vec![mix(g, &[(-KA, x[0])]), mix(g, &[(KA, x[0]), (-K, x[1])])]
    })
}

const KA: f64 = 0.9;
const K: f64 = 0.07;

/// The plasma so long after a unit dose into the depot (Bateman's function).
fn bateman(t: f64) -> f64 {
    if t <= 0.0 {
        0.0
    } else {
        KA / (KA - K) * ((-K * t).exp() - (-KA * t).exp())
    }
}

#[test]
fn repeated_doses_follow_the_sum_of_bateman_functions() {
    let doses = [0.0, 7.0, 14.0, 14.0, 28.5];
    let course = Course {
        start: vec![0.0, 0.0],
        events: doses
            .map(|time| Event {
                time,
                action: Action::Add {
                    state: 0,
                    amount: 150.0,
                },
            })
            .to_vec(),
        visits: (0..60).map(|day| f64::from(day) * 1.0).collect(),
        ..Course::default()
    };
    let trajectory = reference(&one_compartment(), &course);
    assert_eq!(trajectory.outputs.len(), 120);
    for (day, visit) in trajectory.outputs.chunks(2).enumerate() {
        let exact: f64 = doses
            .iter()
            .map(|dose| 150.0 * bateman(day as f64 - dose))
            .sum();
        // The tolerance of 1e-8 a step, over some tens of steps.
        assert!(
            (visit[1] - exact).abs() <= 1e-6 * exact,
            "{day}: {visit:?} {exact}"
        );
    }
}

#[test]
fn a_visit_at_the_time_of_a_dose_comes_before_it() {
    let dose = |time| Event {
        time,
        action: Action::Add {
            state: 0,
            amount: 100.0,
        },
    };
    let course = Course {
        start: vec![1.0, 0.0],
        events: vec![dose(0.0), dose(3.0)],
        visits: vec![0.0, 0.0, 3.0],
        ..Course::default()
    };
    let trajectory = reference(&one_compartment(), &course);
    assert_eq!(trajectory.outputs[..4], [1.0, 0.0, 1.0, 0.0]);
    let exact = 101.0 * (-3.0 * KA).exp();
    assert_near(trajectory.outputs[4], exact, 1e-6);
    assert_near(trajectory.end[0], exact, 1e-6);
}

#[test]
fn an_infusion_rises_and_falls_as_its_formula_says() {
    let flow = |time, change| Event {
        time,
        action: Action::Flow { state: 1, change },
    };
    let course = Course {
        start: vec![0.0, 0.0],
        from: -1.0,
        events: vec![flow(1.0, 24.0), flow(1.25, -24.0)],
        visits: vec![1.1, 1.25, 4.25],
        ..Course::default()
    };
    let trajectory = reference(&one_compartment(), &course);
    let rise = |t: f64| 24.0 / K * (1.0 - (-K * t).exp());
    let exact = [rise(0.1), rise(0.25), rise(0.25) * (-3.0 * K).exp()];
    for (visit, exact) in trajectory.outputs.chunks(2).zip(exact) {
        // 1 - exp(-x) for small x loses two digits of the tolerance.
        assert_near(visit[1], exact, 1e-6);
    }
}

#[test]
fn a_level_that_an_event_sets_holds_from_then_on() {
    let decay = equations(1, 1, |g, x| {
        let input = g.input(0);
        vec![g.subtract(input, x[0])]
    });
    let set = |time, level| Event {
        time,
        action: Action::Set { input: 0, level },
    };
    let course = Course {
        start: vec![2.0],
        events: vec![set(1.0, 5.0), set(2.0, 0.0)],
        signals: vec![Signal {
            level: 2.0,
            ..Signal::default()
        }],
        visits: vec![1.0, 2.0, 3.0],
        ..Course::default()
    };
    let trajectory = reference(&decay, &course);
    let e = (-1.0_f64).exp();
    let second = 5.0 - 3.0 * e;
    for (mine, exact) in trajectory.outputs.iter().zip([2.0, second, second * e]) {
        assert_near(*mine, exact, 1e-6);
    }
}

#[test]
fn a_curve_integrates_to_what_its_pieces_do() {
    // x' = u: the integral of a B-spline over all of its support is spacing times the sum of
    // its control points, ends counted as they repeat.
    let sum = equations(1, 1, |g, _| vec![g.input(0)]);
    let knots = vec![0.0, 0.0, 1.0, -0.4, 2.0, 0.7, 0.0, 0.0];
    let total: f64 = knots.iter().sum();
    let course = Course {
        start: vec![0.0],
        signals: vec![Signal {
            level: 0.25,
            from: 10.0,
            spacing: 7.0,
            knots,
        }],
        visits: vec![0.0, 100.0],
        ..Course::default()
    };
    let trajectory = reference(&sum, &course);
    assert_near(trajectory.end[0], 7.0 * total + 25.0, 1e-6);
}

#[test]
fn a_long_rest_takes_few_steps_and_visits_do_not_shorten_the_next_ones() {
    let equations = pharmacology();
    let program = Program::compile(&equations);
    let rest = Course {
        parameters: common::parameters(0),
        start: equations.start.clone(),
        signals: vec![Signal::default()],
        visits: vec![20.0 * 365.0],
        ..Course::default()
    };
    let often = Course {
        visits: (1..=104).map(|week| f64::from(week) * 7.0).collect(),
        ..rest.clone()
    };
    let runs = solve(&program, &[rest, often], &Options::default());
    assert!(runs[0].steps.accepted < 150, "{:?}", runs[0].steps);
    assert!(runs[1].steps.accepted < 104 + 150, "{:?}", runs[1].steps);
}

#[test]
fn a_tighter_accuracy_is_more_accurate() {
    let equations = pharmacology();
    let program = Program::compile(&equations);
    let course = Course {
        parameters: common::parameters(3),
        start: equations.start.clone(),
        events: vec![Event {
            time: 1.0,
            action: Action::Add {
                state: 0,
                amount: 10.0,
            },
        }],
        signals: vec![Signal::default()],
        visits: vec![5.0, 28.0],
        ..Course::default()
    };
    let run = |accuracy| {
        let options = Options {
            accuracy,
            ..Options::default()
        };
        solve(&program, std::slice::from_ref(&course), &options).remove(0)
    };
    let best = run(Accuracy::Reference);
    let error = |accuracy| {
        let pairs = run(accuracy).outputs.into_iter().zip(&best.outputs);
        pairs.map(|(x, y)| (x / y - 1.0).abs()).fold(0.0, f64::max)
    };
    // Ten tolerances: errors of steps add up.
    assert!(error(Accuracy::Draft) < 3e-3);
    assert!(error(Accuracy::Standard) < 3e-4);
    assert!(error(Accuracy::Standard) < error(Accuracy::Draft));
}

#[test]
fn a_course_can_be_cut_at_any_visit_and_continued() {
    let equations = pharmacology();
    let course = Course {
        parameters: common::parameters(5),
        start: equations.start.clone(),
        signals: vec![Signal::default()],
        visits: vec![40.0],
        ..Course::default()
    };
    let whole = reference(&equations, &course);
    let first = Course {
        visits: vec![17.0],
        ..course.clone()
    };
    let second = Course {
        start: reference(&equations, &first).end,
        from: 17.0,
        ..course
    };
    let cut = reference(&equations, &second);
    for (whole, cut) in whole.end.iter().zip(&cut.end).filter(|(x, _)| **x != 0.0) {
        assert_near(*cut, *whole, 1e-6);
    }
}

#[test]
fn a_drug_that_has_long_left_the_body_does_not_stop_the_patient() {
    // Wobble keeps the steps of a week, so that the depot falls through the smallest numbers
    // that a processor holds, where nothing is relative any more.
    let equations = equations(2, 1, |g, x| {
        let wobble = g.input(0);
        vec![
            mix(g, &[(-1.3, x[0])]),
            mix(g, &[(1.3, x[0]), (-0.05, x[1]), (1.0, wobble)]),
        ]
    });
    for shift in 0..40 {
        let course = Course {
            start: vec![80.0 + f64::from(shift), 0.0],
            signals: vec![Signal {
                level: 0.0,
                from: 0.0,
                spacing: 7.0,
                knots: (0..160).map(|k| f64::from(k % 3)).collect(),
            }],
            visits: vec![1100.0],
            ..Course::default()
        };
        let runs = solve(
            &Program::compile(&equations),
            &[course],
            &Options::default(),
        );
        assert_eq!(runs[0].failure, None);
    }
}
