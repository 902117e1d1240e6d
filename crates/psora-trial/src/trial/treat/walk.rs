//! From stop to stop: arms whose doses are decided as they go, and given event tables.
//!
//! The engine is called for the time up to a patient's next stop (a visit at which a rule is
//! asked, a reset), and begins again from its end states; in between, rules change what is
//! still planned. Each patient has stops of his own, so that his numbers depend on nobody.

use super::{Treated, WEEK_DAY, dose_events};
use crate::events::EventPatient;
use crate::treatment::{Adherence, Dose};
use crate::trial::enrol::{Enrolled, signals};
use crate::trial::{carried, latent};
use crate::{PatientResult, Scores};
use psora_engine::{Action, Course, Event, Signal, Trajectory};
use std::collections::BTreeMap;

/// A patient on his way.
struct Walk<'p> {
    patient: &'p Enrolled,
    adherence: Adherence,
    /// Doses that are not due yet, in order.
    planned: Vec<Dose>,
    /// Events that no rule changes and that are not due yet, in order.
    fixed: Vec<Event>,
    stops: Vec<Stop>,
    parameters: Vec<f64>,
    signals: Vec<Signal>,
    /// Where he is.
    day: f64,
    states: Vec<f64>,
    /// Flows into states that are on.
    flows: BTreeMap<usize, f64>,
    /// Visits that are behind him.
    seen: usize,
    trajectory: Trajectory,
    /// The day of the last dose due, by treatment, and of the last one taken.
    due: BTreeMap<String, f64>,
    taken: Option<f64>,
    /// The rule that acted last, and all that did.
    last: Option<usize>,
    changes: Vec<(f64, usize)>,
    finished: bool,
}

/// Where the engine stops.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Stop {
    day: f64,
    /// Whether drugs are then taken out of the body.
    reset: bool,
}

impl Treated<'_> {
    /// Patients of an arm with rules.
    pub(super) fn by_rules(&self, patients: &[Enrolled]) -> Vec<PatientResult> {
        let mut visits: Vec<usize> = self
            .arm
            .regimen
            .rules()
            .iter()
            .flat_map(|rule| &rule.weeks)
            .filter_map(|&week| self.trial.visit(week))
            .filter(|&visit| visit > 0)
            .collect();
        visits.sort_unstable();
        visits.dedup();
        let stops: Vec<Stop> = visits
            .into_iter()
            .map(|visit| Stop {
                day: self.trial.weeks[visit] * WEEK_DAY,
                reset: false,
            })
            .collect();
        let walks = patients
            .iter()
            .map(|patient| Walk {
                planned: self.planned(patient),
                stops: stops.clone(),
                ..self.walk(patient)
            })
            .collect();
        self.walked(walks)
    }

    /// Patients with doses of their own.
    pub(in crate::trial) fn by_tables(
        &self,
        patients: &[(Enrolled, &EventPatient)],
    ) -> Vec<PatientResult> {
        let walks = patients
            .iter()
            .map(|(patient, table)| Walk {
                fixed: self.given(table),
                stops: table
                    .resets
                    .iter()
                    .filter(|day| **day > 0.0)
                    .map(|&day| Stop { day, reset: true })
                    .collect(),
                taken: table.doses.last().map(|dose| dose.day),
                ..self.walk(patient)
            })
            .collect();
        self.walked(walks)
    }

    /// The doses of a table as events, in order.
    fn given(&self, table: &EventPatient) -> Vec<Event> {
        let mut events = Vec::new();
        for dose in &table.doses {
            let unit = match self.lowered.state(&dose.into).first() {
                Some(&state) if self.lowered.states[state].unit == "J/cm2" => "J/cm2",
                _ => "mg",
            };
            let amounts = dose_events(
                self.lowered,
                &Dose {
                    day: dose.day,
                    treatment: dose.treatment.clone(),
                    into: dose.into.clone(),
                    amount: dose.amount,
                    unit,
                },
            );
            let Some(lasts) = dose.lasts_day else {
                events.extend(amounts);
                continue;
            };
            // A reset ends what is running in.
            let end = table
                .resets
                .iter()
                .find(|reset| **reset > dose.day)
                .map_or(dose.day + lasts, |reset| reset.min(dose.day + lasts));
            for event in amounts {
                let Action::Add { state, amount } = event.action else {
                    continue;
                };
                let flow = |time, sign: f64| Event {
                    time,
                    action: Action::Flow {
                        state,
                        change: sign * amount / lasts,
                    },
                };
                events.extend([flow(dose.day, 1.0), flow(end, -1.0)]);
            }
        }
        events.sort_by(|a, b| a.time.total_cmp(&b.time));
        events
    }

    fn walk<'p>(&self, patient: &'p Enrolled) -> Walk<'p> {
        let (trial, seed) = (self.trial, self.trial.seed);
        Walk {
            patient,
            adherence: self.adherence(patient),
            planned: Vec::new(),
            fixed: Vec::new(),
            stops: Vec::new(),
            parameters: self.plan.parameters(seed, patient.id, &patient.covariates),
            signals: signals(self.lowered, trial, patient.id, trial.horizon_day()),
            day: 0.0,
            states: carried(self.core, &patient.states, self.lowered),
            flows: BTreeMap::new(),
            seen: 0,
            trajectory: Trajectory::default(),
            due: BTreeMap::new(),
            taken: None,
            last: None,
            changes: Vec::new(),
            finished: false,
        }
    }

    /// Takes everybody to the end.
    fn walked(&self, mut walks: Vec<Walk>) -> Vec<PatientResult> {
        loop {
            let mut going: Vec<&mut Walk> =
                walks.iter_mut().filter(|walk| !walk.finished).collect();
            if going.is_empty() {
                break;
            }
            let legs: Vec<(Course, Option<Stop>)> =
                going.iter_mut().map(|walk| self.leg(walk)).collect();
            let (courses, stops): (Vec<Course>, Vec<Option<Stop>>) = legs.into_iter().unzip();
            let trajectories = (self.solver)(&courses);
            for (((walk, course), stop), trajectory) in
                going.into_iter().zip(&courses).zip(stops).zip(trajectories)
            {
                self.arrive(walk, course, stop, trajectory);
            }
        }
        walks
            .into_iter()
            .map(|walk| PatientResult {
                changes: walk.changes,
                last_dose: walk.taken.map(|day| day / WEEK_DAY),
                ..self.scored(walk.patient, walk.trajectory)
            })
            .collect()
    }

    /// The course to the next stop, or to the end.
    fn leg(&self, walk: &mut Walk) -> (Course, Option<Stop>) {
        let horizon = self.trial.horizon_day();
        let stop = walk
            .stops
            .iter()
            .find(|stop| stop.day > walk.day && stop.day < horizon)
            .copied();
        let to = stop.map_or(horizon, |stop| stop.day);
        let mut events: Vec<Event> = walk
            .flows
            .iter()
            .map(|(&state, &change)| Event {
                time: walk.day,
                action: Action::Flow { state, change },
            })
            .collect();
        let due = walk.planned.partition_point(|dose| dose.day < to);
        for dose in walk.planned.drain(..due) {
            walk.due.insert(dose.treatment.clone(), dose.day);
            if walk.adherence.takes(&dose) {
                walk.taken = Some(dose.day);
                events.extend(dose_events(self.lowered, &dose));
            }
        }
        let due = walk.fixed.partition_point(|event| event.time < to);
        for event in walk.fixed.drain(..due) {
            if let Action::Flow { state, change } = event.action {
                *walk.flows.entry(state).or_default() += change;
            }
            events.push(event);
        }
        // What has run in leaves rounding behind, which is no flow.
        walk.flows.retain(|_, flow| flow.abs() > 1e-12);
        events.sort_by(|a, b| a.time.total_cmp(&b.time));
        let mut visits: Vec<f64> = self.trial.weeks[walk.seen..]
            .iter()
            .map(|week| week * WEEK_DAY)
            .take_while(|day| *day <= to)
            .collect();
        if visits.last() != Some(&to) {
            visits.push(to);
        }
        let course = Course {
            parameters: walk.parameters.clone(),
            start: walk.states.clone(),
            from: walk.day,
            events,
            signals: walk.signals.clone(),
            visits,
        };
        (course, stop)
    }

    /// Takes in what the engine returned, and decides at a stop.
    fn arrive(&self, walk: &mut Walk, course: &Course, stop: Option<Stop>, trajectory: Trajectory) {
        let width = self.lowered.outputs.len();
        let to = course.visits.last().copied().unwrap_or(walk.day);
        let visits = self.trial.weeks[walk.seen..]
            .iter()
            .take_while(|week| *week * WEEK_DAY <= to)
            .count();
        // A stop that is no visit has a row of outputs that nobody asked for.
        let rows = trajectory.outputs.len().min(visits * width);
        walk.trajectory.outputs.extend(&trajectory.outputs[..rows]);
        walk.seen += visits;
        walk.day = to;
        walk.states = trajectory.end;
        if trajectory.failure.is_some() || stop.is_none() {
            walk.trajectory.failure = trajectory.failure;
            walk.finished = true;
            return;
        }
        if stop.is_some_and(|stop| stop.reset) {
            for (state, slot) in self.lowered.states.iter().enumerate() {
                if slot.name.starts_with("drugs.") {
                    walk.states[state] = self.lowered.equations.start[state];
                }
            }
        }
        self.decide(walk);
    }

    /// Asks the rules of the visit at which a patient has arrived; the first that applies acts.
    fn decide(&self, walk: &mut Walk) {
        let Some(visit) = self.trial.visit(walk.day / WEEK_DAY) else {
            return;
        };
        let week = self.trial.weeks[visit];
        if week >= self.leaves(walk.patient.id) {
            return;
        }
        let (baseline, now) = (self.look(walk, 0), self.look(walk, visit));
        for (number, rule) in self.arm.regimen.rules().iter().enumerate() {
            let asked = rule
                .weeks
                .iter()
                .any(|&w| self.trial.visit(w) == Some(visit));
            // What is already so is not done again: a switched patient is not switched twice.
            let new = rule.change.only_adds() || walk.last != Some(number);
            let holds = |condition: &crate::outcome::Condition| condition.holds(&baseline, &now);
            if !(asked && new && rule.when.iter().all(holds)) {
                continue;
            }
            let due = &walk.due;
            walk.planned = rule.change.apply(
                &self.arm.regimen,
                std::mem::take(&mut walk.planned),
                &|treatment| due.get(treatment).copied(),
                walk.day,
                (walk.patient.weight_kg(), self.trial.horizon_day()),
            );
            if !rule.change.only_adds() {
                walk.last = Some(number);
            }
            walk.changes.push((week, number));
            return;
        }
    }

    /// What the rater writes down at a visit: the same as in the results.
    fn look(&self, walk: &Walk, visit: usize) -> Scores {
        let width = self.lowered.outputs.len();
        let row = &walk.trajectory.outputs[visit * width..(visit + 1) * width];
        let occasion = format!("week {}", self.trial.weeks[visit]);
        self.trial.population.rater.score(
            &latent(row, &self.scored),
            self.trial.seed,
            walk.patient.id,
            &occasion,
        )
    }
}
