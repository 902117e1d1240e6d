//! Results to tables, figures, pages and files.
//!
//! A [`psora_trial::TrialResult`] comes in, together with the [`Provenance`] of its run.
//! Out go a table for the terminal ([`table`]), a value for programs ([`json`]), one
//! self-contained page for people ([`page`]), and tidy tables ([`tables`]) as [`csv`] and
//! [`parquet()`]. Missing and non-finite numbers are gaps in every one of them.
//!
//! Experiments on what is said of the disease have a table, a value and a page of their own
//! ([`Phenomena`]).
//!
//! It never integrates, and never writes a file, starts a thread or asks the clock: it
//! returns text and bytes, and whoever calls it decides where they go.

mod figure;
mod json;
mod number;
mod page;
mod phenomena;
mod provenance;
mod reading;
mod statistics;
mod table;
mod tidy;
pub mod validation;

pub use json::json;
pub use page::page;
pub use phenomena::{
    Phenomena, Phenomenon, phenomena_json, phenomena_list, phenomena_page, phenomena_table,
};
pub use provenance::Provenance;
pub use table::table;
pub use tidy::{Column, Table, Values, csv, parquet, tables};
pub use validation::Validation;
