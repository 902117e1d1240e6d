//! The page: complete in itself, honest about gaps, and whole for any input.

mod fixture;

use psora_report::page;
use psora_trial::{Status, TrialResult};
use std::collections::BTreeSet;

fn page_of(result: &TrialResult) -> String {
    let html = page(result, &fixture::provenance());
    for path in attributes(&html, " d=\"") {
        assert!(
            !path.contains("NaN") && !path.contains("inf"),
            "a path holds what is not a number: {path}"
        );
    }
    assert!(!html.contains("NaN"), "the page shows NaN");
    html
}

/// The values of an attribute, in order.
fn attributes<'a>(html: &'a str, opening: &str) -> Vec<&'a str> {
    html.split(opening)
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap_or_default())
        .collect()
}

#[test]
fn the_page_loads_nothing_and_links_only_to_dois() {
    let html = page_of(&fixture::trial(60));
    for attribute in [" src=\"", " href=\""] {
        for address in attributes(&html, attribute) {
            assert!(address.starts_with("https://doi.org/10."), "{address}");
        }
    }
    for word in ["@import", "url(", "fetch(", "XMLHttpRequest", "http://"] {
        assert!(!html.contains(word), "the page holds {word}");
    }
}

#[test]
fn identifiers_are_unique_and_every_reference_finds_one() {
    let html = page_of(&fixture::trial(60));
    let ids = attributes(&html, " id=\"");
    let unique: BTreeSet<_> = ids.iter().copied().collect();
    assert_eq!(ids.len(), unique.len());
    let references = attributes(&html, " aria-labelledby=\"")
        .into_iter()
        .flat_map(str::split_whitespace);
    for reference in references.chain(attributes(&html, " for=\"")) {
        assert!(unique.contains(reference), "nothing is called {reference}");
    }
}

#[test]
fn every_published_share_is_drawn_with_its_interval_where_its_value_says() {
    let result = fixture::trial(60);
    let published = result
        .arms
        .iter()
        .flat_map(|arm| &arm.endpoints)
        .filter(|row| row.published.is_some())
        .count();
    let html = page_of(&result);
    let section = section(&html, "responses");
    let figure = section
        .split("</ul>")
        .nth(1)
        .expect("a legend, then the figure");
    assert_eq!(figure.matches(" published\"").count(), published);
    // A whisker is a line and two caps.
    assert_eq!(figure.matches(" whisker\"").count(), 3 * published);
    // PASI 90 of guselkumab at week 16 is 347 of 496: 224 - 0.6996 * 188 = 92.5 pixels down.
    assert!(
        figure.contains(" 92.5a3.8"),
        "the marker is not at its height"
    );
}

/// A section of the page, by its identifier.
fn section<'a>(html: &'a str, id: &str) -> &'a str {
    let start = html
        .find(&format!("<section id=\"{id}\">"))
        .expect("the section exists");
    let end = html[start..].find("</section>").expect("the section ends");
    &html[start..start + end]
}

#[test]
fn exactly_one_patient_of_an_arm_is_shown_without_the_script() {
    let html = page_of(&fixture::trial(60));
    let inside = section(&html, "inside");
    let svgs: Vec<&str> = inside
        .split("<svg ")
        .skip(1)
        .map(|svg| svg.split("</svg>").next().unwrap_or(svg))
        .collect();
    assert!(
        svgs.len() > 30,
        "two treated arms with about twenty panels each"
    );
    for svg in svgs {
        assert_eq!(svg.matches("patient chosen").count(), 1);
    }
    assert!(inside.contains("median responder: number"));
    assert!(inside.contains("dropped out: number"));
}

#[test]
fn the_page_says_how_to_repeat_the_run_and_that_it_is_no_advice() {
    let html = page_of(&fixture::trial(20));
    let provenance = fixture::provenance();
    for text in [
        &provenance.command,
        &provenance.scenario_hash,
        &provenance.model_hash,
        &provenance.calibration,
    ] {
        assert!(html.contains(text.as_str()), "{text}");
    }
    assert!(
        html.contains("# &lt;&amp;&gt;"),
        "the scenario text is escaped"
    );
    assert!(html.contains("medical advice"));
}

#[test]
fn the_same_result_gives_the_same_page() {
    assert_eq!(page_of(&fixture::trial(30)), page_of(&fixture::trial(30)));
}

#[test]
fn a_page_of_strange_results_is_still_a_page() {
    for (name, result) in strange() {
        let html = page_of(&result);
        assert!(html.ends_with("</html>\n"), "{name}");
        assert_eq!(
            html.matches("<svg ").count(),
            html.matches("</svg>").count(),
            "{name}"
        );
        assert_eq!(
            html.matches("<section").count(),
            html.matches("</section>").count(),
            "{name}"
        );
        assert_eq!(html.contains("PARTIAL"), result.partial, "{name}");
        assert!(
            psora_report::table(&result)
                .lines()
                .all(|line| line.chars().count() <= 100)
        );
        for table in psora_report::tables(&result, &fixture::provenance()) {
            assert!(!psora_report::csv(&table).contains("NaN"), "{name}");
            assert!(psora_report::parquet(&table).starts_with(b"PAR1"), "{name}");
        }
        let _ = psora_report::json(&result, &fixture::provenance());
    }
}

/// Results at the edges of what a trial may return.
fn strange() -> Vec<(&'static str, TrialResult)> {
    let change = |change: fn(&mut TrialResult)| {
        let mut result = fixture::trial(12);
        change(&mut result);
        result
    };
    vec![
        ("no patient", fixture::trial(0)),
        ("one patient", fixture::trial(1)),
        ("no arm", change(|r| r.arms.clear())),
        ("one arm", change(|r| r.arms.truncate(1))),
        (
            "no visit",
            change(|r| {
                r.weeks.clear();
                for arm in &mut r.arms {
                    arm.endpoints.clear();
                    arm.means.clear();
                    for patient in &mut arm.patients {
                        patient.scores.clear();
                        patient.outputs.clear();
                    }
                }
            }),
        ),
        (
            "nothing published",
            change(|r| {
                r.study = None;
                r.published_baseline.clear();
                for row in r.arms.iter_mut().flat_map(|arm| &mut arm.endpoints) {
                    row.published = None;
                }
            }),
        ),
        (
            "partial",
            change(|r| {
                r.partial = true;
                r.arms[1].patients.truncate(3);
                r.arms[2].patients.clear();
            }),
        ),
        (
            "not a number anywhere",
            change(|r| {
                for arm in &mut r.arms {
                    for row in &mut arm.endpoints {
                        (row.rate, row.interval.low, row.interval.high) =
                            (f64::NAN, f64::NAN, f64::NAN);
                    }
                    for row in &mut arm.means {
                        (row.mean, row.sd) = (f64::NAN, f64::INFINITY);
                        row.quantiles = [f64::NAN; 5];
                        row.published = Some((f64::NAN, f64::NAN));
                    }
                    for patient in &mut arm.patients {
                        patient.outputs.fill(f64::NAN);
                        patient
                            .covariates
                            .values_mut()
                            .for_each(|value| *value = f64::NAN);
                        for scores in patient.scores.iter_mut().flatten() {
                            (scores.pasi, scores.bsa) = (f64::NAN, f64::NAN);
                        }
                    }
                }
            }),
        ),
        (
            "all failed at once",
            change(|r| {
                for patient in r.arms.iter_mut().flat_map(|arm| &mut arm.patients) {
                    patient.scores.fill(None);
                    patient.outputs.clear();
                    patient.status = Status::Failed {
                        week: 0.0,
                        state: "skin.K16".to_owned(),
                        why: "<no> \"start\"".to_owned(),
                    };
                }
            }),
        ),
        (
            "constant outputs",
            change(|r| {
                for patient in r.arms.iter_mut().flat_map(|arm| &mut arm.patients) {
                    patient.outputs.fill(7.0);
                }
            }),
        ),
        (
            "zero outputs",
            change(|r| {
                for patient in r.arms.iter_mut().flat_map(|arm| &mut arm.patients) {
                    patient.outputs.fill(0.0);
                }
            }),
        ),
    ]
}
