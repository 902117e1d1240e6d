//! Who was enrolled: covariates and baseline scores, beside the published baseline.

use super::Page;
use super::html::{self, Heading};
use crate::figure::histogram;
use crate::number;
use crate::statistics::Sample;
use psora_trial::{PatientResult, Scores, TrialResult};
use std::collections::{BTreeMap, BTreeSet};

/// A quantity of the patients at baseline.
struct Quantity<'a> {
    name: &'a str,
    label: &'a str,
    unit: &'a str,
    sample: Sample,
}

impl Quantity<'_> {
    /// Whether it says yes or no.
    fn is_share(&self) -> bool {
        self.sample
            .sorted
            .iter()
            .all(|&value| value == 0.0 || value == 1.0)
    }
}

pub(super) fn population(page: &mut Page<'_>) -> String {
    let quantities = quantities(page);
    if quantities.is_empty() && page.result.published_baseline.is_empty() {
        return String::new();
    }
    let mut html = html::section("population", "Who was enrolled");
    html.push_str(&html::paragraph(
        "The same people are in every arm: patient 17 of one arm is patient 17 of the others.",
    ));
    html.push_str(&table(page, &quantities));
    let panels: String = quantities
        .iter()
        .filter(|quantity| !quantity.is_share() && quantity.sample.sd > 0.0)
        .map(|quantity| {
            let title = crate::figure::shorten(&html::capital(quantity.label), 34);
            let unit = match quantity.unit {
                "" | "1" => quantity.name.to_owned(),
                unit => format!("{}, {unit}", quantity.name),
            };
            histogram(&quantity.sample, &title, &unit, &mut page.ids)
        })
        .collect();
    if !panels.is_empty() {
        let caption =
            "Histograms of the enrolled patients at baseline; the upright line is the median.";
        html.push_str(&html::figure("tiny", &panels, caption));
    }
    html.push_str("</section>\n");
    html
}

/// Every enrolled patient once, by number.
fn patients(result: &TrialResult) -> Vec<&PatientResult> {
    let mut known: BTreeMap<u64, &PatientResult> = BTreeMap::new();
    for patient in result.arms.iter().flat_map(|arm| &arm.patients) {
        known.entry(patient.id).or_insert(patient);
    }
    known.into_values().collect()
}

fn quantities<'a>(page: &Page<'a>) -> Vec<Quantity<'a>> {
    let patients = patients(page.result);
    let baseline = |value: fn(&Scores) -> f64| {
        let scores = patients.iter().filter_map(|p| p.scores.first()?.as_ref());
        Sample::of(scores.map(value))
    };
    let scores = [
        ("PASI", "PASI at baseline", "1", baseline(|s| s.pasi)),
        (
            "BSA",
            "Body surface involved at baseline",
            "%",
            baseline(|s| s.bsa),
        ),
        (
            "IGA",
            "IGA at baseline",
            "1",
            baseline(|s| f64::from(s.iga)),
        ),
    ];
    let mut all: Vec<Quantity<'a>> = scores
        .into_iter()
        .filter_map(|(name, label, unit, sample)| {
            Some(Quantity {
                name,
                label,
                unit,
                sample: sample?,
            })
        })
        .collect();
    let names: BTreeSet<&str> = patients
        .iter()
        .flat_map(|patient| patient.covariates.keys().map(String::as_str))
        .collect();
    let provenance = page.provenance;
    all.extend(names.into_iter().filter_map(|name| {
        let values = patients
            .iter()
            .filter_map(|p| p.covariates.get(name).copied());
        Some(Quantity {
            name,
            label: provenance.covariate_label(name),
            unit: provenance.covariate_unit(name),
            sample: Sample::of(values)?,
        })
    }));
    all
}

fn table(page: &Page<'_>, quantities: &[Quantity<'_>]) -> String {
    let headings = [
        Heading::Text("Quantity"),
        Heading::Text("Unit"),
        Heading::Number("n"),
        Heading::Number("Mean"),
        Heading::Number("SD"),
        Heading::Number("25%"),
        Heading::Number("Median"),
        Heading::Number("75%"),
        Heading::Text("Published"),
    ];
    let published = &page.result.published_baseline;
    let mut used = vec![false; published.len()];
    let mut rows: Vec<Vec<String>> = Vec::new();
    for quantity in quantities {
        let place = published
            .iter()
            .position(|(name, _)| is_same(name, quantity.name));
        if let Some(place) = place {
            used[place] = true;
        }
        rows.push(row(quantity, place.map_or("", |place| &published[place].1)));
    }
    for ((name, value), _) in published.iter().zip(used).filter(|(_, used)| !used) {
        let mut cells = vec![name.clone()];
        cells.resize(8, String::new());
        cells.push(value.clone());
        rows.push(cells);
    }
    html::table(&headings, rows)
}

fn row(quantity: &Quantity<'_>, published: &str) -> Vec<String> {
    let sample = &quantity.sample;
    let unit = if quantity.unit == "1" {
        ""
    } else {
        quantity.unit
    };
    let name = if quantity.label == quantity.name || quantity.label.contains(quantity.name) {
        quantity.label.to_owned()
    } else {
        format!("{} ({})", quantity.name, quantity.label)
    };
    let mut cells = vec![name];
    if quantity.is_share() {
        cells.extend([
            "%".to_owned(),
            number::count(sample.n),
            number::percent(sample.mean),
        ]);
        cells.resize(8, String::new());
    } else {
        cells.extend([
            unit.to_owned(),
            number::count(sample.n),
            number::three(sample.mean),
            number::three(sample.sd),
            number::three(sample.quantile(0.25)),
            number::three(sample.quantile(0.5)),
            number::three(sample.quantile(0.75)),
        ]);
    }
    cells.push(published.to_owned());
    cells
}

/// Whether a published quantity (`weight_kg`, `age (year)`) is one of ours (`WEIGHT`, `AGE`).
fn is_same(published: &str, ours: &str) -> bool {
    let plain = |text: &str| -> String {
        text.chars()
            .map(|c| {
                if c.is_alphanumeric() {
                    c.to_ascii_lowercase()
                } else {
                    '_'
                }
            })
            .collect()
    };
    let ours = plain(ours);
    let published = plain(published);
    published
        .strip_prefix(&ours)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_published_quantity_finds_its_covariate_by_name() {
        assert!(is_same("weight_kg", "WEIGHT"));
        assert!(is_same("age (year)", "AGE"));
        assert!(is_same("prior biologic", "PRIOR_BIOLOGIC"));
        assert!(!is_same("ageing", "AGE"));
    }
}
