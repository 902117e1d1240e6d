//! `psora phenomena`.

use crate::world::World;

const STAYS: &str = "number = 7\nstatement = \"a plaque stays\"\nevidence = \"S\"\nkind = \"predicted\"\n\
    source = \"a test\"\n\n[time]\nuntil = \"8 week\"\nevery = \"1 week\"\n\n\
    [[people]]\nstart = \"plaque\"\ncandidates = 100\nenter = \"trial\"\nnoise = true\n\n\
    [[case]]\nname = \"left alone\"\n\n[[case]]\nname = \"calmed\"\nregimen = \"calm 100 mg sc every 1 week\"\n\n\
    [[figure]]\nname = \"PASI left\"\n\
    value = \"mean(PASI[left alone, 8 week]) / mean(PASI[left alone, 0 week])\"\nat_least = 0.8\n\n\
    [[figure]]\nname = \"PASI that a drug takes\"\n\
    value = \"mean(PASI[left alone, 8 week] - PASI[calmed, 8 week])\"\n";

const LACKS: &str = "number = 9\nstatement = \"a gut leaks\"\nevidence = \"P\"\nkind = \"predicted\"\n\
    source = \"a test\"\nneeds = [\"a gut\"]\n";

fn world(test: &str) -> World {
    let world = World::new(test);
    let people = world.read("populations/people.toml");
    world.write("populations/moderate-to-severe.toml", &people);
    world.write("experiments/007-stays.toml", STAYS);
    world.write("experiments/009-leaks.toml", LACKS);
    world
}

/// The rows without the time that they took.
fn rows(json: &str) -> Vec<serde_json::Value> {
    let mut value: serde_json::Value = serde_json::from_str(json).expect("JSON");
    let rows = value["rows"].as_array_mut().expect("rows");
    for row in rows.iter_mut() {
        row.as_object_mut().expect("a row").remove("seconds");
    }
    rows.clone()
}

#[test]
fn a_statement_gets_a_verdict_a_table_and_a_page() {
    let world = world("phenomena");
    let said = world.psora("phenomena --quiet --strict");
    assert_eq!(said.code, Some(0), "{said:?}");
    for piece in [
        "holds",
        "a plaque stays",
        "at least 0.8",
        "not yet expressible",
        "needs a gut",
    ] {
        assert!(said.out.contains(piece), "no {piece} in\n{}", said.out);
    }
    let page = world.read("results/phenomena-1/report.html");
    assert!(
        page.contains("<svg") && page.contains("a plaque stays"),
        "{page}"
    );
}

#[test]
fn a_statement_that_falls_short_ends_with_code_3_only_where_asked() {
    let world = world("phenomena-short");
    world.change(
        "experiments/007-stays.toml",
        "at_least = 0.8",
        "at_least = 8",
    );
    assert_eq!(world.psora("phenomena 7 --quiet").code, Some(0));
    let said = world.psora("phenomena 7 --quiet --strict");
    assert_eq!(said.code, Some(3), "{said:?}");
    assert!(said.out.contains("falls short"), "{}", said.out);
}

#[test]
fn threads_change_no_figure() {
    let world = world("phenomena-threads");
    let run = |threads: &str| {
        let words = format!("phenomena --quiet --json --threads {threads} --out {threads}");
        let said = world.psora(&words);
        assert_eq!(said.code, Some(0), "{said:?}");
        (
            rows(&said.out),
            world.read(&format!("{threads}/phenomena-1/report.html")),
        )
    };
    let (one, three) = (run("1"), run("3"));
    assert_eq!(one.0[0]["verdict"], "holds");
    assert!(
        one.0[0]["error"].as_f64().is_some_and(|error| error > 0.0),
        "{:?}",
        one.0[0]
    );
    assert_eq!(one, three);
}

#[test]
fn numbers_and_texts_that_are_wrong_are_said_before_anything_is_run() {
    let world = world("phenomena-wrong");
    let said = world.psora("phenomena 8");
    assert_eq!(said.code, Some(2), "{said:?}");
    assert!(
        said.err.contains("there is no experiment 8"),
        "{}",
        said.err
    );
    world.change(
        "experiments/007-stays.toml",
        "[calmed, 8 week]",
        "[calmd, 8 week]",
    );
    let said = world.psora("phenomena 9");
    assert_eq!(said.code, Some(2), "{said:?}");
    assert!(said.err.contains("did you mean `calmed`?"), "{}", said.err);
    assert_eq!(world.names("results"), Vec::<String>::new());
}
