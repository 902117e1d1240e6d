//! How new a regimen is, and what class it belongs to.
//!
//! Both are read off: the class from the sums of the model that a drug's file adds to, the
//! stratum from the studies on which the values in use rest.

use super::regimen::same_until;
use crate::calibration::Calibration;
use crate::{Error, Library};
use psora_model::Model;
use psora_report::validation::Stratum;
use psora_trial::document::Reader;
use psora_trial::{Regimen, Study};

/// Targets by the last parts of their sums' names, and the class that blocks exactly these.
const CLASSES: [(&[&str], &str); 16] = [
    (&["block_TNF"], "TNF"),
    (&["block_IL12", "block_IL23"], "IL-12/23"),
    (&["block_IL23"], "IL-23"),
    (&["block_IL23R"], "IL-23R"),
    (&["block_IL17A"], "IL-17A"),
    (&["block_IL17A", "block_IL17F"], "IL-17A/F"),
    (&["block_IL17RA"], "IL-17RA"),
    (&["block_IL36R"], "IL-36R"),
    (&["block_TYK2"], "TYK2"),
    (&["block_JAK"], "JAK"),
    (&["block_PDE4"], "PDE4"),
    (&["block_calcineurin"], "calcineurin"),
    (&["block_folate"], "antifolate"),
    (&["block_fumarate"], "fumarate"),
    (&["block_retinoid"], "retinoid"),
    (&["block_AhR"], "AhR"),
];

/// The class of a treatment; a target without a class of that name stands for itself.
pub(super) fn class(treatment: &str, model: &Model) -> String {
    class_of(&model.targets(treatment))
}

fn class_of(targets: &[String]) -> String {
    let mut names: Vec<&str> = targets
        .iter()
        .map(|name| name.rsplit('.').next().unwrap_or(name))
        .collect();
    names.sort_unstable();
    names.dedup();
    let known = CLASSES.iter().find(|(targets, _)| *targets == names);
    known.map_or_else(
        || {
            let bare = |name: &&str| name.trim_start_matches("block_").replace('_', " ");
            names.iter().map(bare).collect::<Vec<_>>().join("/")
        },
        |(_, class)| (*class).to_owned(),
    )
}

/// The studies on which the values in use rest.
#[derive(Debug, Default)]
pub(super) struct Basis {
    pub(super) names: Vec<String>,
    /// Regimens with the last week of a result, in weeks.
    regimens: Vec<(Regimen, f64)>,
    drugs: Vec<String>,
    classes: Vec<String>,
}

/// The file that says on which studies the model's own values rest.
const FILE: &str = "evidence/basis.toml";

impl Basis {
    /// The basis of a calibration, or of the model's text where there is none.
    pub(super) fn read(
        calibration: Option<&Calibration>,
        model: &Model,
        library: &Library,
    ) -> Result<Self, Error> {
        let named = match calibration.and_then(|calibration| calibration.studies.clone()) {
            Some(names) => names,
            None => of_the_text(library)?,
        };
        let mut basis = Self::default();
        for name in named {
            if let Some(Ok(text)) = library.text(crate::Shelf::Studies, &name)
                && let Ok(study) = Study::read(&text.file, &text.text)
            {
                basis.add(&study, model);
            }
            basis.names.push(name);
        }
        Ok(basis)
    }

    fn add(&mut self, study: &Study, model: &Model) {
        for arm in &study.arms {
            let Ok(regimen) = Regimen::parse(&arm.regimen, model) else {
                continue;
            };
            for drug in regimen.treatments() {
                let class = class(drug, model);
                if !self.drugs.iter().any(|known| known == drug) {
                    self.drugs.push(drug.to_owned());
                }
                if !self.classes.contains(&class) {
                    self.classes.push(class);
                }
            }
            let last = arm
                .results
                .iter()
                .map(|result| result.week)
                .fold(0.0, f64::max);
            if last > 0.0 {
                self.regimens.push((regimen, last));
            }
        }
    }

    /// How new a regimen with these `drugs` is by `week`.
    pub(super) fn stratum(
        &self,
        regimen: &Regimen,
        drugs: &[String],
        week: f64,
        model: &Model,
    ) -> Stratum {
        if drugs.is_empty() {
            return Stratum::Placebo;
        }
        if drugs
            .iter()
            .any(|drug| !self.classes.contains(&class(drug, model)))
        {
            return Stratum::NewMechanism;
        }
        if drugs.iter().any(|drug| !self.drugs.contains(drug)) {
            return Stratum::NewDrug;
        }
        let seen = |(known, last): &(Regimen, f64)| same_until(known, regimen, week.min(*last));
        if self.regimens.iter().any(seen) {
            Stratum::RegimenSeen
        } else {
            Stratum::NewDose
        }
    }
}

fn of_the_text(library: &Library) -> Result<Vec<String>, Error> {
    let Ok(text) = library.read(FILE) else {
        return Ok(Vec::new());
    };
    let shown = library.shown(FILE);
    let (root, mut reader) = Reader::new(&shown, &text);
    reader.only(root.get_ref(), &["studies"], "a basis");
    let studies = reader.texts(root.get_ref(), "studies");
    let studies = studies.into_iter().map(|(name, _)| name).collect();
    Ok(reader.finish(Some(studies))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_is_what_a_drug_blocks() {
        let class = |names: &[&str]| {
            let targets: Vec<String> = names.iter().map(|name| format!("immune.{name}")).collect();
            class_of(&targets)
        };
        assert_eq!(class(&["block_TNF"]), "TNF");
        assert_eq!(class(&["block_IL23", "block_IL12"]), "IL-12/23");
        assert_eq!(class(&["block_IL17F", "block_IL17A"]), "IL-17A/F");
        assert_eq!(class(&["block_IL31"]), "IL31");
    }
}
