//! What each command does: one file a command.

pub(crate) mod check;
pub(crate) mod format;
pub(crate) mod phenomena;
pub(crate) mod regimen;
pub(crate) mod run;
pub(crate) mod show;
pub(crate) mod studies;
pub(crate) mod treatments;
pub(crate) mod validate;

use crate::arguments::{Arguments, Command};
use crate::{Failure, Outcome};
use psora::Library;
use std::path::Path;

/// Does what the words say.
pub(crate) fn run(arguments: Arguments) -> Result<Outcome, Failure> {
    let library = match &arguments.library {
        Some(folder) => Library::folder(folder)?,
        None => Library::find(&std::env::current_dir().unwrap_or_else(|_| Path::new("").into())),
    };
    match arguments.command {
        Command::Regimen(command) => command.run(&library),
        Command::Run(command) => command.run(&library),
        Command::Check(command) => command.run(&library),
        Command::Format(command) => command.run(),
        Command::Phenomena(command) => command.run(&library),
        Command::Show(command) => command.run(&library),
        Command::Treatments(command) => command.run(&library),
        Command::Studies(command) => command.run(&library),
        Command::Validate(command) => command.run(&library),
    }
}
