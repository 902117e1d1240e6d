//! The symbolic Jacobian is what differences say, for every expression.

mod common;

use common::{equations, parameters, pharmacology};
use psora_engine::{Course, Program, Signal};
use psora_equations::{Equations, Graph, Node};

/// Asserts the Jacobian at one point.
fn assert_jacobian(name: &str, equations: &Equations, course: &Course, state: &[f64]) {
    let program = Program::compile(equations);
    let jacobian = program.jacobian(course, 0.5, state);
    let n = state.len();
    for column in 0..n {
        let h = 1e-5 * state[column].abs().max(1e-2);
        let shifted = |by: f64| {
            let mut state = state.to_vec();
            state[column] += by;
            program.evaluate(course, 0.5, &state).0
        };
        let (up, down) = (shifted(h), shifted(-h));
        for row in 0..n {
            let slope = (up[row] - down[row]) / (2.0 * h);
            let mine = jacobian[row * n + column];
            // Central differences: h^2 of a third derivative, and rounding over h.
            let tolerance = 1e-6 * (1.0 + mine.abs() + up[row].abs());
            assert!(
                (mine - slope).abs() < tolerance,
                "{name}, d{row}/d{column} at {state:?}: {mine} {slope}"
            );
        }
    }
}

type Build = fn(&mut Graph, Node, Node) -> Node;

/// One of each expression, of two states.
const EXPRESSIONS: &[(&str, Build)] = &[
    ("add", |g, x, y| g.add(x, y)),
    ("subtract", |g, x, y| g.subtract(x, y)),
    ("multiply", |g, x, y| g.multiply(x, y)),
    ("divide", |g, x, y| g.divide(x, y)),
    ("negate", |g, x, _| g.negate(x)),
    ("cube", |g, x, _| g.whole(x, 3)),
    ("inverse cube", |g, x, _| g.whole(x, -3)),
    ("power", |g, x, y| g.power(x, y)),
    ("power of a number", |g, x, _| {
        let base = g.constant(1.7);
        g.power(base, x)
    }),
    ("power to a number", |g, x, _| {
        let exponent = g.constant(2.3);
        g.power(x, exponent)
    }),
    ("exp", |g, x, _| g.exp(x)),
    ("ln", |g, x, _| g.ln(x)),
    ("sqrt", |g, x, _| g.sqrt(x)),
    ("minimum", |g, x, y| {
        let square = g.whole(x, 2);
        g.minimum(square, y)
    }),
    ("maximum", |g, x, y| {
        let square = g.whole(x, 2);
        g.maximum(square, y)
    }),
    ("select", |g, x, y| {
        let (square, product) = (g.whole(x, 2), g.multiply(x, y));
        g.select(x, y, square, product)
    }),
    ("hill", |g, x, y| {
        let powered = g.power(x, y);
        let one = g.constant(1.0);
        let sum = g.add(one, powered);
        g.divide(powered, sum)
    }),
];

#[test]
fn every_expression_has_the_slope_that_differences_show() {
    for (name, build) in EXPRESSIONS {
        let equations = equations(2, 0, |g, x| {
            let one_way = build(g, x[0], x[1]);
            let inner = g.multiply(x[0], x[1]);
            let nested = build(g, inner, x[0]);
            vec![one_way, nested]
        });
        for state in [[0.3, 0.8], [1.4, 0.6], [2.5, 1.9], [0.9, 3.1]] {
            assert_jacobian(name, &equations, &Course::default(), &state);
        }
    }
}

#[test]
fn a_whole_model_has_the_slopes_that_differences_show() {
    let course = Course {
        parameters: parameters(4),
        signals: vec![Signal {
            level: 0.3,
            ..Signal::default()
        }],
        ..Course::default()
    };
    let state = [4.0, 0.7, 0.4, 0.6, 0.9, 2.0];
    assert_jacobian("model", &pharmacology(), &course, &state);
}

#[test]
fn slopes_at_zero_are_finite() {
    for (name, build) in EXPRESSIONS {
        if ["divide", "inverse cube", "ln"].contains(name) {
            continue;
        }
        let equations = equations(2, 0, |g, x| vec![build(g, x[0], x[1]), x[0]]);
        for state in [[0.0, 0.5], [0.0, 0.0], [-1e-20, 1.5]] {
            let slopes = Program::compile(&equations).jacobian(&Course::default(), 0.0, &state);
            assert!(slopes.iter().all(|x| x.is_finite()), "{name}: {slopes:?}");
        }
    }
}

#[test]
fn numbers_and_parameters_are_results_like_any_other() {
    let mut graph = Graph::new();
    let parameter = graph.parameter(0);
    let rates = vec![graph.constant(2.0), parameter];
    let square = graph.whole(parameter, 2);
    let two = graph.constant(2.0);
    let larger = graph.maximum(parameter, two);
    let time = graph.time();
    let bounded = graph.minimum(time, two);
    let equations = Equations {
        outputs: vec![square, rates[0], larger, bounded],
        start: vec![0.0; 2],
        scale: Vec::new(),
        parameters: 1,
        inputs: 0,
        rates,
        graph,
    };
    let course = Course {
        parameters: vec![3.0],
        ..Course::default()
    };
    let (rates, outputs) = Program::compile(&equations).evaluate(&course, 7.0, &[0.0; 2]);
    assert_eq!(rates, [2.0, 3.0]);
    assert_eq!(outputs, [9.0, 2.0, 3.0, 2.0]);
}
