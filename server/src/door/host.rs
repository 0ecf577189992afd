//! `Host` and `Origin`: a page of somebody else's must not speak to this server through a
//! visitor's browser, whatever name it makes point here (DNS rebinding).

use axum::http::uri::Authority;
use std::fmt;
use std::net::{IpAddr, SocketAddr};

/// The address under which people reach the server: scheme, host and port, no path.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicUrl {
    https: bool,
    authority: Named,
    origin: String,
}

/// What is wrong with a public address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PublicUrlError {
    /// Neither `http://` nor `https://`.
    #[error("begins with neither https:// nor http://")]
    Scheme,
    /// No host, or one that cannot stand in a URL.
    #[error("names no host that can stand in a URL (write international names in punycode, xn--…)")]
    Host,
    /// Something behind the host and port.
    #[error("has a path, a query or a fragment; Hearth lives at the root of its host")]
    Path,
}

impl PublicUrl {
    /// Parses `https://host[:port]`, with or without a slash at the end.
    pub fn parse(text: &str) -> Result<Self, PublicUrlError> {
        let (scheme, rest) = text.split_once("://").ok_or(PublicUrlError::Scheme)?;
        let https = match scheme.to_ascii_lowercase().as_str() {
            "https" => true,
            "http" => false,
            _ => return Err(PublicUrlError::Scheme),
        };
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        if rest.contains(['/', '?', '#']) {
            return Err(PublicUrlError::Path);
        }
        let authority = Named::parse(rest, default_port(https)).ok_or(PublicUrlError::Host)?;
        let origin = match authority.port {
            port if port == default_port(https) => {
                format!("{}://{}", scheme_of(https), authority.host)
            }
            port => format!("{}://{}:{port}", scheme_of(https), authority.host),
        };
        Ok(Self { https, authority, origin })
    }

    /// Returns it as a browser writes an origin.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Returns whether it is reached over TLS.
    pub fn is_https(&self) -> bool {
        self.https
    }

    /// Returns whether it names this machine itself.
    pub fn is_loopback(&self) -> bool {
        self.authority.is_loopback()
    }
}

impl fmt::Debug for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.origin)
    }
}

/// A request that is turned away at the door.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turned {
    /// `Host` is neither the public address nor this machine itself.
    Host,
    /// `Origin` is another site's.
    Origin,
}

/// The addresses that a request may name: the public one, this machine itself, and the one address
/// of a network that the server listens on, where it listens on one. (A number cannot be made to
/// point elsewhere, as a name can.)
#[derive(Debug, Clone, Default)]
pub struct Origins {
    public: Option<PublicUrl>,
    own: Option<SocketAddr>,
}

impl Origins {
    /// Returns what a server accepts that has this public address and listens on `bound`.
    pub fn new(public: Option<PublicUrl>, bound: SocketAddr) -> Self {
        Self { public, own: Some(bound).filter(|bound| !bound.ip().is_unspecified()) }
    }

    /// Checks every host a request names (its `Host` headers, and the authority of its target
    /// where it has one) and every `Origin`.
    pub fn check<'a>(
        &self,
        hosts: impl IntoIterator<Item = &'a str>,
        origins: impl IntoIterator<Item = &'a str>,
    ) -> Result<(), Turned> {
        let mut here = None;
        let mut named = 0;
        for host in hosts {
            named += 1;
            if self.public.as_ref().is_some_and(|public| public.is_host(host)) {
                continue;
            }
            let named = Named::parse(host, default_port(false)).filter(|named| self.is_here(named));
            here = Some(named.ok_or(Turned::Host)?);
        }
        if named == 0 {
            return Err(Turned::Host);
        }
        for origin in origins {
            if !self.knows(origin, here.as_ref()) {
                return Err(Turned::Origin);
            }
        }
        Ok(())
    }

    fn is_here(&self, named: &Named) -> bool {
        named.is_loopback() || self.own.is_some_and(|own| named.is_address(own))
    }

    fn knows(&self, origin: &str, here: Option<&Named>) -> bool {
        let Ok(origin) = PublicUrl::parse(origin) else { return false };
        self.public.as_ref() == Some(&origin)
            || here.is_some_and(|here| {
                here.host == origin.authority.host && here.port == origin.authority.port
            })
    }
}

impl PublicUrl {
    fn is_host(&self, host: &str) -> bool {
        Named::parse(host, default_port(self.https)).is_some_and(|named| named == self.authority)
    }
}

/// A host in lower case, and its port.
#[derive(Clone, PartialEq, Eq)]
struct Named {
    host: String,
    port: u16,
}

impl Named {
    fn parse(text: &str, default_port: u16) -> Option<Self> {
        let authority: Authority = text.parse().ok()?;
        let host = authority.host();
        let after = text.strip_prefix(host)?;
        let port = match after.strip_prefix(':') {
            Some(port) if port.bytes().all(|b| b.is_ascii_digit()) => port.parse().ok()?,
            None if after.is_empty() => default_port,
            _ => return None,
        };
        (!host.is_empty()).then(|| Self { host: host.to_ascii_lowercase(), port })
    }

    fn is_address(&self, address: SocketAddr) -> bool {
        let host = self.host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
        let host = host.unwrap_or(&self.host).parse();
        self.port == address.port() && host.is_ok_and(|host: IpAddr| host == address.ip())
    }

    fn is_loopback(&self) -> bool {
        matches!(self.host.as_str(), "localhost" | "127.0.0.1" | "[::1]")
    }
}

fn default_port(https: bool) -> u16 {
    if https { 443 } else { 80 }
}

fn scheme_of(https: bool) -> &'static str {
    if https { "https" } else { "http" }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: &str = "localhost:8080";
    const PUBLIC: &str = "circles.example.org";

    #[test]
    fn the_door_lets_in_its_own_names_and_turns_away_all_others() {
        let public = PublicUrl::parse("https://Circles.example.org").unwrap();
        let origins = Origins::new(Some(public), "0.0.0.0:8080".parse().unwrap());
        let in_ = Ok(());
        type Case = (&'static [&'static str], &'static [&'static str], Result<(), Turned>);
        let table: &[Case] = &[
            (&[PUBLIC], &[], in_),
            (&["CIRCLES.example.org:443"], &[], in_),
            (&[PUBLIC], &["https://circles.example.org"], in_),
            (&[HERE], &["http://localhost:8080"], in_),
            (&[HERE], &["https://localhost:8080"], in_),
            (&["127.0.0.1:1"], &[], in_),
            (&["[::1]:8080"], &["http://[::1]:8080"], in_),
            (&["localhost"], &["http://localhost"], in_),
            // Behind a proxy that names this machine itself.
            (&["127.0.0.1:8080"], &["https://circles.example.org"], in_),
            (&[], &[], Err(Turned::Host)),
            (&[""], &[], Err(Turned::Host)),
            (&["rebound.example"], &[], Err(Turned::Host)),
            (&["rebound.example"], &["https://circles.example.org"], Err(Turned::Host)),
            (&["circles.example.org:8080"], &[], Err(Turned::Host)),
            (&["circles.example.org.evil.example"], &[], Err(Turned::Host)),
            (&["localhost.evil.example"], &[], Err(Turned::Host)),
            (&["user@localhost:8080"], &[], Err(Turned::Host)),
            (&["localhost:80x"], &[], Err(Turned::Host)),
            (&["localhost:99999"], &[], Err(Turned::Host)),
            (&[PUBLIC, "rebound.example"], &[], Err(Turned::Host)),
            (&["127.0.0.2:8080"], &[], Err(Turned::Host)),
            (&[PUBLIC], &["https://evil.example"], Err(Turned::Origin)),
            (&[PUBLIC], &["http://circles.example.org"], Err(Turned::Origin)),
            (&[PUBLIC], &["null"], Err(Turned::Origin)),
            (&[PUBLIC], &[""], Err(Turned::Origin)),
            (&[PUBLIC], &["http://localhost:8080"], Err(Turned::Origin)),
            (&[HERE], &["http://localhost:5173"], Err(Turned::Origin)),
            (&[HERE], &["http://127.0.0.1:8080"], Err(Turned::Origin)),
            (&[HERE], &["http://localhost:8080", "https://evil.example"], Err(Turned::Origin)),
        ];
        for (hosts, from, expected) in table {
            let answer = origins.check(hosts.iter().copied(), from.iter().copied());
            assert_eq!(answer, *expected, "Host {hosts:?}, Origin {from:?}");
        }
    }

    #[test]
    fn without_a_public_address_only_this_machine_itself_is_let_in() {
        let origins = Origins::default();
        assert_eq!(origins.check([HERE], [] as [&str; 0]), Ok(()));
        assert_eq!(origins.check(["192.168.1.5:8080"], [] as [&str; 0]), Err(Turned::Host));
    }

    #[test]
    fn a_server_that_listens_on_one_address_of_a_network_answers_to_it() {
        for (bound, host, origin) in [
            ("192.168.1.5:8080", "192.168.1.5:8080", "http://192.168.1.5:8080"),
            ("[2001:db8::5]:8080", "[2001:db8:0::5]:8080", "http://[2001:db8:0::5]:8080"),
        ] {
            let origins = Origins::new(None, bound.parse().unwrap());
            assert_eq!(origins.check([host], [origin]), Ok(()), "{host}");
            assert_eq!(origins.check([host], ["http://evil.example"]), Err(Turned::Origin));
        }
        let origins = Origins::new(None, "192.168.1.5:8080".parse().unwrap());
        assert_eq!(origins.check(["192.168.1.5:81"], [] as [&str; 0]), Err(Turned::Host));
        assert_eq!(origins.check(["192.168.1.6:8080"], [] as [&str; 0]), Err(Turned::Host));
    }

    #[test]
    fn a_public_address_has_a_scheme_a_host_and_nothing_behind_them() {
        let origin = |text| PublicUrl::parse(text).map(|url| url.origin().to_owned());
        assert_eq!(origin("https://A.example/"), Ok("https://a.example".to_owned()));
        assert_eq!(origin("https://a.example:443"), Ok("https://a.example".to_owned()));
        assert_eq!(origin("http://a.example:8080"), Ok("http://a.example:8080".to_owned()));
        assert_eq!(origin("a.example"), Err(PublicUrlError::Scheme));
        assert_eq!(origin("ftp://a.example"), Err(PublicUrlError::Scheme));
        assert_eq!(origin("https://a.example/hearth"), Err(PublicUrlError::Path));
        assert_eq!(origin("https://a.example?x"), Err(PublicUrlError::Path));
        assert_eq!(origin("https://me@a.example"), Err(PublicUrlError::Host));
        assert_eq!(origin("https://"), Err(PublicUrlError::Host));
        assert_eq!(origin("https://kreis-für-alle.example"), Err(PublicUrlError::Host));
    }
}
