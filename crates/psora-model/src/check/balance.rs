//! Reactions and outputs: what flows must fit where it comes from and where it goes.

use super::infer::{Context, Typed};
use super::{Checker, Dim, Item, Kind, Place};
use crate::syntax::{Name, Reaction};
use psora_units::Dimension;

impl Checker {
    /// Checks every reaction.
    pub(super) fn reactions(&mut self) {
        for part in 0..self.whole.parts.len() {
            let reactions = self.whole.parts[part].tree.reactions.clone();
            self.different("reaction", part, reactions.iter().map(|it| &it.name));
            for reaction in &reactions {
                self.reaction(part, reaction);
            }
        }
    }

    fn reaction(&mut self, part: usize, reaction: &Reaction) {
        let rate = self.infer(&reaction.rate, &Context::of(part));
        let changes = reaction.changes();
        if changes.is_empty() {
            let message = format!("reaction `{}` changes nothing", reaction.name.text);
            self.fault(part, "empty-reaction", reaction.name.span, message)
                .help = Some("name a species before or after `->`".to_owned());
            return;
        }
        let mut species: Vec<(Name, Item)> = Vec::new();
        for (_, name) in changes {
            let Some(item) = self.species(part, reaction, name) else {
                return;
            };
            species.push((name.clone(), item));
        }
        if !self.balanced(part, reaction, &species) {
            return;
        }
        if let Some(rate) = rate {
            let (name, item) = &species[0];
            self.rate(part, reaction, name, item, &rate);
        }
    }

    /// What a participant is; none if it is no species.
    fn species(&mut self, part: usize, reaction: &Reaction, name: &Name) -> Option<Item> {
        let id = self.look_up(part, &name.text, name.span)?;
        let item = self.whole.items[id].clone();
        match item.kind {
            Kind::Species(_) => Some(item),
            Kind::Broken => None,
            kind => {
                let message = format!(
                    "reaction `{}` cannot change `{}`: it is {}, and only species change",
                    reaction.name.text,
                    name.text,
                    kind.word()
                );
                self.fault(part, "not-a-species", name.span, message).help = match kind {
                    Kind::Open(_) => Some("add to it in an `add` section".to_owned()),
                    _ => None,
                };
                None
            }
        }
    }

    /// All participants of a flow have one dimension and stand in one tissue, or are amounts.
    fn balanced(&mut self, part: usize, reaction: &Reaction, species: &[(Name, Item)]) -> bool {
        let (first_name, first) = &species[0];
        for (name, item) in &species[1..] {
            let known = self.palette(part);
            let (Some(a), Some(b)) = (&first.dim, &item.dim) else {
                return false;
            };
            if a != b {
                let message = format!(
                    "reaction `{}` does not balance: `{}` is {} and `{}` is {}",
                    reaction.name.text,
                    first_name.text,
                    a.show(&known),
                    name.text,
                    b.show(&known)
                );
                let fault = self.fault(part, "unbalanced", name.span, message);
                fault.label = format!("not {}", a.show(&known));
                fault.help = Some(
                    "let amounts flow and write the concentration as a definition, \
                     or write two reactions, one for each side"
                        .to_owned(),
                );
                return false;
            }
            let (from, to) = (self.tissue_of(first), self.tissue_of(item));
            if from == to {
                continue;
            }
            if first.place != item.place {
                let message = format!(
                    "reaction `{}` joins `{}`, one at each site, with one for the whole body",
                    reaction.name.text,
                    if first.place == Place::Site {
                        &first_name.text
                    } else {
                        &name.text
                    }
                );
                let tissue = self
                    .whole
                    .sites
                    .as_ref()
                    .map_or("skin", |(name, _)| name.as_str());
                let help = format!(
                    "write two reactions, the one for the body at `sum over {tissue} (RATE)` or `mean over {tissue} (RATE)`"
                );
                self.fault(part, "site-flow", name.span, message).help = Some(help);
                return false;
            }
            if !is_amount(a) {
                let message = format!(
                    "reaction `{}` flows from {from} to {to}, but {} is no amount",
                    reaction.name.text,
                    a.show(&known)
                );
                let fault = self.fault(part, "unbalanced", name.span, message);
                fault.label = format!("in {to}, not in {from}");
                fault.help = Some(
                    "volumes differ between tissues: let amounts flow (mg, pmol, cell) and write \
                     the concentration as a definition"
                        .to_owned(),
                );
                return false;
            }
        }
        true
    }

    fn tissue_of(&self, item: &Item) -> String {
        match item.kind {
            Kind::Species(index) => self.whole.parts[item.part].tree.species[index]
                .tissue
                .text
                .clone(),
            _ => String::new(),
        }
    }

    fn rate(&mut self, part: usize, reaction: &Reaction, name: &Name, item: &Item, rate: &Typed) {
        let Some(dim) = &item.dim else { return };
        let mut known = self.palette(part);
        known.extend(item.unit.clone());
        let wanted = dim.per(&Dim::from(Dimension::TIME));
        if !rate.fits(&wanted) {
            let unit = item
                .unit
                .as_ref()
                .map_or_else(|| dim.show(&known), |unit| format!("[{}]", unit.text()));
            let message = format!(
                "reaction `{}` changes `{}` {unit}, so its rate must be {}",
                reaction.name.text,
                name.text,
                wanted.show(&known)
            );
            let help = self.rate_help(rate, dim, &wanted);
            let fault = self.fault(part, "wrong-unit", reaction.rate.span, message);
            fault.label = format!("this rate is {}", rate.dim.show(&known));
            fault.help = help;
        } else if item.place == Place::Body && rate.place == Place::Site {
            self.bare_site(part, reaction, name);
        }
    }

    /// What is missing or too much in the rate, if it is one plain thing.
    fn rate_help(&self, rate: &Typed, dim: &Dim, wanted: &Dim) -> Option<String> {
        let day = Dim::from(Dimension::TIME);
        if rate.dim == *dim {
            return Some("divide by a time, or multiply by a rate constant [1/day]".to_owned());
        }
        let missing = wanted.per(&rate.dim);
        if missing == *dim {
            return Some(
                "the rate does not scale with the species: is a factor missing?".to_owned(),
            );
        }
        if missing == day {
            return Some("the rate is divided by a time too often".to_owned());
        }
        None
    }

    fn bare_site(&mut self, part: usize, reaction: &Reaction, name: &Name) {
        let tissue = self
            .whole
            .sites
            .as_ref()
            .map_or_else(String::new, |(name, _)| name.clone());
        let message = format!(
            "reaction `{}` changes `{}`, one for the whole body, so its rate must be too",
            reaction.name.text, name.text
        );
        let fault = self.fault(part, "site-flow", reaction.rate.span, message);
        fault.label = format!("this differs between the sites of `{tissue}`");
        fault.help = Some(format!(
            "write `mean over {tissue} (..)` or `sum over {tissue} (..)` around what differs"
        ));
    }

    /// Checks every output.
    pub(super) fn outputs(&mut self) {
        let mut seen: Vec<(String, String)> = Vec::new();
        for part in 0..self.whole.parts.len() {
            for output in self.whole.parts[part].tree.outputs.clone() {
                let name = output.name.text.clone();
                if let Some((_, module)) = seen.iter().find(|(other, _)| *other == name) {
                    let label = format!("`{module}` declares it already");
                    self.fault(
                        part,
                        "duplicate-name",
                        output.name.span,
                        format!("output `{name}` is declared twice"),
                    )
                    .label = label;
                }
                seen.push((name, self.whole.parts[part].module.clone()));
                let Some(typed) = self.infer(&output.body, &Context::of(part)) else {
                    continue;
                };
                let wanted = Dim::from(output.unit.unit.dimension());
                if !typed.fits(&wanted) {
                    let known = self.palette(part);
                    let message = format!(
                        "output `{}` is recorded in [{}]",
                        output.name.text,
                        output.unit.unit.text()
                    );
                    self.fault(part, "wrong-unit", output.body.span, message)
                        .label = format!("this is {}", typed.dim.show(&known));
                }
            }
        }
    }
}

/// Mass, amount of substance or cells, not per volume or area.
fn is_amount(dim: &Dim) -> bool {
    [Dimension::MASS, Dimension::AMOUNT, Dimension::CELLS]
        .into_iter()
        .any(|amount| *dim == Dim::from(amount))
}
