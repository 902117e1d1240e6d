//! Cutting a result's patients into blocks of rows, and small columns from them.

use super::{Column, Kind, Table, Values};
use psora_trial::{ArmResult, PatientResult, TrialResult};
use std::borrow::Cow;
use std::ops::Range;

/// The most rows in a block, unless one patient alone has more.
const BLOCK_ROWS: usize = 100_000;

/// A run of patients of one arm.
#[derive(Debug, Clone)]
pub(super) struct Block {
    arm: usize,
    patients: Range<usize>,
}

impl Block {
    /// The arm.
    pub(super) fn arm<'a>(&self, result: &'a TrialResult) -> &'a ArmResult {
        &result.arms[self.arm]
    }

    /// The patients.
    pub(super) fn patients<'a>(&self, result: &'a TrialResult) -> &'a [PatientResult] {
        &result.arms[self.arm].patients[self.patients.clone()]
    }
}

/// A table whose rows come from patients, `rows_each(arm)` from every patient.
pub(super) fn table_of_patients<'a>(
    name: &'static str,
    columns: Vec<Column>,
    result: &'a TrialResult,
    rows_each: impl Fn(&ArmResult) -> usize,
    block: impl Fn(&Block) -> Vec<Values<'a>> + Send + Sync + 'a,
) -> Table<'a> {
    let mut blocks = Vec::new();
    let mut rows = 0;
    for (index, arm) in result.arms.iter().enumerate() {
        let each = rows_each(arm);
        let step = (BLOCK_ROWS / each.max(1)).max(1);
        rows += each * arm.patients.len();
        for start in (0..arm.patients.len()).step_by(step) {
            blocks.push(Block {
                arm: index,
                patients: start..(start + step).min(arm.patients.len()),
            });
        }
    }
    Table {
        name,
        columns,
        rows,
        csv: true,
        metadata: Vec::new(),
        blocks: blocks.len(),
        block: Box::new(move |index| block(&blocks[index])),
    }
}

/// A column of words.
pub(super) fn text(name: &str, label: &str) -> Column {
    Column::new(Kind::Text, name, "", label)
}

/// A column of whole numbers.
pub(super) fn whole(name: &str, label: &str) -> Column {
    Column::new(Kind::Whole, name, "1", label)
}

/// A column of numbers.
pub(super) fn number(name: &str, unit: &str, label: &str) -> Column {
    Column::new(Kind::Number, name, unit, label)
}

/// A column of numbers in single precision.
pub(super) fn single(name: &str, unit: &str, label: &str) -> Column {
    Column::new(Kind::Single, name, unit, label)
}

/// Words of the result, one a row.
pub(super) fn words<'a>(values: impl Iterator<Item = &'a str>) -> Values<'a> {
    Values::Text(values.map(|value| Some(Cow::Borrowed(value))).collect())
}

/// Counts, one a row.
pub(super) fn counts(values: impl Iterator<Item = usize>) -> Values<'static> {
    Values::Whole(values.map(|value| i64::try_from(value).ok()).collect())
}

/// A patient's number as the files write it.
pub(super) fn patient_number(patient: &PatientResult) -> i64 {
    i64::try_from(patient.id).expect("patients are numbered from zero up")
}

/// A name with its unit behind it, in letters that any reader of files accepts.
pub(super) fn name_with_unit(name: &str, unit: &str) -> String {
    if matches!(unit, "" | "1") {
        return name.to_owned();
    }
    let unit: String = unit
        .replace('%', "percent")
        .replace('/', "_per_")
        .chars()
        .map(|c| if c.is_alphanumeric() { c } else { '_' })
        .collect();
    format!("{name}_{unit}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_ends_in_its_unit_unless_it_is_a_pure_number() {
        assert_eq!(name_with_unit("WEIGHT", "kg"), "WEIGHT_kg");
        assert_eq!(name_with_unit("BMI", "kg/m2"), "BMI_kg_per_m2");
        assert_eq!(name_with_unit("BSA", "%"), "BSA_percent");
        assert_eq!(name_with_unit("HLA_CW6", "1"), "HLA_CW6");
    }
}
