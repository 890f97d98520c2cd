//! Notifications: sent in the change's own transaction, read by their recipient alone.

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use anze_domain::{
    FactName, Vocabulary,
    access::{District, Port, Relation},
    base::id::{ProjectId, UserId},
    identity::notification::{Notification, NotificationKind, Recipients},
};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use crate::{
    Page, PageRequest, Reader, StoreError, Writer,
    identity::delivery::{self, Delivery},
    store::{
        dialect::{Document, Instant, Key, Stored, insert_new},
        facts::FactsRow,
        page::keyset,
        schema::{
            experts, inbox_only_kinds, notifications, organizations, project_parties, projects, user_emails,
            users,
        },
        single_statement::RowInsert,
    },
};

/// Rows of one statement, far below what either database takes.
const BATCH_SIZE: usize = 500;

/// The most unread notifications that are counted.
pub const MOST_COUNTED: u32 = 1000;

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

    /// To whom it was sent.
    pub(crate) fn recipient(&self) -> Uuid {
        self.recipient_id.0
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
    new_id: impl FnMut() -> Uuid,
) -> Result<(), StoreError> {
    let Addressed { rows, deliveries } = addressed(db, messages, now, new_id)?;
    for some in rows.chunks(BATCH_SIZE) {
        insert_new!(db, notifications::table, some)?;
    }
    if deliveries.is_empty() { Ok(()) } else { delivery::insert_of_sent(db, deliveries) }
}

/// What is sent: to the inboxes, and by e-mail.
#[derive(Debug, Default)]
pub struct Addressed {
    /// What goes to the inboxes.
    pub rows: Vec<Sent>,
    /// What goes by e-mail as well.
    pub deliveries: Vec<Delivery>,
}

/// All of these as they are to be sent, each to every recipient, with the name of the project that it is about.
pub fn addressed(
    db: &mut Reader<'_>,
    messages: &[(Recipients, Notification)],
    now: DateTime<Utc>,
    mut new_id: impl FnMut() -> Uuid,
) -> Result<Addressed, StoreError> {
    if messages.is_empty() {
        return Ok(Addressed::default());
    }
    let known = Known::of(db, messages.iter().map(|(recipients, _)| recipients))?;
    let about: BTreeSet<Uuid> =
        messages.iter().filter_map(|(_, it)| it.project_id).map(anze_domain::Id::uuid).collect();
    let names: Vec<(Key, String)> = if about.is_empty() {
        Vec::new()
    } else {
        projects::table
            .filter(projects::id.eq_any(about.into_iter().map(Key)))
            .select((projects::id, projects::name))
            .load(db.connection())?
    };
    let (mut rows, mut deliveries) = (Vec::new(), Vec::new());
    for (recipients, notification) in messages {
        let mut notification = notification.clone();
        let name = names.iter().find(|(id, _)| notification.project_id.is_some_and(|it| it.uuid() == id.0));
        if let Some((_, name)) = name {
            notification = notification.fact(FactName::Project, name);
        }
        let to: BTreeSet<Uuid> = known.meant(recipients).collect();
        for user in to {
            let sent = Sent::new(new_id(), Key(user), &notification, now);
            if let Some((address, language)) = known.email_for(user, notification.kind) {
                deliveries.push(Delivery::of_notification(&sent, address, language));
            }
            rows.push(sent);
        }
    }
    Ok(Addressed { rows, deliveries })
}

/// The insert of these as a part of a [single statement](crate::store::single_statement). None where there are none.
#[must_use]
pub fn insert_statement(rows: Vec<Sent>) -> Option<RowInsert> {
    if rows.is_empty() {
        return None;
    }
    Some(Box::new(diesel::insert_into(notifications::table).values(rows).on_conflict_do_nothing()))
}

/// Everyone who may be meant: users with their organisation and the expert that they are.
struct Known {
    association: Vec<Key>,
    regulators: Vec<(Key, Option<Stored<District>>)>,
    partners: Vec<(Key, Key, Stored<Relation>)>,
    experts: Vec<(Key, Key)>,
    users: Vec<(Key, Option<Key>)>,
    /// Address and language of those who have confirmed an address.
    emails: Vec<(Key, String, String)>,
    /// What those want in the inbox alone.
    inbox_only: Vec<(Key, Stored<NotificationKind>)>,
}

impl Known {
    fn of<'a>(db: &mut Reader<'_>, all: impl Iterator<Item = &'a Recipients>) -> Result<Self, StoreError> {
        let (mut ids, mut of, mut wanted, mut association) = (Vec::new(), Vec::new(), Vec::new(), false);
        let (mut districts, mut projects) = (Vec::new(), Vec::new());
        for recipients in all {
            districts.extend(recipients.regulators_of.map(Stored));
            projects.extend(recipients.partners_of.iter().map(|(project, _)| Key::from(*project)));
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
        let regulators: Vec<(Key, Option<Stored<District>>)> = if districts.is_empty() {
            Vec::new()
        } else {
            organizations::table
                .filter(organizations::kind.eq(Stored(Port::Regulator)))
                .filter(organizations::district.is_null().or(organizations::district.eq_any(districts)))
                .select((organizations::id, organizations::district))
                .load(db.connection())?
        };
        let partners: Vec<(Key, Key, Stored<Relation>)> = if projects.is_empty() {
            Vec::new()
        } else {
            project_parties::table
                .filter(project_parties::project_id.eq_any(projects))
                .filter(project_parties::part.ne(Stored(Relation::Member)))
                .select((project_parties::party_id, project_parties::project_id, project_parties::part))
                .load(db.connection())?
        };
        ids.extend(experts.iter().map(|(_, user)| *user));
        of.extend(&association);
        of.extend(regulators.iter().map(|(id, _)| *id));
        of.extend(partners.iter().map(|(id, ..)| *id));
        type Columns = (Key, Option<Key>, Option<String>, Option<String>);
        let found: Vec<Columns> = users::table
            .left_join(user_emails::table.on(user_emails::user_id.eq(users::id)))
            .filter(users::id.eq_any(ids).or(users::organization_id.eq_any(of)))
            .filter(users::disabled.eq(false))
            .select((
                users::id,
                users::organization_id,
                user_emails::address.nullable(),
                user_emails::language.nullable(),
            ))
            .load(db.connection())?;
        let (mut users, mut emails) = (Vec::new(), Vec::new());
        for (user, organization, address, language) in found {
            users.push((user, organization));
            emails.extend(address.zip(language).map(|(address, language)| (user, address, language)));
        }
        let with_email: Vec<Key> = emails.iter().map(|(user, ..)| *user).collect();
        let inbox_only: Vec<(Key, Stored<NotificationKind>)> = if with_email.is_empty() {
            Vec::new()
        } else {
            inbox_only_kinds::table
                .filter(inbox_only_kinds::user_id.eq_any(with_email))
                .select((inbox_only_kinds::user_id, inbox_only_kinds::kind))
                .load(db.connection())?
        };
        Ok(Self { association, regulators, partners, experts, users, emails, inbox_only })
    }

    /// Address and language by which this user is told of this kind. None where they have no address, or want such notifications in the
    /// inbox alone.
    fn email_for(&self, user: Uuid, kind: NotificationKind) -> Option<(&str, &str)> {
        let (_, address, language) = self.emails.iter().find(|(its, ..)| its.0 == user)?;
        let switched_off = self.inbox_only.iter().any(|(its, only)| its.0 == user && only.0 == kind);
        (!switched_off || kind.always_by_email()).then_some((address, language))
    }

    fn meant<'a>(&'a self, to: &'a Recipients) -> impl Iterator<Item = Uuid> + 'a {
        let meant = |user: Key, organization: Option<Key>| {
            let of = |key: Key| {
                to.organizations.iter().any(|id| id.uuid() == key.0)
                    || (to.association && self.association.contains(&key))
                    || self.oversees(key, to.regulators_of)
                    || self.is_partner(key, to.partners_of.as_ref())
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

    /// Whether the organisation is a regulator in whose area the district is.
    fn oversees(&self, organization: Key, district: Option<District>) -> bool {
        let its = |area: &Option<Stored<District>>| area.is_none_or(|area| Some(area.0) == district);
        district.is_some() && self.regulators.iter().any(|(id, area)| *id == organization && its(area))
    }

    /// Whether the organisation has one of these parts in the project.
    fn is_partner(&self, organization: Key, of: Option<&(ProjectId, Vec<Relation>)>) -> bool {
        of.is_some_and(|(project, parts)| {
            self.partners.iter().any(|(id, its, part)| {
                *id == organization && *its == Key::from(*project) && parts.contains(&part.0)
            })
        })
    }
}

/// What a list of notifications is narrowed to.
#[derive(Debug, Clone, Copy, Default)]
pub struct Filter {
    /// Only those that are not read yet, or only those that are.
    pub unread: Option<bool>,
    /// Only those of this kind.
    pub kind: Option<NotificationKind>,
    /// Only those about this project.
    pub project_id: Option<ProjectId>,
}

/// The notification with this id, whoever it was sent to.
pub fn find(db: &mut Reader<'_>, id: Uuid) -> Result<Option<Sent>, StoreError> {
    Ok(notifications::table.find(Key(id)).select(Sent::as_select()).first(db.connection()).optional()?)
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
    if let Some(kind) = filter.kind {
        query = query.filter(notifications::kind.eq(Stored(kind)));
    }
    if let Some(project) = filter.project_id {
        query = query.filter(notifications::project_id.eq(Key::from(project)));
    }
    Ok(page.cut(keyset!(query, notifications::id, page).load(db.connection())?))
}

/// How many a user was told.
pub fn count(db: &mut Reader<'_>, recipient: UserId) -> Result<i64, StoreError> {
    Ok(notifications::table
        .filter(notifications::recipient_id.eq(Key::from(recipient)))
        .count()
        .get_result(db.connection())?)
}

/// How many unread notifications of each kind a user has, the kinds in the order of the vocabulary; of all together at most
/// [`MOST_COUNTED`] are counted, the newest first.
pub fn count_unread(
    db: &mut Reader<'_>,
    recipient: UserId,
) -> Result<Vec<(NotificationKind, u32)>, StoreError> {
    let kinds: Vec<Stored<NotificationKind>> = notifications::table
        .filter(notifications::recipient_id.eq(Key::from(recipient)))
        .filter(notifications::read_at.is_null())
        .order(notifications::id.desc())
        .limit(i64::from(MOST_COUNTED))
        .select(notifications::kind)
        .load(db.connection())?;
    let of = |kind: NotificationKind| {
        u32::try_from(kinds.iter().filter(|it| it.0 == kind).count()).unwrap_or(MOST_COUNTED)
    };
    let counted = NotificationKind::ALL.iter().map(|kind| (*kind, of(*kind)));
    Ok(counted.filter(|(_, count)| *count > 0).collect())
}

/// Marks all notifications as read that a user has not read yet and that the filter leaves; says how many they were.
pub fn read_all(
    db: &mut Writer<'_>,
    recipient: UserId,
    filter: Filter,
    now: DateTime<Utc>,
) -> Result<usize, StoreError> {
    let unread = diesel::update(notifications::table)
        .filter(notifications::recipient_id.eq(Key::from(recipient)))
        .filter(notifications::read_at.is_null())
        .set(notifications::read_at.eq(Instant::from(now)))
        .into_boxed();
    let unread = match filter.kind {
        Some(kind) => unread.filter(notifications::kind.eq(Stored(kind))),
        None => unread,
    };
    let unread = match filter.project_id {
        Some(project) => unread.filter(notifications::project_id.eq(Key::from(project))),
        None => unread,
    };
    Ok(unread.execute(db.connection())?)
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
