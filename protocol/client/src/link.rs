//! Links: a server's address, a circle, and the secret that opens it.

use hearth_protocol::CircleId;
use hearth_protocol::keys::Secret;
use std::fmt;
use tokio_tungstenite::tungstenite::http::Uri;
use uuid::Uuid;

/// A text that isn't a link to a circle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadLink {
    /// The address isn't `http://…` or `https://…` with only a host and a port.
    #[error("a server's address is `https://host` or `http://host:port`: copy the link again")]
    Origin,
    /// The link names no circle.
    #[error("the link names no circle after `/c/`: copy all of it again")]
    NotACircle,
    /// The secret is missing or was cut short.
    #[error("the link has no complete key after `#`: copy all of it again")]
    NoSecret,
}

/// A server's address: scheme and authority, without a path.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Origin {
    secure: bool,
    authority: String,
}

impl Origin {
    /// Parses `http://host:port` or `https://host`, with or without a trailing slash.
    pub fn parse(text: &str) -> Result<Self, BadLink> {
        let uri: Uri = text.parse().map_err(|_| BadLink::Origin)?;
        let secure = match uri.scheme_str() {
            Some("http") => false,
            Some("https") => true,
            _ => return Err(BadLink::Origin),
        };
        let authority = uri.authority().ok_or(BadLink::Origin)?;
        if !matches!(uri.path(), "" | "/")
            || uri.query().is_some()
            || authority.as_str().contains('@')
        {
            return Err(BadLink::Origin);
        }
        Ok(Self { secure, authority: authority.as_str().to_owned() })
    }

    /// Returns whether the server is reached over TLS.
    pub fn is_secure(&self) -> bool {
        self.secure
    }

    /// Returns host and port in the form of a `Host` header.
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// Returns the HTTP URL of `path`, which begins with a slash.
    pub fn http(&self, path: &str) -> String {
        format!("{self}{path}")
    }

    /// Returns the WebSocket URL of `path`, which begins with a slash.
    pub fn ws(&self, path: &str) -> String {
        format!("{}://{}{path}", if self.secure { "wss" } else { "ws" }, self.authority)
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", if self.secure { "https" } else { "http" }, self.authority)
    }
}

/// A link to a circle. Anyone who has it may join in the role that it grants.
///
/// `Debug` and `Display` leave the secret out; [`to_url`](Self::to_url) writes it.
#[derive(Clone, PartialEq, Eq)]
pub struct Link {
    origin: Origin,
    circle: CircleId,
    secret: Secret,
}

impl Link {
    /// Builds a link from its parts.
    pub fn new(origin: Origin, circle: CircleId, secret: Secret) -> Self {
        Self { origin, circle, secret }
    }

    /// Parses `https://host/c/<circle>#<secret>`. The error contains no part of the text.
    pub fn parse(url: &str) -> Result<Self, BadLink> {
        let (place, secret) = url.trim().split_once('#').ok_or(BadLink::NoSecret)?;
        let (origin, circle) = place.rsplit_once("/c/").ok_or(BadLink::NotACircle)?;
        let circle = Uuid::parse_str(circle).map_err(|_| BadLink::NotACircle)?;
        let secret = Secret::decode(secret).map_err(|_| BadLink::NoSecret)?;
        Ok(Self::new(Origin::parse(origin)?, CircleId(circle), secret))
    }

    /// Returns the server's address.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Returns the circle.
    pub fn circle(&self) -> CircleId {
        self.circle
    }

    /// Returns the secret, which is never sent to the server.
    pub fn secret(&self) -> &Secret {
        &self.secret
    }

    /// Returns the complete link, with its secret, to give to someone.
    pub fn to_url(&self) -> String {
        format!("{self}#{}", self.secret.encode())
    }
}

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/c/{}", self.origin, self.circle)
    }
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Link({self}#…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CIRCLE: &str = "0190a5e0-0000-7000-8000-000000000001";

    #[test]
    fn a_link_reads_back_as_it_was_written() {
        let secret = Secret::from_bytes([7; 32]);
        let url = format!("https://circle.example:8443/c/{CIRCLE}#{}", secret.encode());
        let link = Link::parse(&url).unwrap();
        assert_eq!(link.to_url(), url);
        assert_eq!(link.origin().ws("/ws"), "wss://circle.example:8443/ws");
        assert_eq!(link.secret(), &secret);
    }

    #[test]
    fn display_and_debug_leave_the_secret_out() {
        let secret = Secret::from_bytes([7; 32]);
        let url = format!("http://127.0.0.1:8080/c/{CIRCLE}#{}", secret.encode());
        let link = Link::parse(&url).unwrap();
        assert!(!format!("{link} {link:?}").contains(&secret.encode()));
    }

    #[test]
    fn a_broken_link_is_refused_with_what_it_lacks() {
        let secret = Secret::from_bytes([7; 32]).encode();
        for (url, why) in [
            (format!("http://h/c/{CIRCLE}"), BadLink::NoSecret),
            (format!("http://h/c/{CIRCLE}#short"), BadLink::NoSecret),
            (format!("http://h/c/elsewhere#{secret}"), BadLink::NotACircle),
            (format!("http://h/#{secret}"), BadLink::NotACircle),
            (format!("ftp://h/c/{CIRCLE}#{secret}"), BadLink::Origin),
            (format!("http://user@h/c/{CIRCLE}#{secret}"), BadLink::Origin),
            (format!("http://h/under/c/{CIRCLE}#{secret}"), BadLink::Origin),
        ] {
            assert_eq!(Link::parse(&url), Err(why), "{url}");
        }
    }
}
