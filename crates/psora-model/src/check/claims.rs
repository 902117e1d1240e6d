//! The model's own checks: what would prove a file wrong.

use super::infer::Context;
use super::{Checker, Kind, Place};
use crate::syntax::{Check, Expr, ExprKind, Name};
use psora_units::Dimension;

impl Checker {
    /// Checks every check.
    pub(super) fn claims(&mut self) {
        for part in 0..self.whole.parts.len() {
            let checks = self.whole.parts[part].tree.checks.clone();
            self.different("check", part, checks.iter().map(|it| &it.name));
            for check in &checks {
                self.claim(part, check);
            }
        }
    }

    fn claim(&mut self, part: usize, check: &Check) {
        self.cited(part, check.source.as_ref());
        if check.unit.unit.dimension() != Dimension::TIME {
            let message = format!(
                "check `{}` looks at a time, and this is none",
                check.name.text
            );
            self.fault(part, "wrong-unit", check.unit.span, message)
                .help = Some("write `at 84 day` or `at 12 week`".to_owned());
        }
        for (name, value) in &check.with {
            self.set(part, name, value);
        }
        let context = Context::of_claim(part);
        let left = self.infer(&check.left, &context);
        let right = self.infer(&check.right, &context);
        let (Some(left), Some(right)) = (left, right) else {
            return;
        };
        if !left.fits(&right.dim) && !right.nothing {
            let known = self.palette(part);
            let message = format!(
                "check `{}` compares {} with {}",
                check.name.text,
                left.dim.show(&known),
                right.dim.show(&known)
            );
            let span = check.left.span.to(check.right.span);
            self.fault(part, "wrong-unit", span, message);
        }
        for (side, expr) in [(left, &check.left), (right, &check.right)] {
            if side.place == Place::Site {
                self.differs_by_site(part, expr);
            }
        }
    }

    fn differs_by_site(&mut self, part: usize, expr: &Expr) {
        let tissue = self
            .whole
            .sites
            .as_ref()
            .map_or_else(String::new, |(name, _)| name.clone());
        let message = format!(
            "this differs between the sites of `{tissue}`, and a check compares two numbers"
        );
        self.fault(part, "site-flow", expr.span, message).help =
            Some(format!("write `mean over {tissue} (..)`"));
    }

    /// `with NAME = value`: what may be set, and to what.
    fn set(&mut self, part: usize, name: &Name, value: &Expr) {
        let context = Context::of_claim(part);
        let typed = self.infer(value, &context);
        self.only_constants(part, value);
        let Some(id) = self.look_up(part, &name.text, name.span) else {
            return;
        };
        let item = self.whole.items[id].clone();
        if item.kind == Kind::Broken {
            return;
        }
        if matches!(item.kind, Kind::Species(_)) {
            let message = format!(
                "a check cannot set the species `{}`: it follows its reactions",
                name.text
            );
            self.fault(part, "not-settable", name.span, message).help =
                Some("set a parameter, an input, an open sum or a definition".to_owned());
            return;
        }
        let (Some(typed), Some(dim)) = (typed, item.dim) else {
            return;
        };
        if !typed.fits(&dim) {
            let mut known = self.palette(part);
            known.extend(item.unit);
            let message = format!("`{}` is {}", name.text, dim.show(&known));
            self.fault(part, "wrong-unit", value.span, message).label =
                format!("this is {}", typed.dim.show(&known));
        } else if typed.place == Place::Site && item.place == Place::Body {
            self.differs_by_site(part, value);
        }
    }

    fn only_constants(&mut self, part: usize, value: &Expr) {
        let mut changing = Vec::new();
        value.walk(&mut |expr| match &expr.kind {
            ExprKind::Name(name) => {
                let kind = self.whole.scopes[part]
                    .get(name)
                    .map(|&id| self.whole.items[id].kind);
                let constant = matches!(
                    kind,
                    None | Some(Kind::Parameter(_) | Kind::Covariate(_) | Kind::Broken)
                );
                if !constant {
                    changing.push((format!("`{name}`"), expr.span));
                }
            }
            ExprKind::Time => changing.push(("`time`".to_owned(), expr.span)),
            ExprKind::Start(name) if !self.whole.functions.contains_key(&name.text) => {
                changing.push((format!("`{}(0)`", name.text), expr.span));
            }
            _ => {}
        });
        for (what, span) in changing {
            let message = format!("a check sets constants, and {what} may change");
            self.fault(part, "not-settable", span, message).help =
                Some("use numbers and parameters".to_owned());
        }
    }
}
