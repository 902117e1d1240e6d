//! Text in, numbers out: lowered equations say what the text says.

mod support;

use psora_model::{CovariateEffect, Shape};
use support::{good, outputs, rates};

/// A core with sites, and two treatments that add to one open sum.
const TISSUE: &str = "module tissue\n\ntissues\n  body : body\n  skin : site [head, arms, trunk, legs]\n\ncovariates\n  WEIGHT = 88 kg range 40 .. 180 [assumed: trials] \"body weight\"\n\nfunctions\n  hill(x, K, n) = x^n / (K^n + x^n)\n";
const SKIN: &str = "module skin\n\nopen\n  block : 1 \"blockade\"\n\nspecies\n  KC = [1, 2, 3, 4] 1 in skin \"programme\"\n  blood = 2 pM in body \"in blood\"\n\nparameters\n  t = 4 day range 1 .. 10 [assumed: x]\n  region = [1, 1, 1, 1] 1 in skin range 0.3 .. 3 [assumed: x] varies lognormal 0.12\n  share = [0.1, 0.2, 0.3, 0.4] 1 in skin range 0.01 .. 0.9 [assumed: x]\n  s = 2 nM/week range 0 .. 9 [assumed: x]\n\nreactions\n  on : -> KC at region * share / (1 + block) / t\n  off : KC -> at KC / t\n  shedding : -> blood at s * mean over skin (KC)\n\noutputs\n  programme = KC in %\n  blood_level = blood in nM\n";
const ONE: &str = "module drugs.one\n\nneeds\n  WEIGHT : kg from tissue\n\nspecies\n  central = 0 mg in body\n\nparameters\n  CL = 0.5 L/day range 0.2 .. 1 [assumed: x] varies lognormal 0.3 with V 0.8 by WEIGHT / 70 kg ^ 0.75\n  V = 5 L range 1 .. 9 [assumed: x] varies normal 0.5\n\nadd\n  block = 1 + central / V / 1 mg/L\n\nreactions\n  out : central -> at CL * central / V\n\nroutes\n  iv : into central\n\nregimens\n  label : 100 mg iv at 0 week [assumed: x]\n\noutputs\n  one_concentration = central / V in mg/L\n  one_weight = WEIGHT in kg\n";
const TWO: &str =
    "module drugs.two_words\n\nneeds\n  KC : 1 from skin\n\nadd\n  block = mean over skin (KC)\n";

fn whole() -> psora_model::Model {
    good(&[TISSUE, SKIN, ONE, TWO])
}

/// Equal up to rounding: a few operations in double precision.
fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-12 * b.abs().max(1.0)
}

fn all_close(found: &[f64], wanted: &[f64]) {
    assert_eq!(found.len(), wanted.len(), "{found:?} {wanted:?}");
    for (a, b) in found.iter().zip(wanted) {
        assert!(close(*a, *b), "{found:?} is not {wanted:?}");
    }
}

#[test]
fn each_site_follows_its_own_numbers_and_the_body_their_mean() {
    let lowered = whole().lower(&[]);
    assert_eq!(lowered.sites, ["head", "arms", "trunk", "legs"]);
    let names: Vec<_> = lowered
        .states
        .iter()
        .map(|slot| (slot.name.as_str(), slot.site))
        .collect();
    assert_eq!(names[0], ("skin.KC", Some(0)));
    assert_eq!(names[3], ("skin.KC", Some(3)));
    assert_eq!(names[4], ("skin.blood", None));
    let on = |share: f64, kc: f64| share / 4.0 - kc / 4.0;
    // 2 nM a week are 2000 / 7 pM a day, times the mean of 1, 2, 3 and 4.
    let wanted = [
        on(0.1, 1.0),
        on(0.2, 2.0),
        on(0.3, 3.0),
        on(0.4, 4.0),
        2000.0 / 7.0 * 2.5,
    ];
    all_close(&rates(&lowered), &wanted);
}

#[test]
fn outputs_are_recorded_in_their_declared_unit() {
    let lowered = whole().lower(&[]);
    all_close(&outputs(&lowered), &[100.0, 200.0, 300.0, 400.0, 0.002]);
    assert_eq!(lowered.output("programme"), [0, 1, 2, 3]);
    assert_eq!(lowered.outputs[4].unit, "nM");
}

#[test]
fn a_treatment_takes_part_only_where_it_is_given() {
    let model = whole();
    let none = model.lower(&[]);
    let one = model.lower(&["one"]);
    let both = model.lower(&["one", "two_words"]);
    assert_eq!(
        (none.states.len(), one.states.len(), both.states.len()),
        (5, 6, 6)
    );
    let head = |block: f64| 0.1 / (1.0 + block) / 4.0 - 0.25;
    assert!(close(rates(&none)[0], head(0.0)));
    assert!(close(rates(&one)[0], head(1.0)));
    assert!(close(rates(&both)[0], head(1.0 + 2.5)));
}

#[test]
fn only_what_varies_and_is_read_is_a_parameter() {
    let model = whole();
    let core: Vec<_> = model
        .lower(&[])
        .parameters
        .iter()
        .map(|slot| slot.name.clone())
        .collect();
    assert_eq!(core, ["skin.region"; 4]);
    let one = model.lower(&["one"]);
    let names: Vec<_> = one
        .parameters
        .iter()
        .map(|slot| slot.name.as_str())
        .collect();
    assert_eq!(&names[..1], ["tissue.WEIGHT"]);
    assert_eq!(&names[5..], ["drugs.one.CL", "drugs.one.V"]);
    let weight = &one.parameters[0];
    assert!(weight.variation.is_none());
    assert_eq!((weight.typical, weight.factor), (88e6, 1e6));
    let clearance = one.parameters[5].variation.as_ref().expect("it varies");
    assert_eq!(clearance.shape, Some(Shape::Lognormal(0.3)));
    assert_eq!(clearance.with, [("drugs.one.V".to_owned(), 0.8)]);
    assert_eq!(clearance.range, Some((0.2, 1.0)));
    let CovariateEffect::Power {
        covariate,
        reference,
        exponent,
    } = &clearance.by[0]
    else {
        panic!("a power of weight was written");
    };
    assert_eq!(
        (covariate.as_str(), *reference, *exponent),
        ("WEIGHT", 70e6, 0.75)
    );
}

#[test]
fn the_scale_of_a_state_is_its_start_or_one_unit() {
    let text = "module a\ntissues\n  body : body\nspecies\n  x = 0 cell/mm2 in body\n  y = 7 nM in body\nreactions\n  x : -> x at 1 cell/mm2/day\n  y : -> y at 1 nM/day\n";
    let lowered = good(&[text]).lower(&[]);
    assert_eq!(lowered.equations.start, [0.0, 7e3]);
    assert_eq!(lowered.equations.scale, [1e4, 7e3]);
}

#[test]
fn equal_terms_are_one_node() {
    let text = "module a\ntissues\n  body : body\nspecies\n  x = 1 1 in body\n  y = 1 1 in body\nfunctions\n  half(x) = x / (1 + x)\nreactions\n  a : -> x at half(x * y) / 1 day\n  b : -> y at half(y * x) / 1 day\n";
    let lowered = good(&[text]).lower(&[]);
    assert_eq!(lowered.equations.rates[0], lowered.equations.rates[1]);
}

#[test]
fn the_order_of_files_and_entries_does_not_matter_to_the_equations() {
    let a = "module a\nneeds\n  y : 1 from b\ntissues\n  body : body\nspecies\n  s = 1 1 in body\nwhere\n  z = y + s\n  x = 2 * z\nreactions\n  r : -> s at x / 1 day\n";
    let b = "module b\nneeds\n  s : 1 from a\nwhere\n  y = 3 * s\n";
    let one = good(&[a, b]).lower(&[]);
    let other = good(&[
        b,
        &a.replace("  z = y + s\n  x = 2 * z\n", "  x = 2 * z\n  z = y + s\n"),
    ])
    .lower(&[]);
    assert_eq!(rates(&one), [8.0]);
    assert_eq!(rates(&one), rates(&other));
}

#[test]
fn a_calibration_sets_values_by_name_within_their_range() {
    let model = whole();
    let set = |name: &str, value: f64| model.with_values(&[(name.to_owned(), value)]);
    let slower = set("skin.t", 8.0).expect("in range");
    all_close(&rates(&slower.lower(&[]))[..1], &[0.1 / 8.0 - 1.0 / 8.0]);
    assert_eq!(slower.hash(), model.hash(), "values are not text");
    let head = set("skin.share.head", 0.5).expect("one site");
    all_close(
        &rates(&head.lower(&[]))[..2],
        &[0.5 / 4.0 - 0.25, 0.2 / 4.0 - 0.5],
    );
    let fault = |name: &str, value: f64| {
        let faults = set(name, value)
            .map(|model| model.summary())
            .expect_err("refused");
        (faults.list[0].code, faults.render(false))
    };
    assert_eq!(fault("t", 80.0).0, "outside-range");
    assert_eq!(fault("share", 0.5).0, "wrong-list");
    let (code, text) = fault("skin.regoin", 1.0);
    assert_eq!(code, "unknown-name");
    assert!(text.contains("did you mean `skin.region`?"), "{text}");
}

#[test]
fn several_parameters_of_one_name_want_the_full_one() {
    let text = |path: &str| {
        format!(
            "module {path}\nspecies\n  x{path} = 1 1 in body\nparameters\n  k = 1 1/day range 0 .. 2 [assumed: x]\nreactions\n  r : x{path} -> at k * x{path}\n"
        )
    };
    let model = good(&["module t\ntissues\n  body : body\n", &text("a"), &text("b")]);
    let faults = model
        .with_values(&[("k".to_owned(), 1.5)])
        .map(|model| model.summary())
        .expect_err("unclear");
    assert!(
        faults.render(false).contains("`a.k`, `b.k`"),
        "{}",
        faults.render(false)
    );
    let changed = model
        .with_values(&[("b.k".to_owned(), 1.5)])
        .expect("clear");
    assert_eq!(rates(&changed.lower(&[])), [-1.0, -1.5]);
}

#[test]
fn a_check_has_its_values_set_and_two_sides() {
    let checks = "\nchecks\n  it fades : from plaque with t = 2 * t, block = 3 at 4 week, mean over skin (KC) < 0.5 * mean over skin (KC(0)) [assumed: x]\n";
    let model = good(&[TISSUE, &format!("{SKIN}{checks}"), ONE, TWO]);
    let found = model.checks();
    assert_eq!(found.len(), 1);
    assert_eq!(
        (found[0].day, found[0].less, found[0].name.as_str()),
        (28.0, true, "it fades")
    );
    assert_eq!(found[0].start, psora_model::Start::Plaque);
    assert_eq!(found[0].source, "[assumed: x]");
    assert!(found[0].treatments.is_empty());
    let lowered = model.lower_check(0).expect("it exists");
    let names: Vec<_> = lowered
        .outputs
        .iter()
        .map(|slot| slot.name.as_str())
        .collect();
    assert_eq!(names, ["left", "right"]);
    all_close(&outputs(&lowered), &[2.5, 1.25]);
    all_close(&rates(&lowered)[..1], &[0.1 / 4.0 / 8.0 - 1.0 / 8.0]);
    let starts: Vec<_> = lowered
        .parameters
        .iter()
        .filter(|slot| slot.name == "skin.KC(0)")
        .map(|slot| slot.site)
        .collect();
    assert_eq!(starts, [Some(0), Some(1), Some(2), Some(3)]);
    assert!(model.lower_check(1).is_err());
}

#[test]
fn a_check_of_a_treatment_brings_the_treatment() {
    let checks = "\nchecks\n  it goes : at 1 day, central < 1 mg [assumed: x]\n";
    let model = good(&[TISSUE, SKIN, &format!("{ONE}{checks}"), TWO]);
    assert_eq!(model.checks()[0].treatments, ["one"]);
    let lowered = model.lower_check(0).expect("it exists");
    assert_eq!(lowered.state("drugs.one.central").len(), 1);
}

#[test]
fn the_hash_is_that_of_the_text() {
    let model = whole();
    assert!(model.hash().starts_with("sha256:"));
    assert_eq!(model.hash().len(), "sha256:".len() + 64);
    assert_eq!(model.hash(), whole().hash());
    let other = good(&[
        TISSUE,
        &SKIN.replace("4 day range", "5 day range"),
        ONE,
        TWO,
    ]);
    assert_ne!(model.hash(), other.hash());
}

#[test]
fn treatments_have_routes_and_regimens() {
    let model = whole();
    let names: Vec<_> = model
        .treatments()
        .iter()
        .map(|treatment| treatment.name.as_str())
        .collect();
    assert_eq!(names, ["one", "two_words"]);
    let one = &model.treatments()[0];
    assert_eq!(one.routes[0].into, "drugs.one.central");
    assert_eq!(one.regimens[0].text, "100 mg iv at 0 week");
}

#[test]
fn time_conditions_and_every_function_come_out_right() {
    let text = "module a\ntissues\n  body : body\nspecies\n  x = 4 1 in body\nwhere\n  f = exp(ln(x)) + sqrt(x) + abs(-x) + min(x, 1) + max(x, 9) + x ^ 2 + 2 ^ x + -x ^ 2\n  g = if x > 3 then 10 else 20\n  h = if time < 1 day then 100 else 200\nreactions\n  r : x' = (f + g + h) / 1 day\n";
    // 4 + 2 + 4 + 1 + 9 + 16 + 16 - 16, and 110: exponentials and logarithms cancel to rounding.
    all_close(&rates(&good(&[text]).lower(&[])), &[146.0]);
}

#[test]
fn summary_and_sources_count_what_is_there() {
    let cited = SKIN.replace(
        "4 day range 1 .. 10 [assumed: x]",
        "4 day range 1 .. 10 [@yao-2018, table 4]",
    );
    let model = good(&[TISSUE, &cited, ONE, TWO]);
    let summary = model.summary();
    assert_eq!(
        (
            summary.files,
            summary.species,
            summary.reactions,
            summary.treatments
        ),
        (5, 3, 4, 2)
    );
    assert_eq!(
        (summary.published, summary.fitted, summary.assumed),
        (1, 0, 5)
    );
    let sources = model.sources();
    assert_eq!(sources.len(), 1);
    assert_eq!(sources[0].0, "yao-2018");
    assert!(
        sources[0].1.contains("doi:10.1002/jcph.1063"),
        "{}",
        sources[0].1
    );
}
