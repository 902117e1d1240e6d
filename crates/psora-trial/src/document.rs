//! TOML as a person means it: known keys, whole values, and every fault with its place.
//!
//! A [`Reader`] collects faults while a document is taken apart; nothing stops at the first.

use psora_model::{Diagnostic, Diagnostics};
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A table of a document.
pub type Table<'t> = DeTable<'t>;

/// A document on its way to becoming a value, and what is wrong with it so far.
#[derive(Debug)]
pub struct Reader<'t> {
    file: &'t str,
    text: &'t str,
    faults: Vec<Diagnostic>,
}

impl<'t> Reader<'t> {
    /// Takes `text` apart as far as it goes.
    pub fn new(file: &'t str, text: &'t str) -> (Spanned<Table<'t>>, Self) {
        let (table, errors) = DeTable::parse_recoverable(text);
        let mut reader = Self {
            file,
            text,
            faults: Vec::new(),
        };
        for error in errors {
            let span = error.span().unwrap_or(0..0);
            let at_the_end = span.start >= text.trim_end().len();
            let fault = reader.fault("not-toml", span, error.message().trim_end());
            if at_the_end {
                let help = "the file ends in the middle of an entry: is it complete?";
                fault.help = Some(help.to_owned());
            }
        }
        (table, reader)
    }

    /// `value`, or everything that is wrong, in the order of places.
    ///
    /// # Errors
    /// Every fault that was recorded.
    pub fn finish<T>(mut self, value: Option<T>) -> Result<T, Diagnostics> {
        let start = |fault: &Diagnostic| fault.span.as_ref().map_or(0, |span| span.start);
        self.faults.sort_by_key(start);
        match value {
            Some(value) if self.faults.is_empty() => Ok(value),
            _ => Err(Diagnostics::of(self.file, self.text, self.faults)),
        }
    }

    /// Records a fault, and hands it back for a label or a way out.
    pub fn fault(
        &mut self,
        code: &'static str,
        span: Range<usize>,
        message: impl Into<String>,
    ) -> &mut Diagnostic {
        self.faults
            .push(Diagnostic::new(code, self.file, Some(span), message));
        self.faults.last_mut().expect("one was just pushed")
    }

    /// Records faults of a string that stands at `span`, quotation marks included.
    pub fn faults_inside(&mut self, span: &Range<usize>, faults: Vec<Diagnostic>) {
        self.faults.extend(crate::treatment::place(
            faults,
            self.file,
            self.inside(span),
        ));
    }

    /// Where the words of a string that stands at `span` begin.
    fn inside(&self, span: &Range<usize>) -> usize {
        let quoted = &self.text[span.clone()];
        let marks = quoted.len() - quoted.trim_start_matches(['"', '\'']).len();
        // An empty string is all quotation marks.
        span.start + marks.min(quoted.len() / 2)
    }

    /// Holds a table to the keys that it may have; `whose` is what it describes.
    pub fn only(&mut self, table: &Table, known: &[&str], whose: &str) {
        for (key, _) in table {
            let name: &str = key.get_ref();
            if !known.contains(&name) {
                let help = nearest(name, known.iter().copied()).map_or_else(
                    || format!("{whose} may have: {}", known.join(", ")),
                    |near| format!("did you mean `{near}`?"),
                );
                let message = format!("{whose} has no key `{name}`");
                self.fault("unknown-key", key.span(), message).help = Some(help);
            }
        }
    }

    /// Says that `key` is needed in the table at `span`.
    pub fn missing(&mut self, span: Range<usize>, key: &str, example: &str) {
        let message = format!("`{key}` is missing");
        self.fault("missing-key", span, message).help = Some(format!("add `{key} = {example}`"));
    }

    /// A string and its place.
    pub fn text(&mut self, table: &Table, key: &str) -> Option<(String, Range<usize>)> {
        let value = table.get(key)?;
        match value.get_ref() {
            DeValue::String(text) => Some((text.to_string(), value.span())),
            _ => self.mistaken(key, value, "words in quotation marks"),
        }
    }

    /// A string that must be in the table at `span`.
    pub fn needed_text(
        &mut self,
        (table, span): Place,
        key: &str,
        example: &str,
    ) -> Option<(String, Range<usize>)> {
        if table.get(key).is_none() {
            self.missing(span.clone(), key, example);
        }
        self.text(table, key)
    }

    /// A finite number and its place.
    pub fn number(&mut self, table: &Table, key: &str) -> Option<(f64, Range<usize>)> {
        let value = table.get(key)?;
        match finite(value.get_ref()) {
            Some(number) => Some((number, value.span())),
            None => self.mistaken(key, value, "a finite number"),
        }
    }

    /// A finite number that must be in the table at `span`.
    pub fn needed_number(
        &mut self,
        (table, span): Place,
        key: &str,
        example: &str,
    ) -> Option<(f64, Range<usize>)> {
        if table.get(key).is_none() {
            self.missing(span.clone(), key, example);
        }
        self.number(table, key)
    }

    /// A number between `low` and `high`, both included.
    pub fn number_within(&mut self, table: &Table, key: &str, low: f64, high: f64) -> Option<f64> {
        let (number, span) = self.number(table, key)?;
        if (low..=high).contains(&number) {
            return Some(number);
        }
        let message = if high.is_finite() {
            format!("`{key}` must lie between {low} and {high}, and is {number}")
        } else {
            format!("`{key}` must be at least {low}, and is {number}")
        };
        self.fault("wrong-value", span, message);
        None
    }

    /// A whole number, not negative, and its place.
    pub fn count(&mut self, table: &Table, key: &str) -> Option<(usize, Range<usize>)> {
        let value = table.get(key)?;
        let whole = match value.get_ref() {
            DeValue::Integer(number) => number.as_str().parse().ok(),
            _ => None,
        };
        match whole {
            Some(number) => Some((number, value.span())),
            None => self.mistaken(key, value, "a whole number, not negative"),
        }
    }

    /// A list of exactly two numbers.
    pub fn pair(&mut self, table: &Table, key: &str) -> Option<(f64, f64)> {
        let value = table.get(key)?;
        let numbers = numbers(value.get_ref());
        match numbers.as_deref() {
            Some(&[low, high]) if low <= high => Some((low, high)),
            _ => self.mistaken(key, value, "two numbers in order, `[low, high]`"),
        }
    }

    /// A list of strings, each with its place.
    pub fn texts(&mut self, table: &Table, key: &str) -> Vec<(String, Range<usize>)> {
        let Some(value) = table.get(key) else {
            return Vec::new();
        };
        let list = value.get_ref().as_array().and_then(|list| {
            list.iter()
                .map(|item| Some((item.get_ref().as_str()?.to_owned(), item.span())))
                .collect::<Option<Vec<_>>>()
        });
        list.or_else(|| self.mistaken(key, value, "a list of words in quotation marks"))
            .unwrap_or_default()
    }

    /// A table and its place.
    pub fn table<'a, 'b>(
        &mut self,
        table: &'a Table<'b>,
        key: &str,
    ) -> Option<(&'a Table<'b>, Range<usize>)> {
        let value = table.get(key)?;
        match value.get_ref() {
            DeValue::Table(inner) => Some((inner, value.span())),
            _ => self.mistaken(key, value, &format!("a table, `[{key}]`")),
        }
    }

    /// A list of tables, each with its place.
    pub fn tables<'a, 'b>(
        &mut self,
        table: &'a Table<'b>,
        key: &str,
    ) -> Vec<(&'a Table<'b>, Range<usize>)> {
        let Some(value) = table.get(key) else {
            return Vec::new();
        };
        let list = value.get_ref().as_array().and_then(|list| {
            list.iter()
                .map(|item| Some((item.get_ref().as_table()?, item.span())))
                .collect::<Option<Vec<_>>>()
        });
        list.or_else(|| self.mistaken(key, value, &format!("a list of tables, `[[{key}]]`")))
            .unwrap_or_default()
    }

    /// Records that the value of `key` is of the wrong kind.
    pub fn mistaken<T>(&mut self, key: &str, value: &Spanned<DeValue>, wanted: &str) -> Option<T> {
        let found = value.get_ref().type_str();
        let message = format!("`{key}` must be {wanted}");
        let fault = self.fault("wrong-kind", value.span(), message);
        fault.label = format!("this is a {found}");
        fault.help = Some(format!("write {wanted}"));
        None
    }
}

/// A table and where it stands.
pub type Place<'a, 't> = (&'a Table<'t>, &'a Range<usize>);

/// The number that a value is, if it is a finite one.
pub fn finite(value: &DeValue) -> Option<f64> {
    let number: f64 = match value {
        DeValue::Integer(number) => number.as_str().parse().ok()?,
        DeValue::Float(number) => number.as_str().parse().ok()?,
        _ => return None,
    };
    number.is_finite().then_some(number)
}

/// The numbers of a list of nothing else.
pub fn numbers(value: &DeValue) -> Option<Vec<f64>> {
    value
        .as_array()?
        .iter()
        .map(|item| finite(item.get_ref()))
        .collect()
}

/// The known name that `name` most likely stands for, if one is near.
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = name.to_lowercase();
    known
        .into_iter()
        .map(|known| (strsim::jaro_winkler(&lower, &known.to_lowercase()), known))
        // The first of equals stays, so that the answer does not depend on luck.
        .fold(
            None,
            |best: Option<(f64, &str)>, (score, known)| match best {
                Some((top, _)) if top >= score => best,
                _ => Some((score, known)),
            },
        )
        // Below 0.8 a suggestion is more often puzzling than right.
        .filter(|(score, _)| *score >= 0.8)
        .map(|(_, known)| known)
}
