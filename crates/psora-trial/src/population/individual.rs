//! A person's own parameters: what the model lets vary, drawn for one patient.
//!
//! A [`Plan`] is made once for each lowering. Every varied slot has its own stream, keyed by
//! its full name and site, so that a new drug brings new draws and moves no old one. A
//! sited parameter is drawn for each site by itself; what sites share is a parameter of the
//! body.

use super::correlation::{cholesky, correlate, matrix};
use crate::random::Stream;
use psora_model::{Covariate, CovariateEffect, Diagnostic, Lowered, ParameterSlot, Shape};
use std::collections::BTreeMap;

/// How the parameters of a lowering are drawn.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    slots: Vec<Slot>,
    groups: Vec<Group>,
    covariates: Vec<Covariate>,
}

#[derive(Debug, Clone)]
struct Slot {
    slot: ParameterSlot,
    /// What names its random stream.
    purpose: String,
    /// The covariate that it is, if it is one.
    covariate: Option<String>,
}

/// Slots whose etas belong together.
#[derive(Debug, Clone)]
struct Group {
    members: Vec<usize>,
    lower: Vec<Vec<f64>>,
}

impl Plan {
    /// The plan for `lowered` in a model that declares `covariates`.
    ///
    /// # Errors
    /// Correlations that contradict one another.
    pub(crate) fn new(
        lowered: &Lowered,
        covariates: &[Covariate],
    ) -> Result<Self, Vec<Diagnostic>> {
        let slots: Vec<Slot> = lowered
            .parameters
            .iter()
            .map(|slot| {
                let site = slot.site.map_or(String::new(), |site| format!("[{site}]"));
                let last = slot.name.rsplit('.').next().unwrap_or(&slot.name);
                let is_covariate = slot.variation.is_none()
                    && covariates.iter().any(|covariate| covariate.name == last);
                Slot {
                    purpose: format!("eta {}{site}", slot.name),
                    covariate: is_covariate.then(|| last.to_owned()),
                    slot: slot.clone(),
                }
            })
            .collect();
        let groups = groups(&slots)?;
        Ok(Self {
            slots,
            groups,
            covariates: covariates.to_vec(),
        })
    }

    /// The parameters of patient `id` with these covariates (in declared units), in the order
    /// of the equations and in canonical units.
    pub(crate) fn parameters(
        &self,
        seed: u64,
        id: u64,
        covariates: &BTreeMap<String, f64>,
    ) -> Vec<f64> {
        let mut etas = vec![0.0; self.slots.len()];
        for group in &self.groups {
            let independent: Vec<f64> = group
                .members
                .iter()
                .map(|&i| Stream::new(seed, id, &self.slots[i].purpose).normal())
                .collect();
            for (&i, eta) in group
                .members
                .iter()
                .zip(correlate(&group.lower, &independent))
            {
                etas[i] = eta;
            }
        }
        self.with_etas(&etas, covariates)
    }

    /// The parameters of the typical patient with these covariates: no deviation, and the
    /// usual value of a covariate that is not given.
    pub(crate) fn typical(&self, covariates: &BTreeMap<String, f64>) -> Vec<f64> {
        self.with_etas(&vec![0.0; self.slots.len()], covariates)
    }

    fn with_etas(&self, etas: &[f64], covariates: &BTreeMap<String, f64>) -> Vec<f64> {
        let canonical: BTreeMap<&str, f64> = self
            .covariates
            .iter()
            .map(|known| {
                let given = covariates
                    .get(&known.name)
                    .map(|value| value * known.factor);
                (known.name.as_str(), given.unwrap_or(known.value))
            })
            .collect();
        self.slots
            .iter()
            .zip(etas)
            .map(|(slot, &eta)| slot.value(eta, &canonical))
            .collect()
    }
}

impl Slot {
    fn value(&self, eta: f64, covariates: &BTreeMap<&str, f64>) -> f64 {
        if let Some(name) = &self.covariate {
            return covariates[name.as_str()];
        }
        let Some(variation) = &self.slot.variation else {
            return self.slot.typical;
        };
        let centre = variation
            .by
            .iter()
            .fold(self.slot.typical, |value, effect| {
                value * factor(effect, covariates)
            });
        let own = match variation.shape {
            None => centre,
            Some(Shape::Lognormal(spread)) => centre * libm::exp(spread * eta),
            Some(Shape::Normal(spread)) => centre + spread * eta,
            Some(Shape::Logit(spread)) => {
                // A covariate may push a share to its end; the logit needs an inside.
                let share = centre.clamp(1e-9, 1.0 - 1e-9);
                let odds = share / (1.0 - share) * libm::exp(spread * eta);
                odds / (1.0 + odds)
            }
        };
        variation
            .range
            .map_or(own, |(low, high)| own.clamp(low, high))
    }
}

fn factor(effect: &CovariateEffect, covariates: &BTreeMap<&str, f64>) -> f64 {
    let value = |name: &str| covariates.get(name).copied();
    match effect {
        CovariateEffect::Power {
            covariate,
            reference,
            exponent,
        } => value(covariate).map_or(1.0, |value| libm::pow(value / reference, *exponent)),
        CovariateEffect::Factor { covariate, factor } => {
            value(covariate).map_or(1.0, |value| libm::pow(*factor, value))
        }
    }
}

/// Puts slots with a random part into groups that `with` connects, alone where nothing does.
fn groups(slots: &[Slot]) -> Result<Vec<Group>, Vec<Diagnostic>> {
    let varied = |slot: &Slot| {
        let variation = slot.slot.variation.as_ref();
        variation.is_some_and(|variation| variation.shape.is_some())
    };
    let mut order: Vec<usize> = (0..slots.len()).filter(|&i| varied(&slots[i])).collect();
    // The triangle of a group builds each eta from those before it. Drugs come last, so that
    // the core's etas are the same in the run-in, which knows no drug.
    let rank = |i: usize| {
        let slot = &slots[i].slot;
        (
            slot.name.starts_with("drugs."),
            slot.name.as_str(),
            slot.site,
        )
    };
    order.sort_by(|&a, &b| rank(a).cmp(&rank(b)));
    let links = links(slots, &order);
    let mut group_of: Vec<usize> = (0..order.len()).collect();
    for &(a, b, _) in &links {
        let (from, into) = (group_of[a].max(group_of[b]), group_of[a].min(group_of[b]));
        for group in &mut group_of {
            if *group == from {
                *group = into;
            }
        }
    }
    let (mut groups, mut faults) = (Vec::new(), Vec::new());
    for first in 0..order.len() {
        let members: Vec<usize> = (0..order.len()).filter(|&k| group_of[k] == first).collect();
        if members.is_empty() {
            continue;
        }
        let inside = |k: usize| members.iter().position(|&member| member == k);
        let pairs: Vec<(usize, usize, f64)> = links
            .iter()
            .filter_map(|&(a, b, value)| Some((inside(a)?, inside(b)?, value)))
            .collect();
        match cholesky(&matrix(members.len(), &pairs)) {
            Some(lower) => {
                let members = members.iter().map(|&k| order[k]).collect();
                groups.push(Group { members, lower });
            }
            None => faults.push(contradiction(&members, &order, slots)),
        }
    }
    if faults.is_empty() {
        Ok(groups)
    } else {
        Err(faults)
    }
}

/// Pairs of places in `order` with a stated correlation: at the same site, or between the
/// body and each site.
fn links(slots: &[Slot], order: &[usize]) -> Vec<(usize, usize, f64)> {
    let mut links = Vec::new();
    for (a, &i) in order.iter().enumerate() {
        let with = slots[i]
            .slot
            .variation
            .iter()
            .flat_map(|variation| &variation.with);
        for (name, value) in with {
            for (b, &j) in order.iter().enumerate() {
                let (mine, other) = (slots[i].slot.site, slots[j].slot.site);
                let near = mine.is_none() || other.is_none() || mine == other;
                if a != b && near && &slots[j].slot.name == name {
                    links.push((a, b, *value));
                }
            }
        }
    }
    links
}

fn contradiction(members: &[usize], order: &[usize], slots: &[Slot]) -> Diagnostic {
    let mut names: Vec<&str> = members
        .iter()
        .map(|&k| slots[order[k]].slot.name.as_str())
        .collect();
    names.dedup();
    let message = format!(
        "the correlations of {} contradict one another",
        names.join(", ")
    );
    Diagnostic::new("wrong-value", "the model", None, message)
        .help("make them smaller, or state every pair of the group")
}

#[cfg(test)]
mod tests {
    use super::*;
    use psora_model::Variation;

    pub(super) fn varied(name: &str, shape: Option<Shape>) -> ParameterSlot {
        let variation = Variation {
            shape,
            with: Vec::new(),
            by: Vec::new(),
            range: None,
        };
        ParameterSlot {
            name: name.to_owned(),
            site: None,
            typical: 2.0,
            factor: 1.0,
            variation: Some(variation),
        }
    }

    fn lowered(parameters: Vec<ParameterSlot>) -> Lowered {
        Lowered {
            equations: psora_equations::Equations::default(),
            states: Vec::new(),
            parameters,
            inputs: Vec::new(),
            outputs: Vec::new(),
            sites: Vec::new(),
        }
    }

    fn weight() -> Covariate {
        Covariate {
            name: "WEIGHT".to_owned(),
            value: 8e7,
            factor: 1e6,
            unit: "kg".to_owned(),
            range: (3e7, 2.5e8),
            label: "body weight".to_owned(),
        }
    }

    fn plan(slots: Vec<ParameterSlot>) -> Plan {
        Plan::new(&lowered(slots), &[weight()]).expect("correlations fit")
    }

    fn with(mut slot: ParameterSlot, other: &str, correlation: f64) -> ParameterSlot {
        let variation = slot.variation.as_mut().expect("varied");
        variation.with.push((other.to_owned(), correlation));
        slot
    }

    #[test]
    fn the_stated_correlation_is_recovered() {
        let shape = Some(Shape::Normal(1.0));
        let plan = plan(vec![
            with(varied("drugs.a.V", shape), "drugs.a.CL", 0.75),
            varied("drugs.a.CL", shape),
        ]);
        let n = 8_000;
        let mut product = 0.0;
        for id in 0..n {
            let own = plan.parameters(1, id, &BTreeMap::new());
            product += (own[0] - 2.0) * (own[1] - 2.0) / n as f64;
        }
        // Four standard errors of 8,000 products: 4 * sqrt((1 + 0.75^2) / 8000).
        assert!((product - 0.75).abs() < 0.056, "{product}");
    }

    #[test]
    fn adding_a_drug_changes_nobody() {
        let shape = Some(Shape::Lognormal(0.4));
        let core = plan(vec![
            varied("immune.p_T17", shape),
            varied("skin.d_K", shape),
        ]);
        let more = plan(vec![
            with(varied("drugs.a.CL", shape), "immune.p_T17", 0.5),
            varied("immune.p_T17", shape),
            varied("skin.d_K", shape),
        ]);
        for id in 0..50 {
            let before = core.parameters(3, id, &BTreeMap::new());
            let after = more.parameters(3, id, &BTreeMap::new());
            assert_eq!(before[..], after[1..]);
        }
    }

    #[test]
    fn covariates_arrive_in_canonical_units_and_scale_what_depends_on_them() {
        let mut slot = varied("drugs.a.CL", None);
        let variation = slot.variation.as_mut().expect("varied");
        variation.by.push(CovariateEffect::Power {
            covariate: "WEIGHT".to_owned(),
            reference: 9e7,
            exponent: 1.0,
        });
        let mut itself = varied("people.WEIGHT", None);
        itself.variation = None;
        let plan = plan(vec![slot, itself]);
        let person = BTreeMap::from([("WEIGHT".to_owned(), 45.0)]);
        assert_eq!(plan.parameters(1, 1, &person), [1.0, 4.5e7]);
        // Whose weight is unknown has the model's usual one.
        assert_eq!(plan.typical(&BTreeMap::new())[1], 8e7);
    }

    #[test]
    fn a_value_is_clipped_to_its_range_and_a_share_stays_a_share() {
        let mut wild = varied("a.k", Some(Shape::Lognormal(3.0)));
        wild.variation.as_mut().expect("varied").range = Some((1.0, 4.0));
        let mut share = varied("a.b", Some(Shape::Logit(3.0)));
        share.typical = 0.9;
        let plan = plan(vec![wild, share]);
        for id in 0..200 {
            let own = plan.parameters(1, id, &BTreeMap::new());
            assert!(
                (1.0..=4.0).contains(&own[0]) && (0.0..=1.0).contains(&own[1]),
                "{own:?}"
            );
        }
    }

    #[test]
    fn sites_of_a_parameter_are_drawn_by_themselves() {
        let at = |site| ParameterSlot {
            site: Some(site),
            ..varied("skin.g", Some(Shape::Normal(1.0)))
        };
        let plan = plan(vec![at(0), at(1)]);
        let own = plan.parameters(1, 1, &BTreeMap::new());
        assert_ne!(own[0], own[1]);
    }

    #[test]
    fn contradicting_correlations_are_named() {
        let shape = Some(Shape::Normal(1.0));
        let slots = vec![
            with(with(varied("a.x", shape), "a.y", 0.9), "a.z", 0.9),
            with(varied("a.y", shape), "a.z", -0.9),
            varied("a.z", shape),
        ];
        let faults = Plan::new(&lowered(slots), &[]).expect_err("they contradict");
        assert!(
            faults[0].message.contains("a.x, a.y, a.z"),
            "{}",
            faults[0].message
        );
    }
}
