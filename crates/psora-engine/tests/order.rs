//! Every method shows its order against exact solutions.

use psora_engine::{Course, METHODS, Program, Signal, solve_equal};
use psora_equations::{Equations, Graph, Node};

fn equations(inputs: usize, build: impl Fn(&mut Graph) -> Vec<Node>) -> Equations {
    let mut graph = Graph::new();
    let rates = build(&mut graph);
    Equations {
        outputs: Vec::new(),
        start: vec![1.0; rates.len()],
        scale: vec![1.0; rates.len()],
        parameters: 0,
        inputs,
        rates,
        graph,
    }
}

/// The largest error of a method at the end, for so many equal steps.
fn error(equations: &Equations, course: &Course, until: f64, exact: &[f64]) -> Vec<Vec<f64>> {
    let program = Program::compile(equations);
    METHODS
        .iter()
        .map(|method| {
            [8, 16, 32]
                .map(|steps| {
                    let end = solve_equal(method, &program, course, until, steps);
                    let errors = end.iter().zip(exact).map(|(x, y)| (x - y).abs());
                    errors.fold(0.0, f64::max)
                })
                .to_vec()
        })
        .collect()
}

fn assert_orders(errors: &[Vec<f64>]) {
    for (method, errors) in METHODS.iter().zip(errors) {
        let best = errors
            .windows(2)
            // Errors near rounding say nothing about order.
            .filter(|pair| pair[1] > 1e-14)
            .map(|pair| (pair[0] / pair[1]).log2())
            .fold(0.0, f64::max);
        // Halving the step shows the order to about a third at these step sizes.
        assert!(
            best > f64::from(method.order) - 0.35,
            "{} shows order {best}: {errors:?}",
            method.name
        );
    }
}

#[test]
fn methods_show_their_order_on_a_coupled_nonlinear_system() {
    // x = (1 + t)^(-1/2), y = exp(2 (1 + t)^(1/2) - 2).
    let equations = equations(0, |graph| {
        let (x, y) = (graph.state(0), graph.state(1));
        let half = graph.constant(-0.5);
        let cube = graph.whole(x, 3);
        vec![graph.multiply(half, cube), graph.multiply(x, y)]
    });
    let course = Course {
        start: vec![1.0, 1.0],
        ..Course::default()
    };
    let exact = [0.5, std::f64::consts::E.powi(2)];
    assert_orders(&error(&equations, &course, 3.0, &exact));
}

#[test]
fn methods_show_their_order_when_time_enters_the_rates() {
    // x = 1 / (1 + t^2) solves x' = -2 t x^2.
    let equations = equations(0, |graph| {
        let (x, time) = (graph.state(0), graph.time());
        let square = graph.whole(x, 2);
        let product = graph.multiply(time, square);
        let two = graph.constant(-2.0);
        vec![graph.multiply(two, product)]
    });
    let course = Course {
        start: vec![1.0],
        ..Course::default()
    };
    assert_orders(&error(&equations, &course, 2.0, &[0.2]));
}

#[test]
fn methods_show_their_order_when_a_curve_enters_the_rates() {
    // Control points (k^2 - 1/3) h^2 of a uniform cubic B-spline make the curve t^2, so that
    // x' = u - x has x = t^2 - 2 t + 2 - exp(-t) from x(0) = 1.
    let equations = equations(1, |graph| {
        let (x, input) = (graph.state(0), graph.input(0));
        vec![graph.subtract(input, x)]
    });
    let (spacing, before) = (0.5, 4);
    let knots = (0..20).map(|k| {
        let k = f64::from(k - before);
        (k * k - 1.0 / 3.0) * spacing * spacing
    });
    let course = Course {
        start: vec![1.0],
        signals: vec![Signal {
            level: 0.0,
            from: -f64::from(before) * spacing,
            spacing,
            knots: knots.collect(),
        }],
        ..Course::default()
    };
    let exact = 9.0 - 6.0 + 2.0 - (-3.0_f64).exp();
    assert_orders(&error(&equations, &course, 3.0, &[exact]));
}
