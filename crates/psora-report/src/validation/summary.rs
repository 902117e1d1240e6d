//! All the groups that a reader asks about.

use super::{Group, Judged, Ordinal, Row, Stratum, Validation};

/// Figures of merit of a validation: active arms, by what a reader may ask.
#[derive(Debug, Clone)]
pub struct Summary {
    /// Every rate of an active arm; none if nothing was predicted.
    pub all: Option<Group>,
    /// PASI 75, 90 and 100 together, the headline.
    pub headline: Option<Group>,
    /// By endpoint.
    pub by_endpoint: Vec<(String, Group)>,
    /// By class of the treatment.
    pub by_class: Vec<(String, Group)>,
    /// By week.
    pub by_week: Vec<(String, Group)>,
    /// By how new the regimen is.
    pub by_stratum: Vec<(String, Group)>,
    /// Rates of placebo arms.
    pub placebo: Option<Group>,
    /// Means of active arms by quantity, in its unit.
    pub means: Vec<(String, Group)>,
    /// PASI 50 to 100 of an arm as one result.
    pub ordinal: Option<Ordinal>,
    /// Rows that were predicted.
    pub judged: usize,
    /// Rows that were skipped.
    pub skipped: usize,
}

impl Validation {
    /// Figures of merit over all rows.
    #[must_use]
    pub fn summary(&self) -> Summary {
        let active = self.active();
        let judged: Vec<Judged<'_>> = self.rows.iter().filter_map(Row::judged).collect();
        let of = |keep: &dyn Fn(&Judged<'_>) -> bool| {
            let some: Vec<Judged<'_>> = active.iter().copied().filter(|row| keep(row)).collect();
            Group::of(&some)
        };
        let placebo: Vec<Judged<'_>> = judged
            .iter()
            .copied()
            .filter(|row| !row.forecast.is_mean && row.is_placebo())
            .collect();
        let means: Vec<Judged<'_>> = judged
            .iter()
            .copied()
            .filter(|row| row.forecast.is_mean && !row.is_placebo())
            .collect();
        let headline = ["PASI75", "PASI90", "PASI100"];
        Summary {
            all: Group::of(&active),
            headline: of(&|row| headline.contains(&row.row.endpoint.as_str())),
            by_endpoint: by(&active, |row| {
                (endpoint_rank(row), row.row.endpoint.clone())
            }),
            by_class: by(&active, |row| {
                (0, row.row.class.clone().unwrap_or_default())
            }),
            by_week: by(&active, |row| {
                let week = row.row.week.unwrap_or_default();
                // In the order of time, to a hundredth of a week.
                ((week * 100.0).round() as i64, crate::number::week(week))
            }),
            by_stratum: by(&active, |row| {
                let stratum = row.row.stratum.unwrap_or(Stratum::NewMechanism);
                (stratum as i64, stratum.name().to_owned())
            }),
            placebo: Group::of(&placebo),
            means: by(&means, |row| (0, row.row.endpoint.clone())),
            ordinal: Ordinal::of(self),
            judged: judged.len(),
            skipped: self.rows.len() - judged.len(),
        }
    }
}

/// PASI endpoints in the order of their thresholds, then the others.
fn endpoint_rank(row: &Judged<'_>) -> i64 {
    let number = row.row.endpoint.strip_prefix("PASI");
    number
        .and_then(|number| number.parse().ok())
        .unwrap_or(i64::MAX)
}

/// Groups by a key that sorts and a name that is shown.
fn by(rows: &[Judged<'_>], key: impl Fn(&Judged<'_>) -> (i64, String)) -> Vec<(String, Group)> {
    let mut groups = std::collections::BTreeMap::<(i64, String), Vec<Judged<'_>>>::new();
    for row in rows {
        groups.entry(key(row)).or_default().push(*row);
    }
    groups
        .into_iter()
        .filter_map(|((_, name), rows)| Some((name, Group::of(&rows)?)))
        .collect()
}
