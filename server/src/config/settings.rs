//! The table of all settings except the limits: one declaration gives each setting's field,
//! default, flag, environment variable, key in the file, help and error text.

use super::limits::{LIMITS, Limits};
use super::public_url::PublicUrl;
use super::values::{KeyHashFile, LogFilter, LogFormat, SettingValue, WebUrl, WhoMayCreate};
use hearth_protocol::keys::KeyHash;
use ipnet::IpNet;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;

/// A row of the settings table.
pub(crate) struct Setting {
    /// The key in the TOML file. The flag and the environment variable follow from it.
    pub(crate) name: &'static str,
    /// The text for `--help`, without the default.
    pub(crate) help: &'static str,
    /// The placeholder for the value in `--help`.
    pub(crate) placeholder: &'static str,
    /// Completes the sentence "Expected …", so that an error also says what to do.
    pub(super) expects: &'static str,
    pub(crate) default: String,
    pub(super) is_list: bool,
    pub(crate) is_secret: bool,
}

/// Where the table's values are read from.
pub(super) trait ReadSettings {
    /// Returns the setting, or the default if it's unset or invalid.
    fn setting<T: SettingValue>(&mut self, name: &'static str, default: T) -> T;

    fn limits(&mut self) -> Limits;
}

macro_rules! settings {
    ($(
        $(#[doc = $doc:literal])+
        $name:ident: $type:ty = $default:expr, $placeholder:literal,
        expects $expects:literal;
    )*) => {
        /// The effective configuration.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct Config {
            $($(#[doc = $doc])+ pub $name: $type,)*
            pub limits: Limits,
        }

        impl Default for Config {
            fn default() -> Self {
                Self { $($name: $default,)* limits: Limits::default() }
            }
        }

        impl Config {
            pub(super) fn read(from: &mut impl ReadSettings) -> Self {
                Self { $($name: from.setting(stringify!($name), $default),)* limits: from.limits() }
            }

            /// Returns every setting as text, in the order of [`settings`].
            pub(super) fn texts(&self) -> Vec<String> {
                vec![$(self.$name.text(),)*]
            }
        }

        /// Returns the table of all settings except the limits.
        pub(crate) fn settings() -> Vec<Setting> {
            vec![$(Setting {
                name: stringify!($name),
                help: concat!($($doc),+).trim_ascii(),
                placeholder: $placeholder,
                expects: $expects,
                default: <$type>::text(&$default),
                is_list: <$type>::IS_LIST,
                is_secret: <$type>::IS_SECRET,
            },)*]
        }
    };
}

settings! {
    /// Address and port to listen on
    listen: SocketAddr = SocketAddr::from(([127, 0, 0, 1], 8080)), "ADDRESS:PORT",
        expects "an address and port, such as 127.0.0.1:8080 or [::]:8080";
    /// Serve metrics at this address only, instead of at /metrics
    metrics_listen: Option<SocketAddr> = None, "ADDRESS:PORT",
        expects "an address and port for metrics, such as 127.0.0.1:9090, or nothing";
    /// Folder for all data
    data: PathBuf = PathBuf::from("./hearth-data"), "FOLDER",
        expects "the path of a folder";
    /// URL that people open, such as https://circles.example.org
    public_url: Option<PublicUrl> = None, "URL",
        expects "the URL people open, without a path, such as https://circles.example.org";
    /// Proxies whose X-Forwarded-For header is trusted: addresses or networks
    trusted_proxies: Vec<IpNet> = Vec::new(), "NETWORK,…",
        expects "a list of addresses or networks, such as 10.0.0.0/8, ::1";
    /// Who may create circles: anyone, operator or command_line
    who_may_create: WhoMayCreate = WhoMayCreate::Anyone, "WHO",
        expects "anyone, operator or command_line";
    /// Hash of the operator key, from `hearth operator-key`
    operator_key_hash: Option<KeyHash> = None, "HASH",
        expects "the hash printed by `hearth operator-key`: 43 characters of base64url";
    /// File that contains the hash of the operator key
    operator_key_hash_file: Option<KeyHashFile> = None, "FILE",
        expects "a file that contains only the hash printed by `hearth operator-key`";
    /// Link to a demo circle that the start page offers to everyone
    demo_url: Option<WebUrl> = None, "URL",
        expects "a link to a circle, such as the one `hearth demo` prints, or nothing";
    /// Log format: pretty or json
    log: LogFormat = LogFormat::Pretty, "FORMAT",
        expects "pretty or json";
    /// Log level (error, warn, info, debug or trace), or a filter
    log_level: LogFilter = LogFilter::info(), "FILTER",
        expects "error, warn, info, debug or trace, or a filter such as info,hearth_rooms=debug";
}

impl Config {
    /// Returns the origin people open: the public URL, or the address the server listens on.
    pub fn origin(&self, bound: SocketAddr) -> String {
        match &self.public_url {
            Some(url) => url.origin().to_owned(),
            None => format!("http://{}", reachable(bound)),
        }
    }
}

/// Returns an address of this machine that reaches a listener bound to `bound`.
pub fn reachable(mut bound: SocketAddr) -> SocketAddr {
    if bound.ip().is_unspecified() {
        match bound {
            SocketAddr::V4(_) => bound.set_ip(Ipv4Addr::LOCALHOST.into()),
            SocketAddr::V6(_) => bound.set_ip(Ipv6Addr::LOCALHOST.into()),
        }
    }
    bound
}

/// Returns the names of all settings, limits included.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    let settings = settings().into_iter().map(|setting| setting.name);
    settings.chain(LIMITS.iter().map(|(name, ..)| *name))
}

/// Returns the environment variable for a setting.
pub(super) fn variable(name: &str) -> String {
    format!("HEARTH_{}", name.to_uppercase().replace('.', "__"))
}

/// Returns the setting whose name is most similar to an unknown one.
pub(super) fn closest(unknown: &str) -> Option<&'static str> {
    // Longer names are no typing errors, and comparing them costs time.
    const CHARS_MAX: usize = 80;
    const EDITS_MAX: usize = 3;
    let unknown: String = unknown.chars().take(CHARS_MAX).collect();
    let last = |name: &str| name.rsplit('.').next().unwrap_or_default().to_owned();
    names()
        .map(|name| {
            let whole = strsim::levenshtein(name, &unknown);
            (whole.min(strsim::levenshtein(&last(name), &last(&unknown))), name)
        })
        .min()
        .filter(|(edits, _)| *edits <= EDITS_MAX)
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_setting_is_answered_with_the_most_similar_one() {
        assert_eq!(closest("listn"), Some("listen"));
        assert_eq!(closest("publicurl"), Some("public_url"));
        assert_eq!(closest("limits.connection_max"), Some("limits.connections_max"));
        assert_eq!(closest("rooms_max"), Some("limits.rooms_max"));
        assert_eq!(closest("weather"), None);
    }

    #[test]
    fn a_limit_is_set_by_a_variable_with_two_underscores() {
        assert_eq!(variable("limits.rooms_max"), "HEARTH_LIMITS__ROOMS_MAX");
    }
}
