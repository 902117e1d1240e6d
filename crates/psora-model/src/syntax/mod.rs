//! Text to a tree, with the place of every piece.
//!
//! [`parse`] never fails: it returns what it understood and a diagnostic for what it did
//! not. An entry that cannot be read leaves its name behind as broken, so that nothing else
//! stumbles over its absence.

mod entries;
mod entry;
mod expression;
mod layout;
mod lexer;
mod pieces;
mod sections;
mod tree;
mod words;

pub(crate) use layout::Line;
pub(crate) use lexer::Comment;
pub(crate) use sections::{Parsed, parse};
pub(crate) use tree::*;
pub(crate) use words::{FUNCTIONS, SECTIONS};
