//! What a study's text may say, and what it is told.

use super::read::read;

const STUDY: &str = r#"
name     = "VOYAGE 2"
citation = "doi:10.1016/j.jaad.2016.11.042"
year     = 2017

[population]
n = 992
pasi           = { mean = 21.7, sd = 9.0 }
weight_kg      = { mean = 89.1, sd = 21.9 }
prior_biologic = 0.21
inclusion      = ["PASI >= 12", "BSA >= 10 %", "candidate for phototherapy"]

[[arm]]
name    = "guselkumab 100 mg"
n       = 496
regimen = "guselkumab 100 mg sc at 0 4 12 20 week"
imputation = "NRI"

[[arm.result]]
week       = 16
endpoint   = "PASI90"
responders = 347
of         = 496

[[arm.result]]
week     = 24
quantity = "PASI"
mean = 2.6
sd   = 4.1
n    = 400

[[arm]]
name   = "events"
drug   = "guselkumab"
route  = "sc"
events = [[0, 100], [4, 50.5]]
until  = "28 week"
rescue = false
"#;

fn faults(text: &str) -> String {
    read("study.toml", text)
        .expect_err("the text is wrong")
        .render(false)
}

fn changed(from: &str, to: &str) -> String {
    assert!(STUDY.contains(from), "{from}");
    STUDY.replacen(from, to, 1)
}

#[test]
fn a_study_is_read_as_it_is_written() {
    let study = read("study.toml", STUDY).unwrap_or_else(|f| panic!("{}", f.render(false)));
    assert_eq!((study.name.as_str(), study.year), ("VOYAGE 2", Some(2017)));
    assert_eq!(study.weeks(), [16.0, 24.0]);
    let arm = &study.arms[0];
    assert_eq!(
        &STUDY[arm.regimen_span.clone()],
        format!("\"{}\"", arm.regimen)
    );
    assert_eq!(arm.results[0].imputation.as_deref(), Some("NRI"));
    let (responders, of, interval) = arm.results[0].responders("PASI90", 16.0).expect("found");
    assert_eq!((responders, of), (347, 496));
    // Wilson 95 % interval of 347 of 496, worked by hand.
    assert!((interval.low - 0.6578).abs() < 1e-4 && (interval.high - 0.7383).abs() < 1e-4);
    // 4.1 / sqrt(400).
    assert_eq!(arm.results[1].mean("PASI", 24.0), Some((2.6, 4.1 / 20.0)));
    assert_eq!(
        study.arms[1].regimen,
        "guselkumab 100 mg sc at 0 week and guselkumab 50.5 mg sc at 4 week until 28 week"
    );
    assert_eq!(
        study.arms[1].remarks,
        [("rescue".to_owned(), "no".to_owned())]
    );
    assert!(
        study
            .population
            .in_words()
            .contains(&("pasi".into(), "21.7 (9)".into()))
    );
    assert!(
        study
            .population
            .in_words()
            .contains(&("prior_biologic".into(), "21 %".into()))
    );
}

#[test]
fn each_fault_is_told_with_a_way_out() {
    for (from, to, told) in [
        (
            "responders = 347",
            "responders = 497",
            "497 responders of 496 patients",
        ),
        (
            "of         = 496",
            "of         = 500",
            "500 patients of an arm of 496",
        ),
        (
            "week       = 16",
            "week       = -1",
            "`week` must be at least 0",
        ),
        (
            "endpoint   = \"PASI90\"",
            "endpoint   = \"PASI9O\"",
            "did you mean `PASI90`?",
        ),
        (
            "endpoint   = \"PASI90\"",
            "",
            "either an `endpoint` or a `quantity`",
        ),
        ("weight_kg ", "wieght_kg ", "did you mean `weight_kg`?"),
        (
            "prior_biologic = 0.21",
            "prior_biologic = 21",
            "21 % is 0.21",
        ),
        ("PASI >= 12", "PASI = 12", "is not understood"),
        (
            "doi:10.1016/j.jaad.2016.11.042",
            "doi:jaad.2016",
            "is not a DOI",
        ),
        (
            "doi:10.1016/",
            "https://doi.org/10.1016/",
            "without its web address",
        ),
        (
            "100 mg sc at 0 4 12 20 week",
            "100 mgs sc at 0 week",
            "did you mean `mg`?",
        ),
        ("\"events\"", "\"guselkumab 100 mg\"", "is here twice"),
        (
            "[[0, 100], [4, 50.5]]",
            "[[0, 100], [4]]",
            "a list of pairs of week and mg",
        ),
        ("28 week", "28", "is not a time"),
        ("2017", "217", "no study is of this year"),
        (
            "mean = 2.6",
            "median = \"two\"",
            "`median` must be a finite number",
        ),
    ] {
        let shown = faults(&changed(from, to));
        assert!(shown.contains(told), "{to}:\n{shown}");
        assert!(shown.contains("study.toml:"), "a place:\n{shown}");
    }
}

#[test]
fn a_fault_in_a_regimen_points_into_its_sentence() {
    let text = changed("100 mg sc at 0 4 12 20 week", "100 mgs sc at 0 week");
    let found = read("study.toml", &text).expect_err("the text is wrong");
    let span = found.list[0].span.clone().expect("a place");
    assert_eq!(&text[span], "mgs");
}

#[test]
fn all_faults_come_at_once_in_order() {
    let text = STUDY
        .replace("2017", "217")
        .replace("responders = 347", "responders = 497")
        .replace("rescue", "rescu");
    let found = read("study.toml", &text).expect_err("the text is wrong");
    assert_eq!(found.list.len(), 3);
    assert!(
        found
            .list
            .is_sorted_by_key(|fault| fault.span.clone().map(|span| span.start))
    );
}

#[test]
fn a_subgroup_stands_for_itself() {
    let text = changed(
        "of         = 496",
        "of         = 500\nsubgroup = \"heavier\"",
    );
    let study = read("study.toml", &text).unwrap_or_else(|f| panic!("{}", f.render(false)));
    assert_eq!(study.arms[0].results[0].responders("PASI90", 16.0), None);
}
