//! Every word and sign that the grammar page knows, in tables.
//!
//! A test holds these tables and `book/src/language/grammar.md` together.

/// The sections of a file, in the order in which a well-kept file has them.
pub(crate) const SECTIONS: &[&str] = &[
    "use",
    "tissues",
    "needs",
    "covariates",
    "inputs",
    "open",
    "species",
    "parameters",
    "functions",
    "where",
    "add",
    "reactions",
    "routes",
    "regimens",
    "outputs",
    "checks",
];

/// What opens a file.
pub(crate) const HEADERS: &[&str] = &["module", "model"];

/// Words with a meaning in an entry or an expression.
#[cfg_attr(
    not(test),
    expect(
        dead_code,
        reason = "the parser asks for each where it can stand; the test asks for all"
    )
)]
pub(crate) const KEYWORDS: &[&str] = &[
    "body",
    "site",
    "from",
    "range",
    "in",
    "fixed",
    "varies",
    "lognormal",
    "normal",
    "logit",
    "with",
    "by",
    "x",
    "at",
    "into",
    "healthy",
    "plaque",
    "per",
    "mean",
    "sum",
    "over",
    "if",
    "then",
    "else",
    "time",
    "assumed:",
    "fitted:",
];

/// Signs.
pub(crate) const SIGNS: &[&str] = &[
    "->", "..", ":", "=", "+", "-", "*", "/", "^", "(", ")", "[", "]", ",", "<", ">", "@", "'",
    ".", "%",
];

/// Words that cannot name a thing, because an expression or an entry would then be unclear.
pub(crate) const RESERVED: &[&str] = &[
    "if", "then", "else", "time", "at", "per", "over", "in", "from", "range", "fixed", "into",
];

/// Functions that every file may call, with how many values each takes. All others are
/// written out in a `functions` section.
pub(crate) const FUNCTIONS: &[(&str, usize)] = &[
    ("exp", 1),
    ("ln", 1),
    ("sqrt", 1),
    ("abs", 1),
    ("min", 2),
    ("max", 2),
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    const PAGE: &str = include_str!("../../../../book/src/language/grammar.md");

    /// What stands in quotation marks in the grammar.
    fn terminals() -> BTreeSet<&'static str> {
        let grammar = PAGE
            .split("```")
            .nth(1)
            .expect("the page opens with the grammar");
        let quoted = grammar.split('"').skip(1).step_by(2);
        // The quotation mark itself, and the spaces between two of them.
        quoted
            .filter(|word| !word.trim().is_empty() && !word.contains('\''))
            .collect()
    }

    fn known() -> BTreeSet<&'static str> {
        [HEADERS, SECTIONS, KEYWORDS, SIGNS]
            .concat()
            .into_iter()
            .collect()
    }

    #[test]
    fn the_parser_knows_every_word_of_the_grammar_page() {
        // A unit, the start of a species, and a comment are spelt out in the grammar.
        let spelt = BTreeSet::from(["1", "0", "#", " words "]);
        let unknown: Vec<_> = terminals()
            .into_iter()
            .filter(|word| !known().contains(word) && !spelt.contains(word))
            .collect();
        assert!(unknown.is_empty(), "the parser's tables lack {unknown:?}");
    }

    #[test]
    fn the_grammar_page_has_every_word_of_the_parser() {
        let grammar = PAGE
            .split("```")
            .nth(1)
            .expect("the page opens with the grammar");
        // `%` is the name of a unit.
        let missing: Vec<_> = known()
            .into_iter()
            .filter(|word| *word != "%" && !grammar.contains(&format!("\"{word}\"")))
            .collect();
        assert!(missing.is_empty(), "the page lacks {missing:?}");
    }

    #[test]
    fn the_example_of_the_grammar_page_uses_every_word() {
        let example = PAGE
            .split("```psora")
            .nth(1)
            .and_then(|rest| rest.split("```").next());
        let example = example.expect("the page has an example");
        // What only a file of another kind can have: `needs` another, `use`s it, is a treatment.
        let elsewhere = [
            "module", "use", "needs", "routes", "regimens", "into", "plaque", "per", "<", ">", "@",
            "%",
        ];
        let missing: Vec<_> = known()
            .into_iter()
            .filter(|word| !elsewhere.contains(word) && !example.contains(*word))
            .collect();
        assert!(missing.is_empty(), "the example lacks {missing:?}");
    }
}
