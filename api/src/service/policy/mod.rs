//! Policies (保单) and their endorsements (批单).

mod wire;

use actix_web::{HttpRequest, get, http::StatusCode, post};
use anze_domain::{
    FactName, Id,
    access::{Operation, Relation},
    base::id::ProjectId,
    service::{
        policy::{Committed, Parties, Policy},
        project::Project,
    },
};
use anze_persistence::{
    service::{policy as store, project},
    store::event,
};
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
        extract::{IfMatch, Items, Json, Path, Query},
        middleware::RequestMetadata,
        page::{Page, PageQuery},
        problem::ApiError,
        respond::Reply,
    },
    library::group_departure,
    wire::{SortQuery, page_out, page_request},
};

pub use wire::{
    EndorsedPolicyOut, EndorsementIn, EndorsementOut, PolicyBatch, PolicyBatchIn, PolicyIn, PolicyOut,
    PolicyResult,
};

/// 录入保单 · Record a policy
///
/// The insurer records its policy on a registered project (A2.1, A4.2) and has a part in it from then on: experts with
/// a tie to it leave the project's groups that have not begun (A12.2).
#[utoipa::path(tag = "policies", request_body = PolicyIn, responses(
    (status = 201, description = "The policy", body = PolicyOut)))]
#[post("/policies")]
pub(crate) async fn create_policy(context: RequestContext, input: Json<PolicyIn>) -> Result<Reply, ApiError> {
    let Json { value: input, body_digest } = input;
    context
        .write(body_digest, move |tx| {
            let (wire, version) = record(tx, &input)?;
            Reply::created(format!("/api/v1/policies/{}", wire.id), &wire, version)
        })
        .await
}

/// 批量录入保单 · Record many policies
///
/// Up to 1,000 in one request, each as alone (A2.1, A4.2): one result for each, in their order, and one that is refused
/// leaves the others. A batch has a limit of its own, 16 MiB where nothing else is set.
#[utoipa::path(tag = "policies", request_body = PolicyBatchIn, responses(
    (status = 207, description = "One result for each", body = PolicyBatch)))]
#[post("/policies/batch")]
pub(crate) async fn create_policies(
    context: RequestContext,
    input: Items<PolicyIn>,
    metadata: RequestMetadata,
) -> Result<Reply, ApiError> {
    let Items { items, body_digest } = input;
    let language = metadata.language();
    context
        .write(body_digest, move |tx| {
            // Every lock before the first item, in the order that all who want several take.
            event::lock_all(tx.db, items.iter().flatten().map(|item| item.project_id))?;
            let results = batch::each(tx, &items, language, record)?;
            let wire = PolicyBatch { results: results.into_iter().map(PolicyResult::from).collect() };
            Reply::json(StatusCode::MULTI_STATUS, &wire)
        })
        .await
}

/// Records one policy; answers it with its version.
fn record(tx: &mut WriteContext<'_, '_>, input: &PolicyIn) -> Result<(PolicyOut, i64), ApiError> {
    let insurer_id = or_not_found(tx.caller.organization_id)?;
    let project = insured(tx, Id::new(input.project_id))?;
    let policy = Policy {
        id: Id::new(tx.new_id()),
        version: 1,
        project_id: project.id,
        policy_number: input.policy_number.clone(),
        terms: input.terms(),
        indemnity_limit: input.indemnity_limit.0,
        parties: Parties::of(&project, insurer_id),
        created_at: tx.now(),
        updated_at: tx.now(),
    };
    let (policy, event) = policy.record(&project)?;
    store::insert(tx.db, &policy)?;
    tx.append(project.id, &event)?;
    if project::add_party(tx.db, project.id, insurer_id, Relation::Insurer)? {
        // A12.2: from now on it is a party, also to groups under the policy of another.
        let groups = group_departure::lock::of_project(tx.db, project.id, insurer_id)?;
        group_departure::recuse(&mut tx.context(), &groups)?;
    }
    let base = tx.app().settings.fee_base;
    Ok((PolicyOut::new(&policy, Committed::default(), base, tx.caller), policy.version))
}

/// The project that a policy is recorded on: any that is registered; another only for who has a part in it.
fn insured(tx: &mut WriteContext<'_, '_>, id: ProjectId) -> Result<Project, ApiError> {
    const POINTER: &str = "/project_id";
    let found = project::find_locked(tx.db, id)?;
    let Some(project) = found.as_ref() else {
        return tx.named(found, Operation::GetProject, Project::relations, POINTER);
    };
    let Err(violation) = project.must_be_registered() else { return or_not_found(found) };
    let relations = project::relations(tx.db, project, tx.caller)?;
    tx.named(found, Operation::GetProject, |_project| relations, POINTER)?;
    Err(violation.at(POINTER).into())
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

/// 保单列表 · List policies
///
/// Those in which the caller has a part (A11.3), newest first, each with what is commissioned against it.
#[utoipa::path(tag = "policies", params(PolicyFilter, PageQuery, SortQuery), responses(
    (status = 200, description = "A page of policies", body = Page<PolicyOut>)))]
#[get("/policies")]
pub(crate) async fn list_policies(
    context: RequestContext,
    filter: Query<PolicyFilter>,
    page: Query<PageQuery>,
    sort: Query<SortQuery>,
    request: HttpRequest,
) -> Result<Reply, ApiError> {
    let (filter, sort) = (filter.0, sort.0);
    let wanted = page_request(&page.0, sort, &filter)?;
    let narrowed = store::Filter {
        project_id: filter.project_id.map(Id::new),
        policy_number: filter.policy_number.clone(),
    };
    let base = context.app.settings.fee_base;
    let page = context
        .read(move |db, caller| {
            let page = store::list(db, caller, &narrowed, &wanted)?;
            let ids: Vec<_> = page.items.iter().map(|policy| policy.id).collect();
            let committed = store::committed_for(db, &ids)?;
            page_out(
                page,
                sort,
                &filter,
                |policy| policy.id,
                |policy| {
                    let committed = committed.get(&policy.id).copied().unwrap_or_default();
                    PolicyOut::new(&policy, committed, base, caller)
                },
            )
        })
        .await?;
    page.reply(&request)
}

/// 保单详情 · Read a policy
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

/// 保单批改 · Endorse a policy
///
/// The insurer changes premium or period; refused where what is commissioned already would break the cap
/// (A3.1) or lie outside the period. The answer's tag is the policy's.
#[utoipa::path(tag = "policies", params(("id" = Uuid, Path, description = "The policy"), IfMatch),
    request_body = EndorsementIn,
    responses((status = 201, description = "The endorsement and the policy with it", body = EndorsedPolicyOut)))]
#[post("/policies/{id}/endorsements")]
pub(crate) async fn endorse_policy(
    context: RequestContext,
    id: Path<Uuid>,
    read: IfMatch,
    input: Json<EndorsementIn>,
) -> Result<Reply, ApiError> {
    let Json { value: input, body_digest } = input;
    let id = Id::new(id.0);
    context
        .write(body_digest, move |tx| {
            let policy = or_not_found(store::find_locked(tx.db, id)?)?;
            tx.guard(Operation::EndorsePolicy, &policy.parties.relations(), &read, policy.version)?;
            let base = tx.app().settings.fee_base;
            let committed = store::committed(tx.db, id, None)?;
            let endorsement = input.endorsement(Id::new(tx.new_id()), &policy, tx.now());
            let (next, event) = policy.endorse(&endorsement, base, committed)?;
            let next = store::save(tx.db, next, tx.now())?;
            store::insert_endorsement(tx.db, &endorsement)?;
            let event = event.fact(FactName::EndorsementNumber, &endorsement.endorsement_number);
            tx.append(next.project_id, &event)?;
            // The endorsed policy, whose tag comes with it; endorsements are read as its list.
            let location = format!("/api/v1/policies/{id}");
            let wire = EndorsedPolicyOut {
                endorsement: (&endorsement).into(),
                policy: PolicyOut::new(&next, committed, base, tx.caller),
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

/// 批单列表 · List a policy's endorsements
///
/// Every change of the policy, newest first.
#[utoipa::path(tag = "policies", params(("id" = Uuid, Path, description = "The policy"), PageQuery, SortQuery),
    responses((status = 200, description = "A page of endorsements", body = Page<EndorsementOut>)))]
#[get("/policies/{id}/endorsements")]
pub(crate) async fn list_policy_endorsements(
    context: RequestContext,
    id: Path<Uuid>,
    page: Query<PageQuery>,
    sort: Query<SortQuery>,
    request: HttpRequest,
) -> Result<Reply, ApiError> {
    let (id, sort) = (id.0, sort.0);
    let filter = OfPolicy { policy: id };
    let wanted = page_request(&page.0, sort, &filter)?;
    let page = context
        .read(move |db, caller| {
            let policy = or_not_found(store::find(db, Id::new(id))?)?;
            anze_domain::access::may(caller, Operation::ListPolicyEndorsements, &policy.parties.relations())?;
            let page = store::list_endorsements(db, policy.id, &wanted)?;
            page_out(page, sort, &filter, |it| it.id, |it| EndorsementOut::from(&it))
        })
        .await?;
    page.reply(&request)
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
