//! TOML as a reader means it: known keys, whole values, and every fault with its place.
//!
//! [`Keys`] collects faults while a file is taken apart; nothing stops at the first one.

use crate::library::nearest;
use psora_model::{Diagnostic, Diagnostics};
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A table of a file.
pub(crate) type Table<'t> = DeTable<'t>;

/// One TOML file on its way to becoming a value, and what is wrong with it so far.
pub(crate) struct Keys<'t> {
    file: &'t str,
    text: &'t str,
    faults: Vec<Diagnostic>,
}

impl<'t> Keys<'t> {
    /// Takes `text` apart as far as it goes.
    pub(crate) fn parse(file: &'t str, text: &'t str) -> (Spanned<Table<'t>>, Self) {
        let (table, errors) = DeTable::parse_recoverable(text);
        let mut keys = Self {
            file,
            text,
            faults: Vec::new(),
        };
        for error in errors {
            let span = error.span().unwrap_or(0..0);
            let fault = keys.fault("not-toml", span.clone(), error.message().trim_end());
            if span.start >= text.trim_end().len() {
                fault.help =
                    Some("the file ends in the middle of an entry: is it complete?".to_owned());
            }
        }
        (table, keys)
    }

    /// Records a fault, and hands it back for a label or a way out.
    pub(crate) fn fault(
        &mut self,
        code: &'static str,
        span: Range<usize>,
        message: impl Into<String>,
    ) -> &mut Diagnostic {
        self.faults
            .push(Diagnostic::new(code, self.file, Some(span), message));
        self.faults.last_mut().expect("one was just pushed")
    }

    /// Records a fault of the file as a whole.
    pub(crate) fn fault_of_file(&mut self, code: &'static str, message: &str, help: &str) {
        self.faults
            .push(Diagnostic::new(code, self.file, None, message).help(help));
    }

    /// Holds a table to the keys that it may have; `whose` is what it describes.
    pub(crate) fn only(&mut self, table: &Table, known: &[&str], whose: &str) {
        for (key, _) in table {
            let name: &str = key.get_ref();
            if !known.contains(&name) {
                let help = nearest(name, known).map_or_else(
                    || format!("{whose} may have: {}", known.join(", ")),
                    |near| format!("did you mean `{near}`?"),
                );
                let message = format!("{whose} has no key `{name}`");
                self.fault("unknown-key", key.span(), message).help = Some(help);
            }
        }
    }

    /// A string.
    pub(crate) fn text(&mut self, table: &Table, key: &str) -> Option<Spanned<String>> {
        let value = table.get(key)?;
        match value.get_ref() {
            DeValue::String(text) => Some(Spanned::new(value.span(), text.to_string())),
            _ => self.mistaken(key, value, "words in quotation marks"),
        }
    }

    /// A string that must be there.
    pub(crate) fn needed_text(
        &mut self,
        table: &Table,
        key: &str,
        example: &str,
    ) -> Option<Spanned<String>> {
        if table.get(key).is_none() {
            self.missing(key, example);
        }
        self.text(table, key)
    }

    /// A list of strings; none where it is missing or not one.
    pub(crate) fn texts(&mut self, table: &Table, key: &str) -> Option<Vec<String>> {
        let value = table.get(key)?;
        let list = value.get_ref().as_array().and_then(|list| {
            list.iter()
                .map(|item| match item.get_ref() {
                    DeValue::String(text) => Some(text.to_string()),
                    _ => None,
                })
                .collect()
        });
        list.or_else(|| self.mistaken(key, value, "a list of words in quotation marks"))
    }

    /// A whole number of at least `least`.
    pub(crate) fn count(&mut self, table: &Table, key: &str, least: u64) -> Option<u64> {
        let value = table.get(key)?;
        let whole = match value.get_ref() {
            DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix()).ok(),
            _ => None,
        };
        match whole.and_then(|number| u64::try_from(number).ok()) {
            Some(number) if number >= least => Some(number),
            _ => self.mistaken(key, value, &format!("a whole number of at least {least}")),
        }
    }

    /// A finite number.
    pub(crate) fn number(&mut self, key: &str, value: &Spanned<DeValue>) -> Option<f64> {
        let number = match value.get_ref() {
            DeValue::Integer(number) => number.as_str().parse().ok(),
            DeValue::Float(number) => number.as_str().parse().ok(),
            _ => None,
        };
        number
            .filter(|number: &f64| number.is_finite())
            .or_else(|| self.mistaken(key, value, "a finite number"))
    }

    /// A table.
    pub(crate) fn table<'a, 's>(
        &mut self,
        table: &'a Table<'s>,
        key: &str,
    ) -> Option<&'a Table<'s>> {
        let value = table.get(key)?;
        match value.get_ref() {
            DeValue::Table(inner) => Some(inner),
            _ => self.mistaken(key, value, &format!("a table, `[{key}]`")),
        }
    }

    /// A list of tables, each with its place.
    pub(crate) fn tables<'a, 's>(
        &mut self,
        table: &'a Table<'s>,
        key: &str,
    ) -> Vec<(Range<usize>, &'a Table<'s>)> {
        let Some(value) = table.get(key) else {
            return Vec::new();
        };
        let Some(list) = value.get_ref().as_array() else {
            self.mistaken::<()>(key, value, &format!("a list of tables, `[[{key}]]`"));
            return Vec::new();
        };
        let mut tables = Vec::new();
        for entry in list {
            match entry.get_ref() {
                DeValue::Table(inner) => tables.push((entry.span(), inner)),
                _ => {
                    self.mistaken::<()>(key, entry, "a table");
                }
            }
        }
        tables
    }

    /// Records that a key is not there.
    pub(crate) fn missing(&mut self, key: &str, example: &str) {
        self.fault_of_file(
            "missing-key",
            &format!("the key `{key}` is missing"),
            &format!("add a line such as `{key} = {example}`"),
        );
    }

    fn mistaken<T>(&mut self, key: &str, value: &Spanned<DeValue>, wanted: &str) -> Option<T> {
        let span = value.span();
        let written = self.text.get(span.clone()).unwrap_or_default();
        let written = written.lines().next().unwrap_or_default().to_owned();
        self.fault(
            "wrong-value",
            span,
            format!("`{key}` must be {wanted}, not `{written}`"),
        )
        .help = Some(format!("write {wanted}"));
        None
    }

    /// The value, if nothing was wrong.
    pub(crate) fn finish<T>(mut self, value: Option<T>) -> Result<T, Diagnostics> {
        match value {
            Some(value) if self.faults.is_empty() => Ok(value),
            _ => {
                self.faults
                    .sort_by_key(|fault| fault.span.as_ref().map_or(usize::MAX, |s| s.start));
                Err(Diagnostics::of(self.file, self.text, self.faults))
            }
        }
    }
}

/// The place in a file of bytes `within` of the string whose value has the span `value`:
/// past the opening quotation mark, as long as nothing before it is escaped.
pub(crate) fn inside(value: &Range<usize>, within: &Range<usize>) -> Range<usize> {
    let start = value.start + 1;
    (start + within.start).min(value.end)..(start + within.end).min(value.end)
}
