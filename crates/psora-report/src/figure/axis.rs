//! Scales from values to places, and the ticks that a reader expects on them.

/// A straight or logarithmic scale from values to places.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scale {
    domain: (f64, f64),
    range: (f64, f64),
    logarithmic: bool,
}

impl Scale {
    /// A straight scale; an empty or unusable domain becomes one around its lower end.
    pub(crate) fn linear(domain: (f64, f64), range: (f64, f64)) -> Self {
        let (low, high) = domain;
        let domain = match (low.is_finite(), high.is_finite()) {
            (true, true) if high > low => (low, high),
            (true, _) => (low, low + 1.0),
            _ => (0.0, 1.0),
        };
        Self {
            domain,
            range,
            logarithmic: false,
        }
    }

    /// A logarithmic scale around `domain`, from one of 1, 2, 5, 10 to another.
    pub(crate) fn logarithmic(domain: (f64, f64), range: (f64, f64)) -> Self {
        let usable = |v: f64| v.is_finite() && v > 0.0;
        let (low, high) = match domain {
            (low, high) if usable(low) && usable(high) && high >= low => (low, high),
            (_, high) if usable(high) => (high / 10.0, high),
            _ => (0.1, 1.0),
        };
        let from = round_below(low);
        let to = round_above(high.max(2.0 * from));
        Self {
            domain: (from.log10(), to.log10()),
            range,
            logarithmic: true,
        }
    }

    /// Where a value lies; not a number if the scale cannot show it.
    pub(crate) fn at(&self, value: f64) -> f64 {
        let value = if self.logarithmic {
            if value <= 0.0 {
                return f64::NAN;
            }
            value.log10()
        } else {
            value
        };
        let share = (value - self.domain.0) / (self.domain.1 - self.domain.0);
        self.range.0 + share * (self.range.1 - self.range.0)
    }

    /// About `wanted` round values within the scale, ascending.
    pub(crate) fn ticks(&self, wanted: usize) -> Vec<f64> {
        if self.logarithmic {
            return logarithmic_ticks(self.domain, wanted);
        }
        nice_ticks(self.domain.0, self.domain.1, wanted)
    }
}

/// The first of 1, 2, 5 times a power of ten from `value` downwards.
fn round_below(value: f64) -> f64 {
    let power = 10f64.powf(value.log10().floor());
    let digits = [5.0, 2.0, 1.0];
    let round = digits.into_iter().map(|digit| digit * power);
    round
        .clone()
        .find(|&round| round <= value * (1.0 + 1e-9))
        .unwrap_or(power)
}

/// The first of 1, 2, 5 times a power of ten from `value` upwards.
fn round_above(value: f64) -> f64 {
    let power = 10f64.powf(value.log10().floor());
    let digits = [1.0, 2.0, 5.0, 10.0];
    let mut round = digits.into_iter().map(|digit| digit * power);
    round
        .find(|&round| round >= value * (1.0 - 1e-9))
        .unwrap_or(10.0 * power)
}

/// Powers of ten within `domain` (itself logarithms), with 2 and 5 between them if few.
fn logarithmic_ticks((from, to): (f64, f64), wanted: usize) -> Vec<f64> {
    let powers = from.floor() as i32..=to.ceil() as i32;
    let decades = to - from;
    let digits: &[f64] = if decades < 2.2 {
        &[1.0, 2.0, 5.0]
    } else {
        &[1.0]
    };
    let step = (decades / wanted.max(1) as f64).ceil().max(1.0) as usize;
    powers
        .step_by(step)
        .flat_map(|power| digits.iter().map(move |digit| digit * 10f64.powi(power)))
        .filter(|tick| (from - 1e-9..=to + 1e-9).contains(&tick.log10()))
        .collect()
}

/// About `wanted` round values from `low` to `high`, both included if round themselves.
pub(crate) fn nice_ticks(low: f64, high: f64, wanted: usize) -> Vec<f64> {
    if !(low.is_finite() && high.is_finite() && high > low) {
        return Vec::new();
    }
    let rough = (high - low) / wanted.max(1) as f64;
    let power = 10f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|digit| digit * power)
        .find(|&step| step >= rough * (1.0 - 1e-9))
        .unwrap_or(10.0 * power);
    let first = (low / step - 1e-9).ceil() as i64;
    let last = (high / step + 1e-9).floor() as i64;
    (first..=last).map(|tick| tick as f64 * step).collect()
}

/// Ticks in weeks that fall on visits of trials: every 4, 8, 12, 26 weeks.
pub(crate) fn week_ticks(last: f64) -> Vec<f64> {
    if !last.is_finite() || last <= 0.0 {
        return vec![0.0];
    }
    let step = [1.0, 2.0, 4.0, 8.0, 12.0, 26.0, 52.0, 104.0, 260.0]
        .into_iter()
        .find(|step| last / step <= 7.0)
        .unwrap_or(520.0);
    let count = (last / step + 1e-9).floor() as usize;
    (0..=count.min(100))
        .map(|tick| tick as f64 * step)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_lie_within_the_axis() {
        assert_eq!(nice_ticks(0.0, 23.0, 5), [0.0, 5.0, 10.0, 15.0, 20.0]);
        assert_eq!(week_ticks(24.0), [0.0, 4.0, 8.0, 12.0, 16.0, 20.0, 24.0]);
        assert_eq!(week_ticks(52.0), [0.0, 8.0, 16.0, 24.0, 32.0, 40.0, 48.0]);
        assert_eq!(week_ticks(0.0), [0.0]);
        assert!(nice_ticks(f64::NAN, 1.0, 5).is_empty());
    }

    #[test]
    fn a_logarithmic_scale_begins_and_ends_on_round_values_and_does_not_show_zero() {
        let scale = Scale::logarithmic((0.13, 70.0), (100.0, 0.0));
        assert_eq!(scale.ticks(5), [0.1, 1.0, 10.0, 100.0]);
        assert!(scale.at(0.0).is_nan());
        // Half of three decades up; powers of ten carry rounding of about 1e-16.
        assert!((scale.at(10f64.powf(0.5)) - 50.0).abs() < 1e-9);
        assert_eq!(
            Scale::logarithmic((6.1, 18.0), (1.0, 0.0)).ticks(5),
            [5.0, 10.0, 20.0]
        );
    }

    #[test]
    fn a_scale_of_nothing_still_gives_finite_places() {
        for domain in [(f64::NAN, f64::NAN), (3.0, 3.0), (5.0, f64::INFINITY)] {
            assert!(Scale::linear(domain, (0.0, 10.0)).at(1.0).is_finite());
            assert!(Scale::logarithmic(domain, (0.0, 10.0)).at(1.0).is_finite());
        }
    }
}
