//! What and when: the regimen grammar, and dated doses.
//!
//! A sentence (`guselkumab 100 mg sc at 0 4 week, then every 8 week`) from a study, a
//! scenario or a drug's file becomes a [`Regimen`], whose drugs, routes and named regimens a
//! model knows, and a regimen becomes dated [`Dose`]s for a patient of some weight.
//!
//! Times count from the first visit of the trial. `from` starts a course's own clock, so
//! that `secukinumab.label from 16 week` begins the label there; `until` ends it, a dose on
//! that day not included. A course that follows with `then` and recurs begins where the one
//! before ends; dates after `at` stay dates of the trial.

mod course;
mod rule;
mod sentence;
mod word;

use crate::document::nearest;
use crate::random::Stream;
use course::{Amount, Course, Name, Timing, Unit, What};
use psora_model::{Diagnostic, Model, Treatment};
use std::collections::BTreeMap;

pub use rule::{Change, Rule};

/// A regimen whose drugs and routes a model knows.
#[derive(Debug, Clone, PartialEq)]
pub struct Regimen {
    text: String,
    courses: Vec<Planned>,
    rules: Vec<Rule>,
}

/// One dose, as planned.
#[derive(Debug, Clone, PartialEq)]
pub struct Dose {
    /// When, in days from the first visit of the trial.
    pub day: f64,
    /// The treatment's name (`secukinumab`).
    pub treatment: String,
    /// The full name of the species that receives it.
    pub into: String,
    /// How much, in `unit`.
    pub amount: f64,
    /// `mg` or `J/cm2`.
    pub unit: &'static str,
}

/// A course that is ready to be dated.
#[derive(Debug, Clone, PartialEq)]
struct Planned {
    treatment: String,
    into: String,
    amount: Amount,
    unit: Unit,
    timing: Timing,
    from_day: f64,
    until_day: f64,
}

/// Other names of treatments, in the form of a module's name.
const ALIASES: [(&str, &str); 5] = [
    ("cyclosporin", "ciclosporin"),
    ("cyclosporine", "ciclosporin"),
    ("certolizumab", "certolizumab_pegol"),
    ("fumaric_acid_esters", "dimethyl_fumarate"),
    ("phototherapy", "nb_uvb"),
];

impl Regimen {
    /// Reads a regimen and finds its drugs, routes and named regimens in `model`.
    ///
    /// # Errors
    /// Every fault, with spans in `text` and no file; see [`place`].
    pub fn parse(text: &str, model: &Model) -> Result<Self, Vec<Diagnostic>> {
        Self::resolve(text, model.treatments())
    }

    /// Reads a regimen and finds its drugs, routes and named regimens among `treatments`.
    ///
    /// # Errors
    /// As [`Regimen::parse`].
    pub fn resolve(text: &str, treatments: &[Treatment]) -> Result<Self, Vec<Diagnostic>> {
        let courses = sentence::courses(text, None)?;
        let mut faults = Vec::new();
        let courses = planned(&courses, treatments, &mut faults);
        if faults.is_empty() {
            Ok(Self {
                text: text.to_owned(),
                courses,
                rules: Vec::new(),
            })
        } else {
            Err(faults)
        }
    }

    /// A regimen that gives nothing by itself: doses come from elsewhere, as `text` says.
    #[must_use]
    pub fn elsewhere(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            courses: Vec::new(),
            rules: Vec::new(),
        }
    }

    /// The regimen as it was written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The same regimen with rules that act at visits.
    #[must_use]
    pub fn with_rules(mut self, rules: Vec<Rule>) -> Self {
        for rule in &rules {
            self.text = format!("{}; {}", self.text, rule.text);
        }
        self.rules.extend(rules);
        self
    }

    /// The rules that act at visits.
    #[must_use]
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The treatments in use, each once, in order of appearance; none for placebo. What a
    /// rule may bring is in use.
    #[must_use]
    pub fn treatments(&self) -> Vec<&str> {
        let own = self.courses.iter().map(|course| course.treatment.as_str());
        let brought = self.rules.iter().filter_map(|rule| rule.change.regimen());
        let mut names: Vec<&str> = Vec::new();
        for name in own.chain(brought.flat_map(Self::treatments)) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    /// Every dose before `horizon_day` for a patient of this weight, in order of time.
    #[must_use]
    pub fn doses(&self, weight_kg: f64, horizon_day: f64) -> Vec<Dose> {
        let mut doses: Vec<Dose> = self
            .courses
            .iter()
            .flat_map(|course| {
                let days = course.days(horizon_day);
                days.into_iter().map(|day| course.dose(day, weight_kg))
            })
            .collect();
        doses.sort_by(|a, b| a.day.total_cmp(&b.day));
        doses
    }

    /// The regimen ended at `day`, as by a scenario's `until`.
    #[must_use]
    pub fn until(mut self, day: f64) -> Self {
        for course in &mut self.courses {
            course.until_day = course.until_day.min(day);
        }
        self
    }
}

/// Whether a text is a regimen, without asking whether anybody knows its drugs.
///
/// # Errors
/// Every fault, with spans in `text` and no file; see [`place`].
pub fn check(text: &str) -> Result<(), Vec<Diagnostic>> {
    sentence::courses(text, None).map(|_| ())
}

/// The days in a unit of time, if it is one.
pub(crate) fn time_unit_day(unit: &str) -> Option<f64> {
    let known = course::TIME_UNITS.iter().find(|(name, _)| *name == unit);
    known.map(|(_, days)| *days)
}

/// Moves faults of a piece of text to where the piece stands in `file`.
#[must_use]
pub fn place(faults: Vec<Diagnostic>, file: &str, offset: usize) -> Vec<Diagnostic> {
    faults
        .into_iter()
        .map(|mut fault| {
            file.clone_into(&mut fault.file);
            fault.span = fault
                .span
                .map(|span| span.start + offset..span.end + offset);
            fault
        })
        .collect()
}

/// Which doses a patient takes when a share of planned doses is missed. A missed dose is not
/// made up. Each treatment has its own stream, so that a second drug does not change how the
/// first is taken.
#[derive(Debug, Clone)]
pub(crate) struct Adherence {
    missed: f64,
    seed: u64,
    id: u64,
    streams: BTreeMap<String, Stream>,
}

impl Adherence {
    pub(crate) fn new(missed: f64, seed: u64, id: u64) -> Self {
        Self {
            missed,
            seed,
            id,
            streams: BTreeMap::new(),
        }
    }

    /// Whether the next dose of its treatment is taken. Doses are asked for in order.
    pub(crate) fn takes(&mut self, dose: &Dose) -> bool {
        let (seed, id) = (self.seed, self.id);
        let stream = self
            .streams
            .entry(dose.treatment.clone())
            .or_insert_with(|| Stream::new(seed, id, &format!("missed {}", dose.treatment)));
        stream.uniform() >= self.missed
    }
}

impl Planned {
    fn days(&self, horizon_day: f64) -> Vec<f64> {
        let end = self.until_day.min(horizon_day);
        let mut days: Vec<f64> = self
            .timing
            .at
            .iter()
            .map(|day| self.from_day + day)
            .collect();
        if let Some(recurs) = &self.timing.recurs {
            for cycle in 0_u32.. {
                let start = self.from_day + recurs.first + f64::from(cycle) * recurs.period;
                if start >= end {
                    break;
                }
                days.extend(recurs.offsets.iter().map(|offset| start + offset));
            }
        }
        days.retain(|&day| day < end);
        days
    }

    fn dose(&self, day: f64, weight_kg: f64) -> Dose {
        let amount = match self.amount {
            Amount::Fixed(amount) => amount,
            Amount::PerKg(amount) => amount * weight_kg,
            Amount::ByWeight {
                up_to_kg, lighter, ..
            } if weight_kg <= up_to_kg => lighter,
            Amount::ByWeight { heavier, .. } => heavier,
        };
        let unit = match self.unit {
            Unit::Milligram => "mg",
            Unit::JoulePerSquareCentimetre => "J/cm2",
        };
        let (treatment, into) = (self.treatment.clone(), self.into.clone());
        Dose {
            day,
            treatment,
            into,
            amount,
            unit,
        }
    }

    /// The first day on which it gives anything.
    fn begins(&self) -> f64 {
        let recurs = self
            .timing
            .recurs
            .as_ref()
            .map_or(f64::INFINITY, |recurs| recurs.first);
        self.from_day + self.timing.at.first().copied().unwrap_or(recurs)
    }
}

/// Finds what each course names, and dates courses that follow one another.
fn planned(
    courses: &[Course],
    treatments: &[Treatment],
    faults: &mut Vec<Diagnostic>,
) -> Vec<Planned> {
    let mut all: Vec<Planned> = Vec::new();
    // The parts and the end of the course before.
    let mut before: (std::ops::Range<usize>, Option<f64>) = (0..0, None);
    for course in courses {
        let mut own = match &course.what {
            What::Placebo => Vec::new(),
            What::Named { drug, regimen } => named(drug, regimen, treatments, faults),
            What::Dosed {
                drug,
                amount,
                unit,
                route,
                timing,
            } => dosed(drug, route.as_ref(), treatments, faults)
                .map(|(treatment, into)| Planned {
                    treatment,
                    into,
                    amount: *amount,
                    unit: *unit,
                    timing: timing.clone(),
                    from_day: 0.0,
                    until_day: f64::INFINITY,
                })
                .into_iter()
                .collect(),
        };
        let dated = matches!(&course.what, What::Dosed { timing, .. } if !timing.at.is_empty());
        let from = match (course.from_day, before.1) {
            (Some(day), _) => day,
            (None, Some(end)) if course.follows && !dated => end,
            _ => 0.0,
        };
        for part in &mut own {
            part.from_day += from;
            part.until_day = (part.until_day + from).min(course.until_day.unwrap_or(f64::INFINITY));
        }
        if course.until_day.is_some_and(|until| until <= from) && !own.is_empty() {
            let message = "the course ends before it begins";
            faults.push(Diagnostic::new(
                "wrong-value",
                "",
                Some(course.span.clone()),
                message,
            ));
        }
        if course.follows && before.1.is_none() {
            if dated || course.from_day.is_some() {
                let begins = own
                    .iter()
                    .map(Planned::begins)
                    .fold(f64::INFINITY, f64::min);
                for part in &mut all[before.0.clone()] {
                    part.until_day = part.until_day.min(begins);
                }
            } else {
                let message = "`then` does not say when this course begins";
                let fault = Diagnostic::new("wrong-value", "", Some(course.span.clone()), message);
                faults.push(fault.help(
                    "add `until 12 week` to the course before, or `from 12 week` to this one",
                ));
            }
        }
        before = (all.len()..all.len() + own.len(), course.until_day);
        all.extend(own);
    }
    all
}

fn named(
    drug: &Name,
    regimen: &Name,
    treatments: &[Treatment],
    faults: &mut Vec<Diagnostic>,
) -> Vec<Planned> {
    let Some(treatment) = treatment(drug, treatments, faults) else {
        return Vec::new();
    };
    let Some(found) = treatment
        .regimens
        .iter()
        .find(|known| known.name == regimen.text)
    else {
        let names = treatment.regimens.iter().map(|known| known.name.as_str());
        let message = format!("{} has no regimen `{}`", treatment.name, regimen.text);
        faults.push(unknown(regimen, message, names));
        return Vec::new();
    };
    let inner = sentence::courses(&found.text, Some(&treatment.name)).and_then(|courses| {
        let mut inner = Vec::new();
        // A label may not point at labels: it would have no end.
        let flat = courses
            .iter()
            .all(|course| !matches!(course.what, What::Named { .. }));
        let own = if flat {
            planned(&courses, treatments, &mut inner)
        } else {
            Vec::new()
        };
        if inner.is_empty() {
            Ok(own)
        } else {
            Err(inner)
        }
    });
    inner.unwrap_or_else(|inner| {
        // Their places are in the drug's file; the reader is told where the regimen is used.
        let why: Vec<String> = inner.into_iter().map(|fault| fault.message).collect();
        let message = format!(
            "regimen `{}` of {} is wrong: {}",
            regimen.text,
            treatment.name,
            why.join("; ")
        );
        faults.push(Diagnostic::new(
            "wrong-regimen",
            "",
            Some(regimen.span.clone()),
            message,
        ));
        Vec::new()
    })
}

/// The treatment and the species that a dose by this route enters.
fn dosed(
    drug: &Name,
    route: Option<&Name>,
    treatments: &[Treatment],
    faults: &mut Vec<Diagnostic>,
) -> Option<(String, String)> {
    let treatment = treatment(drug, treatments, faults)?;
    let names = || treatment.routes.iter().map(|route| route.name.as_str());
    let found = match route {
        None if treatment.routes.len() == 1 => &treatment.routes[0],
        None => {
            let message = format!("{} needs a route", treatment.name);
            let routes: Vec<&str> = names().collect();
            let fault = Diagnostic::new("no-route", "", Some(drug.span.clone()), message);
            faults.push(fault.help(format!("say how it is given: {}", routes.join(", "))));
            return None;
        }
        Some(route) => {
            let Some(found) = treatment
                .routes
                .iter()
                .find(|known| known.name == route.text)
            else {
                let message = format!("{} is not given by `{}`", treatment.name, route.text);
                faults.push(unknown(route, message, names()));
                return None;
            };
            found
        }
    };
    Some((treatment.name.clone(), found.into.clone()))
}

fn treatment<'m>(
    drug: &Name,
    treatments: &'m [Treatment],
    faults: &mut Vec<Diagnostic>,
) -> Option<&'m Treatment> {
    let alias = ALIASES.iter().find(|(alias, _)| *alias == drug.text);
    let name = alias.map_or(drug.text.as_str(), |(_, name)| name);
    let found = treatments.iter().find(|known| known.name == name);
    if found.is_none() {
        let message = format!("the model has no treatment `{name}`");
        faults.push(unknown(
            drug,
            message,
            treatments.iter().map(|known| known.name.as_str()),
        ));
    }
    found
}

fn unknown<'a>(name: &Name, message: String, known: impl Iterator<Item = &'a str>) -> Diagnostic {
    let known: Vec<&str> = known.collect();
    let fault = Diagnostic::new("unknown-name", "", Some(name.span.clone()), message);
    match nearest(&name.text, known.iter().copied()) {
        Some(near) => fault.help(format!("did you mean `{near}`?")),
        None if known.is_empty() => fault,
        None => fault.help(format!("there are: {}", known.join(", "))),
    }
}

#[cfg(test)]
mod tests;
