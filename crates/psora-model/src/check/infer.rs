//! The dimension and the place of every expression.

use super::{Checker, Dim, Kind, Place};
use crate::syntax::{Condition, Expr, ExprKind, Name, Op, Span};
use psora_units::Dimension;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// What is known of an expression.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Typed {
    pub(super) dim: Dim,
    pub(super) place: Place,
    /// Whether it is a bare 0, which is nothing in every unit.
    pub(super) nothing: bool,
}

impl Typed {
    pub(super) fn new(dim: impl Into<Dim>, place: Place) -> Self {
        Self {
            dim: dim.into(),
            place,
            nothing: false,
        }
    }

    /// Whether it may stand where `dim` is wanted.
    pub(super) fn fits(&self, dim: &Dim) -> bool {
        self.nothing || self.dim == *dim
    }
}

/// An argument of a function that is being inlined.
pub(super) struct Local {
    pub(super) typed: Option<Typed>,
    /// The value as text, by which an exponent is recognised.
    pub(super) text: String,
    /// The value, where it is written as a number.
    pub(super) number: Option<f64>,
}

/// Where an expression stands.
pub(super) struct Context<'a> {
    /// The file whose names it sees.
    pub(super) part: usize,
    /// Whether it may read what treatments declare, and starting values.
    pub(super) claim: bool,
    /// The call that is being inlined: where faults of a function's body are shown.
    pub(super) call: Option<Call<'a>>,
}

pub(super) struct Call<'a> {
    pub(super) span: Span,
    pub(super) name: &'a str,
    /// The arguments in order, and what they stand for.
    pub(super) arguments: &'a [Name],
    pub(super) locals: &'a BTreeMap<String, Local>,
}

impl Context<'_> {
    pub(super) fn of(part: usize) -> Self {
        Self {
            part,
            claim: false,
            call: None,
        }
    }

    /// A check may read more: starting values, and what treatments declare.
    pub(super) fn of_claim(part: usize) -> Self {
        Self {
            claim: true,
            ..Self::of(part)
        }
    }
}

impl Checker {
    /// Dimension and place of an expression; none where something failed, which has been said.
    pub(super) fn infer(&mut self, expr: &Expr, context: &Context<'_>) -> Option<Typed> {
        match &expr.kind {
            ExprKind::Number(value, unit) => Some(Typed {
                nothing: *value == 0.0 && unit.is_none(),
                ..Typed::new(
                    unit.as_ref()
                        .map_or(Dimension::NONE, |unit| unit.unit.dimension()),
                    Place::Body,
                )
            }),
            ExprKind::Time => Some(Typed::new(Dimension::TIME, Place::Body)),
            ExprKind::Name(name) => self.named(name, expr.span, context),
            ExprKind::Start(name) => self.start(name, expr.span, context),
            ExprKind::Call(name, values) => self.call(name, values, expr.span, context),
            ExprKind::Over(_, tissue, inner) => self.over(tissue, inner, context),
            ExprKind::If(condition) => self.condition(condition, expr.span, context),
            ExprKind::Negate(inner) => self.infer(inner, context),
            ExprKind::Binary(op, a, b) => self.binary(*op, a, b, expr.span, context),
        }
    }

    pub(super) fn complain(
        &mut self,
        context: &Context<'_>,
        code: &'static str,
        span: Span,
        message: &str,
    ) -> &mut crate::Diagnostic {
        match &context.call {
            None => self.fault(context.part, code, span, message.to_owned()),
            Some(call) => {
                let message = format!("inside `{}`, {message}", call.name);
                let known = self.palette(context.part);
                let values: Vec<String> = call
                    .arguments
                    .iter()
                    .filter_map(|name| {
                        let typed = call.locals.get(&name.text)?.typed.as_ref()?;
                        Some(format!("{} is {}", name.text, typed.dim.show(&known)))
                    })
                    .collect();
                let fault = self.fault(context.part, code, call.span, message);
                fault.label = format!("called where {}", values.join(", "));
                fault
            }
        }
    }

    pub(super) fn named(&mut self, name: &str, span: Span, context: &Context<'_>) -> Option<Typed> {
        if let Some(call) = &context.call {
            return call.locals.get(name)?.typed.clone();
        }
        let id = self.look_up(context.part, name, span)?;
        let item = &self.whole.items[id];
        let foreign = item.part != context.part && self.whole.parts[item.part].treatment;
        let typed = Typed::new(item.dim.clone()?, item.place);
        if foreign && !context.claim && item.kind != Kind::Broken {
            let message = format!(
                "`{name}` belongs to the treatment `{}`, which is not always there",
                self.whole.parts[item.part].short()
            );
            self.fault(context.part, "treatment-read", span, message)
                .help =
                Some("declare an `open` sum here, and let the treatment add to it".to_owned());
            return None;
        }
        Some(typed)
    }

    /// `NAME(0)`, in a check; or a function called with nothing but a zero.
    pub(super) fn start(
        &mut self,
        name: &Name,
        span: Span,
        context: &Context<'_>,
    ) -> Option<Typed> {
        if self.is_function(&name.text) {
            return self.call(name, &[zero(span)], span, context);
        }
        if context.call.is_some() {
            return None;
        }
        let id = self.look_up(context.part, &name.text, name.span)?;
        let item = self.whole.items[id].clone();
        if item.kind == Kind::Broken {
            return None;
        }
        let (message, help) = if !matches!(item.kind, Kind::Species(_)) {
            (
                format!(
                    "`{}` is {}: only a species has a starting value",
                    name.text,
                    item.kind.word()
                ),
                "compare with a species, or run the check from another start",
            )
        } else if !context.claim {
            (
                format!("`{}(0)` has a meaning in checks only", name.text),
                "a rate cannot know how it began: make it a species or a parameter",
            )
        } else {
            return Some(Typed::new(item.dim?, item.place));
        };
        self.fault(context.part, "no-start", span, message).help = Some(help.to_owned());
        None
    }

    pub(super) fn alike(
        &mut self,
        a: &Typed,
        b: &Typed,
        what: &str,
        span: Span,
        context: &Context<'_>,
    ) -> Option<Typed> {
        if a.nothing || b.nothing {
            let dim = if a.nothing { &b.dim } else { &a.dim };
            return Some(Typed {
                nothing: a.nothing && b.nothing,
                ..Typed::new(dim.clone(), a.place.max(b.place))
            });
        }
        if a.dim != b.dim {
            let known = self.palette(context.part);
            let (left, right) = (a.dim.show(&known), b.dim.show(&known));
            let message = format!("{right} is {what} {left}");
            let fault = self.complain(context, "wrong-unit", span, &message);
            if fault.label.is_empty() {
                fault.label = format!("left is {left}, right is {right}");
            }
            let writable = a.dim.has_unit() && b.dim.has_unit();
            if writable && (a.dim.is_none() || b.dim.is_none()) {
                let unit = if a.dim.is_none() { right } else { left };
                fault.help = Some(format!(
                    "give a number its unit, as in `1 {}`",
                    unit.trim_matches(['[', ']'])
                ));
            }
            return None;
        }
        Some(Typed::new(a.dim.clone(), a.place.max(b.place)))
    }

    pub(super) fn binary(
        &mut self,
        op: Op,
        a: &Expr,
        b: &Expr,
        span: Span,
        context: &Context<'_>,
    ) -> Option<Typed> {
        let (left, right) = (self.infer(a, context), self.infer(b, context));
        let (left, right) = (left?, right?);
        let place = left.place.max(right.place);
        match op {
            Op::Add => self.alike(&left, &right, "added to", span, context),
            Op::Subtract => self.alike(&left, &right, "subtracted from", span, context),
            Op::Multiply => Some(Typed::new(left.dim.times(&right.dim), place)),
            Op::Divide => Some(Typed::new(left.dim.per(&right.dim), place)),
            Op::Power => {
                let dim = self.power(&left, &right, b, span, context)?;
                Some(Typed::new(dim, place))
            }
        }
    }

    pub(super) fn power(
        &mut self,
        base: &Typed,
        exponent: &Typed,
        expr: &Expr,
        span: Span,
        context: &Context<'_>,
    ) -> Option<Dim> {
        let known = self.palette(context.part);
        if !exponent.dim.is_none() {
            let message = format!(
                "an exponent is a plain number, and this is {}",
                exponent.dim.show(&known)
            );
            self.complain(context, "wrong-unit", expr.span, &message);
            return None;
        }
        if base.dim.is_none() {
            return Some(Dim::default());
        }
        let Some(number) = number(expr, context) else {
            return Some(base.dim.symbolic_power(&text(expr, context)));
        };
        let power = base.dim.power(number);
        if power.is_none() {
            let message = format!("{} has no power {number}", base.dim.show(&known));
            self.complain(context, "wrong-unit", span, &message).help =
                Some("divide by a value of the same unit first".to_owned());
        }
        power
    }

    pub(super) fn condition(
        &mut self,
        condition: &Condition,
        span: Span,
        context: &Context<'_>,
    ) -> Option<Typed> {
        let [left, right, then, otherwise] = [
            &condition.left,
            &condition.right,
            &condition.then,
            &condition.otherwise,
        ]
        .map(|part| self.infer(part, context));
        let (left, right) = (left?, right?);
        let (then, otherwise) = (then?, otherwise?);
        let asked = self.alike(
            &left,
            &right,
            "compared with",
            condition.left.span.to(condition.right.span),
            context,
        );
        let given = self.alike(&then, &otherwise, "the other case of", span, context);
        let (asked, given) = (asked?, given?);
        Some(Typed::new(given.dim, asked.place.max(given.place)))
    }

    pub(super) fn over(
        &mut self,
        tissue: &Name,
        inner: &Expr,
        context: &Context<'_>,
    ) -> Option<Typed> {
        let typed = self.infer(inner, context)?;
        self.place(context.part, tissue)?;
        let has_sites = self
            .whole
            .sites
            .as_ref()
            .is_some_and(|(name, _)| *name == tissue.text);
        if !has_sites {
            let message = format!("`{}` has no sites to go over", tissue.text);
            self.complain(context, "no-sites", tissue.span, &message);
            return None;
        }
        if typed.place == Place::Body {
            let message = format!("this is the same at every site of `{}`", tissue.text);
            self.complain(context, "no-sites", inner.span, &message)
                .help = Some("write it without `over`".to_owned());
            return None;
        }
        Some(Typed::new(typed.dim, Place::Body))
    }
}

/// The number 0 as an expression.
pub(crate) fn zero(span: Span) -> Expr {
    Expr {
        kind: ExprKind::Number(0.0, None),
        span,
        depth: 1,
    }
}

/// The value of an expression that is written as a plain number.
pub(super) fn number(expr: &Expr, context: &Context<'_>) -> Option<f64> {
    match &expr.kind {
        ExprKind::Number(value, unit) => {
            Some(value * unit.as_ref().map_or(1.0, |unit| unit.unit.factor()))
        }
        ExprKind::Negate(inner) => number(inner, context).map(|value| -value),
        ExprKind::Binary(Op::Divide, a, b) => Some(number(a, context)? / number(b, context)?),
        ExprKind::Name(name) => context.call.as_ref()?.locals.get(name)?.number,
        _ => None,
    }
}

/// An expression as text that is equal for equal expressions.
pub(super) fn text(expr: &Expr, context: &Context<'_>) -> String {
    /// Longer texts are kept by their hash: a function may double its argument at each call.
    const LONGEST: usize = 500;
    let text = written(expr, context);
    if text.len() > LONGEST {
        format!("{:x?}", Sha256::digest(text.as_bytes()).as_slice())
    } else {
        text
    }
}

fn written(expr: &Expr, context: &Context<'_>) -> String {
    match &expr.kind {
        ExprKind::Name(name) => match &context.call {
            Some(call) => call
                .locals
                .get(name)
                .map(|local| local.text.clone())
                .unwrap_or_default(),
            None => format!("{}:{name}", context.part),
        },
        ExprKind::Number(value, unit) => match unit {
            Some(unit) => format!("{value} {}", unit.unit.text()),
            None => value.to_string(),
        },
        ExprKind::Time => "time".to_owned(),
        ExprKind::Start(name) => format!("{}(0)", name.text),
        ExprKind::Call(name, values) => {
            let values: Vec<String> = values.iter().map(|value| text(value, context)).collect();
            format!("{}({})", name.text, values.join(","))
        }
        ExprKind::Over(fold, tissue, inner) => {
            format!("{fold:?} {} ({})", tissue.text, text(inner, context))
        }
        ExprKind::If(_) => format!("if@{}:{}", context.part, expr.span.start),
        ExprKind::Negate(inner) => format!("-({})", text(inner, context)),
        ExprKind::Binary(op, a, b) => format!("({}){op:?}({})", text(a, context), text(b, context)),
    }
}
