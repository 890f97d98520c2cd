//! Applications for the expert library (入库申请, A8.1): written by who wants in, reviewed by the association.

mod file;
pub(crate) mod notifications;
mod record;
mod registration;
mod review;
mod unmask;
mod wire;

use actix_web::{HttpRequest, get, post, put};
use anze_domain::{
    Id, Violation,
    access::{self, Caller, Operation, Port, Relation, Relations},
    base::{id::UserId, identifier::CitizenId},
    calendar::working_calendar::shanghai_date,
    identity::notification::NotificationKind,
    library::{
        expert::Expert,
        expert_application::{CITIZEN_ID_DIFFERS, ExpertApplication, ExpertApplicationStatus},
    },
};
use anze_persistence::{
    Reader, StoreError, Writer,
    library::{
        application_file, certificate,
        expert::{self, SealedCitizenId},
        expert_application as store,
    },
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use crate::{
    app::{
        context::{ReadContext, RequestContext, Subject, WriteContext, change, or_not_found},
        secrets::Purpose,
    },
    http::{
        catalogue,
        extract::{BodyDigest, IfMatch, Json, Path, Query},
        page::{Page, PageQuery},
        problem::ApiError,
        respond::Reply,
    },
    wire::{
        ReasonIn, SortQuery, page_out, page_request,
        terms::{ExpertApplicationStatusTerm, PoolTerm},
    },
};

pub use file::{ApplicationFileOut, FileQuery};
pub use registration::ApplicantIn;
pub use review::AssessmentOut;
pub use unmask::UnmaskedExpertApplication;
pub use wire::{ExpertApplicationIn, ExpertApplicationOut};

/// Number prefix of applications.
const NUMBER: &str = "SQ";

/// 新建入库申请 · Create an application for the library
///
/// A8.1: whoever is signed in without an organisation applies for the members' or the leaders' pool; a member
/// of the library for the leaders', who was removed for either. A user has one application under way at the most.
/// A draft claims neither citizen id nor certificates; nobody else reads it.
#[utoipa::path(tag = "expert-applications", request_body = ExpertApplicationIn, responses(
    (status = 201, description = "The draft", body = ExpertApplicationOut)))]
#[post("/expert-applications")]
pub(crate) async fn create_expert_application(
    context: RequestContext,
    input: Json<ExpertApplicationIn>,
) -> Result<Reply, ApiError> {
    let Json { value: input, body_digest } = input;
    context
        .write(body_digest, move |tx| {
            let user: UserId = Id::new(tx.caller.id());
            let applicant = Relations { applicant: Some(user.uuid()), ..Relations::default() };
            tx.may(Operation::CreateExpertApplication, &applicant)?;
            let today = shanghai_date(tx.now());
            let entry = expert::find_by_user(tx.db, user)?;
            let (Some(citizen_id), terms) = input.checked(entry.as_ref(), today)? else {
                return Err(ApiError::new(catalogue::REQUIRED).with("name", "citizen_id").at("/citizen_id"));
            };
            let citizen_id = sealed(tx, user, entry.as_ref(), &citizen_id)?;
            let application = ExpertApplication {
                id: Id::new(tx.new_id()),
                version: 1,
                number: tx.next_number(NUMBER)?,
                status: ExpertApplicationStatus::Draft,
                status_reason: None,
                user_id: user,
                expert_id: None,
                terms,
                submitted_at: None,
                reviewed_at: None,
                reviewed_by: None,
                assessment: None,
                council_session_id: None,
                public_notice_id: None,
                admitted_at: None,
                created_at: tx.now(),
                updated_at: tx.now(),
            };
            let (application, event) = application.create(entry.as_ref(), today)?;
            store::insert(tx.db, &application, &citizen_id)?;
            tx.append(application.id, &event)?;
            let location = format!("/api/v1/expert-applications/{}", application.id);
            Reply::created(location, &ExpertApplicationOut::new(&application, tx.caller), application.version)
        })
        .await
}

/// What a list of applications is narrowed to.
#[derive(Debug, Clone, Deserialize, Serialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ExpertApplicationFilter {
    /// In this state.
    #[param(nullable = false)]
    status: Option<ExpertApplicationStatusTerm>,
    /// For this pool.
    #[param(nullable = false)]
    pool: Option<PoolTerm>,
    /// On this notice.
    #[param(nullable = false)]
    public_notice_id: Option<Uuid>,
}

/// 入库申请列表 · List applications
///
/// The association and the regulator see all but drafts; everyone else their own.
#[utoipa::path(tag = "expert-applications", params(ExpertApplicationFilter, PageQuery, SortQuery), responses(
    (status = 200, description = "A page of applications", body = Page<ExpertApplicationOut>)))]
#[get("/expert-applications")]
pub(crate) async fn list_expert_applications(
    context: RequestContext,
    filter: Query<ExpertApplicationFilter>,
    page: Query<PageQuery>,
    sort: Query<SortQuery>,
    request: HttpRequest,
) -> Result<Reply, ApiError> {
    let (filter, sort) = (filter.0, sort.0);
    let wanted = page_request(&page.0, sort, &filter)?;
    let page = context
        .read(move |db, caller| {
            let narrowed = store::Filter {
                user_id: (!sees_all(caller)).then(|| Id::new(caller.id())),
                no_drafts: sees_all(caller),
                status: filter.status.map(|term| term.0),
                pool: filter.pool.map(|term| term.0),
                public_notice_id: filter.public_notice_id.map(Id::new),
            };
            let page = store::list(db, &narrowed, &wanted)?;
            page_out(page, sort, &filter, |it| it.id, |it| ExpertApplicationOut::new(&it, caller))
        })
        .await?;
    page.reply(&request)
}

/// 入库申请详情 · Read an application
///
/// For the applicant, and, once it is submitted, the association and the regulator. The citizen id is masked, and
/// not shown to the regulator, who sees neither name nor certificates nor work history either.
#[utoipa::path(tag = "expert-applications", params(("id" = Uuid, Path, description = "The application")),
    responses((status = 200, description = "The application", body = ExpertApplicationOut)))]
#[get("/expert-applications/{id}")]
pub(crate) async fn get_expert_application(
    context: RequestContext,
    id: Path<Uuid>,
) -> Result<Reply, ApiError> {
    let (id, app) = (Id::new(id.0), context.app.clone());
    context
        .read(move |db, caller| {
            let application = or_not_found(store::find(db, id)?)?;
            access::may(caller, Operation::GetExpertApplication, &application.relations())?;
            let mut shown = ExpertApplicationOut::new(&application, caller);
            let parts = application.relations().held_by(caller);
            if parts.contains(&Relation::Applicant) || parts.contains(&Relation::Association) {
                let sealed = or_not_found(store::citizen_id(db, id)?)?;
                let opened = unmask::opened(&app, &sealed.sealed)?;
                shown.citizen_id = Some(opened.parse::<CitizenId>()?.masked());
            }
            Reply::ok(&shown, application.version)
        })
        .await
}

/// 修改入库申请 · Replace an application
///
/// The applicant, while it is a draft or returned. Without a citizen id the one that was given stays.
#[utoipa::path(tag = "expert-applications",
    params(("id" = Uuid, Path, description = "The application"), IfMatch), request_body = ExpertApplicationIn,
    responses((status = 200, description = "The application", body = ExpertApplicationOut)))]
#[put("/expert-applications/{id}")]
pub(crate) async fn update_expert_application(
    context: RequestContext,
    id: Path<Uuid>,
    read: IfMatch,
    input: Json<ExpertApplicationIn>,
) -> Result<Reply, ApiError> {
    let Json { value: input, body_digest } = input;
    change(
        context,
        id,
        read,
        body_digest,
        Operation::UpdateExpertApplication,
        move |it: ExpertApplication, tx| {
            let (id, user, today) = (it.id, it.user_id, shanghai_date(tx.now()));
            let entry = expert::find_by_user(tx.db, user)?;
            let (citizen_id, terms) = input.checked(entry.as_ref(), today)?;
            let (next, event) = it.update(terms, entry.as_ref(), today)?;
            if let Some(citizen_id) = citizen_id {
                let citizen_id = sealed(tx, user, entry.as_ref(), &citizen_id)?;
                store::set_citizen_id(tx.db, id, &citizen_id)?;
            }
            if next.status.is_under_review() {
                hold_certificates(tx, &next, entry.as_ref())?;
            }
            Ok((next, event))
        },
    )
    .await
}

/// 提交入库申请 · Submit an application
///
/// A8.1: with a file for each certificate that it names. From now on the citizen id and the certificates are this
/// applicant's until the application has ended. What was returned is submitted again.
#[utoipa::path(tag = "expert-applications",
    params(("id" = Uuid, Path, description = "The application"), IfMatch),
    responses((status = 200, description = "The submitted application", body = ExpertApplicationOut)))]
#[post("/expert-applications/{id}/submit")]
pub(crate) async fn submit_expert_application(
    context: RequestContext,
    id: Path<Uuid>,
    read: IfMatch,
) -> Result<Reply, ApiError> {
    let none = BodyDigest::of(b"");
    change(context, id, read, none, Operation::SubmitExpertApplication, |it: ExpertApplication, tx| {
        let entry = expert::find_by_user(tx.db, it.user_id)?;
        let citizen_id = or_not_found(store::citizen_id(tx.db, it.id)?)?;
        let files = application_file::kinds(tx.db, it.id)?;
        let (next, event) = it.submit(&files, entry.as_ref(), shanghai_date(tx.now()), tx.now())?;
        must_be_theirs(tx, next.user_id, entry.as_ref(), &citizen_id.digest)?;
        hold_certificates(tx, &next, entry.as_ref())?;
        tx.notify(&[notifications::association(NotificationKind::ApplicationSubmitted, &next)])?;
        Ok((next, event))
    })
    .await
}

/// 撤回入库申请 · Withdraw an application
///
/// The applicant takes it back, at any time before the admission, with the reason.
#[utoipa::path(tag = "expert-applications",
    params(("id" = Uuid, Path, description = "The application"), IfMatch), request_body = ReasonIn,
    responses((status = 200, description = "The withdrawn application", body = ExpertApplicationOut)))]
#[post("/expert-applications/{id}/withdraw")]
pub(crate) async fn withdraw_expert_application(
    context: RequestContext,
    id: Path<Uuid>,
    read: IfMatch,
    input: Json<ReasonIn>,
) -> Result<Reply, ApiError> {
    let Json { value: input, body_digest } = input;
    change(
        context,
        id,
        read,
        body_digest,
        Operation::WithdrawExpertApplication,
        move |it: ExpertApplication, tx| {
            let (next, event) = it.withdraw(&input.reason)?;
            release_certificates(tx, &[&next])?;
            Ok((next, event))
        },
    )
    .await
}

impl Subject for ExpertApplication {
    type ParentStates = ();

    fn find(db: &mut Reader<'_>, _: &Caller, id: Uuid) -> Result<Option<(Self, ())>, StoreError> {
        Ok(store::find_locked(db, Id::new(id))?.map(|application| (application, ())))
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn relations(&self, _: &()) -> Relations {
        ExpertApplication::relations(self)
    }

    fn stream(&self) -> Uuid {
        self.id.uuid()
    }

    fn save(self, db: &mut Writer<'_>, _: Operation, now: DateTime<Utc>) -> Result<Self, StoreError> {
        store::save(db, self, now)
    }

    fn show(self, _: (), to: &mut ReadContext<'_, '_>) -> Result<Reply, ApiError> {
        Reply::ok(&ExpertApplicationOut::new(&self, to.caller), self.version)
    }
}

/// Whether the caller sees everybody's applications.
fn sees_all(caller: &Caller) -> bool {
    matches!(caller.port, Some(Port::Association | Port::Regulator))
}

/// The citizen id as it is kept.
fn sealed(
    tx: &mut WriteContext<'_, '_>,
    user: UserId,
    entry: Option<&Expert>,
    citizen_id: &CitizenId,
) -> Result<SealedCitizenId, ApiError> {
    let keys = &tx.app().keys;
    let digest = keys.citizen_id_digest(citizen_id.expose());
    let sealed = keys.seal(Purpose::CitizenId, citizen_id.expose().as_bytes()).map_err(ApiError::internal)?;
    must_be_theirs(tx, user, entry, &digest)?;
    Ok(SealedCitizenId { sealed, digest })
}

/// Whether a citizen id is nobody else's in the library, and the person's own where they have an entry.
fn must_be_theirs(
    tx: &mut WriteContext<'_, '_>,
    user: UserId,
    entry: Option<&Expert>,
    digest: &[u8],
) -> Result<(), ApiError> {
    match (entry, expert::user_with_citizen_id(tx.db, digest)?) {
        (_, Some(holder)) if holder != user => {
            Err(Violation::new(anze_persistence::EXPERT_EXISTS).at("/citizen_id").into())
        }
        (Some(_), None) => Err(Violation::new(CITIZEN_ID_DIFFERS).at("/citizen_id").into()),
        _ => Ok(()),
    }
}

/// The certificates of an application that was submitted are its applicant's, beside those of their entry.
fn hold_certificates(
    tx: &mut WriteContext<'_, '_>,
    application: &ExpertApplication,
    entry: Option<&Expert>,
) -> Result<(), ApiError> {
    let mut named = application.terms.certificates();
    named.extend(entry.into_iter().flat_map(|entry| entry.qualification.certificates()));
    Ok(certificate::claim_certificates(tx.db, application.user_id, &named)?)
}

/// The certificates of applications that have ended are free again, but those of the applicants' entries.
///
/// # Errors
/// The store's.
pub(crate) fn release_certificates(
    tx: &mut WriteContext<'_, '_>,
    ended: &[&ExpertApplication],
) -> Result<(), ApiError> {
    let entries: Vec<Uuid> = ended.iter().filter_map(|it| it.expert_id.map(Id::uuid)).collect();
    let kept = if entries.is_empty() { Vec::new() } else { expert::find_all(tx.db, &entries)? };
    let kept: Vec<_> = kept.iter().flat_map(|entry| entry.qualification.certificates()).collect();
    let users: Vec<UserId> = ended.iter().map(|it| it.user_id).collect();
    Ok(certificate::release(tx.db, &users, &kept)?)
}

/// Mounts the endpoints.
pub fn mount(config: &mut ServiceConfig<'_>) {
    config
        .service(registration::register_applicant)
        .service(create_expert_application)
        .service(list_expert_applications)
        .service(get_expert_application)
        .service(update_expert_application)
        .service(submit_expert_application)
        .service(withdraw_expert_application)
        .service(record::list_expert_application_events)
        .service(unmask::unmask_expert_application)
        .service(review::get_expert_application_assessment)
        .service(review::return_expert_application)
        .service(review::reject_expert_application)
        .service(review::review_expert_application)
        .service(file::upload_application_file)
        .service(file::list_application_files)
        .service(file::get_application_file)
        .service(file::get_application_file_content);
}
