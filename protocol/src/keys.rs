//! Keys: links are capabilities, and the server never sees one.
//!
//! Two keys are derived from a link's 32-byte secret with HKDF-SHA-256 (RFC 5869), without salt: an
//! *entry key* (info `hearth/v1/entry`), of which the server stores the SHA-256, and a *wrap key*
//! (info `hearth/v1/wrap`), with which clients encrypt the circle's locker. Test vectors are in
//! PROTOCOL.md and in `tests` below.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hkdf::Hkdf;
#[cfg(feature = "schema")]
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::fmt;
use subtle::ConstantTimeEq;
#[cfg(feature = "schema")]
use ts_rs::TS;

/// Bytes of every key.
pub const KEY_BYTES: usize = 32;

/// A text that is not 32 bytes in unpadded base64url.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a key is 32 bytes in base64url without padding: 43 characters")]
pub struct KeyError;

macro_rules! key {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        ///
        /// 32 bytes, on the wire 43 characters of unpadded base64url. `Debug` hides it, and
        /// comparison takes constant time.
        #[derive(Clone, Copy)]
        #[cfg_attr(feature = "schema", derive(TS), ts(type = "string"))]
        pub struct $name([u8; KEY_BYTES]);

        impl $name {
            /// Returns the key with these bytes.
            pub fn from_bytes(bytes: [u8; KEY_BYTES]) -> Self {
                Self(bytes)
            }

            /// Returns its bytes.
            pub fn as_bytes(&self) -> &[u8; KEY_BYTES] {
                &self.0
            }

            /// Returns its base64url form.
            pub fn encode(&self) -> String {
                URL_SAFE_NO_PAD.encode(self.0)
            }

            /// Parses its base64url form.
            pub fn decode(text: &str) -> Result<Self, KeyError> {
                let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| KeyError)?;
                bytes.try_into().map(Self).map_err(|_| KeyError)
            }

            /// Returns the SHA-256 of its bytes. The server stores nothing else about the key.
            pub fn hash(&self) -> KeyHash {
                KeyHash(Sha256::digest(self.0).into())
            }
        }

        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                self.0.ct_eq(&other.0).into()
            }
        }
        impl Eq for $name {}

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.encode())
            }
        }
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = Cow::<'de, str>::deserialize(deserializer)?;
                Self::decode(&text).map_err(serde::de::Error::custom)
            }
        }
        #[cfg(feature = "schema")]
        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }
            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({
                    "type": "string",
                    "description": "32 bytes in base64url without padding",
                    "pattern": "^[A-Za-z0-9_-]{43}$",
                })
            }
        }
    };
}

key! {
    /// The secret in a link's fragment. Never sent to the server.
    Secret
}
key! {
    /// Gives access to a circle in the role of its link.
    EntryKey
}
key! {
    /// Encrypts the circle's locker. Never sent to the server.
    WrapKey
}
key! {
    /// Created by a client for one seat, and stored: the same key always leads to the same seat.
    SeatKey
}
key! {
    /// The SHA-256 of a key.
    KeyHash
}

impl Secret {
    /// Returns the key from which the server derives the link's role.
    pub fn entry_key(&self) -> EntryKey {
        EntryKey(self.derive(b"hearth/v1/entry"))
    }

    /// Returns the key that encrypts the link's locker.
    pub fn wrap_key(&self) -> WrapKey {
        WrapKey(self.derive(b"hearth/v1/wrap"))
    }

    fn derive(&self, info: &[u8]) -> [u8; KEY_BYTES] {
        let mut out = [0; KEY_BYTES];
        // This can fail only beyond HKDF's maximum of 255 blocks, and 32 bytes is far below that.
        let filled = Hkdf::<Sha256>::new(None, &self.0).expand(info, &mut out);
        debug_assert!(filled.is_ok());
        out
    }
}

impl std::hash::Hash for KeyHash {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The vectors of PROTOCOL.md.
    #[test]
    fn keys_follow_from_a_secret_as_the_document_says() {
        let secret = Secret::from_bytes(std::array::from_fn(|i| i as u8));
        assert_eq!(secret.encode(), "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8");
        let document = include_str!("../PROTOCOL.md");
        for vector in [
            secret.encode(),
            secret.entry_key().encode(),
            secret.entry_key().hash().encode(),
            secret.wrap_key().encode(),
        ] {
            assert!(document.contains(&vector), "PROTOCOL.md lacks the test vector {vector}");
        }
    }

    #[test]
    fn a_key_shows_nothing_of_itself_and_refuses_other_lengths() {
        let key = SeatKey::from_bytes([7; 32]);
        assert_eq!(format!("{key:?}"), "SeatKey(…)");
        assert_eq!(SeatKey::decode(&key.encode()), Ok(key));
        assert_eq!(SeatKey::decode("short"), Err(KeyError));
        assert_eq!(SeatKey::decode(&format!("{}=", key.encode())), Err(KeyError));
    }
}
