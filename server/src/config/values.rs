//! The types of the settings, and how each is read from text and written back.

use super::public_url::PublicUrl;
use hearth_protocol::keys::KeyHash;
use ipnet::IpNet;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use tracing_subscriber::filter::EnvFilter;
use url::Url;

/// A type that a setting can have.
pub(super) trait SettingValue: Sized {
    /// Whether the setting is a list: an array in the file, comma-separated elsewhere.
    const IS_LIST: bool = false;
    /// Whether the value must never be printed.
    const IS_SECRET: bool = false;

    /// Parses the text of a setting. The error completes the sentence "`x` …".
    fn parse(text: &str) -> Result<Self, String>;

    /// Returns the text that parses to this value.
    fn text(&self) -> String;
}

/// Who may create circles over HTTP. The command line on the server's machine always may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhoMayCreate {
    Anyone,
    /// Only holders of the operator key.
    Operator,
    /// Nobody over HTTP.
    CommandLine,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Pretty,
    /// One JSON object per line.
    Json,
}

/// A log filter in `tracing`'s syntax.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogFilter(String);

impl LogFilter {
    pub(super) fn info() -> Self {
        Self("info".to_owned())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A URL that a browser can open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebUrl(Url);

impl WebUrl {
    /// Parses a URL that starts with `https://` or `http://`. The error completes the sentence
    /// "`x` …".
    pub fn parse(text: &str) -> Result<Self, String> {
        let url = Url::parse(text).map_err(|error| format!("isn't a valid URL ({error})"))?;
        if matches!(url.scheme(), "http" | "https") {
            Ok(Self(url))
        } else {
            Err("starts with neither https:// nor http://".to_owned())
        }
    }

    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

/// An operator key hash that was read from a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyHashFile(pub(super) KeyHash);

impl SettingValue for SocketAddr {
    fn parse(text: &str) -> Result<Self, String> {
        text.parse().map_err(|_| "isn't an address with a port".to_owned())
    }

    fn text(&self) -> String {
        self.to_string()
    }
}

/// The only path among the settings is that of the data folder.
impl SettingValue for PathBuf {
    fn parse(text: &str) -> Result<Self, String> {
        if text.is_empty() {
            return Err("is empty".to_owned());
        }
        let path = Self::from(text);
        if path.exists() && !path.is_dir() {
            return Err("exists but isn't a folder".to_owned());
        }
        Ok(path)
    }

    fn text(&self) -> String {
        self.display().to_string()
    }
}

impl SettingValue for PublicUrl {
    fn parse(text: &str) -> Result<Self, String> {
        Self::parse(text).map_err(|error| error.to_string())
    }

    fn text(&self) -> String {
        self.origin().to_owned()
    }
}

impl SettingValue for WebUrl {
    fn parse(text: &str) -> Result<Self, String> {
        Self::parse(text)
    }

    fn text(&self) -> String {
        self.as_str().to_owned()
    }
}

impl SettingValue for Vec<IpNet> {
    const IS_LIST: bool = true;

    fn parse(text: &str) -> Result<Self, String> {
        text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(network).collect()
    }

    fn text(&self) -> String {
        self.iter().map(IpNet::to_string).collect::<Vec<_>>().join(",")
    }
}

fn network(text: &str) -> Result<IpNet, String> {
    text.parse::<IpAddr>()
        .map(IpNet::from)
        .or_else(|_| text.parse::<IpNet>().map(|net| net.trunc()))
        .map_err(|_| format!("contains `{text}`, which is neither an address nor a network"))
}

impl SettingValue for WhoMayCreate {
    fn parse(text: &str) -> Result<Self, String> {
        match text {
            "anyone" => Ok(Self::Anyone),
            "operator" => Ok(Self::Operator),
            "command_line" => Ok(Self::CommandLine),
            _ => Err("isn't one of the three choices".to_owned()),
        }
    }

    fn text(&self) -> String {
        let text = match self {
            Self::Anyone => "anyone",
            Self::Operator => "operator",
            Self::CommandLine => "command_line",
        };
        text.to_owned()
    }
}

impl SettingValue for LogFormat {
    fn parse(text: &str) -> Result<Self, String> {
        match text {
            "pretty" => Ok(Self::Pretty),
            "json" => Ok(Self::Json),
            _ => Err("is neither of the two choices".to_owned()),
        }
    }

    fn text(&self) -> String {
        let text = match self {
            Self::Pretty => "pretty",
            Self::Json => "json",
        };
        text.to_owned()
    }
}

impl SettingValue for LogFilter {
    fn parse(text: &str) -> Result<Self, String> {
        EnvFilter::builder()
            .parse(text)
            .map(|_| Self(text.to_owned()))
            .map_err(|error| format!("isn't a valid filter ({error})"))
    }

    fn text(&self) -> String {
        self.0.clone()
    }
}

impl SettingValue for KeyHash {
    const IS_SECRET: bool = true;

    fn parse(text: &str) -> Result<Self, String> {
        Self::decode(text).map_err(|_| "isn't a valid hash".to_owned())
    }

    fn text(&self) -> String {
        self.encode()
    }
}

impl SettingValue for KeyHashFile {
    const IS_SECRET: bool = true;

    fn parse(text: &str) -> Result<Self, String> {
        let content = std::fs::read_to_string(Path::new(text))
            .map_err(|error| format!("names a file that can't be read ({error})"))?;
        KeyHash::decode(content.trim())
            .map(Self)
            .map_err(|_| "names a file that doesn't contain a valid hash".to_owned())
    }

    fn text(&self) -> String {
        self.0.encode()
    }
}

/// An optional setting is absent when its text is empty.
impl<T: SettingValue> SettingValue for Option<T> {
    const IS_LIST: bool = T::IS_LIST;
    const IS_SECRET: bool = T::IS_SECRET;

    fn parse(text: &str) -> Result<Self, String> {
        if text.is_empty() { Ok(None) } else { T::parse(text).map(Some) }
    }

    fn text(&self) -> String {
        self.as_ref().map(T::text).unwrap_or_default()
    }
}
