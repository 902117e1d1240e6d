//! The commands beside `run`.

use crate::world::World;
use std::process::Stdio;

#[test]
fn check_counts_and_says_what_holds() {
    let world = World::new("check");
    let said = world.psora("check");
    assert_eq!(said.code, Some(0), "{said:?}");
    for piece in [
        "2 of 2 checks hold",
        "6 parameters: 0 published, 0 fitted, 6 assumed",
        "scenario small: reads well",
        "population people: reads well",
        "study small: reads well",
    ] {
        assert!(said.out.contains(piece), "no {piece} in\n{}", said.out);
    }
}

#[test]
fn a_check_that_falls_short_ends_with_code_3() {
    let world = World::new("short");
    world.change("model/psoriasis.psora", "(heat) > 0.5", "(heat) > 50");
    let said = world.psora("check model");
    assert_eq!(said.code, Some(3), "{said:?}");
    assert!(said.out.contains("FALLS SHORT"), "{}", said.out);
    assert!(said.out.contains("> 50"), "{}", said.out);
    assert!(said.out.contains("1 of 2 checks hold"), "{}", said.out);
}

#[test]
fn check_reads_one_scenario_without_running_it() {
    let world = World::new("check-one");
    let said = world.psora("check scenarios/small.toml");
    assert_eq!(
        (said.code, said.out.as_str()),
        (Some(0), "scenario small: reads well\n")
    );
    world.change("scenarios/small.toml", "calm 100 mg", "clam 100 mg");
    assert_eq!(world.psora("check scenarios/small.toml").code, Some(2));
    assert_eq!(world.psora("check nothing.toml").code, Some(2));
    assert_eq!(world.names("results"), Vec::<String>::new());
}

#[test]
fn format_settles_and_check_says_so() {
    let world = World::new("format");
    world.change(
        "model/psoriasis.psora",
        "  k_heat = 0.1",
        "  k_heat    =   0.1",
    );
    assert_eq!(world.psora("format --check model").code, Some(3));
    assert_eq!(world.psora("format model").code, Some(0));
    let said = world.psora("format --check model");
    assert_eq!((said.code, said.out.as_str()), (Some(0), ""));
    assert_eq!(world.psora("run small --quiet --patients 2").code, Some(0));
}

#[test]
fn format_of_a_faulty_file_changes_nothing() {
    let world = World::new("format-faulty");
    world.change("model/psoriasis.psora", "parameters\n", "paramters\n");
    let before = world.read("model/psoriasis.psora");
    let said = world.psora("format model");
    assert_eq!(said.code, Some(2), "{said:?}");
    assert!(said.err.contains("model/psoriasis.psora:"), "{}", said.err);
    assert_eq!(world.read("model/psoriasis.psora"), before);
}

#[test]
fn show_tells_of_a_name_or_of_the_nearest_one() {
    let world = World::new("show");
    let said = world.psora("show heat");
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(said.out.contains("inflammation"), "{}", said.out);
    let said = world.psora("show haet");
    assert_eq!(said.code, Some(2), "{said:?}");
    assert!(said.err.contains("heat"), "{}", said.err);
}

#[test]
fn treatments_and_studies_are_listed() {
    let world = World::new("lists");
    let said = world.psora("treatments");
    assert!(said.out.contains("calm (sc)"), "{}", said.out);
    assert!(
        said.out.contains("calm.label: 100 mg sc at 0 4 week"),
        "{}",
        said.out
    );
    let said = world.psora("studies");
    assert!(
        said.out.contains("small: SMALL, 2020, doi:10.0000/small"),
        "{}",
        said.out
    );
    assert!(said.out.contains("calm, n = 50: 1 result"), "{}", said.out);
}

#[test]
fn another_library_can_be_named() {
    let world = World::new("library");
    let elsewhere = World::new("elsewhere");
    let words = format!("studies --library {}", world.path("").display());
    assert!(elsewhere.psora(&words).out.contains("SMALL"));
    let said = world.psora("studies --library scenarios");
    assert_eq!(said.code, Some(2), "{said:?}");
    assert!(said.err.contains("not a library"), "{}", said.err);
}

#[test]
fn a_program_far_from_any_library_has_its_own() {
    let world = World::new("far");
    std::fs::remove_dir_all(world.path("model")).expect("the library goes");
    let said = world.psora("studies");
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(said.out.contains("voyage-2: VOYAGE 2"), "{}", said.out);
}

#[test]
fn a_reader_who_leaves_early_is_no_failure() {
    let world = World::new("pipe");
    let mut child = world
        .command("treatments")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("psora starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[test]
fn help_has_examples() {
    let world = World::new("help");
    for command in [
        "",
        "run",
        "check",
        "format",
        "show",
        "treatments",
        "studies",
    ] {
        let said = world.psora(&format!("{command} --help"));
        assert_eq!(said.code, Some(0), "{command}");
        assert!(said.out.contains("Examples:"), "{command}: {}", said.out);
        assert!(said.out.contains("psora "), "{command}");
    }
}
