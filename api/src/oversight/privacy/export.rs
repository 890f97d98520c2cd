//! All that is held about an expert, for the expert (A11.3, PIPL).

use std::collections::BTreeMap;

use actix_web::get;
use anze_domain::{
    Id,
    access::{Caller, ListScope, Operation, may},
    base::id::UserId,
    library::expert::Expert,
};
use anze_persistence::{
    Direction, Page, PageRequest, Reader,
    evidence::attachment,
    identity::{delivery, notification, session, user},
    library::{
        application_file, expert, expert_application, objection,
        standing::{self, group},
        tie::{self, recusal},
        unavailability,
    },
    oversight::calendar::subscription,
    service::visit,
    store::event,
};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    UnmaskedExpert,
    exported::{
        ExportedDelivery, ExportedExpertApplication, ExportedExpertSnapshot, ExportedLoginSession,
        ExportedObjection, ExportedRecusalRequest, ExportedTieFoundLater, ExportedVisitStep,
        VisitGroupMembership,
    },
    opened,
};
use crate::{
    app::{
        context::{RequestContext, or_not_found},
        state::App,
    },
    evidence::attachment::AttachmentOut,
    http::{language::Language, problem::ApiError, respond::Reply},
    identity::{email::NotificationSettings, notification::NotificationOut},
    library::{
        expert::ExpertOut,
        expert_application::ApplicationFileOut,
        standing::{ConductOut, ConductRecordOut, DeclineOut},
        tie::TieOut,
        unavailability::{BaseLocationOut, UnavailabilityOut},
    },
    oversight::calendar::CalendarSubscriptionOut,
    wire::{plain, timeline::TimelineEntry},
};

/// The most items of each list of an export.
const AT_MOST: u32 = 10_000;

/// All data that the platform holds about an expert, as one document for the expert.
#[derive(Serialize, ToSchema)]
pub struct ExpertExport {
    /// Time at which the export was made (UTC).
    pub exported_at: DateTime<Utc>,
    /// Whether the export holds everything. False if a list has more than 10,000 items, of which only the newest are given.
    pub complete: bool,
    /// Names of the lists in this export of which only the newest 10,000 items are given.
    #[schema(value_type = Vec<String>, max_items = 32, example = json!(["events"]))]
    pub truncated: Vec<&'static str>,
    /// Record of the expert in the expert library.
    pub expert: ExpertOut,
    /// Name, citizen id and mobile number in full. Elsewhere they are masked.
    pub personal: UnmaskedExpert,
    /// Login name of the expert's account.
    #[schema(max_length = 64, example = "expert-01")]
    pub login_name: String,
    /// How the account is told: its confirmed e-mail address, and which kinds of notifications go to it.
    pub notification_settings: NotificationSettings,
    /// What the platform sent by e-mail to the account, or tried to.
    #[schema(max_items = 10_000)]
    pub deliveries: Vec<ExportedDelivery>,
    /// Subscriptions by which the account's calendar can be read.
    #[schema(max_items = 10_000)]
    pub calendar_subscriptions: Vec<CalendarSubscriptionOut>,
    /// Place where the expert is based, from which travel times are computed.
    pub base_location: BaseLocationOut,
    /// Times at which the expert cannot serve, with the expert's notes.
    #[schema(max_items = 10_000)]
    pub unavailabilities: Vec<UnavailabilityOut>,
    /// Applications of the expert for the expert library.
    #[schema(max_items = 10_000)]
    pub applications: Vec<ExportedExpertApplication>,
    /// Metadata of the files of these applications. The files themselves are downloaded from the applications.
    #[schema(max_items = 10_000)]
    pub application_files: Vec<ApplicationFileOut>,
    /// Objections to these applications, without their authors.
    #[schema(max_items = 10_000)]
    pub objections: Vec<ExportedObjection>,
    /// Summary of the expert's conduct.
    pub conduct: ConductOut,
    /// Measures against the expert that the association recorded: warnings, suspensions and removals (A20.1).
    #[schema(max_items = 10_000)]
    pub conduct_records: Vec<ConductRecordOut>,
    /// Visits in which the expert declined to serve.
    #[schema(max_items = 10_000)]
    pub declines: Vec<DeclineOut>,
    /// Ties that were declared for the expert (A12.2).
    #[schema(max_items = 10_000)]
    pub ties: Vec<TieOut>,
    /// Ties that were found after a visit had begun (A12.2).
    #[schema(max_items = 10_000)]
    pub ties_found_later: Vec<ExportedTieFoundLater>,
    /// Requests that the expert be recused, without their authors and projects.
    #[schema(max_items = 10_000)]
    pub recusal_requests: Vec<ExportedRecusalRequest>,
    /// Visits to whose groups the expert belongs or belonged.
    #[schema(max_items = 10_000)]
    pub groups: Vec<VisitGroupMembership>,
    /// Records of the expert from the proposals of these groups or the starts of their visits.
    #[schema(max_items = 10_000)]
    pub group_snapshots: Vec<ExportedExpertSnapshot>,
    /// Steps on site that the expert recorded, with the positions of the device.
    #[schema(max_items = 10_000)]
    pub steps: Vec<ExportedVisitStep>,
    /// Metadata of the files that the expert uploaded. The files themselves are downloaded with `get_attachment_content`.
    #[schema(max_items = 10_000)]
    pub attachments: Vec<AttachmentOut>,
    /// Notifications that the expert received.
    #[schema(max_items = 10_000)]
    pub notifications: Vec<NotificationOut>,
    /// Login sessions of the account. Ended sessions are included while the platform keeps them.
    #[schema(max_items = 10_000)]
    pub sessions: Vec<ExportedLoginSession>,
    /// Entries of the event log about the expert's record.
    #[schema(max_items = 10_000)]
    pub events: Vec<TimelineEntry>,
    /// Entries of the event log about the expert's account. Empty for an account that belongs to an organisation, whose log
    /// is about others too.
    #[schema(max_items = 10_000)]
    pub account_events: Vec<TimelineEntry>,
}

/// The first page of a list, newest first, of the most that an export gives.
fn newest<K>() -> PageRequest<K> {
    PageRequest { after: None, limit: AT_MOST, direction: Direction::Descending }
}

/// The names of the lists that are longer than an export gives.
#[derive(Default)]
struct Truncation(Vec<&'static str>);

impl Truncation {
    /// The items of a list; where there are more, the list is named.
    fn of<T, U>(&mut self, list: &'static str, page: Page<T>, turn: impl FnMut(T) -> U) -> Vec<U> {
        if page.more {
            self.0.push(list);
        }
        page.items.into_iter().map(turn).collect()
    }
}

/// Export the expert's own data
///
/// Exports everything that the platform holds about the calling expert, as one JSON document.
///
/// - It holds the record unmasked, base and unavailabilities, applications with files and objections, conduct, ties and
///   recusal requests. It also holds groups, steps on site, uploads, notifications, e-mail,
///   calendar subscriptions, sessions and event logs.
/// - It names no other person who had a part in any of it.
/// - Each list gives at most its newest 10,000 items; `complete` and `truncated` say whether that cut any.
/// - The answer is not to be stored by caches.
#[utoipa::path(tag = "standing", responses(
    (status = 200, description = "All data held about the calling expert.", body = ExpertExport)))]
#[get("/experts/me/export")]
pub(crate) async fn export_expert(context: RequestContext) -> Result<Reply, ApiError> {
    let (app, now, language) = (context.app.clone(), context.now, context.language);
    // Many lists, each of as many rows as there may be.
    let reply = context
        .read_long(move |db, caller| {
            let id = or_not_found(caller.expert_id)?;
            let expert = or_not_found(expert::find(db, Id::new(id))?)?;
            may(caller, Operation::ExportExpert, &expert.relations())?;
            plain(&export(db, caller, &app, &expert, now, language)?)
        })
        .await?;
    Ok(reply.not_stored().in_language(language))
}

fn export(
    db: &mut Reader<'_>,
    caller: &Caller,
    app: &App,
    expert: &Expert,
    now: DateTime<Utc>,
    language: Language,
) -> Result<ExpertExport, ApiError> {
    let mut truncation = Truncation::default();
    let (id, user_id) = (expert.id, expert.user_id);
    let sealed = or_not_found(expert::sealed_citizen_id(db, id)?)?;
    let user = or_not_found(user::find(db, user_id)?)?;
    let conduct = standing::conduct(db, id, user_id)?;
    // The stream of an organisation is about others too.
    let account_events = match user.organization_id {
        None => event::list(db, user.stream(), &newest())?,
        Some(_) => Page { items: Vec::new(), more: false },
    };
    let base = unavailability::base(db, id)?;
    let entry = |entry| TimelineEntry::new(entry, language);
    let mut export = ExpertExport {
        exported_at: now,
        complete: false,
        truncated: Vec::new(),
        expert: ExpertOut::new(expert, caller),
        personal: UnmaskedExpert::new(app, expert, &sealed)?,
        login_name: user.login_name,
        notification_settings: NotificationSettings::read(db, caller, language)?,
        deliveries: truncation.of("deliveries", delivery::list(db, user_id, &newest())?, Into::into),
        calendar_subscriptions: truncation.of(
            "calendar_subscriptions",
            subscription::list(db, user_id, &newest())?,
            Into::into,
        ),
        base_location: BaseLocationOut::new(expert, base.location),
        unavailabilities: truncation.of("unavailabilities", unavailability::list(db, id, &newest())?, |it| {
            UnavailabilityOut::new(it, expert, caller)
        }),
        applications: applications(db, caller, app, user_id, &mut truncation)?,
        application_files: truncation.of(
            "application_files",
            application_file::of_user(db, user_id, &newest())?,
            Into::into,
        ),
        objections: truncation.of(
            "objections",
            objection::list_on_applications_of(db, user_id, &newest())?,
            Into::into,
        ),
        conduct: ConductOut::new(expert, conduct),
        conduct_records: truncation.of("conduct_records", standing::list(db, id, &newest())?, Into::into),
        declines: truncation.of("declines", standing::declines(db, user_id, &newest())?, Into::into),
        ties: truncation.of("ties", tie::list(db, id, &newest())?, |it| TieOut::from(&it)),
        ties_found_later: truncation.of("ties_found_later", group::marks_on(db, id, &newest())?, Into::into),
        recusal_requests: truncation.of(
            "recusal_requests",
            recusal::list_for_expert(db, id, &newest())?,
            Into::into,
        ),
        groups: truncation.of("groups", group::memberships(db, id, &newest())?, Into::into),
        group_snapshots: truncation.of(
            "group_snapshots",
            group::snapshots_of(db, id, &newest())?,
            Into::into,
        ),
        steps: truncation.of("steps", visit::steps_by(db, user_id.uuid(), AT_MOST)?, Into::into),
        attachments: truncation.of(
            "attachments",
            attachment::uploaded_by(db, user_id.uuid(), &newest())?,
            Into::into,
        ),
        notifications: truncation.of(
            "notifications",
            notification::list(db, user_id, notification::Filter::default(), &newest())?,
            |sent| NotificationOut::new(sent, language),
        ),
        sessions: truncation.of("sessions", session::list_all(db, user_id, &newest())?, Into::into),
        events: truncation.of("events", event::list(db, id, &newest())?, entry),
        account_events: truncation.of("account_events", account_events, entry),
    };
    (export.complete, export.truncated) = (truncation.0.is_empty(), truncation.0);
    Ok(export)
}

/// The applications of a user, each with the citizen id that it was made with.
fn applications(
    db: &mut Reader<'_>,
    caller: &Caller,
    app: &App,
    user: UserId,
    truncation: &mut Truncation,
) -> Result<Vec<ExportedExpertApplication>, ApiError> {
    let (scope, filter) = (ListScope::Applicant(user.uuid()), expert_application::Filter::default());
    let page = expert_application::list(db, scope, &filter, &newest())?;
    let ids: Vec<_> = page.items.iter().map(|it| it.id).collect();
    let sealed: BTreeMap<_, _> = expert_application::sealed_citizen_ids(db, &ids)?.into_iter().collect();
    let made_with = |it| match sealed.get(&Id::uuid(it)) {
        Some(sealed) => opened(app, sealed),
        None => Err(ApiError::internal("an application without its citizen id")),
    };
    truncation
        .of("applications", page, |it| Ok(ExportedExpertApplication::new(&it, caller, made_with(it.id)?)))
        .into_iter()
        .collect()
}
