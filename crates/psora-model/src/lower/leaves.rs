//! What expressions end in: states, parameters, covariates, inputs and numbers.

use super::{Lowering, Nodes};
use crate::check::{Id, Item, Kind, Place};
use crate::lowered::{InputSlot, ParameterSlot, StateSlot};
use crate::model::{CovariateEffect, Shape, Variation};
use crate::syntax::{Effect, Spread};
use psora_equations::Node;

impl Lowering<'_> {
    /// Species, parameters, covariates and inputs.
    pub(super) fn leaf(&mut self, id: Id, used: bool) {
        let item = &self.whole.items[id];
        let nodes = match item.kind {
            Kind::Species(index) if self.active[item.part] => self.species(id, item, index),
            Kind::Parameter(index) if used => self.parameter(id, item, index),
            Kind::Covariate(index) if used => {
                let it = &self.whole.parts[item.part].tree.covariates[index];
                let factor = it.unit.unit.factor();
                vec![self.slot(ParameterSlot {
                    name: self.whole.full_name(id),
                    site: None,
                    typical: it.value.value * factor,
                    factor,
                    variation: None,
                })]
            }
            Kind::Input(index) if self.active[item.part] => {
                let it = &self.whole.parts[item.part].tree.inputs[index];
                self.lowered.inputs.push(InputSlot {
                    name: self.whole.full_name(id),
                    factor: it.unit.unit.factor(),
                    label: it.label.clone(),
                });
                vec![self.graph.input(self.lowered.inputs.len() - 1)]
            }
            _ => return,
        };
        self.nodes.insert(id, nodes);
    }

    pub(super) fn species(&mut self, id: Id, item: &Item, index: usize) -> Nodes {
        let it = &self.whole.parts[item.part].tree.species[index];
        let unit = &it.unit.unit;
        let start = self.model.start(id);
        let read = self.starts.contains(&id);
        let mut nodes = Vec::new();
        let mut starts = Vec::new();
        for (site, &value) in start.iter().enumerate() {
            let site = (item.place == Place::Site).then_some(site);
            self.lowered.states.push(StateSlot {
                name: self.whole.full_name(id),
                site,
                unit: unit.text().to_owned(),
                factor: unit.factor(),
                label: it.label.clone(),
            });
            self.lowered.equations.start.push(value);
            self.lowered
                .equations
                .scale
                .push(value.abs().max(unit.factor()));
            nodes.push(self.graph.state(self.lowered.states.len() - 1));
            if read {
                starts.push(self.slot(ParameterSlot {
                    name: format!("{}(0)", self.whole.full_name(id)),
                    site,
                    typical: value,
                    factor: unit.factor(),
                    variation: None,
                }));
            }
        }
        if read {
            self.start_nodes.insert(id, starts);
        }
        nodes
    }

    pub(super) fn parameter(&mut self, id: Id, item: &Item, index: usize) -> Nodes {
        let it = &self.whole.parts[item.part].tree.parameters[index];
        let factor = it.unit.unit.factor();
        let values = self.model.value(id);
        if it.varies.is_none() && it.by.is_empty() {
            return values
                .into_iter()
                .map(|value| self.graph.constant(value))
                .collect();
        }
        let variation = self.variation(item.part, index);
        let slots = values
            .iter()
            .enumerate()
            .map(|(site, &typical)| ParameterSlot {
                name: self.whole.full_name(id),
                site: (item.place == Place::Site).then_some(site),
                typical,
                factor,
                variation: Some(variation.clone()),
            });
        let slots: Vec<ParameterSlot> = slots.collect();
        slots.into_iter().map(|slot| self.slot(slot)).collect()
    }

    pub(super) fn variation(&self, part: usize, index: usize) -> Variation {
        let it = &self.whole.parts[part].tree.parameters[index];
        let factor = it.unit.unit.factor();
        let shape = it.varies.map(|(spread, number)| match spread {
            Spread::Lognormal => Shape::Lognormal(number.value),
            Spread::Normal => Shape::Normal(number.value * factor),
            Spread::Logit => Shape::Logit(number.value),
        });
        let scope = &self.whole.scopes[part];
        let with = it
            .with
            .iter()
            .map(|(name, correlation)| (self.whole.full_name(scope[&name.text]), correlation.value))
            .collect();
        let by = it
            .by
            .iter()
            .map(|effect| match effect {
                Effect::Power {
                    covariate,
                    reference,
                    unit,
                    exponent,
                } => CovariateEffect::Power {
                    covariate: covariate.text.clone(),
                    reference: reference.value * unit.unit.factor(),
                    exponent: exponent.value,
                },
                Effect::Factor { covariate, factor } => CovariateEffect::Factor {
                    covariate: covariate.text.clone(),
                    factor: factor.value,
                },
            })
            .collect();
        let range = it
            .range
            .map(|(low, high)| (low.value * factor, high.value * factor));
        Variation {
            shape,
            with,
            by,
            range,
        }
    }

    pub(super) fn slot(&mut self, slot: ParameterSlot) -> Node {
        self.lowered.parameters.push(slot);
        self.graph.parameter(self.lowered.parameters.len() - 1)
    }
}
