//! Equations with the names of their slots.

use crate::model::Variation;
use psora_equations::Equations;

/// A model as equations, and what each slot of them means.
#[derive(Debug, Clone)]
pub struct Lowered {
    /// The equations. Parameters that no patient varies are numbers in them.
    pub equations: Equations,
    /// One a state of the equations.
    pub states: Vec<StateSlot>,
    /// One a parameter of the equations: what a patient brings.
    pub parameters: Vec<ParameterSlot>,
    /// One an input of the equations.
    pub inputs: Vec<InputSlot>,
    /// One an output of the equations.
    pub outputs: Vec<OutputSlot>,
    /// The names of the sites, in order (head, arms, trunk, legs).
    pub sites: Vec<String>,
}

/// A state of the equations.
#[derive(Debug, Clone)]
pub struct StateSlot {
    /// `module.path.NAME`.
    pub name: String,
    /// Which site, for a species of a tissue with sites.
    pub site: Option<usize>,
    /// The unit as declared.
    pub unit: String,
    /// The declared unit in canonical units: canonical = declared * factor.
    pub factor: f64,
    /// What it is, in words.
    pub label: String,
}

/// A parameter of the equations: a number each patient brings, in canonical units.
///
/// It is either a covariate, taken as it is, or a varied parameter, whose individual value
/// is formed from `typical` as [`Variation`] says.
#[derive(Debug, Clone)]
pub struct ParameterSlot {
    /// `module.path.NAME`.
    pub name: String,
    /// Which site, for a parameter of a tissue with sites.
    pub site: Option<usize>,
    /// The typical value in canonical units.
    pub typical: f64,
    /// The declared unit in canonical units: canonical = declared * factor.
    pub factor: f64,
    /// How it varies between patients; none for a covariate.
    pub variation: Option<Variation>,
}

/// An input of the equations: zero unless a scenario says otherwise.
#[derive(Debug, Clone)]
pub struct InputSlot {
    /// `module.path.NAME`.
    pub name: String,
    /// The declared unit in canonical units: canonical = declared * factor.
    pub factor: f64,
    /// What it is, in words.
    pub label: String,
}

/// An output of the equations, already in its declared unit.
#[derive(Debug, Clone)]
pub struct OutputSlot {
    /// The name alone (`PASI_erythema`): unique in a model.
    pub name: String,
    /// The module that declares it.
    pub module: String,
    /// Which site, if it differs by site.
    pub site: Option<usize>,
    /// The unit it is recorded in.
    pub unit: String,
    /// What it is, in words.
    pub label: String,
}

impl Lowered {
    /// The slots of output `name`: one, or one a site in order. Empty if there is none.
    #[must_use]
    pub fn output(&self, name: &str) -> Vec<usize> {
        (0..self.outputs.len())
            .filter(|&i| self.outputs[i].name == name)
            .collect()
    }

    /// The slot of input `name`, by its full name or its last part.
    #[must_use]
    pub fn input(&self, name: &str) -> Option<usize> {
        self.inputs
            .iter()
            .position(|slot| slot.name == name || last(&slot.name) == name)
    }

    /// The slots of state `name` (full name): one, or one a site in order.
    #[must_use]
    pub fn state(&self, name: &str) -> Vec<usize> {
        (0..self.states.len())
            .filter(|&i| self.states[i].name == name)
            .collect()
    }
}

fn last(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}
