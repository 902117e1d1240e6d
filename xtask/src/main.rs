//! Repository chores: `cargo xtask test`, `cargo xtask deny`.
//!
//! `test` is what the gate runs. It needs a Rust toolchain and nothing else: whatever more
//! it wants, it installs with cargo.

use std::process::{Command, ExitCode};

const USAGE: &str = "\
usage: cargo xtask CHORE

  test   formatting, lints, every test, every model check, and the README's first command
  deny   licences and sources of all dependencies (installs cargo-deny on first use)
";

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

fn test() -> Result<(), String> {
    cargo(&["fmt", "--all", "--", "--check"])?;
    cargo(&[
        "clippy",
        "--workspace",
        "--all-targets",
        "--quiet",
        "--",
        "-D",
        "warnings",
    ])?;
    cargo(&["doc", "--workspace", "--no-deps", "--quiet"])?;
    cargo(&["run", "--release", "--", "check", "model"])?;
    cargo(&["run", "--release", "--", "run", "scenarios/quick.toml"])?;
    cargo(&["test", "--workspace"])
}

fn deny() -> Result<(), String> {
    if !Command::new("cargo")
        .args(["deny", "--version"])
        .output()
        .is_ok_and(|o| o.status.success())
    {
        cargo(&["install", "cargo-deny", "--locked"])?;
    }
    cargo(&["deny", "check", "licenses", "bans", "sources"])
}

/// Runs one cargo command in the repository's root and shows what it prints.
fn cargo(arguments: &[&str]) -> Result<(), String> {
    eprintln!("==> cargo {}", arguments.join(" "));
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    let status = Command::new("cargo")
        .args(arguments)
        .current_dir(root)
        .status()
        .map_err(|error| format!("cargo could not be started: {error}"))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("failed: cargo {}", arguments.join(" ")))
    }
}
