//! Event tables: written from a sentence, and run as they are.

use crate::world::World;

const SCENARIO: &str = "\
title      = \"These people\"
population = \"people\"
patients   = \"people.csv\"
seed       = 3

[measure]
visits = \"every 2 week until 8 week\"
";

/// A world with a table, run; the folder of its results.
fn run(test: &str, table: &str) -> World {
    let world = World::new(test);
    world.write("scenarios/table.toml", SCENARIO);
    world.write("scenarios/people.csv", table);
    let said = world.psora("run table --quiet");
    assert_eq!(said.code, Some(0), "{said:?}");
    world
}

const ROWS: &str = "\
ID,TIME,EVID,AMT,TREATMENT,ADDL,II,WEIGHT
4,0,1,100,calm,2,14,95
5,0,1,100,calm,.,.,95
5,14,1,100,calm,.,.,95
5,28,1,100,calm,.,.,95
";

#[test]
fn exactly_the_patients_of_a_table_are_run() {
    let world = run("table-people", ROWS);
    let patients = world.read("results/table-1/patients.csv");
    assert_eq!(patients.lines().count(), 3, "{patients}");
    assert!(patients.contains("95"), "{patients}");
}

#[test]
fn a_table_of_the_wrong_shape_is_refused_by_row_and_column() {
    let world = World::new("table-wrong");
    world.write("scenarios/table.toml", SCENARIO);
    for (from, to, wanted) in [
        (
            "4,0,1,100,calm",
            "4,0,1,100,clam",
            "row 2, column TREATMENT",
        ),
        ("5,14,1,100", "5,14,1,-100", "row 4, column AMT"),
        ("5,14,1", "5,NaN,1", "row 4, column TIME"),
        ("WEIGHT", "WIEGHT", "did you mean `WEIGHT`?"),
    ] {
        world.write("scenarios/people.csv", &ROWS.replacen(from, to, 1));
        let said = world.psora("run table --quiet");
        assert_eq!(said.code, Some(2), "{said:?}");
        assert!(said.err.contains(wanted), "{wanted}: {}", said.err);
    }
    world.write(
        "scenarios/table.toml",
        &SCENARIO.replace("people.csv", "folk.csv"),
    );
    let said = world.psora("run table --quiet");
    assert!(said.err.contains("there is no such file"), "{}", said.err);
}

#[test]
fn a_sentence_is_written_out_dose_by_dose() {
    let world = World::new("regimen");
    let said = world.psora("regimen calm.label --weight 95 --weeks 14");
    assert_eq!(said.code, Some(0), "{said:?}");
    let times: Vec<&str> = said
        .out
        .lines()
        .skip(1)
        .map(|line| line.split(',').nth(1).expect("a time"))
        .collect();
    assert_eq!(times, ["0", "28", "84"]);
    assert!(
        said.out.lines().nth(1).expect("a row").ends_with(",95"),
        "{}",
        said.out
    );
    // What it writes, a scenario takes.
    world.write("scenarios/table.toml", SCENARIO);
    world.write("scenarios/people.csv", &said.out);
    assert_eq!(world.psora("run table --quiet").code, Some(0));
}
