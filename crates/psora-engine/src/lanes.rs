//! Runs a tape over lanes: every register holds one number a patient.
//!
//! What one lane computes depends on that lane alone, and each operation is the same scalar
//! operation at any width; so a patient's numbers do not depend on his company.

#![expect(
    clippy::inline_always,
    reason = "the interpreter must be compiled with the vector features of its caller"
)]
#![expect(
    clippy::needless_range_loop,
    reason = "lanes run over several arrays at once"
)]

use psora_equations::{Operation, Tape, kernel};

/// One number a lane.
pub(crate) type Lanes<const W: usize> = [f64; W];

/// Runs the same instruction over all lanes, for every instruction of a run.
///
/// Macros and not closures: a closure is a function of its own, which the compiler may
/// leave outside, without the vector features of the caller.
macro_rules! each {
    ($words:ident, $registers:ident, |$a:ident| $value:expr) => {
        for &[to, a] in $words.as_chunks().0 {
            let mut out = $registers[a as usize];
            for lane in 0..W {
                let $a = out[lane];
                out[lane] = $value;
            }
            $registers[to as usize] = out;
        }
    };
    ($words:ident, $registers:ident, |$a:ident, $b:ident| $value:expr) => {
        for &[to, a, b] in $words.as_chunks().0 {
            let mut out = $registers[a as usize];
            let second = $registers[b as usize];
            for lane in 0..W {
                let ($a, $b) = (out[lane], second[lane]);
                out[lane] = $value;
            }
            $registers[to as usize] = out;
        }
    };
    ($words:ident, $registers:ident, $numbers:expr, |$a:ident, $x:ident| $value:expr) => {
        for &[to, a, x] in $words.as_chunks().0 {
            let mut out = $registers[a as usize];
            let $x = $numbers[x as usize];
            for lane in 0..W {
                let $a = out[lane];
                out[lane] = $value;
            }
            $registers[to as usize] = out;
        }
    };
}

/// Executes `tape`.
#[inline(always)]
pub(crate) fn run<const W: usize>(tape: &Tape, registers: &mut [Lanes<W>]) {
    for run in &tape.runs {
        let words = &tape.words[run.start..run.end];
        match run.operation {
            Operation::Add => each!(words, registers, |a, b| a + b),
            Operation::Subtract => each!(words, registers, |a, b| a - b),
            Operation::Multiply => each!(words, registers, |a, b| a * b),
            Operation::Divide => each!(words, registers, |a, b| a / b),
            Operation::Minimum => each!(words, registers, |a, b| kernel::minimum(a, b)),
            Operation::Maximum => each!(words, registers, |a, b| kernel::maximum(a, b)),
            Operation::Power => each!(words, registers, |a, b| kernel::pow(a, b)),
            Operation::AddNumber => each!(words, registers, tape.numbers, |a, x| a + x),
            Operation::NumberMinus => each!(words, registers, tape.numbers, |a, x| x - a),
            Operation::Scale => each!(words, registers, tape.numbers, |a, x| a * x),
            Operation::NumberOver => each!(words, registers, tape.numbers, |a, x| x / a),
            Operation::Negate => each!(words, registers, |a| -a),
            Operation::Exp => each!(words, registers, |a| kernel::exp(a)),
            Operation::Ln => each!(words, registers, |a| kernel::ln(a)),
            Operation::Sqrt => each!(words, registers, |a| kernel::sqrt(a)),
            Operation::Whole => {
                for &[to, a, n] in words.as_chunks().0 {
                    registers[to as usize] = whole(registers[a as usize], n.cast_signed());
                }
            }
            Operation::Select => {
                for &[to, a, b, x, y] in words.as_chunks().0 {
                    let (a, b) = (registers[a as usize], registers[b as usize]);
                    let (x, y) = (registers[x as usize], registers[y as usize]);
                    let mut out = y;
                    for lane in 0..W {
                        out[lane] = if a[lane] < b[lane] { x[lane] } else { y[lane] };
                    }
                    registers[to as usize] = out;
                }
            }
        }
    }
}

/// [`kernel::whole`] with the loop over lanes inside.
#[inline(always)]
fn whole<const W: usize>(x: Lanes<W>, n: i32) -> Lanes<W> {
    let mut left = n.unsigned_abs();
    let mut square = x;
    let mut value = [1.0; W];
    while left > 0 {
        let taken = left & 1 == 1;
        for lane in 0..W {
            if taken {
                value[lane] *= square[lane];
            }
            square[lane] *= square[lane];
        }
        left >>= 1;
    }
    if n < 0 {
        for lane in 0..W {
            value[lane] = 1.0 / value[lane];
        }
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_powers_over_lanes_are_those_of_the_kernel() {
        let x = [0.3, -1.7, 2.5, 1e3];
        for n in [-7, -2, -1, 2, 3, 4, 5, 12, 64] {
            assert_eq!(whole(x, n), x.map(|x| kernel::whole(x, n)));
        }
    }
}
