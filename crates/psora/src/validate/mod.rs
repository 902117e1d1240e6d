//! Published studies, predicted without touching the calibration.
//!
//! Studies are read as far as they can be ([`salvage`]) and taken apart into rows and arms
//! ([`asked`]). One cohort of virtual people is screened once; each study picks those who
//! meet its criteria and weights them until they look like its published baseline
//! ([`balance`]); each distinct regimen is simulated once over all of them ([`simulate`]).
//! A row's prediction is then a weighted mean, and its interval what a trial of that size
//! would find ([`spread`]). Beside it stands what other studies would have said
//! ([`compare`]).
//!
//! It never fits, and never leaves a published result out: a row is predicted, or says why
//! it is not.

mod asked;
mod balance;
mod compare;
mod folder;
mod regimen;
mod salvage;
mod simulate;
mod spread;
mod strata;

use crate::calibration::{Calibration, NONE};
use crate::library::Shelf;
use crate::{Error, Library};
use asked::Asking;
use compare::Evidence;
use psora_engine::{Accuracy, Options};
use psora_model::Model;
use psora_report::Validation;
use psora_report::validation::{ArmNote, Verdict};
use psora_trial::{Host, Population, Setting};
use salvage::{Loaded, load};
use simulate::Arms;
use std::path::PathBuf;
use strata::Basis;

/// What is to be predicted, and how.
#[derive(Debug, Clone)]
pub struct Request {
    /// Study files, folders with one, or folders of such folders; the library's studies if
    /// there is none.
    pub paths: Vec<PathBuf>,
    /// The name of the model.
    pub model: String,
    /// The name of the population that candidates are drawn from.
    pub population: String,
    /// The name of a calibration, `none` for the model's text; the latest if absent.
    pub calibration: Option<String>,
    /// Virtual patients that each study chooses from.
    pub patients: usize,
    /// The seed of every random number.
    pub seed: u64,
    /// How accurately equations are solved.
    pub accuracy: Accuracy,
    /// Patients side by side on a thread.
    pub lanes: usize,
    /// The command that gives the same results.
    pub command: String,
}

/// Studies that were predicted.
#[derive(Debug)]
pub struct Validated {
    /// Rows and all that comes of them.
    pub validation: Validation,
    /// What is wrong with studies: each was predicted as far as it could be read.
    pub faults: Vec<Error>,
    /// The share of simulated patients whose run failed.
    pub failed_share: f64,
}

/// Predicts published studies; none when the host cancelled.
///
/// # Errors
/// When there is no study, or something is wrong with model, population or calibration. A
/// fault in a study is not an error but stands in [`Validated::faults`].
pub fn validate(
    request: &Request,
    library: &Library,
    host: &dyn Host,
) -> Result<Option<Validated>, Error> {
    let (model, calibration) = model(request, library)?;
    let population = population(&request.population, library)?;
    let basis = Basis::read(calibration.as_ref(), &model, library)?;
    let mut loaded: Vec<Loaded> = folder::studies(&request.paths, library)?
        .into_iter()
        .map(load)
        .collect();
    let mut asking = Asking {
        model: &model,
        population: &population,
        basis: &basis,
        asked: Vec::new(),
        plans: Vec::new(),
    };
    for one in &loaded {
        asking.add(one);
    }
    let Asking { asked, plans, .. } = asking;
    let setting = Setting {
        population: population.clone(),
        seed: request.seed,
        options: Options {
            accuracy: request.accuracy,
            lanes: request.lanes,
            ..Options::default()
        },
    };
    let Some(arms) = Arms::simulate(&plans, setting, request.patients, &model, host)? else {
        return Ok(None);
    };
    let evidence = Evidence::gather(&loaded, &model, library);
    let virtual_arms: Vec<_> = plans
        .iter()
        .enumerate()
        .map(|(place, plan)| arms.arm(place, plan, &population, &model))
        .collect();
    let mut rows = Vec::new();
    for mut one in asked {
        if let Some(wanted) = &one.wanted {
            let arm = virtual_arms[wanted.plan].as_ref().map_err(Clone::clone);
            one.row.verdict = match arm.and_then(|arm| arm.forecast(wanted)) {
                Ok(mut forecast) => {
                    evidence.compare(&one.row, &plans[wanted.plan], wanted, &mut forecast);
                    Verdict::Ok(forecast)
                }
                Err(why) => Verdict::Skipped(why),
            };
        }
        rows.push(one.row);
    }
    let notes = plans.iter().zip(&virtual_arms).filter_map(|(plan, arm)| {
        let arm = arm.as_ref().ok()?;
        Some(ArmNote {
            study: plan.study.clone(),
            arm: plan.arm.clone(),
            people: arm.people(),
            effective: arm.effective(),
            matched: arm.matched().to_owned(),
        })
    });
    Ok(Some(Validated {
        validation: Validation {
            calibration: calibration.map_or_else(|| NONE.to_owned(), |c| c.name),
            model: model.hash().to_owned(),
            seed: request.seed,
            patients: request.patients,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            command: request.command.clone(),
            basis: basis.names.clone(),
            between: spread::BETWEEN_TRIALS,
            arms: notes.collect(),
            rows,
        },
        failed_share: arms.failed_share(),
        faults: loaded
            .iter_mut()
            .filter_map(|one| one.faults.take())
            .collect(),
    }))
}

fn model(request: &Request, library: &Library) -> Result<(Model, Option<Calibration>), Error> {
    let missing = |shelf: Shelf, name: &str| {
        let message = format!("there is no {} of this name", shelf.word());
        Error::fault(
            "unknown-name",
            name,
            &message,
            &library.instead(shelf, name),
        )
    };
    let name = &request.model;
    if library.text(Shelf::Models, name).is_none() {
        return Err(missing(Shelf::Models, name));
    }
    let model = library.read_model(name)?;
    let calibration = match request.calibration.as_deref() {
        None => Calibration::latest(name, library)?,
        Some(NONE) => None,
        Some(wanted) => match Calibration::find(wanted, library) {
            Some(found) => Some(found?),
            None => return Err(missing(Shelf::Calibrations, wanted)),
        },
    };
    Ok(match calibration {
        Some(calibration) => (calibration.apply(&model)?, Some(calibration)),
        None => (model, None),
    })
}

/// A population by name; where the usual one is not there and another is alone, that one.
fn population(name: &str, library: &Library) -> Result<Population, Error> {
    let names = library.names(Shelf::Populations);
    let name = match &names[..] {
        [only] => only,
        _ => name,
    };
    match library.text(Shelf::Populations, name) {
        Some(Ok(text)) => Ok(Population::read(&text.file, &text.text)?),
        Some(Err(why)) => Err(Error::fault(
            "unreadable",
            name,
            &why,
            "mend or remove the file",
        )),
        None => Err(Error::fault(
            "unknown-name",
            name,
            "there is no population of this name",
            &library.instead(Shelf::Populations, name),
        )),
    }
}
