//! Repository chores: `cargo xtask test`, `cargo xtask deny`.
//!
//! `test` is what the gate runs. It needs a Rust toolchain and nothing else: whatever more
//! it wants, it installs with cargo. Everything is built in one profile, since building the
//! tree is most of what the gate costs.

use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::Instant;

const USAGE: &str = "\
usage: cargo xtask CHORE

  test   formatting, lints, documentation, the model's checks, a small trial, and every test
  deny   licences and sources of all dependencies (installs cargo-deny on first use)
";

/// The repository's root.
const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

fn main() -> ExitCode {
    let chore = std::env::args().nth(1);
    let done = match chore.as_deref() {
        Some("test") => test(),
        Some("deny") => deny(),
        _ => Err(USAGE.to_owned()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

/// Every step runs although one before it failed: one look at the gate shows all.
fn test() -> Result<(), String> {
    let mut failed = Vec::new();
    let mut step = |result: Result<(), String>| failed.extend(result.err());
    step(cargo("fmt --all -- --check"));
    step(cargo(
        "clippy --workspace --all-targets --quiet -- -D warnings",
    ));
    step(cargo("doc --workspace --no-deps --quiet"));
    match cargo("test --workspace --no-run --quiet") {
        Ok(()) => {
            // The tests' build holds the program too.
            step(psora("format --check model"));
            step(psora("check"));
            step(psora("run quick --quiet --out target/gate"));
            step(psora("phenomena --sentinels --quiet --out target/gate"));
            step(cargo("test --workspace --no-fail-fast"));
        }
        Err(message) => step(Err(message)),
    }
    if failed.is_empty() {
        Ok(())
    } else {
        Err(failed.join("\n"))
    }
}

fn deny() -> Result<(), String> {
    if !Command::new("cargo")
        .args(["deny", "--version"])
        .output()
        .is_ok_and(|o| o.status.success())
    {
        cargo("install cargo-deny --locked")?;
    }
    cargo("deny check licenses bans sources")
}

fn cargo(arguments: &str) -> Result<(), String> {
    run(Command::new("cargo"), "cargo", arguments)
}

/// The program as the tests' build left it.
fn psora(arguments: &str) -> Result<(), String> {
    let target = std::env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into());
    let program = Path::new(ROOT)
        .join(target)
        .join("debug")
        .join(format!("psora{}", std::env::consts::EXE_SUFFIX));
    run(Command::new(program), "psora", arguments)
}

/// Runs one command in the repository's root and shows what it prints, and how long it took.
fn run(mut command: Command, name: &str, arguments: &str) -> Result<(), String> {
    eprintln!("==> {name} {arguments}");
    let began = Instant::now();
    let status = command
        .args(arguments.split(' '))
        .current_dir(ROOT)
        .status()
        .map_err(|error| format!("{name} could not be started: {error}"))?;
    eprintln!("    {:.0} s", began.elapsed().as_secs_f64());
    if status.success() {
        Ok(())
    } else {
        Err(format!("failed: {name} {arguments}"))
    }
}
