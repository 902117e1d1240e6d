//! What must be so at a visit for a rule to act: `PASI75 not reached`, `PASI > 5`.

use super::{Criterion, ENDPOINTS};
use crate::Scores;
use crate::document::nearest;

/// A condition on a patient's scores at a visit.
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    /// A response that is there, or is not.
    Response {
        /// The endpoint's name.
        endpoint: &'static str,
        /// Whether it must be reached, or must not be.
        reached: bool,
    },
    /// A bound on a score.
    Score(Criterion),
}

impl Condition {
    /// Reads conditions, joined by `and`; all of them must hold.
    ///
    /// # Errors
    /// A sentence.
    pub fn parse(words: &str) -> Result<Vec<Self>, String> {
        words
            .split(" and ")
            .map(|one| Self::one(one.trim()))
            .collect()
    }

    fn one(words: &str) -> Result<Self, String> {
        let negative = words.strip_suffix("not reached");
        let Some(name) = negative.or_else(|| words.strip_suffix("reached")) else {
            return match Criterion::parse(words)? {
                Some(criterion) => Ok(Self::Score(criterion)),
                None => Err(format!(
                    "`{words}` is no condition: write `PASI75 not reached`, `PASI90 reached` or `PASI > 5`"
                )),
            };
        };
        Ok(Self::Response {
            endpoint: endpoint_named(name.trim())?,
            reached: negative.is_none(),
        })
    }

    /// Whether it holds for a patient with these scores at baseline and now.
    #[must_use]
    pub fn holds(&self, baseline: &Scores, now: &Scores) -> bool {
        match self {
            Self::Response { endpoint, reached } => responds(endpoint, baseline, now) == *reached,
            Self::Score(criterion) => criterion.met(now),
        }
    }
}

/// The known name of an endpoint.
pub(super) fn endpoint_named(name: &str) -> Result<&'static str, String> {
    let names = || ENDPOINTS.iter().map(|endpoint| endpoint.name);
    let squeezed: String = name.split_whitespace().collect();
    names().find(|known| *known == squeezed).ok_or_else(|| {
        let known: Vec<&str> = names().collect();
        match nearest(name, known.iter().copied()) {
            Some(near) => format!("`{name}` is no endpoint: did you mean `{near}`?"),
            None => format!("`{name}` is no endpoint: there are {}", known.join(", ")),
        }
    })
}

/// Whether a patient is a responder by the endpoint of this name.
pub(super) fn responds(name: &str, baseline: &Scores, now: &Scores) -> bool {
    ENDPOINTS
        .iter()
        .find(|endpoint| endpoint.name == name)
        .is_some_and(|endpoint| (endpoint.responds)(baseline, now))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in crate::outcome) fn scores(pasi: f64) -> Scores {
        let zero = [0; 4];
        Scores {
            pasi,
            erythema: zero,
            induration: zero,
            desquamation: zero,
            area: zero,
            bsa: 0.0,
            iga: 2,
        }
    }

    fn holds(words: &str, now: f64) -> bool {
        let conditions = Condition::parse(words).expect("understood");
        conditions
            .iter()
            .all(|condition| condition.holds(&scores(20.0), &scores(now)))
    }

    #[test]
    fn conditions_are_read_as_clinicians_say_them() {
        assert!(holds("PASI75 not reached", 5.1) && !holds("PASI75 not reached", 5.0));
        assert!(holds("PASI 90 reached", 2.0) && !holds("PASI 90 reached", 2.1));
        assert!(holds("PASI > 5", 5.1) && !holds("PASI > 5", 5.0));
        assert!(holds("PASI75 reached and PASI > 2", 3.0));
        assert!(!holds("PASI75 reached and PASI > 2", 1.0));
        let said = Condition::parse("PASI57 reached").expect_err("no such endpoint");
        assert!(said.contains("did you mean"), "{said}");
        assert!(Condition::parse("better").is_err());
    }
}
