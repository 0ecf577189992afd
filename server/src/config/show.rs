//! Prints the effective configuration.

use super::layers::Layers;
use super::limits::LIMITS;
use super::settings::{Config, settings};
use std::fmt::Write;

/// Returns the configuration as a TOML file that loads to the same configuration, except for the
/// operator key.
pub(super) fn show(config: &Config, layers: &Layers) -> String {
    let mut out = String::from("# The effective configuration, with the source of each value.\n");
    for (setting, text) in settings().into_iter().zip(config.texts()) {
        if setting.is_secret {
            continue;
        }
        let value = if setting.is_list { list(&text) } else { quote(&text) };
        line(&mut out, layers, setting.name, setting.name, &value);
    }
    if config.operator_key_hash.is_some() {
        out.push_str("# operator_key_hash is set; its value isn't shown\n");
    }
    out.push_str("\n[limits]\n");
    for ((name, ..), value) in LIMITS.iter().zip(config.limits.values()) {
        let short = name.strip_prefix("limits.").unwrap_or(name);
        line(&mut out, layers, name, short, &value.to_string());
    }
    out
}

fn line(out: &mut String, layers: &Layers, name: &str, key: &str, value: &str) {
    let origin = layers.origin(name).unwrap_or("default");
    let assignment = format!("{key} = {value}");
    // Writing to a String can't fail.
    let _infallible = writeln!(out, "{assignment:<48} # {origin}");
}

fn list(text: &str) -> String {
    let parts = text.split(',').filter(|part| !part.is_empty()).map(quote);
    format!("[{}]", parts.collect::<Vec<_>>().join(", "))
}

/// Returns the text as a TOML string.
fn quote(text: &str) -> String {
    format!("{text:?}")
}
