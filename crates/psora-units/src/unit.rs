//! A unit of measurement.

use crate::Dimension;
use crate::parse::{self, UnitError};
use crate::table::Size;

/// A unit: its text in canonical spacing, its dimension and its size.
#[derive(Debug, Clone, PartialEq)]
pub struct Unit {
    text: String,
    dimension: Dimension,
    factor: f64,
}

impl Unit {
    /// The unit of a plain number, `1`.
    #[must_use]
    pub fn one() -> Self {
        Self {
            text: "1".to_owned(),
            dimension: Dimension::NONE,
            factor: 1.0,
        }
    }

    /// Reads a unit such as `pM/day per cell/mm2`, `J/cm2`, `1/day`, `%` or `1`.
    ///
    /// `per` binds loosest: what stands right of it is divided by as a whole.
    ///
    /// ```
    /// let rate = psora_units::Unit::parse("pM/day per cell/mm2").unwrap();
    /// assert_eq!(rate.factor(), 1e-4);
    /// ```
    ///
    /// # Errors
    /// The place and the reason where the text is not a unit.
    pub fn parse(text: &str) -> Result<Self, UnitError> {
        parse::unit(text)
    }

    pub(crate) fn new(text: String, dimension: Dimension, size: Size) -> Self {
        Self {
            text,
            dimension,
            factor: size.number(),
        }
    }

    /// The unit as text, with canonical spacing.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What the unit measures.
    #[must_use]
    pub fn dimension(&self) -> Dimension {
        self.dimension
    }

    /// The unit's size in the canonical set: canonical = number * factor.
    #[must_use]
    pub fn factor(&self) -> f64 {
        self.factor
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn factor(text: &str) -> f64 {
        Unit::parse(text)
            .unwrap_or_else(|fault| panic!("{text}: {fault}"))
            .factor()
    }

    fn dimension(text: &str) -> Dimension {
        Unit::parse(text)
            .unwrap_or_else(|fault| panic!("{text}: {fault}"))
            .dimension()
    }

    #[test]
    fn milligram_a_litre_and_picomolar_are_one() {
        for text in [
            "1", "day", "mg", "L", "mg/L", "pM", "pmol/L", "cell", "J", "ug/mL",
        ] {
            // Exact: sizes are kept as ratios and powers of ten.
            assert_eq!(factor(text), 1.0, "{text}");
        }
    }

    #[test]
    fn every_unit_has_its_size() {
        // Exact, for the same reason.
        for (text, size) in [
            ("week", 7.0),
            ("hour", 1.0 / 24.0),
            ("1/h", 24.0),
            ("year", 365.25),
            ("month", 365.25 / 12.0),
            ("kg", 1e6),
            ("ng", 1e-6),
            ("pg/mL", 1e-6),
            ("mL", 1e-3),
            ("cell/mm2", 1e4),
            ("J/cm2", 100.0),
            ("nM", 1e3),
            ("mol", 1e12),
            ("kDa", 1e-6),
            ("kg/mol", 1e-6),
            ("%", 0.01),
            ("mg/kg", 1e-6),
            ("1/pM/day", 1.0),
            ("pM/day per cell/mm2", 1e-4),
            ("m^-3", 1e-3),
            ("um", 1e-5),
        ] {
            assert_eq!(factor(text), size, "{text}");
        }
    }

    #[test]
    fn equal_things_have_equal_dimensions() {
        assert_eq!(dimension("pM"), dimension("pmol/L"));
        assert_eq!(dimension("L"), dimension("dm3"));
        assert_eq!(dimension("kDa"), dimension("g/mol"));
        assert_eq!(dimension("mg/L/kDa"), dimension("pM"));
        assert_eq!(dimension("%"), dimension("1"));
        assert_ne!(dimension("cell/L"), dimension("pM"));
        assert_eq!(
            dimension("pM/day per cell/mm2"),
            dimension("pM*mm2/cell/day")
        );
    }

    #[test]
    fn text_is_kept_in_canonical_spacing() {
        let unit = Unit::parse(" pM / day   per cell/ mm^2 ").expect("a unit");
        assert_eq!(unit.text(), "pM/day per cell/mm2");
    }
}
