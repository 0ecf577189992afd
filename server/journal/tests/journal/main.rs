//! The journal as its users see it: over the interface, on real files.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, its helpers too"
)]

mod appending;
mod backups;
mod circles;
mod disk_full;
mod faults;
mod killed;
mod model;
mod restoring;
mod support;
mod the_files;
mod words;
