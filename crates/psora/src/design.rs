//! From a scenario to a trial: every name is looked up, every sentence is understood.
//!
//! Faults of the scenario and of the study that it names are collected and shown together,
//! each in its own file.

use crate::calibration::{Calibration, at_home};
use crate::library::{Shelf, Text, read_text};
use crate::scenario::{ArmText, Scenario};
use crate::{Error, Library};
use psora_engine::Options;
use psora_model::{Diagnostic, Diagnostics, Model};
use psora_trial::events::{EventPatient, EventTable};
use psora_trial::treatment::{Change, Rule, place};
use psora_trial::{Arm, Population, Regimen, Study, Trial};
use std::path::Path;
use toml::Spanned;

/// The model that a scenario names, with its calibration and its settings.
pub(crate) fn read_model(
    scenario: &Scenario,
    library: &Library,
) -> Result<(Model, Option<Calibration>), Error> {
    let name = scenario.model.get_ref();
    named(&scenario.source, &scenario.model, Shelf::Models, library)?;
    let model = library.read_model(name)?;
    let calibration = Calibration::chosen(
        scenario.calibration.as_ref(),
        name,
        &scenario.source,
        library,
    )?;
    let model = match &calibration {
        Some(calibration) => calibration.apply(&model)?,
        None => model,
    };
    let model = if scenario.set.is_empty() {
        model
    } else {
        model
            .with_values(&scenario.set)
            .map_err(|faults| at_home(faults, &scenario.source))?
    };
    Ok((model, calibration))
}

/// The patients of the table that a scenario names, if it names one.
pub(crate) fn given(
    scenario: &Scenario,
    model: &Model,
    library: &Library,
) -> Result<Option<Vec<EventPatient>>, Error> {
    let Some(name) = &scenario.table else {
        return Ok(None);
    };
    let source = &scenario.source;
    let beside = Path::new(&source.file).with_file_name(name.get_ref());
    let text = read_text(&beside)
        .or_else(|why| {
            library
                .read(&format!("{}/{}", Shelf::Scenarios.folder(), name.get_ref()))
                .map_err(|_| why)
        })
        .map_err(|why| {
            let message = format!("{}: {why}", beside.display());
            let fault = Diagnostic::new("no-file", &source.file, Some(name.span()), message)
                .help("a table stands beside the scenario that names it");
            Diagnostics::of(&source.file, &source.text, vec![fault])
        })?;
    let found = named(source, &scenario.population, Shelf::Populations, library)?;
    let population = Population::read(&found.file, &found.text)?;
    let mut covariates: Vec<&str> = population.names().collect();
    covariates.extend(model.covariates().iter().map(|known| known.name.as_str()));
    let file = beside.display().to_string();
    let table = EventTable::read(&file, &text, model.treatments(), &covariates)?;
    Ok(Some(table.patients()))
}

/// The trial that a scenario asks for.
pub(crate) fn design(
    scenario: &Scenario,
    model: &Model,
    library: &Library,
    lanes: usize,
) -> Result<Trial, Error> {
    let source = &scenario.source;
    let found = named(source, &scenario.population, Shelf::Populations, library)?;
    let mut population = Population::read(&found.file, &found.text)?;
    let study = match &scenario.study {
        Some(name) => {
            let found = named(source, name, Shelf::Studies, library)?;
            Some((Study::read(&found.file, &found.text)?, found))
        }
        None => None,
    };
    if let Some((study, _)) = &study {
        population = population.tilted(&study.population);
    }
    let arms = if let Some(table) = &scenario.table {
        vec![Arm {
            name: format!("patients of {}", table.get_ref()),
            regimen: Regimen::elsewhere(&format!("as in {}", table.get_ref())),
            n: None,
            results: Vec::new(),
            drop_out: 0.0,
        }]
    } else if scenario.arms.is_empty() {
        let (study, text) = study.as_ref().expect("a scenario has arms or a study");
        arms_of_study(study, text, model, population.drop_out())?
    } else {
        let study = study.as_ref().map(|(study, _)| study);
        arms_of_scenario(scenario, study, model, population.drop_out())?
    };
    let published: Vec<f64> = study
        .as_ref()
        .map_or_else(Vec::new, |(study, _)| study.weeks());
    let weeks = weeks(scenario.visits.as_deref(), &published);
    let weeks = all_asked(scenario, weeks)?;
    Ok(Trial {
        title: scenario.title.clone(),
        weeks,
        arms,
        population,
        size: scenario.patients,
        seed: scenario.seed,
        study: study.map(|(study, _)| study),
        options: Options {
            accuracy: scenario.accuracy,
            lanes,
            ..Options::default()
        },
    })
}

/// The text that a key of a scenario names.
fn named(
    source: &Text,
    name: &Spanned<String>,
    shelf: Shelf,
    library: &Library,
) -> Result<Text, Error> {
    let wrong = match library.text(shelf, name.get_ref()) {
        Some(Ok(text)) => return Ok(text),
        Some(Err(why)) => why,
        None => format!("there is no {} `{}`", shelf.word(), name.get_ref()),
    };
    // A default has no place in the file.
    let span = Some(name.span()).filter(|span| !span.is_empty());
    let fault = Diagnostic::new("unknown-name", &source.file, span, wrong)
        .help(library.instead(shelf, name.get_ref()));
    Err(Diagnostics::of(&source.file, &source.text, vec![fault]).into())
}

fn arms_of_study(
    study: &Study,
    text: &Text,
    model: &Model,
    drop_out: f64,
) -> Result<Vec<Arm>, Error> {
    let mut faults = Vec::new();
    let mut arms = Vec::new();
    for arm in &study.arms {
        match Regimen::parse(&arm.regimen, model) {
            Ok(regimen) => arms.push(Arm {
                name: arm.name.clone(),
                regimen,
                n: arm.n,
                results: arm.results.clone(),
                drop_out,
            }),
            Err(more) => faults.extend(place(more, &text.file, arm.regimen_span.start + 1)),
        }
    }
    all_or(arms, faults, text)
}

fn arms_of_scenario(
    scenario: &Scenario,
    study: Option<&Study>,
    model: &Model,
    drop_out: f64,
) -> Result<Vec<Arm>, Error> {
    let source = &scenario.source;
    let mut faults = Vec::new();
    let mut arms = Vec::new();
    for arm in &scenario.arms {
        // An arm of the same name as one of the study stands beside that arm's results.
        let published = study.and_then(|s| s.arms.iter().find(|a| a.name == arm.name));
        let rules = rules(arm, model, source, &mut faults);
        match Regimen::parse(arm.regimen.get_ref(), model) {
            Ok(regimen) => arms.push(Arm {
                name: arm.name.clone(),
                regimen: match arm.until {
                    Some(week) => regimen.until(week * 7.0),
                    None => regimen,
                }
                .with_rules(rules),
                n: published.and_then(|arm| arm.n),
                results: published.map_or_else(Vec::new, |arm| arm.results.clone()),
                drop_out,
            }),
            Err(more) => {
                let offset = arm.regimen.span().start + 1;
                faults.extend(place(more, &source.file, offset));
            }
        }
    }
    all_or(arms, faults, source)
}

/// The rules of an arm, as far as they are understood.
fn rules(arm: &ArmText, model: &Model, source: &Text, faults: &mut Vec<Diagnostic>) -> Vec<Rule> {
    let mut rules = Vec::new();
    for rule in &arm.rules {
        match Change::resolve(rule.then.get_ref(), model.treatments()) {
            Ok(change) => rules.push(Rule {
                weeks: rule.weeks.clone(),
                when: rule.conditions.clone(),
                change,
                text: rule.words(),
            }),
            Err(more) => {
                let offset = rule.then.span().start + 1;
                faults.extend(place(more, &source.file, offset));
            }
        }
    }
    rules
}

/// The visits with those at which a rule is asked or a response must be there; none of them
/// lies after the last visit.
fn all_asked(scenario: &Scenario, mut weeks: Vec<f64>) -> Result<Vec<f64>, Error> {
    let source = &scenario.source;
    let last = weeks.last().copied().unwrap_or(0.0);
    let mut faults = Vec::new();
    for rule in scenario.arms.iter().flat_map(|arm| &arm.rules) {
        if let Some(late) = rule.weeks.iter().find(|week| **week > last) {
            let message = format!("a rule is asked in week {late}, after the last visit");
            let span = Some(rule.at.span());
            faults.push(
                Diagnostic::new("wrong-value", &source.file, span, message)
                    .help(format!("the last visit is in week {last}")),
            );
        }
        weeks.extend(&rule.weeks);
    }
    if let Some(relapse) = &scenario.relapse {
        if relapse.at >= last {
            let message = format!(
                "relapse is asked from week {}, with no visit after it",
                relapse.at
            );
            faults.push(
                Diagnostic::new("wrong-value", &source.file, None, message)
                    .help(format!("the last visit is in week {last}: add later ones")),
            );
        }
        weeks.push(relapse.at);
    }
    all_or((), faults, source)?;
    Ok(in_order(weeks))
}

/// Weeks ascending, each once: two visits within a second are one, since days are sevenths of
/// a week, with rounding.
fn in_order(mut weeks: Vec<f64>) -> Vec<f64> {
    weeks.sort_by(f64::total_cmp);
    weeks.dedup_by(|b, a| *b - *a < 1e-6);
    weeks
}

fn all_or<T>(value: T, faults: Vec<Diagnostic>, text: &Text) -> Result<T, Error> {
    if faults.is_empty() {
        Ok(value)
    } else {
        Err(Diagnostics::of(&text.file, &text.text, faults).into())
    }
}

/// The visits asked for, or every week to the last published result; and, up to the last
/// visit, every week of which something is published.
fn weeks(asked: Option<&[f64]>, published: &[f64]) -> Vec<f64> {
    let mut weeks = match asked {
        Some(weeks) => weeks.to_vec(),
        None => {
            let last = published.iter().copied().fold(0.0, f64::max);
            (0..)
                .map(f64::from)
                .take_while(|week| *week <= last)
                .collect()
        }
    };
    let last = weeks.last().copied().unwrap_or(0.0);
    weeks.extend(published.iter().filter(|week| **week <= last));
    in_order(weeks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_weeks_join_the_visits_up_to_their_end() {
        assert_eq!(weeks(Some(&[0., 4., 8.]), &[4., 6., 16.]), [0., 4., 6., 8.]);
    }

    #[test]
    fn without_visits_every_week_to_the_last_result_is_one() {
        assert_eq!(weeks(None, &[2.5, 3.]), [0., 1., 2., 2.5, 3.]);
    }
}
