//! Texts put to the test: do they read, do the names in them exist, does the model do what
//! its own checks say?

use crate::calibration::Calibration;
use crate::checks::{CheckOutcome, run_checks};
use crate::library::{Library, Shelf};
use crate::{Error, Scenario};
use psora_model::{Diagnostics, Summary};
use psora_trial::experiment::Experiment;
use psora_trial::exposure::Exposures;
use psora_trial::{Host, Population, Study};
use std::path::Path;

/// A text that reads well, and what was found in it.
#[derive(Debug, Clone)]
pub enum Finding {
    /// A model, with its checks put to the test.
    Model(Box<ModelFinding>),
    /// Any other text.
    Text {
        /// `scenario`, `population`, `study`, `calibration`.
        kind: &'static str,
        /// Its name.
        name: String,
    },
}

/// What a model holds, and how its checks came out.
#[derive(Debug, Clone)]
pub struct ModelFinding {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub summary: Summary,
    /// The calibration under which the checks were run; none for the text as it stands.
    pub calibration: Option<String>,
    /// The checks, in the model's order.
    pub checks: Vec<CheckOutcome>,
}

/// Inspects one text, one shelf (`model/`), or a whole library.
///
/// # Errors
/// Everything that is wrong with all of them.
pub fn inspect(
    path: Option<&Path>,
    library: &Library,
    host: &dyn Host,
) -> Result<Vec<Finding>, Error> {
    let Some(path) = path else {
        return shelves(&Shelf::ALL, library, host);
    };
    let shown = path.display().to_string();
    if !path.exists() {
        return Err(Error::fault(
            "no-file",
            &shown,
            "there is no such file or folder",
            "name a file, a folder such as `model`, or nothing to check the whole library",
        ));
    }
    let around = Library::around(path);
    let library = around.as_ref().unwrap_or(library);
    let parts = library.inside(path).unwrap_or_default();
    // `evidence/exposure/` is a shelf within another: the deeper one is meant.
    let depth = |shelf: &Shelf| shelf.folder().split('/').count();
    let shelf = Shelf::ALL
        .into_iter()
        .filter(|shelf| {
            parts.len() >= depth(shelf) && shelf.folder().split('/').eq(&parts[..depth(shelf)])
        })
        .max_by_key(depth);
    match shelf {
        // A module is checked with the models that use it: alone, its needs are unmet.
        Some(Shelf::Models) => shelves(&[Shelf::Models], library, host),
        Some(Shelf::Studies) if parts.len() == 1 => {
            shelves(&[Shelf::Studies, Shelf::Exposures], library, host)
        }
        Some(shelf) if parts.len() == depth(&shelf) => shelves(&[shelf], library, host),
        Some(shelf) => {
            let last = &parts[depth(&shelf)];
            let name = last.strip_suffix(".toml").unwrap_or(last);
            one(shelf, name, library, host).map(|found| vec![found])
        }
        None if path.is_file() => {
            let scenario = Scenario::open(&shown, library)?;
            resolve(&scenario, library).map(|found| vec![found])
        }
        None if around.is_some() => shelves(&Shelf::ALL, library, host),
        None => Err(Error::fault(
            "no-library",
            &shown,
            "this folder is not part of a library",
            "name a folder that has model/ in it",
        )),
    }
}

/// Every text on some shelves; the faults of all of them at once.
fn shelves(shelves: &[Shelf], library: &Library, host: &dyn Host) -> Result<Vec<Finding>, Error> {
    let mut found = Vec::new();
    let mut faults = Diagnostics::default();
    for shelf in shelves {
        for name in library.names(*shelf) {
            match one(*shelf, &name, library, host) {
                Ok(finding) => found.push(finding),
                Err(Error::Texts(more)) => {
                    faults.list.extend(more.list);
                    faults.texts.extend(more.texts);
                }
                Err(other) => return Err(other),
            }
        }
    }
    if !faults.list.is_empty() {
        // A fault of the model is met again by every scenario that uses it.
        let mut seen = Vec::new();
        faults.list.retain(|fault| {
            let new = !seen.contains(fault);
            if new {
                seen.push(fault.clone());
            }
            new
        });
        return Err(faults.into());
    }
    Ok(found)
}

fn one(shelf: Shelf, name: &str, library: &Library, host: &dyn Host) -> Result<Finding, Error> {
    if shelf == Shelf::Models {
        return model(name, library, host);
    }
    let text = match library.text(shelf, name) {
        Some(Ok(text)) => text,
        Some(Err(why)) => return Err(unreadable(shelf, name, &why, library)),
        None => return Err(unreadable(shelf, name, "there is no such file", library)),
    };
    match shelf {
        Shelf::Populations => {
            Population::read(&text.file, &text.text)?;
        }
        Shelf::Studies => {
            Study::read(&text.file, &text.text)?;
        }
        Shelf::Exposures => {
            Exposures::read(&text.file, &text.text)?;
        }
        Shelf::Calibrations => {
            let calibration = Calibration::read(name, text)?;
            calibration.apply(&library.read_model(&calibration.model)?)?;
        }
        Shelf::Experiments => {
            Experiment::read(&text.file, &text.text)?;
        }
        Shelf::Models | Shelf::Scenarios => return resolve(&Scenario::read(text)?, library),
    }
    Ok(Finding::Text {
        kind: shelf.word(),
        name: name.to_owned(),
    })
}

fn unreadable(shelf: Shelf, name: &str, why: &str, library: &Library) -> Error {
    let file = format!("{}/{name}", shelf.folder());
    Error::fault("no-file", &file, why, &library.instead(shelf, name))
}

/// A scenario with everything that it names, short of running it.
fn resolve(scenario: &Scenario, library: &Library) -> Result<Finding, Error> {
    scenario.resolve(library)?;
    Ok(Finding::Text {
        kind: Shelf::Scenarios.word(),
        name: scenario.name.clone(),
    })
}

fn model(name: &str, library: &Library, host: &dyn Host) -> Result<Finding, Error> {
    let text = library.read_model(name)?;
    let calibration = Calibration::latest(name, library)?;
    let model = match &calibration {
        Some(calibration) => calibration.apply(&text)?,
        None => text,
    };
    Ok(Finding::Model(Box::new(ModelFinding {
        name: name.to_owned(),
        summary: model.summary(),
        calibration: calibration.map(|calibration| calibration.name),
        checks: run_checks(&model, host)?,
    })))
}
