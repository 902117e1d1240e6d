//! What a file says, piece by piece, each with its place.

use psora_units::Unit;

/// The bytes of a piece in its file. Two pieces are equal wherever they stand.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Span {
    pub(crate) start: usize,
    pub(crate) end: usize,
}

impl PartialEq for Span {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Span {
    pub(crate) fn to(self, other: Self) -> Self {
        Self {
            start: self.start.min(other.start),
            end: self.end.max(other.end),
        }
    }

    pub(crate) fn range(self) -> std::ops::Range<usize> {
        self.start..self.end
    }
}

/// A name, a path or words, where they stand.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Name {
    pub(crate) text: String,
    pub(crate) span: Span,
}

/// A number, where it stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Number {
    pub(crate) value: f64,
    pub(crate) span: Span,
}

/// A unit, where it stands.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct UnitAt {
    pub(crate) unit: Unit,
    pub(crate) span: Span,
}

/// One number, or one a site.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Values {
    pub(crate) numbers: Vec<Number>,
    pub(crate) list: bool,
    pub(crate) span: Span,
}

/// Everything that one file says.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct File {
    /// Whether it opens with `model`.
    pub(crate) root: bool,
    /// The path after `module` or `model`.
    pub(crate) path: Name,
    /// The comment above the header, without `#`.
    pub(crate) story: String,
    pub(crate) uses: Vec<Name>,
    pub(crate) tissues: Vec<Tissue>,
    pub(crate) needs: Vec<Need>,
    pub(crate) covariates: Vec<Covariate>,
    pub(crate) inputs: Vec<Declared>,
    pub(crate) opens: Vec<Declared>,
    pub(crate) species: Vec<Species>,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) functions: Vec<Function>,
    pub(crate) definitions: Vec<Definition>,
    pub(crate) adds: Vec<Definition>,
    pub(crate) reactions: Vec<Reaction>,
    pub(crate) routes: Vec<Route>,
    pub(crate) regimens: Vec<Regimen>,
    pub(crate) outputs: Vec<Output>,
    pub(crate) checks: Vec<Check>,
    /// Names whose entry could not be read.
    pub(crate) broken: Vec<Name>,
    /// Whether a whole section could not be read, so that any name may be missing.
    pub(crate) incomplete: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Tissue {
    pub(crate) name: Name,
    /// The sites' names; none for a tissue that is one place.
    pub(crate) sites: Option<Vec<Name>>,
    pub(crate) label: String,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Need {
    pub(crate) name: Name,
    pub(crate) unit: UnitAt,
    pub(crate) from: Name,
    pub(crate) label: String,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Covariate {
    pub(crate) name: Name,
    pub(crate) value: Number,
    pub(crate) unit: UnitAt,
    pub(crate) range: (Number, Number),
    pub(crate) source: Option<Source>,
    pub(crate) label: String,
}

/// An input or an open sum.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Declared {
    pub(crate) name: Name,
    pub(crate) unit: UnitAt,
    pub(crate) label: String,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Species {
    pub(crate) name: Name,
    pub(crate) start: Values,
    pub(crate) unit: UnitAt,
    pub(crate) tissue: Name,
    pub(crate) label: String,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Parameter {
    pub(crate) name: Name,
    pub(crate) value: Values,
    pub(crate) unit: UnitAt,
    pub(crate) tissue: Option<Name>,
    pub(crate) range: Option<(Number, Number)>,
    pub(crate) source: Option<Source>,
    pub(crate) varies: Option<(Spread, Number)>,
    pub(crate) with: Vec<(Name, Number)>,
    pub(crate) by: Vec<Effect>,
    pub(crate) label: String,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Spread {
    Lognormal,
    Normal,
    Logit,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Effect {
    /// `WEIGHT / 88 kg ^ 0.7`
    Power {
        covariate: Name,
        reference: Number,
        unit: UnitAt,
        exponent: Number,
    },
    /// `SMOKER x 1.2`
    Factor { covariate: Name, factor: Number },
}

impl Effect {
    pub(crate) fn covariate(&self) -> &Name {
        match self {
            Self::Power { covariate, .. } | Self::Factor { covariate, .. } => covariate,
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Function {
    pub(crate) name: Name,
    pub(crate) arguments: Vec<Name>,
    pub(crate) body: Expr,
    pub(crate) label: String,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Definition {
    pub(crate) name: Name,
    pub(crate) body: Expr,
    pub(crate) label: String,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Reaction {
    pub(crate) name: Name,
    pub(crate) kind: ReactionKind,
    pub(crate) rate: Expr,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum ReactionKind {
    /// `2 A -> B`
    Flow {
        from: Vec<(f64, Name)>,
        to: Vec<(f64, Name)>,
    },
    /// `X' = ..`
    Change(Name),
}

impl Reaction {
    /// Every species with what one unit of the rate adds to it.
    pub(crate) fn changes(&self) -> Vec<(f64, &Name)> {
        match &self.kind {
            ReactionKind::Flow { from, to } => from
                .iter()
                .map(|(count, name)| (-count, name))
                .chain(to.iter().map(|(count, name)| (*count, name)))
                .collect(),
            ReactionKind::Change(name) => vec![(1.0, name)],
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Route {
    pub(crate) name: Name,
    pub(crate) into: Name,
    pub(crate) label: String,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Regimen {
    pub(crate) name: Name,
    pub(crate) text: Name,
    pub(crate) source: Option<Source>,
    pub(crate) label: String,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Output {
    pub(crate) name: Name,
    pub(crate) body: Expr,
    pub(crate) unit: UnitAt,
    pub(crate) label: String,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Check {
    pub(crate) name: Name,
    pub(crate) plaque: bool,
    pub(crate) with: Vec<(Name, Expr)>,
    pub(crate) at: Number,
    pub(crate) unit: UnitAt,
    pub(crate) left: Expr,
    pub(crate) less: bool,
    pub(crate) right: Expr,
    pub(crate) source: Option<Source>,
    pub(crate) span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Source {
    pub(crate) kind: SourceKind,
    pub(crate) span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum SourceKind {
    /// `[@key, where]`
    Cited { key: Name, place: String },
    /// `[assumed: why]`
    Assumed(String),
    /// `[fitted: to what]`
    Fitted(String),
}

/// An expression.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Expr {
    pub(crate) kind: ExprKind,
    pub(crate) span: Span,
    /// How many levels stand below; the parser bounds it.
    pub(crate) depth: u32,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum ExprKind {
    /// `0.5` or `1 day`
    Number(f64, Option<UnitAt>),
    /// `T17`
    Name(String),
    /// `time`
    Time,
    /// `T17(0)`
    Start(Name),
    /// `hill(x, K, n)`
    Call(Name, Vec<Expr>),
    /// `mean over skin (x)`
    Over(Fold, Name, Box<Expr>),
    /// `if a < b then x else y`
    If(Box<Condition>),
    Negate(Box<Expr>),
    Binary(Op, Box<Expr>, Box<Expr>),
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Condition {
    pub(crate) left: Expr,
    pub(crate) less: bool,
    pub(crate) right: Expr,
    pub(crate) then: Expr,
    pub(crate) otherwise: Expr,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Fold {
    Mean,
    Sum,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Op {
    Add,
    Subtract,
    Multiply,
    Divide,
    Power,
}

impl Expr {
    /// The parts of the expression.
    pub(crate) fn parts(&self) -> Vec<&Self> {
        match &self.kind {
            ExprKind::Number(..) | ExprKind::Name(_) | ExprKind::Time | ExprKind::Start(_) => {
                Vec::new()
            }
            ExprKind::Call(_, values) => values.iter().collect(),
            ExprKind::Over(_, _, inner) | ExprKind::Negate(inner) => vec![inner],
            ExprKind::If(c) => vec![&c.left, &c.right, &c.then, &c.otherwise],
            ExprKind::Binary(_, a, b) => vec![a, b],
        }
    }

    /// Calls `visit` with the expression and everything inside it.
    pub(crate) fn walk<'a>(&'a self, visit: &mut dyn FnMut(&'a Self)) {
        visit(self);
        for part in self.parts() {
            part.walk(visit);
        }
    }
}
