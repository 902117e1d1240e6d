//! What a model says of a name, for a reader: the text behind `psora show`.

mod item;
mod module;
mod page;
mod readers;
mod targets;
mod treatment;

use crate::check::{Id, Kind};
use crate::model::Model;

/// How many near names are offered.
const OFFERED: usize = 5;

impl Model {
    /// What the model says of `name`: a treatment, a module, or anything that a file
    /// declares, by its full name or its last part.
    ///
    /// # Errors
    /// The names that may have been meant, nearest first.
    pub fn describe(&self, name: &str) -> Result<String, Vec<String>> {
        let parts = &self.whole.parts;
        let mut pages = Vec::new();
        let found = |part: &&(usize, &crate::check::Part)| {
            part.1.module == name || (part.1.treatment && part.1.short() == name)
        };
        let numbered: Vec<(usize, &crate::check::Part)> = parts.iter().enumerate().collect();
        if let Some(&(index, part)) = numbered.iter().find(found) {
            pages.push(if part.treatment {
                self.treatment_page(index)
            } else {
                self.module_page(index)
            });
        }
        for id in self.called(name) {
            pages.push(self.item_page(id));
        }
        pages.extend(self.function_page(name));
        pages.extend(self.output_page(name));
        if pages.is_empty() {
            Err(self.near(name))
        } else {
            Ok(pages.join("\n"))
        }
    }

    /// The items of this full or last name.
    fn called(&self, name: &str) -> Vec<Id> {
        let items = &self.whole.items;
        (0..items.len())
            .filter(|&id| items[id].kind != Kind::Broken)
            .filter(|&id| items[id].name == name || self.whole.full_name(id) == name)
            .collect()
    }

    fn near(&self, name: &str) -> Vec<String> {
        let mut all: Vec<String> = Vec::new();
        for part in &self.whole.parts {
            all.push(part.module.clone());
            if part.treatment {
                all.push(part.short().to_owned());
            }
            all.extend(
                part.tree
                    .outputs
                    .iter()
                    .map(|output| output.name.text.clone()),
            );
        }
        all.extend(self.whole.items.iter().map(|item| item.name.clone()));
        all.extend(self.whole.functions.keys().cloned());
        all.sort();
        all.dedup();
        let wanted = name.to_lowercase();
        let mut ranked: Vec<(usize, String)> = all
            .into_iter()
            .map(|known| {
                let lower = known.to_lowercase();
                let last = lower.rsplit('.').next().unwrap_or(&lower);
                let distance = strsim::damerau_levenshtein(&wanted, &lower)
                    .min(strsim::damerau_levenshtein(&wanted, last));
                let holds = wanted.len() > 2 && lower.contains(&wanted);
                (if holds { distance.min(2) } else { distance }, known)
            })
            .filter(|(distance, known)| *distance <= (known.chars().count() / 3).clamp(1, 3))
            .collect();
        ranked.sort();
        ranked
            .into_iter()
            .take(OFFERED)
            .map(|(_, known)| known)
            .collect()
    }
}
