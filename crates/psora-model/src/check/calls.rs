//! Calls: of the functions of the language, and of functions that are inlined.

use super::Checker;
use super::infer::{Call, Context, Local, Typed, number, text};
use crate::suggest::did_you_mean;
use crate::syntax::{Expr, FUNCTIONS, Name, Span};
use std::collections::BTreeMap;

impl Checker {
    pub(super) fn is_function(&self, name: &str) -> bool {
        self.whole.functions.contains_key(name) || FUNCTIONS.iter().any(|(known, _)| *known == name)
    }

    pub(super) fn call(
        &mut self,
        name: &Name,
        values: &[Expr],
        span: Span,
        context: &Context<'_>,
    ) -> Option<Typed> {
        let typed: Vec<Option<Typed>> = values
            .iter()
            .map(|value| self.infer(value, context))
            .collect();
        if let Some((_, wanted)) = FUNCTIONS.iter().find(|(known, _)| *known == name.text) {
            if !self.count_matches(name, *wanted, values.len(), span, context) {
                return None;
            }
            let typed: Option<Vec<Typed>> = typed.into_iter().collect();
            return self.built_in(&name.text, &typed?, span, context);
        }
        let Some(&(part, index)) = self.whole.functions.get(&name.text) else {
            self.unknown_function(name, context);
            return None;
        };
        let function = self.whole.parts[part].tree.functions[index].clone();
        if !self.count_matches(name, function.arguments.len(), values.len(), span, context) {
            return None;
        }
        let mut locals = BTreeMap::new();
        let mut key = Vec::new();
        for ((argument, typed), value) in function.arguments.iter().zip(typed).zip(values) {
            let text = text(value, context);
            key.push((typed.clone()?, text.clone()));
            let local = Local {
                typed,
                text,
                number: number(value, context),
            };
            locals.insert(argument.text.clone(), local);
        }
        // The same call came to the same before, and was complained about before.
        let key = (context.part, name.text.clone(), key);
        if context.call.is_some()
            && let Some(known) = self.calls.get(&key)
        {
            return known.clone();
        }
        let call = Call {
            // Faults inside are shown at the outermost call, which is where the reader is.
            span: context.call.as_ref().map_or(span, |outer| outer.span),
            name: context
                .call
                .as_ref()
                .map_or(name.text.as_str(), |outer| outer.name),
            arguments: &function.arguments,
            locals: &locals,
        };
        let inner = Context {
            part: context.part,
            claim: context.claim,
            call: Some(call),
        };
        let typed = self.infer(&function.body, &inner);
        self.calls.insert(key, typed.clone());
        typed
    }

    pub(super) fn unknown_function(&mut self, name: &Name, context: &Context<'_>) {
        let part = context.part;
        let known = self.whole.functions.keys().map(String::as_str);
        let help = did_you_mean(
            &name.text,
            known.chain(FUNCTIONS.iter().map(|(name, _)| *name)),
        );
        let incomplete = self.whole.parts.iter().any(|part| {
            part.tree.incomplete
                || part
                    .tree
                    .broken
                    .iter()
                    .any(|broken| broken.text == name.text)
        });
        if incomplete || self.reported.contains(&(usize::MAX, name.text.clone())) {
            return;
        }
        if !self.reported.insert((part, format!("{}()", name.text))) {
            return;
        }
        let variable = self.whole.scopes[part].contains_key(&name.text);
        let message = if variable {
            format!("`{}` is no function", name.text)
        } else {
            format!("there is no function `{}`", name.text)
        };
        let help = help.unwrap_or_else(|| {
            if variable {
                format!("write `{} *` for a product", name.text)
            } else {
                format!(
                    "write it out in a `functions` section: `{}(x) = ..`",
                    name.text
                )
            }
        });
        self.complain(context, "unknown-function", name.span, &message)
            .help = Some(help);
    }

    pub(super) fn count_matches(
        &mut self,
        name: &Name,
        wanted: usize,
        given: usize,
        span: Span,
        context: &Context<'_>,
    ) -> bool {
        if wanted != given {
            let values = if wanted == 1 { "value" } else { "values" };
            let message = format!(
                "`{}` takes {wanted} {values}, and {given} stand here",
                name.text
            );
            self.complain(context, "wrong-count", span, &message);
        }
        wanted == given
    }

    pub(super) fn built_in(
        &mut self,
        name: &str,
        values: &[Typed],
        span: Span,
        context: &Context<'_>,
    ) -> Option<Typed> {
        let known = self.palette(context.part);
        let first = &values[0];
        match name {
            "exp" | "ln" => {
                if !first.dim.is_none() {
                    let shown = first.dim.show(&known);
                    let message = format!("`{name}` wants a plain number, and gets {shown}");
                    self.complain(context, "wrong-unit", span, &message).help =
                        Some("divide by a value of the same unit first".to_owned());
                    return None;
                }
                Some(first.clone())
            }
            "sqrt" => {
                let Some(dim) = first.dim.power(0.5) else {
                    let message = format!("{} has no square root", first.dim.show(&known));
                    self.complain(context, "wrong-unit", span, &message);
                    return None;
                };
                Some(Typed::new(dim, first.place))
            }
            "min" | "max" => self.alike(&values[0], &values[1], "compared with", span, context),
            _ => Some(first.clone()),
        }
    }
}
