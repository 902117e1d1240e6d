//! The elementary functions, the same to the last bit on every machine.
//!
//! System libraries differ in the last digits of `exp`, `ln` and `pow`, and a compiler that
//! fuses a product into a sum changes them again. These are written with plain additions,
//! products, divisions and square roots only, which IEEE 754 fixes, and without branches,
//! so that a loop over lanes becomes vector code. Constant folding and the engine both use
//! them: a number is the same whether it was folded or computed.
//!
//! Errors, measured in the tests against the standard library: at most 1 ulp for `exp`
//! and `ln`, 2 ulp for `pow` (values below the normal range aside).

#![expect(
    clippy::inline_always,
    reason = "a kernel must land inside the loop over lanes to become vector code"
)]

/// Adding it rounds to a whole number, which then stands in the low bits: 1.5 * 2^52.
const ROUND: f64 = 6_755_399_441_055_744.0;
/// 2^52, the weight at which whole numbers fill the significand.
const WHOLE: u64 = 0x4330_0000_0000_0000;
/// The upper 32 bits of ln 2: its product with an exponent is exact.
const LN_2_HIGH: f64 = f64::from_bits(0x3fe6_2e42_fee0_0000);
/// The rest of ln 2.
const LN_2_LOW: f64 = f64::from_bits(0x3dea_39ef_3579_3c76);
/// The bits of the square root of one half.
const ROOT_HALF: u64 = 0x3fe6_a09e_667f_3bcd;
/// The bits of one.
const ONE: u64 = 0x3ff0_0000_0000_0000;
/// The bits of a significand.
const SIGNIFICAND: u64 = 0x000f_ffff_ffff_ffff;
/// 2^54 lifts every subnormal number into the normal range.
const LIFT: f64 = 18_014_398_509_481_984.0;
/// What rounding took from one third.
const THIRD_LOW: f64 = 1.850_371_707_708_594e-17;

/// The exponential of `x`.
#[must_use]
#[inline(always)]
pub fn exp(x: f64) -> f64 {
    exp_sum(x, 0.0)
}

/// The natural logarithm of `x`: minus infinity at 0, not a number below.
#[must_use]
#[inline(always)]
pub fn ln(x: f64) -> f64 {
    let (m, k) = split_exponent(x);
    // ln(1 + f) = f - (f^2/2 - s (f^2/2 + R)) with s = f / (2 + f) and
    // R = 2 s^2/3 + 2 s^4/5 + ..., the series of 2 artanh(s) less its first term.
    let f = m - 1.0;
    let s = f / (2.0 + f);
    let z = s * s;
    let r = 2.0 * z * (1.0 / 3.0 + z * artanh_tail(z));
    let half = 0.5 * f * f;
    let value = k * LN_2_HIGH - ((half - (s * (half + r) + k * LN_2_LOW)) - f);
    let value = if x == f64::INFINITY { x } else { value };
    let value = if x == 0.0 { f64::NEG_INFINITY } else { value };
    if x >= 0.0 { value } else { f64::NAN }
}

/// `a` to the power `b` for `a >= 0`.
///
/// A base below zero counts as zero: a state that a step left a rounding error below zero
/// must not end a run. `0^0` is 1, 0 to a negative power is infinite.
#[must_use]
#[inline(always)]
pub fn pow(a: f64, b: f64) -> f64 {
    // The logarithm to about 2^-65, as a sum of two numbers (Dekker 1971), because the
    // exponential turns an absolute error of its argument into a relative one.
    let (m, k) = split_exponent(a);
    let f = m - 1.0;
    let (d, d_low) = two_sum(1.0, m);
    let s = f / d;
    let (p, p_low) = two_product(s, d);
    let s_low = (((f - p) - p_low) - s * d_low) / d;
    let (z, z_low) = two_product(s, s);
    let z_low = z_low + 2.0 * s * s_low;
    let (w, w_low) = two_product(z, 1.0 / 3.0);
    let w_low = w_low + (z * THIRD_LOW + z_low * (1.0 / 3.0));
    let (t, t_low) = fast_two_sum(w, z * z * artanh_tail(z));
    let t_low = t_low + w_low;
    let (g, g_low) = two_product(s, t);
    let g_low = g_low + (s * t_low + s_low * t);
    let (l, l_low) = fast_two_sum(s, g);
    let l_low = l_low + (s_low + g_low);
    let (ln, ln_low) = fast_two_sum(k * LN_2_HIGH, 2.0 * l);
    let ln_low = ln_low + (k * LN_2_LOW + 2.0 * l_low);

    // No exponent beyond 1e20 tells two results apart; the bound keeps the split finite.
    let bounded = if b > 1e20 { 1e20 } else { b };
    let bounded = if bounded < -1e20 { -1e20 } else { bounded };
    let (y, y_low) = two_product(bounded, ln);
    let y_low = y_low + bounded * ln_low;
    let y_low = if y.abs() < 800.0 { y_low } else { 0.0 };
    let value = exp_sum(y, y_low);

    let zero = if b > 0.0 { 0.0 } else { f64::INFINITY };
    let value = if a > 0.0 { value } else { zero };
    let endless = if b > 0.0 { f64::INFINITY } else { 0.0 };
    let value = if a == f64::INFINITY { endless } else { value };
    let value = if b == 0.0 { 1.0 } else { value };
    if a.is_nan() || b.is_nan() {
        f64::NAN
    } else {
        value
    }
}

/// `x` to the whole power `n`, by squaring.
#[must_use]
#[inline(always)]
pub fn whole(x: f64, n: i32) -> f64 {
    let mut left = n.unsigned_abs();
    let mut square = x;
    let mut value = 1.0;
    while left > 0 {
        if left & 1 == 1 {
            value *= square;
        }
        square *= square;
        left >>= 1;
    }
    if n < 0 { 1.0 / value } else { value }
}

/// The square root of `x`. Below zero it is zero, as in [`pow`].
#[must_use]
#[inline(always)]
pub fn sqrt(x: f64) -> f64 {
    if x < 0.0 { 0.0 } else { x.sqrt() }
}

/// The smaller of two numbers.
#[must_use]
#[inline(always)]
pub fn minimum(a: f64, b: f64) -> f64 {
    if a < b { a } else { b }
}

/// The larger of two numbers.
#[must_use]
#[inline(always)]
pub fn maximum(a: f64, b: f64) -> f64 {
    if a > b { a } else { b }
}

/// `exp(x + low)` for a `low` far below `x`.
#[inline(always)]
fn exp_sum(x: f64, low: f64) -> f64 {
    // Beyond these bounds the result is infinite or zero. Not-a-number passes both.
    let x = if x > 709.9 { 709.9 } else { x };
    let x = if x < -745.3 { -745.3 } else { x };
    let shifted = x * std::f64::consts::LOG2_E + ROUND;
    let k = shifted - ROUND;
    let high = x - k * LN_2_HIGH;
    let rest = k * LN_2_LOW - low;
    let r = high - rest;
    let r_low = (high - r) - rest;
    let q = r * r * exp_tail(r);
    let value = 1.0 + (r + (q + r_low));
    // 2^k as a product of two powers, each of which a double can hold.
    let half = k * 0.5 + ROUND;
    let first = half.to_bits().wrapping_sub(ROUND.to_bits());
    let second = shifted
        .to_bits()
        .wrapping_sub(ROUND.to_bits())
        .wrapping_sub(first);
    value * power_of_two(first) * power_of_two(second)
}

/// `2^k` for a whole `k` in two's complement, |k| < 1023.
#[inline(always)]
fn power_of_two(k: u64) -> f64 {
    f64::from_bits(k.wrapping_add(1023) << 52)
}

/// `(exp(r) - 1 - r) / r^2` for |r| <= ln(2)/2: its Taylor series to the 13th power of `r`.
#[inline(always)]
fn exp_tail(r: f64) -> f64 {
    const C: [f64; 12] = [
        1.0 / 2.0,
        1.0 / 6.0,
        1.0 / 24.0,
        1.0 / 120.0,
        1.0 / 720.0,
        1.0 / 5_040.0,
        1.0 / 40_320.0,
        1.0 / 362_880.0,
        1.0 / 3_628_800.0,
        1.0 / 39_916_800.0,
        1.0 / 479_001_600.0,
        1.0 / 6_227_020_800.0,
    ];
    let r2 = r * r;
    let r4 = r2 * r2;
    let a = (C[0] + r * C[1]) + r2 * (C[2] + r * C[3]);
    let b = (C[4] + r * C[5]) + r2 * (C[6] + r * C[7]);
    let c = (C[8] + r * C[9]) + r2 * (C[10] + r * C[11]);
    a + r4 * (b + r4 * c)
}

/// `1/5 + z/7 + z^2/9 + ...` for z <= 0.0295: the tail of artanh.
#[inline(always)]
fn artanh_tail(z: f64) -> f64 {
    let z2 = z * z;
    let z4 = z2 * z2;
    let a = (1.0 / 5.0 + z * (1.0 / 7.0)) + z2 * (1.0 / 9.0 + z * (1.0 / 11.0));
    let b = (1.0 / 13.0 + z * (1.0 / 15.0)) + z2 * (1.0 / 17.0 + z * (1.0 / 19.0));
    let c = 1.0 / 21.0 + z * (1.0 / 23.0);
    // The factor z that separates this from the leading third is the caller's.
    a + z4 * (b + z4 * c)
}

/// `x = m 2^k` with `m` from the root of one half to the root of two.
#[inline(always)]
fn split_exponent(x: f64) -> (f64, f64) {
    let tiny = x < f64::MIN_POSITIVE;
    let bits = if tiny { x * LIFT } else { x }.to_bits();
    let moved = bits.wrapping_add(ONE - ROOT_HALF);
    let m = f64::from_bits((moved & SIGNIFICAND) + ROOT_HALF);
    let k = f64::from_bits(moved >> 52 | WHOLE) - f64::from_bits(WHOLE);
    (m, k - if tiny { 1023.0 + 54.0 } else { 1023.0 })
}

/// A sum and what rounding took from it, for `|a| >= |b|` or `a = 0`.
#[inline(always)]
fn fast_two_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    (sum, b - (sum - a))
}

/// A sum and what rounding took from it.
#[inline(always)]
fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    let seen = sum - a;
    (sum, (a - (sum - seen)) + (b - seen))
}

/// A product and what rounding took from it, without a fused operation.
#[inline(always)]
fn two_product(a: f64, b: f64) -> (f64, f64) {
    let (a_high, a_low) = halves(a);
    let (b_high, b_low) = halves(b);
    let product = a * b;
    let error = ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low;
    (product, error)
}

/// A number as a sum of two that fill half a significand each.
#[inline(always)]
fn halves(a: f64) -> (f64, f64) {
    let big = a * 134_217_729.0;
    let high = big - (big - a);
    (high, a - high)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers that look random and are the same every time.
    fn numbers(count: usize) -> impl Iterator<Item = f64> {
        let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
        (0..count).map(move |_| {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            (seed >> 11) as f64 / (1_u64 << 53) as f64
        })
    }

    fn ulps(a: f64, b: f64) -> u64 {
        a.to_bits().abs_diff(b.to_bits())
    }

    #[test]
    fn the_exponential_is_right_to_one_unit_in_the_last_place() {
        for u in numbers(200_000) {
            for x in [u * 1400.0 - 700.0, u * 2.0 - 1.0, (u - 0.5) * 1e-6] {
                assert!(ulps(exp(x), x.exp()) <= 1, "{x}: {} {}", exp(x), x.exp());
            }
        }
    }

    #[test]
    fn the_logarithm_is_right_to_one_unit_in_the_last_place() {
        for u in numbers(200_000) {
            for x in [u * 1e6, 0.5 + u, 1.0 + (u - 0.5) * 1e-6, u * 1e-310] {
                assert!(ulps(ln(x), x.ln()) <= 1, "{x}: {} {}", ln(x), x.ln());
            }
        }
    }

    #[test]
    fn powers_are_right_to_two_units_in_the_last_place() {
        let mut pairs = numbers(400_000);
        while let (Some(u), Some(v)) = (pairs.next(), pairs.next()) {
            for (a, b) in [
                (u * 10.0, v * 8.0),
                (u * 1e5, v * 100.0 - 50.0),
                (1.0 + (u - 0.5) * 1e-3, (v - 0.5) * 1e5),
                (u * 1e-30, v),
            ] {
                let (mine, theirs) = (pow(a, b), a.powf(b));
                if theirs.is_normal() {
                    assert!(ulps(mine, theirs) <= 2, "{a}^{b}: {mine} {theirs}");
                }
            }
        }
    }

    #[test]
    fn the_edges_are_where_mathematics_puts_them() {
        assert_eq!(exp(0.0), 1.0);
        assert_eq!(exp(f64::NEG_INFINITY), 0.0);
        assert_eq!(exp(f64::INFINITY), f64::INFINITY);
        assert_eq!(exp(800.0), f64::INFINITY);
        assert_eq!(exp(-800.0), 0.0);
        assert!(exp(f64::NAN).is_nan());
        assert_eq!(ln(1.0), 0.0);
        assert_eq!(ln(0.0), f64::NEG_INFINITY);
        assert_eq!(ln(f64::INFINITY), f64::INFINITY);
        assert!(ln(-1.0).is_nan() && ln(f64::NAN).is_nan());
        assert_eq!(pow(0.0, 2.5), 0.0);
        assert_eq!(pow(0.0, 0.0), 1.0);
        assert_eq!(pow(0.0, -1.5), f64::INFINITY);
        assert_eq!(pow(-1e-18, 1.5), 0.0);
        assert_eq!(pow(3.0, 0.0), 1.0);
        assert_eq!(pow(1.0, 1e300), 1.0);
        assert_eq!(pow(2.0, 1e300), f64::INFINITY);
        assert_eq!(pow(2.0, -1e300), 0.0);
        assert_eq!(pow(f64::INFINITY, 0.5), f64::INFINITY);
        assert_eq!(pow(f64::INFINITY, -0.5), 0.0);
        assert!(pow(f64::NAN, 2.0).is_nan() && pow(2.0, f64::NAN).is_nan());
        assert_eq!(whole(3.0, 4), 81.0);
        assert_eq!(whole(2.0, -3), 0.125);
        assert_eq!(whole(-2.0, 3), -8.0);
        assert_eq!(sqrt(-1e-20), 0.0);
    }
}
