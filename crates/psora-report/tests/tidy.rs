//! Tidy tables as CSV and Parquet.

mod fixture;

use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Row;
use psora_report::{Table, csv, tables};
use psora_trial::TrialResult;
use std::collections::BTreeMap;

fn named<'t, 'a>(tables: &'t [Table<'a>], name: &str) -> &'t Table<'a> {
    tables
        .iter()
        .find(|table| table.name == name)
        .expect("the table exists")
}

fn read(table: &Table<'_>) -> SerializedFileReader<bytes::Bytes> {
    SerializedFileReader::new(psora_report::parquet(table).into()).expect("readable")
}

fn rows(table: &Table<'_>) -> Vec<BTreeMap<String, String>> {
    let text = |row: Row| {
        row.get_column_iter()
            .map(|(k, v)| (k.clone(), v.to_string()))
            .collect()
    };
    read(table)
        .get_row_iter(None)
        .expect("rows")
        .map(|row| text(row.expect("a row")))
        .collect()
}

fn trial() -> TrialResult {
    fixture::trial(60)
}

#[test]
fn what_is_written_as_parquet_is_read_back() {
    let (result, provenance) = (trial(), fixture::provenance());
    let tables = tables(&result, &provenance);
    for table in &tables {
        let file = read(table);
        let metadata = file.metadata().file_metadata();
        assert_eq!(
            usize::try_from(metadata.num_rows()).expect("a count"),
            table.rows,
            "{}",
            table.name
        );
        let columns: Vec<&str> = metadata
            .schema_descr()
            .columns()
            .iter()
            .map(|c| c.name())
            .collect();
        let names: Vec<&str> = table.columns.iter().map(|c| c.name.as_str()).collect();
        assert_eq!(columns, names);
    }
    let endpoints = rows(named(&tables, "endpoints"));
    let row = endpoints
        .iter()
        .find(|row| row["endpoint"] == "\"PASI90\"" && row["week"] == "16.0")
        .expect("it was measured");
    assert_eq!(row["published_n"], "496");
    assert_eq!(row["published_responders"], "347");
    let unpublished = endpoints
        .iter()
        .find(|row| row["week"] == "5.0")
        .expect("a row");
    assert_eq!(unpublished["published_rate"], "null");
    assert_eq!(unpublished["published_study"], "null");
}

#[test]
fn the_file_knows_its_units_its_hashes_and_its_seed() {
    let (result, provenance) = (trial(), fixture::provenance());
    let tables = tables(&result, &provenance);
    let file = read(named(&tables, "patients"));
    let pairs = file
        .metadata()
        .file_metadata()
        .key_value_metadata()
        .expect("metadata");
    let value = |key: &str| {
        pairs
            .iter()
            .find(|pair| pair.key == key)
            .and_then(|pair| pair.value.clone())
    };
    assert_eq!(value("unit:WEIGHT_kg").as_deref(), Some("kg"));
    assert_eq!(value("label:WEIGHT_kg").as_deref(), Some("body weight"));
    assert_eq!(value("psora.model"), Some(provenance.model_hash.clone()));
    assert_eq!(
        value("psora.scenario"),
        Some(provenance.scenario_hash.clone())
    );
    assert_eq!(value("psora.seed").as_deref(), Some("1"));
    assert_eq!(value("psora.version").as_deref(), Some("0.1.0"));
}

#[test]
fn a_missed_visit_is_null_and_empty() {
    let (result, provenance) = (trial(), fixture::provenance());
    let tables = tables(&result, &provenance);
    let scores = named(&tables, "scores");
    // Patient 41 fails in week 13 in every arm.
    let row = rows(scores)
        .into_iter()
        .find(|row| row["patient"] == "41" && row["week"] == "20.0")
        .expect("the visit has its row");
    assert_eq!(
        (row["PASI"].as_str(), row["IGA"].as_str()),
        ("null", "null")
    );
    let text = csv(scores);
    let line = text
        .lines()
        .find(|line| line.contains(",41,20,"))
        .expect("the visit has its line");
    assert!(line.ends_with(&",".repeat(19)), "{line}");
}

#[test]
fn trajectories_are_long_hold_every_site_and_are_no_csv() {
    let (result, provenance) = (fixture::trial(3), fixture::provenance());
    let tables = tables(&result, &provenance);
    let trajectories = named(&tables, "trajectories");
    assert!(!trajectories.csv);
    assert!(
        tables
            .iter()
            .filter(|table| table.name != "trajectories")
            .all(|table| table.csv)
    );
    let rows = rows(trajectories);
    let row = rows
        .iter()
        .find(|row| {
            row["patient"] == "2"
                && row["variable"] == "\"IL17A\""
                && row["site"] == "\"trunk\""
                && row["week"] == "8.0"
        })
        .expect("the value has its row");
    let arm = &result.arms[0];
    let slot = arm
        .outputs
        .iter()
        .position(|o| o.name == "IL17A" && o.site == Some(2))
        .expect("a slot");
    let expected = arm.patients[2].outputs[8 * arm.outputs.len() + slot];
    let found: f64 = row["value"].parse().expect("a number");
    // Single precision keeps seven digits.
    assert!((found / expected - 1.0).abs() < 1e-6);
    assert_eq!(row["unit"], "\"pM\"");
    assert!(
        rows.iter()
            .any(|row| row["variable"] == "\"CRP\"" && row["site"] == "null")
    );
}

#[test]
fn row_groups_are_bounded() {
    let (result, provenance) = (trial(), fixture::provenance());
    let tables = tables(&result, &provenance);
    let file = read(named(&tables, "trajectories"));
    assert!(file.num_row_groups() > result.arms.len());
    for group in file.metadata().row_groups() {
        assert!(group.num_rows() <= 100_000, "{}", group.num_rows());
    }
}

#[test]
fn words_with_commas_and_quotes_are_quoted_in_csv() {
    let mut result = fixture::trial(1);
    result.arms.truncate(1);
    result.arms[0].name = "drug \"x\", 40 mg\nweekly".to_owned();
    let provenance = fixture::provenance();
    let tables = tables(&result, &provenance);
    let text = csv(named(&tables, "patients"));
    let (header, rest) = text.split_once('\n').expect("a header");
    assert!(
        header.starts_with("arm,patient,AGE_year,DURATION_year,PRIOR_BIOLOGIC,WEIGHT_kg,status")
    );
    assert!(
        rest.starts_with("\"drug \"\"x\"\", 40 mg\nweekly\",0,"),
        "{rest}"
    );
}

#[test]
fn the_same_run_gives_the_same_bytes_however_long_it_took() {
    let result = trial();
    let quick = fixture::provenance();
    let mut slow = quick.clone();
    slow.wall_seconds = 1000.0;
    slow.threads = 64;
    slow.lanes = 1;
    let bytes = |provenance| -> Vec<Vec<u8>> {
        tables(&result, provenance)
            .iter()
            .map(psora_report::parquet)
            .collect()
    };
    assert!(bytes(&quick) == bytes(&slow));
}

#[test]
fn a_table_can_be_written_on_another_thread() {
    fn send<T: Send + Sync>(_: &T) {}
    let (result, provenance) = (fixture::trial(1), fixture::provenance());
    send(&tables(&result, &provenance));
}
