//! The part of a lowering that some outputs need.
//!
//! Drug levels do not depend on the disease: whoever asks for a level alone need not
//! integrate skin. What is left computes the same numbers as the whole.

use crate::lowered::Lowered;
use psora_equations::{Equations, Expression, Graph, Node};
use std::collections::{BTreeMap, BTreeSet};

impl Lowered {
    /// The equations that the outputs of these names need, and nothing else.
    ///
    /// Outputs, states, parameters and inputs keep their order.
    #[must_use]
    pub fn only(&self, names: &[&str]) -> Self {
        let outputs: Vec<usize> = (0..self.outputs.len())
            .filter(|&output| names.contains(&self.outputs[output].name.as_str()))
            .collect();
        let kept = Kept::of(&self.equations, &outputs);
        let mut graph = Graph::new();
        let mut moved: BTreeMap<Node, Node> = BTreeMap::new();
        for &node in &kept.nodes {
            let copy = kept.copy(self.equations.graph.expression(node), &moved, &mut graph);
            moved.insert(node, copy);
        }
        let equations = &self.equations;
        Self {
            equations: Equations {
                rates: picked(&equations.rates, &kept.states, |node| moved[node]),
                outputs: outputs
                    .iter()
                    .map(|&output| moved[&equations.outputs[output]])
                    .collect(),
                start: picked(&equations.start, &kept.states, |value| *value),
                scale: picked(&equations.scale, &kept.states, |value| *value),
                parameters: kept.parameters.len(),
                inputs: kept.inputs.len(),
                graph,
            },
            states: picked(&self.states, &kept.states, Clone::clone),
            parameters: picked(&self.parameters, &kept.parameters, Clone::clone),
            inputs: picked(&self.inputs, &kept.inputs, Clone::clone),
            outputs: outputs
                .iter()
                .map(|&output| self.outputs[output].clone())
                .collect(),
            sites: self.sites.clone(),
        }
    }
}

fn picked<T, U>(all: &[T], which: &BTreeSet<u32>, take: impl Fn(&T) -> U) -> Vec<U> {
    which.iter().map(|&i| take(&all[i as usize])).collect()
}

/// What some outputs lead to.
#[derive(Default)]
struct Kept {
    nodes: BTreeSet<Node>,
    states: BTreeSet<u32>,
    parameters: BTreeSet<u32>,
    inputs: BTreeSet<u32>,
}

impl Kept {
    fn of(equations: &Equations, outputs: &[usize]) -> Self {
        let mut kept = Self::default();
        let mut waiting: Vec<Node> = outputs
            .iter()
            .map(|&output| equations.outputs[output])
            .collect();
        while let Some(node) = waiting.pop() {
            if !kept.nodes.insert(node) {
                continue;
            }
            let expression = equations.graph.expression(node);
            match expression {
                // A state brings its rate, and whatever that reads.
                Expression::State(i) if kept.states.insert(i) => {
                    waiting.push(equations.rates[i as usize]);
                }
                Expression::Parameter(i) => {
                    kept.parameters.insert(i);
                }
                Expression::Input(i) => {
                    kept.inputs.insert(i);
                }
                _ => {}
            }
            waiting.extend(expression.operands());
        }
        kept
    }

    /// The same expression in another graph, over leaves that are left.
    fn copy(
        &self,
        expression: Expression,
        moved: &BTreeMap<Node, Node>,
        graph: &mut Graph,
    ) -> Node {
        use Expression as E;
        let place = |all: &BTreeSet<u32>, i: u32| all.range(..i).count();
        match expression {
            E::Constant(value) => graph.constant(value),
            E::Time => graph.time(),
            E::State(i) => graph.state(place(&self.states, i)),
            E::Parameter(i) => graph.parameter(place(&self.parameters, i)),
            E::Input(i) => graph.input(place(&self.inputs, i)),
            E::Add(a, b) => graph.add(moved[&a], moved[&b]),
            E::Subtract(a, b) => graph.subtract(moved[&a], moved[&b]),
            E::Multiply(a, b) => graph.multiply(moved[&a], moved[&b]),
            E::Divide(a, b) => graph.divide(moved[&a], moved[&b]),
            E::Negate(a) => graph.negate(moved[&a]),
            E::Whole(a, n) => graph.whole(moved[&a], n),
            E::Power(a, b) => graph.power(moved[&a], moved[&b]),
            E::Exp(a) => graph.exp(moved[&a]),
            E::Ln(a) => graph.ln(moved[&a]),
            E::Sqrt(a) => graph.sqrt(moved[&a]),
            E::Minimum(a, b) => graph.minimum(moved[&a], moved[&b]),
            E::Maximum(a, b) => graph.maximum(moved[&a], moved[&b]),
            E::Select(a, b, x, y) => graph.select(moved[&a], moved[&b], moved[&x], moved[&y]),
        }
    }
}
