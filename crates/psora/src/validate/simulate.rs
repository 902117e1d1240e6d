//! From plans to virtual arms: one cohort, each regimen once, weights for each study.

use super::asked::{Plan, Value, Wanted};
use super::balance::{Aim, Balance};
use super::regimen::doses;
use super::spread::{self, Doubt, Mean};
use psora_model::{Diagnostics, Model};
use psora_report::validation::Forecast;
use psora_trial::outcome::Criterion;
use psora_trial::{Cohort, FollowUp, Followed, Host, Person, Population, Scores, Setting};
use std::collections::BTreeSet;

/// Weeks in a Julian year.
const YEAR_WEEK: f64 = 365.25 / 7.0;

/// Visits nearer than this, in weeks, are one.
const SAME_WEEK: f64 = 1e-6;

/// The least share of the wanted people that must meet a study's criteria.
const LEAST_SHARE: f64 = 0.1;

/// What is published of people and acted on: key of the baseline, words for it.
const MATCHED: [(&str, &str); 7] = [
    ("weight_kg", "weight"),
    ("bmi", "body mass index"),
    ("duration_year", "duration"),
    ("age_year", "age"),
    ("prior_biologic", "prior biologics"),
    ("psoriatic_arthritis", "arthritis"),
    ("male", "sex"),
];

/// The arms of all plans, simulated.
pub(super) struct Arms {
    cohort: Cohort,
    questions: Vec<FollowUp>,
    answers: Vec<Vec<Followed>>,
    /// The question of each plan.
    question_of: Vec<usize>,
    /// The people of each plan, by place in the cohort.
    people_of: Vec<Vec<usize>>,
    size: usize,
}

/// A plan's arm: its people, and what their weights make them.
pub(super) struct VirtualArm<'a> {
    weeks: &'a [f64],
    people: Vec<(&'a Person, &'a Followed, &'a Scores)>,
    balance: Balance,
    drop_out: f64,
}

impl Arms {
    /// Screens once, and follows each distinct regimen once; none if the host cancelled.
    pub(super) fn simulate(
        plans: &[Plan],
        setting: Setting,
        size: usize,
        model: &Model,
        host: &dyn Host,
    ) -> Result<Option<Self>, Diagnostics> {
        let mut sets: Vec<Vec<Criterion>> = Vec::new();
        for plan in plans {
            if !sets.contains(&plan.criteria) {
                sets.push(plan.criteria.clone());
            }
        }
        let cohort = Cohort::screen(setting, &sets, size, model, host)?;
        let eligible: Vec<Vec<usize>> = sets.iter().map(|set| cohort.eligible(set, size)).collect();
        let people_of: Vec<Vec<usize>> = plans
            .iter()
            .map(|plan| {
                let set = sets.iter().position(|set| *set == plan.criteria);
                eligible[set.expect("every plan's criteria are among the sets")].clone()
            })
            .collect();
        let (questions, question_of) = shared(plans, &people_of);
        let answers = cohort.follow(&questions, model, host)?;
        Ok((!host.cancelled()).then_some(Self {
            cohort,
            questions,
            answers,
            question_of,
            people_of,
            size,
        }))
    }

    /// The share of simulated patients whose run failed.
    pub(super) fn failed_share(&self) -> f64 {
        let all = self.answers.iter().map(Vec::len).sum::<usize>() + self.cohort.people().len();
        let failed = self
            .answers
            .iter()
            .flatten()
            .filter(|f| f.failure.is_some())
            .count();
        (failed + self.cohort.unsimulated()) as f64 / all.max(1) as f64
    }

    /// The arm of a plan, or why it has none.
    pub(super) fn arm(
        &self,
        place: usize,
        plan: &Plan,
        population: &Population,
        model: &Model,
    ) -> Result<VirtualArm<'_>, String> {
        let question = &self.questions[self.question_of[place]];
        let answer = &self.answers[self.question_of[place]];
        let people: Vec<_> = self.people_of[place]
            .iter()
            .filter_map(|person| {
                let at = question.people.binary_search(person).ok()?;
                let followed = answer
                    .get(at)
                    .filter(|followed| followed.failure.is_none())?;
                let baseline = followed.scores.first()?.as_ref()?;
                Some((&self.cohort.people()[*person], followed, baseline))
            })
            .collect();
        if (people.len() as f64) < LEAST_SHARE * self.size as f64 || people.is_empty() {
            let criteria: Vec<String> = plan.criteria.iter().map(ToString::to_string).collect();
            return Err(format!(
                "only {} of {} virtual candidates meet the criteria {}",
                people.len(),
                self.cohort.people().len(),
                criteria.join(", ")
            ));
        }
        let balance = Balance::of(&aims(plan, &people, population, model), people.len());
        Ok(VirtualArm {
            weeks: &question.weeks,
            people,
            balance,
            drop_out: population.drop_out(),
        })
    }
}

/// Questions that plans share: a plan whose doses are the beginning of another's asks nothing
/// new. Long plans come first.
fn shared(plans: &[Plan], people_of: &[Vec<usize>]) -> (Vec<FollowUp>, Vec<usize>) {
    let mut order: Vec<usize> = (0..plans.len()).collect();
    order.sort_by(|&a, &b| plans[b].last().total_cmp(&plans[a].last()).then(a.cmp(&b)));
    let mut leaders: Vec<usize> = Vec::new();
    let mut question_of = vec![0; plans.len()];
    for &place in &order {
        let (plan, last) = (&plans[place], plans[place].last());
        let own = doses(&plan.regimen, last);
        let found = leaders
            .iter()
            .position(|&leader| doses(&plans[leader].regimen, last) == own);
        question_of[place] = found.unwrap_or_else(|| {
            leaders.push(place);
            leaders.len() - 1
        });
    }
    let questions = leaders
        .iter()
        .enumerate()
        .map(|(question, &leader)| {
            let members = (0..plans.len()).filter(|&place| question_of[place] == question);
            let mut people = BTreeSet::new();
            let mut weeks = vec![0.0];
            for place in members {
                people.extend(people_of[place].iter().copied());
                weeks.extend(&plans[place].weeks);
            }
            weeks.sort_by(f64::total_cmp);
            weeks.dedup_by(|b, a| *b - *a < SAME_WEEK);
            FollowUp {
                regimen: plans[leader].regimen.clone(),
                weeks,
                people: people.into_iter().collect(),
            }
        })
        .collect();
    (questions, question_of)
}

/// What the people of a plan should be like, as far as it is published and matters: the
/// severity, and what the model or the length of the run-in takes from a patient.
fn aims(
    plan: &Plan,
    people: &[(&Person, &Followed, &Scores)],
    population: &Population,
    model: &Model,
) -> Vec<Aim> {
    let published = |key: &str| {
        let quantities = plan.baseline.quantities.iter();
        let summary = quantities
            .clone()
            .find(|(own, _)| own == key)
            .map(|(_, summary)| summary);
        let share = plan.baseline.shares.iter().find(|(own, _)| own == key);
        let summary = summary.and_then(|summary| Some((summary.mean?, summary.sd)));
        // Nobody and everybody are out of reach of positive weights.
        summary.or_else(|| share.map(|(_, share)| (share.clamp(0.005, 0.995), None)))
    };
    let acts = |name: &str| name == "DURATION" || model.covariates().iter().any(|c| c.name == name);
    let mut aims = Vec::new();
    if let Some((mean, sd)) = published("pasi") {
        let values = people.iter().map(|(.., baseline)| baseline.pasi).collect();
        aims.push(Aim {
            name: "PASI",
            values,
            mean,
            sd,
        });
    }
    for (key, name) in MATCHED {
        let (Some(covariate), Some((mean, sd))) = (population.published_as(key), published(key))
        else {
            continue;
        };
        // The body mass index stands in for a weight that is not published.
        let stands_in = key == "bmi" && acts("WEIGHT") && published("weight_kg").is_none();
        if !acts(covariate) && !stands_in {
            continue;
        }
        let values: Vec<f64> = people
            .iter()
            .filter_map(|(person, ..)| person.covariates().get(covariate).copied())
            .collect();
        if values.len() == people.len() {
            aims.push(Aim {
                name,
                values,
                mean,
                sd,
            });
        }
    }
    aims
}

impl VirtualArm<'_> {
    pub(super) fn people(&self) -> usize {
        self.people.len()
    }

    pub(super) fn effective(&self) -> f64 {
        self.balance.effective()
    }

    pub(super) fn matched(&self) -> &str {
        &self.balance.matched
    }

    /// What is predicted of a result.
    pub(super) fn forecast(&self, wanted: &Wanted) -> Result<Forecast, String> {
        let near = |week: &f64| (week - wanted.week).abs() < SAME_WEEK;
        let visit = self.weeks.iter().position(near);
        let visit = visit.ok_or("this week was not simulated")?;
        let seen = self.people.iter().zip(&self.balance.weights).filter_map(
            |((_, followed, baseline), weight)| {
                Some((*baseline, followed.scores.get(visit)?.as_ref()?, *weight))
            },
        );
        let doubt = Doubt {
            effective: self.effective(),
            parameters: 0.0,
        };
        match &wanted.value {
            Value::Rate {
                endpoint,
                responders,
                of,
            } => {
                let rate: f64 = seen
                    .filter(|(baseline, now, _)| (endpoint.responds)(baseline, now))
                    .map(|(.., weight)| weight)
                    .sum();
                let stay = if wanted.leavers_fail {
                    libm::exp(-self.drop_out * wanted.week / YEAR_WEEK)
                } else {
                    1.0
                };
                Ok(spread::rate(
                    (rate * stay).min(1.0),
                    doubt,
                    *of,
                    *responders,
                ))
            }
            Value::Mean {
                quantity,
                mean,
                se,
                n,
            } => {
                let values: Vec<(f64, f64)> = seen
                    .filter_map(|(baseline, now, weight)| {
                        Some(((quantity.value)(baseline, now)?, weight))
                    })
                    .collect();
                let total: f64 = values.iter().map(|(_, weight)| weight).sum();
                if total <= 0.0 {
                    return Err("nobody has a value".to_owned());
                }
                let own = values.iter().map(|(x, w)| x * w).sum::<f64>() / total;
                let square = values
                    .iter()
                    .map(|(x, w)| w * (x - own) * (x - own))
                    .sum::<f64>()
                    / total;
                // A change of -80 percent leaves 20: that is what trials spread about.
                let residual = if quantity.name == "PASI change" {
                    100.0 + own
                } else {
                    own
                };
                let predicted = Mean {
                    mean: own,
                    sd: libm::sqrt(square),
                    residual: residual.max(0.0),
                };
                Ok(spread::mean(predicted, doubt, *mean, *se, *n))
            }
        }
    }
}
