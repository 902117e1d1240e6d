//! Rules that change a regimen at a visit: `at 16 week, if PASI75 not reached: switch`.
//!
//! A rule is data; the trial asks it between two calls of the engine. What it changes is
//! only what has not been given yet: drug that is already in the body stays there.

use super::course::TIME_UNITS;
use super::{Dose, Regimen, place};
use crate::document::nearest;
use crate::outcome::Condition;
use psora_model::{Diagnostic, Treatment};

/// A rule of a regimen.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// The visits at which it is asked, in weeks, ascending.
    pub weeks: Vec<f64>,
    /// What must hold, all of it; nothing for a rule that acts in any case.
    pub when: Vec<Condition>,
    /// What then happens.
    pub change: Change,
    /// The rule in words.
    pub text: String,
}

/// What a rule does to the doses that are still to come.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// Nothing of the old is given any more; this regimen begins.
    Switch(Regimen),
    /// This regimen begins beside what is given.
    Add(Regimen),
    /// The arm's own regimen begins anew.
    Restart,
    /// Nothing more is given.
    Stop,
    /// Each drug is given so many days after its last dose, and so on.
    Stretch {
        /// Days between doses.
        period_day: f64,
    },
}

const EXAMPLES: &str = "write a regimen to switch to, `add` and a regimen, `restart`, `stop`, or \
     `stretch to every 8 week`";

impl Change {
    /// Reads a change and finds what it names among `treatments`.
    ///
    /// # Errors
    /// Every fault, with spans in `text` and no file; see [`place`].
    pub fn resolve(text: &str, treatments: &[Treatment]) -> Result<Self, Vec<Diagnostic>> {
        let words = text.trim();
        match words {
            "stop" => return Ok(Self::Stop),
            "restart" => return Ok(Self::Restart),
            _ => {}
        }
        if let Some(period) = words.strip_prefix("stretch") {
            return stretched(period).map_err(|message| {
                let fault = Diagnostic::new("not-a-rule", "", Some(0..text.len()), message);
                vec![fault.help("write `stretch to every 8 week`")]
            });
        }
        if let Some(rest) = words.strip_prefix("add ") {
            let offset = text.len() - text.trim_start().len() + "add ".len();
            return Regimen::resolve(rest, treatments)
                .map(Self::Add)
                .map_err(|faults| place(faults, "", offset));
        }
        Regimen::resolve(text, treatments)
            .map(Self::Switch)
            .map_err(|faults| {
                let near = nearest(words, ["stop", "restart"]);
                let alone = !words.contains(' ') && !words.contains('.');
                match near.filter(|_| alone) {
                    Some(near) => {
                        let message = format!("`{words}` is no change of a regimen");
                        let span = Some(0..text.len());
                        let fault = Diagnostic::new("not-a-rule", "", span, message);
                        vec![fault.help(format!("did you mean `{near}`? Or {EXAMPLES}"))]
                    }
                    None => faults,
                }
            })
    }

    /// The regimen that it brings, if it brings one.
    pub(super) fn regimen(&self) -> Option<&Regimen> {
        match self {
            Self::Switch(regimen) | Self::Add(regimen) => Some(regimen),
            Self::Restart | Self::Stop | Self::Stretch { .. } => None,
        }
    }

    /// Whether it leaves what is given as it is.
    pub(crate) fn only_adds(&self) -> bool {
        matches!(self, Self::Add(_))
    }

    /// What is planned from `now` on, once this has happened; `last` is the day of the last
    /// dose of a treatment that was due.
    pub(crate) fn apply(
        &self,
        own: &Regimen,
        planned: Vec<Dose>,
        last: &dyn Fn(&str) -> Option<f64>,
        now: f64,
        (weight_kg, horizon_day): (f64, f64),
    ) -> Vec<Dose> {
        let begun = |regimen: &Regimen| {
            let mut doses = regimen.doses(weight_kg, horizon_day - now);
            doses.iter_mut().for_each(|dose| dose.day += now);
            doses
        };
        let mut doses = match self {
            Self::Stop => Vec::new(),
            Self::Switch(regimen) => begun(regimen),
            Self::Restart => begun(own),
            Self::Add(regimen) => planned.into_iter().chain(begun(regimen)).collect(),
            Self::Stretch { period_day } => spaced(&planned, last, now, *period_day, horizon_day),
        };
        doses.sort_by(|a, b| a.day.total_cmp(&b.day));
        doses
    }
}

/// The next dose of each treatment, again and again.
fn spaced(
    planned: &[Dose],
    last: &dyn Fn(&str) -> Option<f64>,
    now: f64,
    period_day: f64,
    horizon_day: f64,
) -> Vec<Dose> {
    let mut doses: Vec<Dose> = Vec::new();
    for next in planned {
        if doses.iter().any(|dose| dose.treatment == next.treatment) {
            continue;
        }
        // Whoever is overdue by the new rhythm is given his dose at the visit.
        let first = last(&next.treatment).map_or(next.day, |day| (day + period_day).max(now));
        doses.extend(
            (0_u32..)
                .map(|k| first + f64::from(k) * period_day)
                .take_while(|day| *day < horizon_day)
                .map(|day| Dose {
                    day,
                    ..next.clone()
                }),
        );
    }
    doses
}

/// `to every 8 week`.
fn stretched(words: &str) -> Result<Change, String> {
    let words: Vec<&str> = words.split_whitespace().collect();
    let ["to", "every", number, unit] = words[..] else {
        return Err("how far the doses are stretched is not said".to_owned());
    };
    let number: f64 = number
        .parse()
        .map_err(|_| format!("`{number}` is not a number"))?;
    let unit = TIME_UNITS
        .iter()
        .find(|(name, _)| *name == unit)
        .ok_or_else(|| format!("`{unit}` is not a unit of time"))?;
    let period_day = number * unit.1;
    if period_day.is_finite() && period_day >= 1.0 {
        Ok(Change::Stretch { period_day })
    } else {
        Err("doses are stretched to a day at least".to_owned())
    }
}
