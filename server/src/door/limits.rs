//! How many, and how often: connections, lines and requests by address. Everything that remembers
//! an address is bounded, so that nobody can fill the memory with addresses.

use super::AddressKey;
use crate::clock::Clock;
use crate::config::Limits;
use dashmap::DashMap;
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use std::fmt;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Every gate of the door.
#[derive(Debug)]
pub struct Gates {
    connections: Arc<Semaphore>,
    connections_by_address: Counts,
    lines_by_address: Counts,
    handshakes: Arc<Semaphore>,
    line_rate: Rate,
    request_rate: Rate,
    circle_rate: Rate,
}

/// Why a gate is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closed {
    /// The server holds as much as it may.
    Full,
    /// This address has as much as it may.
    TooMany,
}

impl Gates {
    /// Returns gates as wide as the limits say.
    pub fn new(limits: &Limits, clock: &Clock) -> Self {
        let remembered = limits.addresses_remembered_max;
        let rate = |per: u32, quota: fn(NonZeroU32) -> Quota| {
            Rate::new(quota(NonZeroU32::new(per).unwrap_or(NonZeroU32::MIN)), remembered, clock)
        };
        Self {
            connections: Arc::new(Semaphore::new(limits.connections_max)),
            connections_by_address: Counts::new(limits.connections_per_address_max),
            lines_by_address: Counts::new(limits.lines_per_address_max),
            handshakes: Arc::new(Semaphore::new(limits.handshakes_in_flight_max)),
            line_rate: rate(limits.lines_per_minute_per_address, Quota::per_minute),
            request_rate: rate(limits.requests_per_minute_per_address, Quota::per_minute),
            circle_rate: rate(limits.circles_per_hour_per_address, Quota::per_hour),
        }
    }

    /// Lets a connection in. `address` is absent for a trusted proxy, which brings many people.
    pub fn admit_connection(&self, address: Option<AddressKey>) -> Result<ConnectionPass, Closed> {
        let permit = self.connections.clone().try_acquire_owned().map_err(|_| Closed::Full)?;
        let counted = match address {
            Some(address) => Some(self.connections_by_address.enter(address)?),
            None => None,
        };
        Ok(ConnectionPass { _permit: Some(permit), _counted: counted })
    }

    /// Lets a line in, over a connection that was let in.
    pub fn admit_line(
        &self,
        address: AddressKey,
        connection: Arc<ConnectionPass>,
    ) -> Result<PeerAddr, Closed> {
        if !self.line_rate.allows(address) {
            return Err(Closed::TooMany);
        }
        let line = self.lines_by_address.enter(address)?;
        let handshake = self.handshakes.clone().try_acquire_owned().map_err(|_| Closed::Full)?;
        Ok(PeerAddr {
            line: LinePass { _counted: Some(line), _connection: Some(connection) },
            handshake: Some(handshake),
        })
    }

    /// Returns whether this address may ask the HTTP interface once more.
    pub fn allows_request(&self, address: AddressKey) -> bool {
        self.request_rate.allows(address)
    }

    /// Returns whether this address may make one more circle.
    pub fn allows_circle(&self, address: AddressKey) -> bool {
        self.circle_rate.allows(address)
    }

    /// Forgets addresses that have all of their allowance again.
    pub fn forget_quiet_addresses(&self) {
        for rate in [&self.line_rate, &self.request_rate, &self.circle_rate] {
            rate.limiter.retain_recent();
            rate.limiter.shrink_to_fit();
        }
    }
}

/// Held while a connection is open; the accepted socket and the line made of it share one.
#[derive(Debug)]
pub struct ConnectionPass {
    _permit: Option<OwnedSemaphorePermit>,
    _counted: Option<Counted>,
}

impl ConnectionPass {
    /// Returns a pass of a connection that no gate counts.
    pub fn uncounted() -> Self {
        Self { _permit: None, _counted: None }
    }
}

/// Held while a line is open.
#[derive(Debug)]
pub struct LinePass {
    _counted: Option<Counted>,
    _connection: Option<Arc<ConnectionPass>>,
}

/// Who is at the other end of a line, as far as anybody needs to know: its places in the gates,
/// given back when this is dropped. It holds no address, so none can leak from it.
#[derive(Debug)]
pub struct PeerAddr {
    #[allow(dead_code, reason = "held for its drop")]
    line: LinePass,
    handshake: Option<OwnedSemaphorePermit>,
}

impl PeerAddr {
    /// Returns a peer that no gate counts.
    pub fn uncounted() -> Self {
        Self { line: LinePass { _counted: None, _connection: None }, handshake: None }
    }

    /// Notes that the line was welcomed or refused: it is no handshake in flight any more. A line
    /// that never says so keeps others from shaking hands until it is gone.
    pub fn welcomed(&mut self) {
        self.handshake = None;
    }
}

/// How many of something each address has.
#[derive(Debug, Clone)]
struct Counts {
    most: usize,
    by_address: Arc<DashMap<AddressKey, usize>>,
}

impl Counts {
    fn new(most: usize) -> Self {
        Self { most, by_address: Arc::default() }
    }

    fn enter(&self, address: AddressKey) -> Result<Counted, Closed> {
        let mut count = self.by_address.entry(address).or_insert(0);
        if *count >= self.most {
            return Err(Closed::TooMany);
        }
        *count += 1;
        drop(count);
        Ok(Counted { counts: self.clone(), address })
    }
}

/// One of an address's many; given back when dropped.
struct Counted {
    counts: Counts,
    address: AddressKey,
}

impl Drop for Counted {
    fn drop(&mut self) {
        if let Some(mut count) = self.counts.by_address.get_mut(&self.address) {
            *count = count.saturating_sub(1);
        }
        self.counts.by_address.remove_if(&self.address, |_, count| *count == 0);
    }
}

impl fmt::Debug for Counted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Counted")
    }
}

type Limiter =
    RateLimiter<AddressKey, DashMapStateStore<AddressKey>, Clock, NoOpMiddleware<Duration>>;

/// How often each address does something.
struct Rate {
    limiter: Limiter,
    remembered_max: usize,
}

impl Rate {
    fn new(quota: Quota, remembered_max: usize, clock: &Clock) -> Self {
        Self { limiter: RateLimiter::dashmap_with_clock(quota, clock.clone()), remembered_max }
    }

    fn allows(&self, address: AddressKey) -> bool {
        let full = self.limiter.len() >= self.remembered_max;
        self.limiter.check_key(if full { &AddressKey::OTHERS } else { &address }).is_ok()
    }
}

impl fmt::Debug for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Rate({} addresses)", self.limiter.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::IpAddr;

    fn address(last: u8) -> AddressKey {
        IpAddr::from([198, 51, 100, last]).into()
    }

    fn gates(change: impl FnOnce(&mut Limits)) -> (Gates, crate::clock::ManualHands) {
        let mut limits = Limits::default();
        change(&mut limits);
        let (clock, hands) = Clock::manual(1_800_000_000_000);
        (Gates::new(&limits, &clock), hands)
    }

    fn connection() -> Arc<ConnectionPass> {
        Arc::new(ConnectionPass::uncounted())
    }

    #[test]
    fn a_class_of_thirty_behind_one_address_can_join_and_rejoin() {
        let (gates, _hands) = gates(|_| {});
        for _round in 0..5 {
            let class: Vec<_> =
                (0..30).map(|_| gates.admit_line(address(1), connection()).unwrap()).collect();
            assert_eq!(class.len(), 30);
        }
    }

    #[test]
    fn one_address_cannot_have_every_line_and_gets_its_places_back() {
        let (gates, _hands) = gates(|limits| limits.lines_per_address_max = 2);
        let first = gates.admit_line(address(1), connection()).unwrap();
        let _second = gates.admit_line(address(1), connection()).unwrap();
        let third = gates.admit_line(address(1), connection());
        assert_eq!(third.err(), Some(Closed::TooMany));
        assert!(gates.admit_line(address(2), connection()).is_ok());
        drop(first);
        assert!(gates.admit_line(address(1), connection()).is_ok());
    }

    #[test]
    fn handshakes_in_flight_are_bounded_until_they_are_welcomed() {
        let (gates, _hands) = gates(|limits| limits.handshakes_in_flight_max = 1);
        let mut first = gates.admit_line(address(1), connection()).unwrap();
        assert_eq!(gates.admit_line(address(2), connection()).err(), Some(Closed::Full));
        first.welcomed();
        assert!(gates.admit_line(address(2), connection()).is_ok());
    }

    #[test]
    fn a_line_keeps_the_place_of_its_connection() {
        let (gates, _hands) = gates(|limits| limits.connections_max = 1);
        let pass = Arc::new(gates.admit_connection(Some(address(1))).unwrap());
        let line = gates.admit_line(address(1), pass.clone()).unwrap();
        drop(pass);
        assert_eq!(gates.admit_connection(Some(address(2))).err(), Some(Closed::Full));
        drop(line);
        assert!(gates.admit_connection(Some(address(2))).is_ok());
    }

    #[test]
    fn a_flood_of_requests_is_stopped_and_time_gives_the_allowance_back() {
        let (gates, hands) = gates(|limits| limits.requests_per_minute_per_address = 10);
        let allowed = (0..50).filter(|_| gates.allows_request(address(1))).count();
        assert_eq!(allowed, 10);
        assert!(gates.allows_request(address(2)));
        hands.advance(Duration::from_secs(6));
        assert!(gates.allows_request(address(1)));
        assert!(!gates.allows_request(address(1)));
    }

    #[test]
    fn a_flood_of_addresses_shares_one_allowance_and_quiet_ones_are_forgotten() {
        let (gates, hands) = gates(|limits| {
            limits.requests_per_minute_per_address = 2;
            limits.addresses_remembered_max = 4;
        });
        let allowed = (0..100).filter(|last| gates.allows_request(address(*last))).count();
        assert_eq!(allowed, 6, "four addresses, and two requests of all the others");
        assert!(gates.request_rate.limiter.len() <= 5);
        hands.advance(Duration::from_secs(120));
        gates.forget_quiet_addresses();
        assert_eq!(gates.request_rate.limiter.len(), 0);
    }
}
