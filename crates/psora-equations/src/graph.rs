//! Expressions as a graph in which equal terms are shared.
//!
//! A node is only ever built through [`Graph`], which folds constants, drops neutral
//! elements and returns the existing node where one is equal. Operands always precede
//! their users, so that the order of nodes is an order of evaluation.

use crate::kernel;
use std::collections::HashMap;

/// An expression in a [`Graph`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Node(u32);

impl Node {
    /// The node's place in the order of evaluation.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }

    /// The node at a place in the order of evaluation.
    pub(crate) fn at(index: usize) -> Self {
        Self(small(index))
    }
}

/// What a node computes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Expression {
    /// A number.
    Constant(f64),
    /// The current time, in days.
    Time,
    /// The value of a state.
    State(u32),
    /// A number of the patient, constant in time.
    Parameter(u32),
    /// A function of time of the patient.
    Input(u32),
    /// `a + b`.
    Add(Node, Node),
    /// `a - b`.
    Subtract(Node, Node),
    /// `a * b`.
    Multiply(Node, Node),
    /// `a / b`.
    Divide(Node, Node),
    /// `-a`.
    Negate(Node),
    /// `a ^ n` for a whole number `n`.
    Whole(Node, i32),
    /// `a ^ b` for `a >= 0`; 0 to a positive power is 0, and `a` below zero counts as zero.
    Power(Node, Node),
    /// The exponential of `a`.
    Exp(Node),
    /// The natural logarithm of `a`.
    Ln(Node),
    /// The square root of `a`; `a` below zero counts as zero.
    Sqrt(Node),
    /// The smaller of `a` and `b`.
    Minimum(Node, Node),
    /// The larger of `a` and `b`.
    Maximum(Node, Node),
    /// `if a < b then x else y`, as `(a, b, x, y)`.
    Select(Node, Node, Node, Node),
}

impl Expression {
    /// The nodes that it is computed from.
    pub fn operands(self) -> impl Iterator<Item = Node> {
        use Expression as E;
        match self {
            E::Constant(_) | E::Time | E::State(_) | E::Parameter(_) | E::Input(_) => [None; 4],
            E::Negate(a) | E::Whole(a, _) | E::Exp(a) | E::Ln(a) | E::Sqrt(a) => {
                [Some(a), None, None, None]
            }
            E::Add(a, b)
            | E::Subtract(a, b)
            | E::Multiply(a, b)
            | E::Divide(a, b)
            | E::Power(a, b)
            | E::Minimum(a, b)
            | E::Maximum(a, b) => [Some(a), Some(b), None, None],
            E::Select(a, b, x, y) => [Some(a), Some(b), Some(x), Some(y)],
        }
        .into_iter()
        .flatten()
    }
}

/// A hash key of an expression: constants compare by their bits.
type Key = (u8, u64, u32, u32, u32);

/// Expressions, each one stored once.
#[derive(Debug, Clone, Default)]
pub struct Graph {
    expressions: Vec<Expression>,
    known: HashMap<Key, Node>,
}

impl Graph {
    /// An empty graph.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// How many distinct expressions the graph holds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.expressions.len()
    }

    /// Whether the graph holds nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.expressions.is_empty()
    }

    /// What `node` computes.
    #[must_use]
    pub fn expression(&self, node: Node) -> Expression {
        self.expressions[node.index()]
    }

    /// The number that `node` is, if it is one.
    #[must_use]
    pub fn number(&self, node: Node) -> Option<f64> {
        match self.expression(node) {
            Expression::Constant(value) => Some(value),
            _ => None,
        }
    }

    /// The number `value`.
    pub fn constant(&mut self, value: f64) -> Node {
        // One zero: -0.0 and 0.0 would otherwise be two nodes.
        let value = if value == 0.0 { 0.0 } else { value };
        self.node(Expression::Constant(value))
    }

    /// The current time, in days.
    pub fn time(&mut self) -> Node {
        self.node(Expression::Time)
    }

    /// State `index`.
    pub fn state(&mut self, index: usize) -> Node {
        self.node(Expression::State(small(index)))
    }

    /// Parameter `index`.
    pub fn parameter(&mut self, index: usize) -> Node {
        self.node(Expression::Parameter(small(index)))
    }

    /// Input `index`.
    pub fn input(&mut self, index: usize) -> Node {
        self.node(Expression::Input(small(index)))
    }

    /// `a + b`.
    pub fn add(&mut self, a: Node, b: Node) -> Node {
        match (self.number(a), self.number(b)) {
            (Some(x), Some(y)) => self.constant(x + y),
            (Some(0.0), _) => b,
            (_, Some(0.0)) => a,
            _ => self.node(Expression::Add(a.min(b), a.max(b))),
        }
    }

    /// `a - b`.
    pub fn subtract(&mut self, a: Node, b: Node) -> Node {
        match (self.number(a), self.number(b)) {
            _ if a == b => self.constant(0.0),
            (Some(x), Some(y)) => self.constant(x - y),
            (Some(0.0), _) => self.negate(b),
            (_, Some(0.0)) => a,
            _ => self.node(Expression::Subtract(a, b)),
        }
    }

    /// `a * b`. A factor of zero makes zero.
    pub fn multiply(&mut self, a: Node, b: Node) -> Node {
        match (self.number(a), self.number(b)) {
            (Some(x), Some(y)) => self.constant(x * y),
            (Some(0.0), _) | (_, Some(0.0)) => self.constant(0.0),
            (Some(1.0), _) => b,
            (_, Some(1.0)) => a,
            (Some(-1.0), _) => self.negate(b),
            (_, Some(-1.0)) => self.negate(a),
            _ => self.node(Expression::Multiply(a.min(b), a.max(b))),
        }
    }

    /// `a / b`. A constant divisor becomes a factor.
    pub fn divide(&mut self, a: Node, b: Node) -> Node {
        match (self.number(a), self.number(b)) {
            (Some(x), Some(y)) => self.constant(x / y),
            (Some(0.0), _) => self.constant(0.0),
            (_, Some(1.0)) => a,
            (_, Some(y)) if y != 0.0 => {
                let factor = self.constant(1.0 / y);
                self.multiply(a, factor)
            }
            _ if a == b => self.constant(1.0),
            _ => self.node(Expression::Divide(a, b)),
        }
    }

    /// `-a`.
    pub fn negate(&mut self, a: Node) -> Node {
        match self.expression(a) {
            Expression::Constant(x) => self.constant(-x),
            Expression::Negate(inner) => inner,
            _ => self.node(Expression::Negate(a)),
        }
    }

    /// `a ^ b`. Whole-number exponents become products, one half a square root.
    pub fn power(&mut self, a: Node, b: Node) -> Node {
        match (self.number(a), self.number(b)) {
            (_, Some(0.0)) => self.constant(1.0),
            (_, Some(1.0)) => a,
            (_, Some(0.5)) => self.sqrt(a),
            #[expect(
                clippy::cast_possible_truncation,
                reason = "the guard bounds the exponent"
            )]
            (_, Some(y)) if y.fract() == 0.0 && y.abs() <= 64.0 => self.whole(a, y as i32),
            (Some(x), Some(y)) => self.constant(kernel::pow(x, y)),
            _ => self.node(Expression::Power(a, b)),
        }
    }

    /// `a ^ n` for a whole number `n`, of either sign of `a`.
    pub fn whole(&mut self, a: Node, n: i32) -> Node {
        match (self.number(a), n) {
            (_, 0) => self.constant(1.0),
            (_, 1) => a,
            (Some(x), _) => self.constant(kernel::whole(x, n)),
            _ => self.node(Expression::Whole(a, n)),
        }
    }

    /// The exponential of `a`.
    pub fn exp(&mut self, a: Node) -> Node {
        match self.number(a) {
            Some(x) => self.constant(kernel::exp(x)),
            None => self.node(Expression::Exp(a)),
        }
    }

    /// The natural logarithm of `a`.
    pub fn ln(&mut self, a: Node) -> Node {
        match self.number(a) {
            Some(x) => self.constant(kernel::ln(x)),
            None => self.node(Expression::Ln(a)),
        }
    }

    /// The square root of `a`.
    pub fn sqrt(&mut self, a: Node) -> Node {
        match self.number(a) {
            Some(x) => self.constant(kernel::sqrt(x)),
            None => self.node(Expression::Sqrt(a)),
        }
    }

    /// The smaller of `a` and `b`.
    pub fn minimum(&mut self, a: Node, b: Node) -> Node {
        match (self.number(a), self.number(b)) {
            _ if a == b => a,
            (Some(x), Some(y)) => self.constant(kernel::minimum(x, y)),
            _ => self.node(Expression::Minimum(a.min(b), a.max(b))),
        }
    }

    /// The larger of `a` and `b`.
    pub fn maximum(&mut self, a: Node, b: Node) -> Node {
        match (self.number(a), self.number(b)) {
            _ if a == b => a,
            (Some(x), Some(y)) => self.constant(kernel::maximum(x, y)),
            _ => self.node(Expression::Maximum(a.min(b), a.max(b))),
        }
    }

    /// `if a < b then x else y`.
    pub fn select(&mut self, a: Node, b: Node, x: Node, y: Node) -> Node {
        match (self.number(a), self.number(b)) {
            _ if x == y => x,
            (Some(p), Some(q)) if p < q => x,
            (Some(_), Some(_)) => y,
            _ => self.node(Expression::Select(a, b, x, y)),
        }
    }

    fn node(&mut self, expression: Expression) -> Node {
        let key = key(&expression);
        if let Some(&node) = self.known.get(&key) {
            return node;
        }
        let node = Node(small(self.expressions.len()));
        self.expressions.push(expression);
        self.known.insert(key, node);
        node
    }
}

fn small(index: usize) -> u32 {
    u32::try_from(index).expect("a graph holds fewer than 2^32 expressions")
}

fn key(expression: &Expression) -> Key {
    use Expression as E;
    match *expression {
        E::Constant(value) => (0, value.to_bits(), 0, 0, 0),
        E::Time => (1, 0, 0, 0, 0),
        E::State(i) => (2, 0, i, 0, 0),
        E::Parameter(i) => (3, 0, i, 0, 0),
        E::Input(i) => (4, 0, i, 0, 0),
        E::Add(a, b) => (5, 0, a.0, b.0, 0),
        E::Subtract(a, b) => (6, 0, a.0, b.0, 0),
        E::Multiply(a, b) => (7, 0, a.0, b.0, 0),
        E::Divide(a, b) => (8, 0, a.0, b.0, 0),
        E::Negate(a) => (9, 0, a.0, 0, 0),
        E::Whole(a, n) => (10, u64::from(n.cast_unsigned()), a.0, 0, 0),
        E::Power(a, b) => (11, 0, a.0, b.0, 0),
        E::Exp(a) => (12, 0, a.0, 0, 0),
        E::Ln(a) => (13, 0, a.0, 0, 0),
        E::Sqrt(a) => (14, 0, a.0, 0, 0),
        E::Minimum(a, b) => (15, 0, a.0, b.0, 0),
        E::Maximum(a, b) => (16, 0, a.0, b.0, 0),
        E::Select(a, b, x, y) => (17, u64::from(a.0), b.0, x.0, y.0),
    }
}
