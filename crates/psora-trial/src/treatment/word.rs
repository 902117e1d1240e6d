//! A regimen's text as words, numbers and marks.

use psora_model::Diagnostic;
use std::ops::Range;

/// A piece of a regimen and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Piece {
    pub(super) kind: Kind,
    pub(super) span: Range<usize>,
}

/// What a piece is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    /// A word or a unit, as written: `secukinumab`, `mg/kg`, `J/cm2`.
    Word(String),
    Number(f64),
    Comma,
    Colon,
    Dot,
}

/// Takes a text apart, or says which characters have no place in a regimen.
pub(super) fn pieces(text: &str) -> Result<Vec<Piece>, Vec<Diagnostic>> {
    let (mut pieces, mut faults) = (Vec::new(), Vec::new());
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        let rest = &text[at..];
        let (kind, length) = if first.is_whitespace() {
            (None, first.len_utf8())
        } else if let Some(length) = number(rest) {
            let number = rest[..length]
                .parse()
                .expect("digits, at most one dot and a sign");
            (Some(Kind::Number(number)), length)
        } else if first.is_alphabetic() {
            let inside = |c: char| c.is_alphanumeric() || "_-/^".contains(c);
            let length = rest.find(|c| !inside(c)).unwrap_or(rest.len());
            (Some(Kind::Word(rest[..length].to_owned())), length)
        } else {
            let mark = match first {
                ',' => Some(Kind::Comma),
                ':' => Some(Kind::Colon),
                '.' => Some(Kind::Dot),
                _ => None,
            };
            if mark.is_none() {
                let span = Some(at..at + first.len_utf8());
                let message = format!("`{first}` has no place in a regimen");
                faults.push(Diagnostic::new("not-a-regimen", "", span, message));
            }
            (mark, first.len_utf8())
        };
        if let Some(kind) = kind {
            pieces.push(Piece {
                kind,
                span: at..at + length,
            });
        }
        at += length;
    }
    if faults.is_empty() {
        Ok(pieces)
    } else {
        Err(faults)
    }
}

/// The length of the number that a text begins with, if it begins with one.
fn number(text: &str) -> Option<usize> {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let whole = digits(unsigned);
    if whole == 0 {
        return None;
    }
    let after = unsigned[whole..].strip_prefix('.').map_or(0, digits);
    let fraction = if after > 0 { after + 1 } else { 0 };
    Some(text.len() - unsigned.len() + whole + fraction)
}

fn digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}
