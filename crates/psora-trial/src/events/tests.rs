use super::*;
use crate::Regimen;
use psora_model::Route;

fn treatments() -> Vec<Treatment> {
    let drug = |name: &str, routes: &[(&str, &str)]| Treatment {
        name: name.to_owned(),
        routes: routes
            .iter()
            .map(|(route, into)| Route {
                name: (*route).to_owned(),
                into: format!("drugs.{name}.{into}"),
            })
            .collect(),
        regimens: Vec::new(),
    };
    vec![
        drug("guselkumab", &[("sc", "depot")]),
        drug("secukinumab", &[("sc", "depot"), ("iv", "central")]),
    ]
}

fn read(text: &str) -> Result<EventTable, Diagnostics> {
    EventTable::read("people.csv", text, &treatments(), &["WEIGHT", "AGE"])
}

fn table(text: &str) -> EventTable {
    read(text).unwrap_or_else(|faults| panic!("{}", faults.render(false)))
}

fn faults(text: &str) -> String {
    read(text).expect_err("the table is wrong").render(false)
}

const GOOD: &str = "\
ID,TIME,EVID,AMT,TREATMENT,CMT,ADDL,II,RATE,DV,DVID,MDV,WEIGHT,SITE
7,0,1,300,secukinumab,sc,4,7,.,.,.,1,95,12
7,28,0,.,.,.,.,.,.,8.4,PASI,0,95,12
7,35,1,300,secukinumab,iv,.,.,600,.,.,1,,12
7,84,4,100,guselkumab,,.,.,.,.,.,1,.,12
9,0,0,.,.,.,.,.,.,20.1,PASI,0,70,12
";

#[test]
fn a_table_becomes_patients_with_their_doses_written_out() {
    let patients = table(GOOD).patients();
    assert_eq!(patients.len(), 2);
    let seven = &patients[0];
    assert_eq!(seven.covariates["WEIGHT"], 95.0);
    let days: Vec<f64> = seven.doses.iter().map(|dose| dose.day).collect();
    assert_eq!(days, [0.0, 7.0, 14.0, 21.0, 28.0, 35.0, 84.0]);
    // 300 mg at 600 mg a day.
    assert_eq!(seven.doses[5].lasts_day, Some(0.5));
    assert_eq!(seven.doses[5].into, "drugs.secukinumab.central");
    assert_eq!(seven.resets, [84.0]);
    assert_eq!(seven.observations, [(28.0, "PASI".to_owned(), 8.4)]);
    assert!(patients[1].doses.is_empty());
}

#[test]
fn a_table_that_is_written_reads_the_same() {
    let once = table(GOOD);
    assert_eq!(table(&once.write()), once);
}

#[test]
fn a_regimen_is_realised_as_a_table_that_gives_the_same_doses() {
    let treatments = treatments();
    let sentence = "secukinumab 300 mg sc at 0 1 week and guselkumab 1 mg/kg every 4 week";
    let doses = Regimen::resolve(sentence, &treatments)
        .expect("a regimen")
        .doses(95.0, 84.0);
    let weight = [("WEIGHT".to_owned(), 95.0)];
    let written = EventTable::of_doses("1", &weight, &doses, &treatments).write();
    let patient = table(&written).patients().remove(0);
    let given: Vec<(f64, f64)> = patient.doses.iter().map(|d| (d.day, d.amount)).collect();
    let planned: Vec<(f64, f64)> = doses.iter().map(|d| (d.day, d.amount)).collect();
    assert_eq!(given, planned);
}

#[test]
fn a_drug_alone_in_its_column_needs_no_route_if_it_has_one() {
    let rows = table("ID,TIME,AMT,CMT\n1,0,100,guselkumab\n1,28,.,.\n").rows;
    assert_eq!(rows[0].given.as_ref().expect("given").route, "sc");
    assert_eq!(rows[1].kind, EventKind::Observation);
    // Numbers are routes in the order of the drug's file.
    let rows = table("ID,TIME,AMT,TREATMENT,CMT\n1,0,100,secukinumab,2\n").rows;
    assert_eq!(rows[0].given.as_ref().expect("given").route, "iv");
}

#[test]
fn every_fault_names_its_row_and_column() {
    for (from, to, wanted) in [
        (
            "7,28,0",
            "7,NaN,0",
            "row 3, column TIME: `NaN` is not a finite number",
        ),
        (
            "1,300,secukinumab,sc",
            "1,-300,secukinumab,sc",
            "row 2, column AMT: -300 is below zero",
        ),
        (
            "guselkumab",
            "guselkumabb",
            "row 5, column TREATMENT: the model has no treatment",
        ),
        ("guselkumab", "guselkumabb", "did you mean `guselkumab`?"),
        (
            "7,84,4",
            "7,8,4",
            "row 5, column TIME: day 8 comes after day 35",
        ),
        ("ID,TIME", "ID,TIEM", "the table has no column TIME"),
        ("ID,TIME", "ID,TIEM", "did you mean `TIME`?"),
        ("WEIGHT", "WEIHGT", "did you mean `WEIGHT`?"),
        (
            "PASI,0,70,12\n",
            "PASI,0",
            "row 6 has 12 cells, the header 14",
        ),
        (
            "7,28,0",
            "7,28,7",
            "row 3, column EVID: 7 is no kind of event",
        ),
        (
            ",4,7,",
            ",4,.,",
            "row 2, column II: doses that follow need an interval",
        ),
        (
            ",sc,",
            ",.,",
            "row 2, column CMT: secukinumab needs a route",
        ),
        (
            ",iv,",
            ",oral,",
            "row 4, column CMT: secukinumab is not given by `oral`",
        ),
        (
            "84,4,100",
            "84,4,.",
            "row 5, column AMT: a dose needs an amount",
        ),
        (
            "9,0,0,",
            "7,99,0,",
            "WEIGHT of patient 7 changes from 95 to 70",
        ),
    ] {
        assert!(GOOD.contains(from), "{from}");
        let said = faults(&GOOD.replacen(from, to, 1));
        assert!(said.contains(wanted), "{wanted}:\n{said}");
    }
    assert!(faults("").contains("empty"));
    assert!(faults("ID,TIME\n").contains("no rows"));
    let apart = format!("{GOOD}7,200,0,.,.,.,.,.,.,1,PASI,0,95,12\n");
    assert!(faults(&apart).contains("patient 7 are not together"));
}

#[test]
fn all_faults_are_told_at_once() {
    let wrong = GOOD
        .replacen("7,28,0", "7,x,0", 1)
        .replacen(",95,12", ",heavy,12", 1);
    let said = faults(&wrong);
    assert!(
        said.contains("column TIME") && said.contains("column WEIGHT"),
        "{said}"
    );
    assert!(said.contains("people.csv:3:3"), "{said}");
}
