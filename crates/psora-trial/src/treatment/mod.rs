//! What and when: the regimen grammar, and dated doses.

use psora_model::{Diagnostic, Model, Treatment};

/// A regimen whose drugs and routes a model knows.
#[derive(Debug, Clone, PartialEq)]
pub struct Regimen {
    text: String,
}

/// One dose, as planned.
#[derive(Debug, Clone, PartialEq)]
pub struct Dose {
    /// When, in days from first dose of the trial.
    pub day: f64,
    /// The treatment's name (`secukinumab`).
    pub treatment: String,
    /// The full name of the species that receives it.
    pub into: String,
    /// How much, in `unit`.
    pub amount: f64,
    /// `mg` or `J/cm2`.
    pub unit: &'static str,
}

impl Regimen {
    /// Reads a regimen and finds its drugs, routes and named regimens in `model`.
    ///
    /// # Errors
    /// Every fault, with spans in `text` and no file; see [`place`].
    pub fn parse(text: &str, model: &Model) -> Result<Self, Vec<Diagnostic>> {
        Self::resolve(text, model.treatments())
    }

    /// The same, with the treatments given one by one.
    ///
    /// # Errors
    /// As [`Regimen::parse`].
    pub fn resolve(_text: &str, _treatments: &[Treatment]) -> Result<Self, Vec<Diagnostic>> {
        unimplemented!()
    }

    /// The regimen as it was written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The treatments in use, each once, in order of appearance; none for placebo.
    #[must_use]
    pub fn treatments(&self) -> Vec<&str> {
        unimplemented!()
    }

    /// Every dose before `horizon_day` for a patient of this weight, in order of time.
    #[must_use]
    pub fn doses(&self, _weight_kg: f64, _horizon_day: f64) -> Vec<Dose> {
        unimplemented!()
    }

    /// The regimen ended at `day`, as by a scenario's `until`.
    #[must_use]
    pub fn until(self, _day: f64) -> Self {
        unimplemented!()
    }
}

/// Moves faults of a piece of text to where the piece stands in `file`.
#[must_use]
pub fn place(faults: Vec<Diagnostic>, file: &str, offset: usize) -> Vec<Diagnostic> {
    faults
        .into_iter()
        .map(|mut fault| {
            fault.file = file.to_owned();
            fault.span = fault.span.map(|s| s.start + offset..s.end + offset);
            fault
        })
        .collect()
}
