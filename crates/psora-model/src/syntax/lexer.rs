//! Characters to tokens.
//!
//! Words are cut out of the text by their tokens' places, so every character becomes some
//! token; nothing is an error here.

use super::words::SIGNS;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum TokenKind {
    /// A name or a keyword.
    Name,
    /// A number without sign.
    Number(f64),
    /// Text in quotation marks.
    Text,
    /// One of [`SIGNS`].
    Sign(&'static str),
    /// Any other character.
    Other,
}

/// A piece of text with a meaning.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Token {
    pub(crate) kind: TokenKind,
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// The line it stands on, from 0.
    pub(crate) line: usize,
    /// Whether it is the first of its line.
    pub(crate) first: bool,
    /// How many characters of indentation its line has.
    pub(crate) column: usize,
    /// Whether space stands before it.
    pub(crate) spaced: bool,
}

/// A comment, `#` included.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Comment {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) line: usize,
    /// Whether it has its line for itself.
    pub(crate) alone: bool,
    /// How many characters of indentation its line has.
    pub(crate) column: usize,
}

/// Tokens, comments and the place of the first tab in an indentation.
#[derive(Debug, Default)]
pub(crate) struct Lexed {
    pub(crate) tokens: Vec<Token>,
    pub(crate) comments: Vec<Comment>,
    pub(crate) tab: Option<usize>,
}

pub(crate) fn lex(text: &str) -> Lexed {
    let mut lexed = Lexed::default();
    let mut start = 0;
    for (line, raw) in text.split_inclusive('\n').enumerate() {
        lex_line(text, start, start + raw.trim_end().len(), line, &mut lexed);
        start += raw.len();
    }
    lexed
}

fn lex_line(text: &str, start: usize, end: usize, line: usize, lexed: &mut Lexed) {
    let whole = &text[start..end];
    let indent = whole.len() - whole.trim_start().len();
    if let Some(tab) = whole[..indent].find('\t') {
        lexed.tab.get_or_insert(start + tab);
    }
    // A tab is reported, and read as one step of two spaces, so that its line stays an entry.
    let steps = whole[..indent].chars();
    let column = steps.map(|space| if space == '\t' { 2 } else { 1 }).sum();
    let mut at = start + indent;
    let mut spaced = false;
    let mut first = true;
    let mut brackets = 0usize;
    while at < end {
        let rest = &text[at..end];
        let character = rest.chars().next().unwrap_or(' ');
        if character.is_whitespace() {
            spaced = true;
            at += character.len_utf8();
            continue;
        }
        // A `#` inside a source (`[@key, sample #2]`) belongs to it.
        if character == '#' && (brackets == 0 || !rest.contains(']')) {
            lexed.comments.push(Comment {
                start: at,
                end,
                line,
                alone: first,
                column,
            });
            return;
        }
        let (kind, length) = token(rest, character);
        match kind {
            TokenKind::Sign("[") => brackets += 1,
            TokenKind::Sign("]") => brackets = brackets.saturating_sub(1),
            _ => {}
        }
        lexed.tokens.push(Token {
            kind,
            start: at,
            end: at + length,
            line,
            first,
            column,
            spaced,
        });
        at += length;
        spaced = false;
        first = false;
    }
}

fn token(rest: &str, character: char) -> (TokenKind, usize) {
    if character.is_ascii_digit() || (character == '.' && digits(&rest[1..]) > 0) {
        return number(rest);
    }
    if character.is_alphabetic() || character == '_' {
        let length = rest
            .find(|c: char| !(c.is_alphanumeric() || c == '_'))
            .unwrap_or(rest.len());
        return (TokenKind::Name, length);
    }
    if character == '"' {
        return match rest[1..].find('"') {
            Some(end) => (TokenKind::Text, end + 2),
            None => (TokenKind::Other, 1),
        };
    }
    for sign in SIGNS {
        if rest.starts_with(sign) {
            return (TokenKind::Sign(sign), sign.len());
        }
    }
    (TokenKind::Other, character.len_utf8())
}

fn digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

/// `12`, `0.5`, `.5`, `1e-3`; the dots of `1..2` stay outside.
fn number(rest: &str) -> (TokenKind, usize) {
    let mut length = digits(rest);
    if rest[length..].starts_with('.') {
        let fraction = digits(&rest[length + 1..]);
        if fraction > 0 {
            length += 1 + fraction;
        }
    }
    if let Some(power) = rest[length..].strip_prefix(['e', 'E']) {
        let sign = usize::from(power.starts_with(['+', '-']));
        let exponent = digits(&power[sign..]);
        if exponent > 0 {
            length += 1 + sign + exponent;
        }
    }
    let value = rest[..length].parse().unwrap_or(f64::NAN);
    (TokenKind::Number(value), length)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<&str> {
        lex(text)
            .tokens
            .iter()
            .map(|token| &text[token.start..token.end])
            .collect()
    }

    #[test]
    fn a_range_is_not_a_number_with_two_dots() {
        assert_eq!(
            words("0.2..1.5 1e-3 2e .5"),
            ["0.2", "..", "1.5", "1e-3", "2", "e", ".5"]
        );
    }

    #[test]
    fn a_hash_in_a_source_is_no_comment() {
        let text = "d [@key, sample #2] # note";
        assert_eq!(lex(text).comments.len(), 1);
        assert_eq!(words(text).last(), Some(&"]"));
    }

    #[test]
    fn every_character_is_some_token() {
        for text in [
            "\u{0}\u{1}",
            "\"open",
            "é→µ",
            "\t\r\n\r",
            "....",
            "1e",
            "->-",
        ] {
            let _ = lex(text);
        }
        assert_eq!(words("a\r\n  b\r\n"), ["a", "b"]);
    }
}
