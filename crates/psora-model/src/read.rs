//! From a root file to a checked model.

use crate::bibliography::{self, Bibliography};
use crate::check::{self, Kind, Part, Whole};
use crate::model::{Covariate, Files, Model, Regimen, Route, Treatment};
use crate::syntax::{self, Name, Source, SourceKind};
use crate::{Diagnostic, Diagnostics};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The file that holds what is cited.
const SOURCES: &str = "sources.bib";
/// The folder of treatments.
const TREATMENTS: &str = "drugs.";

impl Model {
    /// Reads `root` (`psoriasis.psora`), every file that its `use` section names, and
    /// `sources.bib` if any of them cites.
    ///
    /// # Errors
    /// Every fault of every file, in the order of the files and of their lines.
    pub fn read(root: &str, files: &dyn Files) -> Result<Self, Diagnostics> {
        let mut reading = Reading {
            folder: root.rfind('/').map_or("", |end| &root[..=end]),
            files,
            parts: Vec::new(),
            faults: Vec::new(),
            texts: BTreeMap::new(),
        };
        let Some(uses) = reading.root(root) else {
            return Err(reading.finish());
        };
        for path in &uses {
            reading.module(path);
        }
        let bibliography = reading.bibliography();
        let parts = std::mem::take(&mut reading.parts);
        let (whole, faults) = check::check(parts, bibliography);
        reading.faults.extend(faults);
        if !reading.faults.is_empty() {
            return Err(reading.finish());
        }
        let hash = hash(&reading.texts);
        Ok(Self {
            treatments: treatments(&whole),
            covariates: covariates(&whole),
            whole: Arc::new(whole),
            values: BTreeMap::new(),
            hash,
        })
    }
}

/// The SHA-256 over names and texts of all files, in order of their names.
fn hash(texts: &BTreeMap<String, String>) -> String {
    let mut digest = Sha256::new();
    for (file, text) in texts {
        // Lengths first, so that no two models share one stream of bytes.
        for part in [file, text] {
            digest.update((part.len() as u64).to_le_bytes());
            digest.update(part.as_bytes());
        }
    }
    let mut shown = "sha256:".to_owned();
    for byte in digest.finalize() {
        shown.push_str(&format!("{byte:02x}"));
    }
    shown
}

struct Reading<'a> {
    folder: &'a str,
    files: &'a dyn Files,
    parts: Vec<Part>,
    /// Index of the part, and the fault; faults of `sources.bib` come last.
    faults: Vec<(usize, Diagnostic)>,
    texts: BTreeMap<String, String>,
}

impl Reading<'_> {
    fn finish(self) -> Diagnostics {
        let mut faults = self.faults;
        faults
            .sort_by_key(|(part, fault)| (*part, fault.span.as_ref().map_or(0, |span| span.start)));
        Diagnostics {
            list: faults.into_iter().map(|(_, fault)| fault).collect(),
            texts: self.texts,
        }
    }

    fn root(&mut self, file: &str) -> Option<Vec<Name>> {
        match self.files.read(file) {
            Ok(text) => self.part(file.to_owned(), text),
            Err(why) => {
                let message = format!("the model cannot be read: {why}");
                self.faults
                    .push((0, Diagnostic::new("no-file", file, None, message)));
                return None;
            }
        }
        let part = &self.parts[0];
        if !part.tree.root && !part.tree.incomplete && !part.tree.path.text.is_empty() {
            let fault = Diagnostic::new(
                "no-header",
                file,
                Some(part.tree.path.span.range()),
                "this file is a module, not a model",
            )
            .help("a model begins with `model NAME` and lists its modules under `use`");
            self.faults.push((0, fault));
        }
        Some(self.parts[0].tree.uses.clone())
    }

    fn module(&mut self, path: &Name) {
        let root = self.parts[0].file.clone();
        let complain =
            |message: String| Diagnostic::new("no-file", &root, Some(path.span.range()), message);
        if self
            .parts
            .iter()
            .skip(1)
            .any(|part| part.module == path.text)
        {
            let fault = complain(format!("`{}` is used twice", path.text));
            self.faults.push((0, fault));
            return;
        }
        let file = format!("{}{}.psora", self.folder, path.text.replace('.', "/"));
        match self.files.read(&file) {
            Ok(text) => self.part(file, text),
            Err(why) => {
                let fault = complain(format!("module `{}` cannot be read: {why}", path.text))
                    .help(format!("its file is {file}"));
                self.faults.push((0, fault));
                return;
            }
        }
        let index = self.parts.len() - 1;
        self.header_matches(index, path);
    }

    fn header_matches(&mut self, index: usize, path: &Name) {
        let part = &mut self.parts[index];
        path.text.clone_into(&mut part.module);
        part.treatment = path.text.starts_with(TREATMENTS);
        let header = &part.tree.path;
        if !header.text.is_empty() && (header.text != path.text || part.tree.root) {
            let message = format!("this file is used as `{}`", path.text);
            let fault = Diagnostic::new(
                "wrong-header",
                &part.file,
                Some(header.span.range()),
                message,
            )
            .label("says another path")
            .help(format!("write `module {}`", path.text));
            self.faults.push((index, fault));
        }
        if let Some(first) = part.tree.uses.first() {
            let message = "only the model itself says which modules it uses";
            let fault =
                Diagnostic::new("nested-use", &part.file, Some(first.span.range()), message).help(
                    "name the module in the `use` section of the model, and what you borrow under `needs`",
                );
            self.faults.push((index, fault));
        }
    }

    fn part(&mut self, file: String, text: String) {
        let parsed = syntax::parse(&file, &text);
        let index = self.parts.len();
        let faulty = !parsed.faults.is_empty();
        self.faults
            .extend(parsed.faults.into_iter().map(|fault| (index, fault)));
        self.texts.insert(file.clone(), text.clone());
        self.parts.push(Part {
            module: parsed.file.path.text.clone(),
            file,
            text,
            treatment: false,
            faulty,
            tree: parsed.file,
        });
    }

    /// `sources.bib`, if anybody cites.
    fn bibliography(&mut self) -> Bibliography {
        let cites = self.parts.iter().enumerate().find_map(|(index, part)| {
            sources_of(part)
                .into_iter()
                .find_map(|source| match &source.kind {
                    SourceKind::Cited { key, .. } => Some((index, key.clone())),
                    _ => None,
                })
        });
        let Some((index, key)) = cites else {
            return Bibliography::default();
        };
        let file = format!("{}{SOURCES}", self.folder);
        let text = match self.files.read(&file) {
            Ok(text) => text,
            Err(why) => {
                let message = format!(
                    "`{}` is cited, but {SOURCES} cannot be read: {why}",
                    key.text
                );
                let fault = Diagnostic::new(
                    "no-file",
                    &self.parts[index].file,
                    Some(key.span.range()),
                    message,
                );
                self.faults.push((index, fault));
                return Bibliography::default();
            }
        };
        let (bibliography, faults) = bibliography::read(&file, &text);
        self.faults
            .extend(faults.into_iter().map(|fault| (usize::MAX, fault)));
        self.texts.insert(file, text);
        bibliography
    }
}

/// Every source that a file gives, in order of kind.
pub(crate) fn sources_of(part: &Part) -> Vec<&Source> {
    let tree = &part.tree;
    let parameters = tree.parameters.iter().map(|it| &it.source);
    let covariates = tree.covariates.iter().map(|it| &it.source);
    let regimens = tree.regimens.iter().map(|it| &it.source);
    let checks = tree.checks.iter().map(|it| &it.source);
    parameters
        .chain(covariates)
        .chain(regimens)
        .chain(checks)
        .filter_map(Option::as_ref)
        .collect()
}

fn treatments(whole: &Whole) -> Vec<Treatment> {
    let drugs = whole
        .parts
        .iter()
        .enumerate()
        .filter(|(_, part)| part.treatment);
    drugs
        .map(|(index, part)| Treatment {
            name: part.short().to_owned(),
            routes: part
                .tree
                .routes
                .iter()
                .map(|route| Route {
                    name: route.name.text.clone(),
                    into: whole.full_name(whole.scopes[index][&route.into.text]),
                })
                .collect(),
            regimens: part
                .tree
                .regimens
                .iter()
                .map(|regimen| Regimen {
                    name: regimen.name.text.clone(),
                    text: regimen.text.text.clone(),
                })
                .collect(),
        })
        .collect()
}

fn covariates(whole: &Whole) -> Vec<Covariate> {
    whole
        .items
        .iter()
        .filter_map(|item| match item.kind {
            Kind::Covariate(index) => Some(&whole.parts[item.part].tree.covariates[index]),
            _ => None,
        })
        .map(|it| {
            let factor = it.unit.unit.factor();
            Covariate {
                name: it.name.text.clone(),
                value: it.value.value * factor,
                factor,
                unit: it.unit.unit.text().to_owned(),
                range: (it.range.0.value * factor, it.range.1.value * factor),
                label: it.label.clone(),
            }
        })
        .collect()
}
