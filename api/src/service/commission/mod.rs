//! Commissions (委托服务单): what an insurer asks a provider to do.

mod visits;
mod wire;

use actix_web::{HttpRequest, get, http::StatusCode, post, put};
use anze_domain::{
    Id, Violation,
    access::{Caller, Operation, Port, Relation, Relations},
    base::{code::REFERENCE_FIXED, id::OrganizationId},
    service::commission::{Commission, CommissionStatus, NOT_A_PROVIDER, ParentStates},
};
use anze_persistence::{
    Reader, StoreError, Writer,
    identity::organization,
    service::{
        commission::{self as store, Premiums},
        policy, project,
    },
    store::{event, single_statement::RowUpdate},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use crate::{
    app::{
        batch,
        context::{ReadContext, RequestContext, Subject, WriteContext, change, decide, or_not_found},
    },
    http::{
        extract::{BodyDigest, IfMatch, Items, Json, Path, Query},
        middleware::RequestMetadata,
        page::{Page, PageQuery},
        problem::ApiError,
        respond::Reply,
    },
    wire::{ReasonIn, SortQuery, page_out, page_request, terms::CommissionStatusTerm},
};

pub(crate) use visits::cancel_open_visits;
pub use wire::{
    CommissionBatch, CommissionBatchIn, CommissionIn, CommissionOut, CommissionResult, ServiceLineIn,
    ServiceLineOut, TerminationIn,
};

/// Number prefix of commissions.
const NUMBER: &str = "WT";

/// 新建委托服务单 · Create a commission
///
/// The insurer drafts it against its policy: content and frequency (A7.1), and the fee by premium ratio
/// (A3.1) or by actual cost (A3.2).
#[utoipa::path(tag = "commissions", request_body = CommissionIn, responses(
    (status = 201, description = "The draft", body = CommissionOut)))]
#[post("/commissions")]
pub(crate) async fn create_commission(
    context: RequestContext,
    input: Json<CommissionIn>,
) -> Result<Reply, ApiError> {
    let Json { value: input, body_digest } = input;
    context
        .write(body_digest, move |tx| {
            let (wire, version) = draft(tx, &input)?;
            Reply::created(format!("/api/v1/commissions/{}", wire.id), &wire, version)
        })
        .await
}

/// 批量新建委托服务单 · Create many commissions
///
/// Up to 1,000 drafts in one request, each as alone (A3.1, A3.2, A7.1): one result for each, in their order, and one that
/// is refused leaves the others. A batch has a limit of its own, 16 MiB where nothing else is set.
#[utoipa::path(tag = "commissions", request_body = CommissionBatchIn, responses(
    (status = 207, description = "One result for each", body = CommissionBatch)))]
#[post("/commissions/batch")]
pub(crate) async fn create_commissions(
    context: RequestContext,
    input: Items<CommissionIn>,
    metadata: RequestMetadata,
) -> Result<Reply, ApiError> {
    let Items { items, body_digest } = input;
    let language = metadata.language();
    context
        .write(body_digest, move |tx| {
            let policies: Vec<_> = items.iter().flatten().map(|item| Id::new(item.policy_id)).collect();
            // Every lock before the first item, in the order that all who want several take.
            let projects = policy::projects_of(tx.db, &policies)?;
            event::lock_all(tx.db, projects.into_iter().map(Id::uuid))?;
            let results = batch::each(tx, &items, language, draft)?;
            let wire = CommissionBatch { results: results.into_iter().map(CommissionResult::from).collect() };
            Reply::json(StatusCode::MULTI_STATUS, &wire)
        })
        .await
}

/// Drafts one commission; answers it with its version.
fn draft(tx: &mut WriteContext<'_, '_>, input: &CommissionIn) -> Result<(CommissionOut, i64), ApiError> {
    // What can never be right is told before what is not there.
    let terms = input.terms(|| tx.new_id())?;
    terms.check()?;
    let policy = policy::find_locked(tx.db, Id::new(input.policy_id))?;
    let policy =
        tx.named(policy, Operation::CreateCommission, |policy| policy.parties.relations(), "/policy_id")?;
    let project = or_not_found(project::find(tx.db, policy.project_id)?)?;
    must_serve(tx, terms.provider_id)?;
    let commission = Commission {
        id: Id::new(tx.new_id()),
        version: 1,
        number: tx.next_number(NUMBER)?,
        status: CommissionStatus::Draft,
        status_reason: None,
        policy_id: policy.id,
        project_id: project.id,
        parties: policy.parties.served_by(terms.provider_id),
        asked: None,
        terms,
        amount_due: None,
        ended_at: None,
        created_at: tx.now(),
        updated_at: tx.now(),
    };
    let (commission, event) = commission.create(&project)?;
    store::insert(tx.db, &commission)?;
    tx.append(project.id, &event)?;
    let premiums = Premiums { total: policy.terms.premium_total, received: policy.terms.premium_received };
    let around = ParentStates { project: project.status, commission: commission.status };
    Ok((CommissionOut::new(&commission, premiums, Some(around), tx.caller), commission.version))
}

/// What a list of commissions is narrowed to.
#[derive(Debug, Clone, Deserialize, Serialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CommissionFilter {
    /// In this state.
    #[param(nullable = false)]
    status: Option<CommissionStatusTerm>,
    /// Of this project.
    #[param(nullable = false)]
    project_id: Option<Uuid>,
    /// Against this policy.
    #[param(nullable = false)]
    policy_id: Option<Uuid>,
}

/// 委托服务单列表 · List commissions
///
/// Those in which the caller has a part (A11.3), newest first.
#[utoipa::path(tag = "commissions", params(CommissionFilter, PageQuery, SortQuery), responses(
    (status = 200, description = "A page of commissions", body = Page<CommissionOut>)))]
#[get("/commissions")]
pub(crate) async fn list_commissions(
    context: RequestContext,
    filter: Query<CommissionFilter>,
    page: Query<PageQuery>,
    sort: Query<SortQuery>,
    request: HttpRequest,
) -> Result<Reply, ApiError> {
    let (filter, sort) = (filter.0, sort.0);
    let wanted = page_request(&page.0, sort, &filter)?;
    let narrowed = store::Filter {
        status: filter.status.map(|term| term.0),
        project_id: filter.project_id.map(Id::new),
        policy_id: filter.policy_id.map(Id::new),
    };
    let page = context
        .read(move |db, caller| {
            let page = store::list(db, caller, &narrowed, &wanted)?;
            let around = store::parent_states(db, page.items.iter().filter_map(|(it, _)| it.depends_on()))?;
            page_out(
                page,
                sort,
                &filter,
                |(commission, _)| commission.id,
                |(commission, premiums)| {
                    let around = around.get(&commission.id).copied();
                    CommissionOut::new(&commission, premiums, around, caller)
                },
            )
        })
        .await?;
    page.reply(&request)
}

/// 委托服务单详情 · Read a commission
///
/// With the fee as a share of the premium, of the total and of what was received (A3.2).
#[utoipa::path(tag = "commissions", params(("id" = Uuid, Path, description = "The commission")), responses(
    (status = 200, description = "The commission", body = CommissionOut)))]
#[get("/commissions/{id}")]
pub(crate) async fn get_commission(context: RequestContext, id: Path<Uuid>) -> Result<Reply, ApiError> {
    let id = Id::new(id.0);
    context
        .read(move |db, caller| {
            let (commission, premiums) = or_not_found(store::find_priced(db, id)?)?;
            anze_domain::access::may(caller, Operation::GetCommission, &commission.relations())?;
            shown(db, &commission, premiums, caller)
        })
        .await
}

/// 修改委托服务单 · Replace a commission
///
/// The insurer, while it is a draft or returned. Its lines get new ids; its policy stays.
#[utoipa::path(tag = "commissions", params(("id" = Uuid, Path, description = "The commission"), IfMatch),
    request_body = CommissionIn,
    responses((status = 200, description = "The commission", body = CommissionOut)))]
#[put("/commissions/{id}")]
pub(crate) async fn update_commission(
    context: RequestContext,
    id: Path<Uuid>,
    read: IfMatch,
    input: Json<CommissionIn>,
) -> Result<Reply, ApiError> {
    let Json { value: input, body_digest } = input;
    change(context, id, read, body_digest, Operation::UpdateCommission, move |commission: Commission, tx| {
        if commission.policy_id != Id::new(input.policy_id) {
            return Err(Violation::new(REFERENCE_FIXED).at("/policy_id").into());
        }
        let terms = input.terms(|| tx.new_id())?;
        terms.check()?;
        must_serve(tx, terms.provider_id)?;
        Ok(commission.update(terms)?)
    })
    .await
}

/// 提交委托服务单 · Submit a commission
///
/// A4.2. Here the fee is measured: by premium ratio all fees against the policy come to at most 21 % of its
/// premium, to the fen (A3.1). The provider has a part in the project from then on.
#[utoipa::path(tag = "commissions", params(("id" = Uuid, Path, description = "The commission"), IfMatch),
    responses((status = 200, description = "The submitted commission", body = CommissionOut)))]
#[post("/commissions/{id}/submit")]
pub(crate) async fn submit_commission(
    context: RequestContext,
    id: Path<Uuid>,
    read: IfMatch,
) -> Result<Reply, ApiError> {
    let none = BodyDigest::of(b"");
    change(context, id, read, none, Operation::SubmitCommission, |commission: Commission, tx| {
        // The project's lock is held: no other commission against the policy is submitted meanwhile.
        let policy = or_not_found(policy::find_locked(tx.db, commission.policy_id)?)?;
        let project = or_not_found(project::find(tx.db, commission.project_id)?)?;
        let provider = or_not_found(organization::find(tx.db, commission.terms.provider_id)?)?;
        let elsewhere = policy::committed(tx.db, policy.id, Some(commission.id.uuid()))?;
        let base = tx.app().settings.fee_base;
        let standing = (provider.kind, provider.status);
        let (next, event) =
            commission.submit(&project, &policy.terms, base, standing, elsewhere, tx.now())?;
        project::add_party(tx.db, project.id, provider.id, Relation::Provider)?;
        Ok((next, event))
    })
    .await
}

/// 撤回委托服务单 · Withdraw a commission
///
/// The insurer takes it back before it is accepted, with the reason.
#[utoipa::path(tag = "commissions", params(("id" = Uuid, Path, description = "The commission"), IfMatch),
    request_body = ReasonIn,
    responses((status = 200, description = "The withdrawn commission", body = CommissionOut)))]
#[post("/commissions/{id}/withdraw")]
pub(crate) async fn withdraw_commission(
    context: RequestContext,
    id: Path<Uuid>,
    read: IfMatch,
    input: Json<ReasonIn>,
) -> Result<Reply, ApiError> {
    let Json { value: input, body_digest } = input;
    change(context, id, read, body_digest, Operation::WithdrawCommission, move |commission: Commission, _| {
        Ok(commission.withdraw(&input.reason)?)
    })
    .await
}

/// 接受委托 · Accept a commission
///
/// The provider; from here on it makes plans (A4.3).
#[utoipa::path(tag = "commissions", params(("id" = Uuid, Path, description = "The commission"), IfMatch),
    responses((status = 200, description = "The accepted commission", body = CommissionOut)))]
#[post("/commissions/{id}/accept")]
pub(crate) async fn accept_commission(
    context: RequestContext,
    id: Path<Uuid>,
    read: IfMatch,
) -> Result<Reply, ApiError> {
    let none = BodyDigest::of(b"");
    decide(context, id, read, none, Operation::AcceptCommission, |commission: Commission, _| {
        Ok(commission.accept()?)
    })
    .await
}

/// 退回委托 · Return a commission
///
/// The provider gives it back with the reason; the insurer corrects and submits it again.
#[utoipa::path(tag = "commissions", params(("id" = Uuid, Path, description = "The commission"), IfMatch),
    request_body = ReasonIn,
    responses((status = 200, description = "The returned commission", body = CommissionOut)))]
#[post("/commissions/{id}/return")]
pub(crate) async fn return_commission(
    context: RequestContext,
    id: Path<Uuid>,
    read: IfMatch,
    input: Json<ReasonIn>,
) -> Result<Reply, ApiError> {
    let Json { value: input, body_digest } = input;
    decide(context, id, read, body_digest, Operation::ReturnCommission, move |commission: Commission, _| {
        Ok(commission.give_back(&input.reason)?)
    })
    .await
}

/// 终止委托 · Terminate a commission
///
/// It ends early, by agreement, with what is due; visits that have not begun are cancelled with it.
#[utoipa::path(tag = "commissions", params(("id" = Uuid, Path, description = "The commission"), IfMatch),
    request_body = TerminationIn,
    responses((status = 200, description = "The terminated commission", body = CommissionOut)))]
#[post("/commissions/{id}/terminate")]
pub(crate) async fn terminate_commission(
    context: RequestContext,
    id: Path<Uuid>,
    read: IfMatch,
    input: Json<TerminationIn>,
) -> Result<Reply, ApiError> {
    let Json { value: input, body_digest } = input;
    change(
        context,
        id,
        read,
        body_digest,
        Operation::TerminateCommission,
        move |commission: Commission, tx| {
            let (project, id) = (commission.project_id, commission.id);
            let (next, terminated) = commission.terminate(&input.reason, input.amount_due.0, tx.now())?;
            let mut events = vec![terminated];
            events.extend(cancel_open_visits(tx, project, id, &input.reason)?);
            Ok((next, events))
        },
    )
    .await
}

impl Subject for Commission {
    type ParentStates = Premiums;

    fn find(db: &mut Reader<'_>, _: &Caller, id: Uuid) -> Result<Option<(Self, Premiums)>, StoreError> {
        store::find_priced_locked(db, Id::new(id))
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn relations(&self, _: &Premiums) -> Relations {
        Commission::relations(self)
    }

    fn stream(&self) -> Uuid {
        self.project_id.uuid()
    }

    fn save(self, db: &mut Writer<'_>, operation: Operation, now: DateTime<Utc>) -> Result<Self, StoreError> {
        if operation == Operation::UpdateCommission {
            store::save_with_lines(db, self, now)
        } else {
            store::save(db, self, now)
        }
    }

    fn single_statement_update(&mut self, now: DateTime<Utc>) -> Result<Option<RowUpdate>, StoreError> {
        Ok(store::single_statement_update(self, now))
    }

    fn show(self, around: Premiums, to: &mut ReadContext<'_, '_>) -> Result<Reply, ApiError> {
        shown(to.db, &self, around, to.caller)
    }
}

/// The answer that shows a commission.
fn shown(
    db: &mut Reader<'_>,
    commission: &Commission,
    premiums: Premiums,
    caller: &Caller,
) -> Result<Reply, ApiError> {
    let around = store::parent_states(db, commission.depends_on())?.remove(&commission.id);
    Reply::ok(&CommissionOut::new(commission, premiums, around, caller), commission.version)
}

/// The provider must be one that could serve.
fn must_serve(tx: &mut WriteContext<'_, '_>, id: OrganizationId) -> Result<(), ApiError> {
    let serves = organization::find(tx.db, id)?
        .is_some_and(|provider| matches!(provider.kind, Port::Association | Port::Provider));
    if serves { Ok(()) } else { Err(Violation::new(NOT_A_PROVIDER).at("/provider_id").into()) }
}

/// Mounts the endpoints.
pub fn mount(config: &mut ServiceConfig<'_>) {
    config
        .service(create_commission)
        .service(create_commissions)
        .service(list_commissions)
        .service(get_commission)
        .service(update_commission)
        .service(submit_commission)
        .service(withdraw_commission)
        .service(accept_commission)
        .service(return_commission)
        .service(terminate_commission);
}
