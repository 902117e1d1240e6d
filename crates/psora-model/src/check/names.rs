//! Who declares what, and what each file's names mean.

use super::{Checker, Dim, Id, Item, Kind, Place};
use crate::suggest::{did_you_mean, nearest};
use crate::syntax::{Name, Span};
use psora_units::Unit;
use std::collections::BTreeMap;

impl Checker {
    /// Collects the tissues; one of them may have sites.
    pub(super) fn tissues(&mut self) {
        for part in 0..self.whole.parts.len() {
            for index in 0..self.whole.parts[part].tree.tissues.len() {
                let tissue = self.whole.parts[part].tree.tissues[index].clone();
                let name = tissue.name.text.clone();
                if let Some(&(other, _)) = self.whole.tissues.get(&name) {
                    let module = self.whole.parts[other].module.clone();
                    self.fault(
                        part,
                        "duplicate-name",
                        tissue.name.span,
                        format!("tissue `{name}` is declared twice"),
                    )
                    .label = format!("`{module}` declares it already");
                    continue;
                }
                self.whole.tissues.insert(name.clone(), (part, index));
                let Some(sites) = tissue.sites else { continue };
                for (at, site) in sites.iter().enumerate() {
                    if sites[..at].iter().any(|other| other.text == site.text) {
                        self.fault(
                            part,
                            "duplicate-name",
                            site.span,
                            format!("site `{}` stands twice", site.text),
                        );
                    }
                }
                if let Some((other, _)) = &self.whole.sites {
                    let message = format!("`{other}` has sites already, so `{name}` cannot");
                    self.fault(part, "two-site-tissues", tissue.name.span, message)
                        .help =
                        Some("a model has one tissue with sites: make this one `body`".to_owned());
                    continue;
                }
                let names = sites.into_iter().map(|site| site.text).collect();
                self.whole.sites = Some((name, names));
            }
        }
    }

    /// The place of what stands in a tissue; none if there is no such tissue.
    pub(super) fn place(&mut self, part: usize, tissue: &Name) -> Option<Place> {
        if self.whole.tissues.contains_key(&tissue.text) {
            let site = self
                .whole
                .sites
                .as_ref()
                .is_some_and(|(name, _)| *name == tissue.text);
            return Some(if site { Place::Site } else { Place::Body });
        }
        if self.whole.parts.iter().any(|part| part.tree.incomplete)
            || self
                .whole
                .parts
                .iter()
                .any(|part| part.tree.broken.iter().any(|name| name.text == tissue.text))
            || !self.reported.insert((part, tissue.text.clone()))
        {
            return None;
        }
        let help = did_you_mean(&tissue.text, self.whole.tissues.keys().map(String::as_str))
            .unwrap_or_else(|| {
                format!(
                    "declare it in a `tissues` section: `{} : body`",
                    tissue.text
                )
            });
        let message = format!("there is no tissue `{}`", tissue.text);
        self.fault(part, "unknown-tissue", tissue.span, message)
            .help = Some(help);
        None
    }

    /// Collects everything that an expression can name.
    pub(super) fn items(&mut self) {
        for part in 0..self.whole.parts.len() {
            let mut scope = BTreeMap::new();
            for item in self.declared(part) {
                let id = self.whole.items.len();
                if let Some(&first) = scope.get(&item.name) {
                    let first: &Item = &self.whole.items[first];
                    if item.kind == Kind::Broken || first.kind == Kind::Broken {
                        continue;
                    }
                    let line = self.line(part, first.span);
                    let message = format!("`{}` is declared twice", item.name);
                    self.fault(part, "duplicate-name", item.span, message).label =
                        format!("line {line} declares it already");
                    continue;
                }
                scope.insert(item.name.clone(), id);
                self.whole.items.push(item);
            }
            self.whole.scopes.push(scope);
        }
    }

    fn declared(&mut self, part: usize) -> Vec<Item> {
        let tree = std::mem::take(&mut self.whole.parts[part].tree);
        let mut items = Vec::new();
        let mut push = |kind, name: &Name, unit: Option<&Unit>, place| {
            items.push(Item {
                part,
                kind,
                name: name.text.clone(),
                span: name.span,
                dim: unit.map(|unit| Dim::from(unit.dimension())),
                place,
                unit: unit.cloned(),
            });
        };
        for (i, it) in tree.species.iter().enumerate() {
            let place = self.place(part, &it.tissue).unwrap_or_default();
            push(Kind::Species(i), &it.name, Some(&it.unit.unit), place);
        }
        for (i, it) in tree.parameters.iter().enumerate() {
            let place = it
                .tissue
                .as_ref()
                .and_then(|tissue| self.place(part, tissue));
            push(
                Kind::Parameter(i),
                &it.name,
                Some(&it.unit.unit),
                place.unwrap_or_default(),
            );
        }
        for (i, it) in tree.covariates.iter().enumerate() {
            push(
                Kind::Covariate(i),
                &it.name,
                Some(&it.unit.unit),
                Place::Body,
            );
        }
        for (i, it) in tree.inputs.iter().enumerate() {
            push(Kind::Input(i), &it.name, Some(&it.unit.unit), Place::Body);
        }
        for (i, it) in tree.opens.iter().enumerate() {
            push(Kind::Open(i), &it.name, Some(&it.unit.unit), Place::Body);
        }
        for (i, it) in tree.definitions.iter().enumerate() {
            push(Kind::Definition(i), &it.name, None, Place::Body);
        }
        for name in &tree.broken {
            push(Kind::Broken, name, None, Place::Body);
        }
        self.whole.parts[part].tree = tree;
        // In the order of the text, so that the second of two is the later one.
        items.sort_by_key(|item| item.span.start);
        items
    }

    /// Adds what each file needs to its names.
    pub(super) fn scopes(&mut self) {
        let own = self.whole.scopes.clone();
        for part in 0..self.whole.parts.len() {
            let needs = self.whole.parts[part].tree.needs.clone();
            for need in needs {
                let name = &need.name.text;
                if let Some(&first) = self.whole.scopes[part].get(name) {
                    let item = &self.whole.items[first];
                    let declared_here = item.part == part;
                    if item.kind == Kind::Broken {
                        continue;
                    }
                    let message = format!("`{name}` has a meaning in this file already");
                    let label = if declared_here {
                        format!(
                            "line {} declares it",
                            self.line(part, self.whole.items[first].span)
                        )
                    } else {
                        "it is needed twice".to_owned()
                    };
                    self.fault(part, "duplicate-name", need.name.span, message)
                        .label = label;
                    continue;
                }
                let found = self.needed(part, &own, name, need.name.span, &need.from);
                let id = found.unwrap_or_else(|| self.broken(part, &need.name));
                self.whole.scopes[part].insert(name.clone(), id);
            }
        }
    }

    /// A stand-in for a name that cannot be resolved, so that its uses are no faults.
    fn broken(&mut self, part: usize, name: &Name) -> Id {
        self.whole.items.push(Item {
            part,
            kind: Kind::Broken,
            name: name.text.clone(),
            span: name.span,
            dim: None,
            place: Place::Body,
            unit: None,
        });
        self.whole.items.len() - 1
    }

    fn needed(
        &mut self,
        part: usize,
        own: &[BTreeMap<String, Id>],
        name: &str,
        span: Span,
        from: &Name,
    ) -> Option<Id> {
        let modules: Vec<&str> = self
            .whole
            .parts
            .iter()
            .map(|part| part.module.as_str())
            .collect();
        let Some(other) = modules.iter().position(|module| *module == from.text) else {
            if self.whole.parts[0]
                .tree
                .uses
                .iter()
                .any(|path| path.text == from.text)
            {
                // The file could not be read, which has been said.
                return None;
            }
            let help = did_you_mean(&from.text, modules).unwrap_or_else(|| {
                format!("name `{}` in the `use` section of the model", from.text)
            });
            let message = format!("no module `{}` belongs to the model", from.text);
            self.fault(part, "unknown-module", from.span, message).help = Some(help);
            return None;
        };
        if other == part {
            let message = format!("this file needs `{name}` from itself");
            self.fault(part, "unknown-name", from.span, message).help =
                Some("what a file declares it may use without a word".to_owned());
            return None;
        }
        if let Some(&id) = own[other].get(name) {
            return Some(id);
        }
        if self.whole.parts[other].tree.incomplete {
            return None;
        }
        let message = format!("`{}` declares no `{name}`", from.text);
        let elsewhere: Vec<usize> = (0..own.len())
            .filter(|&i| own[i].contains_key(name))
            .collect();
        let help = match elsewhere.first() {
            Some(&there) => Some(format!("`{}` does", self.whole.parts[there].module)),
            None => nearest(name, own[other].keys().map(String::as_str))
                .map(|near| format!("did you mean `{near}`?")),
        };
        self.fault(part, "unknown-name", span, message).help = help;
        None
    }
}
