//! The pieces that entries share: numbers, units, words, sources, labels.

use super::entry::{Entry, Read};
use super::lexer::TokenKind;
use super::tree::{Name, Number, Source, SourceKind, Span, UnitAt, Values};
use psora_units::Unit;

impl Entry<'_> {
    /// A number, with a minus if it has one.
    pub(super) fn number(&mut self, what: &str) -> Read<Number> {
        let from = self.at;
        let minus = self.sign("-");
        let Some(TokenKind::Number(value)) = self.token(0).map(|token| token.kind) else {
            return Err(self.expected(what));
        };
        if !value.is_finite() {
            return Err(self.unexpected("this number is too large"));
        }
        self.at += 1;
        if minus {
            self.glue_last();
        }
        Ok(Number {
            value: if minus { -value } else { value },
            span: self.since(from),
        })
    }

    /// A number, or a list of them in brackets.
    pub(super) fn values(&mut self, what: &str) -> Read<Values> {
        let from = self.at;
        let list = self.sign("[");
        let mut numbers = Vec::new();
        loop {
            if list && numbers.is_empty() {
                self.glue_next();
            }
            numbers.push(self.number(what)?);
            if !list || !self.sign(",") {
                break;
            }
            self.glue_last();
        }
        if list {
            self.glue_next();
            self.expect_sign("]", "after the list of values")?;
        }
        Ok(Values {
            numbers,
            list,
            span: self.since(from),
        })
    }

    /// A unit where one must stand; `thing` has it.
    pub(super) fn unit(&mut self, thing: &str) -> Read<UnitAt> {
        let begins = self.word(0) == "1"
            || self.word(0) == "%"
            || (self.is_name(0) && !["range", "fixed", "in", "from"].contains(&self.word(0)));
        if !begins {
            return Err(Box::new(
                self.fault("no-unit", self.here(), format!("{thing} has no unit"))
                    .label("here its unit should stand")
                    .help("write the unit after the number, `1` for a plain number"),
            ));
        }
        let from = self.at;
        self.unit_tokens(true, false);
        self.unit_from(from)
    }

    /// The unit of a reference value, which `^` follows.
    pub(super) fn unit_before_caret(&mut self) -> Read<UnitAt> {
        let from = self.at;
        if !(self.is_name(0) || self.word(0) == "1" || self.word(0) == "%") {
            return Err(self.expected("the unit of the reference value"));
        }
        self.unit_tokens(false, false);
        self.unit_from(from)
    }

    /// The unit behind a number of an expression, if there is one.
    ///
    /// There `/` and `*` belong to the unit only where no space surrounds them and a unit
    /// follows: `2 mg/L` is a concentration, `2 mg / V` a quotient.
    pub(super) fn unit_in_expression(&mut self) -> Read<Option<UnitAt>> {
        let one = self.word(0) == "1" && self.is_sign(1, "/") && self.is_unit(2);
        if !(one || self.is_unit(0)) {
            return Ok(None);
        }
        let from = self.at;
        self.unit_tokens(true, true);
        self.unit_from(from).map(Some)
    }

    fn is_unit(&self, ahead: usize) -> bool {
        self.word(ahead) == "%" || (self.is_name(ahead) && psora_units::is_unit(self.word(ahead)))
    }

    fn unit_tokens(&mut self, caret: bool, tight: bool) {
        self.power_tokens(caret);
        loop {
            let joins = self.is_sign(0, "/") || self.is_sign(0, "*");
            let close = !tight
                || matches!((self.token(0), self.token(1)),
                    (Some(a), Some(b)) if !a.spaced && !b.spaced && self.is_unit(1));
            if joins && close {
                self.at += 1;
                self.glue_last();
                self.glue_next();
            } else if self.is_keyword(0, "per") {
                self.at += 1;
            } else {
                return;
            }
            self.power_tokens(caret);
        }
    }

    fn power_tokens(&mut self, caret: bool) {
        if self.is_name(0) || self.word(0) == "1" || self.word(0) == "%" {
            self.at += 1;
        }
        let number = |entry: &Self, ahead| {
            matches!(
                entry.token(ahead).map(|token| token.kind),
                Some(TokenKind::Number(_))
            )
        };
        if caret && self.is_sign(0, "^") {
            let minus = usize::from(self.is_sign(1, "-"));
            if number(self, 1 + minus) {
                for _ in 0..2 + minus {
                    self.at += 1;
                    self.glue_last();
                }
            }
        }
    }

    fn unit_from(&mut self, from: usize) -> Read<UnitAt> {
        let span = self.since(from);
        let text = &self.source.text[span.range()];
        Unit::parse(text)
            .map(|unit| UnitAt { unit, span })
            .map_err(|error| {
                let place = Span {
                    start: span.start + error.span.start,
                    end: span.start + error.span.end,
                };
                let mut fault = self.fault("unknown-unit", place, error.message);
                fault.help = error.help;
                Box::new(fault)
            })
    }

    /// Words up to `:`, which is taken too.
    pub(super) fn words(&mut self, what: &str) -> Read<Name> {
        let from = self.at;
        while self.at < self.to && !self.is_sign(0, ":") {
            self.at += 1;
        }
        if self.at == self.to || self.at == from {
            self.at = from;
            return Err(self.expected(&format!("{what} and `:`")));
        }
        self.keep_spacing(from);
        let span = self.since(from);
        self.column(1);
        self.at += 1;
        Ok(Name {
            text: plain(&self.source.text[span.range()]),
            span,
        })
    }

    /// The bracket that says where a number comes from. Its absence is a fault, but no
    /// reason to read no further.
    pub(super) fn source(&mut self, thing: &str) -> Option<Source> {
        const HELP: &str =
            "write [@key, where], [assumed: why] or [fitted: to what] behind its range";
        if !self.is_sign(0, "[") {
            let fault = self
                .fault("no-source", self.here(), format!("{thing} has no source"))
                .label("here its source should stand")
                .help(HELP);
            self.faults.push(fault);
            return None;
        }
        let from = self.at;
        while self.at < self.to && !self.is_sign(0, "]") {
            self.at += 1;
        }
        if !self.sign("]") {
            let fault = self
                .fault(
                    "syntax",
                    self.since(from),
                    format!("the source of {thing} is not closed"),
                )
                .label("`]` is missing");
            self.faults.push(fault);
            return None;
        }
        self.keep_spacing(from);
        // No space just inside the brackets.
        self.marks[from + 1].glued = true;
        self.glue_last();
        let span = self.since(from);
        let inside = plain(&self.source.text[span.start + 1..span.end - 1]);
        let (code, message, label, help) = match read_source(&inside, span) {
            Ok(kind) => return Some(Source { kind, span }),
            Err(Missing::Source) => (
                "no-source",
                format!("{thing} has no source"),
                "this says no source",
                HELP.to_owned(),
            ),
            Err(Missing::Why(word)) => (
                "no-reason",
                format!("the source of {thing} gives no reason"),
                "the reason is missing",
                match word {
                    "fitted" => {
                        "say what it was fitted to: [fitted: PASI 90 of three trials]".to_owned()
                    }
                    _ => "say why: [assumed: half-life of two days]".to_owned(),
                },
            ),
        };
        let fault = self.fault(code, span, message).label(label).help(help);
        self.faults.push(fault);
        None
    }

    /// The text in quotation marks, if it comes next.
    pub(super) fn label(&mut self, column: u8) -> Read<String> {
        self.column(column);
        match self.token(0) {
            Some(token) if token.kind == TokenKind::Text => {
                self.at += 1;
                Ok(plain(&self.source.text[token.start + 1..token.end - 1]))
            }
            Some(token) if self.slice(token) == "\"" => {
                Err(self.unexpected("this text is not closed with `\"`"))
            }
            _ => Ok(String::new()),
        }
    }
}

enum Missing {
    Source,
    Why(&'static str),
}

fn read_source(inside: &str, span: Span) -> Result<SourceKind, Missing> {
    if let Some(cited) = inside.strip_prefix('@') {
        let (key, place) = cited.split_once(',').unwrap_or((cited, ""));
        let key = key.trim();
        if key.is_empty() {
            return Err(Missing::Source);
        }
        return Ok(SourceKind::Cited {
            key: Name {
                text: key.to_owned(),
                span,
            },
            place: place.trim().to_owned(),
        });
    }
    for (word, make) in [
        ("assumed", SourceKind::Assumed as fn(String) -> SourceKind),
        ("fitted", SourceKind::Fitted),
    ] {
        if let Some(rest) = inside.strip_prefix(word) {
            let why = rest.trim_start().strip_prefix(':').unwrap_or("").trim();
            return if why.is_empty() {
                Err(Missing::Why(word))
            } else {
                Ok(make(why.to_owned()))
            };
        }
    }
    Err(Missing::Source)
}

/// Text with single spaces.
pub(super) fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
