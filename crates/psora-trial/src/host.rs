//! What the machine lends a run.

/// Workers, progress and cancelling, as a door provides them.
pub trait Host: Sync {
    /// Runs `task(0)` to `task(count - 1)`, in any order, on any number of threads, and
    /// returns when all are done. Results must not depend on how.
    fn for_each(&self, count: usize, task: &(dyn Fn(usize) + Sync));

    /// A stage begins (`"screening"`, `"guselkumab 100 mg"`) in which `patients` will be simulated.
    fn stage(&self, name: &str, patients: usize);

    /// So many more patients of the stage are done.
    fn advance(&self, patients: usize);

    /// Whether the reader has asked to stop. Blocks that have not begun are then left out.
    fn cancelled(&self) -> bool;
}

/// One thread, no display, never cancelled.
#[derive(Debug, Clone, Copy, Default)]
pub struct Quiet;

impl Host for Quiet {
    fn for_each(&self, count: usize, task: &(dyn Fn(usize) + Sync)) {
        (0..count).for_each(task);
    }

    fn stage(&self, _name: &str, _patients: usize) {}

    fn advance(&self, _patients: usize) {}

    fn cancelled(&self) -> bool {
        false
    }
}
