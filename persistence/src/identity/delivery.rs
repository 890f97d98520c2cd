//! Deliveries: what goes to users by e-mail, written in the change's own transaction and sent by any node.

use anze_domain::{
    base::id::UserId,
    identity::delivery::{AfterAttempt, AttemptOutcome, DeliveryKind, DeliveryState},
};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use crate::{
    Page, PageRequest, Reader, StoreError, Writer,
    identity::notification::Sent,
    store::{
        dialect::{Instant, Key, Stored, insert_all},
        page::keyset,
        schema::{deliveries, delivery_attempts, notifications, users},
    },
};

/// What is to be sent to a user.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = deliveries, treat_none_as_default_value = false)]
pub struct Delivery {
    id: Key,
    user_id: Key,
    kind: Stored<DeliveryKind>,
    /// Address to which it goes.
    pub address: String,
    /// Tag of the language in which it is written.
    pub language: String,
    notification_id: Option<Key>,
    /// The code in it, sealed until it is sent.
    pub sealed_code: Option<Vec<u8>>,
    status: Stored<DeliveryState>,
    attempts: i32,
    due_at: Instant,
    created_at: Instant,
    updated_at: Instant,
}

impl Delivery {
    /// A delivery of a notification, with its id.
    pub(crate) fn of_notification(sent: &Sent, address: &str, language: &str) -> Self {
        let mut it = Self::new(
            sent.id(),
            UserId::new(sent.recipient()),
            DeliveryKind::Notification,
            (address.to_owned(), language.to_owned()),
            sent.created_at(),
        );
        it.notification_id = Some(Key(sent.id()));
        it
    }

    /// A delivery to an address, in a language, due at once.
    #[must_use]
    pub fn new(
        id: Uuid,
        user: UserId,
        kind: DeliveryKind,
        (address, language): (String, String),
        now: DateTime<Utc>,
    ) -> Self {
        Self {
            id: Key(id),
            user_id: user.into(),
            kind: Stored(kind),
            address,
            language,
            notification_id: None,
            sealed_code: None,
            status: Stored(DeliveryState::Pending),
            attempts: 0,
            due_at: now.into(),
            created_at: now.into(),
            updated_at: now.into(),
        }
    }

    /// The same with the sealed code that it brings.
    #[must_use]
    pub fn with_code(self, sealed: Vec<u8>) -> Self {
        Self { sealed_code: Some(sealed), ..self }
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> Uuid {
        self.id.0
    }

    /// To whom it goes.
    #[must_use]
    pub fn user_id(&self) -> UserId {
        self.user_id.into()
    }

    /// What is sent.
    #[must_use]
    pub fn kind(&self) -> DeliveryKind {
        self.kind.0
    }

    /// Its state.
    #[must_use]
    pub fn status(&self) -> DeliveryState {
        self.status.0
    }

    /// When it was written.
    #[must_use]
    pub fn created_at(&self) -> DateTime<Utc> {
        self.created_at.into()
    }

    /// Number of attempts that were begun.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        u32::try_from(self.attempts).unwrap_or(0)
    }
}

/// Keeps what is to be sent.
pub fn insert(db: &mut Writer<'_>, rows: &[Delivery]) -> Result<(), StoreError> {
    for some in rows.chunks(500) {
        insert_all!(db, deliveries::table, some)?;
    }
    Ok(())
}

/// Keeps those deliveries whose notification was sent: who had been told the same before is not told again.
pub(crate) fn insert_of_sent(db: &mut Writer<'_>, rows: Vec<Delivery>) -> Result<(), StoreError> {
    let mut wanted = Vec::new();
    for some in rows.chunks(500) {
        let ids: Vec<Key> = some.iter().map(|it| it.id).collect();
        let sent: Vec<Key> = notifications::table
            .filter(notifications::id.eq_any(ids))
            .select(notifications::id)
            .load(db.connection())?;
        wanted.extend(some.iter().filter(|it| sent.contains(&it.id)).cloned());
    }
    insert(db, &wanted)
}

/// The ids of deliveries that are due, the longest waiting first.
pub fn due(db: &mut Reader<'_>, now: DateTime<Utc>, limit: i64) -> Result<Vec<Uuid>, StoreError> {
    let ids: Vec<Key> = deliveries::table
        .filter(deliveries::status.eq(Stored(DeliveryState::Pending)))
        .filter(deliveries::due_at.le(Instant::from(now)))
        .order((deliveries::due_at, deliveries::id))
        .limit(limit)
        .select(deliveries::id)
        .load(db.connection())?;
    Ok(ids.into_iter().map(|id| id.0).collect())
}

/// Claims a delivery that is due for an attempt, and puts the attempt on record: none where another node has claimed it, or its user
/// is disabled by now. A claim that is not followed by [`begin_sending`] is void after `lease`, and the next attempt is due.
pub fn claim(
    db: &mut Writer<'_>,
    id: Uuid,
    now: DateTime<Utc>,
    lease: TimeDelta,
) -> Result<Option<Delivery>, StoreError> {
    let claimed = diesel::update(deliveries::table.find(Key(id)))
        .filter(deliveries::status.eq(Stored(DeliveryState::Pending)))
        .filter(deliveries::due_at.le(Instant::from(now)))
        .set((
            deliveries::due_at.eq(Instant::from(now + lease)),
            deliveries::attempts.eq(deliveries::attempts + 1),
            deliveries::updated_at.eq(Instant::from(now)),
        ))
        .execute(db.connection())?;
    if claimed == 0 {
        return Ok(None);
    }
    let it: Delivery =
        deliveries::table.find(Key(id)).select(Delivery::as_select()).first(db.connection())?;
    diesel::insert_into(delivery_attempts::table)
        .values((
            delivery_attempts::delivery_id.eq(it.id),
            delivery_attempts::number.eq(it.attempts),
            delivery_attempts::started_at.eq(Instant::from(now)),
        ))
        .execute(db.connection())?;
    let disabled: bool = users::table
        .find(it.user_id)
        .select(users::disabled)
        .first(db.connection())
        .optional()?
        .unwrap_or(true);
    if disabled {
        finish(
            db,
            &it,
            AttemptOutcome::Refused,
            "the user is disabled",
            AfterAttempt::Over(DeliveryState::Failed),
            now,
        )?;
        return Ok(None);
    }
    Ok(Some(it))
}

/// Notes that the message is handed to the mail server now: says whether the claim still holds. What is noted so and not
/// [finished](finish) is never sent again.
pub fn begin_sending(db: &mut Writer<'_>, it: &Delivery, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let begun = diesel::update(deliveries::table.find(it.id))
        .filter(deliveries::status.eq(Stored(DeliveryState::Pending)))
        .filter(deliveries::attempts.eq(it.attempts))
        .set((
            deliveries::status.eq(Stored(DeliveryState::Sending)),
            deliveries::updated_at.eq(Instant::from(now)),
        ))
        .execute(db.connection())?;
    Ok(begun > 0)
}

/// Puts the end of an attempt on record, and what becomes of the delivery.
pub fn finish(
    db: &mut Writer<'_>,
    it: &Delivery,
    outcome: AttemptOutcome,
    detail: &str,
    then: AfterAttempt,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let (status, due_at) = match then {
        AfterAttempt::Over(status) => (status, now),
        AfterAttempt::Again(pause) => (DeliveryState::Pending, now + pause),
    };
    let mine = deliveries::table.find(it.id).filter(deliveries::attempts.eq(it.attempts));
    diesel::update(mine)
        .set((
            deliveries::status.eq(Stored(status)),
            deliveries::due_at.eq(Instant::from(due_at)),
            deliveries::updated_at.eq(Instant::from(now)),
        ))
        .execute(db.connection())?;
    if matches!(then, AfterAttempt::Over(_)) {
        // The code is of no use any more, and is kept nowhere.
        diesel::update(deliveries::table.find(it.id))
            .set(deliveries::sealed_code.eq(None::<Vec<u8>>))
            .execute(db.connection())?;
    }
    let detail: String = detail.chars().take(500).collect();
    diesel::update(delivery_attempts::table.find((it.id, it.attempts)))
        .set((
            delivery_attempts::ended_at.eq(Some(Instant::from(now))),
            delivery_attempts::outcome.eq(Some(Stored(outcome))),
            delivery_attempts::detail.eq(Some(detail)),
        ))
        .execute(db.connection())?;
    Ok(())
}

/// Ends at most `limit` deliveries that were handed to the mail server before `before` and of which nothing was heard since: the
/// node ended in between. Their outcome is not known.
pub fn end_unheard(
    db: &mut Writer<'_>,
    before: DateTime<Utc>,
    now: DateTime<Utc>,
    limit: i64,
) -> Result<usize, StoreError> {
    let unheard: Vec<Delivery> = deliveries::table
        .filter(deliveries::status.eq(Stored(DeliveryState::Sending)))
        .filter(deliveries::updated_at.lt(Instant::from(before)))
        .order(deliveries::updated_at)
        .select(Delivery::as_select())
        .limit(limit)
        .load(db.connection())?;
    for it in &unheard {
        let then = AfterAttempt::Over(DeliveryState::Unknown);
        finish(db, it, AttemptOutcome::Unknown, "the node ended before the mail server answered", then, now)?;
    }
    Ok(unheard.len())
}

/// A page of what was to be sent to a user.
pub fn list(
    db: &mut Reader<'_>,
    user: UserId,
    page: &PageRequest<Uuid>,
) -> Result<Page<Delivery>, StoreError> {
    let query = deliveries::table
        .filter(deliveries::user_id.eq(Key::from(user)))
        .select(Delivery::as_select())
        .into_boxed();
    let rows: Vec<Delivery> = keyset!(query, deliveries::id, page).load(db.connection())?;
    Ok(page.cut(rows))
}
