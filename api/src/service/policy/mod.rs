//! Policies (保单) and their endorsements (批单).

pub(crate) mod steps;
mod wire;

use actix_web::{get, http::StatusCode, post};
use anze_domain::{
    Id,
    access::{Caller, Operation},
    service::policy::{Committed, FeeBase, Policy},
};
use anze_persistence::{Reader, service::policy as store};
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use crate::{
    app::{
        batch::{self, Outcome},
        context::{RequestContext, or_not_found},
    },
    http::{
        extract::{IfMatch, Items, Json, Path},
        middleware::RequestMetadata,
        page::Page,
        problem::ApiError,
        respond::Reply,
    },
    wire::{ListQuery, search::SearchTextIo, summary::Summaries},
};

pub use wire::{
    EndorsedPolicyOut, EndorsementInput, EndorsementOut, PolicyBatch, PolicyBatchInput, PolicyInput,
    PolicyOut, PolicyResult,
};

/// Record a policy
///
/// Records a policy of the caller's organisation on a project, which must be registered (A2.1, A4.2). The
/// insurer has a part in the project from now on. If this is new, experts with a tie to the insurer are
/// recused (A12.2): they leave the project's groups whose visits have not begun. Where a visit has begun, the
/// tie is marked on it. The parties, the experts of the group and the association are notified.
#[utoipa::path(tag = "policies", request_body = PolicyInput, responses(
    (status = 201, description = "The recorded policy, with its fee cap.", body = PolicyOut)))]
#[post("/policies")]
pub(crate) async fn create_policy(
    context: RequestContext,
    Json(input): Json<PolicyInput>,
) -> Result<Reply, ApiError> {
    context
        .write(move |tx| {
            let policy = steps::record(tx, &input)?;
            let base = tx.app().settings.fee_base;
            let wire = shown(tx.db, &policy, Committed::default(), base, tx.caller)?;
            Reply::created(format!("/api/v1/policies/{}", wire.id), &wire, policy.version)
        })
        .await
}

/// Record many policies
///
/// Records many policies in one request. Each policy is checked as by `create_policy` (A2.1, A4.2), in the
/// order of the request. A policy that is refused leaves the others recorded. The body is at
/// most `ANZE_BATCH_LIMIT_BYTES` bytes long.
#[utoipa::path(tag = "policies", request_body = PolicyBatchInput, responses(
    (status = 207, description = "The outcome of each policy, in the order of the request.", body = PolicyBatch)))]
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
            let attempted = batch::each(tx, &items, language, steps::record)?;
            let summaries = Summaries::of(tx.db, attempted.iter().flatten())?;
            let (base, caller) = (tx.app().settings.fee_base, tx.caller);
            let show = |policy: Policy| {
                let wire = PolicyOut::new(&policy, Committed::default(), base, &summaries, caller)?;
                Ok((wire, policy.version))
            };
            let outcomes = attempted.into_iter().map(|it| Outcome::of(it, show).map(PolicyResult::from));
            let wire = PolicyBatch { results: outcomes.collect::<Result<_, _>>()? };
            Reply::json(StatusCode::MULTI_STATUS, &wire)
        })
        .await
}

/// The policy as the caller sees it.
fn shown(
    db: &mut Reader<'_>,
    policy: &Policy,
    committed: Committed,
    base: FeeBase,
    caller: &Caller,
) -> Result<PolicyOut, ApiError> {
    PolicyOut::new(policy, committed, base, &Summaries::of(db, [policy])?, caller)
}

/// What a list of policies is narrowed to.
#[derive(Debug, Clone, Deserialize, Serialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PolicyFilter {
    /// Keeps only policies of the project with this id.
    #[param(nullable = false)]
    project_id: Option<Uuid>,
    /// Keeps only policies with exactly this number.
    #[param(min_length = 1, max_length = 64, pattern = r"^[^\s\x00-\x1F\x7F-\x9F]+$", nullable = false)]
    policy_number: Option<String>,
    /// Keeps only policies whose number begins with this text, or whose project has it in its name or at the beginning of its
    /// number.
    #[param(nullable = false, inline)]
    q: Option<SearchTextIo>,
}

/// List policies
///
/// Lists the policies in which the caller has a part (A11.3), newest first by default. Each carries the fees
/// that are commissioned against it. A policy must match every filter that is given.
#[utoipa::path(tag = "policies", params(ListQuery<PolicyFilter>), responses(
    (status = 200, description = "One page of the matching policies.", body = Page<PolicyOut>)))]
#[get("/policies")]
pub(crate) async fn list_policies(
    context: RequestContext,
    query: ListQuery<PolicyFilter>,
) -> Result<Reply, ApiError> {
    let filter = &query.filter;
    let narrowed = store::Filter {
        text: SearchTextIo::of(filter.q.as_ref()),
        project_id: filter.project_id.map(Id::new),
        policy_number: filter.policy_number.clone(),
    };
    let base = context.app.settings.fee_base;
    query
        .reply(&context, move |db, caller, list| {
            let page = store::list(db, caller, &narrowed, &list.wanted)?;
            let ids: Vec<_> = page.items.iter().map(|policy| policy.id).collect();
            let committed = store::committed_for(db, &ids)?;
            let summaries = Summaries::of(db, &page.items)?;
            let page = page.try_map(|policy| {
                let committed = committed.get(&policy.id).copied().unwrap_or_default();
                PolicyOut::new(&policy, committed, base, &summaries, caller)
            })?;
            list.page(page, |policy| policy.id, |policy| policy)
        })
        .await
}

/// Read a policy
///
/// Returns one policy with its fee cap and the fees that are commissioned against it (A3.1). The fees are
/// also shown as a share of the total premium and of the premium received. A policy in which the caller has
/// no part is treated as one that does not exist (A11.3).
#[utoipa::path(tag = "policies", params(("id" = Uuid, Path, description = "Id of the policy.")), responses(
    (status = 200, description = "The policy with its commissioned fees.", body = PolicyOut)))]
#[get("/policies/{id}")]
pub(crate) async fn get_policy(context: RequestContext, id: Path<Uuid>) -> Result<Reply, ApiError> {
    let id = Id::new(id.0);
    let base = context.app.settings.fee_base;
    context
        .read(move |db, caller| {
            let policy = or_not_found(store::find(db, id)?)?;
            anze_domain::access::may(caller, Operation::GetPolicy, &policy.parties.relations())?;
            let committed = store::committed(db, id, None)?;
            Reply::ok(&shown(db, &policy, committed, base, caller)?, policy.version)
        })
        .await
}

/// Endorse a policy
///
/// Changes the premium or the insured period of a policy, at any time and with a reason. The cap after the
/// change must not lie below the fees by premium ratio that are commissioned already (A3.1). The changed
/// period must cover the service periods of those commissions, in either fee mode. The `ETag` and
/// the `Location` of the answer are those of the policy.
#[utoipa::path(tag = "policies", params(("id" = Uuid, Path, description = "Id of the policy."), IfMatch),
    request_body = EndorsementInput,
    responses((status = 201, description = "The endorsement and the policy after it.", body = EndorsedPolicyOut)))]
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
            let base = tx.app().settings.fee_base;
            let policy = shown(tx.db, &next, committed, base, tx.caller)?;
            let wire = EndorsedPolicyOut { endorsement: (&endorsement).into(), policy };
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
/// Lists every endorsement of one policy, newest first by default.
#[utoipa::path(tag = "policies", params(("id" = Uuid, Path, description = "Id of the policy."), ListQuery),
    responses((status = 200, description = "One page of the endorsements of the policy.",
        body = Page<EndorsementOut>)))]
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
