//! The public URL of the server, and the host and port that it or a request names.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use url::{Host, ParseError, Url};

/// The URL that people open: scheme, host and port, no path.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicUrl {
    https: bool,
    host_port: HostPort,
    origin: String,
}

/// Why a text isn't a usable public URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PublicUrlError {
    #[error("starts with neither https:// nor http://")]
    Scheme,
    #[error("doesn't name a valid host")]
    Host,
    #[error("has a path, query or fragment; Hearth must run at the root of its host")]
    Path,
}

impl PublicUrl {
    /// Parses `https://host[:port]`, with or without a trailing slash.
    pub fn parse(text: &str) -> Result<Self, PublicUrlError> {
        let url = Url::parse(text).map_err(|error| match error {
            ParseError::RelativeUrlWithoutBase => PublicUrlError::Scheme,
            _ => PublicUrlError::Host,
        })?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(PublicUrlError::Scheme);
        }
        if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
            return Err(PublicUrlError::Path);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(PublicUrlError::Host);
        }
        let host_port = HostPort::of(&url).ok_or(PublicUrlError::Host)?;
        let origin = url.origin().ascii_serialization();
        Ok(Self { https: url.scheme() == "https", host_port, origin })
    }

    /// Returns the URL in the form of an `Origin` header.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Returns the host, and the port if it isn't the scheme's default: what a browser sends as
    /// `Host`.
    pub fn host(&self) -> &str {
        self.origin.split_once("://").map_or("", |(_, host)| host)
    }

    pub fn is_https(&self) -> bool {
        self.https
    }

    /// Returns whether the URL names the machine the server runs on.
    pub fn is_loopback(&self) -> bool {
        self.host_port.is_loopback()
    }

    pub(crate) fn host_port(&self) -> &HostPort {
        &self.host_port
    }

    /// Returns whether a `Host` header names this URL's host and port.
    pub(crate) fn matches_host(&self, header: &str) -> bool {
        let scheme = if self.https { "https" } else { "http" };
        HostPort::parse(scheme, header).is_some_and(|named| named == self.host_port)
    }
}

impl fmt::Debug for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.origin)
    }
}

/// A normalized host and a port.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct HostPort {
    host: Host<String>,
    port: u16,
}

impl HostPort {
    /// Parses a `Host` header. `scheme` gives the port if the header has none.
    pub(crate) fn parse(scheme: &str, header: &str) -> Option<Self> {
        // `Url` would take these as the end of the host, or drop them.
        if header.contains(|c: char| "/\\?#@".contains(c) || c.is_whitespace()) {
            return None;
        }
        Self::of(&Url::parse(&format!("{scheme}://{header}")).ok()?)
    }

    fn of(url: &Url) -> Option<Self> {
        Some(Self { host: url.host()?.to_owned(), port: url.port_or_known_default()? })
    }

    pub(crate) fn is_socket_addr(&self, address: SocketAddr) -> bool {
        let ip = match self.host {
            Host::Domain(_) => return false,
            Host::Ipv4(ip) => IpAddr::V4(ip),
            Host::Ipv6(ip) => IpAddr::V6(ip),
        };
        self.port == address.port() && ip == address.ip()
    }

    pub(crate) fn is_loopback(&self) -> bool {
        match &self.host {
            Host::Domain(name) => name == "localhost",
            Host::Ipv4(ip) => *ip == Ipv4Addr::LOCALHOST,
            Host::Ipv6(ip) => *ip == Ipv6Addr::LOCALHOST,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_url_has_a_scheme_and_a_host_and_nothing_after_them() {
        let origin = |text| PublicUrl::parse(text).map(|url| url.origin().to_owned());
        assert_eq!(origin("https://A.example/"), Ok("https://a.example".to_owned()));
        assert_eq!(origin("https://a.example:443"), Ok("https://a.example".to_owned()));
        assert_eq!(origin("http://a.example:8080"), Ok("http://a.example:8080".to_owned()));
        let punycode = "https://xn--kreis-fr-alle-2ob.example".to_owned();
        assert_eq!(origin("https://kreis-für-alle.example"), Ok(punycode));
        assert_eq!(origin("a.example"), Err(PublicUrlError::Scheme));
        assert_eq!(origin("ftp://a.example"), Err(PublicUrlError::Scheme));
        assert_eq!(origin("https://a.example/hearth"), Err(PublicUrlError::Path));
        assert_eq!(origin("https://a.example?x"), Err(PublicUrlError::Path));
        assert_eq!(origin("https://me@a.example"), Err(PublicUrlError::Host));
        assert_eq!(origin("https://"), Err(PublicUrlError::Host));
        assert_eq!(origin("https://a b.example"), Err(PublicUrlError::Host));
    }
}
