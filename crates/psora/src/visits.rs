//! When patients are seen, as people say it: `every 1 week until 16 week, then every 4 week
//! until 52 week`, or `at 0 4 12 16 week`.

use std::ops::Range;

/// The most visits that a run may have: ten a day for ten years, far beyond any trial.
const MOST: usize = 36_500;

/// What is wrong with a sentence of visits, where, and a way out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) span: Range<usize>,
    pub(crate) message: String,
}

/// The visits in weeks, ascending, the first at 0.
pub(crate) fn parse(text: &str) -> Result<Vec<f64>, Fault> {
    let mut words = Words { text, place: 0 };
    let mut weeks = vec![0.0];
    loop {
        let last = *weeks.last().expect("it starts with the baseline");
        match words.next() {
            Some((_, "every")) => every(&mut words, last, &mut weeks)?,
            Some((_, "at")) => at(&mut words, &mut weeks)?,
            other => return Err(words.unexpected(other, "`every` or `at`")),
        }
        match words.next() {
            None => return Ok(weeks),
            Some((_, "then")) => {}
            other => return Err(words.unexpected(other, "`then`, or the end")),
        }
    }
}

/// One time after the first dose, such as `52 week`, in weeks.
pub(crate) fn parse_time(text: &str) -> Result<f64, Fault> {
    let mut words = Words { text, place: 0 };
    let (span, number) = words.number()?;
    let week = number * words.unit()?;
    if week < 0.0 {
        return Err(fault(span, "this is before week 0, the first dose"));
    }
    match words.next() {
        None => Ok(week),
        other => Err(words.unexpected(other, "nothing more")),
    }
}

/// `N UNIT until M UNIT`, from the visit before on.
fn every(words: &mut Words, last: f64, weeks: &mut Vec<f64>) -> Result<(), Fault> {
    let (span, step) = words.number()?;
    let step = step * words.unit()?;
    if step <= 0.0 {
        return Err(fault(span, "the time between visits must be above zero"));
    }
    match words.next() {
        Some((_, "until")) => {}
        other => return Err(words.unexpected(other, "`until`")),
    }
    let (span, end) = words.number()?;
    let end = end * words.unit()?;
    if end <= last {
        return Err(fault(
            span,
            format!("visits until week {end} cannot follow a visit in week {last}"),
        ));
    }
    if (end - last) / step > MOST as f64 {
        return Err(fault(span, format!("these are more than {MOST} visits")));
    }
    // A visit counts as reached at its end although 7 days in thirds do not add up exactly.
    const SLACK: f64 = 1e-9;
    weeks.extend(
        (1..)
            .map(|k| last + f64::from(k) * step)
            .take_while(|week| *week <= end + SLACK),
    );
    Ok(())
}

/// `N N N UNIT`.
fn at(words: &mut Words, weeks: &mut Vec<f64>) -> Result<(), Fault> {
    let mut numbers = vec![words.number()?];
    while words.peek().is_some_and(|word| word.parse::<f64>().is_ok()) {
        numbers.push(words.number()?);
    }
    let unit = words.unit()?;
    for (span, number) in numbers {
        let week = number * unit;
        let last = *weeks.last().expect("it starts with the baseline");
        if week < 0.0 {
            return Err(fault(
                span,
                "a visit cannot be before week 0, the first dose",
            ));
        }
        if week > last {
            weeks.push(week);
        } else if week > 0.0 {
            return Err(fault(span, "visits must be in order, each one once"));
        }
    }
    Ok(())
}

fn fault(span: Range<usize>, message: impl Into<String>) -> Fault {
    Fault {
        span,
        message: message.into(),
    }
}

/// Words with their places; a comma is a space.
struct Words<'t> {
    text: &'t str,
    place: usize,
}

impl<'t> Words<'t> {
    fn next(&mut self) -> Option<(Range<usize>, &'t str)> {
        let gap = |c: char| c.is_whitespace() || c == ',';
        let rest = &self.text[self.place..];
        let start = self.place + rest.find(|c| !gap(c))?;
        let length = self.text[start..]
            .find(gap)
            .unwrap_or(self.text.len() - start);
        self.place = start + length;
        Some((start..self.place, &self.text[start..self.place]))
    }

    fn peek(&self) -> Option<&'t str> {
        let mut ahead = Words {
            text: self.text,
            place: self.place,
        };
        ahead.next().map(|(_, word)| word)
    }

    fn number(&mut self) -> Result<(Range<usize>, f64), Fault> {
        match self.next() {
            Some((span, word)) => match word.parse::<f64>() {
                Ok(number) if number.is_finite() => Ok((span, number)),
                _ => Err(self.unexpected(Some((span, word)), "a number")),
            },
            None => Err(self.unexpected(None, "a number")),
        }
    }

    /// A unit of time, in weeks.
    fn unit(&mut self) -> Result<f64, Fault> {
        match self.next() {
            Some((_, "week" | "weeks")) => Ok(1.0),
            Some((_, "day" | "days")) => Ok(1.0 / 7.0),
            other => Err(self.unexpected(other, "`week` or `day`")),
        }
    }

    fn unexpected(&self, word: Option<(Range<usize>, &str)>, wanted: &str) -> Fault {
        match word {
            Some((span, word)) => fault(span, format!("expected {wanted}, not `{word}`")),
            None => fault(
                self.text.len()..self.text.len(),
                format!("expected {wanted} at the end"),
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn visits_start_at_baseline_and_reach_their_end() {
        assert_eq!(
            parse("every 4 week until 12 week"),
            Ok(vec![0., 4., 8., 12.])
        );
        assert_eq!(parse("at 2 4 16 week"), Ok(vec![0., 2., 4., 16.]));
        assert_eq!(parse("at 0 4 week"), Ok(vec![0., 4.]));
    }

    #[test]
    fn a_second_rhythm_goes_on_where_the_first_ended() {
        assert_eq!(
            parse("every 1 week until 2 week, then every 4 week until 10 week"),
            Ok(vec![0., 1., 2., 6., 10.])
        );
    }

    #[test]
    fn days_are_sevenths_of_a_week() {
        let weeks = parse("every 1 day until 2 week").expect("a sentence of visits");
        assert_eq!(weeks.len(), 15);
        // One rounding of 1/7, fourteen times.
        assert!((weeks[14] - 2.0).abs() < 1e-12);
    }

    #[test]
    fn a_visit_before_week_0_is_pointed_at() {
        let fault = parse("at -2 4 week").expect_err("before the first dose");
        assert_eq!(fault.span, 3..5);
    }

    #[test]
    fn a_sentence_that_makes_no_sense_says_what_it_wants() {
        for (text, wanted) in [
            ("", "`every` or `at`"),
            ("weekly", "`every` or `at`"),
            ("every week", "a number"),
            ("every 0 week until 4 week", "above zero"),
            ("every 4 month until 4 week", "`week` or `day`"),
            ("every NaN week until 4 week", "a number"),
            ("every 4 week", "`until`"),
            ("at 8 4 week", "in order"),
            ("every 0.0001 day until 520 week", "more than"),
            ("every 4 week until 8 week until 9 week", "`then`"),
        ] {
            let fault = parse(text).expect_err(text);
            assert!(fault.message.contains(wanted), "{text}: {}", fault.message);
        }
    }
}
