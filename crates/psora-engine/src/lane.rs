//! One patient on his way: his clock, doses, visits and step size.

use crate::control::{self, Kept, RETREAT, Tolerance};
use crate::course::{Action, Course, Failure, Trajectory, Why};
use crate::method::Rosenbrock;
use crate::program::{Program, Scalar};
use crate::step::Block;

/// What does not change while a block of courses is solved.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plan<'a> {
    pub(crate) program: &'a Program,
    pub(crate) method: &'a Rosenbrock,
    pub(crate) tolerance: Tolerance,
    pub(crate) step_limit: u32,
}

/// A patient in a lane.
#[derive(Debug)]
pub(crate) struct Lane<'a> {
    /// Which course this is.
    pub(crate) index: usize,
    course: &'a Course,
    event: usize,
    visit: usize,
    levels: Vec<f64>,
    /// The step that the error control would take if nothing were in the way.
    proposal: f64,
    /// Whether that is still to be found: at the start, and after an event.
    fresh: bool,
    /// Whether the current step was shortened to land on a stop.
    clipped: bool,
    /// Where the current step lands, if it lands on a stop.
    landing: Option<f64>,
    kept: Kept,
    rejected: bool,
    worst: Option<usize>,
    trajectory: Trajectory,
}

impl<'a> Lane<'a> {
    /// Seats a course in a lane of the block.
    pub(crate) fn seat<const W: usize>(
        plan: Plan<'a>,
        index: usize,
        course: &'a Course,
        lane: usize,
        block: &mut Block<'a, W>,
        scalar: &mut Scalar,
    ) -> Self {
        let program = plan.program;
        assert_eq!(
            course.start.len(),
            program.states(),
            "a course starts with every state of its equations"
        );
        scalar.load(program, &course.parameters);
        block.seat(lane, scalar, &course.start, course.from);
        let mut levels = vec![0.0; program.sizes.inputs];
        for (input, level) in levels.iter_mut().enumerate() {
            let signal = course.signals.get(input);
            *level = signal.map_or(0.0, |signal| signal.level);
            block.set(lane, input, *level, signal);
        }
        Self {
            index,
            course,
            event: 0,
            visit: 0,
            levels,
            proposal: 0.0,
            fresh: true,
            clipped: false,
            landing: None,
            kept: None,
            rejected: false,
            worst: None,
            trajectory: Trajectory {
                outputs: Vec::with_capacity(course.visits.len() * program.width()),
                ..Trajectory::default()
            },
        }
    }

    /// Does what is due now, and sizes the next step. Returns the trajectory if it ends here.
    pub(crate) fn settle<const W: usize>(
        &mut self,
        plan: Plan<'a>,
        lane: usize,
        block: &mut Block<'a, W>,
        scalar: &mut Scalar,
    ) -> Option<Trajectory> {
        if let Some(why) = self.trajectory.failure {
            return Some(self.end(lane, block, Some(why)));
        }
        loop {
            let time = block.time[lane];
            self.record(plan, lane, block, scalar);
            let Some(&visit) = self.course.visits.get(self.visit) else {
                return Some(self.end(lane, block, None));
            };
            self.apply(lane, block);
            if self.fresh
                && let Err(failure) = self.restart(plan, lane, block, scalar)
            {
                return Some(self.end(lane, block, Some(failure)));
            }
            let stop = self
                .course
                .events
                .get(self.event)
                .map_or(visit, |event| event.time.min(visit));
            let smallest = control::smallest_step(time);
            if stop - time <= smallest {
                block.time[lane] = stop;
                continue;
            }
            let steps = self.trajectory.steps;
            let why = if steps.accepted.saturating_add(steps.rejected) >= plan.step_limit {
                Some(Why::TooManySteps)
            } else if self.proposal < smallest {
                Some(Why::StepTooSmall)
            } else {
                None
            };
            if let Some(why) = why {
                let state = self.worst;
                return Some(self.end(lane, block, Some(Failure { time, state, why })));
            }
            let reach = self.proposal.min(block.reach(lane));
            block.step[lane] = self.fit(reach, stop - time, stop);
            return None;
        }
    }

    /// Shortens a step so that it lands on the stop, or half-way to it rather than just
    /// before it. The proposal itself stays.
    fn fit(&mut self, reach: f64, remaining: f64, stop: f64) -> f64 {
        self.landing = (reach >= remaining).then_some(stop);
        let step = if self.landing.is_some() {
            remaining
        } else if 2.0 * reach > remaining {
            0.5 * remaining
        } else {
            reach
        };
        self.clipped = step < self.proposal;
        step
    }

    /// Judges the block's attempt. True if the lane takes the proposed state.
    pub(crate) fn judge<const W: usize>(
        &mut self,
        plan: Plan<'a>,
        lane: usize,
        block: &mut Block<'a, W>,
        scalar: &mut Scalar,
    ) -> bool {
        let (error, step) = (block.error[lane], block.step[lane]);
        let order = plan.method.order;
        if error <= 1.0 {
            let mut factor = control::factor_after(step, error, self.kept, order);
            if self.rejected {
                factor = factor.min(1.0);
            }
            let proposal = step * factor;
            self.proposal = if self.clipped && factor >= 1.0 {
                proposal.max(self.proposal)
            } else {
                proposal
            };
            self.kept = Some((step, error));
            self.rejected = false;
            self.trajectory.steps.accepted += 1;
            block.time[lane] = self.landing.unwrap_or(block.time[lane] + step);
            return true;
        }
        self.trajectory.steps.rejected += 1;
        self.rejected = true;
        self.worst = block.worst(lane);
        self.proposal = if error.is_finite() {
            step * control::factor(error, order).min(SAFE_RETRY)
        } else {
            self.trajectory.failure = self.broken(plan, lane, block, scalar);
            step * RETREAT
        };
        false
    }

    /// The failure, if the rates are not finite where the step starts: no step is small
    /// enough then.
    fn broken<const W: usize>(
        &self,
        plan: Plan<'a>,
        lane: usize,
        block: &Block<'a, W>,
        scalar: &mut Scalar,
    ) -> Option<Failure> {
        let rates = self.rates(plan, lane, block, scalar);
        let state = rates.iter().position(|rate| !rate.is_finite())?;
        Some(Failure {
            time: block.time[lane],
            state: Some(state),
            why: Why::NotFinite,
        })
    }

    /// Records every visit that is due.
    fn record<const W: usize>(
        &mut self,
        plan: Plan<'a>,
        lane: usize,
        block: &Block<'a, W>,
        scalar: &mut Scalar,
    ) {
        let time = block.time[lane];
        let visits = &self.course.visits;
        while visits.get(self.visit).is_some_and(|&visit| visit <= time) {
            self.show(plan, lane, block, scalar);
            let outputs = scalar.compute(&plan.program.outputs);
            self.trajectory.outputs.extend(outputs);
            self.visit += 1;
        }
    }

    /// Applies every event that is due.
    fn apply<const W: usize>(&mut self, lane: usize, block: &mut Block<'a, W>) {
        let events = &self.course.events;
        while let Some(event) = events.get(self.event)
            && event.time <= block.time[lane]
        {
            match event.action {
                Action::Add { state, amount } => block.state[state][lane] += amount,
                Action::Flow { state, change } => block.flow[state][lane] += change,
                Action::Set { input, level } => {
                    self.levels[input] = level;
                    block.set(lane, input, level, self.course.signals.get(input));
                }
            }
            self.event += 1;
            self.fresh = true;
        }
    }

    /// Finds a first step anew.
    fn restart<const W: usize>(
        &mut self,
        plan: Plan<'a>,
        lane: usize,
        block: &Block<'a, W>,
        scalar: &mut Scalar,
    ) -> Result<(), Failure> {
        let rates = self.rates(plan, lane, block, scalar);
        let state: Vec<f64> = block.state.iter().map(|state| state[lane]).collect();
        let broken = (0..rates.len()).find(|&i| !(rates[i].is_finite() && state[i].is_finite()));
        if let Some(state) = broken {
            return Err(Failure {
                time: block.time[lane],
                state: Some(state),
                why: Why::NotFinite,
            });
        }
        let scale = &plan.program.scale;
        let order = plan.method.order;
        self.proposal = control::first_step(plan.tolerance, order, scale, &state, &rates);
        self.fresh = false;
        self.kept = None;
        self.rejected = false;
        Ok(())
    }

    fn rates<const W: usize>(
        &self,
        plan: Plan<'a>,
        lane: usize,
        block: &Block<'a, W>,
        scalar: &mut Scalar,
    ) -> Vec<f64> {
        self.show(plan, lane, block, scalar);
        let mut rates = scalar.compute(&plan.program.rates);
        for (rate, flow) in rates.iter_mut().zip(&block.flow) {
            *rate += flow[lane];
        }
        rates
    }

    /// Shows the plain evaluator where this lane is.
    fn show<const W: usize>(
        &self,
        plan: Plan<'a>,
        lane: usize,
        block: &Block<'a, W>,
        scalar: &mut Scalar,
    ) {
        block.show(lane, scalar);
        for (input, &level) in self.levels.iter().enumerate() {
            let signal = self.course.signals.get(input);
            let (value, speed) = signal.map_or((0.0, 0.0), |signal| signal.curve(block.time[lane]));
            scalar.input(plan.program, input, level + value, speed);
        }
    }

    fn end<const W: usize>(
        &mut self,
        lane: usize,
        block: &Block<'a, W>,
        failure: Option<Failure>,
    ) -> Trajectory {
        let mut trajectory = std::mem::take(&mut self.trajectory);
        trajectory.end = block.state.iter().map(|state| state[lane]).collect();
        trajectory.failure = failure;
        trajectory
    }
}

/// A step that failed its error test is at least this much smaller the next time.
const SAFE_RETRY: f64 = 0.9;
