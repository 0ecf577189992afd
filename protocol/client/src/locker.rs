//! Lockers: secrets of other links, encrypted for the holder of one link. The server stores them and
//! can't read them. The format is in PROTOCOL.md.

use crate::error::Error;
use crate::random;
use aes_gcm::aead::Aead;
use aes_gcm::{Aes256Gcm, KeyInit, Nonce};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hearth_protocol::api::LinkRole;
use hearth_protocol::keys::Secret;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The first byte of every locker that isn't empty.
const VERSION: u8 = 1;
const NONCE_BYTES: usize = 12;

/// The secrets in a locker.
pub(crate) type Secrets = BTreeMap<LinkRole, Secret>;

/// What a locker encrypts, as JSON. Fields and roles of later versions are ignored.
#[derive(Serialize, Deserialize)]
struct Contents<Role: Ord> {
    #[serde(default = "BTreeMap::new")]
    secrets: BTreeMap<Role, String>,
}

/// Encrypts `secrets` for the holder of the link with the secret `own`. No secrets make an empty
/// locker.
pub(crate) fn seal(own: &Secret, secrets: &Secrets) -> Result<String, Error> {
    if secrets.is_empty() {
        return Ok(String::new());
    }
    seal_with(own, secrets, random::bytes()?)
}

fn seal_with(own: &Secret, secrets: &Secrets, nonce: [u8; NONCE_BYTES]) -> Result<String, Error> {
    let secrets = secrets.iter().map(|(role, secret)| (*role, secret.encode())).collect();
    let text = serde_json::to_vec(&Contents { secrets })
        .map_err(|error| Error::Protocol(format!("can't encode a locker: {error}")))?;
    let encrypted = cipher(own)
        .encrypt(&Nonce::from(nonce), text.as_slice())
        .map_err(|_| Error::Protocol("can't encrypt a locker".to_owned()))?;
    let mut bytes = vec![VERSION];
    bytes.extend_from_slice(&nonce);
    bytes.extend_from_slice(&encrypted);
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// Returns the secrets in a locker. One that can't be read counts as empty.
pub(crate) fn open(own: &Secret, locker: &str) -> Secrets {
    read(own, locker).unwrap_or_default()
}

fn read(own: &Secret, locker: &str) -> Option<Secrets> {
    let bytes = URL_SAFE_NO_PAD.decode(locker).ok()?;
    let (nonce, encrypted) = bytes.strip_prefix(&[VERSION])?.split_first_chunk::<NONCE_BYTES>()?;
    let text = cipher(own).decrypt(&Nonce::from(*nonce), encrypted).ok()?;
    let Contents { secrets } = serde_json::from_slice::<Contents<String>>(&text).ok()?;
    let known = LinkRole::ALL.into_iter().filter_map(|role| {
        let secret = Secret::decode(secrets.get(role.name())?).ok()?;
        Some((role, secret))
    });
    Some(known.collect())
}

fn cipher(own: &Secret) -> Aes256Gcm {
    Aes256Gcm::new(own.wrap_key().as_bytes().into())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "test code: a broken assumption fails the test")]

    use super::*;
    use hearth_protocol::keys::KEY_BYTES;

    fn own() -> Secret {
        Secret::from_bytes(std::array::from_fn(|at| u8::try_from(at).unwrap()))
    }

    fn participants() -> Secrets {
        Secrets::from([(LinkRole::Participant, Secret::from_bytes([7; KEY_BYTES]))])
    }

    /// The vector in PROTOCOL.md, which the page's tests share.
    #[test]
    fn a_locker_is_encrypted_as_the_protocol_says() {
        let nonce = std::array::from_fn(|at| u8::try_from(at).unwrap());
        let locker = seal_with(&own(), &participants(), nonce).unwrap();
        assert_eq!(
            locker,
            "AQABAgMEBQYHCAkKC2JI_POaOKwzfFDNS8VoM2JxA7p0eZRNvtARQNqkQJjJIemsqV23SLPW5r8kXfVGAniV7K8Yg5Vq4HFHzBb0Sw1btjZ4kc8EwASx8Guh0uTZ4jTxh5Wd_QCm"
        );
        assert_eq!(open(&own(), &locker), participants());
    }

    #[test]
    fn a_locker_that_cannot_be_read_counts_as_empty() {
        let locker = seal(&own(), &participants()).unwrap();
        let other = Secret::from_bytes([1; KEY_BYTES]);
        let damaged = format!("{locker}AAAA");
        let later = format!("Ag{}", &locker[2..]);
        for (secret, locker) in
            [(&other, &*locker), (&own(), &damaged), (&own(), &later), (&own(), "?")]
        {
            assert!(open(secret, locker).is_empty(), "{locker}");
        }
        assert_eq!(seal(&own(), &Secrets::new()).unwrap(), "");
        assert!(open(&own(), "").is_empty());
    }

    #[test]
    fn nothing_is_encrypted_twice_in_the_same_way() {
        let seal = || seal(&own(), &participants()).unwrap();
        assert_ne!(seal(), seal());
    }
}
