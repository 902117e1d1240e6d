//! Pages of modules that are no treatments.

use super::page::{Page, commas, unit_word, with_unit};
use crate::model::Model;

impl Model {
    pub(super) fn module_page(&self, index: usize) -> String {
        let part = &self.whole.parts[index];
        let tree = &part.tree;
        let (title, story) = split_story(&tree.story);
        let mut page = Page::new(format!("{}   {title}", part.module));
        page.list("", story.lines().map(|line| vec![line.to_owned()]));
        page.say("file", part.file.clone());
        page.list("uses", tree.uses.iter().map(|path| vec![path.text.clone()]));
        page.list(
            "needs",
            tree.needs
                .iter()
                .map(|need| vec![need.name.text.clone(), format!("from {}", need.from.text)]),
        );
        let labelled = |name: &str, unit: &str, label: &str| {
            vec![name.to_owned(), commas(&[unit_word(unit), label])]
        };
        page.list(
            "inputs",
            tree.inputs
                .iter()
                .map(|it| labelled(&it.name.text, it.unit.unit.text(), &it.label)),
        );
        page.list(
            "covariates",
            tree.covariates
                .iter()
                .map(|it| labelled(&it.name.text, it.unit.unit.text(), &it.label)),
        );
        page.list(
            "open",
            tree.opens
                .iter()
                .map(|it| labelled(&it.name.text, it.unit.unit.text(), &it.label)),
        );
        page.list(
            "species",
            tree.species
                .iter()
                .map(|it| labelled(&it.name.text, it.unit.unit.text(), &it.label)),
        );
        page.list(
            "parameters",
            tree.parameters.iter().map(|it| {
                let value: Vec<String> = it
                    .value
                    .numbers
                    .iter()
                    .map(|number| number.value.to_string())
                    .collect();
                let value = with_unit(&value.join(", "), it.unit.unit.text());
                labelled(&it.name.text, &value, &it.label)
            }),
        );
        page.list(
            "functions",
            tree.functions
                .iter()
                .map(|it| labelled(&it.name.text, &Self::text_of(part, it.body.span), &it.label)),
        );
        page.list(
            "where",
            tree.definitions
                .iter()
                .map(|it| labelled(&it.name.text, "", &it.label)),
        );
        page.list(
            "reactions",
            tree.reactions.iter().map(|it| {
                vec![
                    it.name.text.clone(),
                    format!(
                        "at {}",
                        super::page::short(&Self::text_of(part, it.rate.span))
                    ),
                ]
            }),
        );
        page.list(
            "outputs",
            tree.outputs
                .iter()
                .map(|it| labelled(&it.name.text, it.unit.unit.text(), &it.label)),
        );
        page.list(
            "checks",
            tree.checks.iter().map(|it| vec![it.name.text.clone()]),
        );
        page.print()
    }
}

/// The first line of a story, and the rest.
pub(super) fn split_story(story: &str) -> (&str, &str) {
    let (title, rest) = story.split_once('\n').unwrap_or((story, ""));
    (title, rest.trim())
}
