//! What one patient brings to the engine, and what comes back.

/// One patient's way through time.
#[derive(Debug, Clone, Default)]
pub struct Course {
    /// The patient's parameters, in the order of the equations.
    pub parameters: Vec<f64>,
    /// The states at `from`.
    pub start: Vec<f64>,
    /// Where time begins, in days.
    pub from: f64,
    /// Doses and switches, ascending in time. Those before `from` are an error of the caller.
    pub events: Vec<Event>,
    /// One signal for each input of the equations.
    pub signals: Vec<Signal>,
    /// When outputs are recorded, ascending, in days. The last one ends the course.
    /// An output at the time of an event is taken before the event; what would happen at
    /// the last visit or later does not happen.
    pub visits: Vec<f64>,
}

/// Something that happens at a point in time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Event {
    /// When, in days.
    pub time: f64,
    /// What.
    pub action: Action,
}

/// What an event does.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Action {
    /// Adds to a state: a dose.
    Add {
        /// Which state.
        state: usize,
        /// How much, in the state's unit.
        amount: f64,
    },
    /// Adds a constant flow into a state from now on, until changed: an infusion.
    Flow {
        /// Which state.
        state: usize,
        /// The change of the flow, in the state's unit per day (negative to end it).
        change: f64,
    },
    /// Sets the level of an input: a trigger that starts or ends.
    Set {
        /// Which input.
        input: usize,
        /// Its level from now on.
        level: f64,
    },
}

/// How an input runs in time: a level that events set, plus a smooth curve.
///
/// The curve is the uniform cubic B-spline with control points `knots`, knot `k` at
/// `from + k * spacing`; it is twice continuously differentiable, and zero without knots.
/// Before the first and after the last knot the end point repeats, so that one spacing
/// further out the curve has settled on it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Signal {
    /// The level before any event sets it.
    pub level: f64,
    /// The time of the first knot, in days.
    pub from: f64,
    /// The time between knots, in days.
    pub spacing: f64,
    /// Control points.
    pub knots: Vec<f64>,
}

/// What a patient's run left behind.
#[derive(Debug, Clone, Default)]
pub struct Trajectory {
    /// Outputs by visit: `outputs[visit * width + output]`; as far as the run came.
    pub outputs: Vec<f64>,
    /// The states at the end (or where it failed).
    pub end: Vec<f64>,
    /// Why the run ended early, if it did.
    pub failure: Option<Failure>,
    /// What it took.
    pub steps: Steps,
}

/// A run that could not be finished: data, not an error.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Failure {
    /// Where it ended, in days.
    pub time: f64,
    /// The state that gave most trouble.
    pub state: Option<usize>,
    /// Why.
    pub why: Why,
}

/// Why a run failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Why {
    /// A value was not finite.
    NotFinite,
    /// The step fell below what time can resolve.
    StepTooSmall,
    /// More steps than allowed.
    TooManySteps,
}

/// How much work a run was.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Steps {
    /// Steps that were kept.
    pub accepted: u32,
    /// Steps that were tried again with a smaller size.
    pub rejected: u32,
}
