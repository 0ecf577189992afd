//! Limits on connections and requests, in total and per address. Everything that stores an address
//! is bounded, so that an attacker can't exhaust memory with addresses.

use super::AddressKey;
use crate::clock::Clock;
use crate::config::Limits;
use dashmap::DashMap;
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::StateStore;
use governor::state::keyed::{DashMapStateStore, ShrinkableKeyedStateStore};
use governor::{Quota, RateLimiter};
use std::fmt;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// All limits that are checked before a request reaches its handler.
#[derive(Debug)]
pub struct AccessLimits {
    connections: Arc<Semaphore>,
    connections_by_address: CountByAddress,
    websockets_by_address: CountByAddress,
    handshakes: Arc<Semaphore>,
    websocket_rate: RateByAddress,
    request_rate: RateByAddress,
    circle_rate: RateByAddress,
}

/// The limit that a connection would exceed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LimitReached {
    /// The server's total.
    Server,
    /// The limit of the client's address.
    Address,
}

impl AccessLimits {
    pub fn new(limits: &Limits, clock: &Clock) -> Self {
        let remembered = limits.addresses_remembered_max;
        let rate = |per: u32, quota: fn(NonZeroU32) -> Quota| {
            let quota = quota(NonZeroU32::new(per).unwrap_or(NonZeroU32::MIN));
            RateByAddress::new(quota, remembered, clock)
        };
        Self {
            connections: Arc::new(Semaphore::new(limits.connections_max)),
            connections_by_address: CountByAddress::new(limits.connections_per_address_max),
            websockets_by_address: CountByAddress::new(limits.websockets_per_address_max),
            handshakes: Arc::new(Semaphore::new(limits.handshakes_in_flight_max)),
            websocket_rate: rate(limits.websockets_per_minute_per_address, Quota::per_minute),
            request_rate: rate(limits.requests_per_minute_per_address, Quota::per_minute),
            circle_rate: rate(limits.circles_per_hour_per_address, Quota::per_hour),
        }
    }

    /// Admits a TCP connection. `address` is `None` for a trusted proxy, which carries many clients.
    pub fn admit_connection(
        &self,
        address: Option<AddressKey>,
    ) -> Result<ConnectionPermit, LimitReached> {
        let permit =
            self.connections.clone().try_acquire_owned().map_err(|_| LimitReached::Server)?;
        let slot = match address {
            Some(address) => Some(self.connections_by_address.take(address)?),
            None => None,
        };
        Ok(ConnectionPermit { _permit: Some(permit), _slot: slot })
    }

    /// Admits a WebSocket on an admitted TCP connection.
    pub fn admit_websocket(
        &self,
        address: AddressKey,
        connection: Arc<ConnectionPermit>,
    ) -> Result<WebSocketPermit, LimitReached> {
        if !self.websocket_rate.allows(address) {
            return Err(LimitReached::Address);
        }
        let slot = self.websockets_by_address.take(address)?;
        let handshake =
            self.handshakes.clone().try_acquire_owned().map_err(|_| LimitReached::Server)?;
        Ok(WebSocketPermit {
            handshake: Some(handshake),
            _slot: Some(slot),
            _connection: Some(connection),
        })
    }

    /// Counts an API request, and returns whether the address may make it.
    pub fn allows_request(&self, address: AddressKey) -> bool {
        self.request_rate.allows(address)
    }

    /// Counts a new circle, and returns whether the address may create it.
    pub fn allows_circle(&self, address: AddressKey) -> bool {
        self.circle_rate.allows(address)
    }

    /// Forgets addresses whose allowance has fully refilled.
    pub fn forget_idle_addresses(&self) {
        for rate in [&self.websocket_rate, &self.request_rate, &self.circle_rate] {
            rate.limiter.retain_recent();
            rate.limiter.shrink_to_fit();
        }
    }
}

/// A TCP connection's place in the limits, released on drop. The accepted socket and a WebSocket
/// that it is upgraded to share one.
#[derive(Debug)]
pub struct ConnectionPermit {
    _permit: Option<OwnedSemaphorePermit>,
    _slot: Option<AddressSlot>,
}

impl ConnectionPermit {
    /// Returns a permit that no limit counts.
    pub fn uncounted() -> Self {
        Self { _permit: None, _slot: None }
    }
}

/// A WebSocket's place in the limits, released on drop. It reveals no address.
#[derive(Debug)]
pub struct WebSocketPermit {
    handshake: Option<OwnedSemaphorePermit>,
    _slot: Option<AddressSlot>,
    _connection: Option<Arc<ConnectionPermit>>,
}

impl WebSocketPermit {
    /// Returns a permit that no limit counts.
    pub fn uncounted() -> Self {
        Self { handshake: None, _slot: None, _connection: None }
    }

    /// Releases the place among the handshakes in flight, once the client is welcomed or refused.
    pub fn handshake_done(&mut self) {
        self.handshake = None;
    }
}

/// Counts what each address holds at the moment.
#[derive(Debug, Clone)]
struct CountByAddress {
    max: usize,
    counts: Arc<DashMap<AddressKey, usize>>,
}

impl CountByAddress {
    fn new(max: usize) -> Self {
        Self { max, counts: Arc::default() }
    }

    fn take(&self, address: AddressKey) -> Result<AddressSlot, LimitReached> {
        let mut count = self.counts.entry(address).or_insert(0);
        if *count >= self.max {
            return Err(LimitReached::Address);
        }
        *count += 1;
        drop(count);
        Ok(AddressSlot { counts: self.counts.clone(), address })
    }
}

/// One of an address's slots, released on drop.
struct AddressSlot {
    counts: Arc<DashMap<AddressKey, usize>>,
    address: AddressKey,
}

impl Drop for AddressSlot {
    fn drop(&mut self) {
        if let Some(mut count) = self.counts.get_mut(&self.address) {
            *count = count.saturating_sub(1);
        }
        self.counts.remove_if(&self.address, |_, count| *count == 0);
    }
}

impl fmt::Debug for AddressSlot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AddressSlot")
    }
}

/// The rate-limiting state of at most `max` addresses. An address that is in the table keeps its
/// state when the table is full; all others share one.
struct AddressTable {
    states: DashMapStateStore<AddressKey>,
    max: usize,
}

impl StateStore for AddressTable {
    type Key = AddressKey;

    fn measure_and_replace<T, F, E>(&self, address: &AddressKey, f: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        let has_own = self.states.contains_key(address) || self.states.len() < self.max;
        self.states.measure_and_replace(if has_own { address } else { &AddressKey::OTHERS }, f)
    }
}

impl ShrinkableKeyedStateStore<AddressKey> for AddressTable {
    fn retain_recent(&self, drop_below: Nanos) {
        self.states.retain_recent(drop_below);
    }

    fn shrink_to_fit(&self) {
        self.states.shrink_to_fit();
    }

    fn len(&self) -> usize {
        self.states.len()
    }

    fn is_empty(&self) -> bool {
        self.states.is_empty()
    }
}

/// Limits how often each address does something.
struct RateByAddress {
    limiter: RateLimiter<AddressKey, AddressTable, Clock, NoOpMiddleware<Duration>>,
}

impl RateByAddress {
    fn new(quota: Quota, max: usize, clock: &Clock) -> Self {
        let table = AddressTable { states: DashMap::new(), max };
        Self { limiter: RateLimiter::new(quota, table, clock.clone()) }
    }

    fn allows(&self, address: AddressKey) -> bool {
        self.limiter.check_key(&address).is_ok()
    }
}

impl fmt::Debug for RateByAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RateByAddress({} addresses)", self.limiter.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::ManualClock;
    use std::net::IpAddr;

    fn address(last: u8) -> AddressKey {
        IpAddr::from([198, 51, 100, last]).into()
    }

    fn access(change: impl FnOnce(&mut Limits)) -> (AccessLimits, ManualClock) {
        let mut limits = Limits::default();
        change(&mut limits);
        let (clock, manual) = Clock::manual(1_800_000_000_000);
        (AccessLimits::new(&limits, &clock), manual)
    }

    fn connection() -> Arc<ConnectionPermit> {
        Arc::new(ConnectionPermit::uncounted())
    }

    #[test]
    fn a_class_of_thirty_behind_one_address_can_join_and_rejoin() {
        let (access, _manual) = access(|_| {});
        for _round in 0..5 {
            let class: Vec<_> = (0..30)
                .map(|_| access.admit_websocket(address(1), connection()).unwrap())
                .collect();
            assert_eq!(class.len(), 30);
        }
    }

    #[test]
    fn one_address_cannot_take_every_websocket_and_gets_its_slots_back() {
        let (access, _manual) = access(|limits| limits.websockets_per_address_max = 2);
        let first = access.admit_websocket(address(1), connection()).unwrap();
        let _second = access.admit_websocket(address(1), connection()).unwrap();
        let third = access.admit_websocket(address(1), connection());
        assert_eq!(third.err(), Some(LimitReached::Address));
        assert!(access.admit_websocket(address(2), connection()).is_ok());
        drop(first);
        assert!(access.admit_websocket(address(1), connection()).is_ok());
    }

    #[test]
    fn handshakes_in_flight_are_bounded_until_they_are_done() {
        let (access, _manual) = access(|limits| limits.handshakes_in_flight_max = 1);
        let mut first = access.admit_websocket(address(1), connection()).unwrap();
        assert_eq!(
            access.admit_websocket(address(2), connection()).err(),
            Some(LimitReached::Server)
        );
        first.handshake_done();
        assert!(access.admit_websocket(address(2), connection()).is_ok());
    }

    #[test]
    fn a_websocket_keeps_the_slot_of_its_tcp_connection() {
        let (access, _manual) = access(|limits| limits.connections_max = 1);
        let permit = Arc::new(access.admit_connection(Some(address(1))).unwrap());
        let websocket = access.admit_websocket(address(1), permit.clone()).unwrap();
        drop(permit);
        assert_eq!(access.admit_connection(Some(address(2))).err(), Some(LimitReached::Server));
        drop(websocket);
        assert!(access.admit_connection(Some(address(2))).is_ok());
    }

    #[test]
    fn a_flood_of_requests_is_refused_and_the_allowance_refills_over_time() {
        let (access, manual) = access(|limits| limits.requests_per_minute_per_address = 10);
        let allowed = (0..50).filter(|_| access.allows_request(address(1))).count();
        assert_eq!(allowed, 10);
        assert!(access.allows_request(address(2)));
        manual.advance(Duration::from_secs(6));
        assert!(access.allows_request(address(1)));
        assert!(!access.allows_request(address(1)));
    }

    #[test]
    fn a_flood_of_addresses_shares_one_allowance_and_idle_ones_are_forgotten() {
        let (access, manual) = access(|limits| {
            limits.requests_per_minute_per_address = 2;
            limits.addresses_remembered_max = 4;
        });
        let allowed = (0..100).filter(|last| access.allows_request(address(*last))).count();
        assert_eq!(allowed, 6, "four addresses, and two requests from all the others");
        assert!(access.request_rate.limiter.len() <= 5);
        manual.advance(Duration::from_secs(120));
        access.forget_idle_addresses();
        assert_eq!(access.request_rate.limiter.len(), 0);
    }

    #[test]
    fn an_address_that_is_known_keeps_its_own_allowance_during_a_flood_of_addresses() {
        let (access, manual) = access(|limits| {
            limits.requests_per_minute_per_address = 3;
            limits.addresses_remembered_max = 2;
        });
        let (known, used_up) = (address(1), address(2));
        assert!(access.allows_request(known));
        assert_eq!((0..9).filter(|_| access.allows_request(used_up)).count(), 3);
        let strangers = (3..200).filter(|last| access.allows_request(address(*last))).count();
        assert_eq!(strangers, 3, "all others share one allowance");
        assert_eq!((0..9).filter(|_| access.allows_request(known)).count(), 2);
        manual.advance(Duration::from_secs(20));
        // The strangers take what they share; the others get theirs back.
        assert!(access.allows_request(address(200)) && !access.allows_request(address(201)));
        assert!(access.allows_request(known) && access.allows_request(used_up));
    }
}
