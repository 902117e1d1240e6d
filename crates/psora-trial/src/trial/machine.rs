//! The one place where a trial meets the model and the engine.

use psora_engine::{Course, Options, Program, Trajectory, Why, solve};
use psora_model::{Covariate, Lowered, Model};

/// Courses in, trajectories out.
pub(super) type Solver<'a> = Box<dyn Fn(&[Course]) -> Vec<Trajectory> + Sync + 'a>;

/// What a trial asks of biology and numerics. Tests answer with a closed formula.
pub(super) trait Machine: Sync {
    fn covariates(&self) -> &[Covariate];

    /// The core and these treatments, as equations.
    fn lower(&self, treatments: &[&str]) -> Lowered;

    /// A way of solving the equations of `lowered`.
    fn solver(&self, lowered: &Lowered, options: &Options) -> Solver<'_>;
}

impl Machine for Model {
    fn covariates(&self) -> &[Covariate] {
        self.covariates()
    }

    fn lower(&self, treatments: &[&str]) -> Lowered {
        self.lower(treatments)
    }

    fn solver(&self, lowered: &Lowered, options: &Options) -> Solver<'_> {
        let (program, options) = (Program::compile(&lowered.equations), *options);
        Box::new(move |courses| solve(&program, courses, &options))
    }
}

/// Why a run failed, in words.
pub(crate) fn words(why: Why) -> String {
    match why {
        Why::NotFinite => "a value was not finite",
        Why::StepTooSmall => "the step fell below what time can resolve",
        Why::TooManySteps => "it took more steps than allowed",
        _ => "the solver gave up",
    }
    .to_owned()
}

/// The state that gave most trouble, by name and site.
pub(crate) fn state_name(lowered: &Lowered, state: Option<usize>) -> String {
    let Some(slot) = state.and_then(|state| lowered.states.get(state)) else {
        return String::new();
    };
    match slot.site.and_then(|site| lowered.sites.get(site)) {
        Some(site) => format!("{} in {site}", slot.name),
        None => slot.name.clone(),
    }
}
