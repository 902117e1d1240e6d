//! The command line of Psora.
fn main() {}
