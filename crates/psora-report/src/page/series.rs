//! What is drawn over time for one patient: the PASI that was judged, and every output.

use crate::reading::{self, Variable};
use psora_trial::{ArmResult, PatientResult};

/// Something to draw over time for each patient.
#[derive(Debug)]
pub(super) struct Series<'a> {
    /// The heading that it stands under.
    pub(super) group: String,
    pub(super) title: String,
    /// Its name in the model and its unit.
    pub(super) unit: String,
    /// The output; none for the PASI of the visits.
    variable: Option<Variable<'a>>,
}

impl Series<'_> {
    /// A patient's value at a visit; not a number if there is none.
    pub(super) fn at(&self, arm: &ArmResult, patient: &PatientResult, visit: usize) -> f64 {
        match &self.variable {
            Some(variable) => variable.at(arm, patient, visit),
            None => {
                let scores = patient.scores.get(visit).and_then(Option::as_ref);
                scores.map_or(f64::NAN, |scores| scores.pasi)
            }
        }
    }

    /// Whether it is judged at visits, and so drawn with a dot a visit.
    pub(super) fn is_judged(&self) -> bool {
        self.variable.is_none()
    }

    /// Whether it is a drug's concentration, and so drawn with the doses.
    pub(super) fn is_drug(&self) -> bool {
        self.variable
            .as_ref()
            .is_some_and(|variable| variable.drug().is_some())
    }
}

/// The PASI of the visits, then the outputs of an arm in their order.
pub(super) fn series(arm: &ArmResult) -> Vec<Series<'_>> {
    let mut all = vec![Series {
        group: "scores".to_owned(),
        title: "PASI by visit".to_owned(),
        unit: "0 to 72".to_owned(),
        variable: None,
    }];
    all.extend(reading::variables(arm).into_iter().map(|variable| {
        let label = if variable.label.is_empty() {
            variable.name
        } else {
            variable.label
        };
        Series {
            group: group(&variable),
            title: label.to_owned(),
            unit: match variable.unit {
                "" | "1" => variable.name.to_owned(),
                unit => format!("{}, {unit}", variable.name),
            },
            variable: Some(variable),
        }
    }));
    all
}

/// The heading that an output stands under: its score, its drug, or the organ of its module.
fn group(variable: &Variable<'_>) -> String {
    if variable.name.starts_with("PASI_") {
        return "scores".to_owned();
    }
    if variable.drug().is_some() {
        return "drugs".to_owned();
    }
    let organ = variable
        .module
        .split(['.', '/'])
        .find(|part| !part.is_empty());
    organ.unwrap_or("other").replace('_', " ")
}
