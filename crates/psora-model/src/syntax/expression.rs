//! Expressions, by recursive descent with a bounded depth.
//!
//! From loosest to tightest: `+ -`, `* /`, a leading `-`, `^` (which groups to the right).

use super::entry::{Entry, Read};
use super::lexer::TokenKind;
use super::tree::{Condition, Expr, ExprKind, Fold, Name, Op, Span};
use crate::Diagnostic;

/// How many brackets may stand inside each other.
const NESTED: u32 = 60;
/// How many operations may hang on each other: bounds every later recursion.
const DEEPEST: u32 = 250;

impl Entry<'_> {
    pub(super) fn expression(&mut self) -> Read<Expr> {
        self.sum(0)
    }

    fn sum(&mut self, nested: u32) -> Read<Expr> {
        let mut left = self.product(nested)?;
        loop {
            let op = if self.sign("+") {
                Op::Add
            } else if self.sign("-") {
                Op::Subtract
            } else {
                return Ok(left);
            };
            let right = self.product(nested)?;
            left = self.binary(op, left, right)?;
        }
    }

    fn product(&mut self, nested: u32) -> Read<Expr> {
        let mut left = self.unary(nested)?;
        loop {
            let op = if self.sign("*") {
                Op::Multiply
            } else if self.sign("/") {
                Op::Divide
            } else {
                return Ok(left);
            };
            let right = self.unary(nested)?;
            left = self.binary(op, left, right)?;
        }
    }

    fn unary(&mut self, nested: u32) -> Read<Expr> {
        let start = self.here();
        self.bounded(nested)?;
        if self.sign("-") {
            self.glue_next();
            let inner = self.unary(nested + 1)?;
            let span = start.to(inner.span);
            return self.expr(ExprKind::Negate(Box::new(inner)), span);
        }
        self.power(nested)
    }

    fn power(&mut self, nested: u32) -> Read<Expr> {
        let base = self.atom(nested)?;
        if !self.sign("^") {
            return Ok(base);
        }
        self.glue_last();
        self.glue_next();
        let exponent = self.unary(nested + 1)?;
        self.binary(Op::Power, base, exponent)
    }

    fn atom(&mut self, nested: u32) -> Read<Expr> {
        let Some(token) = self.token(0) else {
            return Err(self.expected("an expression"));
        };
        let span = self.here();
        let from = self.at;
        match token.kind {
            TokenKind::Number(value) => {
                self.at += 1;
                if !value.is_finite() {
                    self.at -= 1;
                    return Err(self.unexpected("this number is too large"));
                }
                let unit = self.unit_in_expression()?;
                if unit.is_none() {
                    self.nothing_multiplied(span)?;
                }
                self.expr(ExprKind::Number(value, unit), self.since(from))
            }
            TokenKind::Sign("(") => {
                self.at += 1;
                self.glue_next();
                let inner = self.sum(nested + 1)?;
                self.close("(", span)?;
                // The brackets belong to its place.
                Ok(Expr {
                    span: self.since(from),
                    ..inner
                })
            }
            TokenKind::Name if self.word(0) == "if" => self.condition(nested),
            TokenKind::Name
                if matches!(self.word(0), "mean" | "sum") && self.is_keyword(1, "over") =>
            {
                self.over(nested)
            }
            TokenKind::Name if matches!(self.word(0), "then" | "else" | "at" | "in" | "over") => {
                Err(self.expected("an expression"))
            }
            TokenKind::Name if self.is_sign(1, "(") => self.call(nested),
            TokenKind::Name => {
                self.at += 1;
                let word = &self.source.text[span.range()];
                let kind = if word == "time" {
                    ExprKind::Time
                } else {
                    ExprKind::Name(word.to_owned())
                };
                self.expr(kind, span)
            }
            _ => Err(self.expected("an expression")),
        }
    }

    /// `f(x, y)`, or `X(0)` for the starting value of a species.
    fn call(&mut self, nested: u32) -> Read<Expr> {
        let from = self.at;
        let name = self.name("a function")?;
        let open = self.here();
        self.at += 1;
        self.glue_last();
        self.glue_next();
        let zero = self.word(0) == "0" && self.is_sign(1, ")");
        let mut values = Vec::new();
        loop {
            values.push(self.sum(nested + 1)?);
            if !self.sign(",") {
                break;
            }
            self.glue_last();
        }
        self.close("(", open)?;
        let kind = if zero {
            ExprKind::Start(name)
        } else {
            ExprKind::Call(name, values)
        };
        self.expr(kind, self.since(from))
    }

    fn over(&mut self, nested: u32) -> Read<Expr> {
        let from = self.at;
        let fold = if self.word(0) == "mean" {
            Fold::Mean
        } else {
            Fold::Sum
        };
        self.at += 2;
        let tissue = self.name("the tissue to go over")?;
        let open = self.here();
        self.expect_sign("(", "after the tissue")?;
        self.glue_next();
        let inner = self.sum(nested + 1)?;
        self.close("(", open)?;
        self.expr(
            ExprKind::Over(fold, tissue, Box::new(inner)),
            self.since(from),
        )
    }

    fn condition(&mut self, nested: u32) -> Read<Expr> {
        let from = self.at;
        self.at += 1;
        let left = self.sum(nested + 1)?;
        let less = self.comparison()?;
        let right = self.sum(nested + 1)?;
        if !self.keyword("then") {
            return Err(self.expected("`then`"));
        }
        let then = self.sum(nested + 1)?;
        if !self.keyword("else") {
            return Err(self.expected("`else`"));
        }
        let otherwise = self.sum(nested + 1)?;
        let condition = Condition {
            left,
            less,
            right,
            then,
            otherwise,
        };
        self.expr(ExprKind::If(Box::new(condition)), self.since(from))
    }

    /// `<` or `>`.
    pub(super) fn comparison(&mut self) -> Read<bool> {
        if self.sign("<") {
            Ok(true)
        } else if self.sign(">") {
            Ok(false)
        } else {
            Err(self.expected("`<` or `>`"))
        }
    }

    fn close(&mut self, open: &str, span: Span) -> Read<()> {
        self.glue_next();
        if self.sign(")") {
            return Ok(());
        }
        if self.at < self.to {
            return Err(self.expected("an operator or `)`"));
        }
        Err(Box::new(
            self.fault("syntax", span, format!("`{open}` is not closed"))
                .label("opened here"),
        ))
    }

    /// `2 x` is no product here.
    fn nothing_multiplied(&self, number: Span) -> Read<()> {
        let words = [
            "at", "in", "then", "else", "with", "by", "from", "range", "fixed",
        ];
        if !self.is_name(0) || words.contains(&self.word(0)) {
            return Ok(());
        }
        let word = self.word(0);
        let number = &self.source.text[number.range()];
        let help = match psora_units::suggest(word) {
            Some(unit) => {
                format!("write `{number} {unit}` for a unit, `{number} * {word}` for a product")
            }
            None => format!("write `{number} * {word}` for a product"),
        };
        Err(Box::new(
            self.fault("syntax", self.here(), format!("`{word}` is not a unit"))
                .label("after a number stands its unit or an operator")
                .help(help),
        ))
    }

    fn binary(&self, op: Op, left: Expr, right: Expr) -> Read<Expr> {
        let span = left.span.to(right.span);
        self.expr(ExprKind::Binary(op, Box::new(left), Box::new(right)), span)
    }

    fn expr(&self, kind: ExprKind, span: Span) -> Read<Expr> {
        let mut expr = Expr {
            kind,
            span,
            depth: 0,
        };
        expr.depth = 1 + expr
            .parts()
            .iter()
            .map(|part| part.depth)
            .max()
            .unwrap_or(0);
        if expr.depth > DEEPEST {
            return Err(self.too_deep(span));
        }
        Ok(expr)
    }

    fn bounded(&self, nested: u32) -> Read<()> {
        if nested > NESTED {
            return Err(self.too_deep(self.here()));
        }
        Ok(())
    }

    fn too_deep(&self, span: Span) -> Box<Diagnostic> {
        Box::new(
            self.fault(
                "too-deep",
                span,
                "this expression is too long or too deep to read",
            )
            .help("give its parts names in a `where` section"),
        )
    }

    /// A sum of species with their counts: `2 A + B`; nothing before `->` or `at`.
    pub(super) fn participants(&mut self) -> Read<Vec<(f64, Name)>> {
        let mut all = Vec::new();
        if self.at == self.to || self.is_sign(0, "->") || self.is_keyword(0, "at") {
            return Ok(all);
        }
        loop {
            let count = match self.token(0).map(|token| token.kind) {
                Some(TokenKind::Number(_)) => self.number("a count")?.value,
                _ => 1.0,
            };
            all.push((count, self.name("a species")?));
            if !self.sign("+") {
                return Ok(all);
            }
        }
    }
}
