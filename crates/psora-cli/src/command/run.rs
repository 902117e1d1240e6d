//! `psora run`: answer a question, show the table, keep the results.

use crate::terminal::warn;
use crate::work::{Lanes, Work, too_many_failed};
use crate::{Failure, Outcome};
use clap::Args;
use clap::builder::PossibleValuesParser;
use psora::{Circumstances, Library, ResultFolder, Results, Scenario};
use std::fmt::Write as _;

const EXAMPLES: &str = "\
Examples:
  psora run voyage2
  psora run scenarios/quick.toml --seed 7 --out answers
  psora run eclipse --set d_R=0.002        ask what a parameter does
  psora run quick --json | jq '.arms[0].endpoints'

Table on stdout, everything else in results/NAME-1/: report.html, tables as CSV and Parquet,
run.json, and a copy of the scenario. Ctrl-C finishes the patients that have begun and keeps
them in results/NAME-1.partial/.";

/// Run a virtual trial: simulate, compare with what was published, write a report.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Run {
    /// A scenario file, or the name of one in the library
    #[arg(value_name = "SCENARIO")]
    scenario: String,

    /// Print results as JSON instead of a table
    #[arg(long)]
    json: bool,

    /// Patients in each arm, instead of the scenario's
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    patients: Option<u32>,

    /// Seed of every random number, instead of the scenario's
    #[arg(long, value_name = "S")]
    seed: Option<u64>,

    /// How accurately equations are solved, instead of the scenario's
    #[arg(long, value_name = "NAME", value_parser = PossibleValuesParser::new(["draft", "standard", "reference"]))]
    accuracy: Option<String>,

    /// Set a parameter, in its declared unit; may be given several times
    #[arg(long, value_name = "NAME=VALUE", value_parser = setting)]
    set: Vec<(String, f64)>,

    #[command(flatten)]
    lanes: Lanes,

    #[command(flatten)]
    work: Work,
}

impl Run {
    pub(crate) fn run(self, library: &Library) -> Result<Outcome, Failure> {
        let mut scenario = Scenario::open(&self.scenario, library)?;
        self.change(&mut scenario);
        // What is wrong with a text is said before any folder is made.
        scenario.resolve(library)?;
        let folder = ResultFolder::reserve(&self.work.out, &scenario.name)?;
        let progress = self.work.progress();
        let pool = self.work.pool(&progress)?;
        let circumstances = Circumstances {
            command: self.repeat(),
            threads: pool.threads(),
            lanes: self.lanes.count(),
        };
        let results = psora::run(&scenario, library, &pool, &circumstances)?;
        progress.finish();
        let kept = folder.keep(&results)?;
        let report = kept.join("report.html");
        let json = self.json.then(|| results.json());
        self.work.show(json.as_ref(), || results.table(), &report)?;
        Ok(judge(&results))
    }

    fn change(&self, scenario: &mut Scenario) {
        if let Some(patients) = self.patients {
            scenario.patients = patients as usize;
        }
        if let Some(seed) = self.seed {
            scenario.seed = seed;
        }
        if let Some(accuracy) = &self.accuracy {
            scenario.accuracy = psora::accuracy_named(accuracy).expect("clap took a known name");
        }
        for (name, value) in &self.set {
            scenario.set.retain(|(known, _)| known != name);
            scenario.set.push((name.clone(), *value));
        }
    }

    /// The command that gives the same results: without what does not change them.
    fn repeat(&self) -> String {
        let mut command = format!("psora run {}", self.scenario);
        let mut add = |words: std::fmt::Arguments| {
            command
                .write_fmt(words)
                .expect("a string takes all that is written");
        };
        if let Some(patients) = self.patients {
            add(format_args!(" --patients {patients}"));
        }
        if let Some(seed) = self.seed {
            add(format_args!(" --seed {seed}"));
        }
        if let Some(accuracy) = &self.accuracy {
            add(format_args!(" --accuracy {accuracy}"));
        }
        for (name, value) in &self.set {
            add(format_args!(" --set {name}={value}"));
        }
        command
    }
}

fn judge(results: &Results) -> Outcome {
    if results.trial.partial {
        warn("stopped before every patient was done: these results are partial");
        return Outcome::Stopped;
    }
    if too_many_failed(results.failed_share(), "; report.html and run.json say why") {
        return Outcome::TooManyFailed;
    }
    Outcome::Done
}

/// `NAME=VALUE`.
fn setting(words: &str) -> Result<(String, f64), String> {
    let (name, value) = words
        .split_once('=')
        .ok_or("write NAME=VALUE, such as d_R=0.002")?;
    match value.trim().parse::<f64>() {
        Ok(number) if number.is_finite() => Ok((name.trim().to_owned(), number)),
        _ => Err(format!("`{value}` is not a finite number")),
    }
}
