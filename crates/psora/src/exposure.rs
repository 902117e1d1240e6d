//! The drugs of a model against what was published of their levels in blood.
//!
//! Each drug that has figures (`evidence/exposure/NAME.toml`) is given as they say to a
//! population; drugs without figures are told apart, so that silence is never a pass.

use crate::library::{Library, Shelf, Text};
use crate::{Error, calibrated_model};
use psora_model::{Diagnostics, Model};
use psora_trial::document::nearest;
use psora_trial::exposure::{Exposures, Figure, Outcome, simulate};
use psora_trial::treatment::place;
use psora_trial::{Host, Population, Regimen};

/// What a check of exposure found.
#[derive(Debug, Clone, Default)]
pub struct Exposure {
    /// Every figure beside its simulation, by drug in the model's order.
    pub outcomes: Vec<Outcome>,
    /// Drugs for which figures are missing, and why.
    pub gaps: Vec<(String, String)>,
}

/// Simulates what is published of the exposure to `drugs`, or to every systemic drug.
///
/// # Errors
/// Everything that is wrong with the texts.
pub fn check_exposure(
    model: &str,
    population: &str,
    drugs: &[String],
    library: &Library,
    host: &dyn Host,
) -> Result<Exposure, Error> {
    let model = calibrated_model(model, library)?;
    let population = text(Shelf::Populations, population, library)?;
    let population = Population::read(&population.file, &population.text)?;
    let mut found = Exposure::default();
    let mut planned: Vec<(Figure, Regimen)> = Vec::new();
    for drug in chosen(drugs, &model)? {
        match library.text(Shelf::Exposures, &drug) {
            Some(source) => {
                let source = source
                    .map_err(|why| Error::fault("no-file", &drug, &why, "mend or remove it"))?;
                let exposures = Exposures::read(&source.file, &source.text)?;
                planned.extend(resolved(&exposures, &source, &model)?);
                found.gaps.extend(exposures.gap.map(|gap| (drug, gap)));
            }
            // What has no level in blood (light, a cream) has no figure of one.
            None if has_level(&drug, &model) => {
                let why = format!("there is no evidence/exposure/{drug}.toml");
                found.gaps.push((drug, why));
            }
            None => {}
        }
    }
    found.outcomes =
        simulate(&planned, &model, &population, SEED, host).map_err(|faults| Diagnostics {
            list: faults,
            texts: std::collections::BTreeMap::new(),
        })?;
    Ok(found)
}

/// Any seed would do; the same one makes the table the same.
const SEED: u64 = 1;

fn text(shelf: Shelf, name: &str, library: &Library) -> Result<Text, Error> {
    let why = match library.text(shelf, name) {
        Some(Ok(text)) => return Ok(text),
        Some(Err(why)) => why,
        None => format!("there is no {} `{name}`", shelf.word()),
    };
    Err(Error::fault(
        "unknown-name",
        name,
        &why,
        &library.instead(shelf, name),
    ))
}

/// The drugs asked for, or all, in the model's order.
fn chosen(drugs: &[String], model: &Model) -> Result<Vec<String>, Error> {
    let known: Vec<&str> = model.treatments().iter().map(|t| t.name.as_str()).collect();
    if let Some(wrong) = drugs.iter().find(|drug| !known.contains(&drug.as_str())) {
        let help = nearest(wrong, known.iter().copied()).map_or_else(
            || format!("there are: {}", known.join(", ")),
            |near| format!("did you mean `{near}`?"),
        );
        let message = format!("the model has no treatment `{wrong}`");
        return Err(Error::fault("unknown-name", wrong, &message, &help));
    }
    Ok(known
        .into_iter()
        .filter(|known| drugs.is_empty() || drugs.iter().any(|drug| drug == known))
        .map(str::to_owned)
        .collect())
}

fn has_level(drug: &str, model: &Model) -> bool {
    let output = format!("{drug}_concentration");
    !model.lower(&[drug]).output(&output).is_empty()
}

/// The figures of a file with their regimens understood.
fn resolved(
    exposures: &Exposures,
    source: &Text,
    model: &Model,
) -> Result<Vec<(Figure, Regimen)>, Error> {
    let mut faults = Vec::new();
    let mut planned = Vec::new();
    for figure in &exposures.figures {
        match Regimen::parse(&figure.regimen, model) {
            Ok(regimen) => planned.push((figure.clone(), regimen)),
            Err(more) => faults.extend(place(more, &source.file, figure.regimen_span.start + 1)),
        }
    }
    if faults.is_empty() {
        Ok(planned)
    } else {
        Err(Diagnostics::of(&source.file, &source.text, faults).into())
    }
}
