//! The whole program, from the words on the command line to the files on disk.

mod commands;
mod exposure;
mod guide;
mod results;
mod validate;
mod rules;
mod tables;
mod world;
mod wrong_texts;
