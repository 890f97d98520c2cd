//! Commissions with their service and cost lines.

mod aggregate;
mod served;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use anze_domain::{
    Money, RecordKind,
    access::{Caller, District, ListScope, Relation, Resource, list_scope},
    base::search::SearchText,
    base::{
        id::{CommissionId, PolicyId, ProjectId},
        period::Period,
    },
    service::{
        commission::{
            Commission, CommissionStatus, CommissionTerms, FirstSubmission, ParentStates, ServiceCategory,
            ServiceLine,
        },
        fee::{CostLine, FeeMode},
        project::ProjectStatus,
    },
};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use crate::{
    Page, PageRequest, Reader, StoreError, Writer,
    store::{
        dialect::{Fen, Instant, Key, Stored, insert_all, run_fixed},
        event::lock_by,
        page::keyset,
        parties::{in_scope, in_scope_below, in_state, parties_of},
        schema::{commission_cost_lines, commission_lines, commissions, policies, project_parties, projects},
        search::{self, Searchable, in_found_below_project},
        single_statement::{RowUpdate, save_row, single_statement_update},
    },
};

pub use served::note_served;

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = commissions, treat_none_as_null = true)]
struct Row {
    id: Key,
    version: i64,
    number: String,
    status: Stored<CommissionStatus>,
    policy_id: Key,
    project_id: Key,
    contract_number: String,
    held_contract_number: Option<String>,
    fee_mode: Stored<FeeMode>,
    fee: Fen,
    period_start: NaiveDate,
    period_end: NaiveDate,
    status_reason: Option<String>,
    amount_due: Option<Fen>,
    ended_at: Option<Instant>,
    insurer_id: Key,
    provider_id: Key,
    contractor_id: Key,
    supervisor_id: Option<Key>,
    owner_id: Option<Key>,
    district: Stored<District>,
    asked_provider_id: Option<Key>,
    asked_at: Option<Instant>,
    created_at: Instant,
    updated_at: Instant,
}

impl From<&Commission> for Row {
    fn from(commission: &Commission) -> Self {
        let (terms, parties) = (&commission.terms, &commission.parties);
        Self {
            id: commission.id.into(),
            version: commission.version,
            number: commission.number.clone(),
            status: commission.status.into(),
            policy_id: commission.policy_id.into(),
            project_id: commission.project_id.into(),
            contract_number: terms.contract_number.clone(),
            held_contract_number: commission
                .holds_contract_number
                .then(|| terms.contract_number.trim().to_owned()),
            fee_mode: terms.fee_mode.into(),
            fee: terms.fee.into(),
            period_start: terms.period.start,
            period_end: terms.period.end,
            status_reason: commission.status_reason.clone(),
            amount_due: commission.amount_due.map(Fen::from),
            ended_at: commission.ended_at.map(Instant::from),
            insurer_id: parties.insurer_id.into(),
            provider_id: terms.provider_id.into(),
            contractor_id: parties.contractor_id.into(),
            supervisor_id: parties.supervisor_id.map(Key::from),
            owner_id: parties.owner_id.map(Key::from),
            district: parties.district.into(),
            asked_provider_id: commission.first_submission.map(|first| first.provider_id.into()),
            asked_at: commission.first_submission.map(|first| first.at.into()),
            created_at: commission.created_at.into(),
            updated_at: commission.updated_at.into(),
        }
    }
}

/// What the provider's answer changes of a commission: the rest of its row stays as it is.
#[derive(AsChangeset)]
#[diesel(table_name = commissions, treat_none_as_null = true)]
struct Step {
    version: i64,
    status: Stored<CommissionStatus>,
    status_reason: Option<String>,
    updated_at: Instant,
}

impl From<&Commission> for Step {
    fn from(commission: &Commission) -> Self {
        Self {
            version: commission.version,
            status: commission.status.into(),
            status_reason: commission.status_reason.clone(),
            updated_at: commission.updated_at.into(),
        }
    }
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = commission_lines)]
struct LineRow {
    id: Key,
    commission_id: Key,
    position: i32,
    category: Stored<ServiceCategory>,
    description: String,
    times: i32,
    frequency: Option<String>,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = commission_cost_lines)]
struct CostLineRow {
    commission_id: Key,
    position: i32,
    item: String,
    unit: String,
    quantity: String,
    unit_price: String,
}

fn with_lines(row: Row, lines: Vec<LineRow>, cost_lines: Vec<CostLineRow>) -> Result<Commission, StoreError> {
    let decimal = |text: &str| {
        text.parse().map_err(|error: rust_decimal::Error| StoreError::Internal(format!("cost line: {error}")))
    };
    let cost_lines = cost_lines
        .into_iter()
        .map(|line| {
            Ok(CostLine {
                quantity: decimal(&line.quantity)?,
                unit_price: decimal(&line.unit_price)?,
                item: line.item,
                unit: line.unit,
            })
        })
        .collect::<Result<_, StoreError>>()?;
    Ok(Commission {
        id: row.id.into(),
        version: row.version,
        number: row.number,
        status: row.status.0,
        status_reason: row.status_reason,
        policy_id: row.policy_id.into(),
        project_id: row.project_id.into(),
        parties: parties_of!(row),
        holds_contract_number: row.held_contract_number.is_some(),
        terms: CommissionTerms {
            provider_id: row.provider_id.into(),
            contract_number: row.contract_number,
            lines: lines
                .into_iter()
                .map(|line| ServiceLine {
                    id: line.id.into(),
                    category: line.category.0,
                    description: line.description,
                    times: u32::try_from(line.times).unwrap_or(0),
                    frequency: line.frequency,
                })
                .collect(),
            fee_mode: row.fee_mode.0,
            fee: row.fee.into(),
            cost_lines,
            period: Period { start: row.period_start, end: row.period_end },
        },
        first_submission: row
            .asked_provider_id
            .zip(row.asked_at)
            .map(|(provider, at)| FirstSubmission { provider_id: provider.into(), at: at.into() }),
        amount_due: row.amount_due.map(Money::from),
        ended_at: row.ended_at.map(DateTime::from),
        created_at: row.created_at.into(),
        updated_at: row.updated_at.into(),
    })
}

fn insert_lines(db: &mut Writer<'_>, commission: &Commission) -> Result<(), StoreError> {
    let position = |index: usize| i32::try_from(index).unwrap_or(i32::MAX);
    let lines: Vec<_> = commission
        .terms
        .lines
        .iter()
        .enumerate()
        .map(|(index, line)| LineRow {
            id: line.id.into(),
            commission_id: commission.id.into(),
            position: position(index),
            category: line.category.into(),
            description: line.description.clone(),
            times: i32::try_from(line.times).unwrap_or(i32::MAX),
            frequency: line.frequency.clone(),
        })
        .collect();
    insert_all!(db, commission_lines::table, &lines)?;
    let cost_lines: Vec<_> = commission
        .terms
        .cost_lines
        .iter()
        .enumerate()
        .map(|(index, line)| CostLineRow {
            commission_id: commission.id.into(),
            position: position(index),
            item: line.item.clone(),
            unit: line.unit.clone(),
            quantity: line.quantity.to_string(),
            unit_price: line.unit_price.to_string(),
        })
        .collect();
    if !cost_lines.is_empty() {
        insert_all!(db, commission_cost_lines::table, &cost_lines)?;
    }
    Ok(())
}

/// Inserts a new commission with its lines.
pub fn insert(db: &mut Writer<'_>, commission: &Commission) -> Result<(), StoreError> {
    run_fixed!(db, diesel::insert_into(commissions::table).values(Row::from(commission)))?;
    let (id, number) = (commission.id.uuid(), commission.number.as_str());
    search::insert(db, &[Searchable { kind: RecordKind::Commission, id, name: "", number }])?;
    insert_lines(db, commission)
}

/// Saves a commission that was read at its version; gives it its next one. Its lines stay as they are.
///
/// # Errors
/// [`StoreError::Stale`] where another changed it since.
pub fn save(
    db: &mut Writer<'_>,
    mut commission: Commission,
    now: DateTime<Utc>,
) -> Result<Commission, StoreError> {
    save_row!(db, commissions, commission, now, |it| Row::from(it))?;
    if commission.status == CommissionStatus::Withdrawn {
        forget_former_providers(db, commission.project_id)?;
    }
    Ok(commission)
}

/// As [`save`], as what [`SingleStatementWrite`](crate::store::single_statement::SingleStatementWrite) writes, where the provider accepted or returned it and so only its
/// state is another; none elsewhere.
#[must_use]
pub fn single_statement_update(commission: &mut Commission, now: DateTime<Utc>) -> Option<RowUpdate> {
    if !matches!(commission.status, CommissionStatus::Accepted | CommissionStatus::Returned) {
        return None;
    }
    Some(single_statement_update!(commissions, commission, now, |it| Step::from(it)))
}

/// As [`save`], with its lines replaced.
///
/// # Errors
/// [`StoreError::Stale`] where another changed it since.
pub fn save_with_lines(
    db: &mut Writer<'_>,
    commission: Commission,
    now: DateTime<Utc>,
) -> Result<Commission, StoreError> {
    let commission = save(db, commission, now)?;
    let id = Key::from(commission.id);
    diesel::delete(commission_lines::table.filter(commission_lines::commission_id.eq(id)))
        .execute(db.connection())?;
    diesel::delete(commission_cost_lines::table.filter(commission_cost_lines::commission_id.eq(id)))
        .execute(db.connection())?;
    insert_lines(db, &commission)?;
    forget_former_providers(db, commission.project_id)?;
    Ok(commission)
}

/// Takes the project out of sight of providers who are not asked any more (A11.3).
fn forget_former_providers(db: &mut Writer<'_>, project: ProjectId) -> Result<(), StoreError> {
    let project = Key::from(project);
    let asked = commissions::table
        .filter(commissions::project_id.eq(project))
        .filter(commissions::status.ne(Stored(CommissionStatus::Withdrawn)))
        .filter(commissions::asked_provider_id.eq(commissions::provider_id.nullable()))
        .select(commissions::provider_id);
    diesel::delete(project_parties::table)
        .filter(project_parties::project_id.eq(project))
        .filter(project_parties::part.eq(Stored(Relation::Provider)))
        .filter(project_parties::party_id.ne_all(asked))
        .execute(db.connection())?;
    Ok(())
}

/// The premiums of a commission's policy, which its fee is shown as a share of (A3.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Premiums {
    /// Total premium.
    pub total: Money,
    /// Premium received.
    pub received: Money,
}

/// A commission's row with the premiums of its policy.
type Priced = (Row, (Fen, Fen));

fn premiums_of((total, received): (Fen, Fen)) -> Premiums {
    Premiums { total: total.into(), received: received.into() }
}

/// The commission with this id.
pub fn find(db: &mut Reader<'_>, id: CommissionId) -> Result<Option<Commission>, StoreError> {
    let row: Option<Row> =
        commissions::table.find(Key::from(id)).select(Row::as_select()).first(db.connection()).optional()?;
    match row {
        None => Ok(None),
        Some(row) => attach_lines(db, vec![row]).map(|mut all| all.pop()),
    }
}

/// As [`find`], with the premiums of its policy in the same query.
pub fn find_priced(
    db: &mut Reader<'_>,
    id: CommissionId,
) -> Result<Option<(Commission, Premiums)>, StoreError> {
    let found: Option<Priced> = commissions::table
        .inner_join(policies::table)
        .filter(commissions::id.eq(Key::from(id)))
        .select((Row::as_select(), (policies::premium_total, policies::premium_received)))
        .first(db.connection())
        .optional()?;
    let Some((row, premiums)) = found else { return Ok(None) };
    let commission = attach_lines(db, vec![row])?.pop();
    Ok(commission.map(|commission| (commission, premiums_of(premiums))))
}

/// As [`find`], with the lock of the project's stream.
pub fn find_locked(db: &mut Reader<'_>, id: CommissionId) -> Result<Option<Commission>, StoreError> {
    lock_project(db, id)?;
    find(db, id)
}

/// As [`find_priced`], with the lock of the project's stream.
pub fn find_priced_locked(
    db: &mut Reader<'_>,
    id: CommissionId,
) -> Result<Option<(Commission, Premiums)>, StoreError> {
    lock_project(db, id)?;
    find_priced(db, id)
}

/// Takes the lock of the project's stream.
fn lock_project(db: &mut Reader<'_>, id: CommissionId) -> Result<(), StoreError> {
    lock_by!(db, commissions::table.find(Key::from(id)).select(commissions::project_id))
}

/// The states of these commissions and of their projects, which decide what is possible on the records below them, in one
/// query.
pub fn parent_states(
    db: &mut Reader<'_>,
    ids: impl IntoIterator<Item = CommissionId>,
) -> Result<HashMap<CommissionId, ParentStates>, StoreError> {
    let ids: Vec<Key> = ids.into_iter().map(Key::from).collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<(Key, Stored<CommissionStatus>, Stored<ProjectStatus>)> = commissions::table
        .inner_join(projects::table.on(projects::id.eq(commissions::project_id)))
        .filter(commissions::id.eq_any(ids))
        .select((commissions::id, commissions::status, projects::status))
        .load(db.connection())?;
    let stands = |(id, commission, project): (Key, Stored<_>, Stored<_>)| {
        (id.into(), ParentStates { project: project.0, commission: commission.0 })
    };
    Ok(rows.into_iter().map(stands).collect())
}

/// Reads the lines of all these commissions, one query for each kind.
fn attach_lines(db: &mut Reader<'_>, rows: Vec<Row>) -> Result<Vec<Commission>, StoreError> {
    let ids: Vec<Key> = rows.iter().map(|row| row.id).collect();
    let mut lines: Vec<LineRow> = commission_lines::table
        .filter(commission_lines::commission_id.eq_any(&ids))
        .order((commission_lines::commission_id, commission_lines::position))
        .select(LineRow::as_select())
        .load(db.connection())?;
    let by_cost: Vec<Key> =
        rows.iter().filter(|row| row.fee_mode.0 == FeeMode::ActualCost).map(|row| row.id).collect();
    let mut cost_lines: Vec<CostLineRow> = if by_cost.is_empty() {
        Vec::new()
    } else {
        commission_cost_lines::table
            .filter(commission_cost_lines::commission_id.eq_any(by_cost))
            .order((commission_cost_lines::commission_id, commission_cost_lines::position))
            .select(CostLineRow::as_select())
            .load(db.connection())?
    };
    rows.into_iter()
        .map(|row| {
            let own = lines.extract_if(.., |line| line.commission_id == row.id).collect();
            let own_costs = cost_lines.extract_if(.., |line| line.commission_id == row.id).collect();
            with_lines(row, own, own_costs)
        })
        .collect()
}

/// What a list of commissions is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// In this state.
    pub status: Option<CommissionStatus>,
    /// Of this project.
    pub project_id: Option<ProjectId>,
    /// Against this policy.
    pub policy_id: Option<PolicyId>,
    /// With this text at the beginning of the number; in the name of the project, or at the beginning of its number.
    pub text: Option<SearchText>,
}

/// A page of the commissions that the caller may see, each with the premiums of its policy.
pub fn list(
    db: &mut Reader<'_>,
    caller: &Caller,
    filter: &Filter,
    page: &PageRequest<Uuid>,
) -> Result<Page<(Commission, Premiums)>, StoreError> {
    // A left join, so that the page is read along the commissions' own order, whatever the planner thinks.
    let query = commissions::table
        .left_join(policies::table)
        .select((
            Row::as_select(),
            (policies::premium_total.assume_not_null(), policies::premium_received.assume_not_null()),
        ))
        .into_boxed();
    let scope = list_scope(caller, Resource::Commission);
    let below = filter.project_id.is_some() || filter.policy_id.is_some();
    let mut query = if below && filter.status.is_none() {
        in_scope_below!(query, commissions, scope)
    } else {
        in_scope!(query, commissions, scope)
    };
    // As `Commission::relations` says: a provider sees what was submitted to it.
    if let ListScope::Provider(id) = scope {
        query = query.filter(commissions::asked_provider_id.eq(Key::from(id)));
    } else if !scope.sees_drafts_of_insurer() {
        query = query.filter(commissions::asked_provider_id.is_not_null());
    }
    if let Some(status) = filter.status {
        query = in_state!(query, commissions::status, status);
    }
    if let Some(project) = filter.project_id {
        query = query.filter(commissions::project_id.eq(Key::from(project)));
    }
    if let Some(policy) = filter.policy_id {
        query = query.filter(commissions::policy_id.eq(Key::from(policy)));
    }
    query = in_found_below_project!(
        db,
        query,
        RecordKind::Commission,
        commissions,
        "commissions.id",
        filter.text.as_ref()
    );
    let rows: Vec<Priced> = keyset!(query, commissions::id, page).load(db.connection())?;
    let Page { items, more } = page.cut(rows);
    let (rows, premiums): (Vec<Row>, Vec<(Fen, Fen)>) = items.into_iter().unzip();
    let premiums = premiums.into_iter().map(premiums_of);
    Ok(Page { items: attach_lines(db, rows)?.into_iter().zip(premiums).collect(), more })
}
