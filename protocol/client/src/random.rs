//! Random numbers from the operating system.

use crate::error::Error;
use hearth_protocol::keys::SeatKey;

/// Returns random bytes, for a key or a nonce.
pub(crate) fn bytes<const N: usize>() -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(Error::NoRandomness)?;
    Ok(bytes)
}

/// Returns a new seat key.
pub(crate) fn seat_key() -> Result<SeatKey, Error> {
    bytes().map(SeatKey::from_bytes)
}

/// Returns a random byte that spreads reconnects. If the operating system has none, the waits
/// merely aren't spread.
pub(crate) fn jitter() -> u8 {
    let mut byte = [0];
    match getrandom::fill(&mut byte) {
        Ok(()) => u8::from_le_bytes(byte),
        Err(_) => u8::MAX,
    }
}
