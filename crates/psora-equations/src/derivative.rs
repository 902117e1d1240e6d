//! Derivatives of expressions, as expressions of the same graph.
//!
//! Forward differentiation along one leaf at a time. Zeros fold away as they arise, so that
//! what remains is the structural sparsity, and equal terms are shared with the rates.
//! Where a function has a kink (minimum, maximum, a choice), the derivative is that of the
//! side on which the point lies. Where a slope would be infinite (a power at zero), it is
//! zero: the result is always finite at a finite point.

use crate::{Expression, Graph, Node};

/// Below this base a power counts as flat, so that no slope overflows.
const FLAT: f64 = 1e-100;

/// One structurally non-zero derivative of a rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// Which rate.
    pub row: usize,
    /// By which state.
    pub column: usize,
    /// The derivative.
    pub node: Node,
}

/// The derivatives of `nodes` by `leaf`.
pub fn derivatives(graph: &mut Graph, nodes: &[Node], leaf: Node) -> Vec<Node> {
    let zero = graph.constant(0.0);
    let top = nodes.iter().map(|node| node.index() + 1).max().unwrap_or(0);
    let mut needed = vec![false; top];
    for node in nodes {
        needed[node.index()] = true;
    }
    for index in (0..top).rev().filter(|&index| index > leaf.index()) {
        if needed[index] {
            for operand in graph.expression(Node::at(index)).operands() {
                needed[operand.index()] = true;
            }
        }
    }
    let mut slope = vec![zero; top];
    for index in leaf.index()..top {
        if needed[index] {
            slope[index] = rule(graph, Node::at(index), leaf, &slope);
        }
    }
    nodes.iter().map(|node| slope[node.index()]).collect()
}

/// The Jacobian of `rates` by the states: row by row, columns ascending, zeros left out.
pub fn jacobian(graph: &mut Graph, rates: &[Node]) -> Vec<Entry> {
    let mut entries = Vec::new();
    for column in 0..rates.len() {
        let leaf = graph.state(column);
        for (row, node) in derivatives(graph, rates, leaf).into_iter().enumerate() {
            if graph.number(node) != Some(0.0) {
                entries.push(Entry { row, column, node });
            }
        }
    }
    entries.sort_by_key(|entry| (entry.row, entry.column));
    entries
}

/// How fast `rates` change with time alone, the states held.
///
/// Inputs move too: the speed of input `k` enters as a further input `inputs + k`.
pub fn drift(graph: &mut Graph, rates: &[Node], inputs: usize) -> Vec<Node> {
    let time = graph.time();
    let mut total = derivatives(graph, rates, time);
    for input in 0..inputs {
        let leaf = graph.input(input);
        let speed = graph.input(inputs + input);
        let slopes = derivatives(graph, rates, leaf);
        for (sum, slope) in total.iter_mut().zip(slopes) {
            let term = graph.multiply(slope, speed);
            *sum = graph.add(*sum, term);
        }
    }
    total
}

/// The derivative of one node, given those of its operands.
fn rule(graph: &mut Graph, node: Node, leaf: Node, slope: &[Node]) -> Node {
    use Expression as E;
    if node == leaf {
        return graph.constant(1.0);
    }
    let expression = graph.expression(node);
    let zero = graph.constant(0.0);
    if expression
        .operands()
        .all(|operand| slope[operand.index()] == zero)
    {
        return zero;
    }
    let d = |operand: Node| slope[operand.index()];
    match expression {
        E::Constant(_) | E::Time | E::State(_) | E::Parameter(_) | E::Input(_) => zero,
        E::Add(a, b) => graph.add(d(a), d(b)),
        E::Subtract(a, b) => graph.subtract(d(a), d(b)),
        E::Multiply(a, b) => {
            let first = graph.multiply(d(a), b);
            let second = graph.multiply(a, d(b));
            graph.add(first, second)
        }
        E::Divide(a, b) if d(b) == zero => graph.divide(d(a), b),
        E::Divide(a, b) => {
            // a'/b - (a/b)/b b', with one division for all leaves.
            let one = graph.constant(1.0);
            let inverse = graph.divide(one, b);
            let first = graph.multiply(d(a), inverse);
            let share = graph.multiply(node, inverse);
            let second = graph.multiply(share, d(b));
            graph.subtract(first, second)
        }
        E::Negate(a) => graph.negate(d(a)),
        E::Whole(a, n) => {
            let count = graph.constant(f64::from(n));
            let lower = graph.whole(a, n - 1);
            let outer = graph.multiply(count, lower);
            graph.multiply(outer, d(a))
        }
        E::Power(a, b) => {
            let by_base = if d(a) == zero {
                zero
            } else {
                let share = graph.divide(node, a);
                let outer = graph.multiply(b, share);
                let term = graph.multiply(outer, d(a));
                above(graph, a, term)
            };
            let by_exponent = if d(b) == zero {
                zero
            } else {
                let logarithm = graph.ln(a);
                let outer = graph.multiply(node, logarithm);
                let term = graph.multiply(outer, d(b));
                above(graph, a, term)
            };
            graph.add(by_base, by_exponent)
        }
        E::Exp(a) => graph.multiply(node, d(a)),
        E::Ln(a) => graph.divide(d(a), a),
        E::Sqrt(a) => {
            let half = graph.constant(0.5);
            let outer = graph.divide(half, node);
            let term = graph.multiply(outer, d(a));
            above(graph, a, term)
        }
        E::Minimum(a, b) => graph.select(a, b, d(a), d(b)),
        E::Maximum(a, b) => graph.select(b, a, d(a), d(b)),
        E::Select(a, b, x, y) => graph.select(a, b, d(x), d(y)),
    }
}

/// `term` where `base` is well above zero, else 0.
fn above(graph: &mut Graph, base: Node, term: Node) -> Node {
    let flat = graph.constant(FLAT);
    let zero = graph.constant(0.0);
    graph.select(flat, base, term, zero)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_that_does_not_see_a_state_has_no_entry_for_it() {
        let mut graph = Graph::new();
        let (x, y) = (graph.state(0), graph.state(1));
        let k = graph.parameter(0);
        let loss = graph.multiply(k, x);
        let gain = graph.negate(loss);
        let both = graph.multiply(x, y);
        let entries = jacobian(&mut graph, &[gain, both]);
        let places: Vec<_> = entries.iter().map(|e| (e.row, e.column)).collect();
        assert_eq!(places, [(0, 0), (1, 0), (1, 1)]);
        assert_eq!(entries[1].node, y, "d(xy)/dx is y itself");
        assert_eq!(entries[2].node, x, "d(xy)/dy is x itself");
    }

    #[test]
    fn the_drift_follows_time_and_the_speed_of_inputs() {
        let mut graph = Graph::new();
        let (time, input) = (graph.time(), graph.input(0));
        let speed = graph.input(1);
        let square = graph.whole(time, 2);
        let rate = graph.add(square, input);
        let two = graph.constant(2.0);
        let twice = graph.multiply(two, time);
        let expected = graph.add(twice, speed);
        assert_eq!(drift(&mut graph, &[rate], 1), [expected]);
    }
}
