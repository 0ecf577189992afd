//! Scenarios: Markdown transcripts in `protocol/scenarios` that read as stories and run as tests.
//!
//! `protocol/scenarios/README.md` describes the language. Parsing and checking need the protocol
//! crate alone; only [`runner`], [`connections`] and [`people`] need a client and a server.

mod connections;
mod expect;
mod expected_frames;
mod frame_log;
mod json_diff;
mod lex;
mod names;
mod parse;
mod people;
mod recording;
mod runner;
mod script;
mod statements;

pub use parse::parse;
pub use recording::number_ids;
pub use runner::run;
pub use script::Scenario;
