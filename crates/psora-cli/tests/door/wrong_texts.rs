//! A wrong text ends with code 2, names file, line and a way out, and writes nothing.

use crate::world::{Said, World};

const MODEL: &str = "model/psoriasis.psora";
const SCENARIO: &str = "scenarios/small.toml";

fn run(world: &World) -> Said {
    world.psora("run small --threads 1")
}

fn line(text: &str, piece: &str) -> usize {
    1 + text[..text.find(piece).expect("the piece is there")]
        .matches('\n')
        .count()
}

/// Changes `from` into `to` in `file`, and expects the fault to be shown where `at` stands.
fn refused(test: &str, file: &str, from: &str, to: &str, at: &str) -> Said {
    let world = World::new(test);
    world.change(file, from, to);
    let said = run(&world);
    assert_eq!(said.code, Some(2), "{said:?}");
    let place = format!("{file}:{}:", line(&world.read(file), at));
    assert!(said.err.contains(&place), "no {place} in\n{}", said.err);
    // A way out is a help, or a sentence that says what is wanted instead.
    let out = ["help: ", "must be", "cannot be", "expected"];
    assert!(out.iter().any(|way| said.err.contains(way)), "{}", said.err);
    assert_eq!(said.out, "");
    assert_eq!(world.names("results"), Vec::<String>::new());
    said
}

#[test]
fn an_unknown_species_is_refused() {
    let said = refused(
        "species",
        MODEL,
        "k_heat * heat\n",
        "k_heat * haet\n",
        "haet",
    );
    assert!(said.err.contains("did you mean `heat`"), "{}", said.err);
}

#[test]
fn a_wrong_unit_is_refused() {
    refused(
        "unit",
        MODEL,
        "0.1 1/day range",
        "0.1 1/L range",
        "cooling :",
    );
}

#[test]
fn a_missing_source_is_refused() {
    let from = "0 .. 1    [assumed: for the test]";
    refused("source", MODEL, from, "0 .. 1   ", "b_luck = 0.1");
}

#[test]
fn a_definition_that_needs_itself_is_refused() {
    let to = "where\n  this = that + 1 \"one\"\n  that = this + 1 \"two\"\n";
    refused("cycle", MODEL, "where\n", to, "this = that");
}

#[test]
fn a_number_that_is_none_is_refused_in_a_model() {
    refused(
        "model-nan",
        MODEL,
        "k_heat = 0.1",
        "k_heat = NaN",
        "k_heat = NaN",
    );
}

#[test]
fn a_number_that_is_none_is_refused_in_a_scenario() {
    refused("nan", SCENARIO, "= 24", "= nan", "= nan");
}

#[test]
fn a_negative_dose_is_refused() {
    refused("dose", SCENARIO, "calm 100 mg", "calm -100 mg", "calm -100");
}

#[test]
fn a_dose_before_week_zero_is_refused() {
    refused("week", SCENARIO, "at 0 4 week", "at -1 4 week", "at -1");
}

#[test]
fn a_visit_before_week_zero_is_refused() {
    refused(
        "visit",
        SCENARIO,
        "every 2 week until 8 week",
        "at -2 8 week",
        "at -2",
    );
}

#[test]
fn a_regimen_of_an_unknown_drug_is_refused() {
    let said = refused("drug", SCENARIO, "calm 100 mg", "clam 100 mg", "clam");
    assert!(said.err.contains("calm"), "{}", said.err);
}

#[test]
fn a_misspelt_key_is_refused() {
    let said = refused("key", SCENARIO, "patients", "patiens", "patiens");
    assert!(said.err.contains("did you mean `patients`"), "{}", said.err);
}

#[test]
fn an_unknown_population_is_refused() {
    let said = refused(
        "population",
        SCENARIO,
        "\"people\"",
        "\"peoples\"",
        "peoples",
    );
    assert!(said.err.contains("did you mean `people`"), "{}", said.err);
}

#[test]
fn a_scenario_cut_off_is_refused() {
    let world = World::new("cut");
    let text = world.read(SCENARIO);
    world.write(
        SCENARIO,
        &text[..text.find(" 24").expect("the number is there")],
    );
    let said = run(&world);
    assert_eq!(said.code, Some(2), "{said:?}");
    assert!(said.err.contains("small.toml:3:"), "{}", said.err);
    assert!(said.err.contains("is it complete?"), "{}", said.err);
    assert_eq!(world.names("results"), Vec::<String>::new());
}

#[test]
fn a_model_cut_off_is_refused() {
    let world = World::new("model-cut");
    let text = world.read(MODEL);
    world.write(
        MODEL,
        &text[..text.find("heat)").expect("the piece is there")],
    );
    let said = run(&world);
    assert_eq!(said.code, Some(2), "{said:?}");
    assert!(said.err.contains("model/psoriasis.psora:"), "{}", said.err);
    assert_eq!(world.names("results"), Vec::<String>::new());
}

#[test]
fn a_missing_scenario_is_answered_with_the_nearest_one() {
    let world = World::new("missing");
    for name in ["smal", "scenarios/smal.toml"] {
        let said = world.psora(&format!("run {name}"));
        assert_eq!(said.code, Some(2), "{said:?}");
        assert!(said.err.contains(name), "{}", said.err);
        assert!(said.err.contains("did you mean `small`?"), "{}", said.err);
        assert_eq!(world.names("results"), Vec::<String>::new());
    }
}

#[test]
fn a_folder_is_no_scenario() {
    let world = World::new("folder");
    let said = world.psora("run scenarios");
    assert_eq!(said.code, Some(2), "{said:?}");
    assert!(
        said.err.contains("this is a folder, not a file"),
        "{}",
        said.err
    );
    assert!(said.err.contains("there are: small"), "{}", said.err);
}

#[test]
fn a_missing_module_is_named_where_it_is_used() {
    let world = World::new("module");
    std::fs::remove_file(world.path("model/drugs/calm.psora")).expect("the drug goes");
    let said = run(&world);
    assert_eq!(said.code, Some(2), "{said:?}");
    assert!(said.err.contains("calm"), "{}", said.err);
}

#[test]
fn several_faults_are_shown_at_once() {
    let world = World::new("several");
    world.change(MODEL, "k_heat * heat\n", "k_heat * haet\n");
    world.change(MODEL, "0 .. 1    [assumed: for the test]", "0 .. 1   ");
    let said = run(&world);
    assert!(said.err.matches("error").count() >= 2, "{}", said.err);
}

#[test]
fn a_calibration_of_an_unknown_parameter_is_refused() {
    let world = World::new("calibration");
    let text = "title = \"t\"\nmodel = \"psoriasis\"\n[values]\n\"psoriasis.k_haet\" = 0.2\n";
    world.write("calibrations/2026-01-01-wrong.toml", text);
    let said = run(&world);
    assert_eq!(said.code, Some(2), "{said:?}");
    assert!(
        said.err.contains("2026-01-01-wrong.toml:4:"),
        "{}",
        said.err
    );
}

#[test]
fn a_setting_of_an_unknown_parameter_is_refused() {
    let said = World::new("setting").psora("run small --set k_haet=0.2");
    assert_eq!(said.code, Some(2), "{said:?}");
    assert!(said.err.contains("k_haet"), "{}", said.err);
}

#[test]
fn a_wrong_word_on_the_command_line_is_refused() {
    let world = World::new("words");
    for words in [
        "run small --patients 0",
        "run small --patients -3",
        "run small --set k_heat",
        "run small --set k_heat=nan",
        "run small --lanes 3",
        "run small --accuracy best",
        "rnu small",
        "run",
    ] {
        let said = world.psora(words);
        assert_eq!(said.code, Some(2), "{words}: {said:?}");
        assert_eq!(world.names("results"), Vec::<String>::new(), "{words}");
    }
}
