//! The operator key, and the key of the command line on the server's machine.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hearth_protocol::keys::{KEY_BYTES, KeyError, KeyHash};
use sha2::{Digest, Sha256};
use std::fmt;

/// A key that permits creating circles: 32 bytes, written as 43 characters of base64url. `Debug`
/// hides it.
#[derive(Clone)]
pub struct OperatorKey([u8; KEY_BYTES]);

impl OperatorKey {
    pub fn generate() -> Result<Self, getrandom::Error> {
        let mut bytes = [0; KEY_BYTES];
        getrandom::fill(&mut bytes)?;
        Ok(Self(bytes))
    }

    pub fn encode(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    pub fn decode(text: &str) -> Result<Self, KeyError> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| KeyError)?;
        bytes.try_into().map(Self).map_err(|_| KeyError)
    }

    /// Returns the SHA-256 of the key, which is all the server stores.
    pub fn hash(&self) -> KeyHash {
        KeyHash::from_bytes(Sha256::digest(self.0).into())
    }
}

impl fmt::Debug for OperatorKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OperatorKey(…)")
    }
}
