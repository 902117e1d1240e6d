//! Coming back: the time until a response is lost, under a stated definition.
//!
//! Among patients who have a response at a visit, each is followed to the first visit at
//! which it is lost; whoever left or was last seen without relapse is censored there. The
//! share not relapsed is the estimate of Kaplan & Meier, J Am Stat Assoc 53:457 (1958), with
//! Greenwood's variance on the scale of log(-log). Studies differ in response, loss and
//! clock, and their figures cannot be compared unless all three are the same.

use super::Criterion;
use super::condition::{endpoint_named, responds};
use crate::{Interval, PatientResult, Scores, Status};

/// A definition of relapse.
#[derive(Debug, Clone, PartialEq)]
pub struct Relapse {
    /// The week of the visit at which the response must be there.
    pub at: f64,
    /// When the clock starts.
    pub clock: Clock,
    /// The endpoint that must be reached.
    pub among: &'static str,
    /// What counts as lost.
    pub lost: Loss,
}

/// When the clock of a relapse starts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Clock {
    /// In a week of the trial.
    Week(f64),
    /// With each patient's last dose.
    LastDose,
}

/// What counts as a lost response.
#[derive(Debug, Clone, PartialEq)]
pub enum Loss {
    /// The endpoint is no longer reached.
    Endpoint(&'static str),
    /// Half of the improvement is gone.
    HalfOfImprovement,
    /// A score is back beyond a bound.
    Score(Criterion),
}

/// Relapses of an arm.
#[derive(Debug, Clone, PartialEq)]
pub struct RelapseResult {
    /// The definition, in words.
    pub definition: String,
    /// Patients who had the response.
    pub n: usize,
    /// Patients who were seen at that visit.
    pub of: usize,
    /// Relapses that were seen.
    pub relapsed: usize,
    /// Weeks until half have relapsed; none if fewer do while they are followed.
    pub median: Option<f64>,
    /// The share not relapsed every four weeks.
    pub points: Vec<RelapsePoint>,
}

/// The share not relapsed so many weeks after the clock's start.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RelapsePoint {
    /// Weeks since the clock's start.
    pub week: f64,
    /// The share not relapsed.
    pub share: f64,
    /// Its 95% interval.
    pub interval: Interval,
    /// Patients still followed and not relapsed.
    pub at_risk: usize,
}

/// Weeks between two points of a result.
const STEP_WEEK: f64 = 4.0;

impl Clock {
    /// Reads `last dose`; anything else is the caller's to read as a time.
    #[must_use]
    pub fn named(words: &str) -> Option<Self> {
        (words.trim() == "last dose").then_some(Self::LastDose)
    }
}

impl Loss {
    /// Reads an endpoint, `half of the improvement` or a bound such as `PASI >= 3`.
    ///
    /// # Errors
    /// A sentence.
    pub fn parse(words: &str) -> Result<Self, String> {
        let words = words.trim();
        if words == "half of the improvement" {
            return Ok(Self::HalfOfImprovement);
        }
        match endpoint_named(words) {
            Ok(endpoint) => Ok(Self::Endpoint(endpoint)),
            Err(why) => match Criterion::parse(words) {
                Ok(Some(criterion)) => Ok(Self::Score(criterion)),
                _ => Err(why),
            },
        }
    }

    fn lost(&self, baseline: &Scores, then: &Scores, now: &Scores) -> bool {
        match self {
            Self::Endpoint(endpoint) => !responds(endpoint, baseline, now),
            Self::HalfOfImprovement => now.pasi >= f64::midpoint(baseline.pasi, then.pasi),
            Self::Score(criterion) => criterion.met(now),
        }
    }

    fn words(&self) -> String {
        match self {
            Self::Endpoint(endpoint) => format!("loss of {endpoint}"),
            Self::HalfOfImprovement => "loss of half of the improvement of PASI".to_owned(),
            Self::Score(criterion) => criterion.to_string(),
        }
    }
}

impl Relapse {
    /// The endpoint of this name, for [`Relapse::among`].
    ///
    /// # Errors
    /// A sentence.
    pub fn endpoint(name: &str) -> Result<&'static str, String> {
        endpoint_named(name)
    }

    /// The definition in words.
    #[must_use]
    pub fn words(&self) -> String {
        let clock = match self.clock {
            Clock::Week(week) => format!("week {week}"),
            Clock::LastDose => "the last dose".to_owned(),
        };
        format!(
            "{} from {clock}, among those with {} at week {}",
            self.lost.words(),
            self.among,
            self.at
        )
    }

    /// Relapses among `patients`, who were seen in `weeks`.
    #[must_use]
    pub fn measure(&self, weeks: &[f64], patients: &[PatientResult]) -> RelapseResult {
        // The visit itself, although weeks come from sums of days.
        let visit = weeks.iter().position(|week| (week - self.at).abs() < 1e-6);
        let (mut of, mut times) = (0, Vec::new());
        for patient in patients {
            let Some(visit) = visit else { continue };
            let Some((baseline, then)) = seen(patient, visit) else {
                continue;
            };
            of += 1;
            if responds(self.among, baseline, then) {
                times.extend(self.time(weeks, visit, patient));
            }
        }
        times.sort_by(|a, b| a.week.total_cmp(&b.week).then(b.relapsed.cmp(&a.relapsed)));
        let curve = curve(&times);
        RelapseResult {
            definition: self.words(),
            n: times.len(),
            of,
            relapsed: times.iter().filter(|time| time.relapsed).count(),
            median: curve
                .iter()
                .find(|step| step.share <= 0.5)
                .map(|step| step.week),
            points: points(&curve, &times),
        }
    }

    /// When a responder relapsed, or was last seen; none if nothing is known of him from the
    /// clock's start on.
    fn time(&self, weeks: &[f64], visit: usize, patient: &PatientResult) -> Option<Time> {
        let start = match self.clock {
            Clock::Week(week) => week,
            Clock::LastDose => patient.last_dose?,
        };
        let (baseline, then) = seen(patient, visit)?;
        let (mut last, mut relapsed) = (weeks[visit], false);
        for (&week, scores) in weeks.iter().zip(&patient.scores).skip(visit + 1) {
            let Some(now) = scores else { break };
            last = week;
            relapsed = self.lost.lost(baseline, then, now);
            if relapsed {
                break;
            }
        }
        // Whoever relapses while he is still treated did so at once.
        let week = (last - start).max(0.0);
        (relapsed || last >= start).then_some(Time { week, relapsed })
    }
}

fn seen(patient: &PatientResult, visit: usize) -> Option<(&Scores, &Scores)> {
    if matches!(patient.status, Status::Failed { .. }) {
        return None;
    }
    let at = |visit: usize| patient.scores.get(visit).and_then(Option::as_ref);
    at(0).zip(at(visit))
}

/// When somebody relapsed, or was last seen.
#[derive(Debug, Clone, Copy)]
struct Time {
    week: f64,
    relapsed: bool,
}

/// A step of the curve: the share from `week` on.
#[derive(Debug, Clone, Copy)]
struct Step {
    week: f64,
    share: f64,
    variance: f64,
}

/// The curve of Kaplan and Meier; `times` ascending, relapses before censored at a time.
fn curve(times: &[Time]) -> Vec<Step> {
    let (mut share, mut variance) = (1.0, 0.0);
    let mut steps: Vec<Step> = Vec::new();
    for (before, time) in times.iter().enumerate() {
        if !time.relapsed || steps.last().is_some_and(|step| step.week >= time.week) {
            continue;
        }
        let at_risk = (times.len() - before) as f64;
        let relapsed = times[before..]
            .iter()
            .take_while(|other| other.week <= time.week && other.relapsed)
            .count() as f64;
        share *= 1.0 - relapsed / at_risk;
        variance += relapsed / (at_risk * (at_risk - relapsed));
        let week = time.week;
        steps.push(Step {
            week,
            share,
            variance,
        });
    }
    steps
}

fn points(curve: &[Step], times: &[Time]) -> Vec<RelapsePoint> {
    let end = times.last().map_or(0.0, |time| time.week);
    (1..)
        .map(|k| f64::from(k) * STEP_WEEK)
        .take_while(|week| *week <= end)
        .map(|week| {
            let step = curve.iter().rev().find(|step| step.week <= week);
            let (share, variance) = step.map_or((1.0, 0.0), |step| (step.share, step.variance));
            RelapsePoint {
                week,
                share,
                interval: interval(share, variance),
                at_risk: times.iter().filter(|time| time.week > week).count(),
            }
        })
        .collect()
}

/// The 95% interval of a share of the curve, on the scale of log(-log).
fn interval(share: f64, variance: f64) -> Interval {
    if share <= 0.0 || share >= 1.0 {
        return Interval {
            low: share,
            high: share,
        };
    }
    let width = 1.959_963_984_540_054 * libm::sqrt(variance) / -libm::log(share);
    Interval {
        low: libm::pow(share, libm::exp(width)),
        high: libm::pow(share, libm::exp(-width)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::condition::tests::scores;
    use super::*;
    use std::collections::BTreeMap;

    fn patient(pasi: &[Option<f64>], last_dose: f64) -> PatientResult {
        PatientResult {
            id: 0,
            covariates: BTreeMap::new(),
            scores: pasi.iter().map(|pasi| pasi.map(scores)).collect(),
            outputs: Vec::new(),
            status: Status::Completed,
            changes: Vec::new(),
            last_dose: Some(last_dose),
        }
    }

    const WEEKS: [f64; 5] = [0.0, 28.0, 32.0, 36.0, 40.0];

    fn people() -> Vec<PatientResult> {
        let p = |rest: [Option<f64>; 4]| {
            let mut all = vec![Some(20.0)];
            all.extend(rest);
            patient(&all, 20.0)
        };
        vec![
            p([Some(1.0), Some(1.0), Some(3.0), Some(9.0)]),
            p([Some(1.0), Some(3.0), Some(1.0), Some(1.0)]),
            p([Some(0.0), Some(0.0), None, None]),
            p([Some(0.0), Some(0.0), Some(0.0), Some(1.9)]),
            // No responder, nobody seen.
            p([Some(8.0), Some(9.0), Some(9.0), Some(9.0)]),
            p([None, None, None, None]),
        ]
    }

    fn relapse(clock: Clock, lost: &str) -> RelapseResult {
        let definition = Relapse {
            at: 28.0,
            clock,
            among: "PASI90",
            lost: Loss::parse(lost).expect("a loss"),
        };
        definition.measure(&WEEKS, &people())
    }

    #[test]
    fn the_share_not_relapsed_is_that_of_kaplan_and_meier() {
        let found = relapse(Clock::Week(28.0), "PASI90");
        assert_eq!((found.n, found.of, found.relapsed), (4, 5, 2));
        let shares: Vec<f64> = found.points.iter().map(|point| point.share).collect();
        // One of four at week 4; one of them censored there; one of two at week 8.
        assert_eq!(shares, [0.75, 0.375, 0.375]);
        assert_eq!(found.median, Some(8.0));
        let point = found.points[0];
        assert!(point.interval.low < 0.75 && point.interval.high > 0.75);
        assert_eq!(point.at_risk, 2);
    }

    #[test]
    fn the_clock_may_start_with_the_last_dose() {
        let found = relapse(Clock::LastDose, "PASI90");
        assert_eq!(found.median, Some(16.0));
        assert!(
            found.definition.contains("the last dose"),
            "{}",
            found.definition
        );
    }

    #[test]
    fn another_definition_of_loss_gives_another_time() {
        assert_eq!(relapse(Clock::Week(28.0), "PASI75").relapsed, 1);
        // Half-way from 1 back to 20 is 10.5, which nobody reaches.
        assert_eq!(
            relapse(Clock::Week(28.0), "half of the improvement").relapsed,
            0
        );
        assert_eq!(relapse(Clock::Week(28.0), "PASI >= 3").relapsed, 2);
        assert!(Loss::parse("PASI91").is_err());
    }
}
