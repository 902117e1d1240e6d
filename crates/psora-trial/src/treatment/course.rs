//! What a sentence is made of: courses, amounts, dates, and the words for them.

use std::ops::Range;

/// One course of a sentence.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Course {
    pub(super) what: What,
    /// Whether it follows the course before (`then`), or runs beside it.
    pub(super) follows: bool,
    pub(super) from_day: Option<f64>,
    pub(super) until_day: Option<f64>,
    pub(super) span: Range<usize>,
}

/// What is given.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum What {
    Placebo,
    /// A regimen that the drug's file names.
    Named {
        drug: Name,
        regimen: Name,
    },
    Dosed {
        drug: Name,
        amount: Amount,
        unit: Unit,
        route: Option<Name>,
        timing: Timing,
    },
}

/// A name and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Name {
    pub(super) text: String,
    pub(super) span: Range<usize>,
}

/// How much, for a patient of some weight.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Amount {
    Fixed(f64),
    PerKg(f64),
    ByWeight {
        up_to_kg: f64,
        lighter: f64,
        heavier: f64,
    },
}

/// What an amount is counted in, once converted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Milligram,
    JoulePerSquareCentimetre,
}

/// When, in days from the course's beginning.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Timing {
    /// Single dates.
    pub(super) at: Vec<f64>,
    /// What recurs after them.
    pub(super) recurs: Option<Recurs>,
}

/// Doses at `first + k * period + offset`, for k = 0, 1, ... and each offset.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Recurs {
    pub(super) first: f64,
    pub(super) period: f64,
    pub(super) offsets: &'static [f64],
}

/// Units of an amount: name, size in the unit inside, unit inside, whether it is per kg.
pub(super) const DOSE_UNITS: [(&str, f64, Unit, bool); 8] = [
    ("mg", 1.0, Unit::Milligram, false),
    ("g", 1000.0, Unit::Milligram, false),
    ("ug", 0.001, Unit::Milligram, false),
    ("µg", 0.001, Unit::Milligram, false),
    ("mcg", 0.001, Unit::Milligram, false),
    ("mg/kg", 1.0, Unit::Milligram, true),
    ("ug/kg", 0.001, Unit::Milligram, true),
    ("J/cm2", 1.0, Unit::JoulePerSquareCentimetre, false),
];

/// Units of time, in days; a month is a twelfth of a Julian year.
pub(super) const TIME_UNITS: [(&str, f64); 8] = [
    ("day", 1.0),
    ("days", 1.0),
    ("week", 7.0),
    ("weeks", 7.0),
    ("month", 30.4375),
    ("months", 30.4375),
    ("year", 365.25),
    ("years", 365.25),
];

/// Words that are never the name of a drug or a route.
pub(super) const KEYWORDS: [&str; 14] = [
    "at", "every", "until", "from", "and", "then", "once", "twice", "three", "times", "daily",
    "weekly", "by", "placebo",
];

/// How often within a period: the words, and offsets as shares of the period.
pub(super) const OFTEN: [(&str, &[f64], &[f64]); 3] = [
    // Three times a week is Monday, Wednesday, Friday.
    ("once", &[0.0], &[0.0]),
    ("twice", &[0.0, 0.5], &[0.0, 3.5]),
    (
        "three times",
        &[0.0, 1.0 / 3.0, 2.0 / 3.0],
        &[0.0, 2.0, 4.0],
    ),
];
