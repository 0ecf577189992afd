//! Scenarios: Markdown transcripts in `protocol/scenarios` that read as stories and run as tests.
//!
//! `protocol/scenarios/README.md` describes the lines of a transcript.

mod check;
mod differ;
mod draft;
mod expect;
mod follow;
mod frames;
mod lex;
mod lines;
mod parse;
mod runner;
mod script;
mod stage;

pub use parse::parse;
pub use runner::run;
pub use script::Scenario;
