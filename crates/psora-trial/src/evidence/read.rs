//! A study's text to a [`Study`], or everything that is wrong with it.

use super::{Baseline, PublishedResult, PublishedValue, Study, StudyArm, Summary};
use crate::document::{Place, Reader, Table, nearest, numbers};
use crate::outcome::{Criterion, ENDPOINTS, QUANTITIES};
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
const REMARKS: [&str; 10] = [
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

/// Endpoints that studies publish and a trial does not simulate yet.
const OTHER_ENDPOINTS: [&str; 9] = [
    "IGA0",
    "DLQI01",
    "DLQI0",
    "ACR20",
    "ACR50",
    "ACR70",
    "relapse",
    "relapse-free",
    "PSSI0",
];

/// Quantities that studies publish and a trial does not simulate yet.
const OTHER_QUANTITIES: [&str; 5] = [
    "DLQI",
    "DLQI change",
    "weeks to relapse",
    "weeks to loss of response",
    "trough mg/L",
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

/// What results take from their arm where they do not say it themselves.
struct Whole {
    n: Option<usize>,
    imputation: Option<String>,
    subgroup: Option<String>,
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

fn result((table, span): Place, whole: &Whole, reader: &mut Reader) -> Option<PublishedResult> {
    let known: Vec<&str> = [
        "week",
        "endpoint",
        "responders",
        "of",
        "quantity",
        "mean",
        "sd",
        "se",
        "median",
        "interval",
        "n",
        "imputation",
        "subgroup",
        "source",
    ]
    .into_iter()
    .chain(REMARKS)
    .collect();
    reader.only(table, &known, "a result");
    reader.needed_number((table, span), "week", "16");
    let week = reader.number_within(table, "week", 0.0, f64::INFINITY);
    let own_subgroup = reader.text(table, "subgroup").map(|(words, _)| words);
    let own_imputation = reader.text(table, "imputation").map(|(words, _)| words);
    reader.text(table, "source");
    let remarks = remarks(table, reader);
    let subgroup = own_subgroup.or_else(|| whole.subgroup.clone());
    let value = match (table.get("endpoint"), table.get("quantity")) {
        (Some(_), None) => responders((table, span), whole, subgroup.is_some(), reader),
        (None, Some(_)) => average((table, span), reader),
        _ => {
            let message = "a result has either an `endpoint` or a `quantity`";
            reader.fault("missing-key", span.clone(), message).help = Some(
                "write `endpoint = \"PASI90\"` with `responders` and `of`, \
                 or `quantity = \"PASI\"` with `mean`"
                    .to_owned(),
            );
            None
        }
    };
    let imputation = own_imputation.or_else(|| whole.imputation.clone());
    Some(PublishedResult {
        week: week?,
        value: value?,
        subgroup,
        imputation,
        remarks,
    })
}

fn responders(
    (table, span): Place,
    whole: &Whole,
    is_part: bool,
    reader: &mut Reader,
) -> Option<PublishedValue> {
    let (endpoint, place) = reader.text(table, "endpoint")?;
    let known = ENDPOINTS
        .iter()
        .map(|endpoint| endpoint.name)
        .chain(OTHER_ENDPOINTS);
    known_word(&endpoint, &place, "an endpoint", known.collect(), reader);
    for (key, example) in [("responders", "347"), ("of", "496")] {
        if table.get(key).is_none() {
            reader.missing(span.clone(), key, example);
        }
    }
    let count = reader.count(table, "responders");
    let (of, of_place) = reader.count(table, "of")?;
    let (responders, responders_place) = count?;
    if responders > of {
        let message = format!("{responders} responders of {of} patients");
        reader.fault("wrong-value", responders_place, message);
    }
    if of == 0 {
        reader.fault("wrong-value", of_place.clone(), "a share of nobody");
    }
    if let Some(n) = whole.n
        && of > n
        && !is_part
    {
        let message = format!("{of} patients of an arm of {n}");
        reader.fault("wrong-value", of_place, message).help =
            Some("correct one of them, or say which `subgroup` this is".to_owned());
    }
    Some(PublishedValue::Responders {
        endpoint,
        responders,
        of,
    })
}

fn average((table, span): Place, reader: &mut Reader) -> Option<PublishedValue> {
    let (quantity, place) = reader.text(table, "quantity")?;
    let known = QUANTITIES
        .iter()
        .map(|quantity| quantity.name)
        .chain(OTHER_QUANTITIES);
    known_word(&quantity, &place, "a quantity", known.collect(), reader);
    let n = reader.count(table, "n").map(|(n, _)| n);
    let sd = reader.number_within(table, "sd", 0.0, f64::INFINITY);
    let own_se = reader.number_within(table, "se", 0.0, f64::INFINITY);
    let interval = reader.pair(table, "interval");
    let mean = reader.number(table, "mean");
    let median = reader.number(table, "median");
    if table.get("mean").is_some() {
        let from_sd = sd
            .zip(n.filter(|&n| n > 0))
            .map(|(sd, n)| sd / libm::sqrt(n as f64));
        let se = own_se.or(from_sd);
        return Some(PublishedValue::Mean {
            quantity,
            mean: mean?.0,
            se,
            n,
        });
    }
    if table.get("median").is_some() {
        return Some(PublishedValue::Median {
            quantity,
            median: median?.0,
            interval,
            n,
        });
    }
    let message = "a quantity has a `mean` or a `median`";
    reader.fault("missing-key", span.clone(), message);
    None
}

fn known_word(word: &str, place: &Range<usize>, kind: &str, known: Vec<&str>, reader: &mut Reader) {
    if known.contains(&word) {
        return;
    }
    let help = nearest(word, known.iter().copied()).map_or_else(
        || format!("choose one of: {}", known.join(", ")),
        |near| format!("did you mean `{near}`?"),
    );
    reader
        .fault(
            "unknown-name",
            place.clone(),
            format!("`{word}` is not {kind}"),
        )
        .help = Some(help);
}

/// Remarks in words; a number, a yes or a no counts as its word.
fn remarks(table: &Table, reader: &mut Reader) -> Vec<(String, String)> {
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

#[cfg(test)]
mod tests {
    use super::*;

    const STUDY: &str = r#"
name     = "VOYAGE 2"
citation = "doi:10.1016/j.jaad.2016.11.042"
year     = 2017

[population]
n = 992
pasi           = { mean = 21.7, sd = 9.0 }
weight_kg      = { mean = 89.1, sd = 21.9 }
prior_biologic = 0.21
inclusion      = ["PASI >= 12", "BSA >= 10 %", "candidate for phototherapy"]

[[arm]]
name    = "guselkumab 100 mg"
n       = 496
regimen = "guselkumab 100 mg sc at 0 4 12 20 week"
imputation = "NRI"

[[arm.result]]
week       = 16
endpoint   = "PASI90"
responders = 347
of         = 496

[[arm.result]]
week     = 24
quantity = "PASI"
mean = 2.6
sd   = 4.1
n    = 400

[[arm]]
name   = "events"
drug   = "guselkumab"
route  = "sc"
events = [[0, 100], [4, 50.5]]
until  = "28 week"
rescue = false
"#;

    fn faults(text: &str) -> String {
        read("study.toml", text)
            .expect_err("the text is wrong")
            .render(false)
    }

    fn changed(from: &str, to: &str) -> String {
        assert!(STUDY.contains(from), "{from}");
        STUDY.replacen(from, to, 1)
    }

    #[test]
    fn a_study_is_read_as_it_is_written() {
        let study = read("study.toml", STUDY).unwrap_or_else(|f| panic!("{}", f.render(false)));
        assert_eq!((study.name.as_str(), study.year), ("VOYAGE 2", Some(2017)));
        assert_eq!(study.weeks(), [16.0, 24.0]);
        let arm = &study.arms[0];
        assert_eq!(
            &STUDY[arm.regimen_span.clone()],
            format!("\"{}\"", arm.regimen)
        );
        assert_eq!(arm.results[0].imputation.as_deref(), Some("NRI"));
        let (responders, of, interval) = arm.results[0].responders("PASI90", 16.0).expect("found");
        assert_eq!((responders, of), (347, 496));
        // Wilson 95 % interval of 347 of 496, worked by hand.
        assert!((interval.low - 0.6578).abs() < 1e-4 && (interval.high - 0.7383).abs() < 1e-4);
        // 4.1 / sqrt(400).
        assert_eq!(arm.results[1].mean("PASI", 24.0), Some((2.6, 4.1 / 20.0)));
        assert_eq!(
            study.arms[1].regimen,
            "guselkumab 100 mg sc at 0 week and guselkumab 50.5 mg sc at 4 week until 28 week"
        );
        assert_eq!(
            study.arms[1].remarks,
            [("rescue".to_owned(), "no".to_owned())]
        );
        assert!(
            study
                .population
                .in_words()
                .contains(&("pasi".into(), "21.7 (9)".into()))
        );
        assert!(
            study
                .population
                .in_words()
                .contains(&("prior_biologic".into(), "21 %".into()))
        );
    }

    #[test]
    fn each_fault_is_told_with_a_way_out() {
        for (from, to, told) in [
            (
                "responders = 347",
                "responders = 497",
                "497 responders of 496 patients",
            ),
            (
                "of         = 496",
                "of         = 500",
                "500 patients of an arm of 496",
            ),
            (
                "week       = 16",
                "week       = -1",
                "`week` must be at least 0",
            ),
            (
                "endpoint   = \"PASI90\"",
                "endpoint   = \"PASI9O\"",
                "did you mean `PASI90`?",
            ),
            (
                "endpoint   = \"PASI90\"",
                "",
                "either an `endpoint` or a `quantity`",
            ),
            ("weight_kg ", "wieght_kg ", "did you mean `weight_kg`?"),
            (
                "prior_biologic = 0.21",
                "prior_biologic = 21",
                "21 % is 0.21",
            ),
            ("PASI >= 12", "PASI = 12", "is not understood"),
            (
                "doi:10.1016/j.jaad.2016.11.042",
                "doi:jaad.2016",
                "is not a DOI",
            ),
            (
                "doi:10.1016/",
                "https://doi.org/10.1016/",
                "without its web address",
            ),
            (
                "100 mg sc at 0 4 12 20 week",
                "100 mgs sc at 0 week",
                "did you mean `mg`?",
            ),
            ("\"events\"", "\"guselkumab 100 mg\"", "is here twice"),
            (
                "[[0, 100], [4, 50.5]]",
                "[[0, 100], [4]]",
                "a list of pairs of week and mg",
            ),
            ("28 week", "28", "is not a time"),
            ("2017", "217", "no study is of this year"),
            (
                "mean = 2.6",
                "median = \"two\"",
                "`median` must be a finite number",
            ),
        ] {
            let shown = faults(&changed(from, to));
            assert!(shown.contains(told), "{to}:\n{shown}");
            assert!(shown.contains("study.toml:"), "a place:\n{shown}");
        }
    }

    #[test]
    fn a_fault_in_a_regimen_points_into_its_sentence() {
        let text = changed("100 mg sc at 0 4 12 20 week", "100 mgs sc at 0 week");
        let found = read("study.toml", &text).expect_err("the text is wrong");
        let span = found.list[0].span.clone().expect("a place");
        assert_eq!(&text[span], "mgs");
    }

    #[test]
    fn all_faults_come_at_once_in_order() {
        let text = STUDY
            .replace("2017", "217")
            .replace("responders = 347", "responders = 497")
            .replace("rescue", "rescu");
        let found = read("study.toml", &text).expect_err("the text is wrong");
        assert_eq!(found.list.len(), 3);
        assert!(
            found
                .list
                .is_sorted_by_key(|fault| fault.span.clone().map(|span| span.start))
        );
    }

    #[test]
    fn a_subgroup_stands_for_itself() {
        let text = changed(
            "of         = 496",
            "of         = 500\nsubgroup = \"heavier\"",
        );
        let study = read("study.toml", &text).unwrap_or_else(|f| panic!("{}", f.render(false)));
        assert_eq!(study.arms[0].results[0].responders("PASI90", 16.0), None);
    }
}
