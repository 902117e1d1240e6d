//! Tidy tables: one row an observation, one column a quantity, with unit and meaning.
//!
//! A [`Table`] borrows the result and hands out its rows in blocks of bounded size, so that
//! a table of millions of rows is never in memory at once. [`csv()`] and [`parquet()`]
//! write it. The files hold no time of day and nothing about the machine: the same run gives the
//! same bytes.

mod csv;
mod parquet;
mod patients;
mod rows;
mod summaries;
mod trajectories;

pub use csv::csv;
pub use parquet::parquet;

use crate::provenance::Provenance;
use psora_trial::TrialResult;
use std::borrow::Cow;
use std::fmt;

/// A table, ready to be written.
pub struct Table<'a> {
    /// The file's name without ending (`endpoints`).
    pub name: &'static str,
    /// What each column holds.
    pub columns: Vec<Column>,
    /// How many rows there are.
    pub rows: usize,
    /// Whether a CSV of it is sensible: `false` for `trajectories`, whose CSV would be huge.
    pub csv: bool,
    /// What is true of the whole table, by key: hashes, seed, version. Parquet keeps it.
    pub metadata: Vec<(String, String)>,
    blocks: usize,
    block: Box<dyn Fn(usize) -> Vec<Values<'a>> + Send + Sync + 'a>,
}

impl<'a> Table<'a> {
    /// The rows, block after block; each block holds one [`Values`] a column.
    pub fn blocks(&self) -> impl Iterator<Item = Vec<Values<'a>>> + '_ {
        (0..self.blocks).map(|block| (self.block)(block))
    }
}

impl fmt::Debug for Table<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Table")
            .field("name", &self.name)
            .field("rows", &self.rows)
            .field("blocks", &self.blocks)
            .finish_non_exhaustive()
    }
}

/// A column of a [`Table`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// The name; where the unit is not plain from the name, it ends in it (`WEIGHT_kg`).
    pub name: String,
    /// The unit, `1` for a pure number, empty for words.
    pub unit: String,
    /// What it is, in words.
    pub label: String,
    kind: Kind,
}

impl Column {
    fn new(kind: Kind, name: &str, unit: &str, label: &str) -> Self {
        Self {
            name: name.to_owned(),
            unit: unit.to_owned(),
            label: label.to_owned(),
            kind,
        }
    }
}

/// What kind of value a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Whole,
    Number,
    Single,
}

/// The values of one column in one block; what is missing is none or not a number.
#[derive(Debug, Clone, PartialEq)]
pub enum Values<'a> {
    /// Words.
    Text(Vec<Option<Cow<'a, str>>>),
    /// Whole numbers.
    Whole(Vec<Option<i64>>),
    /// Numbers.
    Number(Vec<f64>),
    /// Numbers that deserve no more than seven digits.
    Single(Vec<f32>),
}

impl Values<'_> {
    /// How many rows there are.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Values::Text(values) => values.len(),
            Values::Whole(values) => values.len(),
            Values::Number(values) => values.len(),
            Values::Single(values) => values.len(),
        }
    }

    /// Whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// The tidy tables of a result: `endpoints`, `means`, `patients`, `scores`, `trajectories`.
///
/// `trajectories` is long (one row for each patient, week, variable and site) and meant for
/// Parquet only; its [`Table::csv`] is `false`.
#[must_use]
pub fn tables<'a>(result: &'a TrialResult, provenance: &'a Provenance) -> Vec<Table<'a>> {
    let mut tables = vec![
        summaries::endpoints(result),
        summaries::means(result),
        patients::patients(result, provenance),
        patients::scores(result),
        trajectories::trajectories(result),
    ];
    for table in &mut tables {
        table.metadata = metadata(table.name, result, provenance);
    }
    tables
}

/// What the files keep of the provenance: what decides the numbers, not what they cost.
fn metadata(name: &str, result: &TrialResult, provenance: &Provenance) -> Vec<(String, String)> {
    [
        ("psora.table", name.to_owned()),
        ("psora.title", result.title.clone()),
        ("psora.partial", result.partial.to_string()),
        ("psora.model", provenance.model_hash.clone()),
        ("psora.scenario", provenance.scenario_hash.clone()),
        ("psora.calibration", provenance.calibration.clone()),
        ("psora.accuracy", provenance.accuracy.clone()),
        ("psora.seed", provenance.seed.to_string()),
        ("psora.version", provenance.version.clone()),
    ]
    .map(|(key, value)| (key.to_owned(), value))
    .into()
}
