//! Threads for a run, and someone who watches it.

use crate::Error;
use psora_trial::Host;
use rayon::prelude::*;

/// Who is told how a run gets on, and may stop it.
pub trait Watch: Sync {
    /// A stage begins in which `patients` will be simulated.
    fn stage(&self, name: &str, patients: usize);

    /// So many more patients of the stage are done.
    fn advance(&self, patients: usize);

    /// Whether the reader has asked to stop.
    fn cancelled(&self) -> bool;
}

/// Watches nothing and never stops.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unwatched;

impl Watch for Unwatched {
    fn stage(&self, _name: &str, _patients: usize) {}

    fn advance(&self, _patients: usize) {}

    fn cancelled(&self) -> bool {
        false
    }
}

/// A fixed number of threads: the [`Host`] of a run.
pub struct Pool<'a> {
    threads: rayon::ThreadPool,
    watch: &'a dyn Watch,
}

impl std::fmt::Debug for Pool<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Pool of {} threads", self.threads())
    }
}

impl<'a> Pool<'a> {
    /// So many threads, or as many as the machine has cores.
    ///
    /// # Errors
    /// When the machine does not give them.
    pub fn new(threads: Option<usize>, watch: &'a dyn Watch) -> Result<Self, Error> {
        // Zero lets rayon count the cores.
        let wanted = threads.unwrap_or(0);
        rayon::ThreadPoolBuilder::new()
            .num_threads(wanted)
            .build()
            .map(|threads| Self { threads, watch })
            .map_err(|error| Error::Threads {
                threads: wanted,
                why: error.to_string(),
            })
    }

    /// How many threads there are.
    #[must_use]
    pub fn threads(&self) -> usize {
        self.threads.current_num_threads()
    }
}

impl Host for Pool<'_> {
    fn for_each(&self, count: usize, task: &(dyn Fn(usize) + Sync)) {
        // One task at a time: blocks differ in cost, and the order of the last ones decides
        // how long the slowest thread keeps the others waiting.
        self.threads
            .install(|| (0..count).into_par_iter().with_max_len(1).for_each(task));
    }

    fn stage(&self, name: &str, patients: usize) {
        self.watch.stage(name, patients);
    }

    fn advance(&self, patients: usize) {
        self.watch.advance(patients);
    }

    fn cancelled(&self) -> bool {
        self.watch.cancelled()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    #[test]
    fn every_task_is_done_once_on_any_number_of_threads() {
        for threads in [1, 2, 5] {
            let pool = Pool::new(Some(threads), &Unwatched).expect("threads start");
            let done = Mutex::new(Vec::new());
            pool.for_each(40, &|task| done.lock().expect("no panic").push(task));
            let mut done = done.into_inner().expect("no panic");
            done.sort_unstable();
            assert_eq!(done, (0..40).collect::<Vec<_>>());
        }
    }
}
