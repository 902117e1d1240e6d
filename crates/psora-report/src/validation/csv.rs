//! All rows as CSV: rates between 0 and 1, empty cells for what there is not.

use super::{Row, Stratum, Validation, Verdict};

const HEADER: &str = "study,folder,arm,treatment,class,week,endpoint,n,observed,predicted,\
                      q025,q10,q25,q75,q90,q975,crps,stratum,status,reason\n";

impl Validation {
    /// All rows as CSV.
    #[must_use]
    pub fn csv(&self) -> String {
        let lines: String = self.rows.iter().map(line).collect();
        format!("{HEADER}{lines}")
    }
}

fn line(row: &Row) -> String {
    let number = |value: Option<f64>| value.map_or(String::new(), |value| value.to_string());
    let words = |value: Option<&str>| quoted(value.unwrap_or_default());
    let forecast = match &row.verdict {
        Verdict::Ok(forecast) => Some(forecast),
        Verdict::Skipped(_) => None,
    };
    let mut cells = vec![
        quoted(&row.study),
        quoted(&row.folder),
        quoted(&row.arm),
        words(row.treatment.as_deref()),
        words(row.class.as_deref()),
        number(row.week),
        quoted(&row.endpoint),
        row.n.map_or(String::new(), |n| n.to_string()),
        number(row.observed),
        number(forecast.map(|forecast| forecast.predicted)),
    ];
    for place in 0..6 {
        cells.push(number(forecast.map(|forecast| forecast.quantiles[place])));
    }
    cells.push(number(forecast.map(|forecast| forecast.crps)));
    cells.push(words(row.stratum.map(Stratum::name)));
    cells.push(if forecast.is_some() { "ok" } else { "skipped" }.to_owned());
    cells.push(words(row.reason()));
    cells.join(",") + "\n"
}

/// A cell as RFC 4180 has it: in quotes where it holds a comma, a quote or a line end.
fn quoted(words: &str) -> String {
    if words.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", words.replace('"', "\"\""))
    } else {
        words.to_owned()
    }
}
