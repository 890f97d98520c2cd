//! The digest of a request's body: written by whoever reads the body, read by whoever compares repeated requests.

use std::{
    fmt,
    sync::{Arc, OnceLock},
};

use actix_web::{HttpMessage, HttpRequest};
use serde::Serialize;
use sha2::{Digest, Sha256};

/// SHA-256 of a body's bytes, to tell whether a repeated request is the same.
#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
pub struct BodyDigest(pub [u8; 32]);

impl BodyDigest {
    /// The digest of these bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }
}

impl fmt::Display for BodyDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for BodyDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The place of one request for the digest of its body.
///
/// The arguments of a handler are extracted in their order, and the request context stands before the body. The context
/// therefore takes the cell at once, and reads it only when the handler runs. By then the extractor of the body has
/// filled the same cell.
#[derive(Debug, Clone, Default)]
pub struct BodyDigestCell(Arc<OnceLock<BodyDigest>>);

impl BodyDigestCell {
    /// The cell of this request, the same for everyone who asks.
    #[must_use]
    pub fn of(request: &HttpRequest) -> Self {
        let mut extensions = request.extensions_mut();
        if let Some(cell) = extensions.get::<Self>() {
            return cell.clone();
        }
        let cell = Self::default();
        extensions.insert(cell.clone());
        cell
    }

    /// Notes the digest of the body that was read. A body is read once: a second digest is ignored.
    pub fn set(&self, digest: BodyDigest) {
        self.0.get_or_init(|| digest);
    }

    /// The digest of the body; that of an empty body where none was read.
    #[must_use]
    pub fn get(&self) -> BodyDigest {
        self.0.get().copied().unwrap_or_else(|| BodyDigest::of(b""))
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn a_cell_that_was_taken_before_the_body_was_read_has_its_digest_afterwards() {
        let request = TestRequest::default().to_http_request();
        let taken_first = BodyDigestCell::of(&request);
        assert_eq!(taken_first.get(), BodyDigest::of(b""));
        BodyDigestCell::of(&request).set(BodyDigest::of(b"{}"));
        assert_eq!(taken_first.get(), BodyDigest::of(b"{}"));
        BodyDigestCell::of(&request).set(BodyDigest::of(b"another"));
        assert_eq!(taken_first.get(), BodyDigest::of(b"{}"));
    }

    #[test]
    fn another_request_has_another_cell() {
        BodyDigestCell::of(&TestRequest::default().to_http_request()).set(BodyDigest::of(b"{}"));
        let other = BodyDigestCell::of(&TestRequest::default().to_http_request());
        assert_eq!(other.get(), BodyDigest::of(b""));
    }
}
