//! The whole program, from the words on the command line to the files on disk.

mod commands;
mod results;
mod validate;
mod world;
mod wrong_texts;
