//! Generates the TypeScript types and the JSON Schema of the wire from the Rust types.
//!
//! `protocol/generated` contains the output of these functions. A test fails if they differ, and
//! `HEARTH_BLESS=1 cargo test -p hearth-protocol` rewrites the files.

use crate::api::{About, CircleMade, Door, NewCircle, NextSession, Problem};
use crate::features::Command;
use crate::frame::ServerFrame;
use crate::hello::Hello;
use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use ts_rs::{Config, ExportError, TS};

/// Returns the JSON Schema of every frame and HTTP body, as one document with definitions.
pub fn json_schema() -> serde_json::Value {
    let mut generator: SchemaGenerator = SchemaSettings::draft2020_12().into_generator();
    generator.subschema_for::<Hello>();
    generator.subschema_for::<Command>();
    generator.subschema_for::<ServerFrame>();
    generator.subschema_for::<NewCircle>();
    generator.subschema_for::<CircleMade>();
    generator.subschema_for::<NextSession>();
    generator.subschema_for::<Door>();
    generator.subschema_for::<About>();
    generator.subschema_for::<Problem>();
    let definitions = generator.take_definitions(true);
    serde_json::json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Hearth, subprotocol hearth.v1",
        "description": "Definitions of every frame and HTTP body. A client sends {\"hello\": Hello} once, then {\"id\": CommandId, <command>: …}; a server sends ServerFrame.",
        "$defs": definitions,
    })
}

/// Returns the policy table: each command's row, by name.
pub fn policy_table() -> serde_json::Value {
    let rows = Command::policies()
        .map(|(name, policy)| ((*name).to_owned(), serde_json::json!(policy)))
        .collect::<serde_json::Map<_, _>>();
    serde_json::Value::Object(rows)
}

/// Writes the TypeScript types into `folder`, one file per type.
pub fn export_typescript(folder: &std::path::Path) -> Result<(), ExportError> {
    let config = Config::new().with_large_int("number").with_out_dir(folder);
    Hello::export_all(&config)?;
    Command::export_all(&config)?;
    ServerFrame::export_all(&config)?;
    NewCircle::export_all(&config)?;
    CircleMade::export_all(&config)?;
    NextSession::export_all(&config)?;
    Door::export_all(&config)?;
    About::export_all(&config)?;
    Problem::export_all(&config)?;
    crate::close::ComeBack::export_all(&config)
}
