//! Runs a tape over lanes: every register holds one number a patient.
//!
//! What one lane computes depends on that lane alone, and each operation is the same scalar
//! operation at any width; so a patient's numbers do not depend on his company.

#![expect(
    clippy::inline_always,
    reason = "the interpreter must be compiled with the vector features of its caller"
)]

use psora_equations::{Operation, Tape, kernel};

/// One number a lane.
pub(crate) type Lanes<const W: usize> = [f64; W];

/// Executes `tape`.
#[inline(always)]
pub(crate) fn run<const W: usize>(tape: &Tape, registers: &mut [Lanes<W>]) {
    for run in &tape.runs {
        let words = &tape.words[run.start..run.end];
        match run.operation {
            Operation::Add => two(words, registers, |a, b| a + b),
            Operation::Subtract => two(words, registers, |a, b| a - b),
            Operation::Multiply => two(words, registers, |a, b| a * b),
            Operation::Divide => two(words, registers, |a, b| a / b),
            Operation::Minimum => two(words, registers, kernel::minimum),
            Operation::Maximum => two(words, registers, kernel::maximum),
            Operation::Power => two(words, registers, kernel::pow),
            Operation::AddNumber => number(words, registers, &tape.numbers, |a, x| a + x),
            Operation::NumberMinus => number(words, registers, &tape.numbers, |a, x| x - a),
            Operation::Scale => number(words, registers, &tape.numbers, |a, x| a * x),
            Operation::NumberOver => number(words, registers, &tape.numbers, |a, x| x / a),
            Operation::Negate => one(words, registers, |a| -a),
            Operation::Exp => one(words, registers, kernel::exp),
            Operation::Ln => one(words, registers, kernel::ln),
            Operation::Sqrt => one(words, registers, kernel::sqrt),
            Operation::Whole => {
                for &[to, a, n] in words.as_chunks().0 {
                    let n = n.cast_signed();
                    registers[to as usize] = registers[a as usize].map(|a| kernel::whole(a, n));
                }
            }
            Operation::Select => {
                for &[to, a, b, x, y] in words.as_chunks().0 {
                    let [a, b, x, y] = [a, b, x, y].map(|word| registers[word as usize]);
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

#[inline(always)]
fn one<const W: usize>(words: &[u32], registers: &mut [Lanes<W>], f: impl Fn(f64) -> f64) {
    for &[to, a] in words.as_chunks().0 {
        let mut out = registers[a as usize];
        for value in &mut out {
            *value = f(*value);
        }
        registers[to as usize] = out;
    }
}

#[inline(always)]
fn two<const W: usize>(words: &[u32], registers: &mut [Lanes<W>], f: impl Fn(f64, f64) -> f64) {
    for &[to, a, b] in words.as_chunks().0 {
        let mut out = registers[a as usize];
        let b = registers[b as usize];
        for lane in 0..W {
            out[lane] = f(out[lane], b[lane]);
        }
        registers[to as usize] = out;
    }
}

#[inline(always)]
fn number<const W: usize>(
    words: &[u32],
    registers: &mut [Lanes<W>],
    numbers: &[f64],
    f: impl Fn(f64, f64) -> f64,
) {
    for &[to, a, x] in words.as_chunks().0 {
        let mut out = registers[a as usize];
        let x = numbers[x as usize];
        for value in &mut out {
            *value = f(*value, x);
        }
        registers[to as usize] = out;
    }
}
