//! The sentence that makes one figure of many patients.
//!
//! `share(PASI[drug, 16 week] <= 0.25 * PASI[drug, 0 week])`: a quantity in brackets is
//! that of each patient of a case, at a time, or over time where none is given; a fold over
//! time (`first`, `peak`) makes a number a patient, a fold over patients (`mean`, `share`)
//! makes one number. This file reads; [`super::reckon`] reckons.

use crate::document::nearest;
use crate::treatment::time_unit_day;
use std::ops::Range;

/// A sentence as a tree.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Figure {
    Number(f64),
    /// A name alone: what is swept, or what a structure analysis found.
    Name(String, Range<usize>),
    /// `PASI[drug, 16 week]`; over the whole course without a time.
    Reading {
        quantity: String,
        case: String,
        day: Option<f64>,
        span: Range<usize>,
    },
    Negate(Box<Figure>),
    Not(Box<Figure>),
    Binary(Sign, Box<Figure>, Box<Figure>),
    Fold(Fold, Vec<Figure>, Range<usize>),
}

/// What stands between two values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    Add,
    Subtract,
    Multiply,
    Divide,
    Power,
    Below,
    AtMost,
    Above,
    AtLeast,
    And,
    Or,
}

/// A function that makes less of more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fold {
    // Over time, to a number a patient.
    First,
    Peak,
    Least,
    Average,
    Spells,
    Gap,
    // Over patients, to a number.
    Mean,
    Median,
    Share,
    Count,
    Deviation,
    Lowest,
    Highest,
    Quantile,
    Correlation,
    Separation,
    // Of numbers.
    Logarithm,
    Smaller,
    Larger,
}

/// Names, least and most arguments, and whether patients or times are folded.
pub(super) const FOLDS: &[(&str, Fold, usize, usize)] = &[
    ("first", Fold::First, 1, 2),
    ("peak", Fold::Peak, 1, 2),
    ("least", Fold::Least, 1, 2),
    ("average", Fold::Average, 1, 2),
    ("spells", Fold::Spells, 1, 2),
    ("gap_spread", Fold::Gap, 1, 2),
    ("mean", Fold::Mean, 1, 2),
    ("median", Fold::Median, 1, 2),
    ("share", Fold::Share, 1, 2),
    ("count", Fold::Count, 1, 1),
    ("sd", Fold::Deviation, 1, 2),
    ("lowest", Fold::Lowest, 1, 2),
    ("highest", Fold::Highest, 1, 2),
    ("quantile", Fold::Quantile, 2, 2),
    ("correlation", Fold::Correlation, 2, 2),
    ("separation", Fold::Separation, 2, 2),
    ("ln", Fold::Logarithm, 1, 1),
    ("min", Fold::Smaller, 2, 2),
    ("max", Fold::Larger, 2, 2),
];

impl Fold {
    /// Whether it folds patients into one number.
    pub(super) fn over_patients(self) -> bool {
        use Fold::{
            Correlation, Count, Deviation, Highest, Lowest, Mean, Median, Quantile, Separation,
            Share,
        };
        matches!(
            self,
            Mean | Median
                | Share
                | Count
                | Deviation
                | Lowest
                | Highest
                | Quantile
                | Correlation
                | Separation
        )
    }
}

/// What is wrong with a sentence, and where.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Wrong {
    pub(super) span: Range<usize>,
    pub(super) message: String,
    pub(super) help: Option<String>,
}

impl Figure {
    /// Reads a sentence.
    pub(super) fn parse(text: &str) -> Result<Self, Wrong> {
        let mut parser = Parser {
            text,
            place: 0,
            depth: 0,
        };
        let figure = parser.alternatives()?;
        match parser.peek() {
            None => Ok(figure),
            Some((span, word)) => Err(wrong(span, format!("`{word}` was not expected here"))),
        }
    }

    /// Calls `visit` for this and everything inside.
    pub(super) fn walk<'f>(&'f self, visit: &mut dyn FnMut(&'f Figure)) {
        visit(self);
        match self {
            Self::Negate(inner) | Self::Not(inner) => inner.walk(visit),
            Self::Binary(_, a, b) => {
                a.walk(visit);
                b.walk(visit);
            }
            Self::Fold(_, values, _) => values.iter().for_each(|value| value.walk(visit)),
            Self::Number(_) | Self::Name(..) | Self::Reading { .. } => {}
        }
    }
}

fn wrong(span: Range<usize>, message: impl Into<String>) -> Wrong {
    Wrong {
        span,
        message: message.into(),
        help: None,
    }
}

/// Brackets inside brackets that nobody writes by hand.
const DEEPEST: usize = 60;

struct Parser<'t> {
    text: &'t str,
    place: usize,
    depth: usize,
}

impl<'t> Parser<'t> {
    fn peek(&self) -> Option<(Range<usize>, &'t str)> {
        let rest = &self.text[self.place..];
        let start = self.place + rest.find(|c: char| !c.is_whitespace())?;
        let rest = &self.text[start..];
        let first = rest.chars().next()?;
        let in_name = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
        let in_number = |c: char| c.is_ascii_digit() || c == '.';
        let length = if first.is_ascii_digit() {
            rest.find(|c| !in_number(c)).unwrap_or(rest.len())
        } else if in_name(first) {
            rest.find(|c| !in_name(c)).unwrap_or(rest.len())
        } else if rest.starts_with("<=") || rest.starts_with(">=") {
            2
        } else {
            first.len_utf8()
        };
        Some((start..start + length, &rest[..length]))
    }

    fn next(&mut self) -> Option<(Range<usize>, &'t str)> {
        let (span, word) = self.peek()?;
        self.place = span.end;
        Some((span, word))
    }

    fn takes(&mut self, wanted: &str) -> bool {
        let found = self.peek().is_some_and(|(_, word)| word == wanted);
        if found {
            self.next();
        }
        found
    }

    fn expect(&mut self, wanted: &str) -> Result<(), Wrong> {
        match self.peek() {
            Some((_, word)) if word == wanted => {
                self.next();
                Ok(())
            }
            Some((span, word)) => Err(wrong(span, format!("expected `{wanted}`, not `{word}`"))),
            None => Err(self.ended(&format!("`{wanted}`"))),
        }
    }

    fn ended(&self, wanted: &str) -> Wrong {
        let end = self.text.len();
        wrong(end..end, format!("expected {wanted} at the end"))
    }

    fn alternatives(&mut self) -> Result<Figure, Wrong> {
        let mut left = self.conditions()?;
        while self.takes("or") {
            left = binary(Sign::Or, left, self.conditions()?);
        }
        Ok(left)
    }

    fn conditions(&mut self) -> Result<Figure, Wrong> {
        let mut left = self.condition()?;
        while self.takes("and") {
            left = binary(Sign::And, left, self.condition()?);
        }
        Ok(left)
    }

    fn condition(&mut self) -> Result<Figure, Wrong> {
        if self.takes("not") {
            return Ok(Figure::Not(Box::new(self.condition()?)));
        }
        let left = self.sum()?;
        let sign = match self.peek().map(|(_, word)| word) {
            Some("<") => Sign::Below,
            Some("<=") => Sign::AtMost,
            Some(">") => Sign::Above,
            Some(">=") => Sign::AtLeast,
            _ => return Ok(left),
        };
        self.next();
        Ok(binary(sign, left, self.sum()?))
    }

    fn sum(&mut self) -> Result<Figure, Wrong> {
        let mut left = self.product()?;
        loop {
            let sign = match self.peek().map(|(_, word)| word) {
                Some("+") => Sign::Add,
                Some("-") => Sign::Subtract,
                _ => return Ok(left),
            };
            self.next();
            left = binary(sign, left, self.product()?);
        }
    }

    fn product(&mut self) -> Result<Figure, Wrong> {
        let mut left = self.power()?;
        loop {
            let sign = match self.peek().map(|(_, word)| word) {
                Some("*") => Sign::Multiply,
                Some("/") => Sign::Divide,
                _ => return Ok(left),
            };
            self.next();
            left = binary(sign, left, self.power()?);
        }
    }

    fn power(&mut self) -> Result<Figure, Wrong> {
        let base = self.atom()?;
        if self.takes("^") {
            return Ok(binary(Sign::Power, base, self.power()?));
        }
        Ok(base)
    }

    fn atom(&mut self) -> Result<Figure, Wrong> {
        self.depth += 1;
        if self.depth > DEEPEST {
            let place = self.place..self.place;
            return Err(wrong(place, "brackets inside brackets, too deep to follow"));
        }
        let atom = self.shallow_atom();
        self.depth -= 1;
        atom
    }

    fn shallow_atom(&mut self) -> Result<Figure, Wrong> {
        let Some((span, word)) = self.next() else {
            return Err(self.ended("a value"));
        };
        if word == "(" {
            let inner = self.alternatives()?;
            self.expect(")")?;
            return Ok(inner);
        }
        if word == "-" {
            return Ok(Figure::Negate(Box::new(self.power()?)));
        }
        if word.starts_with(|c: char| c.is_ascii_digit()) {
            return self.number(span, word);
        }
        if !word.starts_with(char::is_alphabetic) {
            return Err(wrong(span, format!("expected a value, not `{word}`")));
        }
        match self.peek().map(|(_, word)| word) {
            Some("[") => self.reading(span, word),
            Some("(") => self.fold(span, word),
            _ => Ok(Figure::Name(word.to_owned(), span)),
        }
    }

    /// A number; with a unit of time, in days.
    fn number(&mut self, span: Range<usize>, word: &str) -> Result<Figure, Wrong> {
        let Ok(number) = word.parse::<f64>() else {
            return Err(wrong(span, format!("`{word}` is not a number")));
        };
        let unit = self.peek().and_then(|(_, word)| time_unit_day(word));
        if unit.is_some() {
            self.next();
        }
        Ok(Figure::Number(number * unit.unwrap_or(1.0)))
    }

    /// `[case]` or `[case, 16 week]`; a case's name may be several words.
    fn reading(&mut self, span: Range<usize>, quantity: &str) -> Result<Figure, Wrong> {
        self.expect("[")?;
        let rest = &self.text[self.place..];
        let Some(end) = rest.find([',', ']']) else {
            return Err(self.ended("`]`"));
        };
        let case = rest[..end].trim().to_owned();
        self.place += end;
        let mut day = None;
        if self.takes(",") {
            let (number_span, word) = self.next().ok_or_else(|| self.ended("a time"))?;
            let number = self.number(number_span.clone(), word)?;
            let Figure::Number(number) = number else {
                return Err(wrong(number_span, "expected a time such as `16 week`"));
            };
            day = Some(number);
        }
        self.expect("]")?;
        Ok(Figure::Reading {
            quantity: quantity.to_owned(),
            case,
            day,
            span: span.start..self.place,
        })
    }

    fn fold(&mut self, span: Range<usize>, name: &str) -> Result<Figure, Wrong> {
        let found = FOLDS.iter().find(|(known, ..)| *known == name);
        let Some(&(_, fold, least, most)) = found else {
            let names = FOLDS.iter().map(|(known, ..)| *known);
            let mut wrong = wrong(span, format!("there is no function `{name}`"));
            wrong.help = Some(match nearest(name, names.clone()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("there are: {}", names.collect::<Vec<_>>().join(", ")),
            });
            return Err(wrong);
        };
        self.expect("(")?;
        let mut values = vec![self.alternatives()?];
        while self.takes(",") {
            values.push(self.alternatives()?);
        }
        self.expect(")")?;
        let span = span.start..self.place;
        if (least..=most).contains(&values.len()) {
            return Ok(Figure::Fold(fold, values, span));
        }
        let message = format!(
            "`{name}` takes {least} to {most} values, not {}",
            values.len()
        );
        Err(wrong(span, message))
    }
}

fn binary(sign: Sign, left: Figure, right: Figure) -> Figure {
    Figure::Binary(sign, Box::new(left), Box::new(right))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_reads_as_it_is_said() {
        let figure = Figure::parse("1 - share(PASI[anti IL-23, 2 week] < 3)").expect("reads");
        let mut cases = Vec::new();
        figure.walk(&mut |inner| {
            if let Figure::Reading { case, day, .. } = inner {
                cases.push((case.clone(), *day));
            }
        });
        assert_eq!(cases, [("anti IL-23".to_owned(), Some(14.0))]);
    }

    #[test]
    fn what_makes_no_sense_is_pointed_at() {
        for (text, message) in [
            ("meen(PASI[a])", "there is no function `meen`"),
            ("mean(PASI[a)", "expected `]` at the end"),
            ("mean(1, 2, 3)", "takes 1 to 2 values"),
            ("1 +", "expected a value at the end"),
            ("1 2", "was not expected"),
            ("PASI[a, b]", "is not a number"),
        ] {
            let wrong = Figure::parse(text).expect_err(text);
            assert!(wrong.message.contains(message), "{text}: {}", wrong.message);
        }
    }

    #[test]
    fn brackets_without_end_are_refused_and_not_followed() {
        assert!(Figure::parse(&"(".repeat(10_000)).is_err());
    }
}
