//! What is said of psoriasis, put to the test: experiments are chosen, run and told.

use crate::Error;
use crate::calibration::{Calibration, NONE};
use crate::library::{Library, Shelf};
use crate::listing::{DEFAULT_MODEL, calibrated_model};
use psora_engine::Options;
use psora_model::{Diagnostic, Diagnostics};
use psora_report::{Phenomena, Phenomenon};
use psora_trial::experiment::{Experiment, Kind, Laboratory, Verdict};
use psora_trial::{Host, Population};
use std::time::Instant;

/// Which experiments are wanted; the default is all of them.
#[derive(Debug, Clone, Default)]
pub struct Chosen {
    /// By number; empty for every number.
    pub numbers: Vec<usize>,
    /// Of one kind.
    pub kind: Option<Kind>,
    /// Those that are run at every change.
    pub sentinels: bool,
}

/// The people of the experiments.
const POPULATION: &str = "moderate-to-severe";

/// The seed of every random number in experiments.
const SEED: u64 = 1;

/// The experiments of a library that are chosen, by number.
///
/// # Errors
/// Everything that is wrong with their texts, and numbers that no experiment has.
pub fn experiments(chosen: &Chosen, library: &Library) -> Result<Vec<Experiment>, Error> {
    let (mut found, mut faults) = (Vec::new(), Diagnostics::default());
    for name in library.names(Shelf::Experiments) {
        let Some(Ok(text)) = library.text(Shelf::Experiments, &name) else {
            let file = format!("{}/{name}.toml", Shelf::Experiments.folder());
            return Err(Error::fault(
                "no-file",
                &file,
                "this file cannot be read",
                "look at it",
            ));
        };
        match Experiment::read(&text.file, &text.text) {
            Ok(experiment) => found.push(experiment),
            Err(more) => {
                faults.list.extend(more.list);
                faults.texts.extend(more.texts);
            }
        }
    }
    if !faults.list.is_empty() {
        return Err(faults.into());
    }
    found.sort_by_key(|experiment| experiment.number);
    let missing: Vec<String> = chosen
        .numbers
        .iter()
        .filter(|number| found.iter().all(|experiment| experiment.number != **number))
        .map(usize::to_string)
        .collect();
    if !missing.is_empty() {
        let message = format!("there is no experiment {}", missing.join(", "));
        let help = "`psora phenomena --list` shows what there is";
        return Err(Error::fault("unknown-name", "the numbers", &message, help));
    }
    let wanted = |experiment: &Experiment| {
        (chosen.numbers.is_empty() || chosen.numbers.contains(&experiment.number))
            && chosen.kind.is_none_or(|kind| kind == experiment.kind)
            && (!chosen.sentinels || experiment.sentinel)
    };
    found.retain(wanted);
    Ok(found)
}

/// Runs experiments one after another, each on all threads of `host`.
///
/// When the host cancels, those that were not finished are error rows.
///
/// # Errors
/// Everything that is wrong with the texts. An experiment that fails is a row.
pub fn phenomena(
    experiments: Vec<Experiment>,
    library: &Library,
    host: &dyn Host,
) -> Result<Phenomena, Error> {
    let model = calibrated_model(DEFAULT_MODEL, library)?;
    let calibration = Calibration::latest(DEFAULT_MODEL, library)?;
    let population = match library.text(Shelf::Populations, POPULATION) {
        Some(Ok(text)) => Population::read(&text.file, &text.text)?,
        _ => return Err(no_population(library)),
    };
    let mut phenomena = Phenomena {
        model_hash: model.hash().to_owned(),
        calibration: calibration.map_or_else(|| NONE.to_owned(), |calibration| calibration.name),
        seed: SEED,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        ..Phenomena::default()
    };
    let mut laboratory = Laboratory::new(model, population, SEED, Options::default());
    let count = experiments.len();
    for (index, experiment) in experiments.into_iter().enumerate() {
        let began = Instant::now();
        let outcome = if host.cancelled() {
            experiment.without(Verdict::Failed("stopped before it began".to_owned()))
        } else {
            let label = format!("{} ({} of {count})", experiment.number, index + 1);
            laboratory.run(&experiment, &Labelled { host, label })
        };
        phenomena.rows.push(Phenomenon {
            experiment,
            outcome,
            seconds: began.elapsed().as_secs_f64(),
        });
    }
    phenomena.shared_years = laboratory.shared_years();
    Ok(phenomena)
}

fn no_population(library: &Library) -> Error {
    let fault = Diagnostic::new(
        "unknown-name",
        "experiments",
        None,
        format!("experiments draw their people from `{POPULATION}`, which is not there"),
    );
    let fault = fault.help(library.instead(Shelf::Populations, POPULATION));
    Diagnostics {
        list: vec![fault],
        ..Diagnostics::default()
    }
    .into()
}

/// A host that says which experiment a stage belongs to.
struct Labelled<'a> {
    host: &'a dyn Host,
    label: String,
}

impl Host for Labelled<'_> {
    fn for_each(&self, count: usize, task: &(dyn Fn(usize) + Sync)) {
        self.host.for_each(count, task);
    }

    fn stage(&self, name: &str, patients: usize) {
        self.host
            .stage(&format!("{}: {name}", self.label), patients);
    }

    fn advance(&self, patients: usize) {
        self.host.advance(patients);
    }

    fn cancelled(&self) -> bool {
        self.host.cancelled()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_statement_has_its_experiment_once() {
        let all = experiments(&Chosen::default(), &Library::embedded());
        let all = all.unwrap_or_else(|faults| panic!("{faults}"));
        let numbers: Vec<usize> = all.iter().map(|experiment| experiment.number).collect();
        assert_eq!(numbers, (1..=121).collect::<Vec<_>>());
        let sentinels = all.iter().filter(|experiment| experiment.sentinel).count();
        assert!((8..=16).contains(&sentinels), "{sentinels}");
    }
}
