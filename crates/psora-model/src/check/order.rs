//! The order in which definitions and open sums can be worked out.
//!
//! Without recursion, so that a long chain of definitions is no danger.

use super::{Checker, Id, Kind};
use crate::suggest::did_you_mean;
use crate::syntax::{Expr, ExprKind, Name};
use std::collections::BTreeSet;

impl Checker {
    /// Finds the order; what depends on itself is reported and left out.
    pub(super) fn order(&mut self) {
        self.collect_adds();
        let count = self.whole.items.len();
        let mut state = vec![State::New; count];
        for start in 0..count {
            if state[start] == State::New && self.is_defined(start) {
                self.visit(start, &mut state);
            }
        }
    }

    fn is_defined(&self, id: Id) -> bool {
        matches!(
            self.whole.items[id].kind,
            Kind::Definition(_) | Kind::Open(_)
        )
    }

    fn visit(&mut self, start: Id, state: &mut [State]) {
        // Each entry: the item, what it depends on, and how far that has been followed.
        let mut path: Vec<(Id, Vec<Id>, usize)> = vec![(start, self.depends_on(start), 0)];
        state[start] = State::Open;
        while let Some((id, needs, at)) = path.last_mut() {
            let id = *id;
            let Some(&next) = needs.get(*at) else {
                state[id] = State::Done;
                self.whole.order.push(id);
                path.pop();
                continue;
            };
            *at += 1;
            match state[next] {
                State::New => {
                    state[next] = State::Open;
                    path.push((next, self.depends_on(next), 0));
                }
                State::Open => {
                    let from = path.iter().position(|(id, _, _)| *id == next).unwrap_or(0);
                    let cycle: Vec<Id> = path[from..].iter().map(|(id, _, _)| *id).collect();
                    self.report_cycle(&cycle);
                }
                State::Done => {}
            }
        }
    }

    fn report_cycle(&mut self, cycle: &[Id]) {
        if cycle
            .iter()
            .any(|&id| self.whole.items[id].kind == Kind::Broken)
        {
            return;
        }
        let first = (0..cycle.len())
            .min_by_key(|&at| {
                let item = &self.whole.items[cycle[at]];
                (item.part, item.span.start)
            })
            .unwrap_or(0);
        let part = self.whole.items[cycle[first]].part;
        let one_file = cycle.iter().all(|&id| self.whole.items[id].part == part);
        let path: Vec<String> = (0..=cycle.len())
            .map(|step| cycle[(first + step) % cycle.len()])
            .map(|id| {
                if one_file {
                    self.whole.items[id].name.clone()
                } else {
                    self.whole.full_name(id)
                }
            })
            .collect();
        let item = self.whole.items[cycle[first]].clone();
        let message = format!(
            "`{}` is made of itself: {}",
            item.name,
            path.join(" \u{2192} ")
        );
        let fault = self.fault(part, "cycle", item.span, message);
        "the circle starts here".clone_into(&mut fault.label);
        fault.help = Some("make one of them a species with its own rate of change".to_owned());
        for &id in cycle {
            self.whole.items[id].kind = Kind::Broken;
            self.whole.items[id].dim = None;
        }
    }

    /// The definitions and open sums that an item is made of, in order of their names.
    fn depends_on(&self, id: Id) -> Vec<Id> {
        let item = &self.whole.items[id];
        let mut found = BTreeSet::new();
        match item.kind {
            Kind::Definition(index) => {
                let body = &self.whole.parts[item.part].tree.definitions[index].body;
                self.named_in(item.part, body, &mut found);
            }
            Kind::Open(_) => {
                for &(part, index) in self.whole.adds.get(&id).into_iter().flatten() {
                    self.named_in(
                        part,
                        &self.whole.parts[part].tree.adds[index].body,
                        &mut found,
                    );
                }
            }
            _ => {}
        }
        found
            .into_iter()
            .filter(|&id| self.is_defined(id))
            .collect()
    }

    fn named_in(&self, part: usize, body: &Expr, found: &mut BTreeSet<Id>) {
        body.walk(&mut |expr| {
            if let ExprKind::Name(name) = &expr.kind
                && let Some(&id) = self.whole.scopes[part].get(name)
            {
                found.insert(id);
            }
        });
    }

    /// The open sum of this name: one that the file declares or needs, or else the only one
    /// of the model. To add is to say where to, so no further word is asked for.
    fn open_sum(&mut self, part: usize, name: &Name) -> Option<Id> {
        if !self.whole.scopes[part].contains_key(&name.text) {
            let items = &self.whole.items;
            let mut open = (0..items.len()).filter(|&id| {
                items[id].name == name.text && matches!(items[id].kind, Kind::Open(_))
            });
            if let (Some(id), None) = (open.next(), open.next()) {
                return Some(id);
            }
        }
        if self.whole.scopes[part].contains_key(&name.text) {
            return self.look_up(part, &name.text, name.span);
        }
        let items = self.whole.items.iter();
        let open = items.filter(|item| matches!(item.kind, Kind::Open(_)));
        let help = did_you_mean(&name.text, open.map(|item| item.name.as_str()));
        let incomplete = self
            .whole
            .parts
            .iter()
            .any(|part| part.tree.incomplete || !part.tree.broken.is_empty());
        if !incomplete && self.reported.insert((part, name.text.clone())) {
            let message = format!("no file opens a sum called `{}`", name.text);
            self.fault(part, "unknown-name", name.span, message).help = help
                .or_else(|| Some("declare it under `open` in the file that it acts on".to_owned()));
        }
        None
    }

    /// Finds the open sum of each entry of each `add` section.
    fn collect_adds(&mut self) {
        for part in 0..self.whole.parts.len() {
            for index in 0..self.whole.parts[part].tree.adds.len() {
                let name = self.whole.parts[part].tree.adds[index].name.clone();
                let Some(id) = self.open_sum(part, &name) else {
                    self.homeless.push((part, index));
                    continue;
                };
                let kind = self.whole.items[id].kind;
                match kind {
                    Kind::Open(_) => self.whole.adds.entry(id).or_default().push((part, index)),
                    Kind::Broken => self.homeless.push((part, index)),
                    _ => {
                        self.homeless.push((part, index));
                        let message = format!(
                            "`{}` is {}, and nothing can be added to it",
                            name.text,
                            kind.word()
                        );
                        self.fault(part, "not-open", name.span, message).help = Some(
                            "declare an `open` sum in its file, and let the file say what the sum does"
                                .to_owned(),
                        );
                    }
                }
            }
        }
    }
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    New,
    Open,
    Done,
}
