//! What more than one telling asks of a result: orders, names, tallies and agreement.

use crate::number;
use psora_trial::outcome::RelapseResult;
use psora_trial::{ArmResult, EndpointResult, PatientResult, Status, TrialResult};
use std::collections::BTreeMap;

/// The body sites, in the order of the outputs' `site` and of the scores' regions.
pub(crate) const SITES: [&str; 4] = ["head", "arms", "trunk", "legs"];

/// Weeks that a table shows although nothing was published for them.
const KEY_WEEKS: [f64; 6] = [4.0, 8.0, 12.0, 16.0, 24.0, 52.0];

/// The endpoints that stand first, in this order.
const ENDPOINT_ORDER: [&str; 5] = ["PASI50", "PASI75", "PASI90", "PASI100", "IGA01"];

/// Whether two weeks are the same visit.
pub(crate) fn same_week(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-6
}

/// The name of a site, by its index.
pub(crate) fn site(index: usize) -> String {
    SITES
        .get(index)
        .map_or_else(|| format!("site {}", index + 1), |&name| name.to_owned())
}

/// An endpoint as a reader writes it: `PASI 75`, `IGA 0/1`.
pub(crate) fn endpoint_title(endpoint: &str) -> String {
    match endpoint {
        "IGA01" => "IGA 0/1".to_owned(),
        _ => match endpoint.strip_prefix("PASI") {
            Some(depth) if !depth.is_empty() => format!("PASI {depth}"),
            _ => endpoint.to_owned(),
        },
    }
}

/// The endpoints of a trial: PASI 50 to 100, IGA, then others by name.
pub(crate) fn endpoints(result: &TrialResult) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for row in result.arms.iter().flat_map(|arm| &arm.endpoints) {
        if !names.contains(&row.endpoint.as_str()) {
            names.push(&row.endpoint);
        }
    }
    let rank = |name: &str| {
        ENDPOINT_ORDER
            .iter()
            .position(|&known| known == name)
            .unwrap_or(ENDPOINT_ORDER.len())
    };
    names.sort_by_key(|name| (rank(name), *name));
    names
}

/// The endpoints of the main table: the usual ones, and whatever else was published. The
/// rest stands in the full tables and files.
pub(crate) fn main_endpoints(result: &TrialResult) -> Vec<&str> {
    let published = |name: &str| {
        let mut rows = result.arms.iter().flat_map(|arm| &arm.endpoints);
        rows.any(|row| row.endpoint == name && row.published.is_some())
    };
    let all = endpoints(result);
    let main: Vec<&str> = all
        .iter()
        .copied()
        .filter(|name| ENDPOINT_ORDER.contains(name) || published(name))
        .collect();
    if main.is_empty() { all } else { main }
}

/// An arm's row for an endpoint at a week.
pub(crate) fn endpoint_at<'a>(
    arm: &'a ArmResult,
    endpoint: &str,
    week: f64,
) -> Option<&'a EndpointResult> {
    arm.endpoints
        .iter()
        .find(|row| row.endpoint == endpoint && same_week(row.week, week))
}

/// The weeks worth a row: those with published values, and a few that every reader asks for.
pub(crate) fn telling_weeks(result: &TrialResult) -> Vec<f64> {
    let rows = || result.arms.iter().flat_map(|arm| &arm.endpoints);
    let mut weeks: Vec<f64> = rows()
        .filter(|row| row.published.is_some() || KEY_WEEKS.iter().any(|&k| same_week(k, row.week)))
        .map(|row| row.week)
        .collect();
    if weeks.is_empty() {
        weeks.extend(rows().map(|row| row.week).reduce(f64::max));
    }
    weeks.retain(|week| week.is_finite());
    weeks.sort_by(f64::total_cmp);
    weeks.dedup_by(|a, b| same_week(*a, *b));
    weeks
}

/// How the patients of an arm fared.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Tally {
    pub(crate) completed: usize,
    pub(crate) dropped_out: usize,
    pub(crate) failed: usize,
}

/// Counts how the patients of an arm fared.
pub(crate) fn tally(arm: &ArmResult) -> Tally {
    let mut tally = Tally::default();
    for patient in &arm.patients {
        match patient.status {
            Status::Completed => tally.completed += 1,
            Status::DroppedOut { .. } => tally.dropped_out += 1,
            Status::Failed { .. } => tally.failed += 1,
        }
    }
    tally
}

/// Patients of an arm that failed, by reason: the most frequent first.
pub(crate) fn failures(arm: &ArmResult) -> Vec<(&str, usize)> {
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    for patient in &arm.patients {
        if let Status::Failed { why, .. } = &patient.status {
            *reasons.entry(why).or_default() += 1;
        }
    }
    let mut reasons: Vec<_> = reasons.into_iter().collect();
    reasons.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    reasons
}

/// An output of an arm: one slot, or one a site.
#[derive(Debug)]
pub(crate) struct Variable<'a> {
    pub(crate) name: &'a str,
    pub(crate) module: &'a str,
    pub(crate) unit: &'a str,
    pub(crate) label: &'a str,
    pub(crate) slots: Vec<usize>,
}

impl Variable<'_> {
    /// The drug whose concentration this is, if it is one.
    pub(crate) fn drug(&self) -> Option<&str> {
        self.name.strip_suffix("_concentration")
    }

    /// A patient's value at a visit, the mean of the sites; not a number if it is missing.
    pub(crate) fn at(&self, arm: &ArmResult, patient: &PatientResult, visit: usize) -> f64 {
        let row = visit * arm.outputs.len();
        let value = |slot: &usize| patient.outputs.get(row + slot).copied().unwrap_or(f64::NAN);
        self.slots.iter().map(value).sum::<f64>() / self.slots.len() as f64
    }
}

/// The outputs of an arm by name, in the order of their first slot.
pub(crate) fn variables(arm: &ArmResult) -> Vec<Variable<'_>> {
    let mut variables: Vec<Variable<'_>> = Vec::new();
    for (slot, output) in arm.outputs.iter().enumerate() {
        match variables.iter_mut().find(|known| known.name == output.name) {
            Some(known) => known.slots.push(slot),
            None => variables.push(Variable {
                name: &output.name,
                module: &output.module,
                unit: &output.unit,
                label: &output.label,
                slots: vec![slot],
            }),
        }
    }
    variables
}

/// How simulated rates stand beside published ones.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Agreement {
    /// Published rates with a simulated one beside them.
    pub(crate) pairs: usize,
    /// The mean absolute difference, 0 to 1.
    pub(crate) mean_absolute: f64,
    /// The mean difference, simulated less published.
    pub(crate) bias: f64,
    /// Pairs whose published interval holds the simulated rate.
    pub(crate) covered: usize,
}

/// Compares every published rate with the simulated one; none if nothing was published.
pub(crate) fn agreement(result: &TrialResult) -> Option<Agreement> {
    let mut pairs = 0;
    let mut covered = 0;
    let mut absolute = 0.0;
    let mut signed = 0.0;
    for row in result.arms.iter().flat_map(|arm| &arm.endpoints) {
        let Some(published) = &row.published else {
            continue;
        };
        let difference = row.rate - published.rate;
        if !difference.is_finite() {
            continue;
        }
        pairs += 1;
        absolute += difference.abs();
        signed += difference;
        if (published.interval.low..=published.interval.high).contains(&row.rate) {
            covered += 1;
        }
    }
    (pairs > 0).then(|| Agreement {
        pairs,
        mean_absolute: absolute / pairs as f64,
        bias: signed / pairs as f64,
        covered,
    })
}

/// A DOI without its prefix, if the text holds one: `10.1016/j.jaad.2016.11.042`.
pub(crate) fn doi(text: &str) -> Option<&str> {
    let start = text.find("10.")?;
    let found = text[start..]
        .split(|c: char| c.is_whitespace() || matches!(c, '"' | '<' | '>' | '{' | '}' | ';'))
        .next()?
        .trim_end_matches(['.', ',', ')', ']']);
    let (registrant, suffix) = found.split_once('/')?;
    let digits = registrant[3..].chars().all(|c| c.is_ascii_digit());
    (digits && registrant.len() > 6 && !suffix.is_empty()).then_some(found)
}

/// Relapses of an arm in a sentence: the definition, the median, and shares at some weeks.
pub(crate) fn relapse(relapse: &RelapseResult) -> String {
    if relapse.n == 0 {
        return format!("Relapse, {}: nobody had the response", relapse.definition);
    }
    let median = relapse.median.map_or_else(
        || "not reached".to_owned(),
        |weeks| format!("{} weeks", number::three(weeks)),
    );
    // A quarter of a year apart: as studies report.
    let shares: Vec<String> = relapse
        .points
        .iter()
        .filter(|point| (point.week / 12.0).fract() == 0.0)
        .map(|point| format!("{} at week {}", number::percent(point.share), point.week))
        .collect();
    let shares = if shares.is_empty() {
        String::new()
    } else {
        format!("; not relapsed, %: {}", shares.join(", "))
    };
    format!(
        "Relapse, {}: {} of {}; median {median}{shares}",
        relapse.definition,
        number::count(relapse.relapsed),
        number::counted(relapse.n, "patient"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_doi_is_found_in_whatever_surrounds_it() {
        assert_eq!(
            doi("doi:10.1016/j.jaad.2016.11.042"),
            Some("10.1016/j.jaad.2016.11.042")
        );
        assert_eq!(
            doi("Reich K, J Dermatol (2017), https://doi.org/10.1016/j.x, Table 2"),
            Some("10.1016/j.x")
        );
        assert_eq!(doi("10.5 mg/kg of 12"), None);
    }

    #[test]
    fn endpoints_read_as_the_field_writes_them() {
        assert_eq!(endpoint_title("PASI75"), "PASI 75");
        assert_eq!(endpoint_title("IGA01"), "IGA 0/1");
        assert_eq!(endpoint_title("DLQI01"), "DLQI01");
    }
}
