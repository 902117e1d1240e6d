//! What each study asks: a row for every published result, and a plan for every arm that can
//! be simulated. What cannot be asked becomes a row with the reason.

use super::regimen::drugs_until;
use super::salvage::{Loaded, Lost};
use super::strata::{Basis, class};
use psora_model::Model;
use psora_report::validation::{Row, Verdict};
use psora_trial::evidence::{Baseline, PublishedResult, PublishedValue, StudyArm};
use psora_trial::outcome::{Criterion, ENDPOINTS, Endpoint, QUANTITIES, Quantity};
use psora_trial::{Population, Regimen, Study};

/// A result, as a row, and what must be simulated for it.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) row: Row,
    pub(super) wanted: Option<Wanted>,
}

/// What a row needs of its arm.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    /// The arm's plan.
    pub(super) plan: usize,
    pub(super) week: f64,
    pub(super) value: Value,
    /// Whether whoever leaves counts as a failure.
    pub(super) leavers_fail: bool,
}

/// What was found.
#[derive(Debug, Clone)]
pub(super) enum Value {
    Rate {
        endpoint: &'static Endpoint,
        responders: usize,
        of: usize,
    },
    Mean {
        quantity: &'static Quantity,
        mean: f64,
        se: Option<f64>,
        n: usize,
    },
}

/// An arm to simulate.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) study: String,
    pub(super) citation: String,
    pub(super) arm: String,
    pub(super) regimen: Regimen,
    pub(super) baseline: Baseline,
    pub(super) criteria: Vec<Criterion>,
    /// The weeks of its results, in no order.
    pub(super) weeks: Vec<f64>,
}

impl Plan {
    /// The last week that is asked for.
    pub(super) fn last(&self) -> f64 {
        self.weeks.iter().copied().fold(0.0, f64::max)
    }
}

/// Takes studies apart.
pub(super) struct Asking<'a> {
    pub(super) model: &'a Model,
    pub(super) population: &'a Population,
    pub(super) basis: &'a Basis,
    pub(super) asked: Vec<Asked>,
    pub(super) plans: Vec<Plan>,
}

impl Asking<'_> {
    pub(super) fn add(&mut self, loaded: &Loaded) {
        let name = loaded
            .study
            .as_ref()
            .map_or(&loaded.folder, |study| &study.name);
        if let Some(study) = &loaded.study {
            for arm in &study.arms {
                self.arm(study, &loaded.folder, arm);
            }
            if study.arms.is_empty() && loaded.lost.is_empty() {
                let mut row = blank(name, &loaded.folder, "");
                row.verdict = Verdict::Skipped("the study has no arm".to_owned());
                self.asked.push(Asked { row, wanted: None });
            }
        }
        for lost in &loaded.lost {
            let row = lost_row(name, &loaded.folder, lost);
            self.asked.push(Asked { row, wanted: None });
        }
    }

    fn arm(&mut self, study: &Study, folder: &str, arm: &StudyArm) {
        let plan = self.plans.len();
        let regimen = Regimen::parse(&arm.regimen, self.model).map_err(|faults| {
            let mut why: Vec<String> = faults.into_iter().map(|fault| fault.message).collect();
            why.dedup();
            why.join("; ")
        });
        let mut weeks = Vec::new();
        for result in &arm.results {
            let mut row = self.row(study, folder, arm, result, regimen.as_ref().ok());
            let wanted = match &regimen {
                Ok(_) => wanted(arm, result, plan),
                Err(why) => Err(why.clone()),
            };
            match wanted {
                Ok(wanted) => {
                    weeks.push(wanted.week);
                    self.asked.push(Asked {
                        row,
                        wanted: Some(wanted),
                    });
                }
                Err(why) => {
                    row.verdict = Verdict::Skipped(why);
                    self.asked.push(Asked { row, wanted: None });
                }
            }
        }
        if arm.results.is_empty() {
            let mut row = blank(&study.name, folder, &arm.name);
            row.verdict = Verdict::Skipped("no result of this arm is published".to_owned());
            self.asked.push(Asked { row, wanted: None });
        }
        if let Ok(regimen) = regimen
            && !weeks.is_empty()
        {
            let baseline = merged(&study.population, arm.population.as_ref());
            self.plans.push(Plan {
                study: study.name.clone(),
                citation: study.citation.clone(),
                arm: arm.name.clone(),
                criteria: criteria(&baseline, self.population),
                regimen,
                baseline,
                weeks,
            });
        }
    }

    fn row(
        &self,
        study: &Study,
        folder: &str,
        arm: &StudyArm,
        result: &PublishedResult,
        regimen: Option<&Regimen>,
    ) -> Row {
        let mut row = blank(&study.name, folder, &arm.name);
        row.week = Some(result.week);
        (row.endpoint, row.n, row.observed) = match &result.value {
            PublishedValue::Responders {
                endpoint,
                responders,
                of,
            } => {
                let rate = (*of > 0).then(|| *responders as f64 / *of as f64);
                (endpoint.clone(), Some(*of), rate)
            }
            PublishedValue::Mean {
                quantity, mean, n, ..
            } => (quantity.clone(), n.or(arm.n), Some(*mean)),
            PublishedValue::Median {
                quantity,
                median,
                n,
                ..
            } => (quantity.clone(), n.or(arm.n), Some(*median)),
        };
        if let Some(regimen) = regimen {
            let drugs = drugs_until(regimen, result.week);
            row.stratum = Some(self.basis.stratum(regimen, &drugs, result.week, self.model));
            if drugs.is_empty() {
                row.treatment = Some("placebo".to_owned());
                row.class = Some("placebo".to_owned());
            } else {
                let classes: Vec<String> =
                    drugs.iter().map(|drug| class(drug, self.model)).collect();
                row.treatment = Some(drugs.join(" + "));
                row.class = Some(classes.join(" + "));
            }
        }
        row
    }
}

fn blank(study: &str, folder: &str, arm: &str) -> Row {
    Row {
        study: study.to_owned(),
        folder: folder.to_owned(),
        arm: arm.to_owned(),
        treatment: None,
        class: None,
        week: None,
        endpoint: String::new(),
        n: None,
        observed: None,
        stratum: None,
        verdict: Verdict::Skipped(String::new()),
    }
}

fn lost_row(study: &str, folder: &str, lost: &Lost) -> Row {
    let mut row = blank(study, folder, &lost.arm);
    row.week = lost.week;
    row.endpoint.clone_from(&lost.endpoint);
    row.n = lost.responders.map(|(_, of)| of);
    let possible = lost
        .responders
        .filter(|(responders, of)| *of > 0 && responders <= of);
    row.observed = possible.map(|(responders, of)| responders as f64 / of as f64);
    row.verdict = Verdict::Skipped(lost.reason.clone());
    row
}

/// What a result needs, or why it cannot be predicted.
fn wanted(arm: &StudyArm, result: &PublishedResult, plan: usize) -> Result<Wanted, String> {
    let remark = |key: &str| {
        let all = result.remarks.iter().chain(&arm.remarks);
        let found = all.clone().find(|(known, _)| known == key);
        found.map(|(_, words)| words.as_str())
    };
    if let Some(words) = remark("enriched").filter(|words| *words != "no") {
        return Err(format!(
            "an enriched part of the arm was followed ({words})"
        ));
    }
    if let Some(words) = remark("titration").filter(|words| *words != "no") {
        return Err(format!("the dose was titrated by response ({words})"));
    }
    if let Some(words) = remark("clock") {
        return Err(format!("weeks count from {words}, not from the first dose"));
    }
    if let Some(words) = remark("among").filter(|words| *words != "all") {
        return Err(format!("only {words} were counted"));
    }
    if let Some(part) = &result.subgroup {
        return Err(format!("a subgroup of the arm ({part})"));
    }
    if result.week <= 0.0 {
        return Err("a baseline is matched, not predicted".to_owned());
    }
    let imputation = result.imputation.as_deref().or(remark("analysis"));
    Ok(Wanted {
        plan,
        week: result.week,
        value: value(arm, result)?,
        leavers_fail: imputation.is_none_or(|words| words.eq_ignore_ascii_case("NRI")),
    })
}

fn value(arm: &StudyArm, result: &PublishedResult) -> Result<Value, String> {
    match &result.value {
        PublishedValue::Responders {
            endpoint,
            responders,
            of,
        } => {
            let known = ENDPOINTS.iter().find(|known| known.name == endpoint);
            let (responders, of) = (*responders, *of);
            known
                .map(|endpoint| Value::Rate {
                    endpoint,
                    responders,
                    of,
                })
                .ok_or_else(|| format!("{endpoint} is not simulated"))
        }
        PublishedValue::Mean {
            quantity,
            mean,
            se,
            n,
        } => {
            let known = QUANTITIES.iter().find(|known| known.name == quantity);
            let known = known.ok_or_else(|| format!("{quantity} is not simulated"))?;
            let n = n
                .or(arm.n)
                .ok_or("a mean of an unknown number of patients")?;
            Ok(Value::Mean {
                quantity: known,
                mean: *mean,
                se: *se,
                n,
            })
        }
        PublishedValue::Median { quantity, .. } => {
            Err(format!("a median ({quantity}) is not compared"))
        }
    }
}

/// An arm's own baseline where it is published, the study's elsewhere.
fn merged(study: &Baseline, arm: Option<&Baseline>) -> Baseline {
    let Some(arm) = arm else {
        return study.clone();
    };
    let mut merged = arm.clone();
    for (key, summary) in &study.quantities {
        if !merged.quantities.iter().any(|(own, _)| own == key) {
            merged.quantities.push((key.clone(), *summary));
        }
    }
    for (key, share) in &study.shares {
        if !merged.shares.iter().any(|(own, _)| own == key) {
            merged.shares.push((key.clone(), *share));
        }
    }
    if merged.inclusion.is_empty() {
        merged.inclusion.clone_from(&study.inclusion);
    }
    merged
}

/// The criteria that a score can be held to; the population's own where there are none.
fn criteria(baseline: &Baseline, population: &Population) -> Vec<Criterion> {
    let stated: Vec<Criterion> = baseline
        .inclusion
        .iter()
        .filter_map(|words| Criterion::parse(words).ok().flatten())
        .collect();
    if stated.is_empty() {
        population.inclusion().to_vec()
    } else {
        stated
    }
}
