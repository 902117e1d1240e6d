//! What is wrong with a text, where, why, and a way out.
//!
//! Every reader of text in Psora (model, regimen, study, scenario) collects [`Diagnostic`]s
//! and hands them back all at once; a door renders them. A diagnostic never stops a reader
//! from looking further.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use std::collections::BTreeMap;
use std::ops::Range;

/// One thing that is wrong with a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// A short stable name of the kind of fault (`unknown-name`, `wrong-unit`).
    pub code: &'static str,
    /// The file, as the reader named it.
    pub file: String,
    /// The bytes of the file's text that are at fault; none where the whole file is.
    pub span: Option<Range<usize>>,
    /// What is wrong, in lower case, without a full stop.
    pub message: String,
    /// What stands under the caret; may be empty.
    pub label: String,
    /// A way out.
    pub help: Option<String>,
}

impl Diagnostic {
    /// A fault of `file` at `span`, without label or help.
    #[must_use]
    pub fn new(
        code: &'static str,
        file: &str,
        span: Option<Range<usize>>,
        message: impl Into<String>,
    ) -> Self {
        Self {
            code,
            file: file.to_owned(),
            span,
            message: message.into(),
            label: String::new(),
            help: None,
        }
    }

    /// The same fault with words under its caret.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// The same fault with a way out.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// Everything that is wrong with a set of texts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Diagnostics {
    /// The faults, in the order of their files and places.
    pub list: Vec<Diagnostic>,
    /// The texts that they point into, by file.
    pub texts: BTreeMap<String, String>,
}

impl Diagnostics {
    /// Faults of a single text.
    #[must_use]
    pub fn of(file: &str, text: &str, list: Vec<Diagnostic>) -> Self {
        let texts = BTreeMap::from([(file.to_owned(), text.to_owned())]);
        Self { list, texts }
    }

    /// The faults as a reader sees them; `colour` adds terminal colours.
    #[must_use]
    pub fn render(&self, colour: bool) -> String {
        let renderer = if colour {
            Renderer::styled()
        } else {
            Renderer::plain()
        };
        let mut out = String::new();
        for fault in &self.list {
            out.push_str(&renderer.render(&self.report(fault)));
            out.push_str("\n\n");
        }
        out
    }

    fn report<'a>(&'a self, fault: &'a Diagnostic) -> Vec<Group<'a>> {
        let title = Level::ERROR.primary_title(fault.message.as_str());
        let mut group = match (&fault.span, self.texts.get(&fault.file)) {
            (Some(span), Some(text)) => {
                let mut mark = AnnotationKind::Primary.span(inside(text, span));
                if !fault.label.is_empty() {
                    mark = mark.label(fault.label.as_str());
                }
                let place = Snippet::source(text.as_str())
                    .path(fault.file.as_str())
                    .annotation(mark);
                title.element(place)
            }
            _ => title.element(Level::NOTE.message(format!("in {}", fault.file))),
        };
        if let Some(help) = &fault.help {
            group = group.element(Level::HELP.message(help.as_str()));
        }
        vec![group]
    }
}

/// `span` clipped to the text and to whole characters.
fn inside(text: &str, span: &Range<usize>) -> Range<usize> {
    let mut start = span.start.min(text.len());
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    let mut end = span.end.clamp(start, text.len());
    while !text.is_char_boundary(end) {
        end += 1;
    }
    start..end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_shows_its_line_caret_and_way_out() {
        let text = "parameters\n  d = 6 1/day []\n";
        let fault = Diagnostic::new(
            "no-source",
            "a.psora",
            Some(21..23),
            "parameter `d` has no source",
        )
        .label("empty")
        .help("write [@key] or [assumed: why]");
        let shown = Diagnostics::of("a.psora", text, vec![fault]).render(false);
        assert!(shown.contains("a.psora:2:11"), "{shown}");
        assert!(shown.contains("^^ empty"), "{shown}");
        assert!(shown.contains("help: write [@key]"), "{shown}");
    }

    #[test]
    fn a_span_beyond_the_text_is_no_panic() {
        let fault = Diagnostic::new("x", "a", Some(90..99), "cut off");
        assert!(
            Diagnostics::of("a", "µ", vec![fault])
                .render(false)
                .contains("cut off")
        );
    }
}
