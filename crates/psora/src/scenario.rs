//! A question: which people, what they get, when we look.
//!
//! A scenario is a TOML file that a person writes. Reading it finds everything that is wrong
//! with the file alone; what it names (model, population, study, drugs) is looked up when it
//! is run. A command may change a scenario's fields after reading.

use crate::design::{design, given, read_model};
use crate::library::{self, Library, Shelf, Text};
use crate::{Error, visits};
use psora_engine::Accuracy;
use psora_model::{Diagnostic, Diagnostics};
use psora_trial::document::{Reader, Table};
use psora_trial::outcome::{Clock, Condition, Loss, Relapse};
use std::ops::Range;
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
    /// Virtual patients in each arm; 0 for those of a table.
    pub patients: usize,
    /// A table of events whose patients are to be run, beside the scenario.
    pub table: Option<Spanned<String>>,
    /// The seed of every random number.
    pub seed: u64,
    /// How accurately equations are solved.
    pub accuracy: Accuracy,
    /// The visits, in weeks; none to follow the study.
    pub visits: Option<Vec<f64>>,
    /// The definition of relapse, if relapses are asked for.
    pub relapse: Option<Relapse>,
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
    /// Rules that change it at visits.
    pub rules: Vec<RuleText>,
}

/// A rule of an arm, as written.
#[derive(Debug, Clone)]
pub struct RuleText {
    /// When it is asked, in words.
    pub at: Spanned<String>,
    /// When it is asked, in weeks.
    pub weeks: Vec<f64>,
    /// What must hold, in words; in any case where nothing is said.
    pub when: Option<String>,
    /// What must hold.
    pub conditions: Vec<Condition>,
    /// What then happens: a regimen, `add`, `restart`, `stop` or `stretch`.
    pub then: Spanned<String>,
}

impl RuleText {
    /// The rule as one sentence.
    #[must_use]
    pub fn words(&self) -> String {
        let at = self.at.get_ref();
        let at = if at.starts_with("at ") || at.starts_with("every ") {
            at.clone()
        } else {
            format!("at {at}")
        };
        match &self.when {
            Some(when) => format!("{at}, if {when}: {}", self.then.get_ref()),
            None => format!("{at}: {}", self.then.get_ref()),
        }
    }
}

/// The most patients in an arm: beyond it, the identities of patients would not fit.
const MOST_PATIENTS: usize = 10_000_000;

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
        given(self, &model, library)?;
        design(self, &model, library, 1).map(drop)
    }

    /// Reads a scenario.
    ///
    /// # Errors
    /// Everything that is wrong with the text.
    pub fn read(source: Text) -> Result<Self, Diagnostics> {
        let (root, mut keys) = Reader::new(&source.file, &source.text);
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

fn scenario(root: &Table, keys: &mut Reader) -> Option<Scenario> {
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
    let whole = (root, &TOP);
    let title = keys.needed_text(whole, "title", "\"Does stopping early lead to relapse?\"");
    let model = keys.text(root, "model");
    let calibration = keys.text(root, "calibration");
    let study = keys.text(root, "study");
    let population = keys.needed_text(whole, "population", "\"moderate-to-severe\"");
    let (patients, table) = patients(root, keys);
    let seed = keys.count(root, "seed");
    let accuracy = accuracy(root, keys);
    let set = settings(root, keys);
    let (visits, relapse) = measured(root, keys, study.is_some());
    let arms = arms(root, keys);
    if let Some(table) = &table {
        for key in ["study", "arm"] {
            if root.get(key).is_some() {
                let message = format!("`{key}` has no place beside a table of patients");
                keys.fault("wrong-value", table.span(), message).help =
                    Some("the table says who is given what: it is the one arm".to_owned());
            }
        }
    } else if study.is_none() && root.get("arm").is_none() {
        let message = "the scenario names neither a study nor arms";
        keys.fault("no-arms", TOP, message).help = Some(
            "add `study = \"voyage-2\"`, or an arm: `[[arm]]` with `name` and `regimen`".to_owned(),
        );
    }
    Some(Scenario {
        name: String::new(),
        source: Text {
            file: String::new(),
            text: String::new(),
        },
        title: title?.0,
        model: model.map_or_else(|| Spanned::new(TOP, "psoriasis".to_owned()), placed),
        calibration: calibration.map(placed),
        study: study.map(placed),
        population: placed(population?),
        patients: patients?,
        table,
        seed: seed.map_or(1, |(seed, _)| seed as u64),
        accuracy,
        visits,
        relapse,
        arms,
        set,
    })
}

/// Where a file begins: the place of what is missing in all of it.
const TOP: Range<usize> = 0..0;

fn placed((text, span): (String, Range<usize>)) -> Spanned<String> {
    Spanned::new(span, text)
}

/// How many patients, or the table that they stand in.
fn patients(root: &Table, keys: &mut Reader) -> (Option<usize>, Option<Spanned<String>>) {
    let Some(value) = root.get("patients") else {
        keys.missing(TOP, "patients", "2000");
        return (None, None);
    };
    if value
        .get_ref()
        .as_str()
        .is_some_and(|name| name.ends_with(".csv"))
    {
        return (Some(0), keys.text(root, "patients").map(placed));
    }
    let Some((patients, span)) = keys.count(root, "patients") else {
        return (None, None);
    };
    if (1..=MOST_PATIENTS).contains(&patients) {
        return (Some(patients), None);
    }
    let message = format!("an arm has 1 to {MOST_PATIENTS} patients, not {patients}");
    keys.fault("wrong-value", span, message).help = Some("write `patients = 2000`".to_owned());
    (None, None)
}

fn accuracy(root: &Table, keys: &mut Reader) -> Accuracy {
    let Some((name, span)) = keys.text(root, "accuracy") else {
        return Accuracy::default();
    };
    accuracy_named(&name).unwrap_or_else(|| {
        let message = format!("there is no accuracy `{name}`");
        keys.fault("unknown-name", span, message).help =
            Some("choose draft, standard or reference".to_owned());
        Accuracy::default()
    })
}

fn settings(root: &Table, keys: &mut Reader) -> Vec<(String, f64)> {
    let Some((set, _)) = keys.table(root, "set") else {
        return Vec::new();
    };
    set.keys()
        .filter_map(|name| {
            let (number, _) = keys.number(set, name.get_ref())?;
            Some((name.get_ref().to_string(), number))
        })
        .collect()
}

fn measured(root: &Table, keys: &mut Reader, study: bool) -> (Option<Vec<f64>>, Option<Relapse>) {
    const EXAMPLE: &str = "\"every 1 week until 24 week\"";
    if root.get("measure").is_none() {
        if !study {
            keys.missing(TOP, "measure.visits", EXAMPLE);
        }
        return (None, None);
    }
    let Some((measure, span)) = keys.table(root, "measure") else {
        return (None, None);
    };
    keys.only(measure, &["visits", "relapse"], "`measure`");
    let visits = keys
        .needed_text((measure, &span), "visits", EXAMPLE)
        .and_then(|(text, span)| {
            let help = format!("write visits such as {EXAMPLE} or \"at 0 4 12 16 week\"");
            time(visits::parse(&text), &span, &help, keys)
        });
    (visits, relapse(measure, keys))
}

/// `relapse = { from = "28 week", among = "PASI90", lost = "PASI90" }`.
fn relapse(measure: &Table, keys: &mut Reader) -> Option<Relapse> {
    const TIME: &str = "write a time such as \"28 week\"";
    let (table, span) = keys.table(measure, "relapse")?;
    keys.only(table, &["at", "from", "among", "lost"], "`relapse`");
    let at = keys
        .text(table, "at")
        .and_then(|(text, span)| time(visits::parse_time(&text), &span, TIME, keys));
    let clock = keys.needed_text((table, &span), "from", "\"28 week\"");
    let clock = clock.and_then(|(text, span)| match Clock::named(&text) {
        Some(clock) => Some(clock),
        None => {
            let help = "write a time such as \"28 week\", or \"last dose\"";
            time(visits::parse_time(&text), &span, help, keys).map(Clock::Week)
        }
    });
    let among = keys.needed_text((table, &span), "among", "\"PASI90\"");
    let among = among.and_then(|(text, span)| said(Relapse::endpoint(&text), span, keys));
    let lost = keys.needed_text((table, &span), "lost", "\"PASI90\"");
    let lost = lost.and_then(|(text, span)| said(Loss::parse(&text), span, keys));
    let at = match (at, clock) {
        (None, Some(Clock::LastDose)) => {
            keys.missing(span, "at", "\"28 week\"");
            None
        }
        (None, Some(Clock::Week(week))) => Some(week),
        (at, _) => at,
    };
    Some(Relapse {
        at: at?,
        clock: clock?,
        among: among?,
        lost: lost?,
    })
}

/// What was understood of words that stand at `span`.
fn said<T>(read: Result<T, String>, span: Range<usize>, keys: &mut Reader) -> Option<T> {
    read.map_err(|why| {
        keys.fault("unknown-name", span, why);
    })
    .ok()
}

fn arms(root: &Table, keys: &mut Reader) -> Vec<ArmText> {
    let mut arms: Vec<ArmText> = Vec::new();
    for (table, span) in keys.tables(root, "arm") {
        keys.only(table, &["name", "regimen", "until", "rule"], "an arm");
        let name = keys.needed_text((table, &span), "name", "\"placebo\"");
        let example = "\"guselkumab 100 mg sc at 0 4 12 20 week\"";
        let regimen = keys.needed_text((table, &span), "regimen", example);
        let until = keys.text(table, "until").and_then(|(text, span)| {
            let help = "write a time such as \"52 week\"";
            time(visits::parse_time(&text), &span, help, keys)
        });
        let rules = rules(table, keys);
        let (Some((name, span)), Some(regimen)) = (name, regimen) else {
            continue;
        };
        if arms.iter().any(|arm| arm.name == name) {
            let message = format!("a second arm is called `{name}`");
            keys.fault("same-name", span, message).help =
                Some("give each arm a name of its own".to_owned());
        }
        arms.push(ArmText {
            name,
            regimen: placed(regimen),
            until,
            rules,
        });
    }
    arms
}

fn rules(arm: &Table, keys: &mut Reader) -> Vec<RuleText> {
    let mut rules = Vec::new();
    for (table, span) in keys.tables(arm, "rule") {
        keys.only(table, &["at", "when", "then"], "a rule");
        let at = keys.needed_text((table, &span), "at", "\"16 week\"");
        let weeks = at.as_ref().and_then(|(text, span)| {
            let help = "write \"16 week\", \"at 16 28 week\" or \"every 4 week until 52 week\"";
            time(asked(text), span, help, keys)
        });
        let when = keys.text(table, "when");
        let conditions = when.as_ref().map_or(Some(Vec::new()), |(text, span)| {
            said(Condition::parse(text), span.clone(), keys)
        });
        let then = keys.needed_text((table, &span), "then", "\"guselkumab.label\"");
        if let (Some(at), Some(weeks), Some(conditions), Some(then)) = (at, weeks, conditions, then)
        {
            rules.push(RuleText {
                at: placed(at),
                weeks,
                when: when.map(|(text, _)| text),
                conditions,
                then: placed(then),
            });
        }
    }
    rules
}

/// The weeks at which a rule is asked: never at baseline, where nothing has been given.
fn asked(text: &str) -> Result<Vec<f64>, visits::Fault> {
    let words = text.trim_start();
    if !words.starts_with("at ") && !words.starts_with("every ") {
        return visits::parse_time(text).map(|week| vec![week]);
    }
    let mut weeks = visits::parse(text)?;
    weeks.retain(|week| *week > 0.0);
    Ok(weeks)
}

/// What was read of a sentence about time that stands at `span`; a fault points into it.
fn time<T>(
    read: Result<T, visits::Fault>,
    span: &Range<usize>,
    help: &str,
    keys: &mut Reader,
) -> Option<T> {
    read.map_err(|fault| {
        let fault = Diagnostic::new("time", "", Some(fault.span), fault.message).help(help);
        keys.faults_inside(span, vec![fault]);
    })
    .ok()
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
