//! Writes the page and the terminal table of an invented trial, to look at them.

#[path = "../tests/fixture/mod.rs"]
mod fixture;

fn main() -> std::io::Result<()> {
    let patients = std::env::args()
        .nth(1)
        .and_then(|n| n.parse().ok())
        .unwrap_or(200);
    let (result, provenance) = (fixture::trial(patients), fixture::provenance());
    let folder = std::path::Path::new("target/invented");
    std::fs::create_dir_all(folder)?;
    std::fs::write(
        folder.join("report.html"),
        psora_report::page(&result, &provenance),
    )?;
    std::fs::write(folder.join("table.txt"), psora_report::table(&result))?;
    for table in psora_report::tables(&result, &provenance) {
        let bytes = psora_report::parquet(&table);
        std::fs::write(folder.join(format!("{}.parquet", table.name)), bytes)?;
    }
    Ok(())
}
