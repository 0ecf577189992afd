//! Prints the effective configuration.

use super::limits::LIMITS;
use super::read::Origins;
use super::{Config, LogFormat, WhoMayCreate};
use std::fmt::Write;

/// Returns the configuration as a TOML file that would give it again, but for the operator's key.
pub(super) fn show(config: &Config, origins: &Origins) -> String {
    let mut out = String::from("# The effective configuration, and where each value is from.\n");
    for (name, value) in settings(config) {
        line(&mut out, origins, name, name, &value);
    }
    if config.operator_key_hash.is_some() {
        out.push_str("# operator_key_hash is set; its value is not shown\n");
    }
    out.push_str("\n[limits]\n");
    for ((name, ..), value) in LIMITS.iter().zip(config.limits.values()) {
        let short = name.strip_prefix("limits.").unwrap_or(name);
        line(&mut out, origins, name, short, &value.to_string());
    }
    out
}

fn line(out: &mut String, origins: &Origins, name: &str, shown: &str, value: &str) {
    let origin = origins.get(name).map_or("default", String::as_str);
    let assignment = format!("{shown} = {value}");
    // Writing to a String cannot fail.
    let _infallible = writeln!(out, "{assignment:<48} # {origin}");
}

fn settings(config: &Config) -> Vec<(&'static str, String)> {
    let public_url = config.public_url.as_ref().map_or("", |url| url.origin());
    let metrics = config.metrics_listen.map(|address| address.to_string()).unwrap_or_default();
    let proxies: Vec<String> =
        config.trusted_proxies.iter().map(|net| quote(&net.to_string())).collect();
    let who = match config.who_may_create {
        WhoMayCreate::Anyone => "anyone",
        WhoMayCreate::Operator => "operator",
        WhoMayCreate::CommandLine => "command_line",
    };
    let log = match config.log {
        LogFormat::Pretty => "pretty",
        LogFormat::Json => "json",
    };
    vec![
        ("listen", quote(&config.listen.to_string())),
        ("metrics_listen", quote(&metrics)),
        ("data", quote(&config.data.display().to_string())),
        ("public_url", quote(public_url)),
        ("trusted_proxies", format!("[{}]", proxies.join(", "))),
        ("who_may_create", quote(who)),
        ("log", quote(log)),
        ("log_level", quote(&config.log_level)),
    ]
}

/// Returns the text as a TOML string.
fn quote(text: &str) -> String {
    format!("{text:?}")
}
