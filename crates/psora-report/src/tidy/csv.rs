//! A table as comma-separated text, quoted as RFC 4180 says, lines ended by a line feed.

use super::{Table, Values};
use std::fmt::Write as _;

/// The table as comma-separated text with one header line; what is missing is empty.
///
/// Numbers are the shortest text that reads back as the same number.
#[must_use]
pub fn csv(table: &Table<'_>) -> String {
    let mut text = String::new();
    for (place, column) in table.columns.iter().enumerate() {
        if place > 0 {
            text.push(',');
        }
        quote(&mut text, &column.name);
    }
    text.push('\n');
    for block in table.blocks() {
        for row in 0..block.first().map_or(0, Values::len) {
            for (place, values) in block.iter().enumerate() {
                if place > 0 {
                    text.push(',');
                }
                cell(&mut text, values, row);
            }
            text.push('\n');
        }
    }
    text
}

fn cell(text: &mut String, values: &Values<'_>, row: usize) {
    // Writing to a string cannot fail.
    let _ = match values {
        Values::Text(values) => {
            quote(text, values[row].as_deref().unwrap_or_default());
            Ok(())
        }
        Values::Whole(values) => values[row].map_or(Ok(()), |value| write!(text, "{value}")),
        Values::Number(values) if values[row].is_finite() => write!(text, "{}", values[row]),
        Values::Single(values) if values[row].is_finite() => write!(text, "{}", values[row]),
        Values::Number(_) | Values::Single(_) => Ok(()),
    };
}

fn quote(text: &mut String, word: &str) {
    if word.contains([',', '"', '\n', '\r']) {
        text.push('"');
        text.push_str(&word.replace('"', "\"\""));
        text.push('"');
    } else {
        text.push_str(word);
    }
}
