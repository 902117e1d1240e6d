//! Equations by hand, for tests.

#![allow(dead_code, reason = "each test file uses its own part")]

use psora_engine::{Accuracy, Course, Options, Program, Trajectory, solve};
use psora_equations::{Equations, Graph, Node};

/// Equations whose outputs are their states.
pub(crate) fn equations(
    states: usize,
    inputs: usize,
    rates: impl Fn(&mut Graph, &[Node]) -> Vec<Node>,
) -> Equations {
    let mut graph = Graph::new();
    let leaves: Vec<Node> = (0..states).map(|i| graph.state(i)).collect();
    let rates = rates(&mut graph, &leaves);
    Equations {
        outputs: leaves,
        start: vec![0.0; states],
        scale: vec![1.0; states],
        parameters: 0,
        inputs,
        rates,
        graph,
    }
}

/// The sum of products of numbers and nodes.
pub(crate) fn mix(graph: &mut Graph, terms: &[(f64, Node)]) -> Node {
    let mut total = graph.constant(0.0);
    for &(factor, node) in terms {
        let factor = graph.constant(factor);
        let term = graph.multiply(factor, node);
        total = graph.add(total, term);
    }
    total
}

/// One course at the tightest accuracy.
pub(crate) fn reference(equations: &Equations, course: &Course) -> Trajectory {
    let options = Options {
        accuracy: Accuracy::Reference,
        ..Options::default()
    };
    let courses = std::slice::from_ref(course);
    solve(&Program::compile(equations), courses, &options).remove(0)
}

/// Asserts that two numbers agree to a relative error.
#[track_caller]
pub(crate) fn assert_near(mine: f64, theirs: f64, relative: f64) {
    let error = (mine - theirs).abs() / theirs.abs();
    assert!(error < relative, "{mine} is not {theirs}: {error:e}");
}

/// A moderately stiff model in the manner of pharmacology, with every kind of leaf: a drug
/// from a depot that binds a target, a cytokine that feeds a cell, an input that pushes it.
pub(crate) fn pharmacology() -> Equations {
    let mut graph = Graph::new();
    let g = &mut graph;
    let x: Vec<Node> = (0..6).map(|i| g.state(i)).collect();
    let p: Vec<Node> = (0..5).map(|i| g.parameter(i)).collect();
    let push = g.input(0);
    let (ka, kel, n, kdeg, growth) = (p[0], p[1], p[2], p[3], p[4]);

    let absorbed = g.multiply(ka, x[0]);
    let cleared = g.multiply(kel, x[1]);
    let bound = g.multiply(x[1], x[2]);
    let on = mix(g, &[(40.0, bound)]);
    let off = mix(g, &[(2.0, x[3])]);
    let turned = mix(g, &[(0.5, x[3])]);
    let made = g.constant(12.0);
    let lost = mix(g, &[(12.0, x[2])]);

    let powered = g.power(x[4], n);
    let one = g.constant(1.0);
    let above = g.add(one, powered);
    let hill = g.divide(powered, above);
    let secretion = g.multiply(kdeg, x[5]);
    let free = g.multiply(secretion, x[2]);
    let decay = g.multiply(kdeg, x[4]);
    let divided = g.multiply(growth, hill);
    let room = g.subtract(made, x[5]);
    let crowded = g.multiply(divided, room);
    let death = mix(g, &[(0.3, x[5])]);
    let pushed = g.multiply(push, x[4]);

    let rates = vec![
        g.negate(absorbed),
        mix(
            g,
            &[(1.0, absorbed), (-1.0, cleared), (-1.0, on), (1.0, off)],
        ),
        mix(g, &[(1.0, made), (-1.0, lost), (-1.0, on), (1.0, off)]),
        mix(g, &[(1.0, on), (-1.0, off), (-1.0, turned)]),
        mix(g, &[(1.0, free), (-1.0, decay)]),
        mix(g, &[(1.0, crowded), (-1.0, death), (1.0, pushed)]),
    ];
    Equations {
        outputs: vec![x[4], hill, x[5]],
        start: vec![0.0, 0.0, 1.0, 0.0, 1.0, 1.0],
        scale: vec![1.0; 6],
        parameters: 5,
        inputs: 1,
        rates,
        graph,
    }
}

/// Parameters of patient `k` of [`pharmacology`].
pub(crate) fn parameters(k: usize) -> Vec<f64> {
    let spread = 1.0 + 0.6 * ((k * 7) % 11) as f64 / 11.0;
    vec![
        0.4 * spread,
        0.1,
        1.3 + 0.2 * spread,
        80.0 * spread,
        0.05 / spread,
    ]
}
