//! The table for the terminal: the summary, what was skipped and why, and the worst rows.

use super::{Beside, Group, Other, Row, Validation};
use crate::number;
use std::fmt::Write as _;

/// Rows that are shown as the worst.
const WORST: usize = 12;

/// Reasons that are shown before the rest is counted.
const REASONS: usize = 10;

impl Validation {
    /// The summary as text of at most 100 columns.
    #[must_use]
    pub fn table(&self) -> String {
        let summary = self.summary();
        let mut text = format!(
            "Calibration: {}; {} rows predicted, {} skipped\n",
            self.calibration, summary.judged, summary.skipped
        );
        text.push_str("Active arms; errors in percentage points, coverage in percent\n\n");
        let _ = writeln!(
            text,
            "{:<22}{:>5}{:>7}{:>9}{:>7}{:>6}{:>5}{:>5}{:>7}{:>8}{:>9}{:>8}",
            "",
            "rows",
            "MAE",
            "weighted",
            "bias",
            "in50",
            "in80",
            "in95",
            "width",
            "trials",
            "lookup",
            "class"
        );
        let mut add = |name: &str, group: Option<&Group>| {
            if let Some(group) = group {
                text.push_str(&line(name, group));
            }
        };
        add("PASI 75/90/100", summary.headline.as_ref());
        add("all", summary.all.as_ref());
        for (name, group) in &summary.by_endpoint {
            add(&format!("  {name}"), Some(group));
        }
        for (name, group) in &summary.by_stratum {
            add(&format!("  {name}"), Some(group));
        }
        for (name, group) in &summary.by_class {
            add(&format!("  {name}"), Some(group));
        }
        for (name, group) in &summary.by_week {
            add(&format!("  week {name}"), Some(group));
        }
        add("placebo", summary.placebo.as_ref());
        for (name, group) in &summary.means {
            add(&format!("mean {name} (its unit)"), Some(group));
        }
        if let Some(ordinal) = summary.ordinal {
            let _ = writeln!(
                text,
                "\nPASI 50 to 100 as one result, {} arms: ranked probability score {:.4}, \
                 {:.3} nats lost a patient",
                ordinal.arms, ordinal.rps, ordinal.divergence
            );
        }
        text.push_str("\nwidth: of the 95% interval. The last columns are errors of:\n");
        let others: [Other; 3] = [
            ("trials: another trial of the same regimen", |group| {
                group.yardstick
            }),
            ("lookup: the regimen in other studies, pooled", |group| {
                group.lookup
            }),
            ("class: the class near that week, pooled", |group| {
                group.class_mean
            }),
        ];
        for (words, beside) in others {
            if let Some(beside) = summary.headline.as_ref().and_then(beside) {
                let _ = writeln!(
                    text,
                    "  {words:<46} {:.1}; the model on the same {} of 75/90/100: {:.1}",
                    beside.mae, beside.rows, beside.model_mae
                );
            }
        }
        self.worst(&mut text);
        self.skipped(&mut text);
        text
    }

    fn worst(&self, text: &mut String) {
        let mut rows = self.active();
        rows.sort_by(|a, b| b.error().abs().total_cmp(&a.error().abs()));
        if rows.is_empty() {
            return;
        }
        text.push_str("\nFurthest off:\n");
        for row in rows.iter().take(WORST) {
            let name = format!("{}, {}", row.row.study, row.row.arm);
            let _ = writeln!(
                text,
                "  {:<52} week {:<4} {:<8} {:>6} observed {:>6} predicted",
                crate::figure::shorten(&name, 52),
                number::week(row.row.week.unwrap_or(f64::NAN)),
                row.row.endpoint,
                number::percent(row.observed),
                number::percent(row.forecast.predicted),
            );
        }
    }

    fn skipped(&self, text: &mut String) {
        let reasons = self.reasons();
        if reasons.is_empty() {
            return;
        }
        text.push_str("\nSkipped:\n");
        for (reason, rows) in reasons.iter().take(REASONS) {
            let _ = writeln!(text, "  {rows:>4}  {}", crate::figure::shorten(reason, 90));
        }
        if reasons.len() > REASONS {
            let rest: usize = reasons[REASONS..].iter().map(|(_, rows)| rows).sum();
            let _ = writeln!(text, "  {rest:>4}  for other reasons (see the page)");
        }
        let studies = self.rows.iter().filter(|row| row.reason().is_some());
        let mut studies: Vec<&str> = studies.map(|row: &Row| row.study.as_str()).collect();
        studies.dedup();
        studies.sort_unstable();
        studies.dedup();
        let _ = writeln!(
            text,
            "  in {}",
            number::counted(studies.len(), "study").replace("studys", "studies")
        );
    }
}

fn line(name: &str, group: &Group) -> String {
    let error = |beside: Option<Beside>| {
        beside.map_or_else(|| number::MISSING.to_owned(), |b| format!("{:.1}", b.mae))
    };
    let share = |value: f64| format!("{:.0}", 100.0 * value);
    format!(
        "{:<22}{:>5}{:>7.1}{:>9.1}{:>7.1}{:>6}{:>5}{:>5}{:>7.2}{:>8}{:>9}{:>8}\n",
        crate::figure::shorten(name, 22),
        group.rows,
        group.mae,
        group.mae_weighted,
        group.bias,
        share(group.cover[0]),
        share(group.cover[1]),
        share(group.cover[2]),
        group.width[2],
        error(group.yardstick),
        error(group.lookup),
        error(group.class_mean),
    )
}
