//! A study's text to a [`Study`], or everything that is wrong with it.

use super::result::{Whole, result};
use super::{Baseline, Study, StudyArm, Summary};
use crate::document::{Place, Reader, Table, numbers};
use crate::outcome::Criterion;
use crate::treatment;
use psora_model::Diagnostics;
use std::fmt::Write as _;
use std::ops::Range;

const QUANTITY_KEYS: [&str; 6] = [
    "pasi",
    "weight_kg",
    "age_year",
    "duration_year",
    "bmi",
    "bsa",
];

const SHARE_KEYS: [&str; 5] = [
    "male",
    "prior_biologic",
    "psoriatic_arthritis",
    "asian",
    "prior_systemic",
];

/// What an arm or a result may say of how it came about.
pub(super) const REMARKS: [&str; 10] = [
    "blinded",
    "rescue",
    "enriched",
    "titration",
    "definition",
    "threshold",
    "clock",
    "among",
    "analysis",
    "notes",
];

pub(super) fn read(file: &str, text: &str) -> Result<Study, Diagnostics> {
    let (root, mut reader) = Reader::new(file, text);
    let study = study(root.get_ref(), &mut reader);
    reader.finish(study)
}

fn study(root: &Table, reader: &mut Reader) -> Option<Study> {
    let known = [
        "name",
        "citation",
        "year",
        "notes",
        "registration",
        "licence",
        "sources",
        "population",
        "arm",
    ];
    reader.only(root, &known, "a study");
    let name = reader.needed_text((root, &(0..0)), "name", "\"VOYAGE 2\"");
    let citation = reader.needed_text(
        (root, &(0..0)),
        "citation",
        "\"doi:10.1016/j.jaad.2016.11.042\"",
    );
    if let Some((words, place)) = &citation {
        citation_is_whole(words, place, reader);
    }
    let year = year(root, reader);
    let notes = reader.text(root, "notes").map(|(words, _)| words);
    reader.text(root, "registration");
    reader.text(root, "licence");
    reader.texts(root, "sources");
    let population = reader.table(root, "population");
    let population = population
        .map(|(table, _)| baseline(table, reader))
        .unwrap_or_default();
    let arms = arms(root, reader);
    Some(Study {
        name: name?.0,
        citation: citation?.0,
        year,
        notes,
        population,
        arms,
    })
}

fn citation_is_whole(words: &str, place: &Range<usize>, reader: &mut Reader) {
    let (message, help) = if let Some(doi) = words.strip_prefix("doi:") {
        // A DOI is `10.`, a registrant's number, a slash, a name.
        let parts = doi
            .strip_prefix("10.")
            .and_then(|rest| rest.split_once('/'));
        let whole = parts.is_some_and(|(registrant, name)| {
            let numeric = registrant
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b'.');
            numeric && registrant.len() >= 4 && !name.is_empty() && !doi.contains(' ')
        });
        if whole {
            return;
        }
        (
            format!("`{doi}` is not a DOI"),
            "a DOI looks like `doi:10.1016/j.jaad.2016.11.042`",
        )
    } else if words.contains("doi.org/") {
        (
            "a DOI is written without its web address".to_owned(),
            "write `doi:10.…/…`",
        )
    } else if words.trim().is_empty() {
        (
            "the citation is empty".to_owned(),
            "write `doi:10.…/…`, or where it can be read",
        )
    } else {
        return;
    };
    reader.fault("no-source", place.clone(), message).help = Some(help.to_owned());
}

fn year(root: &Table, reader: &mut Reader) -> Option<u16> {
    let (year, place) = reader.count(root, "year")?;
    // Fredriksson and Pettersson described PASI in 1978; nothing comparable is older.
    let year = u16::try_from(year)
        .ok()
        .filter(|year| (1960..2100).contains(year));
    if year.is_none() {
        reader.fault("wrong-value", place, "no study is of this year");
    }
    year
}

fn baseline(table: &Table, reader: &mut Reader) -> Baseline {
    let known: Vec<&str> = ["n", "inclusion", "notes"]
        .into_iter()
        .chain(QUANTITY_KEYS)
        .chain(SHARE_KEYS)
        .collect();
    reader.only(table, &known, "a population");
    reader.text(table, "notes");
    let mut quantities = Vec::new();
    for key in QUANTITY_KEYS {
        if let Some((inner, place)) = reader.table(table, key) {
            reader.only(
                inner,
                &["mean", "sd", "se", "median", "interval"],
                &format!("`{key}`"),
            );
            let at_least_zero =
                |reader: &mut Reader, key| reader.number_within(inner, key, 0.0, f64::INFINITY);
            let mean = at_least_zero(reader, "mean");
            let sd = at_least_zero(reader, "sd");
            let median = at_least_zero(reader, "median");
            at_least_zero(reader, "se");
            reader.pair(inner, "interval");
            if inner.get("mean").is_none() && inner.get("median").is_none() {
                reader.fault(
                    "missing-key",
                    place,
                    format!("`{key}` has no mean and no median"),
                );
            }
            quantities.push((key.to_owned(), Summary { mean, sd, median }));
        }
    }
    let shares = SHARE_KEYS
        .into_iter()
        .filter_map(|key| Some((key.to_owned(), share(table, key, reader)?)))
        .collect();
    let inclusion = reader.texts(table, "inclusion");
    for (words, place) in &inclusion {
        if let Err(why) = Criterion::parse(words) {
            let message = format!("`{words}` is not understood");
            reader.fault("wrong-value", place.clone(), message).help = Some(why);
        }
    }
    let n = reader.count(table, "n").map(|(n, _)| n);
    let inclusion = inclusion.into_iter().map(|(words, _)| words).collect();
    Baseline {
        n,
        quantities,
        shares,
        inclusion,
    }
}

fn share(table: &Table, key: &str, reader: &mut Reader) -> Option<f64> {
    let (value, place) = reader.number(table, key)?;
    if (0.0..=1.0).contains(&value) {
        return Some(value);
    }
    let fault = reader.fault(
        "wrong-value",
        place,
        format!("`{key}` must lie between 0 and 1"),
    );
    if (1.0..=100.0).contains(&value) {
        fault.help = Some(format!("{value} % is {}", value / 100.0));
    }
    None
}

fn arms(root: &Table, reader: &mut Reader) -> Vec<StudyArm> {
    let mut arms: Vec<StudyArm> = Vec::new();
    for (table, span) in reader.tables(root, "arm") {
        let known: Vec<&str> = [
            "name",
            "n",
            "regimen",
            "events",
            "drug",
            "route",
            "until",
            "population",
            "result",
            "imputation",
            "subgroup",
        ]
        .into_iter()
        .chain(REMARKS)
        .collect();
        reader.only(table, &known, "an arm");
        let name = reader.needed_text((table, &span), "name", "\"guselkumab 100 mg\"");
        if let Some((name, place)) = &name
            && arms.iter().any(|arm| &arm.name == name)
        {
            reader.fault(
                "twice",
                place.clone(),
                format!("arm `{name}` is here twice"),
            );
        }
        let n = reader.count(table, "n").map(|(n, _)| n);
        let regimen = regimen((table, &span), reader);
        let population = reader.table(table, "population");
        let population = population.map(|(table, _)| baseline(table, reader));
        let imputation = reader.text(table, "imputation").map(|(words, _)| words);
        let subgroup = reader.text(table, "subgroup").map(|(words, _)| words);
        let remarks = remarks(table, reader);
        let whole = Whole {
            n,
            imputation,
            subgroup,
        };
        let results = reader
            .tables(table, "result")
            .into_iter()
            .filter_map(|place| result((place.0, &place.1), &whole, reader))
            .collect();
        if let (Some((name, _)), Some((regimen, regimen_span))) = (name, regimen) {
            arms.push(StudyArm {
                name,
                n,
                regimen,
                regimen_span,
                population,
                remarks,
                results,
            });
        }
    }
    arms
}

/// The arm's sentence, checked for grammar; a list of events becomes one.
fn regimen((table, span): Place, reader: &mut Reader) -> Option<(String, Range<usize>)> {
    let until = reader.text(table, "until");
    let (mut sentence, place) = if table.get("events").is_some() {
        events((table, span), reader)?
    } else {
        reader.needed_text(
            (table, span),
            "regimen",
            "\"guselkumab 100 mg sc at 0 4 week\"",
        )?
    };
    match treatment::check(&sentence) {
        Ok(()) => {}
        Err(faults) => reader.faults_inside(&place, faults),
    }
    if let Some((until, until_place)) = until {
        sentence = format!("{sentence} until {until}");
        if treatment::check(&format!("placebo until {until}")).is_err() {
            let message = format!("`{until}` is not a time");
            reader.fault("wrong-value", until_place, message).help =
                Some("write `until = \"28 week\"`".to_owned());
        }
    }
    Some((sentence, place))
}

/// `events = [[0, 100], [4, 50]]` with `drug` and `route` as a sentence.
fn events((table, span): Place, reader: &mut Reader) -> Option<(String, Range<usize>)> {
    let drug = reader.needed_text((table, span), "drug", "\"guselkumab\"");
    let route = reader
        .text(table, "route")
        .map_or(String::new(), |(route, _)| format!(" {route}"));
    let value = table.get("events")?;
    let pairs = value.get_ref().as_array().and_then(|list| {
        list.iter()
            .map(|item| match numbers(item.get_ref())?[..] {
                [week, amount] => Some((week, amount)),
                _ => None,
            })
            .collect::<Option<Vec<_>>>()
    });
    let Some(pairs) = pairs.filter(|pairs| !pairs.is_empty()) else {
        return reader.mistaken(
            "events",
            value,
            "a list of pairs of week and mg, `[[0, 100]]`",
        );
    };
    let drug = drug?.0;
    let mut sentence = String::new();
    for (week, amount) in pairs {
        let joint = if sentence.is_empty() { "" } else { " and " };
        write!(sentence, "{joint}{drug} {amount} mg{route} at {week} week")
            .expect("a string takes everything");
    }
    // Faults of the sentence are about numbers of the list, which has its own places.
    if let Err(faults) = treatment::check(&sentence) {
        let why: Vec<String> = faults.into_iter().map(|fault| fault.message).collect();
        reader.fault("wrong-value", value.span(), why.join("; "));
        return None;
    }
    Some((sentence, value.span()))
}

/// Remarks in words; a number, a yes or a no counts as its word.
pub(super) fn remarks(table: &Table, reader: &mut Reader) -> Vec<(String, String)> {
    use toml::de::DeValue;
    let mut remarks = Vec::new();
    for key in REMARKS {
        let Some(value) = table.get(key) else {
            continue;
        };
        let words = match value.get_ref() {
            DeValue::String(words) => words.to_string(),
            DeValue::Integer(number) => number.as_str().to_owned(),
            DeValue::Float(number) => number.as_str().to_owned(),
            DeValue::Boolean(yes) => if *yes { "yes" } else { "no" }.to_owned(),
            _ => {
                reader.mistaken::<()>(key, value, "words in quotation marks");
                continue;
            }
        };
        remarks.push((key.to_owned(), words));
    }
    remarks
}
