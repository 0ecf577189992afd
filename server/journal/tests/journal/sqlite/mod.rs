//! The SQLite engine: its files, and what they contain.

mod backup;
mod crash;
mod disk_full;
mod erasing;
mod files;
mod log;
mod queue;
mod restore;
mod versions;
