//! A dimension printed in units that the reader has just used.

use crate::{Dimension, Unit};

/// The dimension in words of a unit, if possible made from `known` units: one of them, one
/// of them per day, a ratio or a product of two; otherwise from pM, mg, L, mm, cell, J, day.
///
/// ```
/// use psora_units::{Unit, describe};
/// let known = [Unit::parse("pM").unwrap(), Unit::parse("cell/mm2").unwrap()];
/// let rate = Unit::parse("nM/h").unwrap().dimension();
/// assert_eq!(describe(rate, &known), "pM/day");
/// ```
#[must_use]
pub fn describe(dimension: Dimension, known: &[Unit]) -> String {
    if dimension.is_none() {
        return "1".to_owned();
    }
    // A longer text than two units is better said in plain ones.
    let known: Vec<&Unit> = known
        .iter()
        .filter(|unit| !unit.dimension().is_none())
        .collect();
    alone(dimension, &known)
        .or_else(|| pair(dimension, &known))
        .unwrap_or_else(|| plain(dimension))
}

fn alone(dimension: Dimension, known: &[&Unit]) -> Option<String> {
    let one = |wanted: Dimension| known.iter().find(|unit| unit.dimension() == wanted);
    if let Some(unit) = one(dimension) {
        return Some(unit.text().to_owned());
    }
    if dimension == Dimension::TIME {
        return Some("day".to_owned());
    }
    if dimension == Dimension::NONE.per(Dimension::TIME) {
        return Some("1/day".to_owned());
    }
    if let Some(unit) = one(dimension.times(Dimension::TIME)) {
        return Some(match unit.text().split_once(" per ") {
            Some((over, under)) => format!("{over}/day per {under}"),
            None => format!("{}/day", unit.text()),
        });
    }
    let simple = |unit: &&&Unit| unit.text().chars().all(char::is_alphabetic);
    one(Dimension::NONE.per(dimension))
        .filter(simple)
        .map(|unit| format!("1/{}", unit.text()))
}

fn pair(dimension: Dimension, known: &[&Unit]) -> Option<String> {
    let simple: Vec<_> = known
        .iter()
        .filter(|unit| !unit.text().contains(" per ") && !unit.text().starts_with('1'))
        .collect();
    for a in &simple {
        for b in &simple {
            let ratio = a.dimension().per(b.dimension());
            if ratio == dimension {
                return Some(format!("{} per {}", a.text(), b.text()));
            }
            if ratio == dimension.times(Dimension::TIME) {
                return Some(format!("{}/day per {}", a.text(), b.text()));
            }
        }
    }
    for a in &simple {
        for b in &simple {
            let product = a.dimension().times(b.dimension());
            if product == dimension {
                return Some(format!("{}*{}", a.text(), b.text()));
            }
            if product == dimension.times(Dimension::TIME) {
                return Some(format!("{}*{}/day", a.text(), b.text()));
            }
        }
    }
    None
}

/// From pM, mg/L, L, mm, mg, pmol, cell, J and day.
fn plain(dimension: Dimension) -> String {
    let [time, mass, length, amount, cells, energy] = dimension.exponents();
    let mut parts: Vec<(&str, f64)> = Vec::new();
    let (mut length, mut amount) = (length, amount);
    if amount > 0.0 && length <= -3.0 * amount {
        parts.push(("pM", amount));
        length += 3.0 * amount;
        amount = 0.0;
    }
    parts.push(("mg", mass));
    parts.push(("pmol", amount));
    parts.push(("cell", cells));
    parts.push(("J", energy));
    if length != 0.0 && length % 3.0 == 0.0 {
        parts.push(("L", length / 3.0));
    } else {
        parts.push(("mm", length));
    }
    parts.push(("day", time));
    let part = |(symbol, exponent): (&str, f64)| {
        let size = exponent.abs();
        if size == 1.0 {
            symbol.to_owned()
        } else if size.fract() == 0.0 {
            format!("{symbol}{size}")
        } else {
            format!("{symbol}^{size}")
        }
    };
    let over: Vec<String> = parts
        .iter()
        .copied()
        .filter(|p| p.1 > 0.0)
        .map(part)
        .collect();
    let under: Vec<String> = parts
        .iter()
        .copied()
        .filter(|p| p.1 < 0.0)
        .map(part)
        .collect();
    let mut text = if over.is_empty() {
        "1".to_owned()
    } else {
        over.join("*")
    };
    for part in under {
        text.push('/');
        text.push_str(&part);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(text: &str) -> Unit {
        Unit::parse(text).unwrap_or_else(|fault| panic!("{text}: {fault}"))
    }

    fn shown(text: &str, known: &[&str]) -> String {
        let known: Vec<Unit> = known.iter().map(|text| unit(text)).collect();
        describe(unit(text).dimension(), &known)
    }

    #[test]
    fn a_dimension_is_said_in_the_readers_own_units() {
        assert_eq!(shown("nM", &["pM"]), "pM");
        assert_eq!(shown("nM/h", &["cell/mm2", "pM"]), "pM/day");
        assert_eq!(
            shown("pM/day per cell/mm2", &["cell/mm2", "pM"]),
            "pM/day per cell/mm2"
        );
        assert_eq!(shown("pM*cell/mm2", &["cell/mm2", "pM"]), "cell/mm2*pM");
        assert_eq!(shown("1/nM", &["pM"]), "1/pM");
        assert_eq!(shown("1/h", &[]), "1/day");
        assert_eq!(shown("%", &["pM"]), "1");
    }

    #[test]
    fn without_known_units_plain_ones_serve() {
        assert_eq!(shown("g/L", &[]), "mg/L");
        assert_eq!(shown("nM/day", &[]), "pM/day");
        assert_eq!(shown("cell/cm2", &[]), "cell/mm2");
        assert_eq!(shown("mL/h", &[]), "L/day");
    }

    #[test]
    fn what_is_printed_reads_back_as_the_same_dimension() {
        for text in [
            "pM",
            "mg/L",
            "1/day",
            "cell/mm2/day",
            "J/cm2",
            "kDa",
            "pM2/day",
            "1/L2",
            "mg*day",
        ] {
            let printed = shown(text, &["cell/mm2", "kg"]);
            assert_eq!(
                unit(&printed).dimension(),
                unit(text).dimension(),
                "{text}: {printed}"
            );
        }
    }
}
