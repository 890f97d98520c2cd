//! Keys derived from the one secret, sealing, and digests.

use chacha20poly1305::{
    ChaCha20Poly1305, Key, Nonce,
    aead::{Aead, KeyInit, Payload},
};
use hmac::{Hmac, Mac};
use rand::RngExt;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::app::settings::Secret;

const NONCE: usize = 12;

/// What a sealed value begins with that names its key; before keys were named it began with its nonce.
const NAMED: &[u8; 3] = b"\x01AZ";
/// Bytes of a key's name.
const NAME: usize = 4;

/// What seals, signs and digests, each key for one purpose. Signatures and digests are keyed by the secret,
/// which stays; what is sealed can be sealed again by another key.
pub struct Keys {
    tokens: Zeroizing<[u8; 32]>,
    citizen_id_digests: Zeroizing<[u8; 32]>,
    address_digests: Zeroizing<[u8; 32]>,
    body_digests: Zeroizing<[u8; 32]>,
    /// The key of now, then those of before; the secret's own is always among them.
    ring: Vec<Sealing>,
}

/// A key that seals, with its name.
struct Sealing {
    name: [u8; NAME],
    answers: ChaCha20Poly1305,
    citizen_ids: ChaCha20Poly1305,
    email_codes: ChaCha20Poly1305,
}

impl Sealing {
    fn new(secret: &Secret) -> Self {
        let derive = |label: &str| Zeroizing::new(keyed(secret.expose(), label.as_bytes()));
        let cipher = |label: &str| ChaCha20Poly1305::new(&Key::from(*derive(label)));
        let [a, b, c, d, ..] = *derive("name of the sealing key");
        Self {
            name: [a, b, c, d],
            answers: cipher("kept answers"),
            citizen_ids: cipher("citizen ids"),
            email_codes: cipher("e-mail codes"),
        }
    }

    fn open(&self, purpose: Purpose, sealed: &[u8]) -> Result<Vec<u8>, Unopenable> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE>().ok_or(Unopenable)?;
        let payload = Payload { msg: sealed, aad: purpose.label() };
        self.cipher(purpose).decrypt(&Nonce::from(*nonce), payload).map_err(|_opaque| Unopenable)
    }

    fn cipher(&self, purpose: Purpose) -> &ChaCha20Poly1305 {
        match purpose {
            Purpose::Answer => &self.answers,
            Purpose::CitizenId => &self.citizen_ids,
            Purpose::EmailCode => &self.email_codes,
        }
    }
}

/// What cannot be opened: sealed by another key, for another purpose, or altered.
#[derive(Debug, thiserror::Error)]
#[error("the sealed text cannot be opened")]
pub struct Unopenable;

/// What is sealed, so that one kind cannot be passed off as another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// An answer kept for a repeated request.
    Answer,
    /// A citizen id (公民身份号码).
    CitizenId,
    /// A code that waits to be sent by e-mail.
    EmailCode,
}

impl Keys {
    /// Derives every key. Of the sealing keys the first seals, and all of them open; without any the secret
    /// seals.
    #[must_use]
    pub fn new(secret: &Secret, sealing: &[Secret]) -> Self {
        let derive = |label: &str| Zeroizing::new(keyed(secret.expose(), label.as_bytes()));
        let mut ring: Vec<Sealing> = Vec::new();
        for key in sealing.iter().chain([secret]).map(Sealing::new) {
            if !ring.iter().any(|known| known.name == key.name) {
                ring.push(key);
            }
        }
        Self {
            tokens: derive("access tokens"),
            citizen_id_digests: derive("citizen id digests"),
            address_digests: derive("address digests"),
            body_digests: derive("body digests"),
            ring,
        }
    }

    /// The key that access tokens are signed with.
    #[must_use]
    pub fn token_key(&self) -> &[u8] {
        self.tokens.as_slice()
    }

    /// The keyed digest by which a citizen id is unique.
    #[must_use]
    pub fn citizen_id_digest(&self, number: &str) -> Vec<u8> {
        keyed(self.citizen_id_digests.as_slice(), number.as_bytes()).to_vec()
    }

    /// The keyed digest by which an address is told from others without being kept.
    #[must_use]
    pub fn address_digest(&self, address: &str) -> Vec<u8> {
        keyed(self.address_digests.as_slice(), address.as_bytes()).to_vec()
    }

    /// The keyed digest by which a repeated request is told from another, of the body's own digest.
    #[must_use]
    pub fn body_digest(&self, digest: &[u8]) -> Vec<u8> {
        keyed(self.body_digests.as_slice(), digest).to_vec()
    }

    /// Seals a text with the key of now: the key's name, a random nonce, then the sealed bytes.
    ///
    /// # Errors
    /// [`Unopenable`] where the text is too long to seal.
    pub fn seal(&self, purpose: Purpose, text: &[u8]) -> Result<Vec<u8>, Unopenable> {
        let key = self.ring.first().ok_or(Unopenable)?;
        let nonce: [u8; NONCE] = rand::rng().random();
        let payload = Payload { msg: text, aad: purpose.label() };
        let sealed =
            key.cipher(purpose).encrypt(&Nonce::from(nonce), payload).map_err(|_opaque| Unopenable)?;
        Ok([NAMED.as_slice(), &key.name, &nonce, &sealed].concat())
    }

    /// Opens what [`Keys::seal`] sealed for the same purpose, by whichever of the keys that was.
    ///
    /// # Errors
    /// [`Unopenable`].
    pub fn open(&self, purpose: Purpose, sealed: &[u8]) -> Result<Vec<u8>, Unopenable> {
        if let Some((name, rest)) = named(sealed)
            && let Some(key) = self.ring.iter().find(|key| key.name == *name)
            && let Ok(text) = key.open(purpose, rest)
        {
            return Ok(text);
        }
        // Sealed before keys were named.
        self.ring.iter().find_map(|key| key.open(purpose, sealed).ok()).ok_or(Unopenable)
    }

    /// Whether a sealed value is by the key of now.
    #[must_use]
    pub fn is_current(&self, sealed: &[u8]) -> bool {
        named(sealed).is_some_and(|(name, _)| self.ring.first().is_some_and(|key| key.name == *name))
    }
}

/// The name of the key and what it sealed, where the value says it.
fn named(sealed: &[u8]) -> Option<(&[u8; NAME], &[u8])> {
    sealed.strip_prefix(NAMED.as_slice())?.split_first_chunk::<NAME>()
}

impl Purpose {
    const fn label(self) -> &'static [u8] {
        match self {
            Self::Answer => b"answer",
            Self::CitizenId => b"citizen-id",
            Self::EmailCode => b"email-code",
        }
    }
}

/// HMAC-SHA-256.
fn keyed(key: &[u8], text: &[u8]) -> [u8; 32] {
    // HMAC takes a key of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return [0; 32] };
    mac.update(text);
    mac.finalize().into_bytes().into()
}

/// SHA-256, by which tokens are kept.
#[must_use]
pub fn digest(text: &[u8]) -> Vec<u8> {
    Sha256::digest(text).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_only_for_its_purpose_and_unaltered() {
        let keys = Keys::new(&Secret::new(vec![7; 32]), &[]);
        let mut sealed = keys.seal(Purpose::CitizenId, b"secret").unwrap();
        assert_ne!(sealed, keys.seal(Purpose::CitizenId, b"secret").unwrap());
        assert_eq!(keys.open(Purpose::CitizenId, &sealed).unwrap(), b"secret");
        assert!(keys.open(Purpose::Answer, &sealed).is_err());
        assert!(Keys::new(&Secret::new(vec![8; 32]), &[]).open(Purpose::CitizenId, &sealed).is_err());
        sealed[20] ^= 1;
        assert!(keys.open(Purpose::CitizenId, &sealed).is_err());
        assert!(keys.open(Purpose::CitizenId, b"short").is_err());
    }

    #[test]
    fn a_value_names_its_key_and_opens_with_the_keys_of_before() {
        let [secret, old, new] = [7, 8, 9].map(|byte| Secret::new(vec![byte; 32]));
        let first = Keys::new(&secret, &[]);
        let sealed = first.seal(Purpose::CitizenId, b"secret").unwrap();
        let unnamed = &sealed[NAMED.len() + NAME..];
        let both = Keys::new(&secret, &[new.clone(), old]);
        for value in [&sealed, unnamed] {
            assert_eq!(both.open(Purpose::CitizenId, value).unwrap(), b"secret");
            assert!(!both.is_current(value));
        }
        assert!(first.is_current(&sealed) && !first.is_current(unnamed));
        let again = both.seal(Purpose::CitizenId, b"secret").unwrap();
        assert!(both.is_current(&again));
        assert!(first.open(Purpose::CitizenId, &again).is_err());
        assert_eq!(Keys::new(&secret, &[new]).open(Purpose::CitizenId, &again).unwrap(), b"secret");
        assert_eq!(first.citizen_id_digest("1"), both.citizen_id_digest("1"));
        assert_eq!(first.body_digest(b"1"), both.body_digest(b"1"));
    }

    #[test]
    fn a_digest_is_of_its_secret_and_of_its_purpose() {
        let [one, other] = [7, 8].map(|byte| Keys::new(&Secret::new(vec![byte; 32]), &[]));
        assert_ne!(one.body_digest(b"1"), other.body_digest(b"1"));
        assert_ne!(one.body_digest(b"1"), one.citizen_id_digest("1"));
        assert_ne!(one.body_digest(b"1"), digest(b"1"));
    }
}
