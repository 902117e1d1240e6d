//! The tables of patients: who they are (`patients`) and what the rater wrote (`scores`).

use super::rows::{name_with_unit, number, patient_number, table_of_patients, text, whole, words};
use super::{Table, Values};
use crate::provenance::Provenance;
use crate::reading::SITES;
use psora_trial::{PatientResult, Scores, Status, TrialResult};
use std::borrow::Cow;
use std::collections::BTreeSet;

/// One row a patient and arm: covariates, and how the run ended.
pub(super) fn patients<'a>(result: &'a TrialResult, provenance: &'a Provenance) -> Table<'a> {
    let covariates: BTreeSet<&str> = result
        .arms
        .iter()
        .flat_map(|arm| &arm.patients)
        .flat_map(|patient| patient.covariates.keys())
        .map(String::as_str)
        .collect();
    let mut columns = vec![
        text("arm", "the arm"),
        whole(
            "patient",
            "the patient's number, the same person in every arm",
        ),
    ];
    for name in &covariates {
        let unit = provenance.covariate_unit(name);
        columns.push(number(
            &name_with_unit(name, unit),
            unit,
            provenance.covariate_label(name),
        ));
    }
    columns.push(text("status", "completed, dropped out or failed"));
    columns.push(number("week", "week", "when the patient left or failed"));
    columns.push(text(
        "state",
        "the state that gave most trouble, of those that failed",
    ));
    columns.push(text("reason", "why the simulation failed"));
    table_of_patients(
        "patients",
        columns,
        result,
        |_| 1,
        move |block| {
            let patients = block.patients(result);
            let mut values = vec![
                words(patients.iter().map(|_| block.arm(result).name.as_str())),
                Values::Whole(patients.iter().map(|p| Some(patient_number(p))).collect()),
            ];
            for &name in &covariates {
                let value = |p: &PatientResult| p.covariates.get(name).copied().unwrap_or(f64::NAN);
                values.push(Values::Number(patients.iter().map(value).collect()));
            }
            values.push(words(patients.iter().map(|p| status(&p.status))));
            values.push(Values::Number(
                patients.iter().map(|p| left(&p.status)).collect(),
            ));
            values.push(failure(patients, |state, _| state));
            values.push(failure(patients, |_, why| why));
            values
        },
    )
}

fn status(status: &Status) -> &'static str {
    match status {
        Status::Completed => "completed",
        Status::DroppedOut { .. } => "dropped out",
        Status::Failed { .. } => "failed",
    }
}

fn left(status: &Status) -> f64 {
    match status {
        Status::Completed => f64::NAN,
        Status::DroppedOut { week } | Status::Failed { week, .. } => *week,
    }
}

fn failure<'a>(
    patients: &'a [PatientResult],
    pick: impl Fn(&'a str, &'a str) -> &'a str,
) -> Values<'a> {
    let word = |patient: &'a PatientResult| match &patient.status {
        Status::Failed { state, why, .. } => Some(Cow::Borrowed(pick(state, why))),
        _ => None,
    };
    Values::Text(patients.iter().map(word).collect())
}

/// One row a patient, arm and visit: the scores, empty where the visit was missed.
pub(super) fn scores(result: &TrialResult) -> Table<'_> {
    let mut columns = vec![
        text("arm", "the arm"),
        whole(
            "patient",
            "the patient's number, the same person in every arm",
        ),
        number("week", "week", "weeks from first dose"),
        number("PASI", "1", "Psoriasis Area and Severity Index, 0 to 72"),
        number("BSA_percent", "%", "body surface area involved"),
        whole("IGA", "Investigator's Global Assessment, 0 to 4"),
    ];
    for sign in ["erythema", "induration", "desquamation", "area"] {
        let range = if sign == "area" {
            "class, 0 to 6"
        } else {
            "0 to 4"
        };
        for site in SITES {
            columns.push(whole(
                &format!("{sign}_{site}"),
                &format!("{sign} of the {site}, {range}"),
            ));
        }
    }
    let visits = result.weeks.len();
    table_of_patients(
        "scores",
        columns,
        result,
        move |_| visits,
        move |block| {
            let patients = block.patients(result);
            // Every visit of every patient has a row, also beyond the scores that he has.
            let visits: Vec<(&PatientResult, f64, Option<&Scores>)> = patients
                .iter()
                .flat_map(|patient| {
                    result.weeks.iter().enumerate().map(move |(visit, &week)| {
                        (
                            patient,
                            week,
                            patient.scores.get(visit).and_then(Option::as_ref),
                        )
                    })
                })
                .collect();
            let score = |value: fn(&Scores) -> f64| {
                Values::Number(
                    visits
                        .iter()
                        .map(|(_, _, s)| s.map_or(f64::NAN, value))
                        .collect(),
                )
            };
            let grade = |value: &dyn Fn(&Scores) -> u8| {
                Values::Whole(
                    visits
                        .iter()
                        .map(|(_, _, s)| s.map(|s| value(s).into()))
                        .collect(),
                )
            };
            let mut values = vec![
                words(visits.iter().map(|_| block.arm(result).name.as_str())),
                Values::Whole(
                    visits
                        .iter()
                        .map(|(p, _, _)| Some(patient_number(p)))
                        .collect(),
                ),
                Values::Number(visits.iter().map(|(_, week, _)| *week).collect()),
                score(|s| s.pasi),
                score(|s| s.bsa),
                grade(&|s| s.iga),
            ];
            let signs: [fn(&Scores) -> &[u8; 4]; 4] = [
                |s| &s.erythema,
                |s| &s.induration,
                |s| &s.desquamation,
                |s| &s.area,
            ];
            for sign in signs {
                for site in 0..SITES.len() {
                    values.push(grade(&|s| sign(s)[site]));
                }
            }
            values
        },
    )
}
