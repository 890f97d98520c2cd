//! Steps that change ties, affiliates, and requests for recusal.

use anze_domain::{
    FactName, Id, RecordKind, Violation,
    access::{Operation, Relations},
    base::{code::UNKNOWN_REFERENCE, id::OrganizationId},
    identity::{
        notification::{Notification, NotificationKind, Recipients, masked_name},
        organization::Organization,
    },
    library::{
        company::Party,
        tie::{
            Affiliate, COMPANY_REQUIRED, DeclaredTie, RecusalRequest, RecusalStatus, TIE_TO_NO_PARTY,
            TieSource,
        },
    },
    service::project::Project,
};
use anze_persistence::{
    identity::organization,
    library::{
        expert,
        tie::{self as store, affiliate as affiliate_store, recusal as recusal_store, sides},
    },
    service::project,
};
use uuid::Uuid;

use super::wire::{
    AffiliateDeclarationInput, RecusalRequestInput, RecusalUpholdingInput, TieDeclarationInput, TieEndInput,
};
use crate::{
    app::context::{WriteContext, or_not_found},
    http::{extract::IfMatch, problem::ApiError},
    library::{expert::credit_code, group_departure},
};

/// The expert or the association declares a tie (A12.2). The expert leaves the groups that it concerns; what was served
/// is marked.
pub fn declare(
    tx: &mut WriteContext<'_, '_>,
    id: Uuid,
    input: &TieDeclarationInput,
) -> Result<DeclaredTie, ApiError> {
    let expert = or_not_found(expert::find(tx.db, Id::new(id))?)?;
    tx.may(Operation::DeclareTie, &expert.relations())?;
    let (organization_id, company) = company(tx, input)?;
    let own = tx.caller.is_expert(expert.id);
    let tie = DeclaredTie {
        id: Id::new(tx.new_id()),
        version: 1,
        expert_id: expert.id,
        kind: input.kind.0,
        organization_id,
        company,
        from: input.from,
        until: input.until,
        note: input.note.clone(),
        source: if own { TieSource::Expert } else { TieSource::Association },
        declared_by: tx.caller.id(),
        created_at: tx.now(),
        updated_at: tx.now(),
    };
    let tie = record_tie(tx, tie, None)?;
    Ok(tie)
}

/// The association records the last day of a tie.
pub fn end(
    tx: &mut WriteContext<'_, '_>,
    id: Uuid,
    if_match: &IfMatch,
    input: &TieEndInput,
) -> Result<DeclaredTie, ApiError> {
    let tie = or_not_found(store::find(tx.db, Id::new(id))?)?;
    let expert = or_not_found(expert::find(tx.db, tie.expert_id)?)?;
    tx.guard(Operation::EndTie, &expert.relations(), if_match, tie.version)?;
    let (next, event) = tie.end(input.until, &input.reason)?;
    let next = store::save(tx.db, next, tx.now())?;
    tx.append(next.expert_id, &event)?;
    Ok(next)
}

/// An organisation or the association declares an affiliate (A12.2). Experts tied to it leave the groups that it
/// concerns; what was served is marked.
pub fn declare_affiliate(
    tx: &mut WriteContext<'_, '_>,
    id: Uuid,
    input: &AffiliateDeclarationInput,
) -> Result<Affiliate, ApiError> {
    let organization = or_not_found(organization::find(tx.db, Id::new(id))?)?;
    tx.may(Operation::DeclareAffiliate, &organization.relations())?;
    let code =
        credit_code(input.unified_social_credit_code.as_deref(), "/unified_social_credit_code".to_owned())?;
    let affiliate = Affiliate {
        id: Id::new(tx.new_id()),
        version: 1,
        organization_id: organization.id,
        company: Party { code, ..Party::named(input.name.trim()) },
        relation: input.relation.clone(),
        from: input.from,
        until: input.until,
        declared_by: tx.caller.id(),
        created_at: tx.now(),
        updated_at: tx.now(),
    };
    let pair = [affiliate.company.clone(), Party::of(&organization)];
    let groups = group_departure::lock_groups_of_companies(tx.db, &pair)?;
    let others = affiliate_store::count(tx.db, organization.id)?;
    let (affiliate, event) = affiliate.declare(&organization, others)?;
    affiliate_store::insert(tx.db, &affiliate)?;
    tx.append(organization.id, &event)?;
    group_departure::recuse(&mut tx.as_system(), &groups)?;
    Ok(affiliate)
}

/// The association records the last day of an affiliation.
pub fn end_affiliate(
    tx: &mut WriteContext<'_, '_>,
    id: Uuid,
    if_match: &IfMatch,
    input: &TieEndInput,
) -> Result<Affiliate, ApiError> {
    let affiliate = or_not_found(affiliate_store::find(tx.db, Id::new(id))?)?;
    let organization = or_not_found(organization::find(tx.db, affiliate.organization_id)?)?;
    tx.guard(Operation::EndAffiliate, &organization.relations(), if_match, affiliate.version)?;
    let (next, event) = affiliate.end(input.until, &input.reason)?;
    let next = affiliate_store::save(tx.db, next, tx.now())?;
    tx.append(next.organization_id, &event)?;
    Ok(next)
}

/// A party of a project requests that an expert be recused (A12.2). The association is notified.
pub fn request_recusal(
    tx: &mut WriteContext<'_, '_>,
    input: &RecusalRequestInput,
) -> Result<RecusalRequest, ApiError> {
    let found = project::find(tx.db, Id::new(input.project_id))?;
    let parties = match &found {
        Some(project) => sides::parties(tx.db, project.id)?,
        None => Vec::new(),
    };
    let own = tx.caller.organization_among(&parties);
    let part = |_: &Project| Relations { own, ..Relations::default() };
    let project = tx.named(found, Operation::CreateRecusalRequest, part, "/project_id")?;
    let Some(requested_by) = own else { return Err(ApiError::not_found()) };
    let organization_id = input.organization_id.map_or(requested_by, Id::new);
    if !parties.contains(&organization_id) {
        return Err(Violation::new(TIE_TO_NO_PARTY).at("/organization_id").into());
    }
    let expert = expert::find(tx.db, Id::new(input.expert_id))?
        .ok_or_else(|| Violation::new(UNKNOWN_REFERENCE).at("/expert_id"))?;
    let request = RecusalRequest {
        id: Id::new(tx.new_id()),
        version: 1,
        status: RecusalStatus::Open,
        status_reason: None,
        project_id: project.id,
        district: project.details.district,
        requested_by,
        expert_id: expert.id,
        kind: input.kind.0,
        organization_id,
        grounds: input.grounds.clone(),
        decided_by: None,
        decided_at: None,
        created_at: tx.now(),
        updated_at: tx.now(),
    };
    let (request, event) = request.make();
    recusal_store::insert(tx.db, &request)?;
    // The project's timeline is read by everyone there; this is between who asks and the association (A11.3).
    tx.append(requested_by, &event)?;
    let notification =
        Notification::new(NotificationKind::RecusalRequested, RecordKind::RecusalRequest, request.id, "open")
            .of_project(project.id)
            .fact(FactName::Expert, masked_name(&expert.name))
            .fact(FactName::Reason, input.grounds.trim());
    tx.notify(&[(Recipients::association(), notification)])?;
    Ok(request)
}

/// The association upholds a request (A12.2): the tie is recorded, and the expert leaves the groups that it concerns.
pub fn uphold_recusal(
    tx: &mut WriteContext<'_, '_>,
    id: Uuid,
    if_match: &IfMatch,
    input: &RecusalUpholdingInput,
) -> Result<RecusalRequest, ApiError> {
    let request = or_not_found(recusal_store::find(tx.db, Id::new(id))?)?;
    tx.guard(Operation::UpholdRecusalRequest, &request.relations(), if_match, request.version)?;
    let (next, event) = request.decide(true, &input.reason, tx.caller.id(), tx.now())?;
    let organization = or_not_found(organization::find(tx.db, next.organization_id)?)?;
    let tie = DeclaredTie {
        id: Id::new(tx.new_id()),
        version: 1,
        expert_id: next.expert_id,
        kind: next.kind,
        organization_id: Some(organization.id),
        company: Party::of(&organization),
        from: input.from,
        until: input.until,
        note: Some(next.grounds.clone()),
        source: TieSource::Request,
        declared_by: tx.caller.id(),
        created_at: tx.now(),
        updated_at: tx.now(),
    };
    record_tie(tx, tie, Some(next.requested_by))?;
    let next = recusal_store::save(tx.db, next, tx.now())?;
    tx.append(next.requested_by, &event)?;
    notify_of_decision(tx, &next)?;
    Ok(next)
}

/// The association dismisses a request.
pub fn dismiss_recusal(
    tx: &mut WriteContext<'_, '_>,
    id: Uuid,
    if_match: &IfMatch,
    reason: &str,
) -> Result<RecusalRequest, ApiError> {
    let request = or_not_found(recusal_store::find(tx.db, Id::new(id))?)?;
    tx.guard(Operation::DismissRecusalRequest, &request.relations(), if_match, request.version)?;
    let (next, event) = request.decide(false, reason, tx.caller.id(), tx.now())?;
    let next = recusal_store::save(tx.db, next, tx.now())?;
    tx.append(next.requested_by, &event)?;
    notify_of_decision(tx, &next)?;
    Ok(next)
}

/// Records a tie, and what follows from it; `changed` is an organisation to which something happens as well.
fn record_tie(
    tx: &mut WriteContext<'_, '_>,
    tie: DeclaredTie,
    changed: Option<OrganizationId>,
) -> Result<DeclaredTie, ApiError> {
    let companies = std::slice::from_ref(&tie.company);
    let groups = group_departure::lock_groups_of_tied(tx.db, tie.expert_id, companies, changed)?;
    let others = store::count(tx.db, tie.expert_id)?;
    let (tie, event) = tie.declare(others)?;
    store::insert(tx.db, &tie)?;
    tx.append(tie.expert_id, &event)?;
    group_departure::recuse(&mut tx.as_system(), &groups)?;
    Ok(tie)
}

/// The company that a tie names: an organisation here, or another by its name.
fn company(
    tx: &mut WriteContext<'_, '_>,
    input: &TieDeclarationInput,
) -> Result<(Option<OrganizationId>, Party), ApiError> {
    match (input.organization_id, &input.company_name) {
        (Some(id), None) if input.company_code.is_none() => {
            let found = organization::find(tx.db, Id::new(id))?;
            let found =
                tx.named(found, Operation::GetOrganization, Organization::relations, "/organization_id")?;
            Ok((Some(found.id), Party::of(&found)))
        }
        (None, Some(name)) => {
            let code = credit_code(input.company_code.as_deref(), "/company_code".to_owned())?;
            Ok((None, Party { code, ..Party::named(name.trim()) }))
        }
        _ => Err(Violation::new(COMPANY_REQUIRED).at("/organization_id").into()),
    }
}

/// Notifies who made the request, and the expert.
fn notify_of_decision(tx: &mut WriteContext<'_, '_>, request: &RecusalRequest) -> Result<(), ApiError> {
    let expert = or_not_found(expert::find(tx.db, request.expert_id)?)?;
    let notification = Notification::new(
        NotificationKind::RecusalDecided,
        RecordKind::RecusalRequest,
        request.id,
        request.status,
    )
    .of_project(request.project_id)
    .fact(FactName::Expert, masked_name(&expert.name))
    .fact(FactName::Status, request.status)
    .fact(FactName::Reason, request.status_reason.as_deref().unwrap_or_default());
    let to = Recipients::default().organization(request.requested_by).expert(request.expert_id);
    tx.notify(&[(to, notification)])
}
