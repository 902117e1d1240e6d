//! A cohort against the trials that it stands in for.

use super::*;
use crate::outcome::Criterion;
use crate::{Cohort, FollowUp, Setting};

fn criteria(words: &[&str]) -> Vec<Criterion> {
    let parsed = words.iter().map(|words| Criterion::parse(words));
    parsed
        .map(|found| found.expect("understood").expect("about a score"))
        .collect()
}

fn cohort(sets: &[Vec<Criterion>], size: usize, host: &dyn Host) -> Cohort {
    let setting = Setting {
        population: population(),
        seed: 11,
        options: Options::default(),
    };
    Cohort::screen_on(setting, sets, size, &Formula::new(2.4), host)
        .unwrap_or_else(|faults| panic!("{faults:?}"))
}

fn balm_for(people: Vec<usize>, weeks: &[f64]) -> FollowUp {
    FollowUp {
        regimen: Regimen::resolve("balm 10 mg at 0 4 week", &balm()).expect("a regimen"),
        weeks: weeks.to_vec(),
        people,
    }
}

#[test]
fn a_person_of_a_cohort_is_the_patient_of_a_trial() {
    let mut alone = trial(60);
    for arm in &mut alone.arms {
        arm.drop_out = 0.0;
    }
    let patients = run(&alone, &Quiet).arms[0].patients.clone();
    let own = population().inclusion().to_vec();
    let cohort = cohort(std::slice::from_ref(&own), 60, &Quiet);
    let people = cohort.eligible(&own, 60);
    let question = balm_for(people.clone(), &alone.weeks);
    let followed = cohort
        .follow_on(&[question], &Formula::new(2.4), &Quiet)
        .expect("followed");
    for ((patient, place), followed) in patients.iter().zip(people).zip(&followed[0]) {
        assert_eq!(patient.id, cohort.people()[place].id());
        assert_eq!(patient.scores, followed.scores);
    }
}

#[test]
fn each_set_of_criteria_gets_its_people() {
    let (easy, hard) = (criteria(&["PASI >= 10"]), criteria(&["PASI >= 24"]));
    let cohort = cohort(&[easy.clone(), hard.clone()], 40, &Quiet);
    let (easy, hard) = (cohort.eligible(&easy, 40), cohort.eligible(&hard, 40));
    assert_eq!((easy.len(), hard.len()), (40, 40));
    assert!(
        hard.iter()
            .all(|&place| cohort.people()[place].screening().pasi >= 24.0)
    );
}

#[test]
fn criteria_that_nobody_meets_end_the_search() {
    let never = criteria(&["PASI >= 72"]);
    let cohort = cohort(std::slice::from_ref(&never), 1000, &Quiet);
    assert!(cohort.eligible(&never, 1000).is_empty());
    assert!(cohort.people().len() < 2000, "{}", cohort.people().len());
}

#[test]
fn the_order_of_tasks_changes_no_cohort() {
    let everybody = || vec![Vec::new()];
    let (one, other) = (
        cohort(&everybody(), 70, &Quiet),
        cohort(&everybody(), 70, &Backwards),
    );
    let weeks = [0.0, 4.0, 12.0];
    let questions: Vec<FollowUp> = [&weeks[..], &weeks[..2]]
        .map(|weeks| balm_for((0..70).collect(), weeks))
        .into();
    let machine = Formula::new(2.4);
    assert_eq!(
        one.follow_on(&questions, &machine, &Quiet)
            .expect("followed"),
        other
            .follow_on(&questions, &machine, &Backwards)
            .expect("followed"),
    );
}
