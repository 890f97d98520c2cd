//! Notifications: sent in the change's own transaction, read by their recipient alone.

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use anze_domain::{
    Vocabulary,
    access::Port,
    base::id::UserId,
    identity::notification::{Notification, NotificationKind, Recipients},
};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use crate::{
    Page, PageRequest, Reader, StoreError, Writer,
    store::{
        dialect::{Document, Instant, Key, Stored, insert_new},
        facts::FactsRow,
        page::keyset,
        schema::{experts, notifications, organizations, users},
    },
};

/// Rows of one statement, far below what either database takes.
const BATCH_SIZE: usize = 500;

/// A notification as it was sent to a user.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = notifications, treat_none_as_default_value = false)]
pub struct Sent {
    id: Key,
    recipient_id: Key,
    kind: Stored<NotificationKind>,
    /// Kind of the record that it is about: the code of a `RecordKind`, or one that an earlier version stored.
    pub subject: String,
    subject_id: Key,
    occasion: String,
    project_id: Option<Key>,
    facts: Document<FactsRow>,
    created_at: Instant,
    read_at: Option<Instant>,
}

impl Sent {
    fn new(id: Uuid, recipient: Key, told: &Notification, now: DateTime<Utc>) -> Self {
        let facts = told.facts.iter().map(|(name, value)| (name.code().to_owned(), value.clone()));
        Self {
            id: Key(id),
            recipient_id: recipient,
            kind: told.kind.into(),
            subject: told.subject.code().to_owned(),
            subject_id: Key(told.subject_id),
            occasion: told.occasion.clone(),
            project_id: told.project_id.map(Key::from),
            facts: Document(FactsRow(facts.collect())),
            created_at: now.into(),
            read_at: None,
        }
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> Uuid {
        self.id.0
    }

    /// What it tells.
    #[must_use]
    pub fn kind(&self) -> NotificationKind {
        self.kind.0
    }

    /// The record that it is about.
    #[must_use]
    pub fn subject_id(&self) -> Uuid {
        self.subject_id.0
    }

    /// The project, where it is about one.
    #[must_use]
    pub fn project_id(&self) -> Option<Uuid> {
        self.project_id.map(|key| key.0)
    }

    /// What the text says, by name.
    #[must_use]
    pub fn facts(&self) -> &[(String, String)] {
        &self.facts.0.0
    }

    /// When it was sent.
    #[must_use]
    pub fn created_at(&self) -> DateTime<Utc> {
        self.created_at.into()
    }

    /// When its recipient read it.
    #[must_use]
    pub fn read_at(&self) -> Option<DateTime<Utc>> {
        self.read_at.map(DateTime::from)
    }
}

/// Sends all of these, each to every recipient who has not been told the same before. However many they
/// are, the recipients are looked up together.
pub fn send(
    db: &mut Writer<'_>,
    messages: &[(Recipients, Notification)],
    now: DateTime<Utc>,
    mut new_id: impl FnMut() -> Uuid,
) -> Result<(), StoreError> {
    if messages.is_empty() {
        return Ok(());
    }
    let known = Known::of(db, messages.iter().map(|(recipients, _)| recipients))?;
    let mut rows = Vec::new();
    for (recipients, notification) in messages {
        let to: BTreeSet<Uuid> = known.meant(recipients).collect();
        rows.extend(to.into_iter().map(|user| Sent::new(new_id(), Key(user), notification, now)));
    }
    for some in rows.chunks(BATCH_SIZE) {
        insert_new!(db, notifications::table, some)?;
    }
    Ok(())
}

/// Everyone who may be meant: users with their organisation and the expert that they are.
struct Known {
    association: Vec<Key>,
    experts: Vec<(Key, Key)>,
    users: Vec<(Key, Option<Key>)>,
}

impl Known {
    fn of<'a>(db: &mut Reader<'_>, all: impl Iterator<Item = &'a Recipients>) -> Result<Self, StoreError> {
        let (mut ids, mut of, mut wanted, mut association) = (Vec::new(), Vec::new(), Vec::new(), false);
        for recipients in all {
            ids.extend(recipients.users.iter().copied().map(Key::from));
            of.extend(recipients.organizations.iter().copied().map(Key::from));
            wanted.extend(recipients.experts.iter().copied().map(Key));
            association |= recipients.association;
        }
        let association: Vec<Key> = if association {
            organizations::table
                .filter(organizations::kind.eq(Stored(Port::Association)))
                .select(organizations::id)
                .load(db.connection())?
        } else {
            Vec::new()
        };
        let experts: Vec<(Key, Key)> = if wanted.is_empty() {
            Vec::new()
        } else {
            experts::table
                .filter(experts::id.eq_any(wanted))
                .select((experts::id, experts::user_id))
                .load(db.connection())?
        };
        ids.extend(experts.iter().map(|(_, user)| *user));
        of.extend(&association);
        let users = users::table
            .filter(users::id.eq_any(ids).or(users::organization_id.eq_any(of)))
            .filter(users::disabled.eq(false))
            .select((users::id, users::organization_id))
            .load(db.connection())?;
        Ok(Self { association, experts, users })
    }

    fn meant<'a>(&'a self, to: &'a Recipients) -> impl Iterator<Item = Uuid> + 'a {
        let meant = |user: Key, organization: Option<Key>| {
            let of = |key: Key| {
                to.organizations.iter().any(|id| id.uuid() == key.0)
                    || (to.association && self.association.contains(&key))
            };
            to.users.iter().any(|id| id.uuid() == user.0)
                || organization.is_some_and(of)
                || self.experts.iter().any(|(expert, its)| *its == user && to.experts.contains(&expert.0))
        };
        self.users
            .iter()
            .filter(move |(user, organization)| meant(*user, *organization))
            .map(|(user, _)| user.0)
    }
}

/// What a list of notifications is narrowed to.
#[derive(Debug, Clone, Copy, Default)]
pub struct Filter {
    /// Only those that are not read yet, or only those that are.
    pub unread: Option<bool>,
}

/// A page of what a user was told.
pub fn list(
    db: &mut Reader<'_>,
    recipient: UserId,
    filter: Filter,
    page: &PageRequest<Uuid>,
) -> Result<Page<Sent>, StoreError> {
    let mut query = notifications::table
        .filter(notifications::recipient_id.eq(Key::from(recipient)))
        .select(Sent::as_select())
        .into_boxed();
    query = match filter.unread {
        Some(true) => query.filter(notifications::read_at.is_null()),
        Some(false) => query.filter(notifications::read_at.is_not_null()),
        None => query,
    };
    Ok(page.cut(keyset!(query, notifications::id, page).load(db.connection())?))
}

/// How many a user was told.
pub fn count(db: &mut Reader<'_>, recipient: UserId) -> Result<i64, StoreError> {
    Ok(notifications::table
        .filter(notifications::recipient_id.eq(Key::from(recipient)))
        .count()
        .get_result(db.connection())?)
}

/// Marks a notification as read by its recipient, the first time; nothing where it is not theirs.
pub fn read(
    db: &mut Writer<'_>,
    recipient: UserId,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<Option<Sent>, StoreError> {
    diesel::update(notifications::table.find(Key(id)))
        .filter(notifications::recipient_id.eq(Key::from(recipient)))
        .filter(notifications::read_at.is_null())
        .set(notifications::read_at.eq(Instant::from(now)))
        .execute(db.connection())?;
    Ok(notifications::table
        .find(Key(id))
        .filter(notifications::recipient_id.eq(Key::from(recipient)))
        .select(Sent::as_select())
        .first(db.connection())
        .optional()?)
}
