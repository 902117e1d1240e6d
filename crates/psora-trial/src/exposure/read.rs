//! A file of published exposure to [`Exposures`], or everything that is wrong with it.

use super::{AVERAGES, Average, Exposures, Figure, QUANTITIES, Quantity, Which};
use crate::document::{Place, Reader, nearest};
use crate::treatment;
use psora_model::Diagnostics;
use psora_units::Unit;

const KEYS: [&str; 13] = [
    "regimen",
    "quantity",
    "dose",
    "week",
    "window_day",
    "average",
    "value",
    "interval",
    "sd",
    "unit",
    "weight_kg",
    "source",
    "recalled",
];

pub(super) fn read(file: &str, text: &str) -> Result<Exposures, Diagnostics> {
    let (root, mut reader) = Reader::new(file, text);
    let table = root.get_ref();
    reader.only(table, &["drug", "gap", "figure"], "an exposure");
    let drug = reader.needed_text((table, &(0..0)), "drug", "\"adalimumab\"");
    let gap = reader.text(table, "gap").map(|(gap, _)| gap);
    let name = drug.map(|(drug, _)| drug);
    let mut figures = Vec::new();
    for (table, span) in reader.tables(table, "figure") {
        let drug = name.clone().unwrap_or_default();
        figures.extend(figure((table, &span), drug, &mut reader));
    }
    reader.finish(name.map(|drug| Exposures { drug, figures, gap }))
}

fn figure(place: Place, drug: String, reader: &mut Reader) -> Option<Figure> {
    let (table, span) = place;
    reader.only(table, &KEYS, "a figure");
    let regimen = reader.needed_text(place, "regimen", "\"adalimumab 40 mg sc at 0 day\"");
    if let Some((text, span)) = &regimen
        && let Err(faults) = treatment::check(text)
    {
        reader.faults_inside(span, faults);
    }
    let quantity = quantity(place, reader);
    let dose = dose(place, reader);
    let window = reader.pair(table, "window_day");
    let average = average(place, reader);
    let value = reader.number_within(table, "value", 0.0, f64::INFINITY);
    let interval = reader.pair(table, "interval");
    let sd = reader.number_within(table, "sd", 0.0, f64::INFINITY);
    let unit = unit(place, reader);
    let weight_kg = reader.number_within(table, "weight_kg", 20.0, 250.0);
    let source = reader.needed_text(place, "source", "\"Humira label, section 12.3\"");
    let recalled = match table.get("recalled") {
        Some(value) => match value.get_ref().as_bool() {
            Some(recalled) => recalled,
            None => reader.mistaken("recalled", value, "true or false")?,
        },
        None => false,
    };
    if table.get("value").is_none() && table.get("interval").is_none() {
        reader.missing(span.clone(), "value", "4.7");
    }
    if quantity == Some(Quantity::HalfLife) && table.get("window_day").is_none() {
        reader.missing(span.clone(), "window_day", "[28, 84]");
    }
    let (regimen, regimen_span) = regimen?;
    Some(Figure {
        drug,
        regimen,
        regimen_span,
        quantity: quantity?,
        dose: dose?,
        window,
        average: average?,
        value,
        interval,
        sd,
        unit: unit?,
        weight_kg,
        source: source?.0,
        recalled,
    })
}

fn quantity((table, span): Place, reader: &mut Reader) -> Option<Quantity> {
    let (name, span) = reader.needed_text((table, span), "quantity", "\"cmax\"")?;
    let known = QUANTITIES.iter().find(|(known, ..)| *known == name);
    if known.is_none() {
        let names = QUANTITIES.map(|(name, ..)| name);
        let help = nearest(&name, names).map_or_else(
            || format!("there are: {}", names.join(", ")),
            |near| format!("did you mean `{near}`?"),
        );
        let message = format!("`{name}` is no quantity of exposure");
        reader.fault("unknown-name", span, message).help = Some(help);
    }
    known.map(|(_, quantity, _)| *quantity)
}

fn average((table, _): Place, reader: &mut Reader) -> Option<Average> {
    let Some((name, span)) = reader.text(table, "average") else {
        return Some(Average::Mean);
    };
    let known = AVERAGES.iter().find(|(known, _)| *known == name);
    if known.is_none() {
        let message = format!("`{name}` is no average");
        reader.fault("unknown-name", span, message).help =
            Some("choose mean, geometric mean or median".to_owned());
    }
    known.map(|(_, average)| *average)
}

fn dose((table, span): Place, reader: &mut Reader) -> Option<Which> {
    if table.get("dose").is_some() && table.get("week").is_some() {
        let message = "a figure follows a `dose` or a `week`, not both";
        reader.fault("wrong-value", span.clone(), message);
        return None;
    }
    if table.get("week").is_some() {
        return reader
            .number_within(table, "week", 0.0, 520.0)
            .map(Which::Week);
    }
    if table.get("dose").is_none() {
        return Some(Which::Number(1));
    }
    let (number, span) = reader.count(table, "dose")?;
    if number == 0 {
        reader.fault("wrong-value", span, "the first dose is dose 1");
        return None;
    }
    Some(Which::Number(number))
}

fn unit((table, span): Place, reader: &mut Reader) -> Option<String> {
    let (unit, span) = reader.needed_text((table, span), "unit", "\"mg/L\"")?;
    match Unit::parse(&unit) {
        Ok(_) => Some(unit),
        Err(_) => {
            let message = format!("`{unit}` is not a unit");
            reader.fault("wrong-unit", span, message).help =
                Some("write `mg/L`, `ng/mL`, `day`, `h` or `1`".to_owned());
            None
        }
    }
}
