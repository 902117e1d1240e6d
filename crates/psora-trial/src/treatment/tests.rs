//! What the regimen grammar accepts and refuses.

use super::*;
use proptest::prelude::*;
use psora_model::Route;

pub(crate) fn treatments() -> Vec<Treatment> {
    let drug = |name: &str, routes: &[&str], regimens: &[(&str, &str)]| Treatment {
        name: name.to_owned(),
        routes: routes
            .iter()
            .map(|route| Route {
                name: (*route).to_owned(),
                into: format!("drugs.{name}.depot"),
            })
            .collect(),
        regimens: regimens
            .iter()
            .map(|(name, text)| psora_model::Regimen {
                name: (*name).to_owned(),
                text: (*text).to_owned(),
            })
            .collect(),
    };
    let label = ("label", "300 mg sc at 0 1 2 3 4 week, then every 4 week");
    let steps = (
        "steps",
        "10 mg oral once daily until 1 week then 30 mg oral twice daily",
    );
    let broken = ("broken", "300 mg sc whenever");
    vec![
        drug("secukinumab", &["sc"], &[label, broken]),
        drug("guselkumab", &["sc", "iv"], &[]),
        drug("ustekinumab", &["sc"], &[]),
        drug("apremilast", &["oral"], &[steps]),
        drug("ciclosporin", &["oral"], &[]),
        drug("certolizumab_pegol", &["sc"], &[]),
        drug("nb_uvb", &["light"], &[]),
    ]
}

fn doses(text: &str, weight: f64, weeks: f64) -> Vec<(f64, f64)> {
    let regimen =
        Regimen::resolve(text, &treatments()).unwrap_or_else(|faults| panic!("{text}: {faults:?}"));
    let doses = regimen.doses(weight, 7.0 * weeks);
    doses
        .iter()
        .map(|dose| (dose.day / 7.0, dose.amount))
        .collect()
}

/// A sentence, a horizon in weeks, and doses by week.
type Case = (&'static str, f64, Vec<(f64, f64)>);

#[test]
fn sentences_become_the_doses_that_they_say() {
    let every = |start: u32, step: usize, end: u32, amount: f64| -> Vec<(f64, f64)> {
        (start..end)
            .step_by(step)
            .map(|week| (f64::from(week), amount))
            .collect()
    };
    let cases: Vec<Case> = vec![
        ("placebo", 24.0, vec![]),
        (
            "guselkumab 100 mg sc at 0 4 12 20 week",
            24.0,
            vec![(0.0, 100.0), (4.0, 100.0), (12.0, 100.0), (20.0, 100.0)],
        ),
        (
            "guselkumab 100 mg sc at 0, 4, 12 week",
            12.0,
            vec![(0.0, 100.0), (4.0, 100.0)],
        ),
        (
            "guselkumab 100 mg sc at 0 4 week, then every 8 week",
            24.0,
            vec![(0.0, 100.0), (4.0, 100.0), (12.0, 100.0), (20.0, 100.0)],
        ),
        (
            "secukinumab 300 mg every 4 week until 12 week",
            52.0,
            every(0, 4, 12, 300.0),
        ),
        (
            "secukinumab 150 mg sc every 1 month",
            5.0,
            vec![(0.0, 150.0), (30.4375 / 7.0, 150.0)],
        ),
        (
            "ciclosporin 3 mg/kg oral once daily until 3 day",
            4.0,
            vec![(0.0, 240.0), (1.0 / 7.0, 240.0), (2.0 / 7.0, 240.0)],
        ),
        (
            "cyclosporine 1 g oral weekly",
            2.0,
            vec![(0.0, 1000.0), (1.0, 1000.0)],
        ),
        (
            "nb_uvb 0.5 J/cm2 three times weekly until 1 week",
            9.0,
            vec![(0.0, 0.5), (2.0 / 7.0, 0.5), (4.0 / 7.0, 0.5)],
        ),
        (
            "certolizumab pegol 400 mg sc at 0 week and certolizumab 200 mg at 2 week",
            9.0,
            vec![(0.0, 400.0), (2.0, 200.0)],
        ),
        // The same drug need not be named again; the first course ends where the next begins.
        (
            "secukinumab 80 mg every 1 week then 40 mg at 2 week, then every 2 week",
            5.0,
            vec![(0.0, 80.0), (1.0, 80.0), (2.0, 40.0), (4.0, 40.0)],
        ),
        ("secukinumab.label", 9.0, {
            let mut label = every(0, 1, 5, 300.0);
            label.push((8.0, 300.0));
            label
        }),
        // A label that begins later keeps its own clock.
        (
            "placebo until 16 week then secukinumab.label",
            18.0,
            every(16, 1, 18, 300.0),
        ),
        (
            "secukinumab.label from 16 week",
            18.0,
            every(16, 1, 18, 300.0),
        ),
        (
            "secukinumab.label until 2 week",
            52.0,
            every(0, 1, 2, 300.0),
        ),
        // Dates stay dates of the trial.
        (
            "placebo until 16 week, then guselkumab 100 mg sc at 16 20 week",
            28.0,
            vec![(16.0, 100.0), (20.0, 100.0)],
        ),
    ];
    for (text, weeks, expected) in cases {
        assert_eq!(doses(text, 80.0, weeks), expected, "{text}");
    }
}

#[test]
fn a_weight_rule_turns_at_its_bound() {
    let text = "ustekinumab by weight: 45 mg up to 100 kg, else 90 mg sc at 0 week";
    assert_eq!(doses(text, 100.0, 1.0), [(0.0, 45.0)]);
    assert_eq!(doses(text, 100.1, 1.0), [(0.0, 90.0)]);
}

#[test]
fn titration_steps_follow_one_another() {
    let given = doses("apremilast.steps", 80.0, 2.0);
    assert_eq!(given.len(), 7 + 14);
    assert!(
        given
            .iter()
            .all(|&(week, amount)| (week < 1.0) == (amount == 10.0))
    );
}

#[test]
fn faults_are_placed_named_and_come_with_a_way_out() {
    let cases = [
        (
            "guselkumab -100 mg sc at 0 week",
            "-100",
            "a dose cannot be negative",
            "",
        ),
        (
            "guselkumab 0 mg sc at 0 week",
            "0",
            "a dose cannot be zero",
            "",
        ),
        (
            "guselkumab 100 mg sc at -1 0 week",
            "-1",
            "before the trial begins",
            "first visit",
        ),
        (
            "guselkumab 100 mg sc at 4 0 week",
            "0",
            "does not come after 4",
            "in order",
        ),
        (
            "guselkumb 100 mg sc at 0 week",
            "guselkumb",
            "no treatment",
            "`guselkumab`",
        ),
        (
            "guselkumab 100 mgs sc at 0 week",
            "mgs",
            "not a unit of dose",
            "did you mean `mg`?",
        ),
        (
            "guselkumab 100 mg sc at 0 weak",
            "weak",
            "not a unit of time",
            "`week`",
        ),
        (
            "guselkumab 100 mg oral at 0 week",
            "oral",
            "not given by",
            "sc, iv",
        ),
        (
            "guselkumab 100 mg at 0 week",
            "guselkumab",
            "needs a route",
            "sc, iv",
        ),
        ("secukinumab.lable", "lable", "no regimen", "`label`"),
        ("secukinumab.broken", "broken", "expected when", ""),
        ("secukinumab 300 mg sc", "", "expected when", ""),
        (
            "secukinumab 300 mg sc every 0 week",
            "0",
            "cannot be zero",
            "",
        ),
        ("secukinumab 300 mg sc q4w", "q4w", "expected when", ""),
        (
            "secukinumab 300 mg sc at week",
            "week",
            "expected a number of weeks",
            "",
        ),
        ("300 mg sc at 0 week", "300", "expected a drug", ""),
        ("", "", "expected a drug", ""),
        (
            "secukinumab.label until 4 week from 8 week",
            "secukinumab.label",
            "ends before",
            "",
        ),
        (
            "secukinumab 300 mg every 4 week then 150 mg every 4 week",
            "150",
            "`then`",
            "until",
        ),
        ("secukinumab 300 mg at 0 week; placebo", ";", "no place", ""),
        (
            "ustekinumab by weight: 45 mg up to 100 kg or 90 mg at 0 week",
            "or",
            "`else`",
            "",
        ),
    ];
    for (text, at, message, help) in cases {
        let faults = Regimen::resolve(text, &treatments()).expect_err(text);
        let fault = &faults[0];
        let span = fault.span.clone().expect("a place");
        assert!(text[span.clone()].starts_with(at), "{text}: {fault:?}");
        assert!(fault.message.contains(message), "{text}: {fault:?}");
        assert!(
            fault.help.clone().unwrap_or_default().contains(help),
            "{text}: {fault:?}"
        );
    }
}

#[test]
fn every_course_of_a_sentence_is_looked_at() {
    let text = "guselkumb 100 mg sc at 0 week and secukinumab 300 mg sc at 0 week until -1 week";
    let faults = Regimen::resolve(text, &treatments()).expect_err("two faults");
    assert_eq!(faults.len(), 1, "grammar first: {faults:?}");
    let text = "guselkumab 1 mgs sc at 0 week and secukinumab 300 mg sc at 0 weak";
    assert_eq!(
        Regimen::resolve(text, &treatments())
            .expect_err("two faults")
            .len(),
        2
    );
}

#[test]
fn a_regimen_names_its_treatments_once_in_order() {
    let text = "secukinumab.label until 12 week then guselkumab 100 mg sc at 12 week \
                and secukinumab 150 mg sc at 30 week";
    let regimen = Regimen::resolve(text, &treatments()).expect("a regimen");
    assert_eq!(regimen.treatments(), ["secukinumab", "guselkumab"]);
    let placebo = Regimen::resolve("placebo", &treatments()).expect("a regimen");
    assert!(placebo.treatments().is_empty());
}

/// The doses that patient `id` takes.
fn taken(doses: Vec<Dose>, missed: f64, seed: u64, id: u64) -> Vec<Dose> {
    let mut adherence = Adherence::new(missed, seed, id);
    doses
        .into_iter()
        .filter(|dose| adherence.takes(dose))
        .collect()
}

#[test]
fn a_missed_dose_is_not_made_up_and_a_second_drug_changes_nothing() {
    let plan = |text| {
        Regimen::resolve(text, &treatments())
            .expect("a regimen")
            .doses(80.0, 7.0 * 2000.0)
    };
    let one = plan("secukinumab 300 mg every 1 week");
    let two = plan("secukinumab 300 mg every 1 week and apremilast 30 mg twice daily");
    let kept = taken(one.clone(), 0.1, 1, 5);
    // Four standard errors of 2,000 doses at 10 % are 54.
    assert!((kept.len() as f64 - 1800.0).abs() < 54.0, "{}", kept.len());
    let mut of_two = taken(two, 0.1, 1, 5);
    of_two.retain(|dose| dose.treatment == "secukinumab");
    assert_eq!(of_two, kept);
    assert_eq!(taken(one.clone(), 0.0, 1, 5), one);
}

#[test]
fn a_scenario_may_end_a_regimen() {
    let regimen = Regimen::resolve("secukinumab.label", &treatments()).expect("a regimen");
    assert_eq!(regimen.until(14.0).doses(80.0, 700.0).len(), 2);
}

proptest! {
    #[test]
    fn no_text_makes_the_reader_stumble(text in "[a-z0-9 .,:/µ-]{0,60}") {
        let _ = Regimen::resolve(&text, &treatments());
    }

    #[test]
    fn words_of_the_grammar_in_any_order_are_read_or_refused(
        words in prop::collection::vec(
            prop::sample::select(vec![
                "secukinumab", "secukinumab.label", "placebo", "300", "mg", "mg/kg", "sc", "at",
                "0", "4", "week", "every", "then", "and", "until", "from", "by", "weight:", "up",
                "to", "kg,", "else", ",", "once", "daily", "-1",
            ]),
            0..14,
        )
    ) {
        let text = words.join(" ");
        if let Ok(regimen) = Regimen::resolve(&text, &treatments()) {
            let doses = regimen.doses(80.0, 7.0 * 30.0);
            prop_assert!(doses.iter().all(|dose| dose.day >= 0.0 && dose.amount > 0.0), "{}", text);
            prop_assert!(doses.is_sorted_by(|a, b| a.day <= b.day));
        }
    }
}

fn changed(change: &str, planned: &[f64], now: f64) -> Vec<(f64, String)> {
    let treatments = treatments();
    let own = Regimen::resolve("secukinumab 300 mg sc every 4 week", &treatments).expect("own");
    let change = Change::resolve(change, &treatments).unwrap_or_else(|f| panic!("{f:?}"));
    let planned = planned
        .iter()
        .map(|day| Dose {
            day: *day,
            ..own.doses(80.0, 1.0)[0].clone()
        })
        .collect();
    change
        .apply(&own, planned, &|_| Some(now - 28.0), now, (80.0, 300.0))
        .into_iter()
        .map(|dose| (dose.day, dose.treatment))
        .collect()
}

#[test]
fn a_rule_changes_what_is_still_to_come() {
    let days = |change| {
        changed(change, &[112.0, 140.0], 112.0)
            .iter()
            .map(|dose| dose.0)
            .collect::<Vec<f64>>()
    };
    assert_eq!(days("stop"), [] as [f64; 0]);
    // The last dose was four weeks ago: the next is due eight weeks after it.
    assert_eq!(days("stretch to every 8 week"), [140.0, 196.0, 252.0]);
    assert_eq!(days("restart")[..2], [112.0, 140.0]);
    assert_eq!(
        changed("guselkumab 100 mg sc at 0 4 week", &[112.0], 112.0),
        [112.0, 140.0].map(|day| (day, "guselkumab".to_owned()))
    );
    assert_eq!(
        changed("add guselkumab 100 mg sc at 1 week", &[112.0], 112.0).len(),
        2
    );
}

#[test]
fn what_a_rule_may_bring_is_in_use() {
    let treatments = treatments();
    let rule = Rule {
        weeks: vec![16.0],
        when: Vec::new(),
        change: Change::resolve("guselkumab 100 mg sc at 0 week", &treatments).expect("a change"),
        text: "at 16 week: guselkumab".to_owned(),
    };
    let regimen = Regimen::resolve("secukinumab 300 mg sc every 4 week", &treatments)
        .expect("a regimen")
        .with_rules(vec![rule]);
    assert_eq!(regimen.treatments(), ["secukinumab", "guselkumab"]);
    assert!(regimen.text().ends_with("; at 16 week: guselkumab"));
}

#[test]
fn a_change_that_makes_no_sense_is_told_where() {
    let faults = |text| Change::resolve(text, &treatments()).expect_err("no change");
    let fault = &faults("add guselkumabb 100 mg sc at 0 week")[0];
    assert_eq!(fault.span, Some(4..15));
    assert!(
        faults("stopp")[0]
            .help
            .as_deref()
            .unwrap_or("")
            .contains("stop")
    );
    assert!(
        faults("stretch to every 8 moons")[0]
            .message
            .contains("moons")
    );
}
