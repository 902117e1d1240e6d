//! What was inferred from evidence: parameter values in a dated file.
//!
//! A scenario names a calibration, or `none`; without the key the latest one for its model
//! is used. Which one it was stands in every result.

use crate::Error;
use crate::library::{Library, Shelf, Text};
use psora_model::{Diagnostic, Diagnostics, Model};
use psora_trial::document::Reader;
use toml::Spanned;

/// The word for the model's text as it stands.
pub const NONE: &str = "none";

/// Parameter values by name, in declared units.
#[derive(Debug, Clone)]
pub struct Calibration {
    /// Its name: the file's, without ending.
    pub name: String,
    /// What it is, in one line.
    pub title: String,
    /// The name of the model that it belongs to.
    pub model: String,
    /// The values, by full parameter name.
    pub values: Vec<(String, f64)>,
    /// The studies of the library that the values rest on, if the file says.
    pub studies: Option<Vec<String>>,
    source: Text,
}

impl Calibration {
    /// Reads a calibration.
    ///
    /// # Errors
    /// Everything that is wrong with the text.
    pub fn read(name: &str, source: Text) -> Result<Self, Diagnostics> {
        let (root, mut keys) = Reader::new(&source.file, &source.text);
        let root = root.get_ref();
        let top = 0..0;
        let known = ["title", "model", "studies", "values"];
        keys.only(root, &known, "a calibration");
        let title = keys.needed_text((root, &top), "title", "\"Plaque turnover, fitted\"");
        let model = keys.needed_text((root, &top), "model", "\"psoriasis\"");
        let studies = root.contains_key("studies").then(|| {
            let names = keys.texts(root, "studies").into_iter();
            names.map(|(name, _)| name).collect()
        });
        if root.get("values").is_none() {
            keys.missing(top, "values", "{ \"immune.memory.d_R\" = 0.0013 }");
        }
        let mut values = Vec::new();
        if let Some((table, _)) = keys.table(root, "values") {
            for name in table.keys() {
                if let Some((number, _)) = keys.number(table, name.get_ref()) {
                    values.push((name.get_ref().to_string(), number));
                }
            }
        }
        let ((title, _), (model, _)) = keys.finish(title.zip(model))?;
        Ok(Self {
            name: name.to_owned(),
            title,
            model,
            values,
            studies,
            source,
        })
    }

    /// The calibration `name` of a library.
    ///
    /// # Errors
    /// What is wrong with its file, or none if it is not there.
    pub fn find(name: &str, library: &Library) -> Option<Result<Self, Error>> {
        Some(match library.text(Shelf::Calibrations, name)? {
            Ok(source) => Self::read(name, source).map_err(Error::from),
            Err(why) => Err(Error::fault(
                "unreadable",
                name,
                &why,
                "mend or remove the file",
            )),
        })
    }

    /// The latest calibration for a model; none if there is none.
    ///
    /// # Errors
    /// When a later file cannot be read: silently using an older one would change results.
    pub fn latest(model: &str, library: &Library) -> Result<Option<Self>, Error> {
        for name in library.names(Shelf::Calibrations).iter().rev() {
            if let Some(found) = Self::find(name, library) {
                let found = found?;
                if found.model == model {
                    return Ok(Some(found));
                }
            }
        }
        Ok(None)
    }

    /// The calibration that a scenario asks for; none for the model's text as it stands.
    ///
    /// # Errors
    /// When there is none of that name, or its file is wrong.
    pub(crate) fn chosen(
        wanted: Option<&Spanned<String>>,
        model: &str,
        source: &Text,
        library: &Library,
    ) -> Result<Option<Self>, Error> {
        let Some(wanted) = wanted else {
            return Self::latest(model, library);
        };
        let name = wanted.get_ref();
        if name == NONE {
            return Ok(None);
        }
        match Self::find(name, library) {
            Some(found) => Ok(Some(found?)),
            None => {
                let message = format!("there is no calibration `{name}`");
                let help = library.instead(Shelf::Calibrations, name);
                let fault =
                    Diagnostic::new("unknown-name", &source.file, Some(wanted.span()), message)
                        .help(format!("{help}; `{NONE}` takes the model as it is written"));
                Err(Diagnostics::of(&source.file, &source.text, vec![fault]).into())
            }
        }
    }

    /// The model with these values.
    ///
    /// # Errors
    /// Names that the model does not have, and values outside what it allows.
    pub fn apply(&self, model: &Model) -> Result<Model, Error> {
        model
            .with_values(&self.values)
            .map_err(|faults| at_home(faults, &self.source).into())
    }
}

/// Faults of values, pointing at the lines in which the values stand.
pub(crate) fn at_home(mut faults: Diagnostics, source: &Text) -> Diagnostics {
    for fault in &mut faults.list {
        let quoted = fault.message.split('`').nth(1).unwrap_or_default();
        let place = source.text.find(quoted).filter(|_| !quoted.is_empty());
        fault.file = match place {
            Some(_) => source.file.clone(),
            None => "the values that were set".to_owned(),
        };
        fault.span = place.map(|start| start..start + quoted.len());
    }
    faults
        .texts
        .insert(source.file.clone(), source.text.clone());
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Calibration, Diagnostics> {
        let source = Text {
            file: "c.toml".to_owned(),
            text: text.to_owned(),
        };
        Calibration::read("c", source)
    }

    #[test]
    fn values_are_kept_by_their_full_names() {
        let text = "title = \"t\"\nmodel = \"m\"\n[values]\n\"a.b.k\" = 2\n\"a.c\" = 0.5\n";
        let values = read(text).expect("the text is right").values;
        assert_eq!(values, [("a.b.k".to_owned(), 2.0), ("a.c".to_owned(), 0.5)]);
    }

    #[test]
    fn a_value_that_is_no_number_is_pointed_at() {
        let text = "title = \"t\"\nmodel = \"m\"\n[values]\n\"a.b.k\" = nan\n";
        let shown = read(text).expect_err("nan").render(false);
        assert!(shown.contains("c.toml:4:11"), "{shown}");
    }
}
