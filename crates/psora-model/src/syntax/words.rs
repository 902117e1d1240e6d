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
