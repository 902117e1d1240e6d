//! A checked model to equations.
//!
//! Works on one [`Graph`], in which equal terms are shared. Nothing fails here: what could
//! has been checked. Definitions are worked out in the order that the check found, so that
//! no chain of them is too long.

use crate::check::{Id, Item, Kind, Place, Whole, zero};
use crate::lowered::{InputSlot, Lowered, OutputSlot, ParameterSlot, StateSlot};
use crate::model::{CovariateEffect, Model, Shape, Variation};
use crate::syntax::{Check, Effect, Expr, ExprKind, FUNCTIONS, Fold, Op, Spread};
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
        let mut lowering = Lowering::new(self, treatments);
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

    fn outputs_in_use(&self) -> Vec<(usize, usize)> {
        let parts = (0..self.whole.parts.len()).filter(|&part| self.active[part]);
        parts
            .flat_map(|part| {
                (0..self.whole.parts[part].tree.outputs.len()).map(move |index| (part, index))
            })
            .collect()
    }

    /// Gives every item in use its slot or number, then works out definitions and rates.
    fn prepare(&mut self, extra: &[(usize, &'a Expr)]) {
        let used = self.reachable(extra);
        for id in 0..self.whole.items.len() {
            self.leaf(id, used.contains(&id));
        }
        for (id, (part, value)) in self.set.clone() {
            let nodes = self.everywhere(self.whole.items[id].place, part, value);
            self.nodes.insert(id, nodes);
        }
        for &id in &self.whole.order {
            if used.contains(&id) && !self.set.contains_key(&id) {
                let nodes = self.defined(id);
                self.nodes.insert(id, nodes);
            }
        }
        self.reactions();
    }

    /// Every item that a rate or one of `extra` leads to.
    fn reachable(&self, extra: &[(usize, &'a Expr)]) -> BTreeSet<Id> {
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

    fn sites(&self, place: Place) -> usize {
        match place {
            Place::Body => 1,
            Place::Site => self.whole.site_count(),
        }
    }

    /// Species, parameters, covariates and inputs.
    fn leaf(&mut self, id: Id, used: bool) {
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

    fn species(&mut self, id: Id, item: &Item, index: usize) -> Nodes {
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
                    name: format!("{}(0)", it.name.text),
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

    fn parameter(&mut self, id: Id, item: &Item, index: usize) -> Nodes {
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

    fn variation(&self, part: usize, index: usize) -> Variation {
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

    fn slot(&mut self, slot: ParameterSlot) -> Node {
        self.lowered.parameters.push(slot);
        self.graph.parameter(self.lowered.parameters.len() - 1)
    }

    fn defined(&mut self, id: Id) -> Nodes {
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

    fn reactions(&mut self) {
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

    fn change(&mut self, id: Id, site: usize, count: f64, rate: Node) {
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

    fn output(&mut self, part: usize, index: usize) {
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

    fn claim_side(&mut self, part: usize, name: &str, expr: &Expr) {
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
    fn starts_of(&mut self, part: usize, check: &Check) {
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

    /// Whether an expression differs by site: whether it names, outside `over`, what does.
    fn place_of(&self, part: usize, expr: &Expr) -> Place {
        match &expr.kind {
            ExprKind::Over(..) => Place::Body,
            ExprKind::Name(name) | ExprKind::Start(crate::syntax::Name { text: name, .. }) => {
                self.whole.scopes[part]
                    .get(name)
                    .map_or(Place::Body, |&id| self.whole.items[id].place)
            }
            _ => expr
                .parts()
                .into_iter()
                .map(|inner| self.place_of(part, inner))
                .max()
                .unwrap_or_default(),
        }
    }

    /// The expression once, or once a site.
    fn everywhere(&mut self, place: Place, part: usize, expr: &Expr) -> Nodes {
        (0..self.sites(place))
            .map(|site| self.eval(part, expr, site, None))
            .collect()
    }

    /// The expression at one site. Inside a function, names are its arguments.
    fn eval(
        &mut self,
        part: usize,
        expr: &Expr,
        site: usize,
        locals: Option<&BTreeMap<&str, Node>>,
    ) -> Node {
        match &expr.kind {
            ExprKind::Number(value, unit) => {
                let factor = unit.as_ref().map_or(1.0, |unit| unit.unit.factor());
                self.graph.constant(value * factor)
            }
            ExprKind::Time => self.graph.time(),
            ExprKind::Name(name) => match locals {
                Some(locals) => locals[name.as_str()],
                None => at_site(&self.nodes[&self.whole.scopes[part][name]], site),
            },
            ExprKind::Start(name) => {
                if self.is_function(&name.text) {
                    return self.call(part, &name.text, &[zero(expr.span)], site, locals);
                }
                at_site(
                    &self.start_nodes[&self.whole.scopes[part][&name.text]],
                    site,
                )
            }
            ExprKind::Call(name, values) => self.call(part, &name.text, values, site, locals),
            ExprKind::Over(fold, _, inner) => self.over(*fold, part, inner),
            ExprKind::If(c) => {
                let sides = [&c.left, &c.right, &c.then, &c.otherwise];
                let [left, right, then, otherwise] =
                    sides.map(|side| self.eval(part, side, site, locals));
                if c.less {
                    self.graph.select(left, right, then, otherwise)
                } else {
                    self.graph.select(right, left, then, otherwise)
                }
            }
            ExprKind::Negate(inner) => {
                let inner = self.eval(part, inner, site, locals);
                self.graph.negate(inner)
            }
            ExprKind::Binary(op, a, b) => {
                let a = self.eval(part, a, site, locals);
                let b = self.eval(part, b, site, locals);
                match op {
                    Op::Add => self.graph.add(a, b),
                    Op::Subtract => self.graph.subtract(a, b),
                    Op::Multiply => self.graph.multiply(a, b),
                    Op::Divide => self.graph.divide(a, b),
                    Op::Power => self.graph.power(a, b),
                }
            }
        }
    }

    fn is_function(&self, name: &str) -> bool {
        self.whole.functions.contains_key(name) || FUNCTIONS.iter().any(|(known, _)| *known == name)
    }

    fn call(
        &mut self,
        part: usize,
        name: &str,
        values: &[Expr],
        site: usize,
        locals: Option<&BTreeMap<&str, Node>>,
    ) -> Node {
        let values: Nodes = values
            .iter()
            .map(|value| self.eval(part, value, site, locals))
            .collect();
        let Some(&(home, index)) = self.whole.functions.get(name) else {
            return self.built_in(name, &values);
        };
        // The same call again is the same node; this also keeps nested functions cheap.
        let key = (name.to_owned(), values.clone());
        if let Some(&node) = self.calls.get(&key) {
            return node;
        }
        let function = &self.whole.parts[home].tree.functions[index];
        let arguments: BTreeMap<&str, Node> = function
            .arguments
            .iter()
            .map(|argument| argument.text.as_str())
            .zip(values)
            .collect();
        let node = self.eval(home, &function.body, site, Some(&arguments));
        self.calls.insert(key, node);
        node
    }

    fn built_in(&mut self, name: &str, values: &[Node]) -> Node {
        match (name, values) {
            ("exp", &[x]) => self.graph.exp(x),
            ("ln", &[x]) => self.graph.ln(x),
            ("sqrt", &[x]) => self.graph.sqrt(x),
            ("abs", &[x]) => {
                let negative = self.graph.negate(x);
                self.graph.maximum(x, negative)
            }
            ("min", &[a, b]) => self.graph.minimum(a, b),
            ("max", &[a, b]) => self.graph.maximum(a, b),
            _ => unreachable!("the check knows every function and its arguments"),
        }
    }

    fn over(&mut self, fold: Fold, part: usize, inner: &Expr) -> Node {
        let count = self.whole.site_count();
        let mut total = self.graph.constant(0.0);
        for site in 0..count {
            let one = self.eval(part, inner, site, None);
            total = self.graph.add(total, one);
        }
        match fold {
            Fold::Sum => total,
            Fold::Mean => {
                #[expect(clippy::cast_precision_loss, reason = "a handful of sites")]
                let count = self.graph.constant(count as f64);
                self.graph.divide(total, count)
            }
        }
    }

    fn finish(mut self) -> Lowered {
        self.lowered.equations.rates = self.rates;
        self.lowered.equations.outputs = self.outputs;
        self.lowered.equations.parameters = self.lowered.parameters.len();
        self.lowered.equations.inputs = self.lowered.inputs.len();
        self.lowered.equations.graph = self.graph;
        self.lowered
    }
}

/// The node at a site; what is one for the body is the same at every site.
fn at_site(nodes: &[Node], site: usize) -> Node {
    if nodes.len() == 1 {
        nodes[0]
    } else {
        nodes[site]
    }
}
