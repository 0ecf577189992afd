//! How the text of each setting becomes its value. The errors finish the sentence "`x` …".

use super::{LogFormat, WhoMayCreate};
use crate::door::PublicUrl;
use hearth_protocol::keys::KeyHash;
use ipnet::IpNet;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

pub(super) fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| "is no address with a port".to_owned())
}

pub(super) fn folder(text: &str) -> Result<PathBuf, String> {
    if text.is_empty() {
        return Err("is empty".to_owned());
    }
    let path = PathBuf::from(text);
    if path.exists() && !path.is_dir() {
        return Err("is there, but is no folder".to_owned());
    }
    Ok(path)
}

pub(super) fn public_url(text: &str) -> Result<PublicUrl, String> {
    PublicUrl::parse(text).map_err(|error| error.to_string())
}

pub(super) fn networks(texts: &[String]) -> Result<Vec<IpNet>, String> {
    texts.iter().map(|text| network(text)).collect()
}

fn network(text: &str) -> Result<IpNet, String> {
    text.parse::<IpAddr>()
        .map(IpNet::from)
        .or_else(|_| text.parse::<IpNet>().map(|net| net.trunc()))
        .map_err(|_| format!("holds `{text}`, which is neither an address nor a network"))
}

pub(super) fn who_may_create(text: &str) -> Result<WhoMayCreate, String> {
    match text {
        "anyone" => Ok(WhoMayCreate::Anyone),
        "operator" => Ok(WhoMayCreate::Operator),
        "command_line" => Ok(WhoMayCreate::CommandLine),
        _ => Err("is none of the three choices".to_owned()),
    }
}

pub(super) fn log(text: &str) -> Result<LogFormat, String> {
    match text {
        "pretty" => Ok(LogFormat::Pretty),
        "json" => Ok(LogFormat::Json),
        _ => Err("is neither of the two choices".to_owned()),
    }
}

pub(super) fn log_level(text: &str) -> Result<String, String> {
    crate::telemetry::check_filter(text).map(|()| text.to_owned())
}

pub(super) fn key_hash(text: &str) -> Result<KeyHash, String> {
    KeyHash::decode(text).map_err(|_| "is no such hash".to_owned())
}

pub(super) fn key_hash_file(text: &str) -> Result<KeyHash, String> {
    let words = std::fs::read_to_string(Path::new(text))
        .map_err(|error| format!("names a file that cannot be read ({error})"))?;
    KeyHash::decode(words.trim()).map_err(|_| "names a file that holds no such hash".to_owned())
}
