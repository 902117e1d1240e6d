//! Where a treatment acts: the open sums that its module adds to.

use crate::model::Model;

impl Model {
    /// The full names of what `treatment` adds to, in its file's order; empty for a name that
    /// is no treatment.
    #[must_use]
    pub fn targets(&self, treatment: &str) -> Vec<String> {
        let found = |part: &crate::check::Part| part.treatment && part.short() == treatment;
        let Some(index) = self.whole.parts.iter().position(found) else {
            return Vec::new();
        };
        let adds = &self.whole.parts[index].tree.adds;
        (0..adds.len())
            .filter_map(|add| {
                let mut sums = self.whole.adds.iter();
                let (&id, _) = sums.find(|(_, all)| all.contains(&(index, add)))?;
                Some(self.whole.full_name(id))
            })
            .collect()
    }
}
