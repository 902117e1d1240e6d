//! The units that text may use, and their prefixes.

use crate::Dimension;

/// The size of a unit in the canonical set, kept exactly: `over / under * 10^decimal`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Size {
    pub(crate) over: f64,
    pub(crate) under: f64,
    pub(crate) decimal: i32,
}

impl Size {
    pub(crate) const ONE: Self = Self::ten(0);

    const fn ten(decimal: i32) -> Self {
        Self {
            over: 1.0,
            under: 1.0,
            decimal,
        }
    }

    const fn ratio(over: f64, under: f64) -> Self {
        Self {
            over,
            under,
            decimal: 0,
        }
    }

    pub(crate) fn times(self, other: Self) -> Self {
        Self {
            over: self.over * other.over,
            under: self.under * other.under,
            decimal: self.decimal.saturating_add(other.decimal),
        }
    }

    pub(crate) fn inverse(self) -> Self {
        Self {
            over: self.under,
            under: self.over,
            decimal: self.decimal.saturating_neg(),
        }
    }

    /// One number; powers of ten up to 22 are exact.
    pub(crate) fn number(self) -> f64 {
        let ten = 10f64.powi(self.decimal.abs());
        if self.decimal < 0 {
            self.over / (self.under * ten)
        } else {
            self.over * ten / self.under
        }
    }
}

struct Row {
    symbol: &'static str,
    size: Size,
    dimension: fn() -> Dimension,
    prefixes: &'static [Prefix],
}

type Prefix = (&'static str, i32);

const NO: &[Prefix] = &[];
const SMALL: &[Prefix] = &[
    ("m", -3),
    ("u", -6),
    ("\u{b5}", -6),
    ("\u{3bc}", -6),
    ("n", -9),
    ("p", -12),
    ("f", -15),
];
const MASS: &[Prefix] = &[
    ("k", 3),
    ("m", -3),
    ("u", -6),
    ("\u{b5}", -6),
    ("\u{3bc}", -6),
    ("n", -9),
    ("p", -12),
    ("f", -15),
];
const LENGTH: &[Prefix] = &[
    ("d", -1),
    ("c", -2),
    ("m", -3),
    ("u", -6),
    ("\u{b5}", -6),
    ("\u{3bc}", -6),
    ("n", -9),
];
const VOLUME: &[Prefix] = &[
    ("d", -1),
    ("m", -3),
    ("u", -6),
    ("\u{b5}", -6),
    ("\u{3bc}", -6),
    ("n", -9),
    ("p", -12),
];
const KILO: &[Prefix] = &[("k", 3), ("M", 6)];
const ENERGY: &[Prefix] = &[("k", 3), ("m", -3)];

const fn row(
    symbol: &'static str,
    size: Size,
    dimension: fn() -> Dimension,
    prefixes: &'static [Prefix],
) -> Row {
    Row {
        symbol,
        size,
        dimension,
        prefixes,
    }
}

/// A year is 365.25 days and a month its twelfth.
const UNITS: &[Row] = &[
    row("day", Size::ratio(1.0, 1.0), || Dimension::TIME, NO),
    row("hour", Size::ratio(1.0, 24.0), || Dimension::TIME, NO),
    row("h", Size::ratio(1.0, 24.0), || Dimension::TIME, NO),
    row("min", Size::ratio(1.0, 1440.0), || Dimension::TIME, NO),
    row("s", Size::ratio(1.0, 86_400.0), || Dimension::TIME, NO),
    row("week", Size::ratio(7.0, 1.0), || Dimension::TIME, NO),
    row("month", Size::ratio(30.4375, 1.0), || Dimension::TIME, NO),
    row("year", Size::ratio(365.25, 1.0), || Dimension::TIME, NO),
    row("g", Size::ten(3), || Dimension::MASS, MASS),
    row("m", Size::ten(1), || Dimension::LENGTH, LENGTH),
    row("L", Size::ten(0), volume, VOLUME),
    row("mol", Size::ten(12), || Dimension::AMOUNT, SMALL),
    row("M", Size::ten(12), concentration, SMALL),
    row("Da", Size::ten(-9), molar_mass, KILO),
    row("cell", Size::ten(0), || Dimension::CELLS, NO),
    row("cells", Size::ten(0), || Dimension::CELLS, NO),
    row("J", Size::ten(0), || Dimension::ENERGY, ENERGY),
    row("%", Size::ten(-2), || Dimension::NONE, NO),
];

fn volume() -> Dimension {
    Dimension::LENGTH
        .times(Dimension::LENGTH)
        .times(Dimension::LENGTH)
}

fn concentration() -> Dimension {
    Dimension::AMOUNT.per(volume())
}

fn molar_mass() -> Dimension {
    Dimension::MASS.per(Dimension::AMOUNT)
}

/// Size and dimension of a symbol, prefix included.
pub(crate) fn look_up(symbol: &str) -> Option<(Size, Dimension)> {
    if let Some(row) = UNITS.iter().find(|row| row.symbol == symbol) {
        return Some((row.size, (row.dimension)()));
    }
    UNITS.iter().find_map(|row| {
        let prefix = symbol.strip_suffix(row.symbol)?;
        let &(_, decimal) = row.prefixes.iter().find(|(name, _)| *name == prefix)?;
        Some((row.size.times(Size::ten(decimal)), (row.dimension)()))
    })
}

/// Whether `symbol`, with or without a trailing power (`mm2`), is a unit.
#[must_use]
pub fn is_unit(symbol: &str) -> bool {
    look_up(symbol.trim_end_matches(|c: char| c.is_ascii_digit())).is_some()
}

/// Every unit symbol with every prefix that it takes.
#[must_use]
pub fn symbols() -> Vec<String> {
    let mut all = Vec::new();
    for row in UNITS {
        all.push(row.symbol.to_owned());
        for (prefix, _) in row.prefixes.iter().filter(|(prefix, _)| prefix.is_ascii()) {
            all.push(format!("{prefix}{}", row.symbol));
        }
    }
    all
}

/// Other words for a unit, and the symbol to write.
const ALIASES: &[(&str, &str)] = &[
    ("d", "day"),
    ("days", "day"),
    ("hours", "hour"),
    ("hr", "hour"),
    ("hrs", "hour"),
    ("weeks", "week"),
    ("wk", "week"),
    ("months", "month"),
    ("years", "year"),
    ("yr", "year"),
    ("minute", "min"),
    ("minutes", "min"),
    ("second", "s"),
    ("seconds", "s"),
    ("sec", "s"),
    ("l", "L"),
    ("ml", "mL"),
    ("dl", "dL"),
    ("ul", "uL"),
    ("liter", "L"),
    ("litre", "L"),
    ("percent", "%"),
    ("dimensionless", "1"),
    ("none", "1"),
    ("fold", "1"),
    ("mcg", "ug"),
    ("Kg", "kg"),
    ("KG", "kg"),
    ("kd", "kDa"),
    ("dalton", "Da"),
    ("joule", "J"),
];

/// The unit that was probably meant by `symbol`.
#[must_use]
pub fn suggest(symbol: &str) -> Option<String> {
    if let Some((_, unit)) = ALIASES.iter().find(|(alias, _)| *alias == symbol) {
        return Some((*unit).to_owned());
    }
    if let Some(one) = symbol
        .strip_suffix('s')
        .filter(|one| look_up(one).is_some())
    {
        return Some(one.to_owned());
    }
    let lower = symbol.to_lowercase();
    symbols()
        .into_iter()
        .find(|known| known.to_lowercase() == lower)
}
