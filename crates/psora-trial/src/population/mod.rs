//! Who: distributions of people, and of what a rater and a clinic add.
//!
//! A population file (`populations/NAME.toml`) states how covariates are spread and go
//! together, how a rater errs, who leaves and who misses a dose, each number with unit and
//! source. [`Population::tilted`] moves it to a study's published baseline. A patient is
//! drawn from the seed and his number alone, so that he is the same person in every arm,
//! in any company, and whatever drugs the model has.

mod correlation;
mod disturbance;
mod individual;
mod law;
mod read;

pub(crate) use disturbance::Disturbance;
pub(crate) use individual::Plan;

use crate::evidence::Baseline;
use crate::outcome::{Criterion, Rater};
use crate::random::Stream;
use law::Law;
use psora_model::Diagnostics;
use std::collections::BTreeMap;

/// A population, as its file says.
#[derive(Debug, Clone)]
pub struct Population {
    /// Its name in words.
    pub name: String,
    /// Covariates, in the file's order.
    covariates: Vec<Spread>,
    /// The lower triangle that makes the covariates' normal scores go together.
    together: Vec<Vec<f64>>,
    pub(crate) disturbance: Disturbance,
    pub(crate) rater: Rater,
    pub(crate) inclusion: Vec<Criterion>,
    /// Days from screening to baseline.
    pub(crate) screening_day: f64,
    missed_dose: f64,
    drop_out: f64,
}

/// One covariate over people.
#[derive(Debug, Clone, PartialEq)]
struct Spread {
    name: String,
    unit: String,
    law: Law,
    range: (f64, f64),
    /// The covariate that this one cannot exceed (nobody is ill for longer than he lives).
    at_most: Option<String>,
    /// The key of a study's baseline that moves it.
    published_as: Option<String>,
}

impl Population {
    /// Reads a population file (`populations/NAME.toml`).
    ///
    /// # Errors
    /// Everything that is wrong with the text.
    pub fn read(file: &str, text: &str) -> Result<Self, Diagnostics> {
        read::read(file, text)
    }

    /// The same population moved to a study's published baseline.
    ///
    /// Means, standard deviations and shares replace those of the covariates that name them
    /// (`published_as`), and the study's inclusion criteria, where it states any that a
    /// score can be held to, replace the file's. Correlations stay. The baseline PASI is not
    /// imposed: it comes out of the simulated disease.
    #[must_use]
    pub fn tilted(&self, baseline: &Baseline) -> Self {
        let mut tilted = self.clone();
        for covariate in &mut tilted.covariates {
            let Some(key) = &covariate.published_as else {
                continue;
            };
            if let Some((_, published)) = baseline.quantities.iter().find(|(name, _)| name == key) {
                covariate.law = covariate.law.moved(published.mean, published.sd);
            }
            if let Some((_, share)) = baseline.shares.iter().find(|(name, _)| name == key) {
                covariate.law = covariate.law.moved(Some(*share), None);
            }
        }
        let stated: Vec<Criterion> = baseline
            .inclusion
            .iter()
            .filter_map(|words| Criterion::parse(words).ok().flatten())
            .collect();
        if !stated.is_empty() {
            tilted.inclusion = stated;
        }
        tilted
    }

    /// The names of its covariates, in the file's order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.covariates
            .iter()
            .map(|covariate| covariate.name.as_str())
    }

    /// The covariates of patient `id`, in the population's units.
    #[must_use]
    pub fn covariates(&self, seed: u64, id: u64) -> BTreeMap<String, f64> {
        let independent: Vec<f64> = self
            .covariates
            .iter()
            .map(|covariate| Stream::new(seed, id, &format!("covariate {}", covariate.name)))
            .map(|mut stream| stream.normal())
            .collect();
        let scores = correlation::correlate(&self.together, &independent);
        let mut drawn: BTreeMap<String, f64> = self
            .covariates
            .iter()
            .zip(scores)
            .map(|(covariate, z)| {
                (
                    covariate.name.clone(),
                    covariate.law.value(z, covariate.range),
                )
            })
            .collect();
        for covariate in &self.covariates {
            let Some(&bound) = covariate.at_most.as_ref().and_then(|name| drawn.get(name)) else {
                continue;
            };
            if let Some(value) = drawn.get_mut(&covariate.name) {
                *value = value.min(bound);
            }
        }
        drawn
    }

    /// The yearly hazard of leaving a trial.
    #[must_use]
    pub fn drop_out(&self) -> f64 {
        self.drop_out
    }

    /// The share of planned doses that are missed.
    #[must_use]
    pub fn missed_dose(&self) -> f64 {
        self.missed_dose
    }

    /// Who may enter where a study does not say.
    #[must_use]
    pub fn inclusion(&self) -> &[Criterion] {
        &self.inclusion
    }

    /// The covariate that a study's baseline publishes under `key` (`weight_kg`), if any.
    #[must_use]
    pub fn published_as(&self, key: &str) -> Option<&str> {
        self.covariates
            .iter()
            .find(|known| known.published_as.as_deref() == Some(key))
            .map(|known| known.name.as_str())
    }

    /// The unit of a covariate, if the population has it.
    #[must_use]
    pub fn unit(&self, covariate: &str) -> Option<&str> {
        self.covariates
            .iter()
            .find(|known| known.name == covariate)
            .map(|known| known.unit.as_str())
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::evidence::Summary;

    pub(crate) const FILE: &str = include_str!("../../../../populations/moderate-to-severe.toml");

    pub(crate) fn population() -> Population {
        Population::read("moderate-to-severe.toml", FILE)
            .unwrap_or_else(|faults| panic!("{}", faults.render(false)))
    }

    fn column(population: &Population, name: &str) -> Vec<f64> {
        (0..8_000)
            .map(|id| population.covariates(1, id)[name])
            .collect()
    }

    fn mean(values: &[f64]) -> f64 {
        values.iter().sum::<f64>() / values.len() as f64
    }

    fn correlation_of(a: &[f64], b: &[f64]) -> f64 {
        let (ma, mb) = (mean(a), mean(b));
        let product = |x: &[f64], mx: f64, y: &[f64], my: f64| {
            x.iter()
                .zip(y)
                .map(|(x, y)| (x - mx) * (y - my))
                .sum::<f64>()
        };
        product(a, ma, b, mb) / (product(a, ma, a, ma) * product(b, mb, b, mb)).sqrt()
    }

    #[test]
    fn a_patient_is_the_same_person_in_any_company() {
        let population = population();
        let alone = population.covariates(5, 17);
        let in_company: Vec<_> = (0..40).map(|id| population.covariates(5, id)).collect();
        assert_eq!(alone, in_company[17]);
        assert_ne!(alone, in_company[18]);
        assert_ne!(alone, population.covariates(6, 17));
    }

    #[test]
    fn heavier_people_have_a_higher_body_mass_index() {
        let population = population();
        let found = correlation_of(&column(&population, "WEIGHT"), &column(&population, "BMI"));
        // 0.8 between normal scores; exponentials of them lie a little lower. Three
        // standard errors of 8,000 people are 0.015.
        assert!((0.74..0.82).contains(&found), "{found}");
    }

    #[test]
    fn nobody_is_ill_for_longer_than_he_lives() {
        let population = population();
        for id in 0..8_000 {
            let person = population.covariates(3, id);
            assert!(person["DURATION"] <= person["AGE"], "{person:?}");
        }
    }

    #[test]
    fn a_published_baseline_moves_the_marginals_and_keeps_the_rest() {
        let published = Baseline {
            quantities: vec![(
                "weight_kg".to_owned(),
                Summary {
                    mean: Some(70.0),
                    sd: Some(13.0),
                    median: None,
                },
            )],
            shares: vec![("prior_biologic".to_owned(), 0.5)],
            ..Baseline::default()
        };
        let (before, after) = (population(), population().tilted(&published));
        let weight = column(&after, "WEIGHT");
        // Four standard errors of 8,000 people: 13 and 0.5 over the root of 8,000, times 4;
        // cutting the range moves the mean by a few tenths at most.
        assert!((mean(&weight) - 70.0).abs() < 0.9, "{}", mean(&weight));
        assert!((mean(&column(&after, "PRIOR_BIOLOGIC")) - 0.5).abs() < 0.023);
        assert_eq!(column(&after, "AGE"), column(&before, "AGE"));
    }

    #[test]
    fn only_criteria_that_a_score_can_be_held_to_replace_the_files() {
        let words = |list: &[&str]| Baseline {
            inclusion: list.iter().map(|&words| words.to_owned()).collect(),
            ..Baseline::default()
        };
        let population = population();
        let tilted = population.tilted(&words(&["PASI >= 10", "candidate for light"]));
        assert_eq!(tilted.inclusion.len(), 1);
        let tilted = population.tilted(&words(&["candidate for light"]));
        assert_eq!(tilted.inclusion, population.inclusion);
    }
}
