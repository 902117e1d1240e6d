//! The words that a command line may have.

use crate::command::{check, format, phenomena, regimen, run, show, studies, treatments, validate};
use clap::{Parser, Subcommand};
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  psora run voyage2                        a virtual trial beside its published results
  psora run my.toml --patients 500         a question of your own, with fewer patients
  psora phenomena 36 67                    what is said of psoriasis, put to the test
  psora show IL23                          who makes it, who removes it, who reads it
  psora check                              does everything read, and does the model hold?

Exit codes:
  0 done   2 the command or a file is wrong   3 a check fell short
  4 the runs of more than 1 in 100 patients failed   130 stopped before the end";

/// An executable model of psoriasis: plain-text biology in, virtual trials out.
#[derive(Debug, Parser)]
#[command(name = "psora", version, after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// Where model/, populations/, evidence/, calibrations/, scenarios/ and experiments/ are.
    ///
    /// Without it: the nearest folder at or above the working folder that has model/, else
    /// the copy inside the program.
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) library: Option<PathBuf>,

    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Run(run::Run),
    Phenomena(phenomena::Phenomena),
    Check(check::Check),
    Format(format::Format),
    Show(show::Show),
    Treatments(treatments::Treatments),
    Regimen(regimen::Regimen),
    Studies(studies::Studies),
    Validate(validate::Validate),
}
