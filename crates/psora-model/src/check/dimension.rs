//! Dimensions while they are inferred.
//!
//! `x ^ n` with a parameter `n` has a dimension that no number tells. It is kept as a
//! symbol, so that `x^n / (K^n + x^n)` is a plain number whatever `n` is, and stays one when
//! a calibration changes `n`.

use psora_units::{Dimension, Unit, describe};
use std::collections::BTreeMap;

/// A dimension, times dimensions to the power of symbols.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct Dim {
    plain: Dimension,
    /// Exponent as text, and what is raised to it.
    symbolic: BTreeMap<String, Dimension>,
}

impl From<Dimension> for Dim {
    fn from(plain: Dimension) -> Self {
        Self {
            plain,
            symbolic: BTreeMap::new(),
        }
    }
}

impl Dim {
    pub(crate) fn is_none(&self) -> bool {
        self.plain.is_none() && self.symbolic.is_empty()
    }

    /// Whether a unit can be written for it.
    pub(crate) fn has_unit(&self) -> bool {
        self.symbolic.is_empty()
    }

    pub(crate) fn times(&self, other: &Self) -> Self {
        self.combine(other, Dimension::times)
    }

    pub(crate) fn per(&self, other: &Self) -> Self {
        self.combine(other, Dimension::per)
    }

    fn combine(&self, other: &Self, join: fn(Dimension, Dimension) -> Dimension) -> Self {
        let mut symbolic = self.symbolic.clone();
        for (exponent, base) in &other.symbolic {
            let mine = symbolic.entry(exponent.clone()).or_default();
            *mine = join(*mine, *base);
        }
        symbolic.retain(|_, base| !base.is_none());
        Self {
            plain: join(self.plain, other.plain),
            symbolic,
        }
    }

    /// The power with a known exponent; none where that is no dimension.
    pub(crate) fn power(&self, exponent: f64) -> Option<Self> {
        let mut symbolic = BTreeMap::new();
        for (symbol, base) in &self.symbolic {
            let base = base.power(exponent)?;
            if !base.is_none() {
                symbolic.insert(symbol.clone(), base);
            }
        }
        Some(Self {
            plain: self.plain.power(exponent)?,
            symbolic,
        })
    }

    /// The power with an exponent that is only known by its text.
    pub(crate) fn symbolic_power(&self, exponent: &str) -> Self {
        let mut symbolic = BTreeMap::new();
        if !self.plain.is_none() {
            symbolic.insert(exponent.to_owned(), self.plain);
        }
        for (inner, base) in &self.symbolic {
            symbolic.insert(format!("({inner})*({exponent})"), *base);
        }
        Self {
            plain: Dimension::NONE,
            symbolic,
        }
    }

    /// The dimension in brackets, said in `known` units.
    pub(crate) fn show(&self, known: &[Unit]) -> String {
        let mut text = String::new();
        if !self.plain.is_none() || self.symbolic.is_empty() {
            text = describe(self.plain, known);
        }
        for (exponent, base) in &self.symbolic {
            if !text.is_empty() {
                text.push('*');
            }
            let short = exponent.rsplit([':', '.']).next().unwrap_or(exponent);
            let base = describe(*base, known);
            if base.chars().all(char::is_alphanumeric) {
                text.push_str(&format!("{base}^{short}"));
            } else {
                text.push_str(&format!("({base})^{short}"));
            }
        }
        format!("[{text}]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hill_function_is_a_plain_number_whatever_its_steepness() {
        let x = Dim::from(Dimension::AMOUNT).symbolic_power("n");
        assert!(!x.is_none());
        assert!(x.per(&x).is_none());
        assert!(x.per(&Dim::from(Dimension::AMOUNT)) != Dim::default());
    }
}
