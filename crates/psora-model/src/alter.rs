//! The model while an experiment holds something of it.

use crate::check::{Id, Kind, Whole};
use crate::lowered::Lowered;
use crate::model::Model;
use crate::suggest::did_you_mean;
use crate::{Diagnostic, Diagnostics};
use std::collections::BTreeMap;

/// What an experiment does to a parameter, an input, an open sum or a definition.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Alteration {
    /// It stays at this value (in the declared unit, where it has one), whatever would make it.
    Held(f64),
    /// It is this many times what it would be.
    Scaled(f64),
}

/// The file under which faults of alterations are filed.
const ALTERATIONS: &str = "what the experiment alters";

impl Model {
    /// [`Model::lower`] with some names held or scaled.
    ///
    /// A name is full (`immune.il17.IL17A`) or its last part where only one has it. Ranges of
    /// parameters do not bind: an experiment may do what nature does not. A species cannot be
    /// altered, since it follows its reactions: alter what feeds it.
    ///
    /// # Errors
    /// Names that the model does not have, or that cannot be altered.
    pub fn lower_altered(
        &self,
        treatments: &[&str],
        alterations: &[(String, Alteration)],
    ) -> Result<Lowered, Diagnostics> {
        let (mut altered, mut faults) = (BTreeMap::new(), Vec::new());
        for (name, alteration) in alterations {
            match self.whole.alterable(name) {
                Ok(id) => {
                    altered.insert(id, *alteration);
                }
                Err(fault) => faults.push(*fault),
            }
        }
        if faults.is_empty() {
            Ok(self.lower_with(treatments, altered))
        } else {
            Err(Diagnostics::of(ALTERATIONS, "", faults))
        }
    }
}

impl Whole {
    fn alterable(&self, name: &str) -> Result<Id, Box<Diagnostic>> {
        let fault = |message: String| Diagnostic::new("unknown-name", ALTERATIONS, None, message);
        let every = || 0..self.items.len();
        let full = every().find(|&id| self.full_name(id) == name);
        let short: Vec<Id> = every().filter(|&id| self.items[id].name == name).collect();
        let id = match (full, short.as_slice()) {
            (Some(id), _) | (None, &[id]) => id,
            (None, []) => {
                let names: Vec<String> = every()
                    .flat_map(|id| [self.full_name(id), self.items[id].name.clone()])
                    .collect();
                let mut fault = fault(format!("the model has nothing called `{name}`"));
                fault.help = did_you_mean(name, names.iter().map(String::as_str));
                return Err(Box::new(fault));
            }
            (None, several) => {
                let names: Vec<String> = several.iter().map(|&id| self.full_name(id)).collect();
                let fault = fault(format!("several things are called `{name}`"));
                return Err(Box::new(
                    fault.help(format!("write one of {}", names.join(", "))),
                ));
            }
        };
        match self.items[id].kind {
            Kind::Species(_) | Kind::Broken => {
                let fault = fault(format!("the species `{name}` follows its reactions"));
                Err(Box::new(
                    fault.help("alter a parameter or a definition that feeds it"),
                ))
            }
            _ => Ok(id),
        }
    }
}
