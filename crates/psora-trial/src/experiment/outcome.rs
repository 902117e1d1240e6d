//! What an experiment came to.

use super::{Experiment, Kind};

/// An experiment that was run, or why it was not.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The verdict, which follows from the figures.
    pub verdict: Verdict,
    /// The figures, the first of which stands for the experiment.
    pub figures: Vec<FigureResult>,
    /// People who took part, by group.
    pub people: Vec<(String, usize)>,
    /// Years of patients that were simulated for it, the shared run-ins not counted.
    pub patient_years: f64,
    /// What it looked like.
    pub picture: Picture,
}

/// What follows from the figures of an experiment.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// Every figure lies in its band.
    Holds,
    /// A figure lies outside its band.
    FallsShort,
    /// The data contradict what is popularly said, and the run agrees with the data.
    ContradictsData,
    /// There is no band to lie in.
    Printed,
    /// The model lacks something.
    NotYetExpressible(String),
    /// The run failed.
    Failed(String),
}

impl Verdict {
    /// The verdict in the words of the tables.
    #[must_use]
    pub fn words(&self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::FallsShort => "falls short",
            Self::ContradictsData => "contradicts data",
            Self::Printed => "printed",
            Self::NotYetExpressible(_) => "not yet expressible",
            Self::Failed(_) => "error",
        }
    }

    /// Why it could not be run, if it could not.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::NotYetExpressible(why) | Self::Failed(why) => Some(why),
            _ => None,
        }
    }

    pub(super) fn of(experiment: &Experiment, figures: &[FigureResult]) -> Self {
        let banded = || figures.iter().filter(|figure| figure.has_band());
        let known = |figure: &&FigureResult| !figure.value.is_nan();
        if !banded().filter(known).all(FigureResult::holds) {
            return Self::FallsShort;
        }
        if let Some(lost) = figures.iter().find(|figure| figure.value.is_nan()) {
            return Self::Failed(format!("nobody from whom to reckon: {}", lost.name));
        }
        match banded().next() {
            None => Self::Printed,
            Some(_) if experiment.evidence == "X" => Self::ContradictsData,
            Some(_) => Self::Holds,
        }
    }
}

/// One figure of an experiment.
#[derive(Debug, Clone)]
pub struct FigureResult {
    /// What it is.
    pub name: String,
    /// Its value; infinite for a time that never came.
    pub value: f64,
    /// One standard error by chance; none where no chance took part.
    pub error: Option<f64>,
    /// The lower end of its band.
    pub low: Option<f64>,
    /// The upper end of its band.
    pub high: Option<f64>,
    /// Its unit.
    pub unit: String,
}

impl FigureResult {
    /// Whether there is a band to lie in.
    #[must_use]
    pub fn has_band(&self) -> bool {
        self.low.is_some() || self.high.is_some()
    }

    /// Whether it lies in its band.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.low.is_none_or(|low| self.value >= low)
            && self.high.is_none_or(|high| self.value <= high)
    }

    /// Whether chance could have put it on the other side of an end of its band: it lies
    /// within two standard errors of it.
    #[must_use]
    pub fn is_close(&self) -> bool {
        let near = |end: f64| {
            self.error
                .is_some_and(|error| (self.value - end).abs() < 2.0 * error)
        };
        self.low.is_some_and(near) || self.high.is_some_and(near)
    }
}

/// What an experiment looked like: curves of one quantity.
#[derive(Debug, Clone, Default)]
pub struct Picture {
    /// What is drawn, with its unit.
    pub quantity: String,
    /// What runs to the right.
    pub across: String,
    /// One a case, or a branch.
    pub curves: Vec<Curve>,
}

/// A curve with a name.
#[derive(Debug, Clone)]
pub struct Curve {
    /// The case.
    pub name: String,
    /// Points `(across, value)`.
    pub points: Vec<(f64, f64)>,
}

impl Experiment {
    /// The outcome of one that cannot be run, or was not.
    #[must_use]
    pub fn without(&self, verdict: Verdict) -> Outcome {
        Outcome {
            verdict,
            figures: Vec::new(),
            people: Vec::new(),
            patient_years: 0.0,
            picture: Picture::default(),
        }
    }

    /// Whether its outcome is evidence for the model.
    #[must_use]
    pub fn is_predicted(&self) -> bool {
        self.kind == Kind::Predicted
    }
}
