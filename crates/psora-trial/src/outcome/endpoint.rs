//! What counts as a response. To add an endpoint, add a row.

use crate::Scores;

/// A way of being a responder.
#[derive(Debug, Clone, Copy)]
pub struct Endpoint {
    /// The name that studies and results use.
    pub name: &'static str,
    /// What it means, in words.
    pub meaning: &'static str,
    /// Whether a patient with these scores at baseline and now is a responder.
    pub responds: fn(&Scores, &Scores) -> bool,
}

/// Every responder endpoint.
pub const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        name: "PASI50",
        meaning: "PASI at least 50 % below baseline",
        responds: |baseline, now| lower_by(0.50, baseline, now),
    },
    Endpoint {
        name: "PASI75",
        meaning: "PASI at least 75 % below baseline",
        responds: |baseline, now| lower_by(0.75, baseline, now),
    },
    Endpoint {
        name: "PASI90",
        meaning: "PASI at least 90 % below baseline",
        responds: |baseline, now| lower_by(0.90, baseline, now),
    },
    Endpoint {
        name: "PASI100",
        meaning: "PASI 0: clear skin",
        responds: |_, now| now.pasi == 0.0,
    },
    Endpoint {
        name: "IGA01",
        meaning: "IGA 0 or 1 and at least two steps below baseline",
        responds: |baseline, now| now.iga <= 1 && now.iga + 2 <= baseline.iga,
    },
    Endpoint {
        name: "PASI<=1",
        meaning: "PASI of 1 or less, whatever it was",
        responds: |_, now| now.pasi <= 1.0,
    },
    Endpoint {
        name: "PASI<=2",
        meaning: "PASI of 2 or less, whatever it was",
        responds: |_, now| now.pasi <= 2.0,
    },
    Endpoint {
        name: "PASI<=3",
        meaning: "PASI of 3 or less, whatever it was",
        responds: |_, now| now.pasi <= 3.0,
    },
];

/// A number of a patient at a visit.
#[derive(Debug, Clone, Copy)]
pub struct Quantity {
    /// The name that studies and results use.
    pub name: &'static str,
    /// Its value for a patient with these scores at baseline and now; none where it has none.
    pub value: fn(&Scores, &Scores) -> Option<f64>,
}

/// Every quantity of which a trial reports the mean.
pub const QUANTITIES: &[Quantity] = &[
    Quantity {
        name: "PASI",
        value: |_, now| Some(now.pasi),
    },
    Quantity {
        name: "PASI change",
        value: |baseline, now| change(baseline, now),
    },
    Quantity {
        name: "BSA",
        value: |_, now| Some(now.bsa),
    },
    Quantity {
        name: "IGA",
        value: |_, now| Some(f64::from(now.iga)),
    },
];

/// The change of PASI from baseline, in percent; negative is better.
fn change(baseline: &Scores, now: &Scores) -> Option<f64> {
    (baseline.pasi > 0.0).then(|| 100.0 * (now.pasi - baseline.pasi) / baseline.pasi)
}

fn lower_by(share: f64, baseline: &Scores, now: &Scores) -> bool {
    // PASI has one decimal; a hair's breadth keeps 20 to 5 a 75 % fall.
    baseline.pasi > 0.0 && now.pasi <= (1.0 - share) * baseline.pasi + 1e-9
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scores(pasi: f64, iga: u8) -> Scores {
        let zero = [0; 4];
        Scores {
            pasi,
            erythema: zero,
            induration: zero,
            desquamation: zero,
            area: zero,
            bsa: 0.0,
            iga,
        }
    }

    fn met(baseline: &Scores, now: &Scores) -> Vec<&'static str> {
        let met = ENDPOINTS
            .iter()
            .filter(|endpoint| (endpoint.responds)(baseline, now));
        met.map(|endpoint| endpoint.name).collect()
    }

    #[test]
    fn a_fall_to_the_very_threshold_is_a_response() {
        assert_eq!(met(&scores(20.0, 3), &scores(10.0, 2)), ["PASI50"]);
        assert_eq!(met(&scores(20.0, 3), &scores(10.1, 2)), [] as [&str; 0]);
        assert_eq!(met(&scores(21.2, 3), &scores(5.3, 2)), ["PASI50", "PASI75"]);
    }

    #[test]
    fn clear_skin_meets_everything() {
        assert_eq!(
            met(&scores(20.0, 3), &scores(0.0, 0)).len(),
            ENDPOINTS.len()
        );
    }

    #[test]
    fn a_global_response_needs_two_steps() {
        assert!(!met(&scores(20.0, 2), &scores(9.0, 1)).contains(&"IGA01"));
        assert!(met(&scores(20.0, 3), &scores(9.0, 1)).contains(&"IGA01"));
    }
}
