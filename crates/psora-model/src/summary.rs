//! A model in numbers, and what it stands on.

use crate::model::Model;
use crate::read::sources_of;
use crate::syntax::{Source, SourceKind};
use std::collections::BTreeMap;

/// How much a model holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Summary {
    /// Files, the root included.
    pub files: usize,
    /// Species, each counted once however many sites it has.
    pub species: usize,
    /// Parameters with a citation.
    pub published: usize,
    /// Parameters that were fitted.
    pub fitted: usize,
    /// Parameters that are assumed.
    pub assumed: usize,
    /// Reactions.
    pub reactions: usize,
    /// Treatments.
    pub treatments: usize,
    /// Checks that the model makes of itself.
    pub checks: usize,
}

impl Model {
    /// How much the model holds.
    #[must_use]
    pub fn summary(&self) -> Summary {
        let parts = &self.whole.parts;
        let mut summary = Summary {
            files: parts.len(),
            treatments: self.treatments.len(),
            ..Summary::default()
        };
        for part in parts {
            summary.species += part.tree.species.len();
            summary.reactions += part.tree.reactions.len();
            summary.checks += part.tree.checks.len();
            for parameter in &part.tree.parameters {
                match parameter.source.as_ref().map(|source| &source.kind) {
                    Some(SourceKind::Cited { .. }) => summary.published += 1,
                    Some(SourceKind::Fitted(_)) => summary.fitted += 1,
                    _ => summary.assumed += 1,
                }
            }
        }
        summary
    }

    /// Key and citation, in one line, of everything that the model cites; in order of keys.
    #[must_use]
    pub fn sources(&self) -> Vec<(String, String)> {
        let mut cited = BTreeMap::new();
        for part in &self.whole.parts {
            for source in sources_of(part) {
                if let SourceKind::Cited { key, .. } = &source.kind {
                    cited.insert(key.text.clone(), self.citation(&key.text));
                }
            }
        }
        cited.into_iter().collect()
    }

    pub(crate) fn citation(&self, key: &str) -> String {
        let entry = self.whole.bibliography.entries.get(key);
        entry
            .map(crate::bibliography::Entry::citation)
            .unwrap_or_default()
    }

    /// A source in words, with the citation behind its key.
    pub(crate) fn source_in_words(&self, source: Option<&Source>) -> String {
        match source.map(|source| &source.kind) {
            Some(SourceKind::Cited { key, place }) => {
                let comma = if place.is_empty() { "" } else { ", " };
                format!("{}{comma}{place}: {}", key.text, self.citation(&key.text))
            }
            Some(SourceKind::Assumed(why)) => format!("assumed: {why}"),
            Some(SourceKind::Fitted(what)) => format!("fitted: {what}"),
            None => String::new(),
        }
    }
}
