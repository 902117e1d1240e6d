//! Quantities that know their dimension.
