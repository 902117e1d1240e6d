//! Pages of species, parameters, definitions, open sums, inputs, covariates, functions and
//! outputs.

use super::page::{Page, commas, short, unit_word, with_unit};
use super::readers::{Change, Reader};
use crate::check::{Id, Item, Kind, Part, Place};
use crate::model::Model;
use crate::syntax::{Effect, Parameter, Spread};

impl Model {
    pub(super) fn item_page(&self, id: Id) -> String {
        let item = &self.whole.items[id];
        let part = &self.whole.parts[item.part];
        let tree = &part.tree;
        match item.kind {
            Kind::Species(index) => self.species_page(id, item, index),
            Kind::Parameter(index) => self.parameter_page(id, &tree.parameters[index]),
            Kind::Covariate(index) => {
                let it = &tree.covariates[index];
                let mut page = self.titled(id, &it.label, "covariate");
                let unit = it.unit.unit.text();
                page.say("usually", with_unit(&it.value.value.to_string(), unit));
                page.say(
                    "range",
                    with_unit(
                        &format!("{} .. {}", it.range.0.value, it.range.1.value),
                        unit,
                    ),
                );
                page.say("source", self.source_in_words(it.source.as_ref()));
                self.acts_on(&mut page, &it.name.text);
                self.finish(page, id)
            }
            Kind::Input(index) => {
                let it = &tree.inputs[index];
                let page = self.titled(id, &it.label, "input, zero unless set");
                self.finish(page, id)
            }
            Kind::Open(index) => {
                let it = &tree.opens[index];
                let mut page = self.titled(id, &it.label, "open sum");
                let adds = self.whole.adds.get(&id).into_iter().flatten();
                page.list(
                    "added by",
                    adds.map(|&(part, index)| {
                        let add = &self.whole.parts[part].tree.adds[index];
                        let part = &self.whole.parts[part];
                        row(Reader {
                            name: part.module.clone(),
                            place: Self::place(part, add.name.span),
                            text: Self::text_of(part, add.body.span),
                        })
                    }),
                );
                self.finish(page, id)
            }
            Kind::Definition(index) => {
                let it = &tree.definitions[index];
                let mut page = self.titled(id, &it.label, "definition");
                page.say("is", Self::text_of(part, it.body.span));
                let made_of = self.made_of(item.part, &it.body);
                page.list(
                    "made of",
                    made_of
                        .into_iter()
                        .map(|id| vec![self.whole.items[id].name.clone(), self.label(id)]),
                );
                self.finish(page, id)
            }
            Kind::Broken => String::new(),
        }
    }

    /// The words that a file has for an item.
    pub(super) fn label(&self, id: Id) -> String {
        let item = &self.whole.items[id];
        let tree = &self.whole.parts[item.part].tree;
        match item.kind {
            Kind::Species(index) => &tree.species[index].label,
            Kind::Parameter(index) => &tree.parameters[index].label,
            Kind::Covariate(index) => &tree.covariates[index].label,
            Kind::Input(index) => &tree.inputs[index].label,
            Kind::Open(index) => &tree.opens[index].label,
            Kind::Definition(index) => &tree.definitions[index].label,
            Kind::Broken => "",
        }
        .to_owned()
    }

    fn unit_of(&self, item: &Item) -> String {
        match (&item.unit, &item.dim) {
            (Some(unit), _) => unit.text().to_owned(),
            (None, Some(dim)) => dim.show(&[]).trim_matches(['[', ']']).to_owned(),
            (None, None) => String::new(),
        }
    }

    /// A page whose title says what the item is and in which unit.
    fn titled(&self, id: Id, label: &str, kind: &str) -> Page {
        let item = &self.whole.items[id];
        let part = &self.whole.parts[item.part];
        let unit = self.unit_of(item);
        let site = match (&self.whole.sites, item.place) {
            (Some((tissue, sites)), Place::Site) => {
                format!("one in each of {} sites of {tissue}", sites.len())
            }
            _ => String::new(),
        };
        let mut page = Page::new(format!(
            "{}   {}",
            item.name,
            commas(&[label, kind, &site, unit_word(&unit)])
        ));
        page.say("declared", Self::place(part, item.span));
        page
    }

    /// Adds who reads the item.
    fn finish(&self, mut page: Page, id: Id) -> String {
        page.list("read by", self.readers(id).into_iter().map(row));
        page.print()
    }

    fn species_page(&self, id: Id, item: &Item, index: usize) -> String {
        let it = &self.whole.parts[item.part].tree.species[index];
        let mut page = self.titled(id, &it.label, &it.tissue.text);
        let starts: Vec<String> = it
            .start
            .numbers
            .iter()
            .map(|number| number.value.to_string())
            .collect();
        page.say(
            "starts at",
            with_unit(&starts.join(", "), it.unit.unit.text()),
        );
        let changes = self.changes(id);
        let side = |makes: bool| {
            changes
                .iter()
                .filter(move |change| (change.count > 0.0) == makes)
        };
        let show = |change: &Change| {
            let name = match &change.treatment {
                Some(treatment) => format!("{} ({treatment})", change.reader.name),
                None => change.reader.name.clone(),
            };
            vec![
                name,
                change.reader.place.clone(),
                short(&change.reader.text),
            ]
        };
        page.list("made by", side(true).map(show));
        page.list("removed by", side(false).map(show));
        page.say(
            "equation",
            format!("d{}/dt = {}", item.name, equation(&changes)),
        );
        self.finish(page, id)
    }

    fn parameter_page(&self, id: Id, it: &Parameter) -> String {
        let mut page = self.titled(id, &it.label, "parameter");
        let unit = it.unit.unit.text();
        let written: Vec<String> = it
            .value
            .numbers
            .iter()
            .map(|number| number.value.to_string())
            .collect();
        page.say("value", with_unit(&written.join(", "), unit));
        if self.values.contains_key(&id) {
            let factor = it.unit.unit.factor();
            let now: Vec<String> = self
                .value(id)
                .iter()
                .map(|value| digits(value / factor))
                .collect();
            page.say("calibrated", with_unit(&now.join(", "), unit));
        }
        page.say(
            "range",
            match it.range {
                Some((low, high)) => with_unit(&format!("{} .. {}", low.value, high.value), unit),
                None => "fixed".to_owned(),
            },
        );
        page.say("source", self.source_in_words(it.source.as_ref()));
        page.say("varies", variation(it));
        self.finish(page, id)
    }

    /// The parameters that a covariate changes.
    fn acts_on(&self, page: &mut Page, covariate: &str) {
        let all = self
            .whole
            .parts
            .iter()
            .flat_map(|part| part.tree.parameters.iter().map(move |it| (part, it)));
        let acted = all.filter(|(_, it)| {
            it.by
                .iter()
                .any(|effect| effect.covariate().text == covariate)
        });
        page.list(
            "changes",
            acted.map(|(part, it)| {
                vec![
                    format!("{}.{}", part.module, it.name.text),
                    Self::place(part, it.name.span),
                    variation(it),
                ]
            }),
        );
    }

    pub(super) fn function_page(&self, name: &str) -> Option<String> {
        let &(part, index) = self.whole.functions.get(name)?;
        let part: &Part = &self.whole.parts[part];
        let it = &part.tree.functions[index];
        let arguments: Vec<&str> = it.arguments.iter().map(|name| name.text.as_str()).collect();
        let mut page = Page::new(format!(
            "{name}({})   {}",
            arguments.join(", "),
            commas(&[&it.label, "function"])
        ));
        page.say("declared", Self::place(part, it.name.span));
        page.say("is", Self::text_of(part, it.body.span));
        Some(page.print())
    }

    pub(super) fn output_page(&self, name: &str) -> Option<String> {
        let parts = self.whole.parts.iter();
        let (part, it) = parts
            .flat_map(|part| part.tree.outputs.iter().map(move |it| (part, it)))
            .find(|(part, it)| {
                it.name.text == name || format!("{}.{}", part.module, it.name.text) == name
            })?;
        let mut page = Page::new(format!(
            "{}   {}",
            it.name.text,
            commas(&[&it.label, "output", unit_word(it.unit.unit.text())])
        ));
        page.say("declared", Self::place(part, it.name.span));
        page.say("is", Self::text_of(part, it.body.span));
        Some(page.print())
    }
}

fn row(reader: Reader) -> Vec<String> {
    vec![reader.name, reader.place, short(&reader.text)]
}

/// The right side of a species' equation.
fn equation(changes: &[Change]) -> String {
    let mut text = String::new();
    for change in changes {
        let sign = match (change.count < 0.0, text.is_empty()) {
            (true, true) => "-",
            (true, false) => " - ",
            (false, true) => "",
            (false, false) => " + ",
        };
        text.push_str(sign);
        let size = change.count.abs();
        if (size - 1.0).abs() > f64::EPSILON {
            text.push_str(&format!("{size} * "));
        }
        // Brackets that stand around the whole rate are part of its text.
        if change.is_sum && !change.reader.text.starts_with('(') {
            text.push_str(&format!("({})", change.reader.text));
        } else {
            text.push_str(&change.reader.text);
        }
    }
    if text.is_empty() {
        "0".to_owned()
    } else {
        text
    }
}

/// How a parameter varies, as written.
fn variation(it: &Parameter) -> String {
    let mut text = match it.varies {
        None => String::new(),
        Some((spread, number)) => {
            let spread = match spread {
                Spread::Lognormal => "lognormal",
                Spread::Normal => "normal",
                Spread::Logit => "logit",
            };
            format!("{spread} {}", number.value)
        }
    };
    let mut more = |part: String| {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(&part);
    };
    for (other, correlation) in &it.with {
        more(format!("with {} {}", other.text, correlation.value));
    }
    let effects: Vec<String> = it.by.iter().map(effect).collect();
    if !effects.is_empty() {
        more(format!("by {}", effects.join(", ")));
    }
    text
}

fn effect(effect: &Effect) -> String {
    match effect {
        Effect::Power {
            covariate,
            reference,
            unit,
            exponent,
        } => format!(
            "{} / {} {} ^ {}",
            covariate.text,
            reference.value,
            unit.unit.text(),
            exponent.value
        ),
        Effect::Factor { covariate, factor } => format!("{} x {}", covariate.text, factor.value),
    }
}

/// A number without the noise of its last digits.
pub(super) fn digits(value: f64) -> String {
    let rounded: f64 = format!("{value:.6e}").parse().unwrap_or(value);
    rounded.to_string()
}
