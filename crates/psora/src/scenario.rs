//! A question: which people, what they get, when we look.
//!
//! A scenario is a TOML file that a person writes. Reading it finds everything that is wrong
//! with the file alone; what it names (model, population, study, drugs) is looked up when it
//! is run. A command may change a scenario's fields after reading.

use crate::design::{design, read_model};
use crate::keys::{Keys, Table, inside};
use crate::library::{self, Library, Shelf, Text};
use crate::{Error, visits};
use psora_engine::Accuracy;
use psora_model::Diagnostics;
use std::path::Path;
use toml::Spanned;

/// A question, as written.
#[derive(Debug, Clone)]
pub struct Scenario {
    /// Its name: the file's, without ending.
    pub name: String,
    /// Where it was read.
    pub source: Text,
    /// What it asks, in one line.
    pub title: String,
    /// The name of the model.
    pub model: Spanned<String>,
    /// The name of a calibration, `none` for the model's text as it stands; the latest if absent.
    pub calibration: Option<Spanned<String>>,
    /// The name of the published study that gives arms and baseline, if any.
    pub study: Option<Spanned<String>>,
    /// The name of the population.
    pub population: Spanned<String>,
    /// Virtual patients in each arm.
    pub patients: usize,
    /// The seed of every random number.
    pub seed: u64,
    /// How accurately equations are solved.
    pub accuracy: Accuracy,
    /// The visits, in weeks; none to follow the study.
    pub visits: Option<Vec<f64>>,
    /// The arms; empty to take those of the study.
    pub arms: Vec<ArmText>,
    /// Parameters that are set, by name, in their declared units.
    pub set: Vec<(String, f64)>,
}

/// An arm, as written.
#[derive(Debug, Clone)]
pub struct ArmText {
    /// Its name.
    pub name: String,
    /// Its regimen: a sentence.
    pub regimen: Spanned<String>,
    /// The week after which nothing more is given, if that is not the regimen's own.
    pub until: Option<f64>,
}

/// The most patients in an arm: beyond it, the identities of patients would not fit.
const MOST_PATIENTS: u64 = 10_000_000;

impl Scenario {
    /// Reads the scenario that `name` stands for: a file, or a name in the library.
    ///
    /// # Errors
    /// Everything that is wrong with the file, or what could have been meant.
    pub fn open(name: &str, library: &Library) -> Result<Self, Error> {
        let path = Path::new(name);
        let is_path = path.exists() || name.ends_with(".toml") || name.contains(['/', '\\']);
        let found = if is_path {
            library::read_text(path).map(|text| Text {
                file: name.to_owned(),
                text,
            })
        } else {
            match library.text(Shelf::Scenarios, name) {
                Some(text) => text,
                None => Err("there is no such scenario".to_owned()),
            }
        };
        match found {
            Ok(source) => Ok(Self::read(source)?),
            Err(why) => Err(Error::fault("no-scenario", name, &why, &{
                let last = path.file_stem().unwrap_or_default().to_string_lossy();
                library.instead(Shelf::Scenarios, &last)
            })),
        }
    }

    /// Looks up everything that the scenario names, and runs nothing.
    ///
    /// # Errors
    /// Everything that is wrong with those texts.
    pub fn resolve(&self, library: &Library) -> Result<(), Error> {
        let (model, _) = read_model(self, library)?;
        design(self, &model, library, 1).map(drop)
    }

    /// Reads a scenario.
    ///
    /// # Errors
    /// Everything that is wrong with the text.
    pub fn read(source: Text) -> Result<Self, Diagnostics> {
        let (root, mut keys) = Keys::parse(&source.file, &source.text);
        let scenario = scenario(root.get_ref(), &mut keys);
        let mut scenario = keys.finish(scenario)?;
        scenario.name = Path::new(&source.file)
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        scenario.source = source;
        Ok(scenario)
    }
}

/// The accuracy of this name.
#[must_use]
pub fn accuracy_named(name: &str) -> Option<Accuracy> {
    ACCURACIES
        .into_iter()
        .find(|(known, _)| *known == name)
        .map(|(_, accuracy)| accuracy)
}

/// The name of an accuracy.
#[must_use]
pub fn accuracy_name(accuracy: Accuracy) -> &'static str {
    ACCURACIES
        .into_iter()
        .find(|(_, known)| *known == accuracy)
        .map_or("standard", |(name, _)| name)
}

const ACCURACIES: [(&str, Accuracy); 3] = [
    ("draft", Accuracy::Draft),
    ("standard", Accuracy::Standard),
    ("reference", Accuracy::Reference),
];

fn scenario(root: &Table, keys: &mut Keys) -> Option<Scenario> {
    keys.only(
        root,
        &[
            "title",
            "model",
            "calibration",
            "study",
            "population",
            "patients",
            "seed",
            "accuracy",
            "set",
            "measure",
            "arm",
        ],
        "a scenario",
    );
    let title = keys.needed_text(root, "title", "\"Does stopping early lead to relapse?\"");
    let model = keys.text(root, "model");
    let calibration = keys.text(root, "calibration");
    let study = keys.text(root, "study");
    let population = keys.needed_text(root, "population", "\"moderate-to-severe\"");
    if root.get("patients").is_none() {
        keys.missing("patients", "2000");
    }
    let patients = patients(root, keys);
    let seed = keys.count(root, "seed", 0);
    let accuracy = accuracy(root, keys);
    let set = settings(root, keys);
    let visits = measured(root, keys, study.is_some());
    let arms = arms(root, keys);
    if study.is_none() && root.get("arm").is_none() {
        keys.fault_of_file(
            "no-arms",
            "the scenario names neither a study nor arms",
            "add `study = \"voyage-2\"`, or an arm: `[[arm]]` with `name` and `regimen`",
        );
    }
    Some(Scenario {
        name: String::new(),
        source: Text {
            file: String::new(),
            text: String::new(),
        },
        title: title?.into_inner(),
        model: model.unwrap_or_else(|| Spanned::new(0..0, "psoriasis".to_owned())),
        calibration,
        study,
        population: population?,
        patients: patients?,
        seed: seed.unwrap_or(1),
        accuracy,
        visits,
        arms,
        set,
    })
}

fn patients(root: &Table, keys: &mut Keys) -> Option<usize> {
    let patients = keys.count(root, "patients", 1)?;
    if patients > MOST_PATIENTS {
        let span = root.get("patients").map_or(0..0, Spanned::span);
        let message = format!("an arm may have at most {MOST_PATIENTS} patients");
        keys.fault("wrong-value", span, message);
        return None;
    }
    usize::try_from(patients).ok()
}

fn accuracy(root: &Table, keys: &mut Keys) -> Accuracy {
    let Some(name) = keys.text(root, "accuracy") else {
        return Accuracy::default();
    };
    accuracy_named(name.get_ref()).unwrap_or_else(|| {
        let message = format!("there is no accuracy `{}`", name.get_ref());
        keys.fault("unknown-name", name.span(), message).help =
            Some("choose draft, standard or reference".to_owned());
        Accuracy::default()
    })
}

fn settings(root: &Table, keys: &mut Keys) -> Vec<(String, f64)> {
    let Some(set) = keys.table(root, "set") else {
        return Vec::new();
    };
    set.iter()
        .filter_map(|(name, value)| {
            let name = name.get_ref().to_string();
            let number = keys.number(&name, value)?;
            Some((name, number))
        })
        .collect()
}

fn measured(root: &Table, keys: &mut Keys, study: bool) -> Option<Vec<f64>> {
    const EXAMPLE: &str = "\"every 1 week until 24 week\"";
    let Some(measure) = keys.table(root, "measure") else {
        if !study && root.get("measure").is_none() {
            keys.missing("measure.visits", EXAMPLE);
        }
        return None;
    };
    keys.only(measure, &["visits"], "`measure`");
    let text = keys.needed_text(measure, "visits", EXAMPLE)?;
    match visits::parse(text.get_ref()) {
        Ok(weeks) => Some(weeks),
        Err(fault) => {
            let span = inside(&text.span(), &fault.span);
            keys.fault("visits", span, fault.message).help = Some(format!(
                "write visits such as {EXAMPLE} or \"at 0 4 12 16 week\""
            ));
            None
        }
    }
}

fn arms(root: &Table, keys: &mut Keys) -> Vec<ArmText> {
    let mut arms: Vec<ArmText> = Vec::new();
    for (span, table) in keys.tables(root, "arm") {
        keys.only(table, &["name", "regimen", "until"], "an arm");
        let name = keys.text(table, "name");
        let regimen = keys.text(table, "regimen");
        let until = until(table, keys);
        for (key, example) in [
            ("name", "\"placebo\""),
            ("regimen", "\"guselkumab 100 mg sc at 0 4 12 20 week\""),
        ] {
            if table.get(key).is_none() {
                let message = format!("this arm has no `{key}`");
                keys.fault("missing-key", span.clone(), message).help =
                    Some(format!("add a line such as `{key} = {example}`"));
            }
        }
        let (Some(name), Some(regimen)) = (name, regimen) else {
            continue;
        };
        if arms.iter().any(|arm| arm.name == *name.get_ref()) {
            let message = format!("a second arm is called `{}`", name.get_ref());
            keys.fault("same-name", name.span(), message).help =
                Some("give each arm a name of its own".to_owned());
        }
        arms.push(ArmText {
            name: name.into_inner(),
            regimen,
            until,
        });
    }
    arms
}

fn until(arm: &Table, keys: &mut Keys) -> Option<f64> {
    let text = keys.text(arm, "until")?;
    match visits::parse_time(text.get_ref()) {
        Ok(week) => Some(week),
        Err(fault) => {
            let span = inside(&text.span(), &fault.span);
            keys.fault("until", span, fault.message).help =
                Some("write a time such as \"52 week\"".to_owned());
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "\
title = \"Does it work?\"
population = \"moderate-to-severe\"
patients = 20
[measure]
visits = \"every 4 week until 16 week\"
[[arm]]
name = \"placebo\"
regimen = \"placebo\"
";

    fn read(text: &str) -> Result<Scenario, Diagnostics> {
        Scenario::read(Text {
            file: "a.toml".to_owned(),
            text: text.to_owned(),
        })
    }

    fn faults(text: &str) -> String {
        read(text).expect_err("the text is wrong").render(false)
    }

    #[test]
    fn a_scenario_has_its_files_name_and_sensible_silence() {
        let scenario = read(GOOD).expect("the text is right");
        assert_eq!(scenario.name, "a");
        assert_eq!(scenario.model.get_ref(), "psoriasis");
        assert_eq!(scenario.seed, 1);
        assert_eq!(scenario.visits, Some(vec![0., 4., 8., 12., 16.]));
        assert_eq!(scenario.arms.len(), 1);
    }

    #[test]
    fn a_misspelt_key_is_shown_with_the_right_one() {
        let shown = faults(&GOOD.replace("patients", "patiens"));
        assert!(shown.contains("a.toml:3:1"), "{shown}");
        assert!(shown.contains("did you mean `patients`?"), "{shown}");
    }

    #[test]
    fn all_faults_are_shown_at_once() {
        let text = GOOD
            .replace("patients = 20", "patients = nan")
            .replace("16 week", "16 moons")
            .replace("name = \"placebo\"", "nmae = \"placebo\"");
        let shown = faults(&text);
        assert!(shown.contains("a.toml:3:"), "{shown}");
        assert!(shown.contains("a.toml:5:33"), "{shown}");
        assert!(shown.contains("did you mean `name`?"), "{shown}");
    }

    #[test]
    fn a_file_cut_off_is_said_to_be_incomplete() {
        let shown = faults("title = \"Does it work?\"\npatients =");
        assert!(shown.contains("is it complete?"), "{shown}");
        assert!(shown.contains("a.toml:2"), "{shown}");
        let shown = faults(&GOOD[..60]);
        assert!(shown.contains("`patients` is missing"), "{shown}");
    }

    #[test]
    fn numbers_that_are_no_counts_are_refused() {
        for number in ["-5", "0", "1.5", "nan", "inf", "\"20\"", "99999999999"] {
            let shown = faults(&GOOD.replace("= 20", &format!("= {number}")));
            assert!(shown.contains("a.toml:3:12"), "{number}: {shown}");
        }
    }

    #[test]
    fn a_setting_that_is_not_finite_is_refused() {
        let shown = faults(&GOOD.replace("[measure]", "[set]\nd_R = nan\n[measure]"));
        assert!(shown.contains("a.toml:5:7"), "{shown}");
    }
}
