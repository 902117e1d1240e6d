//! Functions: written out once, and inlined where they are called.

use super::Checker;
use crate::suggest::did_you_mean;
use crate::syntax::{ExprKind, FUNCTIONS, Function};
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

/// How many functions may call each other in a row: bounds recursion while inlining.
const NESTED: usize = 30;
/// How deep the expressions may be that come of it.
const DEEPEST: u32 = 400;

impl Checker {
    /// Collects the functions, and checks what each body names and calls.
    pub(super) fn functions(&mut self) {
        for part in 0..self.whole.parts.len() {
            for index in 0..self.whole.parts[part].tree.functions.len() {
                let name = self.whole.parts[part].tree.functions[index].name.clone();
                let message = if FUNCTIONS.iter().any(|(known, _)| *known == name.text) {
                    format!("`{}` is a function of the language", name.text)
                } else if let Entry::Vacant(place) = self.whole.functions.entry(name.text.clone()) {
                    place.insert((part, index));
                    continue;
                } else {
                    format!("function `{}` is declared twice", name.text)
                };
                self.fault(part, "duplicate-name", name.span, message).help =
                    Some("give it another name: functions are known in every file".to_owned());
            }
        }
        let all: Vec<(usize, usize)> = self.whole.functions.values().copied().collect();
        for &(part, index) in &all {
            let function = self.whole.parts[part].tree.functions[index].clone();
            self.function_body(part, &function);
        }
        self.recursion();
    }

    fn function_body(&mut self, part: usize, function: &Function) {
        let mut unknown = Vec::new();
        let known: Vec<&str> = function
            .arguments
            .iter()
            .map(|name| name.text.as_str())
            .collect();
        function.body.walk(&mut |expr| match &expr.kind {
            ExprKind::Name(name) if !known.contains(&name.as_str()) => {
                unknown.push((name.clone(), expr.span));
            }
            _ => {}
        });
        let mut seen = BTreeSet::new();
        for (name, span) in unknown {
            if !seen.insert(name.clone()) {
                continue;
            }
            let message = format!("function `{}` has no argument `{name}`", function.name.text);
            let help = did_you_mean(&name, known.iter().copied()).unwrap_or_else(|| {
                "a function sees its arguments only: hand the value in".to_owned()
            });
            self.fault(part, "unknown-name", span, message).help = Some(help);
        }
        for (at, name) in function.arguments.iter().enumerate() {
            if function.arguments[..at]
                .iter()
                .any(|other| other.text == name.text)
            {
                let message = format!("argument `{}` stands twice", name.text);
                self.fault(part, "duplicate-name", name.span, message);
            }
        }
    }

    /// Functions that call themselves, directly or in a circle, are taken out.
    fn recursion(&mut self) {
        let calls = self.calls();
        let names: Vec<String> = self.whole.functions.keys().cloned().collect();
        let mut bad = Vec::new();
        let depths = self.depths(&calls);
        for name in &names {
            let why = too_deep(name, &calls).or_else(|| {
                let deep = depths[name] > DEEPEST;
                deep.then(|| {
                    let message =
                        format!("function `{name}` is too deep, with the functions that it calls");
                    ("too-deep", message)
                })
            });
            bad.extend(why.map(|why| (name.clone(), why)));
        }
        for (name, (code, message)) in bad {
            let (part, index) = self.whole.functions[&name];
            let span = self.whole.parts[part].tree.functions[index].name.span;
            self.fault(part, code, span, message).help = Some(
                "a function is written out where it is called, so it must come to an end"
                    .to_owned(),
            );
            self.reported.insert((usize::MAX, name.clone()));
            self.whole.functions.remove(&name);
        }
    }

    /// How deep each function is with what it calls written out.
    fn depths(&self, calls: &BTreeMap<String, BTreeSet<String>>) -> BTreeMap<String, u32> {
        let body = |&(part, index): &(usize, usize)| {
            self.whole.parts[part].tree.functions[index].body.depth
        };
        let own: BTreeMap<String, u32> = self
            .whole
            .functions
            .iter()
            .map(|(name, place)| (name.clone(), body(place)))
            .collect();
        let mut total = own.clone();
        for _ in 0..NESTED {
            total = own
                .iter()
                .map(|(name, own)| {
                    let below = calls[name]
                        .iter()
                        .filter_map(|called| total.get(called))
                        .max();
                    (name.clone(), own + below.unwrap_or(&0))
                })
                .collect();
        }
        total
    }

    fn calls(&self) -> BTreeMap<String, BTreeSet<String>> {
        let mut calls = BTreeMap::new();
        for (name, &(part, index)) in &self.whole.functions {
            let mut called = BTreeSet::new();
            self.whole.parts[part].tree.functions[index]
                .body
                .walk(&mut |expr| {
                    if let ExprKind::Call(other, _) | ExprKind::Start(other) = &expr.kind {
                        called.insert(other.text.clone());
                    }
                });
            calls.insert(name.clone(), called);
        }
        calls
    }
}

/// Follows the calls of `name` level by level; says why they do not end, if they do not.
fn too_deep(
    name: &str,
    calls: &BTreeMap<String, BTreeSet<String>>,
) -> Option<(&'static str, String)> {
    let mut level: BTreeSet<&str> = BTreeSet::from([name]);
    for _ in 0..NESTED {
        level = level
            .iter()
            .filter_map(|one| calls.get(*one))
            .flatten()
            .map(String::as_str)
            .collect();
        if level.is_empty() {
            return None;
        }
        if level.contains(name) {
            return Some(("cycle", format!("function `{name}` calls itself")));
        }
    }
    let message = format!("function `{name}` calls more than {NESTED} functions in a row");
    Some(("too-deep", message))
}
