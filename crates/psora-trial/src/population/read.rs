//! A population file to a [`Population`], or everything that is wrong with it.

use super::correlation::{cholesky, matrix};
use super::{Disturbance, Law, Population, Spread};
use crate::document::{Place, Reader, Table, nearest};
use crate::outcome::{Criterion, Rater};
use psora_model::Diagnostics;

/// Reads a population file.
pub(super) fn read(file: &str, text: &str) -> Result<Population, Diagnostics> {
    let (root, mut reader) = Reader::new(file, text);
    let population = population(root.get_ref(), &mut reader);
    reader.finish(population)
}

fn population(root: &Table, reader: &mut Reader) -> Option<Population> {
    let known = [
        "name",
        "notes",
        "covariate",
        "correlation",
        "disturbance",
        "rater",
        "clinic",
        "screening",
    ];
    reader.only(root, &known, "a population");
    reader.text(root, "notes");
    let name = reader.needed_text((root, &(0..0)), "name", "\"adults with plaque psoriasis\"");
    let covariates = covariates(root, reader);
    let together = together(root, &covariates, reader);
    let disturbance = section(
        root,
        reader,
        "disturbance",
        &["correlation_time"],
        |numbers| {
            let correlation_day = numbers.get("correlation_time", "day", 0.1, 10_000.0);
            Some(Disturbance {
                correlation_day: correlation_day?,
            })
        },
    );
    let rater_keys = [
        "sign_sd",
        "area_log_sd",
        "iga_sd",
        "persistent_share",
        "common_share",
        "trace_area",
    ];
    let rater = section(root, reader, "rater", &rater_keys, |numbers| {
        let [sign, area, iga, persistent, common, trace] =
            rater_keys.map(|key| numbers.get(key, "1", 0.0, 1.0));
        Some(Rater {
            sign_sd: sign?,
            area_log_sd: area?,
            iga_sd: iga?,
            persistent_share: persistent?,
            common_share: common?,
            trace_area: trace?,
        })
    });
    let clinic = section(
        root,
        reader,
        "clinic",
        &["missed_dose", "drop_out"],
        |numbers| {
            let missed_dose = numbers.get("missed_dose", "1", 0.0, 1.0);
            let drop_out = numbers.get("drop_out", "1/year", 0.0, 100.0);
            Some((missed_dose?, drop_out?))
        },
    );
    let screening = section(
        root,
        reader,
        "screening",
        &["before", "inclusion"],
        |numbers| numbers.get("before", "day", 0.0, 365.0),
    );
    let inclusion = inclusion(root, reader);
    let (missed_dose, drop_out) = clinic?;
    Some(Population {
        name: name?.0,
        covariates,
        together: together?,
        disturbance: disturbance?,
        rater: rater?,
        inclusion,
        screening_day: screening?,
        missed_dose,
        drop_out,
    })
}

fn covariates(root: &Table, reader: &mut Reader) -> Vec<Spread> {
    let mut list: Vec<Spread> = Vec::new();
    for (table, span) in reader.tables(root, "covariate") {
        let known = [
            "name",
            "unit",
            "law",
            "mean",
            "sd",
            "share",
            "range",
            "at_most",
            "published_as",
            "source",
        ];
        reader.only(table, &known, "a covariate");
        let name = reader.needed_text((table, &span), "name", "\"WEIGHT\"");
        let unit = reader.needed_text((table, &span), "unit", "\"kg\"");
        source((table, &span), reader);
        let law = law((table, &span), reader);
        let range = reader.pair(table, "range");
        let at_most = reader.text(table, "at_most");
        let published_as = reader.text(table, "published_as").map(|(key, _)| key);
        let (Some((name, place)), Some((unit, _)), Some(law)) = (name, unit, law) else {
            continue;
        };
        if list.iter().any(|known| known.name == name) {
            reader.fault("twice", place, format!("covariate `{name}` is here twice"));
        }
        if let Some((bound, place)) = &at_most
            && !list.iter().any(|known| &known.name == bound)
        {
            let message = format!("there is no covariate `{bound}` above this one");
            reader.fault("unknown-name", place.clone(), message);
        }
        let range = range.unwrap_or(match law {
            Law::YesOrNo { .. } => (0.0, 1.0),
            Law::Lognormal { .. } => (0.0, f64::INFINITY),
            Law::Normal { .. } => (f64::NEG_INFINITY, f64::INFINITY),
        });
        let at_most = at_most.map(|(bound, _)| bound);
        list.push(Spread {
            name,
            unit,
            law,
            range,
            at_most,
            published_as,
        });
    }
    list
}

fn law((table, span): Place, reader: &mut Reader) -> Option<Law> {
    const LAWS: [&str; 3] = ["lognormal", "normal", "yes or no"];
    let (name, place) = reader.needed_text((table, span), "law", "\"lognormal\"")?;
    if name == "yes or no" {
        reader.needed_number((table, span), "share", "0.2")?;
        let share = reader.number_within(table, "share", 0.0, 1.0)?;
        return Some(Law::YesOrNo { share });
    }
    let mean = reader.needed_number((table, span), "mean", "89");
    reader.needed_number((table, span), "sd", "22");
    let sd = reader.number_within(table, "sd", f64::MIN_POSITIVE, f64::INFINITY);
    match name.as_str() {
        "normal" => Some(Law::Normal {
            mean: mean?.0,
            sd: sd?,
        }),
        "lognormal" => {
            let mean = reader.number_within(table, "mean", f64::MIN_POSITIVE, f64::INFINITY);
            Some(Law::Lognormal {
                mean: mean?,
                sd: sd?,
            })
        }
        _ => {
            let near = nearest(&name, LAWS);
            let fault = reader.fault("unknown-name", place, format!("there is no law `{name}`"));
            fault.help = Some(near.map_or_else(
                || format!("choose one of: {}", LAWS.join(", ")),
                |near| format!("did you mean `{near}`?"),
            ));
            None
        }
    }
}

fn together(root: &Table, covariates: &[Spread], reader: &mut Reader) -> Option<Vec<Vec<f64>>> {
    let mut pairs = Vec::new();
    let mut last = 0..0;
    for (table, span) in reader.tables(root, "correlation") {
        reader.only(table, &["between", "value", "source"], "a correlation");
        source((table, &span), reader);
        reader.needed_number((table, &span), "value", "0.4");
        let value = reader.number_within(table, "value", -0.999, 0.999);
        let names = reader.texts(table, "between");
        last = span.clone();
        if names.len() != 2 {
            reader
                .fault(
                    "wrong-value",
                    span,
                    "a correlation is between two covariates",
                )
                .help = Some("write `between = [\"WEIGHT\", \"BMI\"]`".to_owned());
            continue;
        }
        let mut places = Vec::new();
        for (name, place) in &names {
            match covariates.iter().position(|known| &known.name == name) {
                Some(index) => places.push(index),
                None => {
                    let message = format!("there is no covariate `{name}`");
                    let near = nearest(name, covariates.iter().map(|known| known.name.as_str()));
                    reader.fault("unknown-name", place.clone(), message).help =
                        near.map(|near| format!("did you mean `{near}`?"));
                }
            }
        }
        if let (&[a, b], Some(value)) = (places.as_slice(), value) {
            if a == b {
                reader.fault(
                    "wrong-value",
                    names[1].1.clone(),
                    "a covariate is itself already",
                );
            } else {
                pairs.push((a, b, value));
            }
        }
    }
    let lower = cholesky(&matrix(covariates.len(), &pairs));
    if lower.is_none() {
        let message = "the correlations contradict one another: no people could have them all";
        reader.fault("wrong-value", last, message);
    }
    lower
}

/// The numbers of a section, each a table of value, unit and source.
struct Numbers<'r, 't> {
    reader: &'r mut Reader<'t>,
    table: &'r Table<'r>,
    span: std::ops::Range<usize>,
}

impl Numbers<'_, '_> {
    fn get(&mut self, key: &str, unit: &str, low: f64, high: f64) -> Option<f64> {
        if self.table.get(key).is_none() {
            let example = format!("{{ value = 1, unit = \"{unit}\", source = \"assumed: why\" }}");
            self.reader.missing(self.span.clone(), key, &example);
        }
        let (table, span) = self.reader.table(self.table, key)?;
        self.reader
            .only(table, &["value", "unit", "source"], "a number");
        source((table, &span), self.reader);
        let stated = self
            .reader
            .needed_text((table, &span), "unit", &format!("\"{unit}\""));
        self.reader.needed_number((table, &span), "value", "1");
        let value = self.reader.number_within(table, "value", low, high);
        let (stated, place) = stated?;
        if stated != unit {
            let message = format!("`{key}` is stated in `{stated}` and wanted in `{unit}`");
            self.reader.fault("wrong-unit", place, message);
        }
        value
    }
}

fn section<T>(
    root: &Table,
    reader: &mut Reader,
    key: &str,
    known: &[&str],
    read: impl FnOnce(&mut Numbers) -> Option<T>,
) -> Option<T> {
    let Some((table, span)) = reader.table(root, key) else {
        reader.missing(0..0, key, "…, a table");
        return None;
    };
    reader.only(table, known, &format!("[{key}]"));
    read(&mut Numbers {
        reader,
        table,
        span,
    })
}

fn inclusion(root: &Table, reader: &mut Reader) -> Vec<Criterion> {
    let Some((table, _)) = reader.table(root, "screening") else {
        return Vec::new();
    };
    let mut criteria = Vec::new();
    for (words, place) in reader.texts(table, "inclusion") {
        match Criterion::parse(&words) {
            Ok(Some(criterion)) => criteria.push(criterion),
            Ok(None) | Err(_) => {
                let message = format!("`{words}` is not a criterion that a score can be held to");
                reader.fault("wrong-value", place, message).help =
                    Some("write a score and a bound: `PASI >= 12`, `BSA >= 10 %`".to_owned());
            }
        }
    }
    criteria
}

fn source((table, span): Place, reader: &mut Reader) {
    let Some((words, place)) =
        reader.needed_text((table, span), "source", "\"doi:...\", or \"assumed: why\"")
    else {
        return;
    };
    if words.trim().is_empty() {
        reader
            .fault("no-source", place, "a number needs a source")
            .help = Some("cite where it was read, or write `assumed: why`".to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::FILE;
    use super::*;

    fn faults(text: &str) -> String {
        read("people.toml", text)
            .expect_err("the text is wrong")
            .render(false)
    }

    #[test]
    fn every_fault_of_a_file_is_told_at_once() {
        let text = FILE
            .replace("law          = \"normal\"", "law          = \"norml\"")
            .replace(
                "between = [\"WEIGHT\", \"BMI\"]",
                "between = [\"WEIGHT\", \"BMJ\"]",
            )
            .replace("unit = \"1/year\"", "unit = \"1/week\"")
            .replace("missed_dose", "mised_dose");
        let told = faults(&text);
        for words in [
            "did you mean `normal`?",
            "did you mean `BMI`?",
            "wanted in `1/year`",
            "did you mean `missed_dose`?",
            "`missed_dose` is missing",
        ] {
            assert!(told.contains(words), "{words}:\n{told}");
        }
    }

    #[test]
    fn a_number_without_a_source_is_refused() {
        let told = faults(&FILE.replace(
            ", source = \"assumed: flares and remissions last weeks\"",
            "",
        ));
        assert!(told.contains("`source` is missing"), "{told}");
    }

    #[test]
    fn correlations_that_contradict_one_another_are_refused() {
        let text = FILE.replace("value   = 0.4\n", "value   = -0.99\n");
        assert!(faults(&text).contains("contradict"), "{}", faults(&text));
    }
}
