//! A checked model to equations.
//!
//! Works on one [`Graph`], in which equal terms are shared. Nothing fails here: what could
//! has been checked. Definitions are worked out in the order that the check found, so that
//! no chain of them is too long.

mod evaluate;
mod leaves;
mod only;

use crate::alter::Alteration;
use crate::check::{Id, Kind, Place, Whole};
use crate::lowered::{Lowered, OutputSlot};
use crate::model::Model;
use crate::syntax::{Check, Expr, ExprKind};
use psora_equations::{Equations, Graph, Node};
use std::collections::{BTreeMap, BTreeSet};

impl Model {
    /// The model with the treatments named in `treatments`, as equations.
    ///
    /// The core takes part always, a treatment's module only if it is named. A parameter
    /// that no patient varies is a number; the others, and the covariates that expressions
    /// read, are parameters of the equations, if anything in use reads them.
    ///
    /// The `scale` of a state, at which its error counts, is the larger of its starting value
    /// and one of its declared unit.
    #[must_use]
    pub fn lower(&self, treatments: &[&str]) -> Lowered {
        self.lower_with(treatments, BTreeMap::new())
    }

    /// As [`Model::lower`], with some items held or scaled.
    pub(crate) fn lower_with(
        &self,
        treatments: &[&str],
        altered: BTreeMap<Id, Alteration>,
    ) -> Lowered {
        let mut lowering = Lowering::new(self, treatments);
        lowering.altered = altered;
        let outputs = lowering.outputs_in_use();
        let exprs: Vec<(usize, &Expr)> = outputs
            .iter()
            .map(|&(part, index)| (part, &self.whole.parts[part].tree.outputs[index].body))
            .collect();
        lowering.prepare(&exprs);
        for (part, index) in outputs {
            lowering.output(part, index);
        }
        lowering.finish()
    }

    /// The equations of check `index` with the values that it sets, and two outputs: its
    /// left and its right side.
    pub(crate) fn lower_claim(&self, part: usize, check: &Check) -> Lowered {
        let treatments = self.treatments_of(part, check);
        let names: Vec<&str> = treatments.iter().map(String::as_str).collect();
        let mut lowering = Lowering::new(self, &names);
        lowering.starts_of(part, check);
        let mut exprs: Vec<(usize, &Expr)> = vec![(part, &check.left), (part, &check.right)];
        exprs.extend(check.with.iter().map(|(_, value)| (part, value)));
        lowering.set = check
            .with
            .iter()
            .map(|(name, value)| (self.whole.scopes[part][&name.text], (part, value)))
            .collect();
        lowering.prepare(&exprs);
        lowering.claim_side(part, "left", &check.left);
        lowering.claim_side(part, "right", &check.right);
        lowering.finish()
    }
}

/// The value of an item or expression: one node, or one a site.
type Nodes = Vec<Node>;

struct Lowering<'a> {
    model: &'a Model,
    whole: &'a Whole,
    active: Vec<bool>,
    graph: Graph,
    nodes: BTreeMap<Id, Nodes>,
    /// Values that a check sets instead of an item's own.
    set: BTreeMap<Id, (usize, &'a Expr)>,
    /// What an experiment holds or scales.
    altered: BTreeMap<Id, Alteration>,
    /// Species whose starting value a check reads.
    starts: BTreeSet<Id>,
    start_nodes: BTreeMap<Id, Nodes>,
    calls: BTreeMap<(String, Nodes), Node>,
    rates: Vec<Node>,
    outputs: Vec<Node>,
    lowered: Lowered,
}

impl<'a> Lowering<'a> {
    fn new(model: &'a Model, treatments: &[&str]) -> Self {
        let whole: &Whole = &model.whole;
        let active = whole
            .parts
            .iter()
            .map(|part| !part.treatment || treatments.contains(&part.short()))
            .collect();
        let sites = whole
            .sites
            .as_ref()
            .map_or_else(Vec::new, |(_, names)| names.clone());
        Self {
            model,
            whole,
            active,
            graph: Graph::new(),
            nodes: BTreeMap::new(),
            set: BTreeMap::new(),
            altered: BTreeMap::new(),
            starts: BTreeSet::new(),
            start_nodes: BTreeMap::new(),
            calls: BTreeMap::new(),
            rates: Vec::new(),
            outputs: Vec::new(),
            lowered: Lowered {
                equations: Equations::default(),
                states: Vec::new(),
                parameters: Vec::new(),
                inputs: Vec::new(),
                outputs: Vec::new(),
                sites,
            },
        }
    }

    pub(super) fn outputs_in_use(&self) -> Vec<(usize, usize)> {
        let parts = (0..self.whole.parts.len()).filter(|&part| self.active[part]);
        parts
            .flat_map(|part| {
                (0..self.whole.parts[part].tree.outputs.len()).map(move |index| (part, index))
            })
            .collect()
    }

    /// Gives every item in use its slot or number, then works out definitions and rates.
    pub(super) fn prepare(&mut self, extra: &[(usize, &'a Expr)]) {
        let used = self.reachable(extra);
        for id in 0..self.whole.items.len() {
            self.leaf(id, used.contains(&id));
            self.alter(id);
        }
        for (id, (part, value)) in self.set.clone() {
            let nodes = self.everywhere(self.whole.items[id].place, part, value);
            self.nodes.insert(id, nodes);
        }
        for &id in &self.whole.order {
            if used.contains(&id) && !self.set.contains_key(&id) {
                let nodes = self.defined(id);
                self.nodes.insert(id, nodes);
                self.alter(id);
            }
        }
        self.reactions();
    }

    /// Puts what an experiment wants in the place of an item's own nodes, if it has any.
    fn alter(&mut self, id: Id) {
        let (Some(&alteration), Some(nodes)) = (self.altered.get(&id), self.nodes.get(&id)) else {
            return;
        };
        let item = &self.whole.items[id];
        let unit = item.unit.as_ref().map_or(1.0, psora_units::Unit::factor);
        let nodes = nodes.clone();
        let altered = nodes
            .into_iter()
            .map(|node| match alteration {
                Alteration::Held(value) => self.graph.constant(value * unit),
                Alteration::Scaled(factor) => {
                    let factor = self.graph.constant(factor);
                    self.graph.multiply(factor, node)
                }
            })
            .collect();
        self.nodes.insert(id, altered);
    }

    /// Every item that a rate or one of `extra` leads to.
    pub(super) fn reachable(&self, extra: &[(usize, &'a Expr)]) -> BTreeSet<Id> {
        let mut waiting: Vec<(usize, &Expr)> = extra.to_vec();
        for (index, part) in self.whole.parts.iter().enumerate() {
            if self.active[index] {
                waiting.extend(
                    part.tree
                        .reactions
                        .iter()
                        .map(|reaction| (index, &reaction.rate)),
                );
            }
        }
        let mut used = BTreeSet::new();
        while let Some((part, expr)) = waiting.pop() {
            expr.walk(&mut |expr| {
                let ExprKind::Name(name) = &expr.kind else {
                    return;
                };
                let Some(&id) = self.whole.scopes[part].get(name) else {
                    return;
                };
                if !used.insert(id) || self.set.contains_key(&id) {
                    return;
                }
                let item = &self.whole.items[id];
                match item.kind {
                    Kind::Definition(index) => {
                        waiting.push((
                            item.part,
                            &self.whole.parts[item.part].tree.definitions[index].body,
                        ));
                    }
                    Kind::Open(_) => {
                        for &add in self.whole.adds.get(&id).into_iter().flatten() {
                            if self.active[add.0] {
                                waiting.push((add.0, &self.whole.add(add).body));
                            }
                        }
                    }
                    _ => {}
                }
            });
        }
        used
    }

    pub(super) fn sites(&self, place: Place) -> usize {
        match place {
            Place::Body => 1,
            Place::Site => self.whole.site_count(),
        }
    }

    pub(super) fn defined(&mut self, id: Id) -> Nodes {
        let item = &self.whole.items[id];
        match item.kind {
            Kind::Definition(index) => {
                let body = &self.whole.parts[item.part].tree.definitions[index].body;
                self.everywhere(item.place, item.part, body)
            }
            _ => {
                let mut total = vec![self.graph.constant(0.0); self.sites(item.place)];
                for &add in self.whole.adds.get(&id).into_iter().flatten() {
                    if !self.active[add.0] {
                        continue;
                    }
                    let more = self.everywhere(item.place, add.0, &self.whole.add(add).body);
                    for (sum, more) in total.iter_mut().zip(more) {
                        *sum = self.graph.add(*sum, more);
                    }
                }
                total
            }
        }
    }

    pub(super) fn reactions(&mut self) {
        let zero = self.graph.constant(0.0);
        self.rates = vec![zero; self.lowered.states.len()];
        for (index, part) in self.whole.parts.iter().enumerate() {
            if !self.active[index] {
                continue;
            }
            for reaction in &part.tree.reactions {
                for (count, name) in reaction.changes() {
                    let id = self.whole.scopes[index][&name.text];
                    let place = self.whole.items[id].place;
                    let rates = self.everywhere(place, index, &reaction.rate);
                    for (site, rate) in rates.into_iter().enumerate() {
                        self.change(id, site, count, rate);
                    }
                }
            }
        }
    }

    pub(super) fn change(&mut self, id: Id, site: usize, count: f64, rate: Node) {
        // A state's node is a leaf that knows its index.
        let psora_equations::Expression::State(state) =
            self.graph.expression(self.nodes[&id][site])
        else {
            return;
        };
        let state = state as usize;
        let size = self.graph.constant(count.abs());
        let flow = self.graph.multiply(size, rate);
        self.rates[state] = if count < 0.0 {
            self.graph.subtract(self.rates[state], flow)
        } else {
            self.graph.add(self.rates[state], flow)
        };
    }

    pub(super) fn output(&mut self, part: usize, index: usize) {
        let it = &self.whole.parts[part].tree.outputs[index];
        let place = self.place_of(part, &it.body);
        let factor = self.graph.constant(it.unit.unit.factor());
        for (site, node) in self
            .everywhere(place, part, &it.body)
            .into_iter()
            .enumerate()
        {
            let node = self.graph.divide(node, factor);
            self.outputs.push(node);
            self.lowered.outputs.push(OutputSlot {
                name: it.name.text.clone(),
                module: self.whole.parts[part].module.clone(),
                site: (place == Place::Site).then_some(site),
                unit: it.unit.unit.text().to_owned(),
                label: it.label.clone(),
            });
        }
    }

    pub(super) fn claim_side(&mut self, part: usize, name: &str, expr: &Expr) {
        let node = self.eval(part, expr, 0, None);
        self.outputs.push(node);
        self.lowered.outputs.push(OutputSlot {
            name: name.to_owned(),
            module: self.whole.parts[part].module.clone(),
            site: None,
            unit: String::new(),
            label: String::new(),
        });
    }

    /// The species whose starting value the check reads.
    pub(super) fn starts_of(&mut self, part: usize, check: &Check) {
        let scope = &self.whole.scopes[part];
        for side in [&check.left, &check.right] {
            side.walk(&mut |expr| {
                if let ExprKind::Start(name) = &expr.kind
                    && !self.whole.functions.contains_key(&name.text)
                    && let Some(&id) = scope.get(&name.text)
                {
                    self.starts.insert(id);
                }
            });
        }
    }

    pub(super) fn finish(mut self) -> Lowered {
        self.lowered.equations.rates = self.rates;
        self.lowered.equations.outputs = self.outputs;
        self.lowered.equations.parameters = self.lowered.parameters.len();
        self.lowered.equations.inputs = self.lowered.inputs.len();
        self.lowered.equations.graph = self.graph;
        self.lowered
    }
}
