//! Methods: one table of coefficients each.
//!
//! A Rosenbrock method solves one linear system a stage instead of iterating; all of them
//! share the matrix, and with it one factorisation a step (Hairer & Wanner, *Solving
//! Ordinary Differential Equations II*, section IV.7). In the transformed form of their
//! eq. IV.7.25, with `J` the Jacobian and `f_t` the derivative in time at the step's start:
//!
//! ```text
//! (I/(h gamma) - J) u_i = f(t + alpha_i h, y + sum_j a_ij u_j) + sum_j (c_ij/h) u_j + h d_i f_t
//! y_1 = y + sum_j m_j u_j,      error = sum_j e_j u_j
//! ```
//!
//! Every method here is stiffly accurate (eq. IV.7.30): its last stages are themselves
//! approximations to the solution, `m` repeats the last `a` with a 1 behind it, and the
//! last `u` is the error. Adding a table to [`METHODS`] is all that a new method takes;
//! the tests of order pick it up.

mod rodas3;
mod rodas4p2;
mod rodas5;

pub use rodas3::RODAS3;
pub use rodas4p2::RODAS4P2;
pub use rodas5::RODAS5;

/// A stiffly accurate Rosenbrock method in transformed form.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rosenbrock {
    /// What it is called.
    pub name: &'static str,
    /// Where its coefficients come from.
    pub source: &'static str,
    /// The order of the result; that of the error estimate is one less.
    pub order: u32,
    /// The diagonal coefficient.
    pub gamma: f64,
    /// One row a stage.
    pub stages: &'static [Stage],
}

/// A stage of a method.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stage {
    /// When, as a share of the step.
    pub alpha: f64,
    /// The weight of the derivative in time.
    pub d: f64,
    /// Where: weights of the earlier stages.
    pub a: &'static [f64],
    /// What earlier stages add to the right-hand side.
    pub c: &'static [f64],
}

/// Every method that the engine knows.
pub const METHODS: &[Rosenbrock] = &[RODAS5, RODAS4P2, RODAS3];

impl Rosenbrock {
    /// Whether stage `i` starts where stage `i - 1` did, moved by its result.
    pub(crate) fn continues(&self, i: usize) -> bool {
        i > 0 && {
            let (now, before) = (self.stages[i].a, self.stages[i - 1].a);
            now[i - 1].to_bits() == 1.0_f64.to_bits() && now[..i - 1] == *before
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_have_the_shape_of_their_method() {
        for method in METHODS {
            for (i, stage) in method.stages.iter().enumerate() {
                assert_eq!(stage.a.len(), i, "{}", method.name);
                assert_eq!(stage.c.len(), i, "{}", method.name);
            }
            assert_eq!(method.stages[0].d, method.gamma, "{}", method.name);
            assert!(method.continues(method.stages.len() - 1), "{}", method.name);
        }
    }
}
