//! Personal data of experts: unmasked with a reason, on record; and all of it for the expert (A11.3, PIPL).

use actix_web::{
    get,
    http::header::{CACHE_CONTROL, HeaderValue},
    post,
};
use anze_domain::{
    Event, Id, Violation,
    access::{Operation, may},
    code::REASON_REQUIRED,
    expert::Expert,
};
use anze_persistence::{
    Direction, Page, PageRequest, event, expert, notification,
    standing::{self, group},
    tie, user,
};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use crate::{
    app::App,
    call::{Call, there},
    expert::ExpertOut,
    extract::{Json, Path},
    problem::ApiError,
    project::TimelineEntry,
    respond::Reply,
    secrets::Purpose,
    standing::{ConductOut, ConductRecordOut, DeclineOut},
    terms::VisitStatusTerm,
    tie::TieOut,
    wire::{ReasonIn, plain},
};

/// The most items of each list of an export.
const AT_MOST: u32 = 10_000;

/// What of an expert is masked elsewhere.
#[derive(Serialize, ToSchema)]
pub struct UnmaskedExpert {
    /// The expert.
    pub expert_id: Uuid,
    /// Their name.
    #[schema(max_length = 64, example = "吴志强")]
    pub name: String,
    /// Their citizen id (公民身份号码).
    #[schema(pattern = "^[1-9][0-9]{16}[0-9X]$", max_length = 18, example = "11010519491231002X")]
    pub citizen_id: String,
    /// Their mobile number.
    #[schema(pattern = "^1[3-9][0-9]{9}$", max_length = 11, example = "13806000004")]
    pub mobile: String,
}

impl UnmaskedExpert {
    fn new(app: &App, expert: &Expert, sealed: &[u8]) -> Result<Self, ApiError> {
        let citizen_id = app.keys.open(Purpose::CitizenId, sealed).map_err(ApiError::internal)?;
        Ok(Self {
            expert_id: expert.id.uuid(),
            name: expert.name.clone(),
            citizen_id: String::from_utf8(citizen_id)
                .map_err(|_not_text| ApiError::internal("citizen id"))?,
            mobile: expert.mobile.as_str().to_owned(),
        })
    }
}

/// Nobody on the way keeps it.
pub(crate) fn not_stored(reply: Reply) -> Reply {
    reply.header(CACHE_CONTROL, HeaderValue::from_static("no-store"))
}

/// 查看身份信息 · Read an expert's personal data unmasked
///
/// The association, with the reason. Each reading is an entry of the record, with its reason and without what was
/// read; a repeated request is a reading of its own, and its answer is kept nowhere.
#[utoipa::path(tag = "standing", params(("id" = Uuid, Path, description = "The expert")),
    request_body = ReasonIn,
    responses((status = 200, description = "The personal data", body = UnmaskedExpert)))]
#[post("/experts/{id}/unmask")]
pub(crate) async fn unmask_expert(
    call: Call,
    id: Path<Uuid>,
    input: Json<ReasonIn>,
) -> Result<Reply, ApiError> {
    let Json { value: input, body_digest } = input;
    let reply = call
        .without_key()
        .write(body_digest, move |tx| {
            let expert = there(expert::find(tx.db, Id::new(id.0))?)?;
            tx.may(Operation::UnmaskExpert, &expert.stakes())?;
            let reason = input.reason.trim();
            if reason.is_empty() {
                return Err(Violation::new(REASON_REQUIRED).at("/reason").into());
            }
            let sealed = there(expert::sealed_citizen_id(tx.db, expert.id)?)?;
            let event = Event::new("expert_unmasked", "expert", expert.id).because(reason);
            tx.append(expert.id, &event)?;
            plain(&UnmaskedExpert::new(tx.app(), &expert, &sealed)?)
        })
        .await?;
    Ok(not_stored(reply))
}

/// Everything that is held about an expert.
#[derive(Serialize, ToSchema)]
pub struct ExpertExport {
    /// When it was put together.
    pub exported_at: DateTime<Utc>,
    /// Whether it is everything: a list of more than 10,000 items is given from its newest.
    pub complete: bool,
    /// The record.
    pub expert: ExpertOut,
    /// What is masked elsewhere.
    pub personal: UnmaskedExpert,
    /// The account.
    #[schema(max_length = 64, example = "expert-01")]
    pub login_name: String,
    /// What is on record of the conduct.
    pub conduct: ConductOut,
    /// Measures.
    #[schema(max_items = 10_000)]
    pub conduct_records: Vec<ConductRecordOut>,
    /// Declines.
    #[schema(max_items = 10_000)]
    pub declines: Vec<DeclineOut>,
    /// Declared ties.
    #[schema(max_items = 10_000)]
    pub ties: Vec<TieOut>,
    /// Groups.
    #[schema(max_items = 10_000)]
    pub groups: Vec<GroupMembership>,
    /// How many notifications there are; they are read in the inbox.
    #[schema(minimum = 0, example = 12)]
    pub notifications: i64,
    /// What happened to the record.
    #[schema(max_items = 10_000)]
    pub events: Vec<TimelineEntry>,
    /// What happened to the account.
    #[schema(max_items = 10_000)]
    pub account_events: Vec<TimelineEntry>,
}

/// A group that an expert is or was of.
#[derive(Debug, Serialize, ToSchema)]
pub struct GroupMembership {
    /// The visit.
    pub visit_id: Uuid,
    /// Its number.
    #[schema(max_length = 32, example = "FW-2026-000123")]
    pub number: String,
    /// Its state.
    pub status: VisitStatusTerm,
    /// Whether they lead.
    pub leads: bool,
    /// Its time.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub scheduled_start: Option<DateTime<Utc>>,
}

impl From<group::Membership> for GroupMembership {
    fn from(it: group::Membership) -> Self {
        Self {
            visit_id: it.visit_id,
            number: it.number,
            status: it.status.into(),
            leads: it.leads,
            scheduled_start: it.scheduled_start,
        }
    }
}

/// The first page of a list, newest first, of the most that an export gives.
fn newest<K>() -> PageRequest<K> {
    PageRequest { after: None, limit: AT_MOST, direction: Direction::Descending }
}

/// 导出本人信息 · Export what is held about oneself
///
/// The expert, as one document: the record unmasked, conduct, ties, groups, and every event about them.
#[utoipa::path(tag = "standing", responses(
    (status = 200, description = "Everything that is held about the caller", body = ExpertExport)))]
#[get("/experts/me/export")]
pub(crate) async fn export_expert(call: Call) -> Result<Reply, ApiError> {
    let (app, now) = (call.app.clone(), call.now);
    let reply = call
        .read(move |db, caller| {
            let id = there(caller.expert_id)?;
            let expert = there(expert::find(db, Id::new(id))?)?;
            may(caller, Operation::ExportExpert, &expert.stakes())?;
            let sealed = there(expert::sealed_citizen_id(db, expert.id)?)?;
            let user = there(user::find(db, expert.user_id)?)?;
            let records = standing::list(db, expert.id, &newest())?;
            let declines = standing::declines(db, expert.user_id, &newest())?;
            let ties = tie::list(db, expert.id, &newest())?;
            let groups = group::memberships(db, expert.id, &newest())?;
            let events = event::list(db, expert.id, &newest())?;
            // The stream of an organisation is about others too.
            let account = match user.organization_id {
                None => event::list(db, user.stream(), &newest())?,
                Some(_) => Page { items: Vec::new(), more: false },
            };
            let more = [records.more, declines.more, ties.more, groups.more, events.more, account.more];
            let conduct = standing::conduct(db, expert.id, expert.user_id, now)?;
            plain(&ExpertExport {
                exported_at: now,
                complete: !more.contains(&true),
                expert: ExpertOut::new(&expert, caller),
                personal: UnmaskedExpert::new(&app, &expert, &sealed)?,
                login_name: user.login_name,
                conduct: ConductOut::new(&expert, conduct),
                conduct_records: records.items.into_iter().map(Into::into).collect(),
                declines: declines.items.into_iter().map(Into::into).collect(),
                ties: ties.items.iter().map(TieOut::from).collect(),
                groups: groups.items.into_iter().map(Into::into).collect(),
                notifications: notification::count(db, expert.user_id)?,
                events: events.items.into_iter().map(Into::into).collect(),
                account_events: account.items.into_iter().map(Into::into).collect(),
            })
        })
        .await?;
    Ok(not_stored(reply))
}

/// Mounts the endpoints.
pub fn mount(config: &mut ServiceConfig<'_>) {
    config.service(export_expert).service(unmask_expert);
}
