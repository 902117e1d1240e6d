//! The table `trajectories`: every output of every patient at every visit, long.
//!
//! It has as many rows as all other tables together and a hundred times more, so it is for
//! Parquet only. Values are in single precision: the integration's tolerance is far coarser
//! than its seven digits, and the file is half as large. Rows go by arm, patient, variable,
//! site and week, which keeps the words in long runs that compress to almost nothing.

use super::rows::{Block, number, patient_number, single, table_of_patients, text, whole};
use super::{Table, Values};
use crate::reading;
use psora_model::OutputSlot;
use psora_trial::{ArmResult, PatientResult, TrialResult};
use std::borrow::Cow;
use std::iter::repeat_n;

/// One row a patient, arm, variable, site and week.
pub(super) fn trajectories(result: &TrialResult) -> Table<'_> {
    let columns = vec![
        text("arm", "the arm"),
        whole(
            "patient",
            "the patient's number, the same person in every arm",
        ),
        number("week", "week", "weeks from first dose"),
        text("variable", "the output's name"),
        text("site", "the body site, missing if the output has none"),
        text("unit", "the unit of the value"),
        single("value", "as in `unit`", "the value at the visit"),
    ];
    let visits = result.weeks.len();
    let rows_each = move |arm: &ArmResult| visits * arm.outputs.len();
    let block = move |block: &Block| values(result, block.arm(result), block.patients(result));
    let mut table = table_of_patients("trajectories", columns, result, rows_each, block);
    table.csv = false;
    table
}

fn values<'a>(
    result: &'a TrialResult,
    arm: &'a ArmResult,
    patients: &'a [PatientResult],
) -> Vec<Values<'a>> {
    let (visits, width) = (result.weeks.len(), arm.outputs.len());
    let rows = patients.len() * width * visits;
    // Plain loops into vectors of known length: these are millions of rows.
    let by_output = |word: &dyn Fn(&'a OutputSlot) -> Option<Cow<'a, str>>| {
        let mut words = Vec::with_capacity(rows);
        for _ in patients {
            for output in &arm.outputs {
                words.extend(repeat_n(word(output), visits));
            }
        }
        Values::Text(words)
    };
    let mut numbers = Vec::with_capacity(rows);
    let mut weeks = Vec::with_capacity(rows);
    let mut values = Vec::with_capacity(rows);
    for patient in patients {
        numbers.extend(repeat_n(Some(patient_number(patient)), width * visits));
        for output in 0..width {
            weeks.extend_from_slice(&result.weeks);
            values.extend((0..visits).map(|visit| {
                let value = patient.outputs.get(visit * width + output);
                value.map_or(f32::NAN, |&value| value as f32)
            }));
        }
    }
    vec![
        Values::Text(vec![Some(Cow::Borrowed(arm.name.as_str())); rows]),
        Values::Whole(numbers),
        Values::Number(weeks),
        by_output(&|output| Some(Cow::Borrowed(&output.name))),
        by_output(&|output| output.site.map(site)),
        by_output(&|output| Some(Cow::Borrowed(&output.unit))),
        Values::Single(values),
    ]
}

fn site(index: usize) -> Cow<'static, str> {
    match reading::SITES.get(index) {
        Some(&name) => Cow::Borrowed(name),
        None => Cow::Owned(reading::site(index)),
    }
}
