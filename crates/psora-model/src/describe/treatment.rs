//! Pages of treatments: what is given, how it moves, where it acts, on what that stands.

use super::item::digits;
use super::module::split_story;
use super::page::{Page, commas, short, unit_word, with_unit};
use crate::model::Model;
use crate::read::sources_of;
use crate::syntax::SourceKind;
use std::collections::BTreeMap;

impl Model {
    pub(super) fn treatment_page(&self, index: usize) -> String {
        let part = &self.whole.parts[index];
        let tree = &part.tree;
        let (title, story) = split_story(&tree.story);
        let mut page = Page::new(format!("{}   {title}", part.short()));
        page.list("", story.lines().map(|line| vec![line.to_owned()]));
        page.say("file", part.file.clone());
        page.list(
            "regimens",
            tree.regimens
                .iter()
                .map(|it| vec![it.name.text.clone(), it.text.text.clone(), it.label.clone()]),
        );
        page.list(
            "routes",
            tree.routes.iter().map(|it| {
                vec![
                    it.name.text.clone(),
                    format!("into {}", it.into.text),
                    it.label.clone(),
                ]
            }),
        );
        page.list(
            "kinetics",
            tree.parameters.iter().map(|it| {
                let id = self.whole.scopes[index][&it.name.text];
                let factor = it.unit.unit.factor();
                let value: Vec<String> = self
                    .value(id)
                    .iter()
                    .map(|value| digits(value / factor))
                    .collect();
                let value = with_unit(&value.join(", "), it.unit.unit.text());
                let spread = match it.varies {
                    Some((_, spread)) => format!("spread {}", spread.value),
                    None => String::new(),
                };
                vec![it.name.text.clone(), value, commas(&[&it.label, &spread])]
            }),
        );
        page.list(
            "target",
            tree.adds.iter().map(|it| {
                let text = short(&Self::text_of(part, it.body.span));
                vec![
                    it.name.text.clone(),
                    text,
                    self.target(index, &it.name.text),
                ]
            }),
        );
        page.list(
            "reactions",
            tree.reactions.iter().map(|it| {
                let place = Self::place(part, it.name.span);
                vec![
                    it.name.text.clone(),
                    place,
                    short(&Self::text_of(part, it.rate.span)),
                ]
            }),
        );
        page.list(
            "outputs",
            tree.outputs.iter().map(|it| {
                vec![
                    it.name.text.clone(),
                    commas(&[&it.label, unit_word(it.unit.unit.text())]),
                ]
            }),
        );
        page.list(
            "sources",
            self.sources_in(index)
                .into_iter()
                .map(|(key, citation)| vec![key, citation]),
        );
        page.print()
    }

    /// What the open sum stands for.
    fn target(&self, part: usize, name: &str) -> String {
        let open = self.whole.adds.iter().find(|(id, adds)| {
            self.whole.items[**id].name == name && adds.iter().any(|add| add.0 == part)
        });
        open.map(|(&id, _)| commas(&[&self.whole.full_name(id), &self.label(id)]))
            .unwrap_or_default()
    }

    fn sources_in(&self, index: usize) -> BTreeMap<String, String> {
        let mut cited = BTreeMap::new();
        for source in sources_of(&self.whole.parts[index]) {
            if let SourceKind::Cited { key, .. } = &source.kind {
                cited.insert(key.text.clone(), self.citation(&key.text));
            }
        }
        cited
    }
}
