//! Keys derived from the one secret, sealing, and digests.

use chacha20poly1305::{
    ChaCha20Poly1305, Key, Nonce,
    aead::{Aead, KeyInit, Payload},
};
use hmac::{Hmac, Mac};
use rand::RngExt;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::settings::Secret;

const NONCE: usize = 12;

/// What seals, signs and digests with keys derived from the secret, each for one purpose.
pub struct Keys {
    tokens: Zeroizing<[u8; 32]>,
    citizen_id_digests: Zeroizing<[u8; 32]>,
    answers: ChaCha20Poly1305,
    citizen_ids: ChaCha20Poly1305,
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
}

impl Keys {
    /// Derives every key.
    #[must_use]
    pub fn new(secret: &Secret) -> Self {
        let derive = |label: &str| Zeroizing::new(keyed(secret.expose(), label.as_bytes()));
        let cipher = |label: &str| ChaCha20Poly1305::new(&Key::from(*derive(label)));
        Self {
            tokens: derive("access tokens"),
            citizen_id_digests: derive("citizen id digests"),
            answers: cipher("kept answers"),
            citizen_ids: cipher("citizen ids"),
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

    /// Seals a text: a random nonce, then the sealed bytes.
    ///
    /// # Errors
    /// [`Unopenable`] where the text is too long to seal.
    pub fn seal(&self, purpose: Purpose, text: &[u8]) -> Result<Vec<u8>, Unopenable> {
        let nonce: [u8; NONCE] = rand::rng().random();
        let payload = Payload { msg: text, aad: purpose.label() };
        let sealed =
            self.cipher(purpose).encrypt(&Nonce::from(nonce), payload).map_err(|_opaque| Unopenable)?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// Opens what [`Keys::seal`] sealed for the same purpose.
    ///
    /// # Errors
    /// [`Unopenable`].
    pub fn open(&self, purpose: Purpose, sealed: &[u8]) -> Result<Vec<u8>, Unopenable> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE>().ok_or(Unopenable)?;
        let payload = Payload { msg: sealed, aad: purpose.label() };
        self.cipher(purpose).decrypt(&Nonce::from(*nonce), payload).map_err(|_opaque| Unopenable)
    }

    fn cipher(&self, purpose: Purpose) -> &ChaCha20Poly1305 {
        match purpose {
            Purpose::Answer => &self.answers,
            Purpose::CitizenId => &self.citizen_ids,
        }
    }
}

impl Purpose {
    const fn label(self) -> &'static [u8] {
        match self {
            Self::Answer => b"answer",
            Self::CitizenId => b"citizen-id",
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
        let keys = Keys::new(&Secret::new(vec![7; 32]));
        let mut sealed = keys.seal(Purpose::CitizenId, b"secret").unwrap();
        assert_ne!(sealed, keys.seal(Purpose::CitizenId, b"secret").unwrap());
        assert_eq!(keys.open(Purpose::CitizenId, &sealed).unwrap(), b"secret");
        assert!(keys.open(Purpose::Answer, &sealed).is_err());
        assert!(Keys::new(&Secret::new(vec![8; 32])).open(Purpose::CitizenId, &sealed).is_err());
        sealed[14] ^= 1;
        assert!(keys.open(Purpose::CitizenId, &sealed).is_err());
        assert!(keys.open(Purpose::CitizenId, b"short").is_err());
    }
}
