//! A call: who, when, on what, once. Reads and changes go through it, so that every change is
//! authorised, leaves its event and is kept for a repeated request, in one transaction.

use std::{
    future::{Ready, ready},
    sync::Arc,
};

use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload, web};
use anze_domain::{
    Event, Id, Violation,
    access::{self, Caller, Operation, Stakes, Who},
    code::UNKNOWN_REFERENCE,
};
use anze_persistence::{
    Reader, StoreError, Writer,
    error::Failure,
    event::{self, Author},
    idempotency::{self, Claim, Fingerprint},
    session::Session,
};
use chrono::{DateTime, Datelike, Utc};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{
    app::App,
    catalogue,
    extract::{BodyDigest, IdempotencyKey, IfMatch},
    identity::{Identity, refusal},
    middleware::Context,
    problem::ApiError,
    respond::{Reply, StoredReply},
    secrets::Purpose,
};

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Stale => Self::new(catalogue::VERSION_STALE),
            StoreError::Duplicate(code) => Self::from(Violation::new(code)),
            StoreError::Busy => Self::overloaded(),
            StoreError::Conflict => Self::overloaded().as_conflict(),
            StoreError::Unavailable(cause) => {
                log::error!("database: {cause}");
                Self::new(catalogue::UNAVAILABLE).retry_after(std::time::Duration::from_secs(5))
            }
            StoreError::Internal(cause) => Self::internal(cause),
        }
    }
}

impl Failure for ApiError {
    fn is_conflict(&self) -> bool {
        matches!(self, Self::Problem(refusal) if refusal.conflict)
    }
}

/// A call by whoever the request's credentials say.
#[derive(Clone)]
pub struct Call {
    /// The application.
    pub app: web::Data<App>,
    /// Who calls.
    pub caller: Arc<Caller>,
    /// The session of a person.
    pub session: Option<Id<Session>>,
    /// When: one instant for the whole call.
    pub now: DateTime<Utc>,
    /// From where.
    pub address: String,
    request_id: String,
    target: String,
    key: Option<String>,
}

impl FromRequest for Call {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let key = IdempotencyKey::from_request(request, payload).into_inner();
        ready(key.and_then(|key| Self::of(request, key)))
    }
}

impl Call {
    fn of(request: &HttpRequest, key: IdempotencyKey) -> Result<Self, ApiError> {
        let missing = || ApiError::internal("the request has no identity");
        let app = request.app_data::<web::Data<App>>().ok_or_else(missing)?.clone();
        let extensions = request.extensions();
        let identity = extensions.get::<Identity>().ok_or_else(missing)?;
        let context = extensions.get::<Context>().ok_or_else(missing)?;
        Ok(Self {
            now: app.clock.now(),
            caller: Arc::new(identity.caller.clone()),
            session: identity.session,
            address: context.address().map(|address| address.to_string()).unwrap_or_default(),
            request_id: context.request_id().to_owned(),
            target: format!("{} {}", request.method(), request.uri()),
            key: key.0,
            app,
        })
    }

    /// The same call for work beside its own, which is not the answer to keep for a repeated request.
    #[must_use]
    pub fn without_key(&self) -> Self {
        Self { key: None, ..self.clone() }
    }

    /// Runs queries for this call.
    ///
    /// # Errors
    /// What the work returns.
    pub async fn read<T, F>(&self, work: F) -> Result<T, ApiError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Reader<'_>, &Caller) -> Result<T, ApiError> + Send + 'static,
    {
        let caller = Arc::clone(&self.caller);
        self.app.store.read(move |db| work(db, &caller)).await
    }

    /// Runs a change for this call in one transaction, with its idempotency record.
    ///
    /// A repeated request gets the first answer again. Only what succeeded is kept: a refused request
    /// changed nothing and is judged anew.
    ///
    /// # Errors
    /// What the work returns; the idempotency key was used otherwise.
    pub async fn write<F>(&self, body: BodyDigest, work: F) -> Result<Reply, ApiError>
    where
        F: Fn(&mut Change<'_, '_>) -> Result<Reply, ApiError> + Send + 'static,
    {
        let call = self.clone_for_work();
        let fingerprint = self.key.as_deref().map(|key| self.fingerprint(key, body));
        self.app
            .store
            .write(move |db| {
                let Some(fingerprint) = &fingerprint else {
                    return work(&mut Change { db, caller: &call.caller, call: &call });
                };
                match idempotency::claim(db, fingerprint, call.now)? {
                    Claim::First => {
                        let reply = work(&mut Change { db, caller: &call.caller, call: &call })?;
                        let kept = serde_json::to_vec(&reply.to_stored()).map_err(ApiError::internal)?;
                        let sealed =
                            call.app.keys.seal(Purpose::Answer, &kept).map_err(ApiError::internal)?;
                        idempotency::answer(db, fingerprint, &sealed)?;
                        Ok(reply)
                    }
                    Claim::Answered(sealed) => {
                        let kept =
                            call.app.keys.open(Purpose::Answer, &sealed).map_err(ApiError::internal)?;
                        let stored: StoredReply =
                            serde_json::from_slice(&kept).map_err(ApiError::internal)?;
                        Reply::replay(stored)
                    }
                    Claim::OtherBody => Err(ApiError::new(catalogue::IDEMPOTENCY_KEY_REUSED)),
                    Claim::InFlight => Err(ApiError::new(catalogue::IDEMPOTENCY_KEY_IN_FLIGHT)
                        .retry_after(std::time::Duration::from_secs(1))),
                }
            })
            .await
    }

    fn fingerprint(&self, key: &str, body: BodyDigest) -> Fingerprint {
        let mut scope = Sha256::new();
        scope.update(self.caller.id().as_bytes());
        for part in [self.target.as_str(), key] {
            scope.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            scope.update(part.as_bytes());
        }
        Fingerprint { scope: scope.finalize().to_vec(), body: body.0.to_vec() }
    }

    fn clone_for_work(&self) -> Work {
        Work {
            app: self.app.clone().into_inner(),
            caller: Arc::clone(&self.caller),
            now: self.now,
            author: Author {
                kind: match self.caller.who {
                    Who::Nobody => "nobody",
                    Who::User(_) => "user",
                    Who::Token(_) => "token",
                },
                id: (self.caller.who != Who::Nobody).then(|| self.caller.id()),
                organization_id: self.caller.organization_id.map(Id::uuid),
                at: self.now,
                request_id: self.request_id.clone(),
            },
        }
    }
}

/// What of a call its work needs.
struct Work {
    app: Arc<App>,
    caller: Arc<Caller>,
    now: DateTime<Utc>,
    author: Author,
}

/// A change under way: the transaction, and whose call it is.
pub struct Change<'a, 'c> {
    /// The transaction.
    pub db: &'a mut Writer<'c>,
    /// Who calls.
    pub caller: &'a Caller,
    call: &'a Work,
}

impl<'a> Change<'a, '_> {
    /// The application.
    #[must_use]
    pub fn app(&self) -> &'a App {
        &self.call.app
    }

    /// When.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.call.now
    }

    /// Whose change it is, for another who is not signed in yet.
    #[must_use]
    pub fn author(&self) -> Author {
        self.call.author.clone()
    }

    /// A new id.
    #[must_use]
    pub fn new_id(&self) -> Uuid {
        self.call.app.clock.new_id()
    }

    /// The next number of a kind in this year (Asia/Shanghai), such as `XM-2026-000123`.
    ///
    /// # Errors
    /// The store's.
    pub fn next_number(&mut self, kind: &'static str) -> Result<String, ApiError> {
        let year = anze_domain::working_calendar::shanghai_date(self.now()).year();
        Ok(anze_persistence::number::next(self.db, kind, year)?)
    }

    /// As [`Change::next_number`], the next so many at once, in their order.
    ///
    /// # Errors
    /// The store's.
    pub fn next_numbers(&mut self, kind: &'static str, count: usize) -> Result<Vec<String>, ApiError> {
        let year = anze_domain::working_calendar::shanghai_date(self.now()).year();
        Ok(anze_persistence::number::next_many(self.db, kind, year, count)?)
    }

    /// Decides whether the caller may do this on a record in which these have a part.
    ///
    /// # Errors
    /// 401, 403 or 404.
    pub fn may(&self, operation: Operation, stakes: &Stakes) -> Result<(), ApiError> {
        access::may(self.caller, operation, stakes).map_err(refusal)
    }

    /// As [`Change::may`], then holds the version that the caller has read against the one there is.
    ///
    /// # Errors
    /// 401, 403, 404 or 412.
    pub fn guard(
        &self,
        operation: Operation,
        stakes: &Stakes,
        read: &IfMatch,
        version: i64,
    ) -> Result<(), ApiError> {
        self.may(operation, stakes)?;
        read.check(version)
    }

    /// The record that a body names at `pointer`, where the caller may build on it; else as if there
    /// were none.
    ///
    /// # Errors
    /// `unknown_reference`.
    pub fn named<T>(
        &self,
        found: Option<T>,
        operation: Operation,
        stakes: impl FnOnce(&T) -> Stakes,
        pointer: &'static str,
    ) -> Result<T, ApiError> {
        found
            .filter(|record| access::may(self.caller, operation, &stakes(record)).is_ok())
            .ok_or_else(|| Violation::new(UNKNOWN_REFERENCE).at(pointer).into())
    }

    /// Appends what happened to a stream: a project's, an organisation's, or the platform's.
    ///
    /// # Errors
    /// The store's.
    pub fn append(&mut self, stream: impl Into<Uuid>, event: &Event) -> Result<(), ApiError> {
        Ok(event::append(self.db, stream, &self.call.author, event)?)
    }
}

/// A change of which nothing else follows.
#[must_use]
pub fn alone<T>((record, event): (T, Event)) -> (T, Vec<Event>) {
    (record, vec![event])
}

/// What is there, or 404.
///
/// # Errors
/// `not_found`.
pub fn there<T>(found: Option<T>) -> Result<T, ApiError> {
    found.ok_or_else(ApiError::not_found)
}
