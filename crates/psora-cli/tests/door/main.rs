//! The whole program, from the words on the command line to the files on disk.

mod commands;
mod exposure;
mod guide;
mod phenomena;
mod results;
mod rules;
mod tables;
mod validate;
mod world;
mod wrong_texts;
