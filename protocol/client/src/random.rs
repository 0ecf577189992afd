//! Random numbers from the operating system.

use crate::error::Error;
use hearth_protocol::keys::{KEY_BYTES, SeatKey};

/// Returns the bytes of a new key.
pub(crate) fn key_bytes() -> Result<[u8; KEY_BYTES], Error> {
    let mut bytes = [0; KEY_BYTES];
    getrandom::fill(&mut bytes).map_err(Error::NoRandomness)?;
    Ok(bytes)
}

/// Returns a new seat key.
pub(crate) fn seat_key() -> Result<SeatKey, Error> {
    key_bytes().map(SeatKey::from_bytes)
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
