//! What the reader sees: results on stdout, everything else on stderr.

use psora::Error;
use std::io::{self, IsTerminal as _, Write as _};

/// Prints results.
pub(crate) fn say(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

/// Prints a line about the run. Nobody listening is no reason to stop.
pub(crate) fn warn(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}

/// Prints what is wrong.
pub(crate) fn complain(error: &Error) {
    match error {
        Error::Texts(faults) => {
            let _ = write!(io::stderr(), "{}", faults.render(colour()));
        }
        other => warn(&format!(
            "error: {other}\n  help: try another place, with --out DIR"
        )),
    }
}

/// Whether stderr takes colours, and the reader wants them.
fn colour() -> bool {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    io::stderr().is_terminal() && !set("NO_COLOR") && !dumb
}
