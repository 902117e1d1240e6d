//! From a scenario to a trial: every name is looked up, every sentence is understood.
//!
//! Faults of the scenario and of the study that it names are collected and shown together,
//! each in its own file.

use crate::calibration::{Calibration, at_home};
use crate::library::{Shelf, Text};
use crate::scenario::Scenario;
use crate::{Error, Library};
use psora_engine::Options;
use psora_model::{Diagnostic, Diagnostics, Model};
use psora_trial::treatment::place;
use psora_trial::{Arm, Population, Regimen, Study, Trial};
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
    let arms = if scenario.arms.is_empty() {
        let (study, text) = study.as_ref().expect("a scenario has arms or a study");
        arms_of_study(study, text, model, population.drop_out())?
    } else {
        let study = study.as_ref().map(|(study, _)| study);
        arms_of_scenario(scenario, study, model, population.drop_out())?
    };
    let published: Vec<f64> = study
        .as_ref()
        .map_or_else(Vec::new, |(study, _)| study.weeks());
    Ok(Trial {
        title: scenario.title.clone(),
        weeks: weeks(scenario.visits.as_deref(), &published),
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
        match Regimen::parse(arm.regimen.get_ref(), model) {
            Ok(regimen) => arms.push(Arm {
                name: arm.name.clone(),
                regimen: match arm.until {
                    Some(week) => regimen.until(week * 7.0),
                    None => regimen,
                },
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
    weeks.sort_by(f64::total_cmp);
    // Two visits within a second are one: days are sevenths of a week, with rounding.
    weeks.dedup_by(|b, a| *b - *a < 1e-6);
    weeks
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
