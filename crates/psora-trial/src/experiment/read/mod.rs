//! An experiment file, read: every fault with its place.

use super::figure::{Figure, Fold};
use super::{Design, Experiment, Judged, Kind, Structure};
use crate::document::{Place, Reader, Table, nearest, numbers};
use crate::treatment::time_unit_day;
use psora_model::Diagnostics;
use std::ops::Range;
use toml::de::DeValue;

mod people;

const KEYS: [&str; 16] = [
    "number",
    "statement",
    "evidence",
    "kind",
    "source",
    "often_said",
    "data_say",
    "note",
    "sentinel",
    "needs",
    "time",
    "sweep",
    "people",
    "case",
    "structure",
    "figure",
];

/// The most looks at a patient: more is a slip of the unit.
const MOST_LOOKS: f64 = 4000.0;

pub(super) fn read(file: &str, text: &str) -> Result<Experiment, Diagnostics> {
    let (root, mut keys) = Reader::new(file, text);
    let experiment = experiment(root.get_ref(), &mut keys);
    keys.finish(experiment)
}

fn experiment(root: &Table, keys: &mut Reader) -> Option<Experiment> {
    keys.only(root, &KEYS, "an experiment");
    let whole: Place = (root, &(0..0));
    if root.get("number").is_none() {
        keys.missing(0..0, "number", "36");
    }
    let number = keys.count(root, "number");
    let statement = keys.needed_text(whole, "statement", "\"A plaque outlives its trigger\"");
    let evidence = chosen(root, keys, "evidence", &["S", "P", "X"], true);
    let kind = chosen(root, keys, "kind", &Kind::ALL.map(|(words, _)| words), true);
    let source = keys.needed_text(whole, "source", "\"doi:10.1000/xyz\"");
    let often_said = keys.text(root, "often_said").map(|(text, _)| text);
    let data_say = keys.text(root, "data_say").map(|(text, _)| text);
    if evidence.as_deref() == Some("X") {
        for (key, value) in [("often_said", &often_said), ("data_say", &data_say)] {
            if value.is_none() {
                keys.missing(0..0, key, "\"...\"");
            }
        }
    }
    let note = keys.text(root, "note").map(|(text, _)| text);
    let sentinel = flag(root, keys, "sentinel");
    let needs: Vec<String> = keys
        .texts(root, "needs")
        .into_iter()
        .map(|(text, _)| text)
        .collect();
    let design = if needs.is_empty() {
        Some(design(root, keys)?)
    } else {
        None
    };
    let kind = kind?;
    Some(Experiment {
        number: number?.0,
        statement: statement?.0,
        evidence: evidence?,
        kind: Kind::ALL.into_iter().find(|(words, _)| *words == kind)?.1,
        source: source?.0,
        often_said,
        data_say,
        note,
        sentinel,
        needs,
        design,
    })
}

fn design(root: &Table, keys: &mut Reader) -> Option<Design> {
    let sweep = sweep(root, keys);
    let names: Vec<&str> = sweep.iter().map(|(name, _)| name.as_str()).collect();
    let days = times(root, keys);
    let people = people::people(root, keys);
    let cases = people::cases(root, keys, &people, &names);
    let structure = structure(root, keys, &names);
    let mut figures = Vec::new();
    for (table, span) in keys.tables(root, "figure") {
        figures.extend(judged((table, &span), keys));
    }
    if root.get("figure").is_none() {
        keys.missing(0..0, "figure", "[{ name = \"...\", value = \"...\" }]");
    }
    let design = Design {
        people,
        cases,
        days: days?,
        sweep,
        structure,
        figures,
    };
    known_names(root, keys, &design);
    Some(design)
}

fn chosen(
    table: &Table,
    keys: &mut Reader,
    key: &str,
    choices: &[&str],
    needed: bool,
) -> Option<String> {
    if table.get(key).is_none() {
        if needed {
            keys.missing(0..0, key, &format!("\"{}\"", choices[0]));
        }
        return None;
    }
    let (word, span) = keys.text(table, key)?;
    if choices.contains(&word.as_str()) {
        return Some(word);
    }
    let message = format!("`{key}` cannot be `{word}`");
    keys.fault("wrong-value", span, message).help =
        Some(format!("choose one of: {}", choices.join(", ")));
    None
}

fn flag(table: &Table, keys: &mut Reader, key: &str) -> bool {
    let Some(value) = table.get(key) else {
        return false;
    };
    match value.get_ref() {
        DeValue::Boolean(flag) => *flag,
        _ => keys.mistaken(key, value, "true or false").unwrap_or(false),
    }
}

/// `16 week`, in days.
fn time(table: &Table, keys: &mut Reader, key: &str) -> Option<f64> {
    let (words, span) = keys.text(table, key)?;
    let parts: Vec<&str> = words.split_whitespace().collect();
    if let [number, unit] = parts[..]
        && let (Ok(number), Some(unit)) = (number.parse::<f64>(), time_unit_day(unit))
        && number.is_finite()
        && number >= 0.0
    {
        return Some(number * unit);
    }
    let message = format!("`{words}` is not a time");
    keys.fault("wrong-value", span, message).help = Some("write `\"16 week\"`".to_owned());
    None
}

fn times(root: &Table, keys: &mut Reader) -> Option<Vec<f64>> {
    let Some((table, span)) = keys.table(root, "time") else {
        // Steady states have no time.
        return Some(vec![0.0]);
    };
    keys.only(table, &["until", "every"], "`time`");
    for key in ["until", "every"] {
        if table.get(key).is_none() {
            keys.missing(span.clone(), key, "\"1 week\"");
        }
    }
    let (until, every) = (time(table, keys, "until")?, time(table, keys, "every")?);
    if every <= 0.0 || until / every > MOST_LOOKS {
        let message = format!("nobody looks every {every} day until day {until}");
        keys.fault("wrong-value", span, message);
        return None;
    }
    // The last look counts although sevenths do not add up exactly.
    let looks = (until / every + 1e-9).floor() as usize;
    Some((0..=looks).map(|look| look as f64 * every).collect())
}

fn sweep(root: &Table, keys: &mut Reader) -> Vec<(String, Vec<f64>)> {
    let Some((table, _)) = keys.table(root, "sweep") else {
        return Vec::new();
    };
    let mut swept = Vec::new();
    for (name, value) in table {
        match numbers(value.get_ref()).filter(|values| !values.is_empty()) {
            Some(values) => swept.push((name.get_ref().to_string(), values)),
            None => {
                keys.mistaken::<()>(name.get_ref(), value, "a list of numbers");
            }
        }
    }
    swept
}

fn structure(root: &Table, keys: &mut Reader, swept: &[&str]) -> Option<Structure> {
    let (table, span) = keys.table(root, "structure")?;
    keys.only(
        table,
        &["cut", "stay", "input", "highest", "steps", "watch", "alter"],
        "`structure`",
    );
    let place = (table, &span);
    let cut = keys.needed_text(place, "cut", "\"skin.keratinocyte.KC\"");
    let input = keys.needed_text(place, "input", "\"trigger\"");
    let watch = keys.needed_text(place, "watch", "\"keratinocyte_programme\"");
    let highest = keys.needed_number(place, "highest", "1");
    let stay_day = time(table, keys, "stay");
    Some(Structure {
        cut: cut?.0,
        stay_day: stay_day?,
        input: input?.0,
        highest: highest?.0,
        steps: keys
            .count(table, "steps")
            .map_or(40, |(steps, _)| steps.clamp(2, 1000)),
        watch: watch?.0,
        alter: people::alterations(table, keys, swept),
    })
}

fn judged((table, span): Place, keys: &mut Reader) -> Option<Judged> {
    keys.only(
        table,
        &["name", "value", "at_least", "at_most", "unit"],
        "a figure",
    );
    let name = keys.needed_text((table, span), "name", "\"responders\"");
    let value = keys.needed_text((table, span), "value", "\"mean(PASI[drug, 16 week])\"");
    let low = keys.number(table, "at_least").map(|(low, _)| low);
    let high = keys.number(table, "at_most").map(|(high, _)| high);
    let unit = keys
        .text(table, "unit")
        .map_or_else(|| "1".to_owned(), |(unit, _)| unit);
    let (value, span) = value?;
    let figure = match Figure::parse(&value) {
        Ok(figure) => figure,
        Err(wrong) => {
            point_at(keys, &span, &wrong.span, wrong.message, wrong.help);
            return None;
        }
    };
    Some(Judged {
        name: name?.0,
        figure,
        low,
        high,
        unit,
    })
}

/// Points inside a string that stands at `span`.
fn point_at(
    keys: &mut Reader,
    span: &Range<usize>,
    inside: &Range<usize>,
    message: String,
    help: Option<String>,
) {
    let mut fault = psora_model::Diagnostic::new("not-a-figure", "", Some(inside.clone()), message);
    fault.help = help;
    keys.faults_inside(span, vec![fault]);
}

/// Cases and times that figures speak of must be there.
fn known_names(root: &Table, keys: &mut Reader, design: &Design) {
    let cases: Vec<&str> = design.cases.iter().map(|case| case.name.as_str()).collect();
    let tables = keys.tables(root, "figure");
    if tables.len() != design.figures.len() {
        // One that could not be read has been pointed at already.
        return;
    }
    for (table, judged) in tables.iter().zip(&design.figures) {
        let Some((_, span)) = keys.text(table.0, "value") else {
            continue;
        };
        judged.figure.walk(&mut |inner| {
            if let Figure::Reading {
                case,
                day,
                span: place,
                ..
            } = inner
            {
                if !cases.contains(&case.as_str()) {
                    let help = nearest(case, cases.iter().copied())
                        .map(|near| format!("did you mean `{near}`?"));
                    let message = format!("there is no case `{case}`");
                    point_at(keys, &span, place, message, help);
                }
                if let Some(day) = day
                    && !design.days.iter().any(|look| (look - day).abs() < 1e-6)
                {
                    let message = format!("nobody looks on day {day}");
                    let help = Some("mend `every` and `until` of `[time]`".to_owned());
                    point_at(keys, &span, place, message, help);
                }
            }
            if let Figure::Fold(Fold::Quantile, values, place) = inner
                && !matches!(values.get(1), Some(Figure::Number(share)) if *share <= 1.0)
            {
                let message = "`quantile` wants a share between 0 and 1".to_owned();
                point_at(keys, &span, place, message, None);
            }
        });
    }
}
