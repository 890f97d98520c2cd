//! The contexts in which a request reads and writes. Every change goes through one of them. In one transaction it is
//! authorised, leaves its event, and its answer is kept for a repeated request.

mod change;
#[cfg(test)]
mod tests;
mod view;

use std::{
    future::{Ready, ready},
    ops::Deref,
    sync::Arc,
};

use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload, web};
use anze_domain::{
    Event, Id, Violation,
    access::{self, Caller, Operation, Relations, Who},
    base::{code::UNKNOWN_REFERENCE, id::SessionId},
    identity::notification::{Notification, Recipients},
};
use anze_persistence::{
    ChangeError, Reader, StoreError, Writer,
    identity::notification,
    store::{
        error::Failure,
        event::{self, Author},
        idempotency::{self, Answer, Fingerprint, Known},
    },
};
use chrono::{DateTime, Datelike, Utc};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{
    app::{authentication::refusal, clock::Clock, identities::Identity, secrets::Purpose, state::App},
    http::{
        catalogue,
        extract::{BodyDigestCell, IdempotencyKey, IfMatch},
        language::Language,
        middleware::{
            RequestMetadata,
            metadata::{counted_address, with_request_id},
        },
        problem::ApiError,
        respond::Reply,
    },
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

impl From<ChangeError> for ApiError {
    fn from(error: ChangeError) -> Self {
        match error {
            ChangeError::Violation(violation) => violation.into(),
            ChangeError::Store(error) => error.into(),
        }
    }
}

impl Failure for ApiError {
    fn is_conflict(&self) -> bool {
        matches!(self, Self::Problem(refusal) if refusal.conflict)
    }
}

pub use change::{Changed, DecisionContext};
pub use view::{ReadContext, View};

/// One authenticated request.
#[derive(Clone)]
pub struct RequestContext {
    /// The application.
    pub app: web::Data<App>,
    /// Who calls.
    pub caller: Arc<Caller>,
    /// The session of a person.
    pub session: Option<SessionId>,
    /// Time of the request, the same instant throughout.
    pub now: DateTime<Utc>,
    /// The language that the caller prefers.
    pub language: Language,
    /// Address of the client, behind trusted proxies.
    pub address: String,
    /// The address by which failed tries are counted: of an IPv6 address, its /64 network.
    pub counted_address: String,
    request_id: String,
    target: String,
    key: Option<String>,
    body: BodyDigestCell,
}

impl FromRequest for RequestContext {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let key = IdempotencyKey::from_request(request, payload).into_inner();
        ready(key.and_then(|key| Self::of(request, key)))
    }
}

impl RequestContext {
    fn of(request: &HttpRequest, key: IdempotencyKey) -> Result<Self, ApiError> {
        let missing = || ApiError::internal("the request has no identity");
        let app = request.app_data::<web::Data<App>>().ok_or_else(missing)?.clone();
        // Before the extensions are borrowed, as the cell may have to be put there.
        let body = BodyDigestCell::of(request);
        let extensions = request.extensions();
        let identity = extensions.get::<Identity>().ok_or_else(missing)?;
        let metadata = extensions.get::<RequestMetadata>().ok_or_else(missing)?;
        Ok(Self {
            now: app.clock.now(),
            caller: Arc::new(identity.caller.clone()),
            session: identity.session,
            language: metadata.language(),
            address: metadata.address().map(|address| address.to_string()).unwrap_or_default(),
            counted_address: metadata
                .address()
                .map(|address| counted_address(address).to_string())
                .unwrap_or_default(),
            request_id: metadata.request_id().to_owned(),
            target: format!("{} {}", request.method(), request.uri()),
            key: key.0,
            body,
            app,
        })
    }

    /// A copy without idempotency key, for additional writes.
    #[must_use]
    pub fn without_key(&self) -> Self {
        Self { key: None, ..self.clone() }
    }

    /// Runs queries for this call.
    pub async fn read<T, F>(&self, work: F) -> Result<T, ApiError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Reader<'_>, &Caller) -> Result<T, ApiError> + Send + 'static,
    {
        let (caller, id) = (Arc::clone(&self.caller), self.request_id.clone());
        self.app.store.read(move |db| with_request_id(&id, || work(db, &caller))).await
    }

    /// As [`RequestContext::read`], for queries that may take long, off the event loop.
    pub async fn read_long<T, F>(&self, work: F) -> Result<T, ApiError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Reader<'_>, &Caller) -> Result<T, ApiError> + Send + 'static,
    {
        let (caller, id) = (Arc::clone(&self.caller), self.request_id.clone());
        self.app.store.read_long(move |db| with_request_id(&id, || work(db, &caller))).await
    }

    /// Runs a change for this call in one transaction, with its idempotency record.
    ///
    /// A repeated request gets the first answer again. Nobody asks for it beforehand, as nearly every request is the
    /// first: a repetition is refused, or meets the answer that is kept, and is undone. Only what succeeded
    /// is kept: a refused request changed nothing and is judged anew.
    ///
    /// # Errors
    /// What the work returns; the idempotency key was used otherwise.
    pub async fn write<F>(&self, work: F) -> Result<Reply, ApiError>
    where
        F: Fn(&mut WriteContext<'_, '_>) -> Result<Reply, ApiError> + Send + 'static,
    {
        let once = self.once();
        let job = in_transaction(self.context_base(), once.clone(), work);
        self.or_answered(self.app.store.write(job).await, once).await
    }

    /// The outcome, or the first answer to the same request: what it was refused for may be what that one has done.
    async fn or_answered(
        &self,
        outcome: Result<Reply, ApiError>,
        once: Option<Fingerprint>,
    ) -> Result<Reply, ApiError> {
        let (Err(_), Some(fingerprint)) = (&outcome, once) else { return outcome };
        let context = self.context_base();
        let answered = self.app.store.read(move |db| context.answered(db, &fingerprint)).await?;
        answered.map_or(outcome, Ok)
    }

    /// Whether a request with this key was answered already, so that [`RequestContext::write`] only repeats the
    /// answer: for work that costs something before its transaction begins.
    pub async fn is_answered(&self) -> Result<bool, ApiError> {
        let Some(key) = self.key.as_deref() else { return Ok(false) };
        let (scope, now) = (self.scope(key), self.now);
        self.read(move |db, _| Ok(idempotency::is_answered(db, &scope, now)?)).await
    }

    /// What identifies this request and its repetitions, where it has a key.
    fn once(&self) -> Option<Fingerprint> {
        let scope = self.scope(self.key.as_deref()?);
        // Keyed, as a body may hold what could be guessed: a password, a citizen id.
        Some(Fingerprint { scope, body: self.app.keys.body_digest(&self.body.get().0) })
    }

    /// What the key is one of: those of this caller, and of nobody those from one address, for this method and path.
    fn scope(&self, key: &str) -> Vec<u8> {
        let mut scope = Sha256::new();
        scope.update(self.caller.id().as_bytes());
        let from = if self.caller.who == Who::Nobody { self.address.as_str() } else { "" };
        for part in [from, self.target.as_str(), key] {
            scope.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            scope.update(part.as_bytes());
        }
        scope.finalize().to_vec()
    }

    fn context_base(&self) -> Arc<ContextBase> {
        let (app, caller) = (self.app.clone().into_inner(), Arc::clone(&self.caller));
        Arc::new(ContextBase::new(app, caller, self.now, self.request_id.clone()))
    }
}

/// Application, caller, time and author of one request.
pub struct ContextBase {
    app: Arc<App>,
    caller: Arc<Caller>,
    now: DateTime<Utc>,
    author: Author,
}

impl ContextBase {
    /// The work of this caller at this time, under the id that its log lines and its events have: of a request, or of
    /// whatever else calls the steps.
    #[must_use]
    pub fn new(app: Arc<App>, caller: Arc<Caller>, now: DateTime<Utc>, request_id: String) -> Self {
        let author = Author {
            kind: caller.kind(),
            id: (caller.who != Who::Nobody).then(|| caller.id()),
            organization_id: caller.organization_id.map(Id::uuid),
            at: now,
            request_id,
        };
        Self { app, caller, now, author }
    }

    /// A change in this transaction.
    pub fn writing<'a, 'c>(&'a self, db: &'a mut Writer<'c>) -> WriteContext<'a, 'c> {
        WriteContext { db, caller: &self.caller, context: self }
    }

    /// Does a part of it so that its log lines name the request, on whatever thread.
    fn under_its_id<T>(&self, work: impl FnOnce() -> T) -> T {
        with_request_id(&self.author.request_id, work)
    }

    /// The application.
    #[must_use]
    pub fn app(&self) -> &App {
        &self.app
    }

    /// Time of the request, the same instant throughout.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// Whose change it is, for another who is not signed in yet.
    #[must_use]
    pub fn author(&self) -> Author {
        self.author.clone()
    }

    /// A new id.
    #[must_use]
    pub fn new_id(&self) -> Uuid {
        self.app.clock.new_id()
    }

    /// The answer as it is stored.
    fn sealed(&self, reply: &Reply) -> Result<Vec<u8>, ApiError> {
        let kept = reply.to_stored().to_stored()?;
        self.app.keys.seal(Purpose::Answer, &kept).map_err(ApiError::internal)
    }

    /// The first answer to this request, where there was one.
    fn answered(&self, db: &mut Reader<'_>, fingerprint: &Fingerprint) -> Result<Option<Reply>, ApiError> {
        match idempotency::find(db, fingerprint, self.now)? {
            Known::Nothing => Ok(None),
            Known::OtherBody => Err(ApiError::new(catalogue::IDEMPOTENCY_KEY_REUSED)),
            Known::Answered(sealed) => {
                let kept = self.app.keys.open(Purpose::Answer, &sealed).map_err(ApiError::internal)?;
                Reply::replay(Answer::from_stored(&kept)?).map(Some)
            }
        }
    }
}

/// The work in a transaction, with its idempotency record.
fn in_transaction<F>(
    context: Arc<ContextBase>,
    once: Option<Fingerprint>,
    work: F,
) -> impl Fn(&mut Writer<'_>) -> Result<Reply, ApiError> + Send + 'static
where
    F: Fn(&mut WriteContext<'_, '_>) -> Result<Reply, ApiError> + Send + 'static,
{
    move |db| {
        context.under_its_id(|| {
            let reply = work(&mut context.writing(db))?;
            let Some(mine) = &once else { return Ok(reply) };
            if idempotency::store_answer(db, mine, &context.sealed(&reply)?, context.now)? {
                return Ok(reply);
            }
            // Another was faster, or this is a repetition: it is undone, and the first answer is given.
            let wait = std::time::Duration::from_secs(1);
            Err(ApiError::new(catalogue::IDEMPOTENCY_KEY_IN_FLIGHT).retry_after(wait))
        })
    }
}

/// An open transaction with its caller.
pub struct WriteContext<'a, 'c> {
    /// The transaction.
    pub db: &'a mut Writer<'c>,
    /// Who calls.
    pub caller: &'a Caller,
    context: &'a ContextBase,
}

impl Deref for WriteContext<'_, '_> {
    type Target = ContextBase;
    fn deref(&self) -> &ContextBase {
        self.context
    }
}

impl<'c> WriteContext<'_, 'c> {
    /// This transaction as the context of steps that the platform takes by itself as well.
    pub fn as_system(&mut self) -> SystemWriteContext<'_, 'c> {
        SystemWriteContext {
            db: self.db,
            author: self.context.author.clone(),
            now: self.context.now,
            clock: self.context.app.clock.as_ref(),
        }
    }

    /// The next number of a kind in this year (Asia/Shanghai), such as `XM-2026-000123`.
    pub fn next_number(&mut self, kind: &'static str) -> Result<String, ApiError> {
        let year = anze_domain::calendar::working_calendar::shanghai_date(self.now()).year();
        Ok(anze_persistence::store::number::next(self.db, kind, year)?)
    }

    /// As [`WriteContext::next_number`], the next so many at once, in their order.
    pub fn next_numbers(&mut self, kind: &'static str, count: usize) -> Result<Vec<String>, ApiError> {
        let year = anze_domain::calendar::working_calendar::shanghai_date(self.now()).year();
        Ok(anze_persistence::store::number::next_many(self.db, kind, year, count)?)
    }

    /// Decides whether the caller may do this on a record in which these have a part.
    ///
    /// # Errors
    /// 401, 403 or 404.
    pub fn may(&self, operation: Operation, relations: &Relations) -> Result<(), ApiError> {
        access::may(self.caller, operation, relations).map_err(refusal)
    }

    /// As [`WriteContext::may`], then holds the version that the caller has read against the one there is.
    ///
    /// # Errors
    /// 401, 403, 404 or 412.
    pub fn guard(
        &self,
        operation: Operation,
        relations: &Relations,
        if_match: &IfMatch,
        version: i64,
    ) -> Result<(), ApiError> {
        guard(self.caller, operation, relations, if_match, version)
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
        relations: impl FnOnce(&T) -> Relations,
        pointer: &'static str,
    ) -> Result<T, ApiError> {
        found
            .filter(|record| access::may(self.caller, operation, &relations(record)).is_ok())
            .ok_or_else(|| Violation::new(UNKNOWN_REFERENCE).at(pointer).into())
    }

    /// Sends each message to every recipient who has not received the same one before. They receive it with the commit.
    pub fn notify(&mut self, messages: &[(Recipients, Notification)]) -> Result<(), ApiError> {
        let (now, clock) = (self.now(), &self.context.app.clock);
        Ok(notification::send(self.db, messages, now, || clock.new_id())?)
    }

    /// Appends what happened to a stream: a project's, an organisation's, or the platform's.
    pub fn append(&mut self, stream: impl Into<Uuid>, event: &Event) -> Result<(), ApiError> {
        Ok(event::append(self.db, stream, &self.context.author, event)?)
    }
}

/// Work in a transaction, by a caller or by the platform itself.
pub struct SystemWriteContext<'a, 'c> {
    /// The transaction.
    pub db: &'a mut Writer<'c>,
    /// Whose work it is.
    pub author: Author,
    /// Time of the work, the same instant throughout.
    pub now: DateTime<Utc>,
    /// Makes ids.
    pub clock: &'a dyn Clock,
}

impl<'a, 'c> SystemWriteContext<'a, 'c> {
    /// Work of the platform itself at this time.
    pub fn of_platform(db: &'a mut Writer<'c>, now: DateTime<Utc>, clock: &'a dyn Clock) -> Self {
        Self { db, author: Author::system(now), now, clock }
    }
}

impl SystemWriteContext<'_, '_> {
    /// As [`WriteContext::append`].
    pub fn append(&mut self, stream: impl Into<Uuid>, event: &Event) -> Result<(), StoreError> {
        event::append(self.db, stream, &self.author, event)
    }

    /// As [`WriteContext::notify`].
    pub fn notify(&mut self, messages: &[(Recipients, Notification)]) -> Result<(), StoreError> {
        notification::send(self.db, messages, self.now, || self.clock.new_id())
    }
}

impl WriteContext<'_, '_> {
    /// As [`WriteContext::append`], all that happened at once, in its order.
    pub fn append_all(&mut self, stream: impl Into<Uuid>, events: &[Event]) -> Result<(), ApiError> {
        Ok(event::append_all(self.db, stream, &self.context.author, events)?)
    }
}

/// Decides whether the caller may do this on a record in which these have a part, and holds the version that the caller
/// has read against the one there is.
fn guard(
    caller: &Caller,
    operation: Operation,
    relations: &Relations,
    if_match: &IfMatch,
    version: i64,
) -> Result<(), ApiError> {
    access::may(caller, operation, relations).map_err(refusal)?;
    if_match.check(version)
}

/// The value, or `not_found`.
///
/// # Errors
/// `not_found`.
pub fn or_not_found<T>(found: Option<T>) -> Result<T, ApiError> {
    found.ok_or_else(ApiError::not_found)
}
