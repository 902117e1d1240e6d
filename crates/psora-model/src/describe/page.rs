//! Lines of a page, with aligned columns.

use std::fmt::Write;

/// A page: a title, and lines of a keyword and its cells.
#[derive(Debug, Default)]
pub(super) struct Page {
    title: String,
    lines: Vec<(String, Vec<String>)>,
}

/// A cell longer than this does not push the others to the right.
const WIDEST: usize = 48;

impl Page {
    pub(super) fn new(title: String) -> Self {
        Self {
            title,
            lines: Vec::new(),
        }
    }

    /// A line, if it has anything to say.
    pub(super) fn line(&mut self, keyword: &str, cells: impl IntoIterator<Item = String>) {
        let cells: Vec<String> = cells.into_iter().collect();
        if cells.iter().any(|cell| !cell.is_empty()) {
            self.lines.push((keyword.to_owned(), cells));
        }
    }

    /// A line with one cell.
    pub(super) fn say(&mut self, keyword: &str, text: impl Into<String>) {
        self.line(keyword, [text.into()]);
    }

    /// Several lines, of which only the first names the keyword.
    pub(super) fn list(&mut self, keyword: &str, rows: impl IntoIterator<Item = Vec<String>>) {
        for (at, row) in rows.into_iter().enumerate() {
            self.line(if at == 0 { keyword } else { "" }, row);
        }
    }

    pub(super) fn print(&self) -> String {
        let mut out = format!("{}\n", self.title.trim_end());
        let first = self
            .lines
            .iter()
            .map(|(word, _)| count(word))
            .max()
            .unwrap_or(0);
        for (number, (keyword, cells)) in self.lines.iter().enumerate() {
            let mut line = format!("  {keyword:first$}");
            for (at, cell) in cells.iter().enumerate() {
                line.push_str("  ");
                line.push_str(cell);
                if at + 1 < cells.len() {
                    let width = self.width(number, at);
                    line.push_str(&" ".repeat(width.saturating_sub(count(cell))));
                }
            }
            writeln!(out, "{}", line.trim_end()).expect("a string takes every text");
        }
        out
    }

    /// The width of a column in the list that line `number` belongs to.
    fn width(&self, number: usize, column: usize) -> usize {
        let cells = self.lines[number].1.len();
        let alike = self.lines.iter().filter(|(_, row)| row.len() == cells);
        alike
            .map(|(_, row)| count(&row[column]))
            .filter(|width| *width <= WIDEST)
            .max()
            .unwrap_or(0)
    }
}

fn count(text: &str) -> usize {
    text.chars().count()
}

/// Text with single spaces, cut where it is too long for a line.
pub(super) fn short(text: &str) -> String {
    const LONGEST: usize = 100;
    let plain = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if count(&plain) <= LONGEST {
        return plain;
    }
    let cut: String = plain.chars().take(LONGEST).collect();
    format!("{cut} \u{2026}")
}

/// Sentence parts that are not empty, with commas.
pub(super) fn commas(parts: &[&str]) -> String {
    let parts: Vec<&str> = parts
        .iter()
        .copied()
        .filter(|part| !part.is_empty())
        .collect();
    parts.join(", ")
}

/// A value with its unit; a plain number has none.
pub(super) fn with_unit(value: &str, unit: &str) -> String {
    match unit {
        "1" => value.to_owned(),
        "%" => format!("{value}%"),
        _ => format!("{value} {unit}"),
    }
}

/// A unit worth saying.
pub(super) fn unit_word(unit: &str) -> &str {
    if unit == "1" { "" } else { unit }
}
