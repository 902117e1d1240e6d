//! What a library offers: treatments and studies, in the order in which they are kept.

use crate::library::{Library, Shelf};
use crate::{Error, calibration::Calibration};
use psora_model::{Model, Treatment};
use psora_trial::Study;

/// The name of the model that is meant when none is named.
pub const DEFAULT_MODEL: &str = "psoriasis";

/// The model as scenarios see it: its text, with the latest calibration.
///
/// # Errors
/// Everything that is wrong with its files.
pub fn calibrated_model(name: &str, library: &Library) -> Result<Model, Error> {
    let model = library.read_model(name)?;
    match Calibration::latest(name, library)? {
        Some(calibration) => calibration.apply(&model),
        None => Ok(model),
    }
}

/// The treatments of a model.
///
/// # Errors
/// Everything that is wrong with its files.
pub fn treatments(name: &str, library: &Library) -> Result<Vec<Treatment>, Error> {
    Ok(library.read_model(name)?.treatments().to_vec())
}

/// The published studies, by the names under which scenarios find them.
///
/// # Errors
/// Everything that is wrong with the first faulty file.
pub fn studies(library: &Library) -> Result<Vec<(String, Study)>, Error> {
    library
        .names(Shelf::Studies)
        .into_iter()
        .filter_map(|name| {
            let text = library.text(Shelf::Studies, &name)?;
            Some(match text {
                Ok(text) => Study::read(&text.file, &text.text)
                    .map(|study| (name, study))
                    .map_err(Error::from),
                Err(why) => Err(Error::fault("no-file", &name, &why, "mend or remove it")),
            })
        })
        .collect()
}
