//! The Psoriasis Area and Severity Index, as a person scores it.
//!
//! PASI = sum over regions of share x (erythema + induration + desquamation) x area class
//! (Fredriksson & Pettersson, Dermatologica 157:238, 1978). The model's signs and areas are
//! continuous; a rater errs, then rounds. Part of the error stays with the patient (the same
//! rater looks at the same skin), the rest is new at each visit. Nobody sees signs on clear
//! skin: errors shrink with a sign below 1, and a region without visible area scores 0.

use crate::Scores;
use crate::random::Stream;

/// The share of the body surface that is head, arms, trunk and legs.
pub const REGION_SHARE: [f64; 4] = [0.1, 0.2, 0.3, 0.4];

/// The lower ends of the area classes 2 to 6; class 1 is anything visible below 10 %.
const CLASS_FROM: [f64; 5] = [0.1, 0.3, 0.5, 0.7, 0.9];

/// What there is to see, before anybody looks: by region (head, arms, trunk, legs).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Latent {
    /// Erythema, induration and desquamation, 0 to 4.
    pub signs: [[f64; 4]; 3],
    /// The involved share of each region, 0 to 1.
    pub area: [f64; 4],
}

/// How a rater errs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rater {
    /// The standard deviation of a sign's error, on its scale of 0 to 4.
    pub sign_sd: f64,
    /// The standard deviation of the error of the logarithm of an area.
    pub area_log_sd: f64,
    /// The standard deviation of the error of the global assessment.
    pub iga_sd: f64,
    /// The share of each error's variance that stays with the patient from visit to visit.
    pub persistent_share: f64,
    /// The share of an error's variance that all signs (or all areas) of a look have in
    /// common: a strict eye is strict everywhere.
    pub common_share: f64,
    /// The involved share of a region below which nothing is seen.
    pub trace_area: f64,
}

/// Standard normal errors at one patient: of a look, or what stays from look to look.
struct Errors {
    signs: [[f64; 4]; 3],
    area: [f64; 4],
    global: f64,
}

impl Rater {
    /// What a rater without error would write down.
    #[must_use]
    pub fn exact(trace_area: f64) -> Self {
        Self {
            sign_sd: 0.0,
            area_log_sd: 0.0,
            iga_sd: 0.0,
            persistent_share: 0.0,
            common_share: 0.0,
            trace_area,
        }
    }

    /// The scores of patient `id` at an occasion (`screening`, `week 12`).
    ///
    /// The errors belong to seed, patient and occasion: the same in every arm.
    #[must_use]
    pub fn score(&self, latent: &Latent, seed: u64, id: u64, occasion: &str) -> Scores {
        let errors = self.errors(seed, id, occasion);
        let mut scores = Scores {
            pasi: 0.0,
            erythema: [0; 4],
            induration: [0; 4],
            desquamation: [0; 4],
            area: [0; 4],
            bsa: 0.0,
            iga: 0,
        };
        // The signs of visible skin, weighted by how much of it there is.
        let (mut visible, mut severity) = (0.0, 0.0);
        for (region, surface) in REGION_SHARE.into_iter().enumerate() {
            let true_area = latent.area[region].clamp(0.0, 1.0);
            if true_area < self.trace_area {
                continue;
            }
            let signs = [0, 1, 2].map(|sign| {
                whole(
                    latent.signs[sign][region],
                    self.sign_sd * errors.signs[sign][region],
                )
            });
            let sum: u8 = signs.iter().sum();
            if sum == 0 {
                continue;
            }
            let error = self.area_log_sd * errors.area[region];
            let area = (true_area * libm::exp(error)).min(1.0);
            let class = class(area);
            [
                scores.erythema[region],
                scores.induration[region],
                scores.desquamation[region],
            ] = signs;
            scores.area[region] = class;
            scores.pasi += surface * f64::from(sum) * f64::from(class);
            scores.bsa += 100.0 * surface * area;
            let seen = surface * true_area;
            visible += seen;
            severity += seen * (0..3).map(|sign| latent.signs[sign][region]).sum::<f64>() / 3.0;
        }
        if visible > 0.0 {
            scores.iga = whole(severity / visible, self.iga_sd * errors.global);
        }
        // Sums of tenths: 7.2 must be 7.2, however it was added up.
        scores.pasi = (scores.pasi * 10.0).round() / 10.0;
        scores
    }

    /// What stays and what passes, together of unit variance.
    fn errors(&self, seed: u64, id: u64, occasion: &str) -> Errors {
        let draw =
            |purpose: &str| Errors::draw(&mut Stream::new(seed, id, purpose), self.common_share);
        let (old, new) = (
            libm::sqrt(self.persistent_share),
            libm::sqrt(1.0 - self.persistent_share),
        );
        let passes = draw(&format!("rater at {occasion}"));
        draw("rater").map(&passes, |stays, passes| old * stays + new * passes)
    }
}

impl Errors {
    fn draw(stream: &mut Stream, common_share: f64) -> Self {
        let (together, alone) = (libm::sqrt(common_share), libm::sqrt(1.0 - common_share));
        let (sign, area) = (stream.normal(), stream.normal());
        let mut four = |common: f64| [0; 4].map(|_| together * common + alone * stream.normal());
        let signs = [four(sign), four(sign), four(sign)];
        let area = four(area);
        Self {
            signs,
            area,
            global: together * sign + alone * stream.normal(),
        }
    }

    fn map(self, other: &Self, f: impl Fn(f64, f64) -> f64) -> Self {
        let four = |a: [f64; 4], b: [f64; 4]| [0, 1, 2, 3].map(|k| f(a[k], b[k]));
        Self {
            signs: [0, 1, 2].map(|sign| four(self.signs[sign], other.signs[sign])),
            area: four(self.area, other.area),
            global: f(self.global, other.global),
        }
    }
}

/// A sign as a whole number from 0 to 4; the error shrinks with a sign below 1.
fn whole(sign: f64, error: f64) -> u8 {
    let seen = sign + error * sign.clamp(0.0, 1.0);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the clamp leaves 0 to 4"
    )]
    let whole = seen.clamp(0.0, 4.0).round() as u8;
    whole
}

/// The class of a visible area.
fn class(area: f64) -> u8 {
    CLASS_FROM
        .iter()
        .fold(1, |class, &from| class + u8::from(area >= from))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn even(sign: f64, area: f64) -> Latent {
        Latent {
            signs: [[sign; 4]; 3],
            area: [area; 4],
        }
    }

    fn person() -> Rater {
        crate::population::tests::population().rater
    }

    fn exact(latent: &Latent) -> Scores {
        Rater::exact(0.001).score(latent, 1, 1, "week 0")
    }

    #[test]
    fn the_worst_skin_scores_72_and_clear_skin_0() {
        let worst = exact(&even(4.0, 1.0));
        assert_eq!((worst.pasi, worst.bsa, worst.iga), (72.0, 100.0, 4));
        let clear = exact(&even(0.0, 0.0));
        assert_eq!((clear.pasi, clear.bsa, clear.iga), (0.0, 0.0, 0));
    }

    #[test]
    fn a_worked_example_comes_out() {
        // Head E1 I1 D0, 5 %; arms E2 I2 D2, 25 %; trunk E3 I2 D1, 40 %; legs E3 I3 D3, 60 %:
        // 0.1 * 2 * 1 + 0.2 * 6 * 2 + 0.3 * 6 * 3 + 0.4 * 9 * 4 = 0.2 + 2.4 + 5.4 + 14.4.
        let latent = Latent {
            signs: [
                [1.0, 2.0, 3.0, 3.0],
                [1.0, 2.0, 2.0, 3.0],
                [0.0, 2.0, 1.0, 3.0],
            ],
            area: [0.05, 0.25, 0.40, 0.60],
        };
        let scores = exact(&latent);
        assert_eq!(scores.pasi, 22.4);
        assert_eq!(scores.area, [1, 2, 3, 4]);
        // 0.1 * 5 + 0.2 * 25 + 0.3 * 40 + 0.4 * 60 percent, but for rounding.
        assert!((scores.bsa - 41.5).abs() < 1e-9, "{}", scores.bsa);
        assert_eq!(scores.iga, 3);
    }

    #[test]
    fn area_classes_begin_where_the_index_says() {
        let classes = [
            0.001, 0.099, 0.1, 0.299, 0.3, 0.499, 0.5, 0.699, 0.7, 0.899, 0.9, 1.0,
        ];
        assert_eq!(classes.map(class), [1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6]);
    }

    #[test]
    fn clear_skin_is_clear_to_every_rater() {
        let rater = person();
        for id in 0..500 {
            // No signs on the trace of a plaque, and signs on no plaque at all.
            assert_eq!(rater.score(&even(0.1, 0.02), 1, id, "week 16").pasi, 0.0);
            assert_eq!(rater.score(&even(2.0, 0.0005), 1, id, "week 16").pasi, 0.0);
        }
    }

    /// A patient of a clinic: each region with its own signs and area.
    fn somebody(id: u64) -> Latent {
        let mut stream = Stream::new(9, id, "somebody");
        let mut between = |low: f64, high: f64| low + (high - low) * stream.uniform();
        Latent {
            signs: [0; 3].map(|_| [0; 4].map(|_| between(1.0, 3.0))),
            area: [0; 4].map(|_| between(0.01, 0.25)),
        }
    }

    #[test]
    fn an_error_stays_with_patient_and_rater_as_far_as_stated() {
        let (rater, n) = (person(), 4_000);
        let (mut one, mut both) = (0.0, 0.0);
        for id in 0..n {
            let truth = Rater::exact(0.001).score(&somebody(id), 1, id, "").bsa;
            let look =
                |occasion| libm::log(rater.score(&somebody(id), 1, id, occasion).bsa / truth);
            let (a, b) = (look("screening"), look("week 0"));
            one += a * a;
            both += a * b;
        }
        // The area is not rounded: its error shows the stated share of 0.55, within four
        // standard errors of 4,000 pairs.
        assert!((both / one - 0.55).abs() < 0.06, "{}", both / one);
    }

    #[test]
    fn the_same_skin_scored_twice_differs_about_as_published() {
        // Published for trained raters of pictures: 2.2 points at a mean PASI of 8.8, a
        // quarter (PMID 29569769). Raters of trials are assumed to do somewhat better.
        let (rater, n) = (person(), 4_000);
        let (mut mean, mut difference) = (0.0, 0.0);
        for id in 0..n {
            let look = |occasion| rater.score(&somebody(id), 1, id, occasion).pasi;
            let (a, b) = (look("week 1"), look("week 2"));
            mean += (a + b) / 2.0 / n as f64;
            difference += (a - b).abs() / n as f64;
        }
        let relative = difference / mean;
        assert!((0.12..0.25).contains(&relative), "{difference} at {mean}");
    }

    proptest! {
        #[test]
        fn scores_stay_on_their_scales(
            signs in prop::array::uniform3(prop::array::uniform4(-0.5..5.0)),
            area in prop::array::uniform4(-0.1..1.2),
            id in 0_u64..1000,
        ) {
            let scores = person().score(&Latent { signs, area }, 1, id, "week 3");
            prop_assert!((0.0..=72.0).contains(&scores.pasi));
            prop_assert!((0.0..=100.0).contains(&scores.bsa));
            prop_assert!(scores.iga <= 4);
            let all = [scores.erythema, scores.induration, scores.desquamation];
            prop_assert!(all.iter().flatten().all(|&sign| sign <= 4));
            let by_hand: f64 = (0..4)
                .map(|k| {
                    let sum: u8 = all.iter().map(|sign| sign[k]).sum();
                    REGION_SHARE[k] * f64::from(sum) * f64::from(scores.area[k])
                })
                .sum();
            // The score is rounded to tenths, of which it is a whole number.
            prop_assert!((scores.pasi - by_hand).abs() < 1e-9);
        }

        #[test]
        fn worse_skin_never_scores_better(sign in 0.0..4.0, more in 0.0..1.0, area in 0.01..1.0) {
            let rater = person();
            let look = |sign| rater.score(&even(sign, area), 1, 7, "week 3").pasi;
            prop_assert!(look(sign) <= look(sign + more));
        }
    }
}
