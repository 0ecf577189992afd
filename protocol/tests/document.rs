//! PROTOCOL.md says what the types say: its examples parse and come back the same, and nothing of
//! the wire is missing from it.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use hearth_protocol::api::{CircleMade, Door, NewCircle, NextSession, Problem};
use hearth_protocol::frame::ServerFrame;
use hearth_protocol::{ClientFrame, CloseCode, Command, Flow, RefusalCode, Words};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Deserializer, Value};
use std::collections::BTreeSet;

const DOCUMENT: &str = include_str!("../PROTOCOL.md");

/// The fenced blocks of a kind, each as its JSON values.
fn blocks(kind: &str) -> Vec<Value> {
    let opening = format!("```{kind}\n");
    DOCUMENT
        .split(&opening)
        .skip(1)
        .flat_map(|rest| {
            let block = rest.split("```").next().unwrap();
            Deserializer::from_str(block)
                .into_iter::<Value>()
                .map(|value| value.unwrap_or_else(|e| panic!("{kind}: {e} in {block}")))
                .collect::<Vec<_>>()
        })
        .collect()
}

fn flow() -> Value {
    blocks("json flow").first().cloned().unwrap()
}

/// Puts the flow where the document abbreviates it.
fn unabbreviated(mut value: Value) -> Value {
    fn visit(value: &mut Value, flow: &Value) {
        match value {
            Value::Object(fields) => {
                for (name, field) in fields {
                    if name == "flow" && field == "…" {
                        *field = flow.clone();
                    } else {
                        visit(field, flow);
                    }
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| visit(item, flow)),
            _ => {}
        }
    }
    visit(&mut value, &flow());
    value
}

fn comes_back<T: DeserializeOwned + Serialize>(value: &Value) {
    let parsed: T =
        serde_json::from_value(value.clone()).unwrap_or_else(|e| panic!("{e} in {value}"));
    assert_eq!(&serde_json::to_value(parsed).unwrap(), value);
}

fn client(value: &Value) -> ClientFrame {
    let frame = ClientFrame::parse(&value.to_string()).unwrap_or_else(|e| panic!("{e:?}: {value}"));
    let again = ClientFrame::parse(&frame.to_text().unwrap()).unwrap();
    assert_eq!(frame, again);
    frame
}

fn server(value: &Value) -> ServerFrame {
    let frame = ServerFrame::parse(&value.to_string()).unwrap_or_else(|e| panic!("{e}: {value}"));
    assert_eq!(&serde_json::to_value(&frame).unwrap(), value);
    frame
}

#[test]
fn every_command_stands_in_the_document_with_an_example() {
    let shown: BTreeSet<&str> = blocks("json client")
        .iter()
        .filter_map(|value| match client(value) {
            ClientFrame::Command { command, .. } => Some(command.name()),
            ClientFrame::Hello(_) | ClientFrame::Writing => None,
        })
        .collect();
    assert_eq!(shown, Command::NAMES.iter().copied().collect());
}

#[test]
fn every_event_stands_in_the_document_with_an_example() {
    let schema = hearth_protocol::schema::json_schema();
    let names = |of: &str| -> BTreeSet<String> {
        schema["$defs"][of]["oneOf"]
            .as_array()
            .unwrap()
            .iter()
            .map(|variant| variant["required"][0].as_str().unwrap().to_owned())
            .collect()
    };
    let mut shown = [BTreeSet::new(), BTreeSet::new(), BTreeSet::new()];
    for value in blocks("json server") {
        let value = unabbreviated(value);
        if let ServerFrame::Event(_) = server(&value) {
            let fields = value.as_object().unwrap();
            let audiences = ["room", "staff", "seat"];
            let of = audiences.iter().position(|name| fields.contains_key(*name)).unwrap();
            let name = fields.keys().find(|k| *k != "at" && !audiences.contains(&k.as_str()));
            shown[of].insert(name.unwrap().clone());
        }
    }
    for (shown, of) in shown.iter().zip(["RoomEvent", "StaffEvent", "SeatEvent"]) {
        assert_eq!(shown, &event_names(&schema, of, &names), "{of}");
    }
}

/// schemars inlines flattened enums, so the names come from the enum's own schema where it stands,
/// else from the generated TypeScript.
fn event_names(
    schema: &Value,
    of: &str,
    names: &dyn Fn(&str) -> BTreeSet<String>,
) -> BTreeSet<String> {
    if schema["$defs"].get(of).is_some() {
        return names(of);
    }
    let mut generator = schemars::SchemaGenerator::default();
    let event = match of {
        "RoomEvent" => generator.root_schema_for::<hearth_protocol::RoomEvent>(),
        "StaffEvent" => generator.root_schema_for::<hearth_protocol::StaffEvent>(),
        _ => generator.root_schema_for::<hearth_protocol::SeatEvent>(),
    };
    event.as_value()["oneOf"]
        .as_array()
        .unwrap()
        .iter()
        .map(|variant| variant["required"][0].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn every_refusal_and_close_code_stands_in_the_document() {
    for code in RefusalCode::ALL {
        let name = serde_json::to_value(code).unwrap();
        let row = format!("| `{}` |", name.as_str().unwrap());
        assert!(DOCUMENT.contains(&row), "PROTOCOL.md lacks the refusal {row}");
    }
    for code in CloseCode::ALL {
        let row = format!("| {} | `{}` |", code.code(), code.reason());
        assert!(DOCUMENT.contains(&row), "PROTOCOL.md lacks the close code {row}");
    }
}

#[test]
fn bodies_words_and_flow_come_back_as_they_stand() {
    let mut seen = 0;
    let mut all = |kind: &str, check: &dyn Fn(&Value)| {
        for value in blocks(&format!("json {kind}")) {
            check(&value);
            seen += 1;
        }
    };
    all("NewCircle", &comes_back::<NewCircle>);
    all("CircleMade", &comes_back::<CircleMade>);
    all("Door", &comes_back::<Door>);
    all("NextSession", &comes_back::<NextSession>);
    all("Problem", &comes_back::<Problem>);
    all("words", &comes_back::<Words>);
    all("flow", &comes_back::<Flow>);
    assert!(seen >= 9, "{seen} examples");
}

#[test]
fn the_worked_session_is_made_of_real_frames() {
    let session = DOCUMENT.split("```session\n").nth(1).unwrap().split("```").next().unwrap();
    let mut frames = 0;
    for line in session.lines() {
        let (way, json) = line.split_at(line.find('{').unwrap());
        let value = unabbreviated(serde_json::from_str(json).unwrap());
        match way.trim() {
            "→" => drop(client(&value)),
            "←" if value["welcome"] == "…" => {}
            "←" => drop(server(&value)),
            other => panic!("what is {other}?"),
        }
        frames += 1;
    }
    assert!(frames > 10);
}
