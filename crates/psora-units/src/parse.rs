//! Unit text to [`Unit`].
//!
//! The grammar is that of the language page: products and quotients of powers, of which
//! `per` binds loosest.

use crate::table::{self, Size};
use crate::{Dimension, Unit};
use std::fmt;
use std::ops::Range;

/// Why a text is not a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitError {
    /// The bytes of the text that are at fault.
    pub span: Range<usize>,
    /// What is wrong, in lower case.
    pub message: String,
    /// A way out.
    pub help: Option<String>,
}

impl fmt::Display for UnitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for UnitError {}

/// A text longer than this is no unit; it also keeps sizes finite.
const LONGEST: usize = 200;
/// Powers beyond this are a slip of the pen.
const STEEPEST: i32 = 9;

struct Reader<'a> {
    text: &'a str,
    at: usize,
    out: String,
}

type Part = (Size, Dimension);

pub(crate) fn unit(text: &str) -> Result<Unit, UnitError> {
    if text.len() > LONGEST {
        return Err(fault(0..text.len(), "a unit is not this long"));
    }
    let mut reader = Reader {
        text,
        at: 0,
        out: String::new(),
    };
    let mut total = reader.product()?;
    while reader.word("per") {
        reader.out.push_str(" per ");
        total = over(total, reader.product()?);
    }
    reader.skip();
    if reader.at < text.len() {
        return Err(fault(
            reader.at..text.len(),
            "this does not continue a unit",
        ));
    }
    Ok(Unit::new(reader.out, total.1, total.0))
}

fn fault(span: Range<usize>, message: impl Into<String>) -> UnitError {
    UnitError {
        span,
        message: message.into(),
        help: None,
    }
}

fn times(a: Part, b: Part) -> Part {
    (a.0.times(b.0), a.1.times(b.1))
}

fn over(a: Part, b: Part) -> Part {
    (a.0.times(b.0.inverse()), a.1.per(b.1))
}

impl Reader<'_> {
    fn skip(&mut self) {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_start().len();
    }

    fn peek(&mut self) -> Option<char> {
        self.skip();
        self.text[self.at..].chars().next()
    }

    fn word(&mut self, word: &str) -> bool {
        self.skip();
        let rest = &self.text[self.at..];
        let found = rest.starts_with(word)
            && !rest[word.len()..].starts_with(|c: char| c.is_alphanumeric());
        if found {
            self.at += word.len();
        }
        found
    }

    fn product(&mut self) -> Result<Part, UnitError> {
        let mut total = if self.word("1") {
            self.out.push('1');
            (Size::ONE, Dimension::NONE)
        } else {
            self.power()?
        };
        while let Some(sign @ ('/' | '*')) = self.peek() {
            self.at += 1;
            self.out.push(sign);
            let next = self.power()?;
            total = if sign == '/' {
                over(total, next)
            } else {
                times(total, next)
            };
        }
        Ok(total)
    }

    fn power(&mut self) -> Result<Part, UnitError> {
        self.skip();
        let rest = &self.text[self.at..];
        let letters = if rest.starts_with('%') {
            1
        } else {
            rest.find(|c: char| !c.is_alphabetic())
                .unwrap_or(rest.len())
        };
        let start = self.at;
        if letters == 0 {
            let end = start + rest.chars().next().map_or(0, char::len_utf8);
            return Err(fault(start..end, "here a unit should stand"));
        }
        let symbol = &rest[..letters];
        let Some(base) = table::look_up(symbol) else {
            let mut error = fault(start..start + letters, format!("`{symbol}` is not a unit"));
            error.help = table::suggest(symbol).map(|unit| format!("write `{unit}`"));
            return Err(error);
        };
        self.at += letters;
        self.out.push_str(symbol);
        match self.exponent()? {
            1 => Ok(base),
            exponent => {
                self.out.push_str(&exponent.to_string());
                if exponent < 0 {
                    let bare = self.out.len() - exponent.to_string().len();
                    self.out.insert(bare, '^');
                }
                Ok(raise(base, exponent))
            }
        }
    }

    fn exponent(&mut self) -> Result<i32, UnitError> {
        let start = self.at;
        let caret = self.peek() == Some('^');
        if caret {
            self.at += 1;
            self.skip();
        } else {
            self.at = start;
        }
        let rest = &self.text[self.at..];
        let sign = usize::from(caret && rest.starts_with('-'));
        let digits = rest[sign..]
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(rest.len() - sign);
        if digits == 0 {
            return if caret {
                Err(fault(start..self.at, "`^` in a unit wants a whole number"))
            } else {
                Ok(1)
            };
        }
        let number = &rest[..sign + digits];
        self.at += number.len();
        match number.parse::<i32>() {
            Ok(exponent) if exponent != 0 && exponent.abs() <= STEEPEST => Ok(exponent),
            _ => Err(fault(
                start..self.at,
                format!("a power in a unit lies between 1 and {STEEPEST}"),
            )),
        }
    }
}

fn raise(base: Part, exponent: i32) -> Part {
    let mut total = (Size::ONE, Dimension::NONE);
    for _ in 0..exponent.abs() {
        total = if exponent > 0 {
            times(total, base)
        } else {
            over(total, base)
        };
    }
    total
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_unit_says_where_and_what_to_write() {
        let error = unit("mg/ml").expect_err("ml is written mL");
        assert_eq!(error.span, 3..5);
        assert_eq!(error.message, "`ml` is not a unit");
        assert_eq!(error.help.as_deref(), Some("write `mL`"));
    }

    #[test]
    fn no_text_is_a_panic() {
        for text in [
            "",
            "1",
            "/",
            "per",
            "mg per",
            "mg/",
            "mg^",
            "mg^99999999999",
            "µg",
            "é",
            "1 1",
            "m 2",
            "%%",
            "\u{0}",
        ] {
            let _ = unit(text);
        }
        assert!(unit(&"mg*".repeat(1000)).is_err());
    }

    #[test]
    fn an_unfinished_unit_is_refused() {
        for text in ["", "mg/", "mg per", "mg^", "mg mg", "m0", "day^0", "2"] {
            assert!(unit(text).is_err(), "{text:?} was taken for a unit");
        }
    }
}
