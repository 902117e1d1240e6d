//! Whole trials on a machine whose answer is a formula.

mod cohort;

use super::machine::Solver;
use super::*;
use crate::evidence::PublishedValue;
use crate::population::tests::population;
use crate::{PatientResult, Quiet, Status};
use psora_engine::{Action, Course, Failure, Steps, Trajectory, Why};
use psora_equations::Equations;
use psora_model::{
    Covariate, InputSlot, OutputSlot, ParameterSlot, Route, Shape, StateSlot, Treatment, Variation,
};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// A disease in one state, `severity`, which a dose of `balm` halves within four weeks.
struct Formula {
    covariates: Vec<Covariate>,
    /// Severity after the run-in of the typical patient.
    severity: f64,
    /// Whether the runs of every tenth patient or so fail after two weeks of an arm.
    fragile: bool,
}

impl Formula {
    fn new(severity: f64) -> Self {
        let weight = Covariate {
            name: "WEIGHT".to_owned(),
            value: 8e7,
            factor: 1e6,
            unit: "kg".to_owned(),
            range: (3e7, 2.5e8),
            label: String::new(),
        };
        Self {
            covariates: vec![weight],
            severity,
            fragile: false,
        }
    }
}

fn state(name: &str) -> StateSlot {
    StateSlot {
        name: name.to_owned(),
        site: None,
        unit: "1".to_owned(),
        factor: 1.0,
        label: String::new(),
    }
}

impl Machine for Formula {
    fn covariates(&self) -> &[Covariate] {
        &self.covariates
    }

    fn lower(&self, treatments: &[&str]) -> Lowered {
        let outputs = [
            "PASI_erythema",
            "PASI_induration",
            "PASI_desquamation",
            "PASI_area",
        ]
        .iter()
        .flat_map(|name| {
            (0..4).map(|site| OutputSlot {
                name: (*name).to_owned(),
                module: "skin".to_owned(),
                site: Some(site),
                unit: "1".to_owned(),
                label: String::new(),
            })
        })
        .collect();
        let variation = Variation {
            shape: Some(Shape::Lognormal(0.2)),
            with: Vec::new(),
            by: Vec::new(),
            range: None,
        };
        let parameter = ParameterSlot {
            name: "skin.k".to_owned(),
            site: None,
            typical: self.severity,
            factor: 1.0,
            variation: Some(variation),
        };
        let input = |name: &str| InputSlot {
            name: format!("people.{name}"),
            factor: 1.0,
            label: String::new(),
        };
        let mut states = vec![state("skin.severity")];
        if treatments.contains(&"balm") {
            // In front, so that carrying states by place would be wrong.
            states.insert(0, state("drugs.balm.depot"));
        }
        let start = vec![0.0; states.len()];
        Lowered {
            equations: Equations {
                start,
                ..Equations::default()
            },
            states,
            parameters: vec![parameter],
            inputs: vec![input("trigger"), input("disturbance")],
            outputs,
            sites: ["head", "arms", "trunk", "legs"]
                .map(str::to_owned)
                .to_vec(),
        }
    }

    fn solver(&self, lowered: &Lowered, _options: &Options) -> Solver<'_> {
        let states = lowered.states.len();
        Box::new(move |courses| {
            courses
                .iter()
                .map(|course| self.trajectory(course, states))
                .collect()
        })
    }
}

impl Formula {
    fn trajectory(&self, course: &Course, states: usize) -> Trajectory {
        // A run-in makes whoever was pushed as ill as his parameter says.
        let onset = course.signals[0].level > 0.0;
        let before = *course.start.last().expect("severity is the last state");
        let severity = if onset { course.parameters[0] } else { before };
        let treated = |day: f64| {
            course
                .events
                .iter()
                .any(|event| matches!(event.action, Action::Add { .. }) && event.time < day)
        };
        let mut outputs = Vec::new();
        let mut failure = None;
        for &day in &course.visits {
            if self.fragile && !onset && day > 14.0 && course.parameters[0] > 1.25 * self.severity {
                let why = Why::StepTooSmall;
                failure = Some(Failure {
                    time: 15.0,
                    state: Some(states - 1),
                    why,
                });
                break;
            }
            let left = if treated(day) {
                0.5_f64.powf(day / 28.0)
            } else {
                1.0
            };
            let sign = (severity * left).min(4.0);
            outputs.extend([sign; 12]);
            outputs.extend([0.1 * severity * left; 4]);
        }
        let mut end = vec![0.0; states];
        end[states - 1] = severity;
        Trajectory {
            outputs,
            end,
            failure,
            steps: Steps::default(),
        }
    }
}

fn balm() -> Vec<Treatment> {
    vec![Treatment {
        name: "balm".to_owned(),
        routes: vec![Route {
            name: "sc".to_owned(),
            into: "drugs.balm.depot".to_owned(),
        }],
        regimens: Vec::new(),
    }]
}

fn trial(size: usize) -> Trial {
    let arm = |name: &str, regimen: &str| Arm {
        name: name.to_owned(),
        regimen: Regimen::resolve(regimen, &balm()).expect("a regimen"),
        n: Some(100),
        results: Vec::new(),
        drop_out: 0.5,
    };
    Trial {
        title: "a balm against nothing".to_owned(),
        weeks: vec![0.0, 1.0, 4.0, 12.0, 24.0],
        arms: vec![
            arm("balm", "balm 10 mg at 0 4 week"),
            arm("nothing", "placebo"),
        ],
        population: population(),
        size,
        seed: 11,
        study: None,
        options: Options::default(),
    }
}

fn run(trial: &Trial, host: &dyn Host) -> TrialResult {
    trial
        .run_on(&Formula::new(2.4), host)
        .unwrap_or_else(|faults| panic!("{faults:?}"))
}

fn rate(arm: &ArmResult, endpoint: &str, week: f64) -> f64 {
    let found = arm
        .endpoints
        .iter()
        .find(|row| row.endpoint == endpoint && row.week == week);
    found.expect("a row").rate
}

/// Runs odd tasks and then even ones, each from the last to the first: an order that no one
/// should notice.
struct Backwards;

impl Host for Backwards {
    fn for_each(&self, count: usize, task: &(dyn Fn(usize) + Sync)) {
        for parity in [1, 0] {
            (0..count).rev().filter(|i| i % 2 == parity).for_each(task);
        }
    }
    fn stage(&self, _name: &str, _patients: usize) {}
    fn advance(&self, _patients: usize) {}
    fn cancelled(&self) -> bool {
        false
    }
}

/// Cancels once so many patients of the arms are done.
struct Impatient {
    limit: usize,
    done: AtomicUsize,
    treating: AtomicBool,
}

impl Host for Impatient {
    fn for_each(&self, count: usize, task: &(dyn Fn(usize) + Sync)) {
        (0..count).for_each(task);
    }
    fn stage(&self, name: &str, _patients: usize) {
        self.done.store(0, Ordering::Relaxed);
        self.treating.store(name == "treatment", Ordering::Relaxed);
    }
    fn advance(&self, patients: usize) {
        self.done.fetch_add(patients, Ordering::Relaxed);
    }
    fn cancelled(&self) -> bool {
        self.treating.load(Ordering::Relaxed) && self.done.load(Ordering::Relaxed) >= self.limit
    }
}

fn ids(patients: &[PatientResult]) -> Vec<u64> {
    patients.iter().map(|patient| patient.id).collect()
}

#[test]
fn a_trial_enrols_treats_scores_and_counts() {
    let result = run(&trial(200), &Quiet);
    assert!(!result.partial);
    let excluded: usize = result.excluded.iter().map(|(_, count)| count).sum();
    assert_eq!(result.screened, 200 + excluded);
    assert!(excluded > 0, "some are too mild: {:?}", result.excluded);
    let [balm, nothing] = &result.arms[..] else {
        panic!("two arms")
    };
    assert_eq!((balm.patients.len(), nothing.patients.len()), (200, 200));
    assert_eq!(balm.doses[1], (4.0, "balm".to_owned(), "10 mg".to_owned()));
    assert!(
        rate(balm, "PASI75", 12.0) > 0.8,
        "{}",
        rate(balm, "PASI75", 12.0)
    );
    assert!(rate(nothing, "PASI75", 12.0) < 0.05);
}

#[test]
fn the_same_people_are_in_every_arm() {
    let result = run(&trial(100), &Quiet);
    let [balm, nothing] = &result.arms[..] else {
        panic!("two arms")
    };
    assert_eq!(ids(&balm.patients), ids(&nothing.patients));
    for (a, b) in balm.patients.iter().zip(&nothing.patients) {
        assert_eq!(a.covariates, b.covariates);
        assert_eq!(a.scores[0], b.scores[0], "one baseline visit, one look");
        assert_eq!(a.outputs[..16], b.outputs[..16], "one run-in");
    }
}

#[test]
fn the_order_of_tasks_changes_nothing() {
    let (one, other) = (run(&trial(150), &Quiet), run(&trial(150), &Backwards));
    assert_eq!(format!("{one:?}"), format!("{other:?}"));
}

#[test]
fn a_larger_trial_begins_with_the_same_people() {
    let (small, large) = (run(&trial(40), &Quiet), run(&trial(170), &Quiet));
    let (few, many) = (&small.arms[0].patients, &large.arms[0].patients);
    assert_eq!(format!("{few:?}"), format!("{:?}", &many[..40]));
}

#[test]
fn an_arm_more_changes_no_other() {
    let mut more = trial(40);
    let again = Regimen::resolve("balm 20 mg every 2 week", &balm()).expect("a regimen");
    let extra = Arm {
        name: "more".to_owned(),
        regimen: again,
        ..more.arms[0].clone()
    };
    more.arms.insert(0, extra);
    let (before, after) = (run(&trial(40), &Quiet), run(&more, &Quiet));
    assert_eq!(
        format!("{:?}", before.arms),
        format!("{:?}", &after.arms[1..])
    );
}

#[test]
fn who_is_let_in_on_a_bad_look_is_better_at_the_next() {
    // Nothing changes between the two visits but the look.
    let result = run(&trial(600), &Quiet);
    let inclusion = population().inclusion;
    let fails = |patient: &&PatientResult| {
        let baseline = patient.scores[0].as_ref().expect("nobody has left yet");
        inclusion.iter().any(|criterion| !criterion.met(baseline))
    };
    let below = result.arms[1].patients.iter().filter(fails).count();
    assert!(
        below > 6 && below < 200,
        "{below} of 600 would not be let in at baseline"
    );
}

#[test]
fn whoever_left_is_no_responder_and_in_no_mean() {
    let result = run(&trial(600), &Quiet);
    let arm = &result.arms[0];
    let gone = |week: f64| {
        let left = |patient: &&PatientResult| matches!(patient.status, Status::DroppedOut { week: when } if when <= week);
        arm.patients.iter().filter(left).count()
    };
    // A hazard of 0.5 a year for 24 weeks: 1 - exp(-0.5 * 24 / 52.18); four standard errors.
    assert!(
        (gone(24.0) as f64 / 600.0 - 0.2055).abs() < 0.066,
        "{}",
        gone(24.0)
    );
    for patient in &arm.patients {
        if let Status::DroppedOut { week } = patient.status {
            let seen = patient.scores.iter().zip(&result.weeks);
            assert!(
                seen.clone()
                    .all(|(scores, &visit)| scores.is_some() == (visit < week))
            );
            assert!(patient.outputs.iter().all(|value| value.is_finite()));
        }
    }
    let mean = arm
        .means
        .iter()
        .find(|row| row.quantity == "PASI" && row.week == 24.0);
    assert_eq!(mean.expect("a row").n, 600 - gone(24.0));
    let row = arm
        .endpoints
        .iter()
        .find(|row| row.endpoint == "PASI50" && row.week == 24.0);
    let row = row.expect("a row");
    assert_eq!(row.n, 600);
    assert!(row.responders <= 600 - gone(24.0));
}

#[test]
fn a_run_that_failed_is_a_row_with_its_reason() {
    let machine = Formula {
        fragile: true,
        ..Formula::new(2.4)
    };
    let result = trial(200)
        .run_on(&machine, &Quiet)
        .unwrap_or_else(|f| panic!("{f:?}"));
    let arm = &result.arms[0];
    let failed: Vec<&PatientResult> = arm
        .patients
        .iter()
        .filter(|patient| matches!(patient.status, Status::Failed { .. }))
        .collect();
    assert!(!failed.is_empty() && failed.len() < 100, "{}", failed.len());
    assert_eq!(arm.patients.len(), 200, "nobody is dropped in silence");
    assert_eq!(arm.endpoints[0].n, 200 - failed.len());
    let Status::Failed { week, state, why } = &failed[0].status else {
        panic!("failed")
    };
    assert_eq!((*week, state.as_str()), (15.0 / 7.0, "skin.severity"));
    assert!(why.contains("step"), "{why}");
    assert_eq!(failed[0].scores[2..], [None, None, None]);
    assert_eq!(failed[0].outputs.len(), 5 * 16);
    assert!(!result.partial, "a failure is a result");
}

#[test]
fn a_cancelled_trial_keeps_whoever_is_finished() {
    let host = Impatient {
        limit: 200,
        done: AtomicUsize::new(0),
        treating: AtomicBool::new(false),
    };
    let result = run(&trial(200), &host);
    assert!(result.partial);
    let sizes: Vec<usize> = result.arms.iter().map(|arm| arm.patients.len()).collect();
    assert!(sizes[0] > 0 && sizes[0] < 200, "{sizes:?}");
    assert!(sizes[0].abs_diff(sizes[1]) <= BLOCK, "{sizes:?}");
    let whole = run(&trial(200), &Quiet);
    let kept = &result.arms[0].patients;
    assert_eq!(
        format!("{kept:?}"),
        format!("{:?}", &whole.arms[0].patients[..kept.len()])
    );
}

#[test]
fn a_model_that_does_not_fall_ill_is_told() {
    let faults = trial(100)
        .run_on(&Formula::new(0.3), &Quiet)
        .expect_err("nobody qualifies");
    assert!(
        faults[0].message.contains("not PASI >= 12 at screening"),
        "{faults:?}"
    );
}

#[test]
fn units_that_disagree_are_told() {
    let mut machine = Formula::new(2.4);
    machine.covariates[0].unit = "g".to_owned();
    let faults = trial(10)
        .run_on(&machine, &Quiet)
        .expect_err("units disagree");
    assert!(
        faults[0]
            .message
            .contains("WEIGHT in `kg`, the model in `g`"),
        "{faults:?}"
    );
}

#[test]
fn visits_that_do_not_begin_at_baseline_are_told() {
    let mut trial = trial(10);
    trial.weeks = vec![4.0, 12.0];
    assert!(trial.run_on(&Formula::new(2.4), &Quiet).is_err());
}

#[test]
fn published_results_stand_beside_the_simulated() {
    let mut trial = trial(50);
    let responders = |subgroup: Option<&str>, responders| PublishedResult {
        week: 12.0,
        value: PublishedValue::Responders {
            endpoint: "PASI90".to_owned(),
            responders,
            of: 100,
        },
        subgroup: subgroup.map(str::to_owned),
        imputation: None,
        remarks: Vec::new(),
    };
    trial.arms[0].results = vec![responders(Some("heavier"), 10), responders(None, 60)];
    let result = run(&trial, &Quiet);
    let rows: Vec<f64> = result.arms[0]
        .endpoints
        .iter()
        .filter_map(|row| row.published.as_ref())
        .map(|published| published.rate)
        .collect();
    assert_eq!(rows, [0.6]);
}

#[test]
fn states_are_carried_by_name_and_new_ones_begin_as_they_are() {
    let machine = Formula::new(2.4);
    let (core, with_balm) = (machine.lower(&[]), machine.lower(&["balm"]));
    assert_eq!(carried(&core, &[3.0], &with_balm), [0.0, 3.0]);
}
