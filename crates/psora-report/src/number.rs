//! How a number is written for people: three digits, and a dash where there is none.

/// What stands in place of a number that is missing.
pub(crate) const MISSING: &str = "–";

/// Three significant digits: `0.0123`, `1.23`, `12.3`, `123`, `1.23e5`.
pub(crate) fn three(value: f64) -> String {
    if !value.is_finite() {
        return MISSING.to_owned();
    }
    if value == 0.0 {
        return "0".to_owned();
    }
    let magnitude = value.abs();
    if !(1e-3..1e5).contains(&magnitude) {
        let text = format!("{value:.2e}");
        return match text.split_once('e') {
            Some((digits, power)) if digits.contains('.') => {
                let digits = digits.trim_end_matches('0').trim_end_matches('.');
                format!("{digits}e{power}").replace('-', "−")
            }
            _ => text.replace('-', "−"),
        };
    }
    // 999.6 is `1000`, not `999.6`: round first, then count the digits before the point.
    let exponent = format!("{magnitude:.2e}")
        .split_once('e')
        .and_then(|(_, power)| power.parse::<i32>().ok())
        .unwrap_or(0);
    let decimals = usize::try_from(2 - exponent).unwrap_or(0);
    let text = format!("{value:.decimals$}");
    let text = if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    };
    text.replace('-', "−")
}

/// Two significant digits, for an error: `0.012`, `1.2`.
pub(crate) fn two(value: f64) -> String {
    if !value.is_finite() || value <= 0.0 {
        return three(value);
    }
    // Rounding to two digits leaves nothing for a third.
    let size = 10f64.powf(value.log10().floor() - 1.0);
    three((value / size).round() * size)
}

/// A share from 0 to 1 in percent with one decimal, without the sign: `84.1`.
pub(crate) fn percent(share: f64) -> String {
    if !share.is_finite() {
        return MISSING.to_owned();
    }
    let text = format!("{:.1}", share * 100.0);
    match text.as_str() {
        "100.0" => "100".to_owned(),
        "-0.0" => "0.0".to_owned(),
        _ => text,
    }
}

/// A difference of shares in percentage points, with its sign: `+2.1`, `−0.4`.
pub(crate) fn points(difference: f64) -> String {
    if !difference.is_finite() {
        return MISSING.to_owned();
    }
    let text = format!("{:+.1}", difference * 100.0);
    match text.as_str() {
        "-0.0" | "+0.0" => "0.0".to_owned(),
        _ => text.replace('-', "−"),
    }
}

/// A count with its thousands apart: `2,000`.
pub(crate) fn count(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A count with its noun: `1 patient`, `2,000 patients`.
pub(crate) fn counted(number: usize, noun: &str) -> String {
    let ending = if number == 1 { "" } else { "s" };
    format!("{} {noun}{ending}", count(number))
}

/// A week without idle decimals: `16`, `2.5`.
pub(crate) fn week(week: f64) -> String {
    if !week.is_finite() {
        return MISSING.to_owned();
    }
    let text = format!("{week:.1}");
    text.trim_end_matches(".0").replace('-', "−")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_shows_the_three_digits_it_deserves() {
        let shown: Vec<String> = [0.012_34, 1.0, 12.345, 999.6, 45_678.0, 1.234e7, -0.5, 2e-5]
            .into_iter()
            .map(three)
            .collect();
        assert_eq!(
            shown,
            [
                "0.0123", "1", "12.3", "1000", "45678", "1.23e7", "−0.5", "2e−5"
            ]
        );
    }

    #[test]
    fn a_number_that_is_not_finite_is_a_dash() {
        for write in [three, percent, points, week] {
            assert_eq!(write(f64::NAN), MISSING);
            assert_eq!(write(f64::INFINITY), MISSING);
        }
    }

    #[test]
    fn a_difference_carries_its_sign_unless_it_is_nothing() {
        assert_eq!(points(0.021), "+2.1");
        assert_eq!(points(-0.004), "−0.4");
        assert_eq!(points(-0.0001), "0.0");
    }

    #[test]
    fn thousands_stand_apart() {
        assert_eq!(count(12), "12");
        assert_eq!(count(2000), "2,000");
        assert_eq!(count(1_234_567), "1,234,567");
        assert_eq!(counted(1, "patient"), "1 patient");
    }
}
