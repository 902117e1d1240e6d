//! Expressions as straight-line instructions over registers.
//!
//! A [`Tape`] takes nodes of a graph and a list of registers that already hold some of them,
//! and computes the rest. Instructions are sorted into *runs* of one operation, so that
//! whoever executes them decides once a run and not once an instruction. Registers are
//! reused as soon as their value was read for the last time; results keep theirs.
//! The same graph always makes the same tape.

use crate::{Expression, Graph, Node};

/// What an instruction does with its operands `a`, `b`, ..., all but the destination read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Operation {
    /// `a + b`.
    Add,
    /// `a + number`.
    AddNumber,
    /// `a - b`.
    Subtract,
    /// `number - a`.
    NumberMinus,
    /// `a * b`.
    Multiply,
    /// `a * number`.
    Scale,
    /// `a / b`.
    Divide,
    /// `number / a`.
    NumberOver,
    /// `-a`.
    Negate,
    /// `a ^ n`; the word of `n` is its bits.
    Whole,
    /// `a ^ b`.
    Power,
    /// The exponential of `a`.
    Exp,
    /// The natural logarithm of `a`.
    Ln,
    /// The square root of `a`.
    Sqrt,
    /// The smaller of `a` and `b`.
    Minimum,
    /// The larger of `a` and `b`.
    Maximum,
    /// `if a < b then x else y`.
    Select,
}

/// Neighbouring instructions of one operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run {
    /// What they do.
    pub operation: Operation,
    /// Where their words begin.
    pub start: usize,
    /// Where their words end.
    pub end: usize,
}

/// A straight-line program.
///
/// The words of an instruction are its destination register and its operands: registers,
/// then the place of a number in `numbers` or the bits of a whole exponent.
#[derive(Debug, Clone, Default)]
pub struct Tape {
    /// The instructions, in order.
    pub runs: Vec<Run>,
    /// Their operands.
    pub words: Vec<u32>,
    /// The numbers that they name.
    pub numbers: Vec<f64>,
    /// Where the results stand in the end.
    pub results: Vec<u32>,
    /// How many registers it touches, those given included.
    pub registers: usize,
}

/// An operand as it will be encoded.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Operand {
    Register(Node),
    Number(f64),
    Exponent(i32),
}

impl Tape {
    /// Computes `results`. `given[node]` is the register of a node that is already there;
    /// registers from `free` on may be written.
    ///
    /// # Panics
    /// If a leaf or a constant that needs a register has none.
    #[must_use]
    pub fn build(graph: &Graph, results: &[Node], given: &[Option<u32>], free: usize) -> Self {
        let order = schedule(graph, &wanted(graph, results, given));
        let mut last = vec![0; graph.len()];
        for (place, &(node, _)) in order.iter().enumerate() {
            for operand in graph.expression(node).operands() {
                last[operand.index()] = place;
            }
        }
        for node in results {
            last[node.index()] = usize::MAX;
        }
        let mut writer = Writer {
            tape: Self {
                registers: free,
                ..Self::default()
            },
            register: given.to_vec(),
            spare: Vec::new(),
        };
        writer.register.resize(graph.len(), None);
        for (place, &(node, operation)) in order.iter().enumerate() {
            writer.write(graph, node, operation, |operand| {
                last[operand.index()] == place && given[operand.index()].is_none()
            });
        }
        let mut tape = writer.tape;
        tape.results = results
            .iter()
            .map(|node| writer.register[node.index()].expect("every result was computed or given"))
            .collect();
        tape
    }
}

/// Which nodes must be computed: those that the results need and that are not given.
fn wanted(graph: &Graph, results: &[Node], given: &[Option<u32>]) -> Vec<bool> {
    let mut wanted = vec![false; graph.len()];
    for node in results {
        wanted[node.index()] = given[node.index()].is_none();
    }
    for index in (0..graph.len()).rev() {
        if wanted[index] {
            for operand in instruction(graph, Node::at(index)).1 {
                if let Some(Operand::Register(node)) = operand
                    && given[node.index()].is_none()
                {
                    wanted[node.index()] = true;
                }
            }
        }
    }
    wanted
}

/// An order of evaluation with long runs of one operation: always the operation of which
/// most instructions are ready, until none of it is.
fn schedule(graph: &Graph, wanted: &[bool]) -> Vec<(Node, Operation)> {
    let mut waiting = vec![0_usize; graph.len()];
    let mut users: Vec<Vec<Node>> = vec![Vec::new(); graph.len()];
    let mut ready: Vec<(Operation, Vec<Node>)> = Vec::new();
    let mut left = 0;
    for node in (0..graph.len())
        .map(Node::at)
        .filter(|node| wanted[node.index()])
    {
        left += 1;
        for operand in graph.expression(node).operands() {
            if wanted[operand.index()] {
                waiting[node.index()] += 1;
                users[operand.index()].push(node);
            }
        }
        if waiting[node.index()] == 0 {
            enqueue(&mut ready, instruction(graph, node).0, node);
        }
    }
    let mut order = Vec::with_capacity(left);
    while order.len() < left {
        let longest = ready
            .iter()
            .enumerate()
            .max_by_key(|(_, (operation, nodes))| (nodes.len(), std::cmp::Reverse(*operation)))
            .map(|(place, _)| place)
            .expect("a graph without circles always has a ready instruction");
        let operation = ready[longest].0;
        loop {
            let batch = std::mem::take(&mut ready[longest].1);
            if batch.is_empty() {
                break;
            }
            for node in batch {
                order.push((node, operation));
                for &user in &users[node.index()] {
                    waiting[user.index()] -= 1;
                    if waiting[user.index()] == 0 {
                        enqueue(&mut ready, instruction(graph, user).0, user);
                    }
                }
            }
        }
    }
    order
}

fn enqueue(ready: &mut Vec<(Operation, Vec<Node>)>, operation: Operation, node: Node) {
    match ready.iter_mut().find(|(known, _)| *known == operation) {
        Some((_, nodes)) => nodes.push(node),
        None => ready.push((operation, vec![node])),
    }
}

/// A tape in the making.
struct Writer {
    tape: Tape,
    register: Vec<Option<u32>>,
    spare: Vec<u32>,
}

impl Writer {
    fn write(
        &mut self,
        graph: &Graph,
        node: Node,
        operation: Operation,
        done: impl Fn(Node) -> bool,
    ) {
        let operands: Vec<u32> = instruction(graph, node)
            .1
            .into_iter()
            .flatten()
            .map(|operand| self.word(operand))
            .collect();
        // Operands are read before the destination is written, so it may reuse their place.
        for operand in graph.expression(node).operands() {
            if done(operand)
                && let Some(register) = self.register[operand.index()].take()
            {
                self.spare.push(register);
            }
        }
        let destination = self.spare.pop().unwrap_or_else(|| {
            self.tape.registers += 1;
            word(self.tape.registers - 1)
        });
        self.register[node.index()] = Some(destination);
        let start = self.tape.words.len();
        self.tape.words.push(destination);
        self.tape.words.extend(operands);
        let end = self.tape.words.len();
        match self.tape.runs.last_mut() {
            Some(run) if run.operation == operation => run.end = end,
            _ => self.tape.runs.push(Run {
                operation,
                start,
                end,
            }),
        }
    }

    fn word(&mut self, operand: Operand) -> u32 {
        match operand {
            Operand::Register(node) => {
                self.register[node.index()].expect("operands are computed or given before use")
            }
            Operand::Number(value) => {
                self.tape.numbers.push(value);
                word(self.tape.numbers.len() - 1)
            }
            Operand::Exponent(n) => n.cast_unsigned(),
        }
    }
}

/// The instruction of a node. A leaf has none.
pub(crate) fn instruction(graph: &Graph, node: Node) -> (Operation, [Option<Operand>; 4]) {
    use Expression as E;
    use Operand::{Exponent, Number, Register};
    use Operation as O;
    let one = |a| [Some(a), None, None, None];
    let two = |a, b| [Some(a), Some(b), None, None];
    let pair = |a, b| two(Register(a), Register(b));
    let number = |node| graph.number(node);
    match graph.expression(node) {
        E::Add(a, b) => match (number(a), number(b)) {
            (Some(x), _) => (O::AddNumber, two(Register(b), Number(x))),
            (_, Some(y)) => (O::AddNumber, two(Register(a), Number(y))),
            _ => (O::Add, pair(a, b)),
        },
        E::Subtract(a, b) => match (number(a), number(b)) {
            (Some(x), _) => (O::NumberMinus, two(Register(b), Number(x))),
            (_, Some(y)) => (O::AddNumber, two(Register(a), Number(-y))),
            _ => (O::Subtract, pair(a, b)),
        },
        E::Multiply(a, b) => match (number(a), number(b)) {
            (Some(x), _) => (O::Scale, two(Register(b), Number(x))),
            (_, Some(y)) => (O::Scale, two(Register(a), Number(y))),
            _ => (O::Multiply, pair(a, b)),
        },
        E::Divide(a, b) => match number(a) {
            Some(x) => (O::NumberOver, two(Register(b), Number(x))),
            None => (O::Divide, pair(a, b)),
        },
        E::Negate(a) => (O::Negate, one(Register(a))),
        E::Whole(a, 2) => (O::Multiply, pair(a, a)),
        E::Whole(a, -1) => (O::NumberOver, two(Register(a), Number(1.0))),
        E::Whole(a, n) => (O::Whole, two(Register(a), Exponent(n))),
        E::Power(a, b) => (O::Power, pair(a, b)),
        E::Exp(a) => (O::Exp, one(Register(a))),
        E::Ln(a) => (O::Ln, one(Register(a))),
        E::Sqrt(a) => (O::Sqrt, one(Register(a))),
        E::Minimum(a, b) => (O::Minimum, pair(a, b)),
        E::Maximum(a, b) => (O::Maximum, pair(a, b)),
        E::Select(a, b, x, y) => (
            O::Select,
            [
                Some(Register(a)),
                Some(Register(b)),
                Some(Register(x)),
                Some(Register(y)),
            ],
        ),
        leaf @ (E::Constant(_) | E::Time | E::State(_) | E::Parameter(_) | E::Input(_)) => {
            unreachable!("{leaf:?} stands in a given register")
        }
    }
}

fn word(value: usize) -> u32 {
    u32::try_from(value).expect("a tape has fewer than 2^32 registers")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Alternating sums and products of a state, each on top of the last.
    fn chain(length: usize) -> (Graph, Node) {
        let mut graph = Graph::new();
        let state = graph.state(0);
        let mut node = state;
        for k in 0..length {
            node = if k % 2 == 0 {
                graph.add(node, state)
            } else {
                graph.multiply(node, node)
            };
        }
        (graph, node)
    }

    fn tape(graph: &Graph, result: Node) -> Tape {
        let mut given = vec![None; graph.len()];
        given[0] = Some(0);
        Tape::build(graph, &[result], &given, 1)
    }

    #[test]
    fn a_register_is_free_again_after_its_last_reader() {
        let (graph, result) = chain(100);
        assert_eq!(tape(&graph, result).registers, 2, "the state and one more");
    }

    #[test]
    fn the_same_graph_makes_the_same_tape() {
        let (graph, result) = chain(30);
        let (first, second) = (tape(&graph, result), tape(&graph, result));
        assert_eq!(first.words, second.words);
        assert_eq!(first.runs, second.runs);
    }

    #[test]
    fn independent_instructions_of_one_kind_form_one_run() {
        let mut graph = Graph::new();
        let state = graph.state(0);
        let mut results = Vec::new();
        for k in 2..12 {
            let number = graph.constant(f64::from(k));
            let scaled = graph.multiply(number, state);
            results.push(graph.exp(scaled));
        }
        let mut given = vec![None; graph.len()];
        given[0] = Some(0);
        let tape = Tape::build(&graph, &results, &given, 1);
        let kinds: Vec<_> = tape.runs.iter().map(|run| run.operation).collect();
        assert_eq!(kinds, [Operation::Scale, Operation::Exp]);
    }
}
