//! Expressions to nodes of the graph.

use super::{Lowering, Nodes};
use crate::check::{Place, zero};
use crate::syntax::{Expr, ExprKind, FUNCTIONS, Fold, Op};
use psora_equations::Node;
use std::collections::BTreeMap;

impl Lowering<'_> {
    /// Whether an expression differs by site: whether it names, outside `over`, what does.
    pub(super) fn place_of(&self, part: usize, expr: &Expr) -> Place {
        match &expr.kind {
            ExprKind::Over(..) => Place::Body,
            ExprKind::Name(name) | ExprKind::Start(crate::syntax::Name { text: name, .. }) => {
                self.whole.scopes[part]
                    .get(name)
                    .map_or(Place::Body, |&id| self.whole.items[id].place)
            }
            _ => expr
                .parts()
                .into_iter()
                .map(|inner| self.place_of(part, inner))
                .max()
                .unwrap_or_default(),
        }
    }

    /// The expression once, or once a site.
    pub(super) fn everywhere(&mut self, place: Place, part: usize, expr: &Expr) -> Nodes {
        (0..self.sites(place))
            .map(|site| self.eval(part, expr, site, None))
            .collect()
    }

    /// The expression at one site. Inside a function, names are its arguments.
    pub(super) fn eval(
        &mut self,
        part: usize,
        expr: &Expr,
        site: usize,
        locals: Option<&BTreeMap<&str, Node>>,
    ) -> Node {
        match &expr.kind {
            ExprKind::Number(value, unit) => {
                let factor = unit.as_ref().map_or(1.0, |unit| unit.unit.factor());
                self.graph.constant(value * factor)
            }
            ExprKind::Time => self.graph.time(),
            ExprKind::Name(name) => match locals {
                Some(locals) => locals[name.as_str()],
                None => at_site(&self.nodes[&self.whole.scopes[part][name]], site),
            },
            ExprKind::Start(name) => {
                if self.is_function(&name.text) {
                    return self.call(part, &name.text, &[zero(expr.span)], site, locals);
                }
                at_site(
                    &self.start_nodes[&self.whole.scopes[part][&name.text]],
                    site,
                )
            }
            ExprKind::Call(name, values) => self.call(part, &name.text, values, site, locals),
            ExprKind::Over(fold, _, inner) => self.over(*fold, part, inner),
            ExprKind::If(c) => {
                let sides = [&c.left, &c.right, &c.then, &c.otherwise];
                let [left, right, then, otherwise] =
                    sides.map(|side| self.eval(part, side, site, locals));
                if c.less {
                    self.graph.select(left, right, then, otherwise)
                } else {
                    self.graph.select(right, left, then, otherwise)
                }
            }
            ExprKind::Negate(inner) => {
                let inner = self.eval(part, inner, site, locals);
                self.graph.negate(inner)
            }
            ExprKind::Binary(op, a, b) => {
                let a = self.eval(part, a, site, locals);
                let b = self.eval(part, b, site, locals);
                match op {
                    Op::Add => self.graph.add(a, b),
                    Op::Subtract => self.graph.subtract(a, b),
                    Op::Multiply => self.graph.multiply(a, b),
                    Op::Divide => self.graph.divide(a, b),
                    Op::Power => self.graph.power(a, b),
                }
            }
        }
    }

    pub(super) fn is_function(&self, name: &str) -> bool {
        self.whole.functions.contains_key(name) || FUNCTIONS.iter().any(|(known, _)| *known == name)
    }

    pub(super) fn call(
        &mut self,
        part: usize,
        name: &str,
        values: &[Expr],
        site: usize,
        locals: Option<&BTreeMap<&str, Node>>,
    ) -> Node {
        let values: Nodes = values
            .iter()
            .map(|value| self.eval(part, value, site, locals))
            .collect();
        let Some(&(home, index)) = self.whole.functions.get(name) else {
            return self.built_in(name, &values);
        };
        // The same call again is the same node; this also keeps nested functions cheap.
        let key = (name.to_owned(), values.clone());
        if let Some(&node) = self.calls.get(&key) {
            return node;
        }
        let function = &self.whole.parts[home].tree.functions[index];
        let arguments: BTreeMap<&str, Node> = function
            .arguments
            .iter()
            .map(|argument| argument.text.as_str())
            .zip(values)
            .collect();
        let node = self.eval(home, &function.body, site, Some(&arguments));
        self.calls.insert(key, node);
        node
    }

    pub(super) fn built_in(&mut self, name: &str, values: &[Node]) -> Node {
        match (name, values) {
            ("exp", &[x]) => self.graph.exp(x),
            ("ln", &[x]) => self.graph.ln(x),
            ("sqrt", &[x]) => self.graph.sqrt(x),
            ("abs", &[x]) => {
                let negative = self.graph.negate(x);
                self.graph.maximum(x, negative)
            }
            ("min", &[a, b]) => self.graph.minimum(a, b),
            ("max", &[a, b]) => self.graph.maximum(a, b),
            _ => unreachable!("the check knows every function and its arguments"),
        }
    }

    pub(super) fn over(&mut self, fold: Fold, part: usize, inner: &Expr) -> Node {
        let count = self.whole.site_count();
        let mut total = self.graph.constant(0.0);
        for site in 0..count {
            let one = self.eval(part, inner, site, None);
            total = self.graph.add(total, one);
        }
        match fold {
            Fold::Sum => total,
            Fold::Mean => {
                #[expect(clippy::cast_precision_loss, reason = "a handful of sites")]
                let count = self.graph.constant(count as f64);
                self.graph.divide(total, count)
            }
        }
    }
}

/// The node at a site; what is one for the body is the same at every site.
fn at_site(nodes: &[Node], site: usize) -> Node {
    if nodes.len() == 1 {
        nodes[0]
    } else {
        nodes[site]
    }
}
