//! The front door: a scenario, and run().
