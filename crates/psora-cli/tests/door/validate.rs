//! `psora validate`: published studies, predicted.

use crate::world::World;
use serde_json::Value;

const FEW: &str = "validate --patients 40 --json --quiet";

fn json(out: &str) -> Value {
    serde_json::from_str(out).unwrap_or_else(|error| panic!("{error} in {out}"))
}

fn rows(value: &Value) -> &Vec<Value> {
    value["rows"].as_array().expect("rows")
}

/// A study in a folder `studies/NAME`, with one arm of these lines beside its name.
fn study(world: &World, name: &str, arm: &str) {
    let text = format!(
        "name = \"{name}\"\ncitation = \"doi:10.1000/{name}\"\n\n[population]\n\
         weight_kg = {{ mean = 85, sd = 20 }}\n\n[[arm]]\nname = \"one\"\nn = 50\n{arm}"
    );
    world.write(&format!("studies/{name}/study.toml"), &text);
}

const CALM: &str = "regimen = \"calm 100 mg sc at 0 4 week\"\n";
const RESULT: &str = "[[arm.result]]\nweek = 6\nendpoint = \"PASI75\"\nresponders = 40\nof = 50\n";

#[test]
fn every_published_result_is_a_row_with_an_interval() {
    let world = World::new("validate-rows");
    let said = world.psora(FEW);
    assert_eq!(said.code, Some(0), "{}", said.err);
    let value = json(&said.out);
    assert_eq!(value["calibration"], "none");
    assert!(
        value["model"]
            .as_str()
            .expect("a hash")
            .starts_with("sha256:")
    );
    let rows = rows(&value);
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0]["stratum"], "placebo");
    let calm = &rows[1];
    for (key, wanted) in [
        ("study", "SMALL"),
        ("arm", "calm"),
        ("treatment", "calm"),
        ("endpoint", "PASI75"),
        ("status", "ok"),
    ] {
        assert_eq!(calm[key], wanted, "{calm}");
    }
    assert_eq!((&calm["n"], &calm["observed"]), (&50.into(), &0.8.into()));
    let keys = ["q025", "q10", "q25", "q75", "q90", "q975"];
    let quantiles: Vec<f64> = keys
        .iter()
        .map(|key| calm[key].as_f64().expect(key))
        .collect();
    assert!(quantiles.is_sorted(), "{quantiles:?}");
    let predicted = calm["predicted"].as_f64().expect("a rate");
    assert!((quantiles[0]..=quantiles[5]).contains(&predicted));
}

#[test]
fn the_summary_is_about_active_arms() {
    let world = World::new("validate-summary");
    let value = json(&world.psora(FEW).out);
    let all = &value["summary"]["all"];
    assert_eq!(all["rows"], 1);
    assert_eq!(value["summary"]["placebo"]["rows"], 1);
    let calm = &rows(&value)[1];
    let error = calm["predicted"].as_f64().expect("a rate") - 0.8;
    // One row: its error in points, to the rounding of a product.
    assert!((all["mae"].as_f64().expect("points") - 100.0 * error.abs()).abs() < 1e-9);
    assert!((all["bias"].as_f64().expect("points") - 100.0 * error).abs() < 1e-9);
    for key in [
        "mae_weighted",
        "cover50",
        "cover80",
        "cover95",
        "width95",
        "crps",
    ] {
        assert!(all[key].is_number(), "{key} in {all}");
    }
    assert_eq!(value["summary"]["PASI75"]["rows"], 1);
}

#[test]
fn threads_and_lanes_change_no_byte() {
    let world = World::new("validate-threads");
    let one = world.psora(&format!("{FEW} --threads 1 --lanes 1"));
    let many = world.psora(&format!("{FEW} --threads 3 --lanes 16"));
    assert_eq!(one.out, many.out);
    assert_eq!(
        world.files("results/validate-1"),
        world.files("results/validate-2")
    );
}

#[test]
fn what_cannot_be_predicted_says_why() {
    let world = World::new("validate-skipped");
    let cases = [
        (
            "drug",
            "regimen = \"storm 1 mg sc at 0 week\"\n",
            "",
            "no treatment `storm`",
        ),
        (
            "light",
            "regimen = \"nb_uvb 1 J/cm2 twice weekly\"\n",
            "",
            "no treatment `nb_uvb`",
        ),
        (
            "rich",
            CALM,
            "enriched = \"responders at week 4\"\n",
            "responders at week 4",
        ),
        ("part", CALM, "subgroup = \"over 100 kg\"\n", "over 100 kg"),
        ("dose", CALM, "titration = \"to effect\"\n", "titrated"),
        ("late", CALM, "clock = \"last dose\"\n", "last dose"),
    ];
    for (name, regimen, remark, _) in cases {
        study(&world, name, &format!("{regimen}{RESULT}{remark}"));
    }
    let dlqi = RESULT.replace("PASI75", "DLQI01");
    study(&world, "dlqi", &format!("{CALM}{dlqi}"));
    study(&world, "none", CALM);
    let said = world.psora(&format!("{FEW} studies"));
    assert_eq!(said.code, Some(0), "{}", said.err);
    let value = json(&said.out);
    assert_eq!(rows(&value).len(), 8);
    let reason = |name: &str| {
        let row = rows(&value).iter().find(|row| row["study"] == name);
        let row = row.unwrap_or_else(|| panic!("no row of {name}"));
        assert_eq!(row["status"], "skipped", "{row}");
        row["reason"].as_str().expect("a reason").to_owned()
    };
    for (name, _, _, wanted) in cases {
        assert!(reason(name).contains(wanted), "{name}: {}", reason(name));
    }
    assert_eq!(reason("dlqi"), "DLQI01 is not simulated");
    assert!(reason("none").contains("no result"));
}

#[test]
fn a_faulty_study_is_shown_and_the_others_are_predicted() {
    let world = World::new("validate-faulty");
    study(&world, "a-good", &format!("{CALM}{RESULT}"));
    let impossible = RESULT.replace("responders = 40", "responders = 60");
    study(&world, "b-bad", &format!("{CALM}{RESULT}{impossible}"));
    world.write("studies/c-broken/study.toml", "name = \"C\ncitation");
    let said = world.psora(&format!("{FEW} studies"));
    assert_eq!(said.code, Some(2));
    assert!(said.err.contains("60 responders of 50"), "{}", said.err);
    assert!(said.err.contains("c-broken"), "{}", said.err);
    let value = json(&said.out);
    let status: Vec<(&str, &str)> = rows(&value)
        .iter()
        .map(|row| {
            let word = |key: &str| row[key].as_str().expect("a word");
            (word("folder"), word("status"))
        })
        .collect();
    assert_eq!(
        status,
        [
            ("a-good", "ok"),
            ("b-bad", "ok"),
            ("b-bad", "skipped"),
            ("c-broken", "skipped")
        ]
    );
}

#[test]
fn a_regimen_is_as_new_as_the_basis_makes_it() {
    let world = World::new("validate-strata");
    study(&world, "same", &format!("{CALM}{RESULT}"));
    let other = CALM.replace("100 mg", "30 mg");
    study(&world, "other", &format!("{other}{RESULT}"));
    let strata = || {
        let value = json(&world.psora(&format!("{FEW} studies")).out);
        let rows = rows(&value).iter();
        rows.map(|row| row["stratum"].as_str().expect("a word").to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(strata(), ["new mechanism", "new mechanism"]);
    world.write("evidence/basis.toml", "studies = [\"small\"]\n");
    assert_eq!(strata(), ["new dose", "regimen seen"]);
}

#[test]
fn other_trials_of_the_regimen_are_the_yardstick() {
    let world = World::new("validate-yardstick");
    study(&world, "one", &format!("{CALM}{RESULT}"));
    let fewer = RESULT.replace("responders = 40", "responders = 35");
    study(&world, "two", &format!("{CALM}{fewer}"));
    let value = json(&world.psora(&format!("{FEW} studies")).out);
    let yardstick = &value["summary"]["all"]["yardstick"];
    assert_eq!(yardstick["rows"], 2);
    // 80 and 70 percent, to the rounding of a difference.
    assert!((yardstick["mae"].as_f64().expect("points") - 10.0).abs() < 1e-9);
    // The lookup pools the library's own study with the other: 40 of 50 and 35 of 50.
    let lookup = rows(&value)[0]["lookup"].as_f64().expect("a rate");
    assert!((lookup - 0.75).abs() < 1e-12, "{lookup}");
}

#[test]
fn a_path_without_studies_is_told() {
    let world = World::new("validate-nowhere");
    let said = world.psora("validate nowhere");
    assert_eq!(said.code, Some(2));
    assert!(said.err.contains("no such folder"), "{}", said.err);
    let said = world.psora("validate model");
    assert!(said.err.contains("no study.toml"), "{}", said.err);
}

#[test]
fn the_page_holds_every_row_and_loads_nothing() {
    let world = World::new("validate-page");
    let said = world.psora("validate --patients 40 --quiet");
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(said.out.contains("PASI 75/90/100"), "{}", said.out);
    let page = world.read("results/validate-1/report.html");
    for words in ["Observed against predicted", "SMALL", "class ", "week 6"] {
        assert!(page.contains(words), "no `{words}`");
    }
    assert!(
        !page.contains("<script") && !page.contains("src="),
        "it loads something"
    );
    assert!(!page.contains("NaN"), "a number is missing");
    let csv = world.read("results/validate-1/rows.csv");
    assert_eq!(csv.lines().count(), 3, "{csv}");
}
