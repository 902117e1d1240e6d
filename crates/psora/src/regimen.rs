//! A regimen, realised: the doses of one patient as an event table.

use crate::{Error, Library};
use psora_model::Diagnostics;
use psora_trial::Regimen;
use psora_trial::events::EventTable;
use psora_trial::treatment::place;

/// The doses that a sentence gives to a patient of this weight, as an event table (CSV).
///
/// # Errors
/// Everything that is wrong with the sentence or the model.
pub fn event_table(
    sentence: &str,
    weight_kg: f64,
    weeks: f64,
    model: &str,
    library: &Library,
) -> Result<String, Error> {
    let model = library.read_model(model)?;
    let regimen = Regimen::parse(sentence, &model).map_err(|faults| {
        let faults = place(faults, "the regimen", 0);
        Diagnostics::of("the regimen", sentence, faults)
    })?;
    let doses = regimen.doses(weight_kg, weeks * 7.0);
    let weight = [("WEIGHT".to_owned(), weight_kg)];
    Ok(EventTable::of_doses("1", &weight, &doses, model.treatments()).write())
}
