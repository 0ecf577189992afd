//! The client's address: the peer's, or what a trusted proxy reports.

use ipnet::IpNet;
use std::fmt;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};

/// Entries of `X-Forwarded-For` to examine, counted from the right.
const HOPS_MAX: usize = 16;

/// An address as the limits count it: IPv4 in full, IPv6 by its /64 network, which usually belongs
/// to one household. `Debug` hides it, so that it can't end up in a log.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AddressKey(IpAddr);

impl AddressKey {
    /// Stands for every address beyond those that are remembered.
    pub(super) const OTHERS: Self = Self(IpAddr::V6(Ipv6Addr::UNSPECIFIED));
}

impl From<IpAddr> for AddressKey {
    fn from(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX))),
            v4 => v4,
        })
    }
}

impl fmt::Debug for AddressKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AddressKey(…)")
    }
}

/// Returns the address a request comes from. `forwarded` (the values of `X-Forwarded-For`, in
/// order) counts only if the peer is a trusted proxy: read from the right, the first address that
/// isn't a trusted proxy is the client. An invalid entry ends the search, because anyone could have
/// written what is to the left of it.
pub fn client_address<'a>(
    peer: IpAddr,
    forwarded: impl DoubleEndedIterator<Item = &'a str>,
    trusted: &[IpNet],
) -> IpAddr {
    let mut client = peer.to_canonical();
    let hops = forwarded.rev().flat_map(|value| value.rsplit(',')).take(HOPS_MAX);
    for hop in hops {
        if !trusted.iter().any(|net| net.contains(&client)) {
            break;
        }
        let Some(address) = parse_hop(hop.trim()) else { break };
        client = address;
    }
    client
}

/// Parses an address with or without a port: some proxies write one.
fn parse_hop(hop: &str) -> Option<IpAddr> {
    let bare = hop.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(hop);
    let address = bare.parse().ok().or_else(|| Some(hop.parse::<SocketAddr>().ok()?.ip()))?;
    Some(address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn x_forwarded_for_is_trusted_only_from_trusted_proxies() {
        let trusted: Vec<IpNet> =
            ["10.0.0.0/8", "::1/128"].iter().map(|net| net.parse().unwrap()).collect();
        let table: &[(&str, &[&str], &str)] = &[
            ("203.0.113.9", &["198.51.100.1"], "203.0.113.9"),
            ("10.1.2.3", &[], "10.1.2.3"),
            ("10.1.2.3", &["198.51.100.1"], "198.51.100.1"),
            ("::ffff:10.1.2.3", &["198.51.100.1"], "198.51.100.1"),
            ("10.1.2.3", &["6.6.6.6, 198.51.100.1"], "198.51.100.1"),
            ("10.1.2.3", &["6.6.6.6", "198.51.100.1, 10.9.9.9"], "198.51.100.1"),
            ("10.1.2.3", &["10.7.7.7, 10.9.9.9"], "10.7.7.7"),
            ("10.1.2.3", &["6.6.6.6, nonsense"], "10.1.2.3"),
            ("10.1.2.3", &["6.6.6.6, , 10.9.9.9"], "10.9.9.9"),
            ("10.1.2.3", &["198.51.100.1:4711"], "198.51.100.1"),
            ("::1", &["[2001:db8::5]:443"], "2001:db8::5"),
            ("::1", &["[2001:db8::5]"], "2001:db8::5"),
        ];
        for (peer, forwarded, expected) in table {
            let client = client_address(ip(peer), forwarded.iter().copied(), &trusted);
            assert_eq!(client, ip(expected), "{peer} with {forwarded:?}");
        }
    }

    #[test]
    fn an_ipv6_household_counts_as_one_address() {
        let key = |text: &str| AddressKey::from(ip(text));
        assert_eq!(key("2001:db8:1:2:3:4:5:6"), key("2001:db8:1:2::9"));
        assert_ne!(key("2001:db8:1:2::1"), key("2001:db8:1:3::1"));
        assert_eq!(key("::ffff:198.51.100.1"), key("198.51.100.1"));
        assert_ne!(key("198.51.100.1"), key("198.51.100.2"));
    }

    #[test]
    fn an_address_does_not_show_itself() {
        assert_eq!(format!("{:?}", AddressKey::from(ip("198.51.100.1"))), "AddressKey(…)");
    }
}
