//! The model's own checks, ready to be run by somebody who integrates.

use crate::check::Kind;
use crate::lowered::Lowered;
use crate::model::{Check, Model, Start};
use crate::syntax;
use crate::{Diagnostic, Diagnostics};
use std::collections::BTreeSet;

impl Model {
    /// The claims of the model's files, in order of files and lines.
    #[must_use]
    pub fn checks(&self) -> Vec<Check> {
        self.claims()
            .map(|(part, check)| {
                let text = &self.whole.parts[part].text;
                let source = check
                    .source
                    .as_ref()
                    .and_then(|source| text.get(source.span.range()));
                Check {
                    module: self.whole.parts[part].module.clone(),
                    name: check.name.text.clone(),
                    start: if check.plaque {
                        Start::Plaque
                    } else {
                        Start::Healthy
                    },
                    day: check.at.value * check.unit.unit.factor(),
                    source: single_spaced(source.unwrap_or_default()),
                    text: single_spaced(text.get(check.span.range()).unwrap_or_default()),
                    less: check.less,
                    treatments: self.treatments_of(part, check),
                }
            })
            .collect()
    }

    /// The equations of check `index` with its `with` values set, and exactly two outputs:
    /// `left` and `right`. The starting value of a species that the check reads, `NAME(0)`,
    /// is a parameter slot called `module.NAME(0)`.
    ///
    /// # Errors
    /// If there is no such check.
    pub fn lower_check(&self, index: usize) -> Result<Lowered, Diagnostics> {
        match self.claims().nth(index) {
            Some((part, check)) => Ok(self.lower_claim(part, check)),
            None => {
                let message = format!("there is no check {index}");
                let fault = Diagnostic::new("no-check", "checks", None, message);
                Err(Diagnostics::of("checks", "", vec![fault]))
            }
        }
    }

    fn claims(&self) -> impl Iterator<Item = (usize, &syntax::Check)> {
        let parts = self.whole.parts.iter().enumerate();
        parts.flat_map(|(part, it)| it.tree.checks.iter().map(move |check| (part, check)))
    }

    /// The treatments that a check's file is or names.
    pub(crate) fn treatments_of(&self, part: usize, check: &syntax::Check) -> Vec<String> {
        let mut parts = BTreeSet::from([part]);
        let set = check
            .with
            .iter()
            .filter_map(|(name, _)| self.whole.scopes[part].get(&name.text));
        parts.extend(set.map(|&id| self.whole.items[id].part));
        let mut exprs = vec![&check.left, &check.right];
        exprs.extend(check.with.iter().map(|(_, value)| value));
        let scope = &self.whole.scopes[part];
        for expr in exprs {
            expr.walk(&mut |expr| {
                if let syntax::ExprKind::Name(name) = &expr.kind
                    && let Some(&id) = scope.get(name)
                    && self.whole.items[id].kind != Kind::Broken
                {
                    parts.insert(self.whole.items[id].part);
                }
            });
        }
        parts
            .into_iter()
            .map(|part| &self.whole.parts[part])
            .filter(|part| part.treatment)
            .map(|part| part.short().to_owned())
            .collect()
    }
}

fn single_spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
