//! The table for the terminal, and the value for programs.

mod fixture;

use psora_report::{json, table};

#[test]
fn the_table_fits_a_hundred_columns_and_has_no_colour() {
    let text = table(&fixture::trial(60));
    for line in text.lines() {
        assert!(line.chars().count() <= 100, "{line}");
    }
    assert!(!text.contains('\u{1b}'));
}

#[test]
fn the_published_share_stands_beneath_the_simulated_one_with_its_difference() {
    let mut result = fixture::trial(60);
    let row = result.arms[0]
        .endpoints
        .iter_mut()
        .find(|row| row.endpoint == "PASI90" && row.week == 16.0)
        .expect("it was measured");
    row.rate = 0.72;
    let text = table(&result);
    // 347 of 496 is 69.96%.
    assert!(text.contains("70.0 n496 +2.0"), "{text}");
    assert!(text.contains("doi:10.1016/j.jaad.2016.11.042"));
}

#[test]
fn weeks_are_those_with_published_values_and_a_few_more() {
    let text = table(&fixture::trial(20));
    let weeks: Vec<&str> = text
        .lines()
        .skip_while(|line| !line.starts_with("placebo"))
        .filter(|line| line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|word| word.parse::<u32>().is_ok())
        .collect();
    assert_eq!(weeks, ["4", "8", "12", "16", "24"]);
}

#[test]
fn failures_drop_outs_and_a_cancelled_run_are_said() {
    let mut result = fixture::trial(60);
    assert!(!table(&result).contains("PARTIAL"));
    result.partial = true;
    let text = table(&result);
    assert!(text.contains("PARTIAL"));
    assert!(
        text.contains("Failed: placebo, 1 patient: the step size fell below 1e-9 day"),
        "{text}"
    );
    assert!(text.contains("Dropped out: guselkumab 100 mg"));
}

#[test]
fn programs_read_rates_with_intervals_beside_what_was_published() {
    let result = fixture::trial(60);
    let value = json(&result, &fixture::provenance());
    let arm = &value["arms"][0];
    let row = arm["endpoints"]
        .as_array()
        .expect("a list")
        .iter()
        .find(|row| row["endpoint"] == "PASI90" && row["week"] == 16.0)
        .expect("it was measured");
    assert_eq!(row["n"], 60);
    assert!(row["q025"].as_f64() < row["rate"].as_f64());
    assert!(row["rate"].as_f64() < row["q975"].as_f64());
    assert_eq!(row["published"]["study"], "VOYAGE 2");
    assert_eq!(row["published"]["n"], 496);
    assert_eq!(arm["failures"][0]["count"], 1);
    assert_eq!(value["study"]["doi"], "10.1016/j.jaad.2016.11.042");
    for key in [
        "wall_seconds",
        "patients_per_second",
        "model",
        "scenario",
        "seed",
        "version",
    ] {
        assert!(!value[key].is_null(), "{key}");
    }
}

#[test]
fn a_number_that_does_not_exist_is_null_to_programs() {
    let mut result = fixture::trial(5);
    result.arms[0].endpoints[0].rate = f64::NAN;
    let value = json(&result, &fixture::provenance());
    assert!(value["arms"][0]["endpoints"][0]["rate"].is_null());
}
