//! Users and their passwords.

use anze_domain::{
    Id,
    access::{Caller, District, ListScope, Operation, Port, Role, Who},
    base::id::{OrganizationId, UserId},
    identity::organization::{OrganizationStatus, User},
};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use crate::{
    Page, PageRequest, Reader, StoreError, Writer,
    store::{
        aggregate::Aggregate,
        dialect::{Instant, Key, Stored},
        event,
        page::keyset,
        schema::{experts, organizations, users},
        single_statement::save_row,
    },
};

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = users, treat_none_as_null = true)]
struct Row {
    id: Key,
    version: i64,
    organization_id: Option<Key>,
    login_name: String,
    display_name: String,
    mobile: String,
    role: Stored<Role>,
    disabled: bool,
    created_at: Instant,
    updated_at: Instant,
}

impl From<&User> for Row {
    fn from(it: &User) -> Self {
        Self {
            id: it.id.into(),
            version: it.version,
            organization_id: it.organization_id.map(Key::from),
            login_name: it.login_name.clone(),
            display_name: it.display_name.clone(),
            mobile: it.mobile.as_str().to_owned(),
            role: it.role.into(),
            disabled: it.disabled,
            created_at: it.created_at.into(),
            updated_at: it.updated_at.into(),
        }
    }
}

impl TryFrom<Row> for User {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id.into(),
            version: row.version,
            organization_id: row.organization_id.map(Id::from),
            login_name: row.login_name,
            display_name: row.display_name,
            mobile: row.mobile.parse()?,
            role: row.role.0,
            disabled: row.disabled,
            created_at: row.created_at.into(),
            updated_at: row.updated_at.into(),
        })
    }
}

impl Aggregate for User {
    type Related = ();

    fn find(db: &mut Reader<'_>, _: &Caller, id: Uuid) -> Result<Option<(Self, ())>, StoreError> {
        let Some(user) = find(db, Id::new(id))? else { return Ok(None) };
        // Two administrators who disable each other at once: the organisation's stream orders them.
        event::lock(db, user.stream())?;
        Ok(Some((user, ())))
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn stream(&self) -> Uuid {
        User::stream(self)
    }

    fn save(self, db: &mut Writer<'_>, _: Operation, now: DateTime<Utc>) -> Result<Self, StoreError> {
        save(db, self, now)
    }
}

/// Inserts a new user with the hash of their password.
///
/// # Errors
/// [`StoreError::Duplicate`] where the login name is taken.
pub fn insert(db: &mut Writer<'_>, user: &User, password_hash: &str) -> Result<(), StoreError> {
    diesel::insert_into(users::table)
        .values((Row::from(user), users::password_hash.eq(password_hash)))
        .execute(db.connection())?;
    Ok(())
}

/// Saves a user that was read at its version; gives it its next one.
///
/// # Errors
/// [`StoreError::Stale`] where another changed it since.
pub fn save(db: &mut Writer<'_>, mut user: User, now: DateTime<Utc>) -> Result<User, StoreError> {
    save_row!(db, users, user, now, |it| Row::from(it))?;
    Ok(user)
}

/// Sets a user's password.
pub fn set_password(db: &mut Writer<'_>, id: UserId, password_hash: &str) -> Result<(), StoreError> {
    diesel::update(users::table.find(Key::from(id)))
        .set(users::password_hash.eq(password_hash))
        .execute(db.connection())?;
    Ok(())
}

/// The user with this id.
pub fn find(db: &mut Reader<'_>, id: UserId) -> Result<Option<User>, StoreError> {
    let row: Option<Row> =
        users::table.find(Key::from(id)).select(Row::as_select()).first(db.connection()).optional()?;
    row.map(User::try_from).transpose()
}

/// The hash of a user's password.
pub fn password_hash(db: &mut Reader<'_>, id: UserId) -> Result<Option<String>, StoreError> {
    Ok(users::table.find(Key::from(id)).select(users::password_hash).first(db.connection()).optional()?)
}

/// The user with this login name, and the hash of their password.
pub fn find_by_login(db: &mut Reader<'_>, login_name: &str) -> Result<Option<(User, String)>, StoreError> {
    let found: Option<(Row, String)> = users::table
        .filter(users::login_name.eq(login_name))
        .select((Row::as_select(), users::password_hash))
        .first(db.connection())
        .optional()?;
    found.map(|(row, hash)| Ok((User::try_from(row)?, hash))).transpose()
}

/// How many enabled administrators an organisation has beside this user.
pub fn other_administrators(
    db: &mut Reader<'_>,
    organization: OrganizationId,
    but: UserId,
) -> Result<u64, StoreError> {
    let count: i64 = users::table
        .filter(users::organization_id.eq(Key::from(organization)))
        .filter(users::role.eq(Stored(Role::Admin)))
        .filter(users::disabled.eq(false))
        .filter(users::id.ne(Key::from(but)))
        .count()
        .get_result(db.connection())?;
    Ok(u64::try_from(count).unwrap_or(0))
}

/// A page of the users that a caller of this list scope sees.
pub fn list(
    db: &mut Reader<'_>,
    scope: ListScope,
    page: &PageRequest<Uuid>,
) -> Result<Page<User>, StoreError> {
    let query = users::table.select(Row::as_select()).into_boxed();
    let query = match scope {
        ListScope::Own(own) => query.filter(users::organization_id.eq(Key::from(own))),
        // The accounts of individual experts are the association's.
        ListScope::OwnOfAssociation(own) => {
            query.filter(users::organization_id.eq(Key::from(own)).or(users::organization_id.is_null()))
        }
        _ => query.filter(users::version.lt(0)),
    };
    let rows: Vec<Row> = keyset!(query, users::id, page).load(db.connection())?;
    page.cut(rows).try_map(User::try_from)
}

/// What is read of a user to know as whom they call; see [`caller_columns`].
pub(crate) type CallerColumns = (
    Key,
    Option<Key>,
    Stored<Role>,
    bool,
    Option<Stored<Port>>,
    Option<Stored<OrganizationStatus>>,
    Option<Stored<District>>,
    Option<Key>,
);

/// Selects [`CallerColumns`] from users with their organisation and their entry in the library.
macro_rules! caller_columns {
    () => {{
        use $crate::store::schema::{experts, organizations, users};
        (
            users::id,
            users::organization_id,
            users::role,
            users::disabled,
            organizations::kind.nullable(),
            organizations::status.nullable(),
            organizations::district.nullable(),
            experts::id.nullable(),
        )
    }};
}
pub(crate) use caller_columns;

/// As whom the user calls. None where the user is disabled.
pub(crate) fn caller_of(columns: CallerColumns) -> Option<Caller> {
    let (user, organization, role, disabled, kind, status, district, expert) = columns;
    (!disabled).then(|| Caller {
        who: Who::User(user.0),
        organization_id: organization.map(OrganizationId::from),
        // An individual expert calls through the port of providers and experts.
        port: kind.map(|kind| kind.0).or(expert.map(|_| Port::Provider)),
        active: organization.is_none() || status == Some(Stored(OrganizationStatus::Active)),
        role: role.0,
        scopes: Vec::new(),
        expert_id: expert.map(|key| key.0),
        district: district.map(|district| district.0),
    })
}

/// As whom this user calls. None where there is no such user, or the user is disabled.
pub fn caller(db: &mut Reader<'_>, id: UserId) -> Result<Option<Caller>, StoreError> {
    let found: Option<CallerColumns> = users::table
        .left_join(organizations::table.on(users::organization_id.eq(organizations::id.nullable())))
        .left_join(experts::table.on(experts::user_id.eq(users::id)))
        .filter(users::id.eq(Key::from(id)))
        .select(caller_columns!())
        .first(db.connection())
        .optional()?;
    Ok(found.and_then(caller_of))
}
