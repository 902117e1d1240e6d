//! What kind of thing a number measures.

/// Exponents of time, mass, length, amount of substance, cells and energy.
///
/// They are kept in halves, so that a square root of any dimension has one too. Cells are
/// not amounts: a number of cells is never converted to moles by accident. Energy is a
/// dimension of its own, because doses of light meet no masses here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Dimension {
    halves: [i16; 6],
}

impl Dimension {
    /// A plain number.
    pub const NONE: Self = Self { halves: [0; 6] };
    /// Time.
    pub const TIME: Self = Self::base(0);
    /// Mass.
    pub const MASS: Self = Self::base(1);
    /// Length.
    pub const LENGTH: Self = Self::base(2);
    /// Amount of substance.
    pub const AMOUNT: Self = Self::base(3);
    /// A count of cells.
    pub const CELLS: Self = Self::base(4);
    /// Energy.
    pub const ENERGY: Self = Self::base(5);

    const fn base(index: usize) -> Self {
        let mut halves = [0; 6];
        halves[index] = 2;
        Self { halves }
    }

    /// Whether this is a plain number.
    #[must_use]
    pub fn is_none(self) -> bool {
        self == Self::NONE
    }

    /// The dimension of a product.
    #[must_use]
    pub fn times(self, other: Self) -> Self {
        self.combine(other, 1)
    }

    /// The dimension of a quotient.
    #[must_use]
    pub fn per(self, other: Self) -> Self {
        self.combine(other, -1)
    }

    /// The dimension of a power, if `exponent` is a whole or half number that it allows.
    #[must_use]
    pub fn power(self, exponent: f64) -> Option<Self> {
        let mut halves = [0; 6];
        for (to, from) in halves.iter_mut().zip(self.halves) {
            let exact = f64::from(from) * exponent;
            if exact.fract() != 0.0 || exact.abs() > 1000.0 {
                return None;
            }
            #[expect(
                clippy::cast_possible_truncation,
                reason = "whole and below 1000, as just checked"
            )]
            {
                *to = exact as i16;
            }
        }
        Some(Self { halves })
    }

    /// The exponents of time, mass, length, amount, cells and energy, in this order.
    #[must_use]
    pub fn exponents(self) -> [f64; 6] {
        self.halves.map(|half| f64::from(half) / 2.0)
    }

    fn combine(self, other: Self, sign: i16) -> Self {
        let mut halves = self.halves;
        for (to, from) in halves.iter_mut().zip(other.halves) {
            *to = to.saturating_add(from.saturating_mul(sign));
        }
        Self { halves }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_square_root_squared_is_the_same_dimension() {
        let root = Dimension::LENGTH.power(0.5).expect("halves are allowed");
        assert_eq!(root.times(root), Dimension::LENGTH);
    }

    #[test]
    fn a_third_of_a_power_is_refused() {
        assert_eq!(Dimension::MASS.power(1.0 / 3.0), None);
        assert_eq!(Dimension::NONE.power(1.0 / 3.0), Some(Dimension::NONE));
    }
}
