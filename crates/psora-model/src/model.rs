//! A checked model.

use crate::check::{Id, Item, Kind, Place, Whole};
use crate::syntax::Values;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Where model text comes from: a folder, an archive inside the program, a test's strings.
pub trait Files {
    /// The text of `path` (relative to the model's folder, with `/`), or why there is none.
    ///
    /// # Errors
    /// A sentence for the reader when the file is missing or unreadable.
    fn read(&self, path: &str) -> Result<String, String>;
}

/// The shape of a variation between patients; the number is the spread of the normal
/// variable `eta` behind it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Shape {
    /// `typical * exp(spread * eta)`.
    Lognormal(f64),
    /// `typical + spread * eta`, `spread` in canonical units.
    Normal(f64),
    /// `logistic(logit(typical) + spread * eta)`.
    Logit(f64),
}

/// How a parameter varies between patients.
#[derive(Debug, Clone, PartialEq)]
pub struct Variation {
    /// The random part; none where only covariates act.
    pub shape: Option<Shape>,
    /// Full names of other varied parameters, with the correlation of the two `eta`s.
    pub with: Vec<(String, f64)>,
    /// Covariate effects, each a factor on the typical value.
    pub by: Vec<CovariateEffect>,
    /// The plausible range in canonical units, to which individual values are clipped; none
    /// for a fixed parameter.
    pub range: Option<(f64, f64)>,
}

/// A covariate's factor on a parameter's typical value.
#[derive(Debug, Clone, PartialEq)]
pub enum CovariateEffect {
    /// `(covariate / reference) ^ exponent`; `reference` in canonical units.
    Power {
        /// The covariate's name.
        covariate: String,
        /// The value at which the factor is 1.
        reference: f64,
        /// The exponent.
        exponent: f64,
    },
    /// `factor ^ covariate`: the factor of a yes (1) against a no (0).
    Factor {
        /// The covariate's name.
        covariate: String,
        /// The factor.
        factor: f64,
    },
}

/// A property of a patient that is known, such as weight.
#[derive(Debug, Clone, PartialEq)]
pub struct Covariate {
    /// The name alone (`WEIGHT`).
    pub name: String,
    /// The usual value in canonical units.
    pub value: f64,
    /// The declared unit in canonical units: canonical = declared * factor.
    pub factor: f64,
    /// The declared unit.
    pub unit: String,
    /// The plausible range in canonical units.
    pub range: (f64, f64),
    /// What it is, in words.
    pub label: String,
}

/// What a model says of a treatment: a module under `drugs/`.
#[derive(Debug, Clone, PartialEq)]
pub struct Treatment {
    /// Its name (`secukinumab`): the last part of its module path, `_` for a space.
    pub name: String,
    /// Ways in.
    pub routes: Vec<Route>,
    /// Named regimens, as text of the regimen grammar.
    pub regimens: Vec<Regimen>,
}

/// A way into the body: `sc : into depot`.
#[derive(Debug, Clone, PartialEq)]
pub struct Route {
    /// `sc`, `iv`, `oral`, `topical` ...
    pub name: String,
    /// The full name of the species that a dose is added to.
    pub into: String,
}

/// A named regimen: `label : 300 mg sc at 0 1 2 3 4 week, then every 4 week`.
#[derive(Debug, Clone, PartialEq)]
pub struct Regimen {
    /// The name alone.
    pub name: String,
    /// The text, without the drug's name.
    pub text: String,
}

/// A claim of a model file that would prove it wrong.
#[derive(Debug, Clone, PartialEq)]
pub struct Check {
    /// The module that makes it.
    pub module: String,
    /// The claim in words.
    pub name: String,
    /// Where the typical patient starts.
    pub start: Start,
    /// When the two sides are compared, in days after the start.
    pub day: f64,
    /// The source, in brackets as written.
    pub source: String,
    /// The whole check as written.
    pub text: String,
    /// Whether the left side must be less than the right one; otherwise greater.
    pub less: bool,
    /// The treatments whose equations take part.
    pub treatments: Vec<String>,
}

/// Where a check starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// From the declared starting values.
    Healthy,
    /// From the end of a run-in with disease.
    Plaque,
}

/// A model that has been read and checked.
#[derive(Debug, Clone)]
pub struct Model {
    pub(crate) whole: Arc<Whole>,
    /// Values that a calibration has changed, in canonical units, one a site.
    pub(crate) values: BTreeMap<Id, Vec<f64>>,
    pub(crate) treatments: Vec<Treatment>,
    pub(crate) covariates: Vec<Covariate>,
    pub(crate) hash: String,
}

impl Model {
    /// What the model says of each treatment, in the order of its `use` section.
    #[must_use]
    pub fn treatments(&self) -> &[Treatment] {
        &self.treatments
    }

    /// The covariates that the model declares.
    #[must_use]
    pub fn covariates(&self) -> &[Covariate] {
        &self.covariates
    }

    /// The SHA-256 of the model's text, as `sha256:...`.
    #[must_use]
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// The value of a parameter in canonical units, one a site or one alone.
    pub(crate) fn value(&self, id: Id) -> Vec<f64> {
        if let Some(values) = self.values.get(&id) {
            return values.clone();
        }
        let item = &self.whole.items[id];
        let Kind::Parameter(index) = item.kind else {
            return Vec::new();
        };
        let parameter = &self.whole.parts[item.part].tree.parameters[index];
        self.spread_over_sites(&parameter.value, item)
    }

    /// The starting value of a species in canonical units, one a site or one alone.
    pub(crate) fn start(&self, id: Id) -> Vec<f64> {
        let item = &self.whole.items[id];
        let Kind::Species(index) = item.kind else {
            return Vec::new();
        };
        let species = &self.whole.parts[item.part].tree.species[index];
        self.spread_over_sites(&species.start, item)
    }

    /// Written values in canonical units; one for all sites is repeated.
    fn spread_over_sites(&self, values: &Values, item: &Item) -> Vec<f64> {
        let factor = item.unit.as_ref().map_or(1.0, psora_units::Unit::factor);
        let count = match item.place {
            Place::Body => 1,
            Place::Site => self.whole.site_count(),
        };
        (0..count)
            .map(|site| values.numbers[if values.list { site } else { 0 }].value * factor)
            .collect()
    }
}
