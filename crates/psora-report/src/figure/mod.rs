//! Figures by hand: scales, axes, curves and markers, as inline SVG.
//!
//! A [`Canvas`] collects marks, a [`Frame`] turns values into places on it. Colours, dashes
//! and sizes are the style sheet's; the SVG names only classes, so that light, dark and
//! paper share one drawing. What is not finite is a gap, never a number in a path.

mod axis;
mod canvas;
mod curve;
mod frame;
mod histogram;
mod label;
mod marker;
mod palette;

pub(crate) use axis::{nice_ticks, week_ticks};
pub(crate) use canvas::{Canvas, Ids, escape};
pub(crate) use curve::{area, line};
pub(crate) use frame::{Axes, Frame};
pub(crate) use histogram::histogram;
pub(crate) use label::{EndLabel, end_labels, shorten};
pub(crate) use marker::{Whisker, dot, horizontal_whisker, whisker};
pub(crate) use palette::Palette;
