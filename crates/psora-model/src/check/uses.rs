//! Looking names up, and what nobody looked up.

use super::{Checker, Id, Kind};
use crate::suggest::nearest;
use crate::syntax::{Expr, ExprKind, FUNCTIONS, SECTIONS, Span};
use std::collections::BTreeSet;

impl Checker {
    /// What a name means in a file; an unknown one is reported once a file.
    pub(super) fn look_up(&mut self, part: usize, name: &str, span: Span) -> Option<Id> {
        if let Some(&id) = self.whole.scopes[part].get(name) {
            self.used.insert((part, name.to_owned()));
            return Some(id);
        }
        if self.whole.parts[part].tree.incomplete || !self.reported.insert((part, name.to_owned()))
        {
            return None;
        }
        let help = self.help_with(part, name);
        let fault = self.fault(
            part,
            "unknown-name",
            span,
            format!("nothing here is called `{name}`"),
        );
        "unknown name".clone_into(&mut fault.label);
        fault.help = help;
        None
    }

    fn help_with(&self, part: usize, name: &str) -> Option<String> {
        if let Some(id) = self.elsewhere(part, name) {
            let item = &self.whole.items[id];
            let unit = match (&item.unit, &item.dim) {
                (Some(unit), _) => unit.text().to_owned(),
                (None, Some(dim)) => dim.show(&[]).trim_matches(['[', ']']).to_owned(),
                (None, None) => "UNIT".to_owned(),
            };
            let module = &self.whole.parts[item.part].module;
            return Some(format!(
                "`{module}` declares it: write `{name} : {unit} from {module}` under `needs`"
            ));
        }
        if let Some(near) = nearest(name, self.whole.scopes[part].keys().map(String::as_str)) {
            return Some(format!("did you mean `{near}`?"));
        }
        if self.whole.functions.contains_key(name)
            || FUNCTIONS.iter().any(|(known, _)| *known == name)
        {
            return Some(format!(
                "`{name}` is a function: hand it its values, `{name}(..)`"
            ));
        }
        if psora_units::is_unit(name) {
            return Some(
                "a unit stands right behind its number, without spaces inside: `2 mg/L`".to_owned(),
            );
        }
        let everywhere = self.whole.items.iter().map(|item| item.name.as_str());
        if let Some(near) = nearest(name, everywhere) {
            let id = self.elsewhere(part, near)?;
            let module = &self.whole.parts[self.whole.items[id].part].module;
            return Some(format!(
                "`{module}` declares `{near}`: if you mean it, name it under `needs`"
            ));
        }
        Some(format!(
            "declare it in this file, or name it under `needs` ({} are sections)",
            SECTIONS[2..7].join(", ")
        ))
        .filter(|_| self.whole.scopes[part].is_empty())
    }

    /// The first item of this name in another file that an outsider may need.
    fn elsewhere(&self, part: usize, name: &str) -> Option<Id> {
        (0..self.whole.items.len()).find(|&id| {
            let item = &self.whole.items[id];
            item.name == name
                && item.part != part
                && item.kind != Kind::Broken
                && !self.whole.parts[item.part].treatment
        })
    }

    /// Needs and parameters that nothing uses.
    pub(super) fn unused(&mut self) {
        let needed: BTreeSet<Id> = (0..self.whole.parts.len())
            .flat_map(|part| {
                let needs = &self.whole.parts[part].tree.needs;
                let scope = &self.whole.scopes[part];
                needs
                    .iter()
                    .filter_map(|need| scope.get(&need.name.text).copied())
            })
            .collect();
        for part in 0..self.whole.parts.len() {
            if self.whole.parts[part].faulty {
                continue;
            }
            self.use_all(part);
            let tree = &self.whole.parts[part].tree;
            let needs: Vec<_> = tree.needs.iter().map(|need| need.name.clone()).collect();
            let parameters: Vec<_> = tree.parameters.iter().map(|it| it.name.clone()).collect();
            for name in needs {
                if !self.used.contains(&(part, name.text.clone())) {
                    let message = format!("`{}` is needed but never used", name.text);
                    self.fault(part, "unused", name.span, message).help =
                        Some("remove the line, or use the name".to_owned());
                }
            }
            for name in parameters {
                let elsewhere = self.whole.scopes[part]
                    .get(&name.text)
                    .is_some_and(|id| needed.contains(id));
                if !elsewhere && !self.used.contains(&(part, name.text.clone())) {
                    let message = format!("parameter `{}` is never used", name.text);
                    self.fault(part, "unused", name.span, message).help =
                        Some("remove it, or let a rate or a definition read it".to_owned());
                }
            }
        }
    }

    /// Marks every name of every expression as used, also where a fault hid it.
    fn use_all(&mut self, part: usize) {
        let tree = &self.whole.parts[part].tree;
        let mut exprs: Vec<&Expr> = Vec::new();
        exprs.extend(tree.definitions.iter().chain(&tree.adds).map(|it| &it.body));
        exprs.extend(tree.reactions.iter().map(|it| &it.rate));
        exprs.extend(tree.outputs.iter().map(|it| &it.body));
        for check in &tree.checks {
            exprs.extend([&check.left, &check.right]);
            exprs.extend(check.with.iter().map(|(_, value)| value));
        }
        let mut names = Vec::new();
        for expr in exprs {
            expr.walk(&mut |expr| {
                if let ExprKind::Name(name) = &expr.kind {
                    names.push(name.clone());
                }
            });
        }
        self.used.extend(names.into_iter().map(|name| (part, name)));
    }

    /// Routes and regimens stand in treatments only, and treatments have different names.
    pub(super) fn treatments(&mut self) {
        let mut names = BTreeSet::new();
        for part in 0..self.whole.parts.len() {
            let tree = self.whole.parts[part].tree.clone();
            let short = self.whole.parts[part].short().to_owned();
            if self.whole.parts[part].treatment {
                if !names.insert(short.clone()) {
                    let message = format!("there are two treatments called `{short}`");
                    self.fault(part, "duplicate-name", tree.path.span, message);
                }
            } else if let Some(span) = tree
                .routes
                .first()
                .map(|route| route.name.span)
                .or_else(|| tree.regimens.first().map(|regimen| regimen.name.span))
            {
                self.fault(
                    part,
                    "not-a-treatment",
                    span,
                    "only a treatment has routes and regimens".to_owned(),
                )
                .help =
                    Some("put the file under `drugs/` and call its module `drugs.NAME`".to_owned());
            }
            self.different("route", part, tree.routes.iter().map(|it| &it.name));
            self.different("regimen", part, tree.regimens.iter().map(|it| &it.name));
            for route in &tree.routes {
                let Some(id) = self.look_up(part, &route.into.text, route.into.span) else {
                    continue;
                };
                let kind = self.whole.items[id].kind;
                if !matches!(kind, Kind::Species(_) | Kind::Broken) {
                    let message = format!(
                        "`{}` is {}: a dose is added to a species",
                        route.into.text,
                        kind.word()
                    );
                    self.fault(part, "not-a-species", route.into.span, message);
                }
            }
            for regimen in &tree.regimens {
                self.cited(part, regimen.source.as_ref());
            }
        }
    }

    /// Reports the second of two equal names in a list.
    pub(super) fn different<'a>(
        &mut self,
        what: &str,
        part: usize,
        names: impl Iterator<Item = &'a crate::syntax::Name>,
    ) {
        let mut seen: Vec<&crate::syntax::Name> = Vec::new();
        for name in names {
            if let Some(first) = seen.iter().find(|other| other.text == name.text) {
                let line = self.line(part, first.span);
                self.fault(
                    part,
                    "duplicate-name",
                    name.span,
                    format!("{what} `{}` stands twice", name.text),
                )
                .label = format!("line {line} has it already");
            }
            seen.push(name);
        }
    }
}
