//! Free ports, for servers that are killed and started again at the same address.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::atomic::{AtomicU16, Ordering};

/// Below the range of ephemeral ports: otherwise an outgoing connection of another test could take
/// the port while a server restarts.
const FIRST: u16 = 20_000;
const COUNT: u16 = 12_000;
/// Ports between the first candidates of two test processes.
const APART: u16 = 40;

/// Returns a free address on this machine.
pub fn own_address() -> SocketAddr {
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
