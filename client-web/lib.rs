//! The built page. Its build script runs npm and Vite.
//!
//! It is a crate of its own, without dependencies, so that Cargo starts building the page at once,
//! beside everything else.

/// The folder of the built page. Only for build scripts: it exists where it was compiled.
pub const FOLDER: &str = env!("HEARTH_PAGE_FOLDER");
