//! How a run gets on: a bar on a terminal, else a plain line every ten seconds at most.
//!
//! It also hears Ctrl-C: once asks the run to stop after the patients that have begun,
//! twice leaves at once.

use crate::terminal::warn;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use psora::Watch;
use std::fmt::Write;
use std::io::{self, IsTerminal as _};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// The time between two lines where there is no terminal.
const PAUSE: Duration = Duration::from_secs(10);

/// Shows progress and hears Ctrl-C.
pub(crate) struct Progress {
    display: Display,
    stop: Arc<AtomicBool>,
}

enum Display {
    Nothing,
    Bar(ProgressBar),
    Lines(Mutex<Lines>),
}

struct Lines {
    stage: String,
    patients: usize,
    done: usize,
    began: Instant,
    last: Option<Instant>,
}

impl Progress {
    pub(crate) fn new(quiet: bool) -> Self {
        let display = if quiet {
            Display::Nothing
        } else if io::stderr().is_terminal() {
            Display::Bar(bar())
        } else {
            Display::Lines(Mutex::new(Lines {
                stage: String::new(),
                patients: 0,
                done: 0,
                began: Instant::now(),
                last: None,
            }))
        };
        Self {
            display,
            stop: Arc::default(),
        }
    }

    /// From now on Ctrl-C asks the run to stop.
    pub(crate) fn stop_on_interrupt(&self) {
        let stop = Arc::clone(&self.stop);
        // Without a handler Ctrl-C ends the program, which leaves only a folder whose name
        // says that it is not whole.
        let _ = ctrlc::set_handler(move || {
            if stop.swap(true, Ordering::Relaxed) {
                std::process::exit(130);
            }
            warn("stopping after the patients that have begun; Ctrl-C again leaves at once");
        });
    }

    /// Takes the bar away.
    pub(crate) fn finish(&self) {
        if let Display::Bar(bar) = &self.display {
            bar.finish_and_clear();
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.finish();
    }
}

impl Watch for Progress {
    fn stage(&self, name: &str, patients: usize) {
        match &self.display {
            Display::Nothing => {}
            Display::Bar(bar) => {
                bar.set_message(name.to_owned());
                bar.set_length(patients as u64);
                bar.reset();
            }
            Display::Lines(lines) => {
                let mut lines = lines.lock().expect("no line panicked");
                name.clone_into(&mut lines.stage);
                lines.patients = patients;
                lines.done = 0;
                lines.began = Instant::now();
                lines.tell();
            }
        }
    }

    fn advance(&self, patients: usize) {
        match &self.display {
            Display::Nothing => {}
            Display::Bar(bar) => bar.inc(patients as u64),
            Display::Lines(lines) => {
                let mut lines = lines.lock().expect("no line panicked");
                lines.done += patients;
                lines.tell();
            }
        }
    }

    fn cancelled(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}

fn bar() -> ProgressBar {
    let style = ProgressStyle::with_template(
        "{msg:28!} {bar:24} {pos:>6} of {len} patients, {rate:>6}/s, {eta} left",
    )
    .expect("the template is well formed")
    .with_key("rate", |state: &ProgressState, out: &mut dyn Write| {
        // A bar that cannot be drawn is no reason to stop.
        let _ = write!(out, "{:.0}", state.per_sec());
    });
    let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr_with_hz(5));
    bar.set_style(style);
    bar
}

impl Lines {
    fn tell(&mut self) {
        if self.last.is_some_and(|last| last.elapsed() < PAUSE) {
            return;
        }
        self.last = Some(Instant::now());
        let rate = self.done as f64 / self.began.elapsed().as_secs_f64().max(1e-9);
        if self.done == 0 {
            warn(&format!("{}: {} patients", self.stage, self.patients));
        } else {
            let left = self.patients.saturating_sub(self.done) as f64 / rate;
            warn(&format!(
                "{}: {} of {} patients, {rate:.0}/s, {left:.0} s left",
                self.stage, self.done, self.patients
            ));
        }
    }
}
