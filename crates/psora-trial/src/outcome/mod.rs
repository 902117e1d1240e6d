//! How we judge: what a rater writes down, and what counts as a response.
