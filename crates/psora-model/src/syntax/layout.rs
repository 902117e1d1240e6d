//! Lines to sections and entries.
//!
//! A section starts in column one, an entry is indented, a deeper line continues it.

use super::lexer::Token;

/// A section: its head line and its entries, as ranges of tokens.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Block {
    pub(crate) head: Line,
    pub(crate) entries: Vec<Line>,
}

/// A range of tokens: a head line, or an entry with its continuations.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Line {
    pub(crate) from: usize,
    pub(crate) to: usize,
}

/// Sections in order, and the entries that stand before any of them.
#[derive(Debug, Default)]
pub(crate) struct Layout {
    pub(crate) blocks: Vec<Block>,
    pub(crate) stray: Vec<Line>,
}

pub(crate) fn layout(tokens: &[Token]) -> Layout {
    let mut layout = Layout::default();
    let mut column = usize::MAX;
    let mut from = 0;
    while from < tokens.len() {
        let line = tokens[from].line;
        let to = from
            + tokens[from..]
                .iter()
                .take_while(|token| token.line == line)
                .count();
        let here = tokens[from].column;
        let entries = match layout.blocks.last_mut() {
            Some(block) => &mut block.entries,
            None => &mut layout.stray,
        };
        match entries.last_mut() {
            _ if here == 0 => {
                column = usize::MAX;
                layout.blocks.push(Block {
                    head: Line { from, to },
                    entries: Vec::new(),
                });
            }
            Some(entry) if here > column => entry.to = to,
            _ => {
                column = here;
                entries.push(Line { from, to });
            }
        }
        from = to;
    }
    layout
}

#[cfg(test)]
mod tests {
    use super::super::lexer::lex;
    use super::*;

    #[test]
    fn a_deeper_line_continues_an_entry() {
        let text = "where\n  a = 1\n    + 2\n\n  # note\n  b = 3\n c = 4\nadd\n";
        let found = layout(&lex(text).tokens);
        assert_eq!(found.blocks.len(), 2);
        assert_eq!(found.blocks[0].entries.len(), 3);
        assert!(found.blocks[1].entries.is_empty());
    }
}
