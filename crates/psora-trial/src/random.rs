//! Random numbers that belong to somebody.
//!
//! A [`Stream`] is keyed by seed, patient and purpose, never by order: who else is in the
//! trial, how many threads run it, or which drug was added changes nobody's numbers.
//! Everything here is plain arithmetic and the pure-Rust `libm`, so that it gives the
//! same bits on any machine.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// A sequence of random numbers of one patient for one purpose.
#[derive(Debug, Clone)]
pub(crate) struct Stream(ChaCha8Rng);

impl Stream {
    /// The stream of `patient` for `purpose` under `seed`.
    pub(crate) fn new(seed: u64, patient: u64, purpose: &str) -> Self {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        key[8..16].copy_from_slice(&patient.to_le_bytes());
        key[16..24].copy_from_slice(&hash(purpose).to_le_bytes());
        key[24..].copy_from_slice(&(purpose.len() as u64).to_le_bytes());
        Self(ChaCha8Rng::from_seed(key))
    }

    /// A number between 0 and 1, both excluded.
    pub(crate) fn uniform(&mut self) -> f64 {
        // 53 random bits, moved by half a step away from 0.
        let bits = self.0.next_u64() >> 11;
        (bits as f64 + 0.5) / (1_u64 << 53) as f64
    }

    /// A standard normal number.
    pub(crate) fn normal(&mut self) -> f64 {
        normal_quantile(self.uniform())
    }
}

/// FNV-1a, 64 bits.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// The standard normal distribution function.
pub(crate) fn normal_cdf(x: f64) -> f64 {
    0.5 * libm::erfc(-x * std::f64::consts::FRAC_1_SQRT_2)
}

/// The inverse of [`normal_cdf`] for `p` between 0 and 1: Wichura, Applied Statistics
/// 37:477 (1988), algorithm AS 241, routine PPND16, good to about 1e-16.
pub(crate) fn normal_quantile(p: f64) -> f64 {
    let centred = p - 0.5;
    if centred.abs() <= 0.425 {
        let r = 0.180_625 - centred * centred;
        return centred * ratio(r, &CENTRE);
    }
    let tail = if centred < 0.0 { p } else { 1.0 - p };
    let r = libm::sqrt(-libm::log(tail));
    let x = if r <= 5.0 {
        ratio(r - 1.6, &SHOULDER)
    } else {
        ratio(r - 5.0, &TAIL)
    };
    if centred < 0.0 { -x } else { x }
}

/// A ratio of two polynomials of degree 7, each from its constant upwards.
fn ratio(r: f64, [above, below]: &[[f64; 8]; 2]) -> f64 {
    let polynomial = |c: &[f64; 8]| c.iter().rev().fold(0.0, |sum, c| sum * r + c);
    polynomial(above) / polynomial(below)
}

#[expect(clippy::excessive_precision, reason = "digits as published")]
const CENTRE: [[f64; 8]; 2] = [
    [
        3.387_132_872_796_366_608,
        133.141_667_891_784_377_45,
        1_971.590_950_306_551_442_7,
        13_731.693_765_509_461_125,
        45_921.953_931_549_871_457,
        67_265.770_927_008_700_853,
        33_430.575_583_588_128_105,
        2_509.080_928_730_122_672_7,
    ],
    [
        1.0,
        42.313_330_701_600_911_252,
        687.187_007_492_057_908_3,
        5_394.196_021_424_751_107_7,
        21_213.794_301_586_595_867,
        39_307.895_800_092_710_61,
        28_729.085_735_721_942_674,
        5_226.495_278_852_854_561,
    ],
];

#[expect(clippy::excessive_precision, reason = "digits as published")]
const SHOULDER: [[f64; 8]; 2] = [
    [
        1.423_437_110_749_683_577_34,
        4.630_337_846_156_545_295_9,
        5.769_497_221_460_691_405_5,
        3.647_848_324_763_204_605_04,
        1.270_458_252_452_368_382_58,
        0.241_780_725_177_450_611_77,
        0.022_723_844_989_269_184_583_3,
        7.745_450_142_783_414_076_4e-4,
    ],
    [
        1.0,
        2.053_191_626_637_758_821_87,
        1.676_384_830_183_803_849_4,
        0.689_767_334_985_100_004_55,
        0.148_103_976_427_480_074_59,
        0.015_198_666_563_616_457_196_6,
        5.475_938_084_995_344_946e-4,
        1.050_750_071_644_416_843_24e-9,
    ],
];

#[expect(clippy::excessive_precision, reason = "digits as published")]
const TAIL: [[f64; 8]; 2] = [
    [
        6.657_904_643_501_103_777_2,
        5.463_784_911_164_114_369_9,
        1.784_826_539_917_291_335_8,
        0.296_560_571_828_504_891_23,
        0.026_532_189_526_576_123_093,
        1.242_660_947_388_078_438_6e-3,
        2.711_555_568_743_487_578_15e-5,
        2.010_334_399_292_288_132_65e-7,
    ],
    [
        1.0,
        0.599_832_206_555_887_937_69,
        0.136_929_880_922_735_805_31,
        0.014_875_361_290_850_614_852_5,
        7.868_691_311_456_132_591e-4,
        1.846_318_317_510_054_681_8e-5,
        1.421_511_758_316_445_888_7e-7,
        2.044_263_103_389_939_785_64e-15,
    ],
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_quantile_undoes_the_distribution_function() {
        for step in -70..=70 {
            let x = f64::from(step) / 10.0;
            let back = normal_quantile(normal_cdf(x));
            // In the upper tail 1 - p has lost digits before the quantile sees it: an error
            // of one unit in the last place of p is divided by the density there.
            let density = (-0.5 * x * x).exp() / (2.0 * std::f64::consts::PI).sqrt();
            let tolerance = 1e-14 + 2.0 * f64::EPSILON / density.max(1e-12);
            assert!((back - x).abs() < tolerance, "{x}: {back}");
        }
    }

    #[test]
    fn known_quantiles_come_out() {
        // Printed to 15 digits in tables of the normal distribution.
        assert!((normal_quantile(0.975) - 1.959_963_984_540_054).abs() < 1e-14);
        assert!((normal_quantile(1e-10) + 6.361_340_902_404_056).abs() < 1e-13);
    }

    #[test]
    fn a_stream_belongs_to_seed_patient_and_purpose() {
        let first = |seed, patient, purpose| Stream::new(seed, patient, purpose).uniform();
        let mine = first(1, 2, "a");
        assert_eq!(mine.to_bits(), first(1, 2, "a").to_bits());
        for other in [
            first(2, 2, "a"),
            first(1, 3, "a"),
            first(1, 2, "b"),
            first(2, 1, "a"),
        ] {
            assert_ne!(mine.to_bits(), other.to_bits());
        }
    }

    #[test]
    fn normals_have_mean_zero_and_unit_variance() {
        let n = 20_000;
        let drawn: Vec<f64> = (0..n)
            .map(|id| Stream::new(7, id, "eta").normal())
            .collect();
        let mean = drawn.iter().sum::<f64>() / n as f64;
        let variance = drawn.iter().map(|x| x * x).sum::<f64>() / n as f64 - mean * mean;
        // Four standard errors: 4 / sqrt(n) and 4 * sqrt(2 / n).
        assert!(mean.abs() < 0.029, "{mean}");
        assert!((variance - 1.0).abs() < 0.041, "{variance}");
    }
}
