//! Sorts expressions by what they depend on, and lays out the registers.
//!
//! What depends on nothing was folded by the graph. What depends on parameters alone is
//! computed once a patient by the `setup` tape and *held*. Everything else is computed at
//! each evaluation, by one tape for each group of results that is asked for together.
//!
//! Registers: states, time, inputs, speeds of inputs, held values, then scratch. All tapes
//! but `setup` share this layout; `setup` has the parameters in registers from 0.

use crate::tape::{Operand, instruction};
use crate::{Expression, Graph, Node, Tape};

/// Groups of results as tapes.
#[derive(Debug, Clone, Default)]
pub struct Flat {
    /// Computes the held values of one patient, in the order of the registers from `held` on.
    pub setup: Tape,
    /// The numbers that `setup` expects in the registers behind the parameters.
    pub setup_numbers: Vec<f64>,
    /// Held numbers: register and value, the same for every patient.
    pub constants: Vec<(u32, f64)>,
    /// The register of the time; states stand before it, inputs and their speeds after it.
    pub time: usize,
    /// The first register of a held value.
    pub held: usize,
    /// The first register after the constants and held values.
    pub scratch: usize,
    /// One tape for each group.
    pub tapes: Vec<Tape>,
    /// How many registers any of the tapes needs.
    pub registers: usize,
}

/// How many leaves of each kind there are.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sizes {
    /// States.
    pub states: usize,
    /// Parameters.
    pub parameters: usize,
    /// Inputs; their speeds are as many inputs again.
    pub inputs: usize,
}

/// What a node depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Dependence {
    Nothing,
    Parameters,
    Motion,
}

/// Flattens each group of nodes into a tape.
#[must_use]
pub fn flatten(graph: &Graph, sizes: Sizes, groups: &[&[Node]]) -> Flat {
    let dependence = dependences(graph);
    let mut given = leaves(graph, sizes);
    let held_nodes = held(graph, &dependence, groups);

    let time = sizes.states;
    let first = time + 1 + 2 * sizes.inputs;
    let mut next = first;
    let mut hold = |node: &Node| {
        given[node.index()] = Some(register(next));
        next += 1;
    };
    let (values, numbers): (Vec<Node>, Vec<Node>) = held_nodes
        .into_iter()
        .partition(|node| dependence[node.index()] == Dependence::Parameters);
    values.iter().for_each(&mut hold);
    numbers.iter().for_each(&mut hold);
    let constants = numbers
        .iter()
        .filter_map(|&node| Some((given[node.index()]?, graph.number(node)?)))
        .collect();

    let tapes: Vec<Tape> = groups
        .iter()
        .map(|group| Tape::build(graph, group, &given, next))
        .collect();
    let registers = tapes.iter().map(|tape| tape.registers).max().unwrap_or(0);
    let (setup, setup_numbers) = setup(graph, sizes, &dependence, &values);
    Flat {
        setup,
        setup_numbers,
        constants,
        time,
        held: first,
        scratch: next,
        tapes,
        registers: registers.max(next),
    }
}

/// The tape from parameters to held values, and the numbers that it wants in registers.
fn setup(
    graph: &Graph,
    sizes: Sizes,
    dependence: &[Dependence],
    values: &[Node],
) -> (Tape, Vec<f64>) {
    let mut given: Vec<Option<u32>> = (0..graph.len())
        .map(|index| match graph.expression(Node::at(index)) {
            Expression::Parameter(i) => Some(i),
            _ => None,
        })
        .collect();
    let numbers = numbers_in_registers(graph, |node| {
        dependence[node.index()] == Dependence::Parameters
    });
    for (place, node) in numbers.iter().enumerate() {
        given[node.index()] = Some(register(sizes.parameters + place));
    }
    let tape = Tape::build(graph, values, &given, sizes.parameters + numbers.len());
    let numbers = numbers
        .iter()
        .filter_map(|&node| graph.number(node))
        .collect();
    (tape, numbers)
}

fn dependences(graph: &Graph) -> Vec<Dependence> {
    let mut found: Vec<Dependence> = Vec::with_capacity(graph.len());
    for index in 0..graph.len() {
        let expression = graph.expression(Node::at(index));
        let own = match expression {
            Expression::Time | Expression::State(_) | Expression::Input(_) => Dependence::Motion,
            Expression::Parameter(_) => Dependence::Parameters,
            _ => Dependence::Nothing,
        };
        let most = expression.operands().map(|operand| found[operand.index()]);
        found.push(most.fold(own, Dependence::max));
    }
    found
}

/// The registers of the moving leaves.
fn leaves(graph: &Graph, sizes: Sizes) -> Vec<Option<u32>> {
    (0..graph.len())
        .map(|index| match graph.expression(Node::at(index)) {
            Expression::State(i) => Some(i),
            Expression::Time => Some(register(sizes.states)),
            Expression::Input(i) => Some(register(sizes.states + 1) + i),
            _ => None,
        })
        .collect()
}

/// The nodes that moving ones, or results, read and that do not move themselves.
fn held(graph: &Graph, dependence: &[Dependence], groups: &[&[Node]]) -> Vec<Node> {
    let mut needed = vec![false; graph.len()];
    let mut still = vec![false; graph.len()];
    let moves = |node: Node| dependence[node.index()] == Dependence::Motion;
    for &node in groups.iter().copied().flatten() {
        needed[node.index()] = moves(node);
        still[node.index()] |= !moves(node);
    }
    for index in (0..graph.len()).rev().filter(|&index| {
        !matches!(
            graph.expression(Node::at(index)),
            Expression::Time | Expression::State(_) | Expression::Input(_)
        )
    }) {
        if needed[index] {
            for operand in instruction(graph, Node::at(index)).1.into_iter().flatten() {
                if let Operand::Register(node) = operand {
                    needed[node.index()] |= moves(node);
                    still[node.index()] |= !moves(node);
                }
            }
        }
    }
    (0..graph.len())
        .filter(|&index| still[index])
        .map(Node::at)
        .collect()
}

/// The numbers that instructions of `which` nodes want in a register.
fn numbers_in_registers(graph: &Graph, which: impl Fn(Node) -> bool) -> Vec<Node> {
    let mut wanted = vec![false; graph.len()];
    for node in (0..graph.len()).map(Node::at).filter(|&node| which(node)) {
        if matches!(graph.expression(node), Expression::Parameter(_)) {
            continue;
        }
        for operand in instruction(graph, node).1.into_iter().flatten() {
            if let Operand::Register(operand) = operand
                && graph.number(operand).is_some()
            {
                wanted[operand.index()] = true;
            }
        }
    }
    (0..graph.len())
        .filter(|&index| wanted[index])
        .map(Node::at)
        .collect()
}

fn register(index: usize) -> u32 {
    u32::try_from(index).expect("fewer than 2^32 registers")
}
