//! Who may enter a trial: a bound on a score.

use crate::Scores;
use crate::document::nearest;
use std::fmt;

/// An inclusion criterion such as `PASI >= 12`.
#[derive(Debug, Clone, PartialEq)]
pub struct Criterion {
    score: Score,
    sense: Sense,
    bound: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Score {
    Pasi,
    Bsa,
    Iga,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sense {
    AtLeast,
    Above,
    AtMost,
    Below,
}

const SCORES: [(&str, Score); 5] = [
    ("PASI", Score::Pasi),
    ("BSA", Score::Bsa),
    ("IGA", Score::Iga),
    // Other names of the global assessment on the same five steps.
    ("PGA", Score::Iga),
    ("sPGA", Score::Iga),
];

/// Longer signs first, so that `>=` is not read as `>`.
const SENSES: [(&str, Sense); 6] = [
    (">=", Sense::AtLeast),
    ("≥", Sense::AtLeast),
    ("<=", Sense::AtMost),
    ("≤", Sense::AtMost),
    (">", Sense::Above),
    ("<", Sense::Below),
];

impl Criterion {
    /// Reads a criterion; none for words that are not about a score (`candidate for light`).
    ///
    /// # Errors
    /// A sentence, when the words are about a score and cannot be understood.
    pub fn parse(words: &str) -> Result<Option<Self>, String> {
        let found = SENSES
            .iter()
            .find_map(|&(sign, sense)| words.split_once(sign).map(|parts| (sense, parts)));
        let name = found.map_or(words, |(_, (name, _))| name).trim();
        let score = SCORES
            .iter()
            .find(|(known, _)| *known == name)
            .map(|&(_, score)| score);
        let (Some(score), Some((sense, (_, bound)))) = (score, found) else {
            let first = words.split_whitespace().next().unwrap_or_default();
            let about = SCORES.iter().any(|(known, _)| *known == first);
            let near = nearest(name, SCORES.map(|(known, _)| known));
            return match (about, found, near) {
                (true, _, _) => Err(format!("`{words}` has no bound: write `{first} >= 12`")),
                (false, Some(_), Some(near)) => Err(format!("did you mean `{near}`?")),
                _ => Ok(None),
            };
        };
        let number = bound.trim().trim_end_matches('%').trim();
        match number.parse::<f64>() {
            Ok(bound) if bound.is_finite() => Ok(Some(Self {
                score,
                sense,
                bound,
            })),
            _ => Err(format!("`{number}` is not a number")),
        }
    }

    /// Whether the scores satisfy it.
    #[must_use]
    pub fn met(&self, scores: &Scores) -> bool {
        let value = match self.score {
            Score::Pasi => scores.pasi,
            Score::Bsa => scores.bsa,
            Score::Iga => f64::from(scores.iga),
        };
        match self.sense {
            Sense::AtLeast => value >= self.bound,
            Sense::Above => value > self.bound,
            Sense::AtMost => value <= self.bound,
            Sense::Below => value < self.bound,
        }
    }
}

impl fmt::Display for Criterion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let score = match self.score {
            Score::Pasi => "PASI",
            Score::Bsa => "BSA",
            Score::Iga => "IGA",
        };
        let sign = match self.sense {
            Sense::AtLeast => ">=",
            Sense::Above => ">",
            Sense::AtMost => "<=",
            Sense::Below => "<",
        };
        let percent = if self.score == Score::Bsa { " %" } else { "" };
        write!(f, "{score} {sign} {}{percent}", self.bound)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(words: &str) -> Criterion {
        Criterion::parse(words)
            .expect("understood")
            .expect("about a score")
    }

    #[test]
    fn criteria_are_read_as_studies_write_them() {
        for (words, shown) in [
            ("PASI >= 12", "PASI >= 12"),
            ("BSA ≥ 10%", "BSA >= 10 %"),
            ("sPGA>=3", "IGA >= 3"),
            ("PASI < 20", "PASI < 20"),
        ] {
            assert_eq!(parsed(words).to_string(), shown);
        }
        assert_eq!(Criterion::parse("candidate for phototherapy"), Ok(None));
        assert_eq!(Criterion::parse("age >= 18"), Ok(None));
        assert!(Criterion::parse("PASI at least 12").is_err());
        assert!(Criterion::parse("PASI >= twelve").is_err());
        assert_eq!(
            Criterion::parse("PAISI >= 12"),
            Err("did you mean `PASI`?".to_owned())
        );
    }

    #[test]
    fn a_bound_includes_its_end_where_it_says_so() {
        let scores = Scores {
            pasi: 12.0,
            erythema: [2; 4],
            induration: [2; 4],
            desquamation: [2; 4],
            area: [2; 4],
            bsa: 9.9,
            iga: 3,
        };
        assert!(parsed("PASI >= 12").met(&scores));
        assert!(!parsed("PASI > 12").met(&scores));
        assert!(!parsed("BSA >= 10 %").met(&scores));
        assert!(parsed("IGA <= 3").met(&scores));
    }
}
