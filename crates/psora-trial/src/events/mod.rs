//! Event tables: who was given what and seen when, a row an event, as pharmacometric software
//! writes them.
//!
//! Columns are `ID,TIME,EVID,AMT,TREATMENT,CMT,ADDL,II,RATE,DV,DVID,MDV` and covariates by
//! name; a missing cell is `.` or empty. TIME is in days from baseline, AMT in mg (J/cm2 for
//! light), RATE in mg a day. TREATMENT names a drug and CMT one of its routes, by name or
//! number; a table with CMT alone names the drug there. A table becomes [`EventPatient`]s
//! for a trial, and a regimen becomes a table.

mod read;
mod write;

use crate::treatment::Dose;
use psora_model::{Diagnostics, Treatment};
use std::collections::BTreeMap;

/// A table of events.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct EventTable {
    /// The covariates that it has, in order.
    pub covariates: Vec<String>,
    /// Its rows: each patient's together, in order of time.
    pub rows: Vec<EventRow>,
}

/// A row of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct EventRow {
    /// The patient.
    pub id: String,
    /// When, in days.
    pub day: f64,
    /// What happens.
    pub kind: EventKind,
    /// How much is given, in mg or J/cm2; 0 where nothing is.
    pub amount: f64,
    /// What is given: treatment, route and the full name of the species that receives it.
    pub given: Option<Given>,
    /// Doses that follow, each an interval after the one before.
    pub additional: u32,
    /// That interval, in days.
    pub interval_day: f64,
    /// The rate of an infusion, in mg a day; 0 for a dose at once.
    pub rate: f64,
    /// What was observed.
    pub value: Option<f64>,
    /// Of which quantity (`PASI`, `conc:adalimumab`).
    pub quantity: Option<String>,
    /// Covariates, in the table's order.
    pub covariates: Vec<Option<f64>>,
}

/// A treatment and its way in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// The treatment's name.
    pub treatment: String,
    /// The route's name.
    pub route: String,
    /// The full name of the species that receives it.
    pub into: String,
}

/// What a row says: EVID 0 to 4.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventKind {
    /// 0: something is observed.
    Observation,
    /// 1: something is given.
    Dose,
    /// 2: something else, that the model does not know.
    Other,
    /// 3: drugs are taken out of the body.
    Reset,
    /// 4: drugs are taken out of the body, then something is given.
    ResetAndDose,
}

/// EVID by number.
const KINDS: [EventKind; 5] = [
    EventKind::Observation,
    EventKind::Dose,
    EventKind::Other,
    EventKind::Reset,
    EventKind::ResetAndDose,
];

/// A patient of a table.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct EventPatient {
    /// Who.
    pub id: String,
    /// Covariates that the table states.
    pub covariates: BTreeMap<String, f64>,
    /// Every dose, in order of time.
    pub doses: Vec<TableDose>,
    /// Days on which drugs are taken out of the body, in order.
    pub resets: Vec<f64>,
    /// What was observed: day, quantity, value.
    pub observations: Vec<(f64, String, f64)>,
}

/// One dose of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct TableDose {
    /// When, in days.
    pub day: f64,
    /// The treatment.
    pub treatment: String,
    /// The full name of the species that receives it.
    pub into: String,
    /// How much, in mg or J/cm2.
    pub amount: f64,
    /// How long it runs in, in days; none for a dose at once.
    pub lasts_day: Option<f64>,
}

impl EventTable {
    /// Reads a table. Columns that are neither known nor among `covariates` are passed over,
    /// unless they look like a misspelt one.
    ///
    /// # Errors
    /// Everything that is wrong, by row and column.
    pub fn read(
        file: &str,
        text: &str,
        treatments: &[Treatment],
        covariates: &[&str],
    ) -> Result<Self, Diagnostics> {
        read::read(file, text, treatments, covariates)
            .map_err(|faults| Diagnostics::of(file, text, faults))
    }

    /// The table as text; reading it gives the same table.
    #[must_use]
    pub fn write(&self) -> String {
        write::write(self)
    }

    /// The doses of a patient as a table, a row each.
    #[must_use]
    pub fn of_doses(
        id: &str,
        covariates: &[(String, f64)],
        doses: &[Dose],
        treatments: &[Treatment],
    ) -> Self {
        let rows = doses
            .iter()
            .map(|dose| {
                let route = treatments
                    .iter()
                    .filter(|treatment| treatment.name == dose.treatment)
                    .flat_map(|treatment| &treatment.routes)
                    .find(|route| route.into == dose.into)
                    .map_or_else(String::new, |route| route.name.clone());
                EventRow {
                    id: id.to_owned(),
                    day: dose.day,
                    kind: EventKind::Dose,
                    amount: dose.amount,
                    given: Some(Given {
                        treatment: dose.treatment.clone(),
                        route,
                        into: dose.into.clone(),
                    }),
                    additional: 0,
                    interval_day: 0.0,
                    rate: 0.0,
                    value: None,
                    quantity: None,
                    covariates: covariates.iter().map(|(_, value)| Some(*value)).collect(),
                }
            })
            .collect();
        Self {
            covariates: covariates.iter().map(|(name, _)| name.clone()).collect(),
            rows,
        }
    }

    /// The patients, in order, with additional doses written out.
    #[must_use]
    pub fn patients(&self) -> Vec<EventPatient> {
        let mut patients: Vec<EventPatient> = Vec::new();
        for row in &self.rows {
            if patients.last().is_none_or(|patient| patient.id != row.id) {
                patients.push(EventPatient {
                    id: row.id.clone(),
                    ..EventPatient::default()
                });
            }
            let patient = patients.last_mut().expect("one was just pushed");
            for (name, value) in self.covariates.iter().zip(&row.covariates) {
                if let Some(value) = value {
                    patient.covariates.entry(name.clone()).or_insert(*value);
                }
            }
            patient.take(row);
        }
        for patient in &mut patients {
            patient.doses.sort_by(|a, b| a.day.total_cmp(&b.day));
        }
        patients
    }
}

impl EventPatient {
    fn take(&mut self, row: &EventRow) {
        if matches!(row.kind, EventKind::Reset | EventKind::ResetAndDose) {
            self.resets.push(row.day);
            // A reset ends a series of additional doses too.
            self.doses.retain(|dose| dose.day < row.day);
        }
        if let (EventKind::Dose | EventKind::ResetAndDose, Some(given)) = (row.kind, &row.given) {
            self.doses.extend((0..=row.additional).map(|k| TableDose {
                day: row.day + f64::from(k) * row.interval_day,
                treatment: given.treatment.clone(),
                into: given.into.clone(),
                amount: row.amount,
                lasts_day: (row.rate > 0.0).then(|| row.amount / row.rate),
            }));
        }
        if let (EventKind::Observation, Some(value)) = (row.kind, row.value) {
            let quantity = row.quantity.clone().unwrap_or_default();
            self.observations.push((row.day, quantity, value));
        }
    }
}

#[cfg(test)]
mod tests;
