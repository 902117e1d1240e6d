//! The front door: a scenario, and [`run()`].
//!
//! A [`Scenario`] is a question as a person writes it; a [`Library`] holds the texts that it
//! names; [`run()`] answers it on a [`Pool`] of threads, and a [`ResultFolder`] keeps the
//! answer. [`validate()`] predicts published studies, [`phenomena()`] puts what is said of the
//! disease to the test, and [`inspect()`] does so with texts and the model's own checks.
//!
//! It never prints, and never leaves results that look whole and are not: whoever opens the
//! door (a command, a page, another program) shows what comes back.

mod calibration;
mod checks;
mod design;
mod error;
mod exposure;
mod format;
mod inspect;
mod library;
mod listing;
mod phenomena;
mod pool;
mod regimen;
mod results;
mod run;
mod scenario;
mod validate;
mod visits;

pub use calibration::{Calibration, NONE};
pub use checks::{CheckOutcome, run_checks};
pub use error::Error;
pub use exposure::{Exposure, check_exposure};
pub use format::{Formatted, format};
pub use inspect::{Finding, ModelFinding, inspect};
pub use library::{Library, Shelf, Text};
pub use listing::{DEFAULT_MODEL, calibrated_model, studies, treatments};
pub use phenomena::{Chosen, experiments, phenomena};
pub use pool::{Pool, Unwatched, Watch};
pub use psora_model::{Check, Diagnostic, Diagnostics, Model, Start, Summary, Treatment};
pub use psora_report::Validation;
pub use psora_report::{
    Phenomena, Phenomenon, phenomena_json, phenomena_list, phenomena_page, phenomena_table,
};
pub use psora_trial::experiment::{Experiment, Kind, Verdict};
pub use psora_trial::exposure::{Figure, Outcome as FigureOutcome, Which};
pub use psora_trial::{Host, Quiet, Study, TrialResult};
pub use regimen::event_table;
pub use results::ResultFolder;
pub use run::{Circumstances, Results, run};
pub use scenario::{ArmText, RuleText, Scenario, accuracy_name, accuracy_named};
pub use validate::{Request, Validated, validate};
