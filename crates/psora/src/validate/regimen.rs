//! When two regimens are the same: the same doses until some week.
//!
//! `300 mg at 0 1 2 3 4 8 week` and `at 0 1 2 3 4 week, then every 4 week` are one regimen to
//! whoever looks at week 12, and two at week 16.

use psora_trial::Regimen;

/// Weights at which doses are compared, so that doses by weight differ from fixed ones.
const WEIGHTS_KG: [f64; 3] = [55.0, 85.0, 125.0];

/// A dose as it is compared: treatment, place, hour, and thousandths of its unit.
type Given = (String, String, i64, i64);

/// Whether two regimens give the same doses before `week`.
pub(super) fn same_until(a: &Regimen, b: &Regimen, week: f64) -> bool {
    doses(a, week) == doses(b, week)
}

/// What is given before `week`, to the hour, at each of a few weights.
pub(super) fn doses(regimen: &Regimen, week: f64) -> Vec<Given> {
    WEIGHTS_KG
        .iter()
        .flat_map(|&weight| regimen.doses(weight, week * 7.0))
        .map(|dose| {
            let hour = (dose.day * 24.0).round() as i64;
            let amount = (dose.amount * 1000.0).round() as i64;
            (dose.treatment, dose.into, hour, amount)
        })
        .collect()
}

/// The drugs that are given before `week`, each once, in order of name.
pub(super) fn drugs_until(regimen: &Regimen, week: f64) -> Vec<String> {
    let mut drugs: Vec<String> = regimen
        .doses(WEIGHTS_KG[1], week * 7.0)
        .into_iter()
        .map(|dose| dose.treatment)
        .collect();
    drugs.sort();
    drugs.dedup();
    drugs
}

#[cfg(test)]
mod tests {
    use super::*;
    use psora_model::{Route, Treatment};

    fn regimen(text: &str) -> Regimen {
        let balm = Treatment {
            name: "balm".to_owned(),
            routes: vec![Route {
                name: "sc".to_owned(),
                into: "drugs.balm.depot".to_owned(),
            }],
            regimens: Vec::new(),
        };
        Regimen::resolve(text, &[balm]).expect("a regimen")
    }

    #[test]
    fn regimens_are_the_same_until_their_doses_differ() {
        let listed = regimen("balm 300 mg sc at 0 1 2 3 4 8 week");
        let label = regimen("balm 300 mg sc at 0 1 2 3 4 week, then every 4 week");
        assert!(same_until(&listed, &label, 12.0));
        assert!(!same_until(&listed, &label, 16.0));
    }

    #[test]
    fn a_dose_by_weight_is_not_a_fixed_one() {
        let by_weight = regimen("balm by weight: 45 mg up to 100 kg, else 90 mg sc at 0 week");
        assert!(!same_until(
            &by_weight,
            &regimen("balm 45 mg sc at 0 week"),
            12.0
        ));
    }

    #[test]
    fn nobody_has_a_drug_before_its_first_dose() {
        let late = regimen("balm 300 mg sc at 16 week");
        assert!(drugs_until(&late, 16.0).is_empty());
        assert_eq!(drugs_until(&late, 20.0), ["balm"]);
    }
}
