//! Canonical layout of a file: two spaces of indentation, aligned columns, kept comments.
//!
//! The parser has marked where columns begin and which tokens stand close together; this
//! prints the tokens accordingly. Line breaks within an entry stay where the author put them.
//! A text that does not parse is not touched.

use crate::syntax::{Comment, Line, Parsed, SECTIONS, parse};
use crate::{Diagnostic, Diagnostics};
use std::collections::{BTreeMap, BTreeSet};

/// A cell longer than this does not push the columns of other lines to the right.
const WIDEST: usize = 60;

/// The canonical layout of `text`; laying it out again changes nothing.
///
/// # Errors
/// What makes the text unreadable. Names and units are not looked at.
pub fn format(file: &str, text: &str) -> Result<String, Diagnostics> {
    let parsed = parse(file, text);
    if !parsed.faults.is_empty() {
        let mut faults: Vec<Diagnostic> = parsed.faults;
        faults.sort_by_key(|fault| fault.span.as_ref().map_or(0, |span| span.start));
        return Err(Diagnostics::of(file, text, faults));
    }
    let printer = Printer {
        text,
        parsed: &parsed,
    };
    Ok(printer.print())
}

struct Printer<'a> {
    text: &'a str,
    parsed: &'a Parsed,
}

/// A line or entry of the result, with where it came from.
struct Row {
    /// First and last line in the text.
    lines: (usize, usize),
    kind: RowKind,
    printed: String,
}

#[derive(Clone, Copy, PartialEq)]
enum RowKind {
    /// `module`, `model`
    Header,
    Section,
    Entry,
    /// A comment in the first column.
    Comment,
    /// An indented comment.
    Note,
}

impl Printer<'_> {
    fn print(&self) -> String {
        let mut rows = Vec::new();
        let mut inside = BTreeSet::new();
        for block in &self.parsed.blocks {
            let head = &self.parsed.tokens[block.head.from];
            let section = SECTIONS.contains(&self.slice(head.start, head.end));
            rows.push(Row {
                lines: (head.line, head.line),
                kind: if section {
                    RowKind::Section
                } else {
                    RowKind::Header
                },
                printed: self.physical_line(block.head.from, block.head.to, 0)
                    + &self.trailing(head.line),
            });
            let widths = self.positions(&block.entries);
            for &entry in &block.entries {
                rows.push(self.entry(entry, &widths, &mut inside));
            }
        }
        let alone = self.parsed.comments.iter().filter(|comment| comment.alone);
        rows.extend(
            alone
                .filter(|comment| !inside.contains(&comment.line))
                .map(|comment| self.comment(comment)),
        );
        rows.sort_by_key(|row| row.lines.0);
        join(&rows)
    }

    fn slice(&self, start: usize, end: usize) -> &str {
        &self.text[start..end]
    }

    fn comment(&self, comment: &Comment) -> Row {
        let text = self.slice(comment.start, comment.end);
        let note = comment.column > 0;
        Row {
            lines: (comment.line, comment.line),
            kind: if note {
                RowKind::Note
            } else {
                RowKind::Comment
            },
            printed: format!("{}{text}", if note { "  " } else { "" }),
        }
    }

    /// The comment at the end of a line, with the space before it.
    fn trailing(&self, line: usize) -> String {
        let found = self
            .parsed
            .comments
            .iter()
            .find(|comment| !comment.alone && comment.line == line);
        found.map_or_else(String::new, |comment| {
            format!("  {}", self.slice(comment.start, comment.end))
        })
    }

    /// Tokens joined by single spaces, or by nothing where they are glued.
    fn joined(&self, from: usize, to: usize) -> String {
        let mut out = String::new();
        for index in from..to {
            if index > from && !self.parsed.marks[index].glued {
                out.push(' ');
            }
            let token = &self.parsed.tokens[index];
            let text = self.slice(token.start, token.end);
            match text
                .strip_prefix('"')
                .and_then(|text| text.strip_suffix('"'))
            {
                Some(label) => {
                    let words: Vec<&str> = label.split_whitespace().collect();
                    out.push_str(&format!("\"{}\"", words.join(" ")));
                }
                None => out.push_str(text),
            }
        }
        out
    }

    fn physical_line(&self, from: usize, to: usize, indent: usize) -> String {
        let mut out = " ".repeat(indent);
        for (at, (_, cell)) in self.cells(from, to).into_iter().enumerate() {
            if at > 0 {
                out.push_str(if wide(&cell) { "  " } else { " " });
            }
            out.push_str(&cell);
        }
        out
    }

    /// Where the first physical line of an entry ends.
    fn first_line(&self, entry: Line) -> usize {
        let line = self.parsed.tokens[entry.from].line;
        let tokens = &self.parsed.tokens[entry.from..entry.to];
        entry.from + tokens.iter().take_while(|token| token.line == line).count()
    }

    /// The columns of a line and their text.
    fn cells(&self, from: usize, to: usize) -> Vec<(u8, String)> {
        let mut starts: Vec<usize> = (from + 1..to)
            .filter(|&index| self.parsed.marks[index].column > 0)
            .collect();
        starts.insert(0, from);
        starts
            .iter()
            .enumerate()
            .map(|(at, &start)| {
                let end = starts.get(at + 1).copied().unwrap_or(to);
                let column = if at == 0 {
                    0
                } else {
                    self.parsed.marks[start].column
                };
                (column, self.joined(start, end))
            })
            .collect()
    }

    /// Where each column of a section begins.
    fn positions(&self, entries: &[Line]) -> BTreeMap<u8, usize> {
        let mut widths: BTreeMap<u8, (usize, bool)> = BTreeMap::new();
        for &entry in entries {
            let cells = self.cells(entry.from, self.first_line(entry));
            for (at, (column, cell)) in cells.iter().enumerate() {
                let width = cell.chars().count();
                let last = at + 1 == cells.len();
                let (widest, gap) = widths.entry(*column).or_default();
                if !last && width <= WIDEST {
                    *widest = width.max(*widest);
                }
                *gap |= wide(cell);
            }
        }
        let mut positions = BTreeMap::new();
        let mut end = 0;
        for (at, (column, (width, gap))) in widths.into_iter().enumerate() {
            let space = if at == 0 { 0 } else { 1 + usize::from(gap) };
            positions.insert(column, end + space);
            end += space + width;
        }
        positions
    }

    fn entry(
        &self,
        entry: Line,
        positions: &BTreeMap<u8, usize>,
        inside: &mut BTreeSet<usize>,
    ) -> Row {
        let first = self.first_line(entry);
        let mut line = String::new();
        for (at, (column, cell)) in self.cells(entry.from, first).into_iter().enumerate() {
            let here = line.chars().count();
            let least = if at == 0 {
                0
            } else {
                here + 1 + usize::from(wide(&cell))
            };
            let target = positions.get(&column).copied().unwrap_or(0).max(least);
            line.push_str(&" ".repeat(target - here));
            line.push_str(&cell);
        }
        let begins = self.parsed.tokens[entry.from].line;
        let ends = self.parsed.tokens[entry.to - 1].line;
        let mut printed = format!("  {line}{}", self.trailing(begins));
        for number in begins + 1..=ends {
            let on_line = |index: &usize| self.parsed.tokens[*index].line == number;
            let tokens: Vec<usize> = (first..entry.to).filter(on_line).collect();
            let alone = self
                .parsed
                .comments
                .iter()
                .find(|it| it.alone && it.line == number);
            if let (Some(&from), Some(&to)) = (tokens.first(), tokens.last()) {
                printed.push('\n');
                printed.push_str(&self.physical_line(from, to + 1, 4));
                printed.push_str(&self.trailing(number));
            } else if let Some(comment) = alone {
                inside.insert(number);
                printed.push_str("\n    ");
                printed.push_str(self.slice(comment.start, comment.end));
            }
        }
        Row {
            lines: (begins, ends),
            kind: RowKind::Entry,
            printed,
        }
    }
}

/// Whether two spaces stand before a cell: texts, sources, ranges and variations.
fn wide(cell: &str) -> bool {
    cell.starts_with(['"', '['])
        || ["range ", "fixed", "varies "]
            .iter()
            .any(|word| cell.starts_with(word))
}

/// Rows with one empty line between sections, and where the author had some.
fn join(rows: &[Row]) -> String {
    let mut out = String::new();
    for (at, row) in rows.iter().enumerate() {
        if at > 0 {
            let before = &rows[at - 1];
            let gap = row.lines.0 > before.lines.1 + 1;
            let above = before.kind == RowKind::Comment;
            let empty = match row.kind {
                RowKind::Header => true,
                RowKind::Section => gap || !above,
                RowKind::Comment => gap || !above,
                RowKind::Entry | RowKind::Note => gap && before.kind != RowKind::Section,
            };
            out.push_str(if empty { "\n\n" } else { "\n" });
        }
        out.push_str(row.printed.trim_end());
    }
    out.push('\n');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned_and_comments_kept() {
        let text = "# Story\nmodule a.b\nspecies\n  IL23=1 pM in skin \"interleukin-23\" # note\n  # longer\n  T17_cells = 11 cell/mm2 in skin \"cells\"\n\n\n\nreactions\n IL-23  loss: IL23-> at d*IL23^2\n T17 entry : ->T17_cells at (a+b) /\n     c\n";
        let wanted = "# Story\n\nmodule a.b\n\nspecies\n  IL23      = 1  pM       in skin  \"interleukin-23\"  # note\n  # longer\n  T17_cells = 11 cell/mm2 in skin  \"cells\"\n\nreactions\n  IL-23 loss : IL23 ->           at d * IL23^2\n  T17 entry  :      -> T17_cells at (a + b) /\n    c\n";
        let once = format("a", text).expect("parses");
        assert_eq!(once, wanted);
        assert_eq!(format("a", &once).expect("parses"), once);
    }

    #[test]
    fn layout_changes_nothing_of_what_is_said() {
        let page = include_str!("../../../book/src/language/grammar.md");
        let example = page
            .split("```psora\n")
            .nth(1)
            .and_then(|rest| rest.split("```").next());
        let example = example.expect("the grammar page has an example");
        for spaces in [" ", "   "] {
            let squeezed = |line: &str| {
                let indent = line.len() - line.trim_start().len();
                let words: Vec<&str> = line.split_whitespace().collect();
                format!("{}{}\n", &line[..indent], words.join(spaces))
            };
            let text: String = example.lines().map(squeezed).collect();
            let once = format("a", &text).expect("parses");
            // Equal trees, wherever their pieces stand.
            assert_eq!(parse("a", &text).file, parse("a", &once).file);
            assert_eq!(once, example);
        }
    }

    #[test]
    fn a_text_with_a_fault_is_not_touched() {
        assert!(format("a", "module a\nspecies\n  X = \n").is_err());
    }

    #[test]
    fn a_unit_stays_a_unit_and_a_quotient_a_quotient() {
        let once = format("a", "module a\nwhere\n  x = 2 mg/L+3 mg/V\n").expect("parses");
        assert!(once.contains("2 mg/L + 3 mg / V"), "{once}");
    }
}
