//! Policies and their endorsements.

use std::collections::HashMap;

use anze_domain::{
    Id, Money, RecordKind, Vocabulary,
    access::{Caller, District, Resource, list_scope},
    base::search::SearchText,
    base::{
        id::{PolicyId, ProjectId},
        period::Period,
    },
    service::{
        commission::CommissionStatus,
        fee::FeeMode,
        policy::{Committed, Endorsement, Parties, Policy, PolicyTerms},
    },
};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::{
    dsl::{max, min, sql},
    prelude::*,
    sql_types::{BigInt, Nullable},
};
use uuid::Uuid;

use crate::{
    Page, PageRequest, Reader, StoreError, Writer,
    store::{
        dialect::{Fen, Instant, Key, Stored, run_fixed},
        event::lock_by,
        page::keyset,
        parties::{in_scope, in_scope_below},
        schema::{commissions, policies, policy_endorsements},
        search::{self, Searchable, in_found_below_project},
        single_statement::save_row,
    },
};

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = policies, treat_none_as_null = true)]
struct Row {
    id: Key,
    version: i64,
    project_id: Key,
    policy_number: String,
    premium_total: Fen,
    premium_received: Fen,
    indemnity_limit: Fen,
    period_start: NaiveDate,
    period_end: NaiveDate,
    insurer_id: Key,
    contractor_id: Key,
    supervisor_id: Option<Key>,
    owner_id: Option<Key>,
    district: Stored<District>,
    created_at: Instant,
    updated_at: Instant,
}

impl From<&Policy> for Row {
    fn from(policy: &Policy) -> Self {
        Self {
            id: policy.id.into(),
            version: policy.version,
            project_id: policy.project_id.into(),
            policy_number: policy.policy_number.clone(),
            premium_total: policy.terms.premium_total.into(),
            premium_received: policy.terms.premium_received.into(),
            indemnity_limit: policy.indemnity_limit.into(),
            period_start: policy.terms.period.start,
            period_end: policy.terms.period.end,
            insurer_id: policy.parties.insurer_id.into(),
            contractor_id: policy.parties.contractor_id.into(),
            supervisor_id: policy.parties.supervisor_id.map(Key::from),
            owner_id: policy.parties.owner_id.map(Key::from),
            district: policy.parties.district.into(),
            created_at: policy.created_at.into(),
            updated_at: policy.updated_at.into(),
        }
    }
}

impl From<Row> for Policy {
    fn from(row: Row) -> Self {
        Self {
            id: row.id.into(),
            version: row.version,
            project_id: row.project_id.into(),
            policy_number: row.policy_number,
            terms: PolicyTerms {
                premium_total: row.premium_total.into(),
                premium_received: row.premium_received.into(),
                period: Period { start: row.period_start, end: row.period_end },
            },
            indemnity_limit: row.indemnity_limit.into(),
            parties: Parties {
                insurer_id: row.insurer_id.into(),
                provider_id: None,
                contractor_id: row.contractor_id.into(),
                supervisor_id: row.supervisor_id.map(Id::from),
                owner_id: row.owner_id.map(Id::from),
                district: row.district.0,
            },
            created_at: row.created_at.into(),
            updated_at: row.updated_at.into(),
        }
    }
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = policy_endorsements)]
struct EndorsementRow {
    id: Key,
    policy_id: Key,
    endorsement_number: String,
    effective_on: NaiveDate,
    premium_total: Fen,
    premium_received: Fen,
    period_start: NaiveDate,
    period_end: NaiveDate,
    reason: String,
    created_at: Instant,
}

impl From<&Endorsement> for EndorsementRow {
    fn from(endorsement: &Endorsement) -> Self {
        Self {
            id: endorsement.id.into(),
            policy_id: endorsement.policy_id.into(),
            endorsement_number: endorsement.endorsement_number.clone(),
            effective_on: endorsement.effective_on,
            premium_total: endorsement.terms.premium_total.into(),
            premium_received: endorsement.terms.premium_received.into(),
            period_start: endorsement.terms.period.start,
            period_end: endorsement.terms.period.end,
            reason: endorsement.reason.clone(),
            created_at: endorsement.created_at.into(),
        }
    }
}

impl From<EndorsementRow> for Endorsement {
    fn from(row: EndorsementRow) -> Self {
        Self {
            id: row.id.into(),
            policy_id: row.policy_id.into(),
            endorsement_number: row.endorsement_number,
            effective_on: row.effective_on,
            terms: PolicyTerms {
                premium_total: row.premium_total.into(),
                premium_received: row.premium_received.into(),
                period: Period { start: row.period_start, end: row.period_end },
            },
            reason: row.reason,
            created_at: row.created_at.into(),
        }
    }
}

/// Inserts a new policy.
///
/// # Errors
/// [`StoreError::Duplicate`] where the insurer has this number already.
pub fn insert(db: &mut Writer<'_>, policy: &Policy) -> Result<(), StoreError> {
    run_fixed!(db, diesel::insert_into(policies::table).values(Row::from(policy)))?;
    let (id, number) = (policy.id.uuid(), policy.policy_number.as_str());
    search::insert(db, &[Searchable { kind: RecordKind::Policy, id, name: "", number }])
}

/// Saves a policy that was read at its version; gives it its next one.
///
/// # Errors
/// [`StoreError::Stale`] where another changed it since.
pub fn save(db: &mut Writer<'_>, mut policy: Policy, now: DateTime<Utc>) -> Result<Policy, StoreError> {
    save_row!(db, policies, policy, now, |it| Row::from(it))?;
    Ok(policy)
}

/// Keeps an endorsement.
///
/// # Errors
/// [`StoreError::Duplicate`] where the policy has this number already.
pub fn insert_endorsement(db: &mut Writer<'_>, endorsement: &Endorsement) -> Result<(), StoreError> {
    diesel::insert_into(policy_endorsements::table)
        .values(EndorsementRow::from(endorsement))
        .execute(db.connection())?;
    Ok(())
}

/// The policy with this id.
pub fn find(db: &mut Reader<'_>, id: PolicyId) -> Result<Option<Policy>, StoreError> {
    let row: Option<Row> =
        policies::table.find(Key::from(id)).select(Row::as_select()).first(db.connection()).optional()?;
    Ok(row.map(Policy::from))
}

/// As [`find`], with the lock of the project's stream.
pub fn find_locked(db: &mut Writer<'_>, id: PolicyId) -> Result<Option<Policy>, StoreError> {
    lock_by!(db, policies::table.find(Key::from(id)).select(policies::project_id))?;
    find(db, id)
}

/// The projects of these policies, each once.
pub fn projects_of(db: &mut Reader<'_>, ids: &[PolicyId]) -> Result<Vec<ProjectId>, StoreError> {
    let ids: Vec<Key> = ids.iter().copied().map(Key::from).collect();
    let projects: Vec<Key> = policies::table
        .filter(policies::id.eq_any(ids))
        .select(policies::project_id)
        .distinct()
        .load(db.connection())?;
    Ok(projects.into_iter().map(Id::from).collect())
}

/// Sum of the fees that count: what was terminated counts with what is due. It stays a bigint on both
/// databases.
const COMMITTED_FEES: &str =
    "CAST(SUM(CASE WHEN fee_mode = 'premium_ratio' THEN COALESCE(amount_due, fee) ELSE 0 END) AS bigint)";

/// Sum of the fees in fen, first and last day.
type Sums = (Option<i64>, Option<NaiveDate>, Option<NaiveDate>);

fn committed_of((fen, start, end): Sums) -> Committed {
    debug_assert_eq!(FeeMode::PremiumRatio.code(), "premium_ratio");
    let fees = Money::from_fen(fen.unwrap_or(0)).unwrap_or(Money::MAX);
    Committed { fees, service: start.zip(end).map(|(start, end)| Period { start, end }) }
}

fn counting() -> Vec<Stored<CommissionStatus>> {
    CommissionStatus::ALL.iter().copied().filter(|status| status.counts()).map(Stored).collect()
}

/// What is commissioned against the policy already, leaving one commission out (A3.1).
pub fn committed(db: &mut Reader<'_>, id: PolicyId, but: Option<Uuid>) -> Result<Committed, StoreError> {
    let mut query = commissions::table
        .filter(commissions::policy_id.eq(Key::from(id)))
        .filter(commissions::status.eq_any(counting()))
        .select((
            sql::<Nullable<BigInt>>(COMMITTED_FEES),
            min(commissions::period_start),
            max(commissions::period_end),
        ))
        .into_boxed();
    if let Some(but) = but {
        query = query.filter(commissions::id.ne(Key(but)));
    }
    Ok(committed_of(query.first(db.connection())?))
}

/// As [`committed`] without leaving one out, for all these policies in one query; those with nothing
/// commissioned are left out.
pub fn committed_for(
    db: &mut Reader<'_>,
    ids: &[PolicyId],
) -> Result<HashMap<PolicyId, Committed>, StoreError> {
    let ids: Vec<Key> = ids.iter().copied().map(Key::from).collect();
    let rows: Vec<(Key, Sums)> = commissions::table
        .group_by(commissions::policy_id)
        .filter(commissions::policy_id.eq_any(ids))
        .filter(commissions::status.eq_any(counting()))
        .select((
            commissions::policy_id,
            (
                sql::<Nullable<BigInt>>(COMMITTED_FEES),
                min(commissions::period_start),
                max(commissions::period_end),
            ),
        ))
        .load(db.connection())?;
    Ok(rows.into_iter().map(|(id, sums)| (id.into(), committed_of(sums))).collect())
}

/// What a list of policies is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Of this project.
    pub project_id: Option<ProjectId>,
    /// With this number.
    pub policy_number: Option<String>,
    /// With this text at the beginning of the number; in the name of the project, or at the beginning of its number.
    pub text: Option<SearchText>,
}

/// A page of the policies that the caller may see.
pub fn list(
    db: &mut Reader<'_>,
    caller: &Caller,
    filter: &Filter,
    page: &PageRequest<Uuid>,
) -> Result<Page<Policy>, StoreError> {
    let query = policies::table.select(Row::as_select()).into_boxed();
    let scope = list_scope(caller, Resource::Policy);
    let mut query = if filter.project_id.is_some() {
        in_scope_below!(query, policies, scope;
            Contractor = contractor_id, Owner = owner_id, Insurer = insurer_id)
    } else {
        in_scope!(query, policies, scope;
            District = district, Contractor = contractor_id, Owner = owner_id, Insurer = insurer_id)
    };
    if let Some(project) = filter.project_id {
        query = query.filter(policies::project_id.eq(Key::from(project)));
    }
    if let Some(number) = &filter.policy_number {
        query = query.filter(policies::policy_number.eq(number));
    }
    query =
        in_found_below_project!(db, query, RecordKind::Policy, policies, "policies.id", filter.text.as_ref());
    let rows: Vec<Row> = keyset!(query, policies::id, page).load(db.connection())?;
    Ok(page.cut(rows).map(Policy::from))
}

/// A page of the endorsements of a policy.
pub fn list_endorsements(
    db: &mut Reader<'_>,
    policy: PolicyId,
    page: &PageRequest<Uuid>,
) -> Result<Page<Endorsement>, StoreError> {
    let query = policy_endorsements::table
        .filter(policy_endorsements::policy_id.eq(Key::from(policy)))
        .select(EndorsementRow::as_select())
        .into_boxed();
    let rows: Vec<EndorsementRow> = keyset!(query, policy_endorsements::id, page).load(db.connection())?;
    Ok(page.cut(rows).map(Endorsement::from))
}
