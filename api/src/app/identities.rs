//! Who calls, as far as it was learned of their credentials a moment ago.

use std::{
    collections::HashMap,
    sync::{PoisonError, RwLock},
};

use anze_domain::{
    access::Caller,
    base::id::{ApiTokenId, SessionId},
};
use chrono::{DateTime, TimeDelta, Utc};
use ipnet::IpNet;

/// Who calls, with the session that a person calls in.
#[derive(Debug, Clone)]
pub struct Identity {
    /// As permission sees them.
    pub caller: Caller,
    /// A person's session.
    pub session: Option<SessionId>,
}

/// What was learned of a credential, for a moment: a busy caller is looked up once a second, and what
/// ends a session or token on this node is forgotten here at once ([`Identities::forget`]).
#[derive(Default)]
pub struct Identities(RwLock<HashMap<Vec<u8>, Known>>);

#[derive(Clone)]
pub(super) struct Known {
    pub(super) identity: Identity,
    pub(super) networks: Vec<IpNet>,
    /// The token whose use is still to be noted.
    pub(super) unnoted: Option<ApiTokenId>,
    pub(super) fresh_until: DateTime<Utc>,
}

/// How long what was learned is used: the longest that another node's revocation takes to arrive.
pub(super) const FRESH: TimeDelta = TimeDelta::seconds(1);
/// How many credentials are remembered at the most.
const REMEMBERED: usize = 10_000;

impl Identities {
    pub(super) fn recall(&self, key: &[u8], now: DateTime<Utc>) -> Option<Known> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        known.get(key).filter(|known| known.fresh_until > now).cloned()
    }

    pub(super) fn remember(&self, key: Vec<u8>, known: Known) {
        let mut all = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= REMEMBERED {
            all.clear();
        }
        all.insert(key, known);
    }

    /// Forgets everything: a session, token, user or organisation changed.
    pub fn forget(&self) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).clear();
    }
}
