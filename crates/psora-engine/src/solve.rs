//! Solve many courses with one program.
//!
//! A lane whose patient is done or has failed takes the next course, so that no lane waits
//! for another's patient. Nothing that a lane computes depends on the other lanes: the bits
//! of a trajectory are the same at any width and in any company.

use crate::control::Tolerance;
use crate::lane::{Lane, Plan};
use crate::method::{RODAS5, Rosenbrock};
use crate::program::{Program, Scalar};
use crate::step::Block;
use crate::{Course, Trajectory};

/// How accurate a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Accuracy {
    /// For looking around.
    Draft,
    /// For results.
    #[default]
    Standard,
    /// For comparing solvers.
    Reference,
}

/// How to solve.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// The accuracy asked for.
    pub accuracy: Accuracy,
    /// Patients side by side: 1, 2, 4, 8, 16 or 32. The results do not depend on it.
    pub lanes: usize,
    /// Steps (kept and rejected) after which a patient's run is given up.
    pub step_limit: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            accuracy: Accuracy::Standard,
            lanes: 8,
            step_limit: 200_000,
        }
    }
}

/// Runs every course through `program`, in order. Single-threaded: callers split blocks.
///
/// # Panics
/// If `options.lanes` is none of the widths it names, or a course does not fit the program.
#[must_use]
pub fn solve(program: &Program, courses: &[Course], options: &Options) -> Vec<Trajectory> {
    solve_by(&RODAS5, program, courses, options)
}

/// Runs every course with a chosen method.
///
/// # Panics
/// If `options.lanes` is none of the widths it names, or a course does not fit the program.
#[must_use]
pub fn solve_by(
    method: &Rosenbrock,
    program: &Program,
    courses: &[Course],
    options: &Options,
) -> Vec<Trajectory> {
    let plan = Plan {
        program,
        method,
        tolerance: Tolerance::of(options.accuracy),
        step_limit: options.step_limit,
    };
    let few = courses.len().next_power_of_two();
    match options.lanes {
        1 => march::<1>(plan, courses),
        2 | 4 | 8 | 16 | 32 if few < options.lanes => {
            let lanes = few;
            solve_by(method, program, courses, &Options { lanes, ..*options })
        }
        2 => march::<2>(plan, courses),
        4 => wide::<4>(plan, courses),
        8 => wide::<8>(plan, courses),
        16 => wide::<16>(plan, courses),
        32 => wide::<32>(plan, courses),
        other => panic!("{other} lanes: the engine has 1, 2, 4, 8, 16 or 32"),
    }
}

/// The end of one course after so many equal steps of a method, its events left out.
///
/// Without error control, for measuring a method's order.
#[must_use]
pub fn solve_equal(
    method: &Rosenbrock,
    program: &Program,
    course: &Course,
    until: f64,
    steps: u32,
) -> Vec<f64> {
    let tolerance = Tolerance::of(Accuracy::Reference);
    let plan = Plan {
        program,
        method,
        tolerance,
        step_limit: u32::MAX,
    };
    let mut block = Block::<1>::new(program, method, tolerance);
    let mut scalar = Scalar::new(program);
    let _ = Lane::seat(plan, 0, course, 0, &mut block, &mut scalar);
    block.step = [(until - course.from) / f64::from(steps)];
    for step in 1..=steps {
        block.attempt();
        block.accept([true]);
        block.time = [course.from + block.step[0] * f64::from(step)];
    }
    block.state.iter().map(|state| state[0]).collect()
}

/// The march with the widest vectors that this machine has.
///
/// They compute the same operations in the same order: only the speed differs. No feature
/// makes the compiler fuse a product into a sum.
#[cfg(target_arch = "x86_64")]
fn wide<const W: usize>(plan: Plan<'_>, courses: &[Course]) -> Vec<Trajectory> {
    if W >= 8 && is_x86_feature_detected!("avx512f") {
        #[expect(unsafe_code, reason = "calls code compiled for a vector feature")]
        // SAFETY: the processor has the feature, as was just asked.
        return unsafe { march_avx512::<W>(plan, courses) };
    }
    if is_x86_feature_detected!("avx2") {
        #[expect(unsafe_code, reason = "calls code compiled for a vector feature")]
        // SAFETY: the processor has the feature, as was just asked.
        return unsafe { march_avx2::<W>(plan, courses) };
    }
    march::<W>(plan, courses)
}

#[cfg(not(target_arch = "x86_64"))]
fn wide<const W: usize>(plan: Plan<'_>, courses: &[Course]) -> Vec<Trajectory> {
    march::<W>(plan, courses)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f")]
fn march_avx512<const W: usize>(plan: Plan<'_>, courses: &[Course]) -> Vec<Trajectory> {
    march::<W>(plan, courses)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn march_avx2<const W: usize>(plan: Plan<'_>, courses: &[Course]) -> Vec<Trajectory> {
    march::<W>(plan, courses)
}

#[inline(always)]
#[expect(
    clippy::inline_always,
    reason = "compiled once for each vector feature, inside its caller"
)]
fn march<const W: usize>(plan: Plan<'_>, courses: &[Course]) -> Vec<Trajectory> {
    let mut block = Block::<W>::new(plan.program, plan.method, plan.tolerance);
    let mut scalar = Scalar::new(plan.program);
    let mut trajectories = vec![Trajectory::default(); courses.len()];
    let mut waiting = courses.iter().enumerate();
    let mut lanes: [Option<Lane<'_>>; W] = std::array::from_fn(|_| None);
    loop {
        for (place, seat) in lanes.iter_mut().enumerate() {
            loop {
                if seat.is_none() {
                    *seat = waiting.next().map(|(index, course)| {
                        Lane::seat(plan, index, course, place, &mut block, &mut scalar)
                    });
                }
                let Some(lane) = seat else { break };
                let Some(end) = lane.settle(plan, place, &mut block, &mut scalar) else {
                    break;
                };
                trajectories[lane.index] = end;
                *seat = None;
            }
        }
        if lanes.iter().all(Option::is_none) {
            return trajectories;
        }
        block.attempt();
        let mut accepted = [false; W];
        for (place, seat) in lanes.iter_mut().enumerate() {
            if let Some(lane) = seat {
                accepted[place] = lane.judge(plan, place, &mut block, &mut scalar);
            }
        }
        block.accept(accepted);
    }
}
