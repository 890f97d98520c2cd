//! API tokens of organisations' systems.

use anze_domain::{
    Vocabulary,
    access::{Caller, District, ListScope, Port, Role, Scope, Who},
    base::id::{ApiTokenId, OrganizationId, UserId},
    identity::organization::OrganizationStatus,
};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use crate::{
    Page, PageRequest, Reader, StoreError, Writer,
    store::{
        dialect::{Instant, Key, Stored},
        page::keyset,
        schema::{api_tokens, organizations},
        single_statement::save_row,
    },
};

/// An API token; the token itself is shown once and kept as its digest only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiToken {
    /// Its id.
    pub id: ApiTokenId,
    /// Version of the record.
    pub version: i64,
    /// Whose systems use it.
    pub organization_id: OrganizationId,
    /// What it is for.
    pub name: String,
    /// Its first characters, to tell it from others.
    pub hint: String,
    /// What it may touch.
    pub scopes: Vec<Scope>,
    /// From which networks it may be used, as CIDR; empty for anywhere.
    pub networks: Vec<String>,
    /// Instant from which it is refused.
    pub expires_at: DateTime<Utc>,
    /// When it was last used, to the minute.
    pub last_used_at: Option<DateTime<Utc>>,
    /// When it was revoked.
    pub revoked_at: Option<DateTime<Utc>>,
    /// Who made it.
    pub created_by: UserId,
    /// Time of its creation.
    pub created_at: DateTime<Utc>,
    /// When the record was last changed.
    pub updated_at: DateTime<Utc>,
}

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = api_tokens, treat_none_as_null = true)]
struct Row {
    id: Key,
    version: i64,
    organization_id: Key,
    name: String,
    hint: String,
    scopes: String,
    networks: String,
    expires_at: Instant,
    last_used_at: Option<Instant>,
    revoked_at: Option<Instant>,
    created_by: Key,
    created_at: Instant,
    updated_at: Instant,
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(' ').filter(|word| !word.is_empty())
}

impl From<&ApiToken> for Row {
    fn from(it: &ApiToken) -> Self {
        let scopes: Vec<_> = it.scopes.iter().map(|scope| scope.code()).collect();
        Self {
            id: it.id.into(),
            version: it.version,
            organization_id: it.organization_id.into(),
            name: it.name.clone(),
            hint: it.hint.clone(),
            scopes: scopes.join(" "),
            networks: it.networks.join(" "),
            expires_at: it.expires_at.into(),
            last_used_at: it.last_used_at.map(Instant::from),
            revoked_at: it.revoked_at.map(Instant::from),
            created_by: it.created_by.into(),
            created_at: it.created_at.into(),
            updated_at: it.updated_at.into(),
        }
    }
}

impl From<Row> for ApiToken {
    fn from(row: Row) -> Self {
        Self {
            id: row.id.into(),
            version: row.version,
            organization_id: row.organization_id.into(),
            name: row.name,
            hint: row.hint,
            scopes: words(&row.scopes).filter_map(Scope::from_code).collect(),
            networks: words(&row.networks).map(str::to_owned).collect(),
            expires_at: row.expires_at.into(),
            last_used_at: row.last_used_at.map(DateTime::from),
            revoked_at: row.revoked_at.map(DateTime::from),
            created_by: row.created_by.into(),
            created_at: row.created_at.into(),
            updated_at: row.updated_at.into(),
        }
    }
}

/// Inserts a new token with its digest.
pub fn insert(db: &mut Writer<'_>, token: &ApiToken, digest: &[u8]) -> Result<(), StoreError> {
    diesel::insert_into(api_tokens::table)
        .values((Row::from(token), api_tokens::digest.eq(digest)))
        .execute(db.connection())?;
    Ok(())
}

/// Saves a token that was read at its version; gives it its next one.
///
/// # Errors
/// [`StoreError::Stale`] where another changed it since.
pub fn save(db: &mut Writer<'_>, mut token: ApiToken, now: DateTime<Utc>) -> Result<ApiToken, StoreError> {
    save_row!(db, api_tokens, token, now, |it| Row::from(it))?;
    Ok(token)
}

/// The token with this id.
pub fn find(db: &mut Reader<'_>, id: ApiTokenId) -> Result<Option<ApiToken>, StoreError> {
    let row: Option<Row> =
        api_tokens::table.find(Key::from(id)).select(Row::as_select()).first(db.connection()).optional()?;
    Ok(row.map(ApiToken::from))
}

/// A page of the tokens that a caller of this list scope sees.
pub fn list(
    db: &mut Reader<'_>,
    scope: ListScope,
    page: &PageRequest<Uuid>,
) -> Result<Page<ApiToken>, StoreError> {
    let query = api_tokens::table.select(Row::as_select()).into_boxed();
    let query = match scope {
        ListScope::Own(own) | ListScope::OwnOfAssociation(own) => {
            query.filter(api_tokens::organization_id.eq(Key::from(own)))
        }
        _ => query.filter(api_tokens::version.lt(0)),
    };
    let rows: Vec<Row> = keyset!(query, api_tokens::id, page).load(db.connection())?;
    Ok(page.cut(rows).map(ApiToken::from))
}

/// Who calls with the token of this digest, and the token: nobody where it is revoked or expired.
pub fn caller(
    db: &mut Reader<'_>,
    digest: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<(Caller, ApiToken)>, StoreError> {
    type Columns = (Row, Stored<Port>, Stored<OrganizationStatus>, Option<Stored<District>>);
    let found: Option<Columns> = api_tokens::table
        .inner_join(organizations::table)
        .filter(api_tokens::digest.eq(digest))
        .select((Row::as_select(), organizations::kind, organizations::status, organizations::district))
        .first(db.connection())
        .optional()?;
    let Some((row, kind, status, district)) = found else { return Ok(None) };
    let token = ApiToken::from(row);
    if token.revoked_at.is_some_and(|at| at <= now) || token.expires_at <= now {
        return Ok(None);
    }
    let caller = Caller {
        who: Who::Token(token.id.uuid()),
        organization_id: Some(token.organization_id),
        port: Some(kind.0),
        active: status.0 == OrganizationStatus::Active,
        role: Role::Operator,
        scopes: token.scopes.clone(),
        expert_id: None,
        district: district.map(|district| district.0),
    };
    Ok(Some((caller, token)))
}

/// Notes that the token was used.
pub fn touch(db: &mut Writer<'_>, id: ApiTokenId, now: DateTime<Utc>) -> Result<(), StoreError> {
    diesel::update(api_tokens::table.find(Key::from(id)))
        .set(api_tokens::last_used_at.eq(Some(Instant::from(now))))
        .execute(db.connection())?;
    Ok(())
}
