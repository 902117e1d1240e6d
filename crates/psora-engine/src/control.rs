//! How accurate, and how large the next step.
//!
//! The step size follows the predictive controller of Gustafsson (Hairer & Wanner II,
//! section IV.8, eq. IV.8.21): it looks at the last two errors, so that a step shrinks
//! before an error grows too large.

use crate::Accuracy;
use psora_equations::kernel;

/// The relative tolerance of each accuracy. Draft shows shapes, Standard errs by less than
/// the noise of any endpoint, Reference is there to measure the others.
const RELATIVE: [(Accuracy, f64); 3] = [
    (Accuracy::Draft, 3e-4),
    (Accuracy::Standard, 3e-5),
    (Accuracy::Reference, 1e-8),
];

/// The absolute tolerance as a share of the relative one and a state's scale: a thousandth
/// of the scale is resolved as well as the scale itself.
const ABSOLUTE: f64 = 1e-3;

/// By how much the error is over-estimated for the next step.
const SAFETY: f64 = 0.9;
/// A step grows at most by this factor.
const GROWTH: f64 = 6.0;
/// A step shrinks at most by this factor.
const SHRINK: f64 = 0.2;
/// What a step shrinks by when it gave no usable error.
pub(crate) const RETREAT: f64 = 0.1;
/// Steps below so many roundings of the time are given up.
const ROUNDINGS: f64 = 4.0 * f64::EPSILON;
/// Near time zero, steps are resolved as if time were this, in days.
const NEAR_ZERO: f64 = 1e-6;

/// The weights of the error norm.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tolerance {
    pub(crate) relative: f64,
}

impl Tolerance {
    pub(crate) fn of(accuracy: Accuracy) -> Self {
        let row = RELATIVE.iter().find(|(name, _)| *name == accuracy);
        let (_, relative) = *row.expect("every accuracy has a row");
        Self { relative }
    }

    /// How much error counts as one, for a state of this scale and size.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "called in the loop over lanes")]
    pub(crate) fn weight(self, scale: f64, size: f64) -> f64 {
        self.relative * (ABSOLUTE * scale + size)
    }
}

/// The smallest step that time at `time` can tell from none.
pub(crate) fn smallest_step(time: f64) -> f64 {
    ROUNDINGS * time.abs().max(NEAR_ZERO)
}

/// A step that was kept: its size and error.
pub(crate) type Kept = Option<(f64, f64)>;

/// By what factor the next step may differ from one with this `error`.
pub(crate) fn factor(error: f64, order: u32) -> f64 {
    let share = kernel::pow(error, 1.0 / f64::from(order)) / SAFETY;
    (1.0 / share.max(1e-10)).clamp(SHRINK, GROWTH)
}

/// The factor after a kept step, with an eye on the one before.
pub(crate) fn factor_after(step: f64, error: f64, before: Kept, order: u32) -> f64 {
    let plain = factor(error, order);
    let Some((step_before, error_before)) = before else {
        return plain;
    };
    let error = error.max(1e-10);
    let ratio = error * error / error_before.max(1e-2);
    let slope = kernel::pow(ratio, 1.0 / f64::from(order)) / SAFETY;
    let predicted = (step / step_before / slope).clamp(SHRINK, GROWTH);
    plain.min(predicted)
}

/// The first step after a start or an event: as far as the solution moves by what the
/// method resolves at this tolerance (Hairer, Nørsett & Wanner I, section II.4, step a).
pub(crate) fn first_step(
    tolerance: Tolerance,
    order: u32,
    scale: &[f64],
    state: &[f64],
    rates: &[f64],
) -> f64 {
    let (mut size, mut speed) = (0.0, 0.0);
    for ((&scale, &x), &rate) in scale.iter().zip(state).zip(rates) {
        let weight = tolerance.weight(scale, x.abs());
        size += (x / weight) * (x / weight);
        speed += (rate / weight) * (rate / weight);
    }
    let reach = kernel::pow(tolerance.relative, 1.0 / f64::from(order));
    // Nothing may move yet (speed 0), or nothing be there (size 0): the stops bound the
    // first, the second starts from one weight.
    let size = size.max(state.len() as f64).sqrt();
    0.5 * reach * size / speed.sqrt().max(f64::MIN_POSITIVE)
}
