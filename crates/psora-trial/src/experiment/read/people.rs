//! Who takes part, and what is done to them.

use super::{chosen, flag, time};
use crate::document::{Place, Reader, Table, finite, nearest};
use crate::experiment::{Alter, Among, Amount, Case, Enter, Group, Pulse, Start};
use crate::outcome::Criterion;

/// The most people drawn for a group.
const MOST_PEOPLE: usize = 100_000;

pub(super) fn people(root: &Table, keys: &mut Reader) -> Vec<Group> {
    let mut groups = Vec::new();
    for (table, span) in keys.tables(root, "people") {
        keys.only(
            table,
            &[
                "name",
                "start",
                "candidates",
                "enter",
                "among",
                "years",
                "noise",
                "drop_out",
                "alter",
            ],
            "`people`",
        );
        let name = keys
            .text(table, "name")
            .map_or_else(String::new, |(name, _)| name);
        let start = chosen(table, keys, "start", &["healthy", "plaque"], false);
        if table.get("start").is_none() {
            keys.missing(span, "start", "\"plaque\"");
        }
        let candidates = keys.count(table, "candidates").and_then(|(count, span)| {
            let possible = (1..=MOST_PEOPLE).contains(&count);
            if !possible {
                let message = format!("from 1 to {MOST_PEOPLE} people can be drawn, not {count}");
                keys.fault("wrong-value", span, message);
            }
            possible.then_some(count)
        });
        groups.push(Group {
            name,
            start: if start.as_deref() == Some("plaque") {
                Start::Plaque
            } else {
                Start::Healthy
            },
            candidates,
            enter: enter(table, keys),
            among: among(table, keys),
            years: keys.number_within(table, "years", 0.2, 80.0),
            noise: flag(table, keys, "noise"),
            drop_out: flag(table, keys, "drop_out"),
            alter: alterations(table, keys, &[]),
        });
    }
    if groups.is_empty() && root.get("people").is_none() && root.get("structure").is_none() {
        keys.missing(0..0, "people", "[{ start = \"plaque\", candidates = 300 }]");
    }
    groups
}

fn enter(table: &Table, keys: &mut Reader) -> Enter {
    let Some((words, span)) = keys.text(table, "enter") else {
        return Enter::Everybody;
    };
    if words == "trial" {
        return Enter::Trial;
    }
    let mut criteria = Vec::new();
    for part in words.split(" and ") {
        match Criterion::parse(part) {
            Ok(Some(criterion)) => criteria.push(criterion),
            Ok(None) | Err(_) => {
                let message = format!("`{part}` is no criterion");
                keys.fault("wrong-value", span.clone(), message).help = Some(
                    "write \"trial\", or scores such as \"PASI >= 3 and BSA < 10\"".to_owned(),
                );
            }
        }
    }
    Enter::Exact(criteria)
}

fn among(table: &Table, keys: &mut Reader) -> Option<Among> {
    let (among, span) = keys.table(table, "among")?;
    keys.only(among, &["parameter", "from", "to"], "`among`");
    let parameter = keys.needed_text((among, &span), "parameter", "\"skin.keratinocyte.gain\"");
    let from = keys.number_within(among, "from", 0.0, 1.0).unwrap_or(0.0);
    let to = keys.number_within(among, "to", 0.0, 1.0).unwrap_or(1.0);
    if from >= to {
        keys.fault("wrong-value", span, "`from` must be below `to`");
    }
    Some(Among {
        parameter: parameter?.0,
        from,
        to,
    })
}

/// `{ IL17A = 1, t_T17 = "x 0.05" }`.
pub(super) fn alterations(table: &Table, keys: &mut Reader, swept: &[&str]) -> Vec<Alter> {
    let Some((table, _)) = keys.table(table, "alter") else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for (name, value) in table {
        let text = value.get_ref().as_str().map(str::trim);
        let scaled = text.and_then(|text| text.strip_prefix("x "));
        let amount = match (finite(value.get_ref()), scaled.or(text)) {
            (Some(number), _) => Some(Amount::Number(number)),
            (None, Some(word)) => word_amount(word.trim(), swept),
            (None, None) => None,
        };
        match amount {
            Some(amount) => found.push(Alter {
                name: name.get_ref().to_string(),
                scaled: scaled.is_some(),
                amount,
            }),
            None => {
                let wanted = "a number to hold, `\"x 0.5\"` to scale, or a name that is swept";
                keys.mistaken::<()>(name.get_ref(), value, wanted);
            }
        }
    }
    found
}

fn word_amount(word: &str, swept: &[&str]) -> Option<Amount> {
    if swept.contains(&word) {
        return Some(Amount::Swept(word.to_owned()));
    }
    let number = word.parse::<f64>().ok().filter(|number| number.is_finite());
    number.map(Amount::Number)
}

pub(super) fn cases(
    root: &Table,
    keys: &mut Reader,
    people: &[Group],
    swept: &[&str],
) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for (table, span) in keys.tables(root, "case") {
        keys.only(
            table,
            &[
                "name", "people", "regimen", "stop", "missed", "alter", "from", "until", "pulse",
            ],
            "a case",
        );
        let Some((name, name_span)) = keys.needed_text((table, &span), "name", "\"untreated\"")
        else {
            continue;
        };
        if cases.iter().any(|case| case.name == name) {
            let message = format!("there are two cases `{name}`");
            keys.fault("twice", name_span, message);
        }
        let group = match keys.text(table, "people") {
            None => 0,
            Some((wanted, span)) => {
                let found = people.iter().position(|group| group.name == wanted);
                if found.is_none() {
                    let names = people.iter().map(|group| group.name.as_str());
                    let help =
                        nearest(&wanted, names).map(|near| format!("did you mean `{near}`?"));
                    let message = format!("there are no people `{wanted}`");
                    keys.fault("unknown-name", span, message).help = help;
                }
                found.unwrap_or(0)
            }
        };
        let regimen = keys.text(table, "regimen");
        if let Some((words, span)) = &regimen
            && let Err(faults) = crate::treatment::check(words)
        {
            keys.faults_inside(span, faults);
        }
        cases.push(Case {
            name,
            group,
            regimen,
            stop_day: time(table, keys, "stop"),
            missed: keys.number_within(table, "missed", 0.0, 1.0),
            alter: alterations(table, keys, swept),
            from_day: time(table, keys, "from").unwrap_or(0.0),
            until_day: time(table, keys, "until").unwrap_or(f64::INFINITY),
            pulses: pulses(table, keys, swept),
        });
    }
    cases
}

/// `pulse = [{ input = "trigger", height = 1, from = "1 week", days = 60 }]`.
fn pulses(table: &Table, keys: &mut Reader, swept: &[&str]) -> Vec<Pulse> {
    let mut pulses = Vec::new();
    for (table, span) in keys.tables(table, "pulse") {
        keys.only(table, &["input", "height", "from", "days"], "a pulse");
        let input = keys.needed_text((table, &span), "input", "\"trigger\"");
        let height = amount((table, &span), keys, "height", swept);
        let days = amount((table, &span), keys, "days", swept);
        if let (Some((input, _)), Some(height), Some(days)) = (input, height, days) {
            pulses.push(Pulse {
                input,
                height,
                from_day: time(table, keys, "from").unwrap_or(0.0),
                days,
            });
        }
    }
    pulses
}

fn amount((table, span): Place, keys: &mut Reader, key: &str, swept: &[&str]) -> Option<Amount> {
    let Some(value) = table.get(key) else {
        keys.missing(span.clone(), key, "1");
        return None;
    };
    let word = value.get_ref().as_str();
    let found = match finite(value.get_ref()) {
        Some(number) => Some(Amount::Number(number)),
        None => word.and_then(|word| word_amount(word, swept)),
    };
    found.or_else(|| keys.mistaken(key, value, "a number, or a name that is swept"))
}
