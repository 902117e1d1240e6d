//! The command line of Psora.
//!
//! Words come in ([`arguments`]), a command does what they say ([`command`]), and an exit
//! code goes out: 0 done; 2 the command or a file is wrong; 3 it ran, but a check fell short;
//! 4 the runs of too many patients failed; 130 it was stopped before the end.

mod arguments;
mod command;
mod progress;
mod terminal;
mod work;

use arguments::Arguments;
use clap::Parser as _;
use std::io::ErrorKind;
use std::process::ExitCode;

/// How a command ended, when nothing was in its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Done,
    /// It ran, but some of the files that it was given are wrong.
    Faulty,
    FellShort,
    TooManyFailed,
    Stopped,
}

/// What was in a command's way.
enum Failure {
    /// A text or the machine.
    Psora(psora::Error),
    /// Nobody takes what is printed.
    Output(std::io::Error),
}

impl From<psora::Error> for Failure {
    fn from(error: psora::Error) -> Self {
        Self::Psora(error)
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::Output(error)
    }
}

fn main() -> ExitCode {
    match command::run(Arguments::parse()) {
        Ok(outcome) => ExitCode::from(match outcome {
            Outcome::Done => 0,
            Outcome::Faulty => 2,
            Outcome::FellShort => 3,
            Outcome::TooManyFailed => 4,
            // What shells report of a command ended by Ctrl-C.
            Outcome::Stopped => 130,
        }),
        // Whoever reads our output has read enough (`psora ... | head`).
        Err(Failure::Output(error)) if error.kind() == ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(Failure::Output(error)) => {
            terminal::warn(&format!("error: the output could not be printed: {error}"));
            ExitCode::from(2)
        }
        Err(Failure::Psora(error)) => {
            terminal::complain(&error);
            ExitCode::from(2)
        }
    }
}
