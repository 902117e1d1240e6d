//! Who reads an item, and which reactions change it.

use crate::check::{Id, Part};
use crate::model::Model;
use crate::syntax::{Expr, ExprKind, Op, Span};

/// A place in the model that has to do with an item.
pub(super) struct Reader {
    /// What reads: a reaction, a definition, an output.
    pub(super) name: String,
    /// `immune/t17.psora:41`
    pub(super) place: String,
    /// Its expression.
    pub(super) text: String,
}

/// A reaction that changes a species.
pub(super) struct Change {
    pub(super) reader: Reader,
    /// What one unit of the rate adds.
    pub(super) count: f64,
    /// Whether the rate is a sum, which wants brackets in an equation.
    pub(super) is_sum: bool,
    /// The treatment that brings the reaction, if one does.
    pub(super) treatment: Option<String>,
}

impl Model {
    pub(super) fn place(part: &Part, span: Span) -> String {
        format!("{}:{}", part.file, part.line(span))
    }

    pub(super) fn text_of(part: &Part, span: Span) -> String {
        let text = part.text.get(span.range()).unwrap_or_default();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Everything whose expression names the item, in order of files and sections.
    pub(super) fn readers(&self, id: Id) -> Vec<Reader> {
        let mut readers = Vec::new();
        for (index, part) in self.whole.parts.iter().enumerate() {
            let tree = &part.tree;
            let mut see = |name: &str, span: Span, expr: &Expr| {
                if self.names(index, expr, id) {
                    readers.push(Reader {
                        name: name.to_owned(),
                        place: Self::place(part, span),
                        text: Self::text_of(part, expr.span),
                    });
                }
            };
            for it in &tree.definitions {
                see(&it.name.text, it.name.span, &it.body);
            }
            for it in &tree.adds {
                see(&format!("add {}", it.name.text), it.name.span, &it.body);
            }
            for it in &tree.reactions {
                see(&it.name.text, it.name.span, &it.rate);
            }
            for it in &tree.outputs {
                see(&format!("output {}", it.name.text), it.name.span, &it.body);
            }
            for it in &tree.checks {
                see(&format!("check {}", it.name.text), it.name.span, &it.left);
            }
        }
        readers
    }

    fn names(&self, part: usize, expr: &Expr, id: Id) -> bool {
        let mut found = false;
        expr.walk(&mut |expr| {
            if let ExprKind::Name(name) = &expr.kind {
                found |= self.whole.scopes[part].get(name) == Some(&id);
            }
        });
        found
    }

    /// Every reaction that changes the species.
    pub(super) fn changes(&self, id: Id) -> Vec<Change> {
        let mut changes = Vec::new();
        for (index, part) in self.whole.parts.iter().enumerate() {
            for it in &part.tree.reactions {
                let scope = &self.whole.scopes[index];
                let count: f64 = it
                    .changes()
                    .into_iter()
                    .filter(|(_, name)| scope.get(&name.text) == Some(&id))
                    .map(|(count, _)| count)
                    .sum();
                if count == 0.0 {
                    continue;
                }
                changes.push(Change {
                    reader: Reader {
                        name: it.name.text.clone(),
                        place: Self::place(part, it.name.span),
                        text: Self::text_of(part, it.rate.span),
                    },
                    count,
                    is_sum: matches!(it.rate.kind, ExprKind::Binary(Op::Add | Op::Subtract, ..)),
                    treatment: part.treatment.then(|| part.short().to_owned()),
                });
            }
        }
        changes
    }

    /// The names that an expression is made of, each once, in order.
    pub(super) fn made_of(&self, part: usize, expr: &Expr) -> Vec<Id> {
        let mut ids = Vec::new();
        expr.walk(&mut |expr| {
            if let ExprKind::Name(name) = &expr.kind
                && let Some(&id) = self.whole.scopes[part].get(name)
                && !ids.contains(&id)
            {
                ids.push(id);
            }
        });
        ids
    }
}
