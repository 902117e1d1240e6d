//! What other studies would have said: the yardstick and two baselines.
//!
//! For a rate of an active arm: each single other study of the same regimen (how much trials
//! differ), all of them pooled (a lookup), and the class near that week (a mean). None of
//! them knows the row's own study.

use super::asked::{Plan, Wanted};
use super::folder;
use super::regimen::{drugs_until, same_until};
use super::salvage::{Loaded, load};
use super::strata::class;
use crate::Library;
use psora_model::Model;
use psora_report::validation::{Forecast, Row};
use psora_trial::evidence::PublishedValue;
use psora_trial::{Regimen, Study};

/// Weeks of two trials nearer than this count as the same visit.
const SAME_VISIT_WEEK: f64 = 0.5;

/// How far in weeks a result of the class may lie to count.
const NEAR_WEEK: f64 = 4.0;

/// A rate that somebody published.
struct Known {
    study: String,
    citation: String,
    regimen: Regimen,
    endpoint: String,
    week: f64,
    responders: usize,
    of: usize,
    class: String,
    /// Whether it is in the folder that is validated, rather than in the library alone.
    is_in_folder: bool,
}

/// Every published rate of an active arm.
pub(super) struct Evidence(Vec<Known>);

impl Evidence {
    /// The results of the studies that are validated, and of the library's others.
    pub(super) fn gather(loaded: &[Loaded], model: &Model, library: &Library) -> Self {
        let mut known = Vec::new();
        let own: Vec<&Study> = loaded.iter().filter_map(|one| one.study.as_ref()).collect();
        for study in &own {
            add(&mut known, study, true, model);
        }
        for found in folder::shelf(library) {
            let Some(study) = load(found).study else {
                continue;
            };
            let twice = |other: &&Study| is_same_study((&study.name, &study.citation), other);
            if !own.iter().any(twice) {
                add(&mut known, &study, false, model);
            }
        }
        Self(known)
    }

    /// Fills in what other studies say of a row.
    pub(super) fn compare(&self, row: &Row, plan: &Plan, wanted: &Wanted, forecast: &mut Forecast) {
        let (Some(class), Some(observed)) = (&row.class, row.observed) else {
            return;
        };
        if forecast.is_mean {
            return;
        }
        let others: Vec<&Known> = self
            .0
            .iter()
            .filter(|known| {
                known.endpoint == row.endpoint
                    && known.class == *class
                    && known.study != plan.study
                    && known.citation != plan.citation
                    && (known.week - wanted.week).abs() <= NEAR_WEEK
            })
            .collect();
        let same: Vec<&Known> = others
            .iter()
            .copied()
            .filter(|known| {
                (known.week - wanted.week).abs() <= SAME_VISIT_WEEK
                    && same_until(&known.regimen, &plan.regimen, wanted.week)
            })
            .collect();
        let differences: Vec<f64> = same
            .iter()
            .filter(|known| known.is_in_folder)
            .map(|known| (known.responders as f64 / known.of as f64 - observed).abs())
            .collect();
        if !differences.is_empty() {
            let mean = differences.iter().sum::<f64>() / differences.len() as f64;
            forecast.yardstick = Some(mean);
        }
        forecast.lookup = pooled(&same);
        forecast.class_mean = pooled(&others);
    }
}

fn pooled(known: &[&Known]) -> Option<f64> {
    let of: usize = known.iter().map(|known| known.of).sum();
    let responders: usize = known.iter().map(|known| known.responders).sum();
    (of > 0).then(|| responders as f64 / of as f64)
}

fn is_same_study((name, citation): (&str, &str), other: &Study) -> bool {
    other.name == name || other.citation == citation
}

fn add(known: &mut Vec<Known>, study: &Study, is_in_folder: bool, model: &Model) {
    for arm in &study.arms {
        let Ok(regimen) = Regimen::parse(&arm.regimen, model) else {
            continue;
        };
        let remarked = |remarks: &[(String, String)]| {
            remarks
                .iter()
                .any(|(key, _)| ["enriched", "clock", "among"].contains(&key.as_str()))
        };
        for result in &arm.results {
            let PublishedValue::Responders {
                endpoint,
                responders,
                of,
            } = &result.value
            else {
                continue;
            };
            let drugs = drugs_until(&regimen, result.week);
            let part =
                result.subgroup.is_some() || remarked(&result.remarks) || remarked(&arm.remarks);
            if drugs.is_empty() || part || *of == 0 {
                continue;
            }
            let classes: Vec<String> = drugs.iter().map(|drug| class(drug, model)).collect();
            known.push(Known {
                study: study.name.clone(),
                citation: study.citation.clone(),
                regimen: regimen.clone(),
                endpoint: endpoint.clone(),
                week: result.week,
                responders: *responders,
                of: *of,
                class: classes.join(" + "),
                is_in_folder,
            });
        }
    }
}
