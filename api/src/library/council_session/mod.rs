//! Sessions of the council (理事会会议, A8.1): what is put to them, the votes, and what follows from the numbers.

mod ending;
pub(crate) mod steps;
mod wire;

use actix_web::{get, post, put};
use anze_domain::{
    Id, Violation,
    access::{Caller, Operation, Resource, list_scope, may},
    base::id::ExpertApplicationId,
    calendar::working_calendar::shanghai_date,
    library::council_session::{CouncilSession, CouncilSessionStatus},
};
use anze_persistence::{Reader, library::council_session as store};
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
    ApplicationResult, CouncilSessionApplicationsInput, CouncilSessionBatch, CouncilSessionInput,
    CouncilSessionOut, CouncilVotesInput, SessionApplicationOut, ShareIo,
};

/// Create a council session
///
/// Enters a council session with its day, its members, and the quorum and majority by which it decides (A8.1).
#[utoipa::path(tag = "council-sessions", request_body = CouncilSessionInput, responses(
    (status = 201, description = "The council session, now `open`.", body = CouncilSessionOut)))]
#[post("/council-sessions")]
pub(crate) async fn create_council_session(
    context: RequestContext,
    Json(input): Json<CouncilSessionInput>,
) -> Result<Reply, ApiError> {
    context
        .write(move |tx| {
            let session = steps::create(tx, &input)?;
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
    /// Lists only council sessions in this state.
    #[param(nullable = false)]
    status: Option<CouncilSessionStatusTerm>,
}

/// List council sessions
///
/// Lists the sessions of the council that vote on applications for the expert library (A8.1).
#[utoipa::path(tag = "council-sessions", params(ListQuery<CouncilSessionFilter>), responses(
    (status = 200, description = "A page of council sessions.", body = Page<CouncilSessionOut>)))]
#[get("/council-sessions")]
pub(crate) async fn list_council_sessions(
    context: RequestContext,
    query: ListQuery<CouncilSessionFilter>,
) -> Result<Reply, ApiError> {
    let filter = &query.filter;
    let (status, today) = (filter.status.map(|term| term.0), shanghai_date(context.now));
    query
        .reply(&context, move |db, caller, list| {
            let page = store::list(db, list_scope(caller, Resource::CouncilSession), status, &list.wanted)?;
            let open = page.items.iter().filter(|it| it.status == CouncilSessionStatus::Open).map(|it| it.id);
            let agendas = store::agenda_counts(db, open)?;
            let agenda_of = |it: &CouncilSession| agendas.get(&it.id).copied().unwrap_or_default();
            let wire = |it: CouncilSession| CouncilSessionOut::new(&it, agenda_of(&it), today, caller);
            list.page(page, |it| it.id, wire)
        })
        .await
}

/// Read a council session
///
/// Returns one council session with the rules by which it decides (A8.1).
#[utoipa::path(tag = "council-sessions", params(("id" = Uuid, Path, description = "Id of the council session.")), responses(
    (status = 200, description = "The council session as it stands now.", body = CouncilSessionOut)))]
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

/// List the applications of a council session
///
/// Lists the applications that were put to a council session, each with its votes and its outcome (A8.1).
#[utoipa::path(tag = "council-sessions",
    params(("id" = Uuid, Path, description = "Id of the council session."), ListQuery),
    responses((status = 200, description = "A page of applications of the session.", body = Page<SessionApplicationOut>)))]
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

/// Update a council session
///
/// Replaces the details of a council session (A8.1). The session is `open`, and no votes are recorded yet. The
/// day of the session is not before the review of any application that was put to it.
#[utoipa::path(tag = "council-sessions", params(("id" = Uuid, Path, description = "Id of the council session."), IfMatch),
    request_body = CouncilSessionInput,
    responses((status = 200, description = "The council session, changed.", body = CouncilSessionOut)))]
#[put("/council-sessions/{id}")]
pub(crate) async fn update_council_session(
    context: RequestContext,
    id: Path<Uuid>,
    if_match: IfMatch,
    Json(input): Json<CouncilSessionInput>,
) -> Result<Reply, ApiError> {
    let id = Id::new(id.0);
    context
        .write(move |tx| {
            let next = steps::update(tx, id, &if_match, &input)?;
            let today = shanghai_date(tx.now());
            let wire = shown(tx.db, &next, today, tx.caller)?;
            Reply::ok(&wire, next.version)
        })
        .await
}

/// Put applications to the vote
///
/// Puts reviewed applications to the vote of a council session (A8.1). The session is `open`. Each application is
/// `reviewed`, and its review is not after the day of the session. Applications that fulfil this become
/// `put_to_vote`; a refused application does not hold up the others.
#[utoipa::path(tag = "council-sessions", params(("id" = Uuid, Path, description = "Id of the council session."), IfMatch),
    request_body = CouncilSessionApplicationsInput,
    responses((status = 207, description = "The session, with one result for each application in the request.", body = CouncilSessionBatch)))]
#[post("/council-sessions/{id}/applications")]
pub(crate) async fn put_applications_to_vote(
    context: RequestContext,
    id: Path<Uuid>,
    if_match: IfMatch,
    Json(input): Json<CouncilSessionApplicationsInput>,
    metadata: RequestMetadata,
) -> Result<Reply, ApiError> {
    let (id, language) = (Id::new(id.0), metadata.language());
    let ids: Vec<ExpertApplicationId> = input.application_ids.iter().copied().map(Id::new).collect();
    context
        .write(move |tx| {
            let (session, outcomes) = steps::put_to_vote(tx, id, &if_match, &ids)?;
            let outcomes = (0..).zip(&ids).zip(outcomes);
            let results = outcomes.map(|((index, application), outcome): ((usize, _), _)| {
                let put = outcome.map_err(|it| below(it, &format!("/application_ids/{index}"), ""));
                result(*application, put, language)
            });
            batch(tx, &session, results.collect())
        })
        .await
}

/// Record the votes of a council session
///
/// Records the votes for and against applications, and the abstentions (A8.1). The session is `open`, and its day
/// has come. The votes on an application are together at most the number of members present. Until the session
/// ends, votes can be recorded again; earlier records stay in the timeline. A refused application does not hold
/// up the others.
#[utoipa::path(tag = "council-sessions", params(("id" = Uuid, Path, description = "Id of the council session."), IfMatch),
    request_body = CouncilVotesInput,
    responses((status = 207, description = "The session, with one result for each application in the request.", body = CouncilSessionBatch)))]
#[post("/council-sessions/{id}/votes")]
pub(crate) async fn record_council_votes(
    context: RequestContext,
    id: Path<Uuid>,
    if_match: IfMatch,
    Json(input): Json<CouncilVotesInput>,
    metadata: RequestMetadata,
) -> Result<Reply, ApiError> {
    let (id, language) = (Id::new(id.0), metadata.language());
    let votes: Vec<_> = input.votes.iter().map(wire::ApplicationVotesInput::votes).collect();
    context
        .write(move |tx| {
            let (session, outcomes) = steps::record_votes(tx, id, &if_match, &votes)?;
            let outcomes = (0..).zip(&votes).zip(outcomes);
            let results = outcomes.map(|((index, (application, _)), outcome): ((usize, _), _)| {
                let decided = outcome.map_err(|it| below(it, &format!("/votes/{index}"), "/application_id"));
                result(*application, decided, language)
            });
            batch(tx, &session, results.collect())
        })
        .await
}

/// The answer that shows the session with one result for each application.
fn batch(
    tx: &mut WriteContext<'_, '_>,
    session: &CouncilSession,
    results: Vec<ApplicationResult>,
) -> Result<Reply, ApiError> {
    let today = shanghai_date(tx.now());
    let council_session = shown(tx.db, session, today, tx.caller)?;
    Reply::multi_status(&CouncilSessionBatch { council_session, results }, session.version)
}

/// The session as this caller sees it on a day.
fn shown(
    db: &mut Reader<'_>,
    session: &CouncilSession,
    today: NaiveDate,
    caller: &Caller,
) -> Result<CouncilSessionOut, ApiError> {
    let open = (session.status == CouncilSessionStatus::Open).then_some(session.id);
    let agenda = store::agenda_counts(db, open)?.remove(&session.id).unwrap_or_default();
    Ok(CouncilSessionOut::new(session, agenda, today, caller))
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
