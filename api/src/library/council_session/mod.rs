//! Sessions of the council (理事会会议, A8.1): what is put to them, the votes, and what follows from the numbers.

mod ending;
mod wire;

use std::collections::{HashMap, HashSet};

use actix_web::{get, post, put};
use anze_domain::{
    Event, Id, Violation,
    access::{Caller, Operation, may},
    base::{
        code::UNKNOWN_REFERENCE,
        id::{CouncilSessionId, ExpertApplicationId},
    },
    calendar::working_calendar::shanghai_date,
    library::council_session::{CouncilSession, CouncilSessionStatus, ITEM_REPEATED, NOT_PUT_TO_SESSION},
};
use anze_persistence::{
    Reader,
    library::{
        council_session as store,
        expert_application::{self, Onward},
    },
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use crate::{
    app::context::{RequestContext, WriteContext, or_not_found},
    http::{
        extract::{IfMatch, Json, Path},
        language::Language,
        middleware::RequestMetadata,
        page::Page,
        problem::ApiError,
        respond::Reply,
    },
    wire::{ListQuery, terms::CouncilSessionStatusTerm},
};

pub use wire::{
    ApplicationResult, ApplicationsIn, CouncilSessionBatch, CouncilSessionIn, CouncilSessionOut,
    SessionApplicationOut, ShareIo, VotesIn,
};

/// 新建理事会会议 · Create a council session
///
/// A8.1: number of the decision, day, members, quorum and majority by which it decides.
#[utoipa::path(tag = "council-sessions", request_body = CouncilSessionIn, responses(
    (status = 201, description = "The open session", body = CouncilSessionOut)))]
#[post("/council-sessions")]
pub(crate) async fn create_council_session(
    context: RequestContext,
    Json(input): Json<CouncilSessionIn>,
) -> Result<Reply, ApiError> {
    context
        .write(move |tx| {
            let session = CouncilSession {
                id: Id::new(tx.new_id()),
                version: 1,
                status: CouncilSessionStatus::Open,
                status_reason: None,
                terms: input.terms(),
                created_by: tx.caller.id(),
                closed_at: None,
                created_at: tx.now(),
                updated_at: tx.now(),
            };
            let (session, event) = session.create()?;
            store::insert(tx.db, &session)?;
            tx.append(session.id, &event)?;
            let location = format!("/api/v1/council-sessions/{}", session.id);
            let today = shanghai_date(tx.now());
            let wire = shown(tx.db, &session, today, tx.caller)?;
            Reply::created(location, &wire, session.version)
        })
        .await
}

/// What a list of sessions is narrowed to.
#[derive(Debug, Clone, Deserialize, Serialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CouncilSessionFilter {
    /// In this state.
    #[param(nullable = false)]
    status: Option<CouncilSessionStatusTerm>,
}

/// 理事会会议列表 · List council sessions
///
/// For the association and the regulator.
#[utoipa::path(tag = "council-sessions", params(ListQuery<CouncilSessionFilter>), responses(
    (status = 200, description = "A page of sessions", body = Page<CouncilSessionOut>)))]
#[get("/council-sessions")]
pub(crate) async fn list_council_sessions(
    context: RequestContext,
    query: ListQuery<CouncilSessionFilter>,
) -> Result<Reply, ApiError> {
    let filter = &query.filter;
    let (status, today) = (filter.status.map(|term| term.0), shanghai_date(context.now));
    query
        .reply(&context, move |db, caller, list| {
            let page = store::list(db, status, &list.wanted)?;
            let open = page.items.iter().filter(|it| it.status == CouncilSessionStatus::Open).map(|it| it.id);
            let put = store::put(db, open)?;
            let put_to = |it: &CouncilSession| put.get(&it.id).copied().unwrap_or_default();
            let wire = |it: CouncilSession| CouncilSessionOut::new(&it, put_to(&it), today, caller);
            list.page(page, |it| it.id, wire)
        })
        .await
}

/// 理事会会议详情 · Read a council session
///
/// With the rules by which it decides (A8.1).
#[utoipa::path(tag = "council-sessions", params(("id" = Uuid, Path, description = "The session")), responses(
    (status = 200, description = "The session", body = CouncilSessionOut)))]
#[get("/council-sessions/{id}")]
pub(crate) async fn get_council_session(context: RequestContext, id: Path<Uuid>) -> Result<Reply, ApiError> {
    let (id, today) = (Id::new(id.0), shanghai_date(context.now));
    context
        .read(move |db, caller| {
            let session = or_not_found(store::find(db, id)?)?;
            may(caller, Operation::GetCouncilSession, &session.relations())?;
            Reply::ok(&shown(db, &session, today, caller)?, session.version)
        })
        .await
}

/// 会议表决事项 · List what was put to a council session
///
/// Each application with its votes and what came of them.
#[utoipa::path(tag = "council-sessions",
    params(("id" = Uuid, Path, description = "The session"), ListQuery),
    responses((status = 200, description = "A page of applications", body = Page<SessionApplicationOut>)))]
#[get("/council-sessions/{id}/applications")]
pub(crate) async fn list_council_session_applications(
    context: RequestContext,
    id: Path<Uuid>,
    query: ListQuery,
) -> Result<Reply, ApiError> {
    let id = Id::new(id.0);
    let query = query.of(("session", id.uuid()));
    query
        .reply(&context, move |db, caller, list| {
            let session = or_not_found(store::find(db, id)?)?;
            may(caller, Operation::ListCouncilSessionApplications, &session.relations())?;
            let page = store::list_items(db, id, &list.wanted)?;
            let key = |it: &store::Listed| it.item.application_id;
            list.page(page, key, |it| SessionApplicationOut::new(it, caller))
        })
        .await
}

/// 修改理事会会议 · Replace what is said of a council session
///
/// While it is open and no votes are recorded: the rules are not made to fit the votes (A8.1). Never a day before the
/// review of what was put to it.
#[utoipa::path(tag = "council-sessions", params(("id" = Uuid, Path, description = "The session"), IfMatch),
    request_body = CouncilSessionIn,
    responses((status = 200, description = "The session", body = CouncilSessionOut)))]
#[put("/council-sessions/{id}")]
pub(crate) async fn update_council_session(
    context: RequestContext,
    id: Path<Uuid>,
    read: IfMatch,
    Json(input): Json<CouncilSessionIn>,
) -> Result<Reply, ApiError> {
    let id = Id::new(id.0);
    context
        .write(move |tx| {
            let session = guarded(tx, id, Operation::UpdateCouncilSession, &read)?;
            let items: Vec<_> = store::items(tx.db, id)?.into_iter().map(|(item, _)| item).collect();
            let (next, event) = session.update(input.terms(), &items)?;
            let next = store::save(tx.db, next, tx.now())?;
            tx.append(id, &event)?;
            let today = shanghai_date(tx.now());
            let wire = shown(tx.db, &next, today, tx.caller)?;
            Reply::ok(&wire, next.version)
        })
        .await
}

/// 提交表决 · Put applications to a council session
///
/// A8.1: up to 200 applications in one request, with one result for each; each was passed on by the day of the session.
#[utoipa::path(tag = "council-sessions", params(("id" = Uuid, Path, description = "The session"), IfMatch),
    request_body = ApplicationsIn,
    responses((status = 207, description = "The session, and one result for each", body = CouncilSessionBatch)))]
#[post("/council-sessions/{id}/applications")]
pub(crate) async fn put_applications_to_vote(
    context: RequestContext,
    id: Path<Uuid>,
    read: IfMatch,
    Json(input): Json<ApplicationsIn>,
    metadata: RequestMetadata,
) -> Result<Reply, ApiError> {
    let (id, language) = (Id::new(id.0), metadata.language());
    context
        .write(move |tx| {
            let session = guarded(tx, id, Operation::PutApplicationsToVote, &read)?;
            let ids: Vec<ExpertApplicationId> = input.application_ids.iter().copied().map(Id::new).collect();
            let found = expert_application::find_all(tx.db, &ids)?;
            let mut found: HashMap<_, _> = found.into_iter().map(|it| (it.id, it)).collect();
            let (mut results, mut taken, mut happened) = (Vec::new(), Vec::new(), Vec::new());
            for (index, application) in ids.iter().enumerate() {
                let put = if taken.contains(application) {
                    Err(Violation::new(ITEM_REPEATED))
                } else {
                    found
                        .remove(application)
                        .ok_or_else(|| Violation::new(UNKNOWN_REFERENCE))
                        .and_then(|it| it.put_to_vote(&session))
                };
                let put = put.map(|(_, event)| {
                    taken.push(*application);
                    happened.push(event);
                });
                let put = put.map_err(|violation| below(violation, &format!("/application_ids/{index}"), ""));
                results.push(result(*application, put, language));
            }
            let there_already = store::items(tx.db, id)?.len();
            let (next, event) = session.put_to_vote(there_already, taken.len())?;
            store::add_items(tx.db, id, &taken)?;
            expert_application::advance_all(tx.db, &taken, Onward::ToVote(id), tx.now())?;
            finish(tx, next, event, happened, results)
        })
        .await
}

/// 登记表决结果 · Record the votes of a council session
///
/// A8.1: for, against and abstentions on up to 200 applications in one request, with one result for each. Until
/// the session is closed they can be recorded again; what was recorded before stays in the record.
#[utoipa::path(tag = "council-sessions", params(("id" = Uuid, Path, description = "The session"), IfMatch),
    request_body = VotesIn,
    responses((status = 207, description = "The session, and one result for each", body = CouncilSessionBatch)))]
#[post("/council-sessions/{id}/votes")]
pub(crate) async fn record_council_votes(
    context: RequestContext,
    id: Path<Uuid>,
    read: IfMatch,
    Json(input): Json<VotesIn>,
    metadata: RequestMetadata,
) -> Result<Reply, ApiError> {
    let (id, language) = (Id::new(id.0), metadata.language());
    context
        .write(move |tx| {
            let session = guarded(tx, id, Operation::RecordCouncilVotes, &read)?;
            let items = store::items(tx.db, id)?;
            let items: HashMap<_, _> = items.into_iter().map(|it| (it.0.application_id, it)).collect();
            let mut seen = HashSet::new();
            let (mut results, mut taken, mut happened) = (Vec::new(), Vec::new(), Vec::new());
            for (index, (application, votes)) in input.votes.iter().map(wire::VoteIn::votes).enumerate() {
                let decided = if seen.insert(application) {
                    let item = items.get(&application).ok_or_else(|| Violation::new(NOT_PUT_TO_SESSION));
                    item.and_then(|(item, status)| session.take_votes(item, *status, votes))
                } else {
                    Err(Violation::new(ITEM_REPEATED))
                };
                let decided = decided.map(|event| {
                    taken.push((application, votes));
                    happened.push(event);
                });
                let decided = decided.map_err(|it| below(it, &format!("/votes/{index}"), "/application_id"));
                results.push(result(application, decided, language));
            }
            let (next, event) = session.record_votes(taken.len(), shanghai_date(tx.now()))?;
            store::set_votes(tx.db, id, &taken)?;
            finish(tx, next, event, happened, results)
        })
        .await
}

/// The session, locked, for who may do this to it at the version that they have read.
fn guarded(
    tx: &mut WriteContext<'_, '_>,
    id: CouncilSessionId,
    operation: Operation,
    read: &IfMatch,
) -> Result<CouncilSession, ApiError> {
    let session = or_not_found(store::find_locked(tx.db, id)?)?;
    tx.guard(operation, &session.relations(), read, session.version)?;
    Ok(session)
}

/// Saves the session and says what happened to it and to each application, in one chain.
fn finish(
    tx: &mut WriteContext<'_, '_>,
    session: CouncilSession,
    event: Event,
    mut happened: Vec<Event>,
    results: Vec<ApplicationResult>,
) -> Result<Reply, ApiError> {
    happened.insert(0, event);
    let session = store::save(tx.db, session, tx.now())?;
    tx.append_all(session.id, &happened)?;
    let today = shanghai_date(tx.now());
    let council_session = shown(tx.db, &session, today, tx.caller)?;
    let wire = CouncilSessionBatch { council_session, results };
    Reply::multi_status(&wire, session.version)
}

/// The session as this caller sees it on a day.
fn shown(
    db: &mut Reader<'_>,
    session: &CouncilSession,
    today: NaiveDate,
    caller: &Caller,
) -> Result<CouncilSessionOut, ApiError> {
    let open = (session.status == CouncilSessionStatus::Open).then_some(session.id);
    let put = store::put(db, open)?.remove(&session.id).unwrap_or_default();
    Ok(CouncilSessionOut::new(session, put, today, caller))
}

/// What came of one item.
fn result(
    application: ExpertApplicationId,
    decided: Result<(), Violation>,
    language: Language,
) -> ApplicationResult {
    let problem = decided.err().map(|violation| ApiError::from(violation).problem(language, None, None));
    ApplicationResult {
        application_id: application.uuid(),
        status: problem.as_ref().map_or(200, |problem| problem.status),
        outcome: None,
        problem,
    }
}

/// The violation at its place in what was sent: below the item, at `field` of it where it names none.
fn below(mut violation: Violation, item: &str, field: &str) -> Violation {
    if violation.fields.is_empty() {
        return violation.at(format!("{item}{field}"));
    }
    for field in &mut violation.fields {
        field.pointer = format!("{item}{}", field.pointer).into();
    }
    violation
}

/// Mounts the endpoints.
pub fn mount(config: &mut ServiceConfig<'_>) {
    config
        .service(create_council_session)
        .service(list_council_sessions)
        .service(get_council_session)
        .service(update_council_session)
        .service(put_applications_to_vote)
        .service(list_council_session_applications)
        .service(record_council_votes)
        .service(ending::close_council_session)
        .service(ending::adjourn_council_session);
}
