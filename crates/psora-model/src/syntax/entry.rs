//! A reader over the tokens of one entry.
//!
//! It hands out tokens, says what it expected where, and marks on the way how the formatter
//! should space what it read.

use super::lexer::{Token, TokenKind};
use super::tree::{Name, Span};
use super::words::RESERVED;
use crate::Diagnostic;

/// How the formatter prints a token.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Mark {
    /// The column that begins here; 0 for none.
    pub(crate) column: u8,
    /// Whether no space stands before it.
    pub(crate) glued: bool,
}

/// What reading gives: a piece, or the reason why there is none.
pub(super) type Read<T> = Result<T, Box<Diagnostic>>;

/// The text of one file, cut into tokens.
#[derive(Debug, Clone, Copy)]
pub(super) struct Source<'a> {
    pub(super) file: &'a str,
    pub(super) text: &'a str,
    pub(super) tokens: &'a [Token],
}

pub(super) struct Entry<'a> {
    pub(super) source: Source<'a>,
    pub(super) at: usize,
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) marks: &'a mut [Mark],
    pub(super) faults: &'a mut Vec<Diagnostic>,
}

impl<'a> Entry<'a> {
    pub(super) fn token(&self, ahead: usize) -> Option<Token> {
        let index = self.at + ahead;
        (index < self.to).then(|| self.source.tokens[index])
    }

    pub(super) fn slice(&self, token: Token) -> &'a str {
        &self.source.text[token.start..token.end]
    }

    /// The text of the token `ahead`; empty at the end.
    pub(super) fn word(&self, ahead: usize) -> &'a str {
        self.token(ahead).map_or("", |token| self.slice(token))
    }

    /// The place of the next token, or the end of the entry.
    pub(super) fn here(&self) -> Span {
        match self.token(0) {
            Some(token) => Span {
                start: token.start,
                end: token.end,
            },
            None => {
                let end = self.last_end();
                Span { start: end, end }
            }
        }
    }

    /// The end of what has been read.
    pub(super) fn last_end(&self) -> usize {
        match self.at.checked_sub(1) {
            Some(index) if index >= self.from => self.source.tokens[index].end,
            _ => self.source.tokens[self.from].start,
        }
    }

    /// The place of everything from token `from` to what was read last.
    pub(super) fn since(&self, from: usize) -> Span {
        Span {
            start: self.source.tokens[from.min(self.to - 1)].start,
            end: self.last_end(),
        }
    }

    pub(super) fn is_sign(&self, ahead: usize, sign: &str) -> bool {
        matches!(self.token(ahead), Some(token) if token.kind == TokenKind::Sign(find(sign)))
    }

    /// Takes the sign if it comes next.
    pub(super) fn sign(&mut self, sign: &str) -> bool {
        let found = self.is_sign(0, sign);
        self.at += usize::from(found);
        found
    }

    pub(super) fn is_keyword(&self, ahead: usize, word: &str) -> bool {
        matches!(self.token(ahead), Some(token) if token.kind == TokenKind::Name)
            && self.word(ahead) == word
    }

    /// Takes the keyword if it comes next.
    pub(super) fn keyword(&mut self, word: &str) -> bool {
        let found = self.is_keyword(0, word);
        self.at += usize::from(found);
        found
    }

    pub(super) fn is_name(&self, ahead: usize) -> bool {
        matches!(self.token(ahead), Some(token) if token.kind == TokenKind::Name)
    }

    pub(super) fn expect_sign(&mut self, sign: &str, what: &str) -> Read<()> {
        if self.sign(sign) {
            Ok(())
        } else {
            Err(self.expected(&format!("`{sign}` {what}")))
        }
    }

    /// A name that is used.
    pub(super) fn name(&mut self, what: &str) -> Read<Name> {
        if !self.is_name(0) {
            return Err(self.expected(what));
        }
        let name = Name {
            text: self.word(0).to_owned(),
            span: self.here(),
        };
        self.at += 1;
        Ok(name)
    }

    /// A name that is given to something.
    pub(super) fn new_name(&mut self, what: &str) -> Read<Name> {
        let name = self.name(what)?;
        if RESERVED.contains(&name.text.as_str()) {
            return Err(self
                .fault(
                    "reserved-word",
                    name.span,
                    format!(
                        "`{}` is a word of the language and cannot name a thing",
                        name.text
                    ),
                )
                .into());
        }
        Ok(name)
    }

    /// `a.b.c`
    pub(super) fn path(&mut self, what: &str) -> Read<Name> {
        let from = self.at;
        let mut path = self.name(what)?;
        while self.sign(".") {
            self.glue_last();
            let part = self.name("the rest of the path")?;
            self.glue_last();
            path.text.push('.');
            path.text.push_str(&part.text);
        }
        path.span = self.since(from);
        Ok(path)
    }

    /// Nothing may follow.
    pub(super) fn end(&mut self, what: &str) -> Read<()> {
        if self.at < self.to {
            return Err(self.unexpected(&format!("{what} ends before this")));
        }
        Ok(())
    }

    pub(super) fn fault(
        &self,
        code: &'static str,
        span: Span,
        message: impl Into<String>,
    ) -> Diagnostic {
        Diagnostic::new(code, self.source.file, Some(span.range()), message)
    }

    pub(super) fn expected(&self, what: &str) -> Box<Diagnostic> {
        let found = match self.token(0) {
            Some(token) => format!("found `{}`", self.slice(token)),
            None => "but the line ends".to_owned(),
        };
        Box::new(
            self.fault("syntax", self.here(), format!("expected {what}, {found}"))
                .label(format!("here should stand {what}")),
        )
    }

    pub(super) fn unexpected(&self, message: &str) -> Box<Diagnostic> {
        Box::new(
            self.fault("syntax", self.here(), message.to_owned())
                .label("not expected here"),
        )
    }

    /// The next token begins a column.
    pub(super) fn column(&mut self, column: u8) {
        if self.at < self.to {
            self.marks[self.at].column = column;
        }
    }

    /// The token read last stands close to the one before.
    pub(super) fn glue_last(&mut self) {
        if self.at > self.from {
            self.marks[self.at - 1].glued = true;
        }
    }

    /// The next token stands close to the one read last.
    pub(super) fn glue_next(&mut self) {
        if self.at < self.to {
            self.marks[self.at].glued = true;
        }
    }

    /// The tokens from `from` to here keep the spacing that they have in the text.
    pub(super) fn keep_spacing(&mut self, from: usize) {
        for index in from + 1..self.at {
            let token = self.source.tokens[index];
            self.marks[index].glued = !token.spaced && !token.first;
        }
    }
}

fn find(sign: &str) -> &'static str {
    super::words::SIGNS
        .iter()
        .find(|known| **known == sign)
        .copied()
        .expect("only signs of the table are asked for")
}
