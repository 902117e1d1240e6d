//! Every number has a range in which it lies and a source that exists.

use super::{Checker, Kind, Place};
use crate::suggest::did_you_mean;
use crate::syntax::{Effect, Number, Parameter, Source, SourceKind, Spread, UnitAt, Values};

impl Checker {
    /// Checks parameters, covariates and starting values.
    pub(super) fn evidence(&mut self) {
        for part in 0..self.whole.parts.len() {
            let tree = self.whole.parts[part].tree.clone();
            for species in &tree.species {
                self.values(
                    part,
                    &format!("species `{}`", species.name.text),
                    &species.start,
                    &species.name.text,
                );
            }
            for covariate in &tree.covariates {
                let thing = format!("covariate `{}`", covariate.name.text);
                self.range(
                    part,
                    &thing,
                    &[covariate.value],
                    covariate.range,
                    &covariate.unit,
                );
                self.cited(part, covariate.source.as_ref());
            }
            for parameter in &tree.parameters {
                let thing = format!("parameter `{}`", parameter.name.text);
                self.values(part, &thing, &parameter.value, &parameter.name.text);
                if let Some(range) = parameter.range {
                    self.range(
                        part,
                        &thing,
                        &parameter.value.numbers,
                        range,
                        &parameter.unit,
                    );
                }
                self.cited(part, parameter.source.as_ref());
                self.variation(part, parameter);
            }
        }
    }

    /// A list has one value a site, and only what stands in a tissue with sites has a list.
    fn values(&mut self, part: usize, thing: &str, values: &Values, name: &str) {
        let Some(&id) = self.whole.scopes[part].get(name) else {
            return;
        };
        if !values.list || self.whole.items[id].kind == Kind::Broken {
            return;
        }
        if self.whole.items[id].place == Place::Body {
            let help = match &self.whole.sites {
                Some((tissue, _)) => format!("write one value, or put it `in {tissue}`"),
                None => "write one value".to_owned(),
            };
            self.fault(
                part,
                "wrong-list",
                values.span,
                format!("{thing} is not one a site, and has a list of values"),
            )
            .help = Some(help);
            return;
        }
        let (tissue, sites) = self.whole.sites.clone().unwrap_or_default();
        if sites.len() != values.numbers.len() {
            let message = format!(
                "{thing} has {} values, but `{tissue}` has {} sites",
                values.numbers.len(),
                sites.len()
            );
            self.fault(part, "wrong-list", values.span, message).help =
                Some(format!("write one value for each of {}", sites.join(", ")));
        }
    }

    fn range(
        &mut self,
        part: usize,
        thing: &str,
        values: &[Number],
        range: (Number, Number),
        unit: &UnitAt,
    ) {
        let (low, high) = range;
        if low.value >= high.value {
            let message = format!("the range of {thing} ends before it begins");
            self.fault(part, "wrong-range", low.span.to(high.span), message)
                .help = Some("write `range LOW .. HIGH`".to_owned());
            return;
        }
        for value in values {
            if value.value < low.value || value.value > high.value {
                let message = format!("{thing} lies outside its own range");
                let unit = unit.unit.text();
                let fault = self.fault(part, "outside-range", value.span, message);
                fault.label = format!("not between {} and {} {unit}", low.value, high.value);
                fault.help = Some("widen the range if the value is plausible".to_owned());
            }
        }
    }

    /// A cited key stands in `sources.bib`.
    pub(super) fn cited(&mut self, part: usize, source: Option<&Source>) {
        let Some(Source {
            kind: SourceKind::Cited { key, .. },
            ..
        }) = source
        else {
            return;
        };
        if !self.whole.bibliography.whole || self.whole.bibliography.entries.contains_key(&key.text)
        {
            return;
        }
        if !self.reported.insert((part, format!("@{}", key.text))) {
            return;
        }
        let help = did_you_mean(
            &key.text,
            self.whole.bibliography.entries.keys().map(String::as_str),
        )
        .unwrap_or_else(|| {
            "add the source there, with author, title, journal, year and doi".to_owned()
        });
        let message = format!("`sources.bib` has no entry `{}`", key.text);
        self.fault(part, "unknown-source", key.span, message).help = Some(help);
    }

    fn variation(&mut self, part: usize, parameter: &Parameter) {
        let name = &parameter.name.text;
        if let Some((spread, number)) = parameter.varies {
            self.spread(part, parameter, spread, number);
        }
        for (other, correlation) in &parameter.with {
            if parameter.varies.is_none() {
                self.fault(
                    part,
                    "wrong-variation",
                    other.span,
                    format!(
                        "`{name}` does not vary, and cannot vary with `{}`",
                        other.text
                    ),
                )
                .help = Some("write `varies lognormal SPREAD` before `with`".to_owned());
                continue;
            }
            if !(-1.0..=1.0).contains(&correlation.value) {
                let message = "a correlation lies between -1 and 1".to_owned();
                self.fault(part, "wrong-variation", correlation.span, message);
            }
            let Some(id) = self.look_up(part, &other.text, other.span) else {
                continue;
            };
            let item = self.whole.items[id].clone();
            let varies = match item.kind {
                Kind::Broken => true,
                Kind::Parameter(index) => self.whole.parts[item.part].tree.parameters[index]
                    .varies
                    .is_some(),
                _ => false,
            };
            if !varies || other.text == *name {
                let message = format!("`{}` is no other parameter that varies", other.text);
                self.fault(part, "wrong-variation", other.span, message);
            }
        }
        for effect in &parameter.by {
            self.effect(part, effect);
        }
    }

    fn spread(&mut self, part: usize, parameter: &Parameter, spread: Spread, number: Number) {
        let name = &parameter.name.text;
        if number.value <= 0.0 {
            self.fault(
                part,
                "wrong-variation",
                number.span,
                "a spread is greater than 0".to_owned(),
            );
        }
        let one_for_all = parameter.value.numbers.iter();
        let (wrong, rule) = match spread {
            Spread::Lognormal => (
                one_for_all.clone().any(|value| value.value <= 0.0),
                "varies lognormally, so its value must be greater than 0",
            ),
            Spread::Logit => (
                one_for_all.clone().any(|value| {
                    let share = value.value * parameter.unit.unit.factor();
                    share <= 0.0 || share >= 1.0
                }) || !parameter.unit.unit.dimension().is_none(),
                "varies on the logit scale, so it must be a share between 0 and 1",
            ),
            Spread::Normal => (false, ""),
        };
        if wrong {
            self.fault(
                part,
                "wrong-variation",
                parameter.value.span,
                format!("`{name}` {rule}"),
            );
        }
    }

    fn effect(&mut self, part: usize, effect: &Effect) {
        let covariate = effect.covariate();
        let Some(id) = self.look_up(part, &covariate.text, covariate.span) else {
            return;
        };
        let item = self.whole.items[id].clone();
        if item.kind == Kind::Broken {
            return;
        }
        if !matches!(item.kind, Kind::Covariate(_)) {
            let message = format!(
                "`{}` is {}, not a covariate",
                covariate.text,
                item.kind.word()
            );
            self.fault(part, "not-a-covariate", covariate.span, message);
            return;
        }
        let mut known = self.palette(part);
        known.splice(0..0, item.unit.clone());
        match effect {
            Effect::Power {
                reference, unit, ..
            } => {
                if item
                    .dim
                    .as_ref()
                    .is_some_and(|dim| *dim != unit.unit.dimension().into())
                {
                    let shown = item.dim.map(|dim| dim.show(&known)).unwrap_or_default();
                    let message = format!("`{}` is measured in {shown}", covariate.text);
                    self.fault(part, "wrong-unit", unit.span, message).label =
                        format!("this is [{}]", unit.unit.text());
                }
                if reference.value <= 0.0 {
                    let message = "a reference value is greater than 0".to_owned();
                    self.fault(part, "wrong-variation", reference.span, message);
                }
            }
            Effect::Factor { factor, .. } => {
                if factor.value <= 0.0 {
                    self.fault(
                        part,
                        "wrong-variation",
                        factor.span,
                        "a factor is greater than 0".to_owned(),
                    );
                }
                if item.dim.as_ref().is_some_and(|dim| !dim.is_none()) {
                    let message = format!(
                        "`{}` is no yes or no: `x` wants a covariate that is 0 or 1",
                        covariate.text
                    );
                    self.fault(part, "wrong-unit", covariate.span, message).help = Some(format!(
                        "write `{} / REFERENCE UNIT ^ EXPONENT`",
                        covariate.text
                    ));
                }
            }
        }
    }
}
