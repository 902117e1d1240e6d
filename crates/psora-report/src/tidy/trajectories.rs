//! The table `trajectories`: every output of every patient at every visit, long.
//!
//! It has as many rows as all other tables together and a hundred times more, so it is for
//! Parquet only. Values are in single precision: the integration's tolerance is far coarser
//! than its seven digits, and the file is half as large. Rows go by arm, patient, variable,
//! site and week, which keeps the words in long runs that compress to almost nothing.

use super::rows::{number, patient_number, single, table_of_patients, text, whole, words};
use super::{Table, Values};
use crate::reading;
use psora_trial::TrialResult;
use std::borrow::Cow;

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
    let rows_each = move |arm: &psora_trial::ArmResult| visits * arm.outputs.len();
    let mut table = table_of_patients("trajectories", columns, result, rows_each, move |block| {
        let arm = block.arm(result);
        let width = arm.outputs.len();
        let rows: Vec<(usize, usize, usize)> = (0..block.patients(result).len())
            .flat_map(|patient| {
                (0..width)
                    .flat_map(move |slot| (0..visits).map(move |visit| (patient, slot, visit)))
            })
            .collect();
        let patients = block.patients(result);
        let site = |slot: usize| {
            let site = arm.outputs[slot].site?;
            Some(match reading::SITES.get(site) {
                Some(&name) => Cow::Borrowed(name),
                None => Cow::Owned(reading::site(site)),
            })
        };
        // The states are integrated in double precision; the file keeps seven digits.
        let value = |&(patient, slot, visit): &(usize, usize, usize)| {
            let outputs = &patients[patient].outputs;
            outputs
                .get(visit * width + slot)
                .map_or(f32::NAN, |&value| value as f32)
        };
        vec![
            words(rows.iter().map(|_| arm.name.as_str())),
            Values::Whole(
                rows.iter()
                    .map(|&(p, _, _)| Some(patient_number(&patients[p])))
                    .collect(),
            ),
            Values::Number(
                rows.iter()
                    .map(|&(_, _, visit)| result.weeks[visit])
                    .collect(),
            ),
            words(
                rows.iter()
                    .map(|&(_, slot, _)| arm.outputs[slot].name.as_str()),
            ),
            Values::Text(rows.iter().map(|&(_, slot, _)| site(slot)).collect()),
            words(
                rows.iter()
                    .map(|&(_, slot, _)| arm.outputs[slot].unit.as_str()),
            ),
            Values::Single(rows.iter().map(value).collect()),
        ]
    });
    table.csv = false;
    table
}
