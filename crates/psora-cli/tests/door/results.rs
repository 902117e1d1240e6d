//! What a run leaves behind.

use crate::world::World;
use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Command, Stdio};

#[test]
fn a_run_shows_a_table_and_leaves_a_folder() {
    let world = World::new("run");
    let said = world.psora("run small");
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(said.out.contains("PASI"), "{}", said.out);
    assert!(
        said.out.ends_with("report: results/small-1/report.html\n"),
        "{}",
        said.out
    );
    let names = world.names("results/small-1");
    for name in [
        "report.html",
        "run.json",
        "scenario.toml",
        "endpoints.csv",
        "endpoints.parquet",
        "patients.csv",
    ] {
        assert!(names.iter().any(|n| n == name), "no {name} in {names:?}");
    }
    assert_eq!(
        world.read("results/small-1/scenario.toml"),
        world.read("scenarios/small.toml")
    );
}

#[test]
fn results_are_never_overwritten() {
    let world = World::new("again");
    for _ in 0..2 {
        assert_eq!(world.psora("run small --quiet").code, Some(0));
    }
    assert_eq!(world.names("results"), ["small-1", "small-2"]);
    assert_eq!(
        world.files("results/small-1"),
        world.files("results/small-2")
    );
}

#[test]
fn threads_and_lanes_change_no_byte() {
    let world = World::new("same");
    for (threads, lanes) in [(1, 1), (2, 4), (2, 8), (1, 8)] {
        let out = format!("out-{threads}-{lanes}");
        let said = world.psora(&format!(
            "run small --threads {threads} --lanes {lanes} --out {out}"
        ));
        assert_eq!(said.code, Some(0), "{said:?}");
    }
    let first = world.files("out-1-1/small-1");
    assert!(first.len() > 4);
    for out in ["out-2-4", "out-2-8", "out-1-8"] {
        for (one, other) in first.iter().zip(world.files(&format!("{out}/small-1"))) {
            assert_eq!(one.0, other.0);
            assert!(one.1 == other.1, "{out}: {} differs", one.0);
        }
    }
}

#[test]
fn another_seed_gives_other_patients() {
    let world = World::new("seed");
    for seed in [1, 2] {
        world.psora(&format!("run small --seed {seed} --out out-{seed}"));
    }
    assert_ne!(world.files("out-1/small-1"), world.files("out-2/small-1"));
}

#[test]
fn json_has_endpoints_and_what_repeats_the_run() {
    let world = World::new("json");
    let said = world.psora("run small --json --quiet --patients 10 --seed 5");
    assert_eq!(said.code, Some(0), "{said:?}");
    let json: serde_json::Value = serde_json::from_str(&said.out).expect("JSON");
    assert_eq!(json["seed"], 5);
    assert_eq!(json["arms"][1]["name"], "calm");
    let rate = &json["arms"][1]["endpoints"][0]["rate"];
    assert!((0.0..=1.0).contains(&rate.as_f64().expect("a rate")));
    let record = world.read("results/small-1/run.json");
    let record: serde_json::Value = serde_json::from_str(&record).expect("JSON");
    assert_eq!(record["command"], "psora run small --patients 10 --seed 5");
    assert_eq!(record["calibration"], "none");
}

#[test]
fn a_drug_that_breaks_the_loop_works_and_placebo_does_not() {
    let world = World::new("effect");
    let said = world.psora("run small --json --quiet --patients 40");
    let json: serde_json::Value = serde_json::from_str(&said.out).expect("JSON");
    let rate = |arm: usize| {
        let endpoints = json["arms"][arm]["endpoints"].as_array().expect("a list");
        let row = endpoints
            .iter()
            .find(|row| row["endpoint"] == "PASI75" && row["week"] == 8.0)
            .expect("PASI75 in week 8");
        row["rate"].as_f64().expect("a rate")
    };
    assert!(rate(0) < 0.3, "placebo: {}", rate(0));
    assert!(rate(1) > 0.7, "calm: {}", rate(1));
}

#[test]
fn a_study_gives_arms_and_published_results() {
    let world = World::new("study");
    let scenario = "title = \"t\"\nstudy = \"small\"\npopulation = \"people\"\npatients = 10\n";
    world.write("scenarios/beside.toml", scenario);
    let said = world.psora("run beside --json --quiet");
    assert_eq!(said.code, Some(0), "{said:?}");
    let json: serde_json::Value = serde_json::from_str(&said.out).expect("JSON");
    let endpoints = json["arms"][1]["endpoints"].as_array().expect("a list");
    let row = endpoints
        .iter()
        .find(|row| row["endpoint"] == "PASI75" && row["week"] == 6.0)
        .expect("PASI75 in week 6");
    assert_eq!(row["published"]["responders"], 40);
}

#[test]
fn the_latest_calibration_is_used_and_named() {
    let world = World::new("latest");
    for (name, value) in [("2026-01-01-old", 0.1), ("2026-02-01-new", 0.05)] {
        world.write(
            &format!("calibrations/{name}.toml"),
            &format!(
                "title = \"t\"\nmodel = \"psoriasis\"\n[values]\n\"psoriasis.k_heat\" = {value}\n"
            ),
        );
    }
    let calibration = |world: &World| {
        let said = world.psora("run small --json --quiet --patients 4");
        let json: serde_json::Value = serde_json::from_str(&said.out).expect("JSON");
        json["calibration"].clone()
    };
    assert_eq!(calibration(&world), "2026-02-01-new");
    world.change(
        "scenarios/small.toml",
        "patients",
        "calibration = \"none\"\npatients",
    );
    assert_eq!(calibration(&world), "none");
}

#[test]
fn a_place_that_takes_no_folder_is_said_before_anything_runs() {
    let world = World::new("unwritable");
    world.write("occupied", "a file");
    let said = world.psora("run small --patients 10000000 --out occupied");
    assert_eq!(said.code, Some(2), "{said:?}");
    assert!(said.err.contains("occupied"), "{}", said.err);
    assert!(said.err.contains("--out"), "{}", said.err);
}

#[test]
#[cfg(unix)]
fn a_disk_that_is_full_leaves_nothing_that_looks_whole() {
    let world = World::new("full");
    // A limit of one block on the size of files stands in for a full disk.
    let script = format!(
        "trap '' XFSZ; ulimit -f 1; exec {} run small --quiet",
        env!("CARGO_BIN_EXE_psora")
    );
    let output = Command::new("sh")
        .args(["-c", &script])
        .current_dir(world.path(""))
        .output()
        .expect("a shell");
    let err = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{err}");
    assert!(err.contains("could not be written"), "{err}");
    assert_eq!(world.names("results"), Vec::<String>::new());
}

#[test]
#[cfg(unix)]
fn ctrl_c_keeps_what_is_done_and_calls_it_partial() {
    let world = World::new("stop");
    let mut child = world
        .command("run small --patients 200000 --threads 1")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("psora starts");
    let mut err = BufReader::new(child.stderr.take().expect("it was piped"));
    let mut first = String::new();
    err.read_line(&mut first).expect("progress");
    assert!(first.contains("patients"), "{first}");
    let signalled = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .expect("kill");
    assert!(signalled.success());
    let mut rest = String::new();
    err.read_to_string(&mut rest).expect("text");
    let status = child.wait().expect("it ends");
    assert_eq!(status.code(), Some(130), "{rest}");
    assert!(rest.contains("partial"), "{rest}");
    assert_eq!(world.names("results"), ["small-1.partial"]);
    let page = world.read("results/small-1.partial/report.html");
    assert!(page.to_lowercase().contains("partial"));
}

#[test]
fn runs_that_fail_are_counted_and_end_with_code_4() {
    let world = World::new("failures");
    // Growth that has no end in finite time, in the drug's own arm only.
    world.change(
        "model/drugs/calm.psora",
        "reactions\n",
        "reactions\n  runaway : -> ash at k_ash * (1 + ash * ash)\n",
    );
    world.change(
        "model/drugs/calm.psora",
        "species\n",
        "species\n  ash = 0 1 in body \"what grows without end\"\n",
    );
    world.change(
        "model/drugs/calm.psora",
        "parameters\n",
        "parameters\n  k_ash = 1 1/day range 0.1 .. 10 [assumed: for the test] \"growth\"\n",
    );
    let said = world.psora("run small --quiet");
    assert_eq!(said.code, Some(4), "{said:?}");
    assert!(said.err.contains("of patients failed"), "{}", said.err);
    assert_eq!(world.names("results"), ["small-1"]);
}
