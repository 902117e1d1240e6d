//! `psora validate`: predict published studies, and say how far off the predictions are.

use crate::terminal::{complain, warn};
use crate::work::{Lanes, Work, too_many_failed};
use crate::{Failure, Outcome};
use clap::Args;
use clap::builder::PossibleValuesParser;
use psora::{DEFAULT_MODEL, Library, Request, ResultFolder, Validated, Validation};
use std::fmt::Write as _;
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  psora validate                           every study in evidence/
  psora validate evidence/clear            one study
  psora validate my-studies --json | jq '.summary.all'
  psora validate --calibration none        the model's text as it stands

Table on stdout, everything else in results/validate-1/: report.html, rows.csv, validate.json.
A study with a fault is predicted as far as it can be read; what is wrong stands on stderr and
the command ends with 2 after the others.";

/// Predict published studies and compare: errors, intervals, baselines.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Validate {
    /// Study files, folders with a study.toml, or folders of those [default: evidence/]
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// Print rows and summary as JSON instead of a table
    #[arg(long)]
    json: bool,

    /// Virtual patients that each study chooses from
    #[arg(long, value_name = "N", default_value = "1000", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    patients: u32,

    /// Seed of every random number
    #[arg(long, value_name = "S", default_value = "1")]
    seed: u64,

    /// A calibration, or `none` for the model's text [default: the latest]
    #[arg(long, value_name = "NAME")]
    calibration: Option<String>,

    /// The population that candidates are drawn from
    #[arg(long, value_name = "NAME", default_value = "moderate-to-severe")]
    population: String,

    /// How accurately equations are solved
    #[arg(long, value_name = "NAME", default_value = "standard", value_parser = PossibleValuesParser::new(["draft", "standard", "reference"]))]
    accuracy: String,

    #[command(flatten)]
    lanes: Lanes,

    #[command(flatten)]
    work: Work,
}

impl Validate {
    pub(crate) fn run(self, library: &Library) -> Result<Outcome, Failure> {
        let progress = self.work.progress();
        let pool = self.work.pool(&progress)?;
        let request = Request {
            paths: self.paths.clone(),
            model: DEFAULT_MODEL.to_owned(),
            population: self.population.clone(),
            calibration: self.calibration.clone(),
            patients: self.patients as usize,
            seed: self.seed,
            accuracy: psora::accuracy_named(&self.accuracy).expect("clap took a known name"),
            lanes: self.lanes.count(),
            command: self.repeat(),
        };
        let found = psora::validate(&request, library, &pool)?;
        progress.finish();
        let Some(validated) = found else {
            warn("stopped before every study was predicted: nothing was written");
            return Ok(Outcome::Stopped);
        };
        for fault in &validated.faults {
            complain(fault);
        }
        let folder = ResultFolder::reserve(&self.work.out, "validate")?;
        let kept = folder.keep_files(files(&validated.validation), true)?;
        let report = kept.join("report.html");
        let json = self.json.then(|| validated.validation.json());
        self.work
            .show(json.as_ref(), || validated.validation.table(), &report)?;
        Ok(judge(&validated))
    }

    /// The command that gives the same results: without what does not change them.
    fn repeat(&self) -> String {
        let mut command = "psora validate".to_owned();
        for path in &self.paths {
            write!(command, " {}", path.display()).expect("a string takes everything");
        }
        write!(
            command,
            " --patients {} --seed {}",
            self.patients, self.seed
        )
        .expect("a string takes everything");
        if let Some(calibration) = &self.calibration {
            write!(command, " --calibration {calibration}").expect("a string takes everything");
        }
        if self.population != "moderate-to-severe" {
            write!(command, " --population {}", self.population)
                .expect("a string takes everything");
        }
        if self.accuracy != "standard" {
            write!(command, " --accuracy {}", self.accuracy).expect("a string takes everything");
        }
        command
    }
}

fn files(validation: &Validation) -> Vec<(String, Vec<u8>)> {
    [
        ("report.html", validation.page()),
        ("rows.csv", validation.csv()),
        ("validate.json", format!("{:#}\n", validation.json())),
    ]
    .map(|(name, text)| (name.to_owned(), text.into_bytes()))
    .into()
}

fn judge(validated: &Validated) -> Outcome {
    if !validated.faults.is_empty() {
        warn(
            "error: some studies have faults, shown above; they were predicted as far as they can be read",
        );
        return Outcome::Faulty;
    }
    if too_many_failed(validated.failed_share, "") {
        return Outcome::TooManyFailed;
    }
    Outcome::Done
}
