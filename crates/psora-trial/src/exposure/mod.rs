//! How much drug is in the blood, against what was published.
//!
//! A file (`evidence/exposure/NAME.toml`) states figures of one drug: a regimen, a quantity
//! (peak, trough, half-life ...), when, how much, and the source. [`simulate`] gives the
//! regimen to virtual patients and measures the same quantity in each. Only the drug's
//! own kinetics are integrated. A figure holds if the simulated one lies in its interval,
//! or, where it states none, within a fifth of it. A standard deviation is shown beside the
//! simulated one and is no excuse: it is of patients, not of their mean.

mod read;
mod simulate;

use psora_model::Diagnostics;
use std::ops::Range;

pub use simulate::simulate;

/// What is published of the exposure to one drug.
#[derive(Debug, Clone, PartialEq)]
pub struct Exposures {
    /// The drug.
    pub drug: String,
    /// Its figures, in the file's order.
    pub figures: Vec<Figure>,
    /// Why there is no figure, or what is missing.
    pub gap: Option<String>,
}

/// One published figure.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// The drug.
    pub drug: String,
    /// What was given: a sentence of the regimen grammar.
    pub regimen: String,
    /// Where the sentence stands, quotation marks included.
    pub regimen_span: Range<usize>,
    /// What was measured.
    pub quantity: Quantity,
    /// Which dose it follows.
    pub dose: Which,
    /// Days after that dose between which it was measured, where that is not the time to the
    /// next dose.
    pub window: Option<(f64, f64)>,
    /// The kind of average.
    pub average: Average,
    /// The figure; none where only an interval was published.
    pub value: Option<f64>,
    /// The interval in which it lies.
    pub interval: Option<(f64, f64)>,
    /// The standard deviation between patients.
    pub sd: Option<f64>,
    /// The unit of all of these.
    pub unit: String,
    /// The mean body weight of the people, where it was published.
    pub weight_kg: Option<f64>,
    /// Where it is published.
    pub source: String,
    /// Whether it was written down from memory, its source not at hand.
    pub recalled: bool,
}

/// A quantity of a concentration over time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantity {
    /// The highest concentration until the next dose.
    Peak,
    /// The concentration just before the next dose.
    Trough,
    /// The time from the dose to the peak.
    TimeToPeak,
    /// The area under the curve until the next dose.
    Area,
    /// The half-life over the window, with no further dose.
    HalfLife,
    /// The area after this dose over the area after the first.
    Accumulation,
}

/// Quantities by the names that files use, and in words.
const QUANTITIES: [(&str, Quantity, &str); 6] = [
    ("cmax", Quantity::Peak, "peak"),
    ("trough", Quantity::Trough, "trough"),
    ("tmax", Quantity::TimeToPeak, "time to peak"),
    ("auc", Quantity::Area, "area"),
    ("half_life", Quantity::HalfLife, "half-life"),
    ("accumulation", Quantity::Accumulation, "accumulation"),
];

impl Quantity {
    /// The quantity in words.
    #[must_use]
    pub fn words(self) -> &'static str {
        QUANTITIES
            .iter()
            .find(|(_, known, _)| *known == self)
            .map_or("", |(_, _, words)| words)
    }
}

/// The dose that a figure follows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Which {
    /// The first is 1.
    Number(usize),
    /// The last one given by that week.
    Week(f64),
}

/// A kind of average over people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Average {
    /// The arithmetic mean.
    Mean,
    /// The geometric mean.
    Geometric,
    /// The median.
    Median,
}

const AVERAGES: [(&str, Average); 3] = [
    ("mean", Average::Mean),
    ("geometric mean", Average::Geometric),
    ("median", Average::Median),
];

/// A figure beside its simulation.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// What was published.
    pub figure: Figure,
    /// What was simulated; none if no patient's run could be finished.
    pub simulated: Option<Simulated>,
}

/// A quantity over virtual patients, in the figure's unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Simulated {
    /// The average of the figure's kind.
    pub value: f64,
    /// The standard deviation.
    pub sd: f64,
    /// The 5 and 95 percent quantiles.
    pub spread: (f64, f64),
    /// Patients.
    pub n: usize,
}

/// The share by which a simulated figure may miss one without an interval.
const TOLERANCE: f64 = 0.2;

impl Figure {
    /// The interval in which a simulated figure holds.
    #[must_use]
    pub fn bounds(&self) -> (f64, f64) {
        self.interval.unwrap_or_else(|| {
            let value = self.value.expect("a figure has a value or an interval");
            (value * (1.0 - TOLERANCE), value * (1.0 + TOLERANCE))
        })
    }
}

impl Outcome {
    /// Whether the simulated figure holds.
    #[must_use]
    pub fn holds(&self) -> bool {
        let (low, high) = self.figure.bounds();
        self.simulated
            .is_some_and(|simulated| (low..=high).contains(&simulated.value))
    }
}

impl Exposures {
    /// Reads the published exposure of a drug (`evidence/exposure/NAME.toml`).
    ///
    /// # Errors
    /// Everything that is wrong with the text.
    pub fn read(file: &str, text: &str) -> Result<Self, Diagnostics> {
        read::read(file, text)
    }
}

#[cfg(test)]
mod tests;
