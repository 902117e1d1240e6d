use super::*;
use crate::population::tests::population;
use crate::{Quiet, Regimen};
use psora_model::{Files, Model};

/// A drug of one space, half of it gone every ten days, in everybody alike.
const DRUG: &str = "\
module drugs.plain

species
  depot   = 0 mg in body \"in the muscle\"
  central = 0 mg in body \"in blood\"

parameters
  k_a = 2.0      1/day range 1 .. 3      [assumed: for the test] \"uptake\"
  k   = 0.069315 1/day range 0.01 .. 0.2 [assumed: for the test] \"loss, ln 2 over ten days\"
  V   = 5.0      L     range 1 .. 9      [assumed: for the test] \"volume\"

reactions
  uptake : depot   -> central at k_a * depot
  loss   : central ->         at k * central

routes
  im : into depot \"into a muscle\"

outputs
  plain_concentration = central / V in mg/L \"plain in blood\"
";

const CORE: &str = "\
model small

use
  drugs.plain

tissues
  body : body \"blood\"

species
  rest = 1 1 in body \"what a level does not need\"

parameters
  d = 1 1/day range 0.5 .. 2 [assumed: for the test] \"pace\"

reactions
  rest leaves : rest -> at d * rest

outputs
  rest = rest in 1 \"the rest\"
";

struct Texts;

impl Files for Texts {
    fn read(&self, path: &str) -> Result<String, String> {
        match path {
            "small.psora" => Ok(CORE.to_owned()),
            "drugs/plain.psora" => Ok(DRUG.to_owned()),
            _ => Err("there is no such file".to_owned()),
        }
    }
}

fn model() -> Model {
    Model::read("small.psora", &Texts).unwrap_or_else(|faults| panic!("{}", faults.render(false)))
}

fn figures(keys: &str) -> Vec<Figure> {
    let text = format!("drug = \"plain\"\n[[figure]]\n{keys}\nsource = \"for the test\"\n");
    Exposures::read("plain.toml", &text)
        .unwrap_or_else(|faults| panic!("{}", faults.render(false)))
        .figures
}

fn outcome(keys: &str) -> Outcome {
    let model = model();
    let figures: Vec<(Figure, Regimen)> = figures(keys)
        .into_iter()
        .map(|figure| {
            let regimen = Regimen::parse(&figure.regimen, &model).expect("a regimen");
            (figure, regimen)
        })
        .collect();
    simulate(&figures, &model, &population(), 1, &Quiet)
        .unwrap_or_else(|faults| panic!("{faults:?}"))
        .remove(0)
}

const ONCE: &str = "regimen = \"plain 100 mg at 0 day\"";
const WEEKLY: &str = "regimen = \"plain 100 mg every 1 week\"";

#[test]
fn a_level_alone_integrates_nothing_else() {
    let lowered = model().lower(&["plain"]);
    let alone = lowered.only(&["plain_concentration"]);
    assert_eq!((lowered.states.len(), alone.states.len()), (3, 2));
    assert_eq!(alone.outputs.len(), 1);
}

#[test]
fn a_half_life_is_that_of_the_loss_once_uptake_is_over() {
    let keys = format!(
        "{ONCE}\nquantity = \"half_life\"\nwindow_day = [14, 42]\nvalue = 10\nunit = \"day\""
    );
    let outcome = outcome(&keys);
    let simulated = outcome.simulated.expect("simulated");
    // Uptake is over after two weeks but for exp(-28).
    assert!((simulated.value - 10.0).abs() < 1e-3, "{simulated:?}");
    assert!(outcome.holds() && simulated.sd < 1e-6);
}

#[test]
fn areas_troughs_and_accumulation_are_those_of_the_formula() {
    // Dose over volume and loss; the tail beyond 84 days is 0.3 percent of it.
    let whole = 100.0 / (5.0 * 0.069_315);
    let keys = format!("{ONCE}\nquantity = \"auc\"\nvalue = {whole}\nunit = \"mg/L*day\"");
    let area = outcome(&keys).simulated.expect("simulated").value;
    assert!((area / whole - 1.0).abs() < 0.005, "{area} of {whole}");
    // In hours and nanograms it is the same area.
    let keys = format!("{ONCE}\nquantity = \"auc\"\nvalue = 1\nunit = \"ng/mL*h\"");
    let other = outcome(&keys).simulated.expect("simulated").value;
    assert!((other / (area * 24_000.0) - 1.0).abs() < 1e-9, "{other}");
    // A week leaves 2^-0.7 of a dose: one over one less that many.
    let steady = 1.0 / (1.0 - 0.5_f64.powf(0.7));
    let keys =
        format!("{WEEKLY}\nweek = 30\nquantity = \"accumulation\"\nvalue = {steady}\nunit = \"1\"");
    let outcome = outcome(&keys);
    let found = outcome.simulated.expect("simulated").value;
    // The first week's area lacks what is still in the muscle: under a tenth.
    assert!((found / steady - 1.0).abs() < 0.15, "{found} of {steady}");
}

#[test]
fn a_figure_is_held_to_its_interval_or_to_a_fifth() {
    let peak = |rest: &str| {
        outcome(&format!(
            "{ONCE}\nquantity = \"cmax\"\nunit = \"mg/L\"\n{rest}"
        ))
    };
    // 20 mg/L if uptake took no time: some 17.6.
    assert!(peak("value = 16").holds());
    assert!(!peak("value = 14").holds());
    // A wide spread between patients does not widen what may be missed.
    assert!(!peak("value = 14\nsd = 10").holds());
    assert!(peak("interval = [17, 18]").holds());
    assert!(!peak("interval = [18, 30]").holds());
}

#[test]
fn what_is_wrong_with_a_figure_is_said() {
    let read = |keys: &str| {
        Exposures::read(
            "plain.toml",
            &format!("drug = \"plain\"\n[[figure]]\n{keys}"),
        )
        .expect_err("wrong")
        .render(false)
    };
    let said = read("regimen = \"plain 100 mg evry 1 week\"\nquantity = \"cmaxx\"\nunit = \"mgg\"");
    for wanted in [
        "expected when",
        "did you mean `cmax`?",
        "`mgg` is not a unit",
        "`source` is missing",
        "`value` is missing",
    ] {
        assert!(said.contains(wanted), "{wanted}: {said}");
    }
    let figures = figures(&format!(
        "{ONCE}\nquantity = \"cmax\"\nunit = \"day\"\nvalue = 1"
    ));
    let model = model();
    let regimen = Regimen::parse(&figures[0].regimen, &model).expect("a regimen");
    let faults = simulate(
        &[(figures[0].clone(), regimen)],
        &model,
        &population(),
        1,
        &Quiet,
    )
    .expect_err("a peak is no time");
    assert!(
        faults[0].message.contains("no unit of a peak"),
        "{faults:?}"
    );
}
