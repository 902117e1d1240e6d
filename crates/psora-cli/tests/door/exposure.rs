//! `psora treatments --check`, on the library that comes with Psora.

use crate::world::{Said, World};

fn check(test: &str, words: &str) -> Said {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    World::new(test).psora(&format!("--library {root} treatments --check {words}"))
}

#[test]
fn two_drugs_reach_their_published_levels() {
    let said = check("exposure-holds", "tildrakizumab risankizumab");
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(said.out.contains("peak in week 40"), "{}", said.out);
    assert!(
        said.out.contains("8 of 8 published figures hold"),
        "{}",
        said.out
    );
    assert!(!said.out.contains("SHORT"), "{}", said.out);
}

#[test]
fn a_level_that_falls_short_ends_with_code_3_and_says_by_how_much() {
    let said = check("exposure-short", "adalimumab --json");
    assert_eq!(said.code, Some(3), "{said:?}");
    let rows: serde_json::Value = serde_json::from_str(&said.out).expect("JSON");
    let peak = &rows["rows"][0];
    assert_eq!(peak["quantity"], "peak");
    assert_eq!(peak["holds"], false);
    let simulated = peak["simulated"]["value"].as_f64().expect("a number");
    assert!(
        simulated < peak["low"].as_f64().expect("a number"),
        "{peak}"
    );
}

#[test]
fn a_drug_without_figures_is_named_and_a_misspelt_one_is_not_guessed() {
    let said = check("exposure-gap", "zasocitinib");
    assert!(said.out.contains("no figure: zasocitinib"), "{}", said.out);
    let said = check("exposure-unknown", "secukinumabb");
    assert_eq!(said.code, Some(2));
    assert!(
        said.err.contains("did you mean `secukinumab`?"),
        "{}",
        said.err
    );
}
