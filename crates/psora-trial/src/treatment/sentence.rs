//! The regimen grammar: a sentence to courses, before any drug is looked up.
//!
//! ```text
//! regimen  = course { ("and" | "then") course }
//! course   = "placebo" | drug "." name | [ drug ] dose [ route ] timing , then limits
//! dose     = number unit | number "mg/kg"
//!          | "by weight:" number unit "up to" number "kg, else" number unit
//! timing   = "at" number { number } unit [ ", then every" number unit ]
//!          | "every" number unit | ["once"|"twice"|"three times"] ("daily" | "weekly")
//! limits   = { "until" number unit | "from" number unit }
//! ```
//! A course without a drug goes on with the one before, or with the drug in whose file it
//! stands. Times are days inside and carry their unit in the text.

use super::course::{
    Amount, Course, DOSE_UNITS, KEYWORDS, Name, OFTEN, Recurs, TIME_UNITS, Timing, Unit, What,
};
use super::word::{Kind, Piece, pieces};
use crate::document::nearest;
use psora_model::Diagnostic;
use std::ops::Range;

/// Reads a sentence; `drug` is the one in whose file it stands.
pub(super) fn courses(text: &str, drug: Option<&str>) -> Result<Vec<Course>, Vec<Diagnostic>> {
    let mut parser = Parser {
        pieces: pieces(text)?,
        place: 0,
        end: text.len(),
        faults: Vec::new(),
        drug: drug.map(|text| Name {
            text: text.to_owned(),
            span: 0..0,
        }),
    };
    let courses = parser.sentence();
    if parser.faults.is_empty() {
        Ok(courses)
    } else {
        Err(parser.faults)
    }
}

struct Parser {
    pieces: Vec<Piece>,
    place: usize,
    /// The length of the text: where a fault stands that is about its end.
    end: usize,
    faults: Vec<Diagnostic>,
    /// The drug that a course without one goes on with.
    drug: Option<Name>,
}

impl Parser {
    fn sentence(&mut self) -> Vec<Course> {
        let mut courses = Vec::new();
        let mut follows = false;
        loop {
            let course = self.course(follows);
            if course.is_some() && !self.between() {
                self.expected("`and`, `then`, `until` or `from`");
            }
            // Looks further after a fault: from the next course on.
            while !self.between() {
                self.place += 1;
            }
            courses.extend(course);
            self.take(&Kind::Comma);
            if self.take_word("then") {
                follows = true;
            } else if self.take_word("and") {
                follows = false;
            } else {
                return courses;
            }
        }
    }

    /// Whether a course may end here.
    fn between(&self) -> bool {
        let place = self.place + usize::from(self.peek() == Some(&Kind::Comma));
        self.place >= self.pieces.len() || self.is_word(place, "and") || self.is_word(place, "then")
    }

    fn course(&mut self, follows: bool) -> Option<Course> {
        let start = self.here().start;
        let what = if self.take_word("placebo") {
            What::Placebo
        } else {
            let drug = self.drug()?;
            self.drug = Some(drug.clone());
            if self.take(&Kind::Dot) {
                let regimen = self.name("the name of a regimen, as in `secukinumab.label`")?;
                What::Named { drug, regimen }
            } else {
                let (amount, unit) = self.dose()?;
                let route = self.route();
                let timing = self.timing()?;
                What::Dosed {
                    drug,
                    amount,
                    unit,
                    route,
                    timing,
                }
            }
        };
        let (mut from_day, mut until_day) = (None, None);
        loop {
            let limit = if self.take_word("until") {
                &mut until_day
            } else if self.take_word("from") {
                &mut from_day
            } else {
                break;
            };
            *limit = Some(self.time()?);
        }
        let end = self.pieces[self.place - 1].span.end;
        Some(Course {
            what,
            follows,
            from_day,
            until_day,
            span: start..end,
        })
    }

    /// The drug's words up to its dose, joined by `_`.
    fn drug(&mut self) -> Option<Name> {
        let mut words: Vec<String> = Vec::new();
        let start = self.here();
        let mut end = start.end;
        while let Some(Kind::Word(word)) = self.peek() {
            if KEYWORDS.contains(&word.as_str()) {
                break;
            }
            words.push(word.clone());
            end = self.here().end;
            self.place += 1;
        }
        if !words.is_empty() {
            let text = words.join("_").to_lowercase().replace('-', "_");
            return Some(Name {
                text,
                span: start.start..end,
            });
        }
        if self.drug.is_none() || self.peek().is_none() {
            self.expected("a drug, as in `guselkumab 100 mg sc at 0 4 week`, or `placebo`");
            return None;
        }
        self.drug.clone().map(|drug| Name {
            span: start,
            ..drug
        })
    }

    fn dose(&mut self) -> Option<(Amount, Unit)> {
        if !self.take_word("by") {
            let (value, unit, per_kg, _) = self.amount(true)?;
            let amount = if per_kg {
                Amount::PerKg(value)
            } else {
                Amount::Fixed(value)
            };
            return Some((amount, unit));
        }
        self.need_word("weight")?;
        self.take(&Kind::Colon);
        let (lighter, unit, _, _) = self.amount(false)?;
        self.need_word("up")?;
        self.need_word("to")?;
        let (up_to_kg, _) = self.positive("a weight")?;
        self.need_word("kg")?;
        self.take(&Kind::Comma);
        self.need_word("else")?;
        let (heavier, other, _, span) = self.amount(false)?;
        if unit != other {
            self.fault(
                "wrong-unit",
                span,
                "both doses must be of one kind".to_owned(),
            );
        }
        Some((
            Amount::ByWeight {
                up_to_kg,
                lighter,
                heavier,
            },
            unit,
        ))
    }

    /// An amount and its unit: value, unit inside, whether per kg, and the unit's place.
    fn amount(&mut self, may_be_per_kg: bool) -> Option<(f64, Unit, bool, Range<usize>)> {
        let (value, _) = self.positive("a dose")?;
        let unit = self.name("a unit, such as mg")?;
        let known = DOSE_UNITS
            .iter()
            .filter(|(_, _, _, per_kg)| may_be_per_kg || !per_kg)
            .find(|(name, ..)| *name == unit.text);
        let Some(&(_, size, inside, per_kg)) = known else {
            let names = DOSE_UNITS.map(|(name, ..)| name);
            let help = nearest(&unit.text, names).map_or_else(
                || format!("a dose is in {}", names.join(", ")),
                |near| format!("did you mean `{near}`?"),
            );
            let message = format!("`{}` is not a unit of dose", unit.text);
            self.fault("unknown-unit", unit.span, message).help = Some(help);
            return None;
        };
        Some((value * size, inside, per_kg, unit.span))
    }

    fn route(&mut self) -> Option<Name> {
        match self.peek() {
            Some(Kind::Word(word)) if !KEYWORDS.contains(&word.as_str()) => self.name("a route"),
            _ => None,
        }
    }

    fn timing(&mut self) -> Option<Timing> {
        if self.take_word("at") {
            return self.dates();
        }
        if self.take_word("every") {
            let (period, _) = self.period()?;
            let recurs = Recurs {
                first: 0.0,
                period,
                offsets: &[0.0],
            };
            return Some(Timing {
                at: Vec::new(),
                recurs: Some(recurs),
            });
        }
        let often = OFTEN.iter().find(|(words, ..)| {
            words
                .split(' ')
                .enumerate()
                .all(|(k, word)| self.is_word(self.place + k, word))
        });
        let (words, day, week) = often.copied().unwrap_or(("", &[0.0], &[0.0]));
        self.place += words.split_whitespace().count();
        let (period, offsets) = if self.take_word("daily") {
            (1.0, day)
        } else if self.take_word("weekly") {
            (7.0, week)
        } else {
            self.expected("when: `at 0 4 week`, `every 2 week`, `once daily`, `twice weekly`");
            return None;
        };
        let recurs = Recurs {
            first: 0.0,
            period,
            offsets,
        };
        Some(Timing {
            at: Vec::new(),
            recurs: Some(recurs),
        })
    }

    fn dates(&mut self) -> Option<Timing> {
        let mut numbers: Vec<(f64, Range<usize>)> = Vec::new();
        while let Some(&Kind::Number(number)) = self.peek() {
            numbers.push((number, self.here()));
            self.place += 1;
            if matches!(
                self.pieces.get(self.place + 1),
                Some(Piece {
                    kind: Kind::Number(_),
                    ..
                })
            ) {
                self.take(&Kind::Comma);
            }
        }
        if numbers.is_empty() {
            self.expected("a number of weeks, as in `at 0 4 12 week`");
            return None;
        }
        let size = self.time_unit()?;
        let mut before = f64::NEG_INFINITY;
        for (number, span) in &numbers {
            if *number < 0.0 {
                let message = format!("a dose at {number} is before the trial begins");
                self.fault("wrong-value", span.clone(), message).help =
                    Some("times count from the first visit, which is 0".to_owned());
            } else if *number <= before {
                let message = format!("{number} does not come after {before}");
                self.fault("wrong-value", span.clone(), message).help =
                    Some("write the times in order, each once".to_owned());
            }
            before = *number;
        }
        let at: Vec<f64> = numbers.iter().map(|(number, _)| number * size).collect();
        let goes_on = self.place + usize::from(self.peek() == Some(&Kind::Comma));
        let mut recurs = None;
        if self.is_word(goes_on, "then") && self.is_word(goes_on + 1, "every") {
            self.place = goes_on + 2;
            let (period, _) = self.period()?;
            let last = at.last().copied().unwrap_or_default();
            recurs = Some(Recurs {
                first: last + period,
                period,
                offsets: &[0.0],
            });
        }
        Some(Timing { at, recurs })
    }

    /// A time between doses, in days.
    fn period(&mut self) -> Option<(f64, Range<usize>)> {
        let (number, span) = self.positive("the time between doses")?;
        Some((number * self.time_unit()?, span))
    }

    /// A point in time, in days.
    fn time(&mut self) -> Option<f64> {
        let span = self.here();
        let number = self.number("a time, as in `28 week`")?;
        if number < 0.0 {
            let message = format!("{number} is before the trial begins");
            self.fault("wrong-value", span, message);
        }
        Some(number * self.time_unit()?)
    }

    fn time_unit(&mut self) -> Option<f64> {
        let unit = self.name("a unit of time: day, week, month or year")?;
        if let Some((_, size)) = TIME_UNITS.iter().find(|(name, _)| *name == unit.text) {
            return Some(*size);
        }
        let help = nearest(&unit.text, TIME_UNITS.map(|(name, _)| name)).map_or_else(
            || "write day, week, month or year".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        let message = format!("`{}` is not a unit of time", unit.text);
        self.fault("unknown-unit", unit.span, message).help = Some(help);
        None
    }

    fn positive(&mut self, what: &str) -> Option<(f64, Range<usize>)> {
        let span = self.here();
        let number = self.number(&format!("{what}: a number"))?;
        if number > 0.0 {
            return Some((number, span));
        }
        let sense = if number < 0.0 { "negative" } else { "zero" };
        self.fault(
            "wrong-value",
            span.clone(),
            format!("{what} cannot be {sense}"),
        );
        // Worth reading on: what follows may be wrong as well.
        Some((1.0, span))
    }

    fn number(&mut self, wanted: &str) -> Option<f64> {
        if let Some(&Kind::Number(number)) = self.peek() {
            self.place += 1;
            return Some(number);
        }
        self.expected(wanted);
        None
    }

    fn name(&mut self, wanted: &str) -> Option<Name> {
        if let Some(Kind::Word(word)) = self.peek() {
            let name = Name {
                text: word.clone(),
                span: self.here(),
            };
            self.place += 1;
            return Some(name);
        }
        self.expected(wanted);
        None
    }

    fn need_word(&mut self, word: &str) -> Option<()> {
        if self.take_word(word) {
            return Some(());
        }
        self.expected(&format!(
            "`{word}`, as in `by weight: 45 mg up to 100 kg, else 90 mg`"
        ));
        None
    }

    fn take_word(&mut self, word: &str) -> bool {
        let here = self.is_word(self.place, word);
        self.place += usize::from(here);
        here
    }

    fn take(&mut self, kind: &Kind) -> bool {
        let here = self.peek() == Some(kind);
        self.place += usize::from(here);
        here
    }

    fn is_word(&self, place: usize, word: &str) -> bool {
        matches!(self.pieces.get(place), Some(Piece { kind: Kind::Word(here), .. }) if here == word)
    }

    fn peek(&self) -> Option<&Kind> {
        self.pieces.get(self.place).map(|piece| &piece.kind)
    }

    fn here(&self) -> Range<usize> {
        self.pieces
            .get(self.place)
            .map_or(self.end..self.end, |piece| piece.span.clone())
    }

    fn expected(&mut self, wanted: &str) {
        let span = self.here();
        self.fault("not-a-regimen", span, format!("expected {wanted}"));
    }

    fn fault(
        &mut self,
        code: &'static str,
        span: Range<usize>,
        message: String,
    ) -> &mut Diagnostic {
        self.faults
            .push(Diagnostic::new(code, "", Some(span), message));
        self.faults.last_mut().expect("one was just pushed")
    }
}
