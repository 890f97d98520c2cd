//! Tokens: access tokens of people (JWT), refresh tokens, and API tokens of systems.

use anze_domain::{
    Id,
    base::id::{SessionId, UserId},
};
use chrono::{DateTime, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use rand::{RngExt, distr::Alphanumeric};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::app::secrets::digest;

const ISSUER: &str = "anze";
const AUDIENCE: &str = "anze-api";
/// The type of access tokens (RFC 9068).
const TYPE: &str = "at+jwt";

/// Prefix of API tokens.
pub const API_TOKEN_PREFIX: &str = "anze_";
/// Characters of an API token's checksum.
const CHECKSUM: usize = 6;

/// A token in the clear: shown once, never logged, never stored.
pub struct PlainToken(Zeroizing<String>);

impl PlainToken {
    /// A new API token: `anze_`, 40 random characters, 6 of checksum.
    #[must_use]
    pub fn new_api_token() -> Self {
        let random = random(40);
        let checksum = checksum(&random);
        Self(Zeroizing::new(format!("{API_TOKEN_PREFIX}{random}{checksum}")))
    }

    /// A new refresh token: 48 random characters.
    #[must_use]
    pub fn new_refresh_token() -> Self {
        Self(Zeroizing::new(random(48)))
    }

    /// A new code that is sent by e-mail and used once: 32 random characters.
    #[must_use]
    pub fn new_one_time_code() -> Self {
        Self(Zeroizing::new(random(32)))
    }

    /// A new token of a calendar subscription: 43 random characters.
    #[must_use]
    pub fn new_calendar_token() -> Self {
        Self(Zeroizing::new(random(43)))
    }

    /// The token.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Its digest, by which it is kept.
    #[must_use]
    pub fn digest(&self) -> Vec<u8> {
        digest(self.0.as_bytes())
    }

    /// Its first characters, to tell it from others.
    #[must_use]
    pub fn hint(&self) -> String {
        self.0.chars().take(API_TOKEN_PREFIX.len() + 6).collect()
    }
}

impl std::fmt::Debug for PlainToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[token]")
    }
}

fn random(length: usize) -> String {
    rand::rng().sample_iter(Alphanumeric).take(length).map(char::from).collect()
}

fn checksum(random: &str) -> String {
    let hex: String = digest(random.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    hex.chars().take(CHECKSUM).collect()
}

/// Whether a text has the form and the checksum of an API token: a typing error is told without a look-up.
#[must_use]
pub fn is_api_token(text: &str) -> bool {
    let Some(rest) = text.strip_prefix(API_TOKEN_PREFIX) else { return false };
    rest.is_ascii()
        && rest.len() == 40 + CHECKSUM
        && rest.split_at_checked(40).is_some_and(|(random, given)| checksum(random) == given)
}

#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: Uuid,
    sid: Uuid,
    iat: i64,
    exp: i64,
}

/// Signs and verifies access tokens.
pub struct AccessTokens {
    signing: EncodingKey,
    verifying: DecodingKey,
    validation: Validation,
}

impl AccessTokens {
    /// With this key, HS256 only.
    #[must_use]
    pub fn new(key: &[u8]) -> Self {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[AUDIENCE]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        // Time is the application's clock, asked below.
        validation.validate_exp = false;
        Self { signing: EncodingKey::from_secret(key), verifying: DecodingKey::from_secret(key), validation }
    }

    /// A token for this session.
    pub fn issue(
        &self,
        user: UserId,
        session: SessionId,
        now: DateTime<Utc>,
        expires_at: DateTime<Utc>,
    ) -> Result<String, jsonwebtoken::errors::Error> {
        let header = Header { typ: Some(TYPE.to_owned()), ..Header::new(Algorithm::HS256) };
        let claims = Claims {
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            sub: user.uuid(),
            sid: session.uuid(),
            iat: now.timestamp(),
            exp: expires_at.timestamp(),
        };
        encode(&header, &claims, &self.signing)
    }

    /// The session that a token is of, and when the token ends; none where it is not ours or over.
    #[must_use]
    pub fn verify(&self, token: &str, now: DateTime<Utc>) -> Option<(SessionId, DateTime<Utc>)> {
        let data = decode::<Claims>(token, &self.verifying, &self.validation).ok()?;
        let expires_at = DateTime::from_timestamp(data.claims.exp, 0)?;
        let ours = data.header.typ.as_deref() == Some(TYPE) && expires_at > now;
        ours.then(|| (Id::new(data.claims.sid), expires_at))
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    #[test]
    fn an_api_token_carries_its_checksum() {
        let token = PlainToken::new_api_token();
        assert!(is_api_token(token.expose()));
        assert!(!is_api_token(&token.expose().replace("anze_", "anzf_")));
        let mut broken = token.expose().to_owned();
        let other = if broken.ends_with('0') { "1" } else { "0" };
        broken.replace_range(broken.len() - 1.., other);
        assert!(!is_api_token(&broken));
        assert!(!is_api_token("anze_") && !is_api_token("anze_安全安全"));
        assert_eq!(format!("{token:?}"), "[token]");
    }

    #[test]
    fn an_access_token_is_ours_and_in_time_and_of_its_type() {
        let tokens = AccessTokens::new(&[1; 32]);
        let now = DateTime::from_timestamp(1_770_000_000, 0).unwrap();
        let later = now + TimeDelta::minutes(15);
        let token = tokens.issue(Id::new(Uuid::nil()), Id::new(Uuid::max()), now, later).unwrap();
        assert_eq!(tokens.verify(&token, now), Some((Id::new(Uuid::max()), later)));
        assert_eq!(tokens.verify(&token, later), None);
        assert_eq!(AccessTokens::new(&[2; 32]).verify(&token, now), None);
        let forged = |typ: Option<&str>, algorithm, iss: &str, aud: &str| {
            let header = Header { typ: typ.map(str::to_owned), ..Header::new(algorithm) };
            let claims = Claims {
                iss: iss.into(),
                aud: aud.into(),
                sub: Uuid::nil(),
                sid: Uuid::max(),
                iat: now.timestamp(),
                exp: later.timestamp(),
            };
            tokens.verify(&encode(&header, &claims, &tokens.signing).unwrap(), now)
        };
        let (ours, hs256) = (Some(TYPE), Algorithm::HS256);
        assert!(forged(ours, hs256, ISSUER, AUDIENCE).is_some());
        assert_eq!(forged(None, hs256, ISSUER, AUDIENCE), None);
        assert_eq!(forged(Some("JWT"), hs256, ISSUER, AUDIENCE), None);
        assert_eq!(forged(ours, hs256, "another", AUDIENCE), None);
        assert_eq!(forged(ours, hs256, ISSUER, "another"), None);
        for other in [Algorithm::HS384, Algorithm::HS512] {
            assert_eq!(forged(ours, other, ISSUER, AUDIENCE), None, "{other:?}");
        }
        assert_eq!(tokens.verify("e30.e30.", now), None);
    }
}
