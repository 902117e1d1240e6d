//! Rules that act at visits, and what becomes of patients after the last dose.

use crate::world::World;
use serde_json::Value;

const HEAD: &str = "\
title      = \"Who is changed when?\"
population = \"people\"
patients   = 24
seed       = 3

[measure]
visits  = \"every 2 week until 24 week\"
relapse = { from = \"12 week\", among = \"PASI50\", lost = \"PASI50\" }
";

fn arm(name: &str, regimen: &str, rules: &[(&str, &str, &str)]) -> String {
    let mut text = format!("\n[[arm]]\nname = \"{name}\"\nregimen = \"{regimen}\"\n");
    for (at, when, then) in rules {
        text.push_str(&format!("[[arm.rule]]\nat = \"{at}\"\nthen = \"{then}\"\n"));
        if !when.is_empty() {
            text.push_str(&format!("when = \"{when}\"\n"));
        }
    }
    text
}

/// The arms of a scenario that was run, as JSON.
fn arms(world: &World, text: &str) -> Vec<Value> {
    world.write("scenarios/rules.toml", text);
    let said = world.psora("run rules --json --quiet");
    assert_eq!(said.code, Some(0), "{said:?}");
    let run: Value = serde_json::from_str(&said.out).expect("JSON");
    run["arms"].as_array().expect("arms").clone()
}

fn rates(arm: &Value) -> Vec<f64> {
    let rows = arm["endpoints"].as_array().expect("rows").iter();
    rows.map(|row| row["rate"].as_f64().expect("a rate"))
        .collect()
}

#[test]
fn whoever_does_not_respond_gets_what_the_rule_says_from_that_visit_on() {
    let world = World::new("rule-switch");
    let rule = ("4 week", "PASI75 not reached", "calm 100 mg sc at 0 4 week");
    let text = format!(
        "{HEAD}{}{}",
        arm("by rule", "placebo", &[rule]),
        arm("as planned", "calm 100 mg sc at 4 8 week", &[]),
    );
    let arms = arms(&world, &text);
    // Nobody is well after four weeks of placebo: the rule gives everybody what was planned.
    assert_eq!(arms[0]["rules"][0]["patients"], 24);
    assert_eq!(rates(&arms[0]), rates(&arms[1]));
    let shown = world.read("results/rules-1/report.html");
    assert!(shown.contains("Rules at visits"));
    assert!(shown.contains("PASI75 not reached"));
}

#[test]
fn a_rule_that_stops_is_a_regimen_that_ends() {
    let world = World::new("rule-stop");
    let text = format!(
        "{HEAD}{}{}{}",
        arm(
            "stopped",
            "calm 6 mg sc every 2 week",
            &[("4 week", "", "stop")]
        ),
        arm("ends", "calm 6 mg sc every 2 week until 4 week", &[]),
        arm("goes on", "calm 6 mg sc every 2 week", &[]),
    );
    let arms = arms(&world, &text);
    assert_eq!(rates(&arms[0]), rates(&arms[1]));
    assert_ne!(rates(&arms[0]), rates(&arms[2]));
}

#[test]
fn stretched_doses_keep_their_distance_from_the_last_one() {
    let world = World::new("rule-stretch");
    let rule = ("4 week", "", "stretch to every 6 week");
    let text = format!(
        "{HEAD}{}{}{}",
        arm("stretched", "calm 6 mg sc every 2 week", &[rule]),
        // The last dose before the visit is in week 2.
        arm("as planned", "calm 6 mg sc at 0 2 8 14 20 week", &[]),
        arm("not stretched", "calm 6 mg sc every 2 week", &[]),
    );
    let arms = arms(&world, &text);
    assert_eq!(rates(&arms[0]), rates(&arms[1]));
    assert_ne!(rates(&arms[0]), rates(&arms[2]));
}

#[test]
fn a_rule_is_not_done_twice_and_may_be_undone() {
    let world = World::new("rule-again");
    // On demand: off when well, on again when not.
    let rules = [
        ("every 2 week until 22 week", "PASI75 reached", "stop"),
        ("every 2 week until 22 week", "PASI > 5", "restart"),
    ];
    let text = format!(
        "{HEAD}{}",
        arm("on demand", "calm 300 mg sc every 2 week", &rules)
    );
    let arms = arms(&world, &text);
    let acted = |rule: usize| {
        arms[0]["rules"][rule]["patients"]
            .as_u64()
            .expect("a count")
    };
    assert!(acted(0) > 12, "{arms:?}");
    assert!(acted(1) <= 24);
}

#[test]
fn rules_change_no_byte_of_other_arms_and_none_depends_on_threads() {
    let world = World::new("rule-bytes");
    let rule = (
        "at 4 8 week",
        "PASI75 not reached",
        "add calm 50 mg sc at 0 week",
    );
    let plain = arm("plain", "calm 100 mg sc at 0 4 week", &[]);
    let ruled = arm("ruled", "placebo", &[rule]);
    let alone = arms(&world, &format!("{HEAD}{plain}"));
    let beside = arms(&world, &format!("{HEAD}{plain}{ruled}"));
    assert_eq!(alone[0], beside[0]);
    for (threads, lanes) in [(1, 1), (2, 8), (2, 4)] {
        let out = format!("out-{threads}-{lanes}");
        let words = format!("run rules --quiet --threads {threads} --lanes {lanes} --out {out}");
        assert_eq!(world.psora(&words).code, Some(0));
    }
    let first = world.files("out-1-1/rules-1");
    assert_eq!(first, world.files("out-2-8/rules-1"));
    assert_eq!(first, world.files("out-2-4/rules-1"));
}

#[test]
fn relapse_stands_in_the_table_the_json_and_the_report() {
    let world = World::new("relapse");
    let text = format!("{HEAD}{}", arm("calm", "calm 100 mg sc at 0 4 8 week", &[]));
    let arms = arms(&world, &text);
    let relapse = &arms[0]["relapse"];
    assert!(relapse["n"].as_u64() > Some(6), "{relapse}");
    assert!(relapse["relapsed"].as_u64() <= relapse["n"].as_u64());
    let shares = relapse["points"].as_array().expect("points");
    let share = |point: &Value| point["not_relapsed"].as_f64().expect("a share");
    assert!(
        shares
            .windows(2)
            .all(|two| share(&two[0]) >= share(&two[1]))
    );
    let said = world.psora("run rules --quiet");
    assert!(
        said.out.contains("Relapse, loss of PASI50 from week 12"),
        "{}",
        said.out
    );
    assert!(
        world
            .read("results/rules-1/report.html")
            .contains("id=\"relapse\"")
    );
}

#[test]
fn what_is_wrong_with_a_rule_is_shown_where_it_stands() {
    let world = World::new("rule-wrong");
    for (rule, wanted) in [
        (
            ("4 week", "PASI57 not reached", "stop"),
            "did you mean `PASI",
        ),
        (("4 week", "", "clam.label"), "did you mean `calm`?"),
        (("4 moons", "", "stop"), "`week` or `day`"),
        (("400 week", "", "stop"), "after the last visit"),
        (("4 week", "", "stretch it"), "stretch to every 8 week"),
    ] {
        let text = format!("{HEAD}{}", arm("wrong", "placebo", &[rule]));
        world.write("scenarios/rules.toml", &text);
        let said = world.psora("run rules --quiet");
        assert_eq!(said.code, Some(2), "{said:?}");
        assert!(said.err.contains(wanted), "{wanted}: {}", said.err);
        assert!(said.err.contains("scenarios/rules.toml:"), "{}", said.err);
    }
    let text = HEAD.replace("among = \"PASI50\"", "amonk = \"PASI50\"");
    world.write(
        "scenarios/rules.toml",
        &format!("{text}{}", arm("a", "placebo", &[])),
    );
    let said = world.psora("run rules --quiet");
    assert!(said.err.contains("did you mean `among`?"), "{}", said.err);
}
