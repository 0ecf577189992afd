//! Ports that a server can be killed on and come back to.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::atomic::{AtomicU16, Ordering};

/// Below the range from which systems draw ports for outgoing connections: those of other tests
/// would now and then take the port of a server that is just being started again.
const FIRST: u16 = 20_000;
const COUNT: u16 = 12_000;
/// Ports that one process of tests looks at before the next one's begin.
const APART: u16 = 40;

/// Returns an address on this machine that nobody uses.
pub(crate) fn own_address() -> SocketAddr {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let processes = u32::from(COUNT / APART);
    let mine = u16::try_from(std::process::id() % processes).unwrap_or_default() * APART;
    for _ in 0..COUNT {
        let offset = (mine + NEXT.fetch_add(1, Ordering::Relaxed)) % COUNT;
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, FIRST + offset));
        if TcpListener::bind(address).is_ok() {
            return address;
        }
    }
    panic!("no port from {FIRST} to {} is free", FIRST + COUNT);
}
