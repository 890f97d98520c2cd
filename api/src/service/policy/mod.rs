//! Policies (保单) and their endorsements (批单).

pub(crate) mod steps;
mod wire;

use actix_web::{get, http::StatusCode, post};
use anze_domain::{Id, access::Operation, service::policy::Committed};
use anze_persistence::service::policy as store;
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use crate::{
    app::{
        batch,
        context::{RequestContext, WriteContext, or_not_found},
    },
    http::{
        extract::{IfMatch, Items, Json, Path},
        middleware::RequestMetadata,
        page::Page,
        problem::ApiError,
        respond::Reply,
    },
    wire::ListQuery,
};

pub use wire::{
    EndorsedPolicyOut, EndorsementInput, EndorsementOut, PolicyBatch, PolicyBatchInput, PolicyInput,
    PolicyOut, PolicyResult,
};

/// Record a policy
///
/// The insurer records its policy on a registered project (A2.1, A4.2) and has a part in it from then on: experts with
/// a tie to it leave the project's groups that have not begun (A12.2).
#[utoipa::path(tag = "policies", request_body = PolicyInput, responses(
    (status = 201, description = "The policy", body = PolicyOut)))]
#[post("/policies")]
pub(crate) async fn create_policy(
    context: RequestContext,
    Json(input): Json<PolicyInput>,
) -> Result<Reply, ApiError> {
    context
        .write(move |tx| {
            let (wire, version) = record(tx, &input)?;
            Reply::created(format!("/api/v1/policies/{}", wire.id), &wire, version)
        })
        .await
}

/// Record many policies
///
/// Up to 1,000 in one request, each as alone (A2.1, A4.2): one result for each, in their order, and one that is refused
/// leaves the others. A batch has a limit of its own, 16 MiB where nothing else is set.
#[utoipa::path(tag = "policies", request_body = PolicyBatchInput, responses(
    (status = 207, description = "One result for each", body = PolicyBatch)))]
#[post("/policies/batch")]
pub(crate) async fn create_policies(
    context: RequestContext,
    Items(items): Items<PolicyInput>,
    metadata: RequestMetadata,
) -> Result<Reply, ApiError> {
    let language = metadata.language();
    context
        .write(move |tx| {
            steps::lock_projects(tx, items.iter().flatten())?;
            let results = batch::each(tx, &items, language, record)?;
            let wire = PolicyBatch { results: results.into_iter().map(PolicyResult::from).collect() };
            Reply::json(StatusCode::MULTI_STATUS, &wire)
        })
        .await
}

/// Records one policy. Answers it with its version.
fn record(tx: &mut WriteContext<'_, '_>, input: &PolicyInput) -> Result<(PolicyOut, i64), ApiError> {
    let policy = steps::record(tx, input)?;
    let base = tx.app().settings.fee_base;
    Ok((PolicyOut::new(&policy, Committed::default(), base, tx.caller), policy.version))
}

/// What a list of policies is narrowed to.
#[derive(Debug, Clone, Deserialize, Serialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PolicyFilter {
    /// Of this project.
    #[param(nullable = false)]
    project_id: Option<Uuid>,
    /// With this number.
    #[param(min_length = 1, max_length = 64, pattern = r"^[^\s\x00-\x1F\x7F-\x9F]+$", nullable = false)]
    policy_number: Option<String>,
}

/// List policies
///
/// Those in which the caller has a part (A11.3), newest first, each with what is commissioned against it.
#[utoipa::path(tag = "policies", params(ListQuery<PolicyFilter>), responses(
    (status = 200, description = "A page of policies", body = Page<PolicyOut>)))]
#[get("/policies")]
pub(crate) async fn list_policies(
    context: RequestContext,
    query: ListQuery<PolicyFilter>,
) -> Result<Reply, ApiError> {
    let filter = &query.filter;
    let narrowed = store::Filter {
        project_id: filter.project_id.map(Id::new),
        policy_number: filter.policy_number.clone(),
    };
    let base = context.app.settings.fee_base;
    query
        .reply(&context, move |db, caller, list| {
            let page = store::list(db, caller, &narrowed, &list.wanted)?;
            let ids: Vec<_> = page.items.iter().map(|policy| policy.id).collect();
            let committed = store::committed_for(db, &ids)?;
            list.page(
                page,
                |policy| policy.id,
                |policy| {
                    let committed = committed.get(&policy.id).copied().unwrap_or_default();
                    PolicyOut::new(&policy, committed, base, caller)
                },
            )
        })
        .await
}

/// Read a policy
///
/// With the fee cap, what is commissioned against it, and its share of the premium, of the total and of what
/// was received (A3.1).
#[utoipa::path(tag = "policies", params(("id" = Uuid, Path, description = "The policy")), responses(
    (status = 200, description = "The policy", body = PolicyOut)))]
#[get("/policies/{id}")]
pub(crate) async fn get_policy(context: RequestContext, id: Path<Uuid>) -> Result<Reply, ApiError> {
    let id = Id::new(id.0);
    let base = context.app.settings.fee_base;
    context
        .read(move |db, caller| {
            let policy = or_not_found(store::find(db, id)?)?;
            anze_domain::access::may(caller, Operation::GetPolicy, &policy.parties.relations())?;
            let committed = store::committed(db, id, None)?;
            Reply::ok(&PolicyOut::new(&policy, committed, base, caller), policy.version)
        })
        .await
}

/// Endorse a policy
///
/// The insurer changes premium or period; refused where what is commissioned already would break the cap
/// (A3.1) or lie outside the period. The answer's tag is the policy's.
#[utoipa::path(tag = "policies", params(("id" = Uuid, Path, description = "The policy"), IfMatch),
    request_body = EndorsementInput,
    responses((status = 201, description = "The endorsement and the policy with it", body = EndorsedPolicyOut)))]
#[post("/policies/{id}/endorsements")]
pub(crate) async fn endorse_policy(
    context: RequestContext,
    id: Path<Uuid>,
    if_match: IfMatch,
    Json(input): Json<EndorsementInput>,
) -> Result<Reply, ApiError> {
    let id = Id::new(id.0);
    context
        .write(move |tx| {
            let (next, endorsement, committed) = steps::endorse(tx, id, &if_match, &input)?;
            // The endorsed policy, whose tag comes with it; endorsements are read as its list.
            let location = format!("/api/v1/policies/{id}");
            let wire = EndorsedPolicyOut {
                endorsement: (&endorsement).into(),
                policy: PolicyOut::new(&next, committed, tx.app().settings.fee_base, tx.caller),
            };
            Reply::created(location, &wire, next.version)
        })
        .await
}

/// What a cursor of endorsements belongs to.
#[derive(Debug, Serialize, Deserialize)]
struct OfPolicy {
    policy: Uuid,
}

/// List a policy's endorsements
///
/// Every change of the policy, newest first.
#[utoipa::path(tag = "policies", params(("id" = Uuid, Path, description = "The policy"), ListQuery),
    responses((status = 200, description = "A page of endorsements", body = Page<EndorsementOut>)))]
#[get("/policies/{id}/endorsements")]
pub(crate) async fn list_policy_endorsements(
    context: RequestContext,
    id: Path<Uuid>,
    query: ListQuery,
) -> Result<Reply, ApiError> {
    let id = id.0;
    let query = query.of(OfPolicy { policy: id });
    query
        .reply(&context, move |db, caller, list| {
            let policy = or_not_found(store::find(db, Id::new(id))?)?;
            anze_domain::access::may(caller, Operation::ListPolicyEndorsements, &policy.parties.relations())?;
            let page = store::list_endorsements(db, policy.id, &list.wanted)?;
            list.page(page, |it| it.id, |it| EndorsementOut::from(&it))
        })
        .await
}

/// Mounts the endpoints.
pub fn mount(config: &mut ServiceConfig<'_>) {
    config
        .service(create_policy)
        .service(create_policies)
        .service(list_policies)
        .service(get_policy)
        .service(endorse_policy)
        .service(list_policy_endorsements);
}
