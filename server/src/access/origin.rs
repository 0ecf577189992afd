//! Checks `Host` and `Origin`. Another site must not reach this server through a visitor's browser,
//! even if it makes one of its own names point here (DNS rebinding).

use crate::config::{HostPort, PublicUrl};
use std::net::SocketAddr;

/// The header that names another server or site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mismatch {
    /// `Host` is neither the public URL nor this machine.
    Host,
    /// `Origin` is another site.
    Origin,
}

/// The addresses a request may name: the public URL, this machine, and the address the server
/// listens on if that is a single one. (A name can be made to point elsewhere, an IP address can't.)
#[derive(Debug, Clone, Default)]
pub struct OriginPolicy {
    public: Option<PublicUrl>,
    bound: Option<SocketAddr>,
}

impl OriginPolicy {
    /// Returns the policy of a server with this public URL that listens on `bound`.
    pub fn new(public: Option<PublicUrl>, bound: SocketAddr) -> Self {
        Self { public, bound: Some(bound).filter(|bound| !bound.ip().is_unspecified()) }
    }

    /// Checks every host that a request names (its `Host` headers, and the authority of its target
    /// if there is one) and every `Origin`.
    pub fn check<'a>(
        &self,
        hosts: impl IntoIterator<Item = &'a str>,
        origins: impl IntoIterator<Item = &'a str>,
    ) -> Result<(), Mismatch> {
        let mut local = None;
        let mut named = 0;
        for host in hosts {
            named += 1;
            if !self.is_public(host) {
                local = Some(self.local(host).ok_or(Mismatch::Host)?);
            }
        }
        if named == 0 {
            return Err(Mismatch::Host);
        }
        for origin in origins {
            if !self.accepts_origin(origin, local.as_ref()) {
                return Err(Mismatch::Origin);
            }
        }
        Ok(())
    }

    /// Returns whether a request may name this host.
    pub fn accepts_host(&self, host: &str) -> bool {
        self.is_public(host) || self.local(host).is_some()
    }

    /// Returns the host that people's browsers send, if there is a public URL.
    pub fn public_host(&self) -> Option<&str> {
        self.public.as_ref().map(PublicUrl::host)
    }

    fn is_public(&self, host: &str) -> bool {
        self.public.as_ref().is_some_and(|public| public.matches_host(host))
    }

    fn local(&self, host: &str) -> Option<HostPort> {
        HostPort::parse("http", host).filter(|host| self.is_local(host))
    }

    fn is_local(&self, host: &HostPort) -> bool {
        host.is_loopback() || self.bound.is_some_and(|bound| host.is_socket_addr(bound))
    }

    /// Accepts the public URL, and the local address if the request names one.
    fn accepts_origin(&self, origin: &str, local: Option<&HostPort>) -> bool {
        let Ok(origin) = PublicUrl::parse(origin) else { return false };
        self.public.as_ref() == Some(&origin) || local == Some(origin.host_port())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: &str = "localhost:8080";
    const PUBLIC: &str = "circles.example.org";

    #[test]
    fn requests_that_name_this_server_are_accepted_and_all_others_rejected() {
        let public = PublicUrl::parse("https://Circles.example.org").unwrap();
        let policy = OriginPolicy::new(Some(public), "0.0.0.0:8080".parse().unwrap());
        let ok = Ok(());
        type Case = (&'static [&'static str], &'static [&'static str], Result<(), Mismatch>);
        let table: &[Case] = &[
            (&[PUBLIC], &[], ok),
            (&["CIRCLES.example.org:443"], &[], ok),
            (&[PUBLIC], &["https://circles.example.org"], ok),
            (&[HERE], &["http://localhost:8080"], ok),
            (&[HERE], &["https://localhost:8080"], ok),
            (&["127.0.0.1:1"], &[], ok),
            (&["[::1]:8080"], &["http://[::1]:8080"], ok),
            (&["localhost"], &["http://localhost"], ok),
            // Behind a proxy that sends the address of this machine.
            (&["127.0.0.1:8080"], &["https://circles.example.org"], ok),
            (&[], &[], Err(Mismatch::Host)),
            (&[""], &[], Err(Mismatch::Host)),
            (&["rebound.example"], &[], Err(Mismatch::Host)),
            (&["rebound.example"], &["https://circles.example.org"], Err(Mismatch::Host)),
            (&["circles.example.org:8080"], &[], Err(Mismatch::Host)),
            (&["circles.example.org.evil.example"], &[], Err(Mismatch::Host)),
            (&["localhost.evil.example"], &[], Err(Mismatch::Host)),
            (&["user@localhost:8080"], &[], Err(Mismatch::Host)),
            (&["localhost:80x"], &[], Err(Mismatch::Host)),
            (&["localhost:99999"], &[], Err(Mismatch::Host)),
            (&[PUBLIC, "rebound.example"], &[], Err(Mismatch::Host)),
            (&["127.0.0.2:8080"], &[], Err(Mismatch::Host)),
            (&[PUBLIC], &["https://evil.example"], Err(Mismatch::Origin)),
            (&[PUBLIC], &["http://circles.example.org"], Err(Mismatch::Origin)),
            (&[PUBLIC], &["null"], Err(Mismatch::Origin)),
            (&[PUBLIC], &[""], Err(Mismatch::Origin)),
            (&[PUBLIC], &["http://localhost:8080"], Err(Mismatch::Origin)),
            (&[HERE], &["http://localhost:5173"], Err(Mismatch::Origin)),
            (&[HERE], &["http://127.0.0.1:8080"], Err(Mismatch::Origin)),
            (&[HERE], &["http://localhost:8080", "https://evil.example"], Err(Mismatch::Origin)),
        ];
        for (hosts, from, expected) in table {
            let answer = policy.check(hosts.iter().copied(), from.iter().copied());
            assert_eq!(answer, *expected, "Host {hosts:?}, Origin {from:?}");
        }
    }

    #[test]
    fn without_a_public_url_only_this_machine_is_accepted() {
        let policy = OriginPolicy::default();
        assert_eq!(policy.check([HERE], [] as [&str; 0]), Ok(()));
        assert_eq!(policy.check(["192.168.1.5:8080"], [] as [&str; 0]), Err(Mismatch::Host));
    }

    #[test]
    fn a_server_that_listens_on_one_network_address_accepts_that_address() {
        for (bound, host, origin) in [
            ("192.168.1.5:8080", "192.168.1.5:8080", "http://192.168.1.5:8080"),
            ("[2001:db8::5]:8080", "[2001:db8:0::5]:8080", "http://[2001:db8:0::5]:8080"),
        ] {
            let policy = OriginPolicy::new(None, bound.parse().unwrap());
            assert_eq!(policy.check([host], [origin]), Ok(()), "{host}");
            assert_eq!(policy.check([host], ["http://evil.example"]), Err(Mismatch::Origin));
        }
        let policy = OriginPolicy::new(None, "192.168.1.5:8080".parse().unwrap());
        assert_eq!(policy.check(["192.168.1.5:81"], [] as [&str; 0]), Err(Mismatch::Host));
        assert_eq!(policy.check(["192.168.1.6:8080"], [] as [&str; 0]), Err(Mismatch::Host));
    }
}
