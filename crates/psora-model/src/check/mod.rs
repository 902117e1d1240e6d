//! Trees to a checked whole.
//!
//! Every name is resolved, every expression has a dimension and a place, every number has a
//! source. Faults are collected over all files; what failed once is not reported again where
//! it is used.

mod balance;
mod calls;
mod claims;
mod definitions;
mod dimension;
mod evidence;
mod functions;
mod infer;
mod names;
mod order;
mod uses;

pub(crate) use dimension::Dim;
pub(crate) use infer::zero;

use self::infer::Typed;
use crate::Diagnostic;
use crate::bibliography::Bibliography;
use crate::syntax::{Definition, File, Span};
use psora_units::Unit;
use std::collections::{BTreeMap, BTreeSet};

/// The index of an [`Item`].
pub(crate) type Id = usize;

/// One file of the model.
#[derive(Debug)]
pub(crate) struct Part {
    /// The file, as it was asked for.
    pub(crate) file: String,
    pub(crate) text: String,
    pub(crate) tree: File,
    /// Its path in the model, `immune.t17`.
    pub(crate) module: String,
    /// Whether it describes a treatment.
    pub(crate) treatment: bool,
    /// Whether some of it could not be read, so that names may be missing or seem unused.
    pub(crate) faulty: bool,
}

impl Part {
    /// The last part of its path.
    pub(crate) fn short(&self) -> &str {
        self.module.rsplit('.').next().unwrap_or(&self.module)
    }
}

/// What an expression can name.
#[derive(Debug, Clone)]
pub(crate) struct Item {
    /// Which [`Part`] declares it.
    pub(crate) part: usize,
    pub(crate) kind: Kind,
    pub(crate) name: String,
    pub(crate) span: Span,
    /// Its dimension; none where that is not known because something failed.
    pub(crate) dim: Option<Dim>,
    pub(crate) place: Place,
    /// Its declared unit; a `where` name has none.
    pub(crate) unit: Option<Unit>,
}

/// What an item is, with its index in its file's list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Species(usize),
    Parameter(usize),
    Covariate(usize),
    Input(usize),
    Open(usize),
    Definition(usize),
    /// Its entry could not be read.
    Broken,
}

impl Kind {
    /// The kind in words.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Species(_) => "a species",
            Self::Parameter(_) => "a parameter",
            Self::Covariate(_) => "a covariate",
            Self::Input(_) => "an input",
            Self::Open(_) => "an open sum",
            Self::Definition(_) => "a definition",
            Self::Broken => "broken",
        }
    }
}

/// Whether there is one value in a patient or one in each site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) enum Place {
    #[default]
    Body,
    Site,
}

/// The whole model, resolved.
#[derive(Debug, Default)]
pub(crate) struct Whole {
    pub(crate) parts: Vec<Part>,
    pub(crate) items: Vec<Item>,
    /// What each part's names mean.
    pub(crate) scopes: Vec<BTreeMap<String, Id>>,
    /// Part and index of each function.
    pub(crate) functions: BTreeMap<String, (usize, usize)>,
    /// Part and index of each tissue.
    pub(crate) tissues: BTreeMap<String, (usize, usize)>,
    /// The tissue with sites, and their names.
    pub(crate) sites: Option<(String, Vec<String>)>,
    /// Definitions and open sums, each after what it is made of.
    pub(crate) order: Vec<Id>,
    /// Part and index of what is added to each open sum.
    pub(crate) adds: BTreeMap<Id, Vec<(usize, usize)>>,
    pub(crate) bibliography: Bibliography,
}

impl Whole {
    /// `module.NAME`
    pub(crate) fn full_name(&self, id: Id) -> String {
        let item = &self.items[id];
        format!("{}.{}", self.parts[item.part].module, item.name)
    }

    /// How many sites there are.
    pub(crate) fn site_count(&self) -> usize {
        self.sites.as_ref().map_or(1, |(_, names)| names.len())
    }

    /// The expression added to an open sum.
    pub(crate) fn add(&self, (part, index): (usize, usize)) -> &Definition {
        &self.parts[part].tree.adds[index]
    }
}

/// A call: the file, the function, the arguments and their texts.
type CallKey = (usize, String, Vec<(Typed, String)>);

/// Checks that are under way.
#[derive(Debug, Default)]
struct Checker {
    whole: Whole,
    /// Part and fault.
    faults: Vec<(usize, Diagnostic)>,
    /// Names that each part has used.
    used: BTreeSet<(usize, String)>,
    /// Entries of `add` sections that add to nothing.
    homeless: Vec<(usize, usize)>,
    /// What calls of functions came to.
    calls: BTreeMap<CallKey, Option<Typed>>,
    /// Unknown names that have been reported.
    reported: BTreeSet<(usize, String)>,
}

/// Resolves and checks the parts; the first is the root. Faults are in order of part and place.
pub(crate) fn check(
    parts: Vec<Part>,
    bibliography: Bibliography,
) -> (Whole, Vec<(usize, Diagnostic)>) {
    let mut checker = Checker::default();
    checker.whole.parts = parts;
    checker.whole.bibliography = bibliography;
    checker.tissues();
    checker.functions();
    checker.items();
    checker.scopes();
    checker.evidence();
    checker.order();
    checker.definitions();
    checker.needed_units();
    checker.reactions();
    checker.outputs();
    checker.treatments();
    checker.claims();
    checker.unused();
    (checker.whole, checker.faults)
}

impl Checker {
    fn fault(
        &mut self,
        part: usize,
        code: &'static str,
        span: Span,
        message: String,
    ) -> &mut Diagnostic {
        let file = self.whole.parts[part].file.clone();
        let fault = Diagnostic::new(code, &file, Some(span.range()), message);
        self.faults.push((part, fault));
        &mut self.faults.last_mut().expect("just pushed").1
    }

    /// The line of a place, counted from 1.
    fn line(&self, part: usize, span: Span) -> usize {
        self.whole.parts[part].line(span)
    }
}

impl Part {
    /// The line of a place, counted from 1.
    pub(crate) fn line(&self, span: Span) -> usize {
        let before = self.text.get(..span.start).unwrap_or(&self.text);
        1 + before.matches('\n').count()
    }
}
