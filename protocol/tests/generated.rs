//! Checks that `protocol/generated` matches the Rust types. `HEARTH_BLESS=1` rewrites it.

#![allow(clippy::unwrap_used, reason = "a test that cannot read its files fails by panicking")]

use hearth_protocol::schema;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

fn generated() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("generated")
}

fn files(folder: &Path) -> BTreeMap<PathBuf, String> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_owned();
                found.insert(name, fs::read_to_string(&path).unwrap());
            }
        }
    }
    found
}

#[test]
fn the_committed_types_and_schema_are_what_the_rust_types_say() {
    let fresh = tempfile::tempdir().unwrap();
    schema::export_typescript(&fresh.path().join("ts")).unwrap();
    let mut json = serde_json::to_string_pretty(&schema::json_schema()).unwrap();
    json.push('\n');
    fs::write(fresh.path().join("hearth.v1.schema.json"), json).unwrap();

    let mut policy = serde_json::to_string_pretty(&schema::policy_table()).unwrap();
    policy.push('\n');
    fs::write(fresh.path().join("policy.json"), policy).unwrap();

    if std::env::var_os("HEARTH_BLESS").is_some() {
        if generated().exists() {
            fs::remove_dir_all(generated()).unwrap();
        }
        for (name, text) in files(fresh.path()) {
            let target = generated().join(name);
            fs::create_dir_all(target.parent().unwrap()).unwrap();
            fs::write(target, text).unwrap();
        }
    }
    assert!(
        files(fresh.path()) == files(&generated()),
        "protocol/generated differs from the Rust types: run \
         `HEARTH_BLESS=1 cargo test -p hearth-protocol --test generated`, and write the change into PROTOCOL.md"
    );
}
