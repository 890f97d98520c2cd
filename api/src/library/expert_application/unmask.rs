//! The applicant's identity for who reviews: with a reason, on record (A11.3, PIPL).

use actix_web::post;
use anze_domain::{
    Event, EventName, Id, RecordKind, Violation,
    access::{Operation, state_machine as flow},
    base::{code::REASON_REQUIRED, id::ExpertApplicationId},
};
use anze_persistence::library::expert_application as store;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    app::{
        context::{RequestContext, or_not_found},
        secrets::Purpose,
        state::App,
    },
    http::{
        extract::{Json, Path},
        problem::ApiError,
        respond::Reply,
    },
    oversight::privacy::not_stored,
    wire::{ReasonIn, plain},
};

/// What of an application is masked elsewhere.
#[derive(Serialize, ToSchema)]
pub struct UnmaskedExpertApplication {
    /// The application.
    pub application_id: Uuid,
    /// The applicant's name.
    #[schema(max_length = 64, example = "王小明")]
    pub name: String,
    /// Their citizen id (公民身份号码).
    #[schema(pattern = "^[1-9][0-9]{16}[0-9X]$", max_length = 18, example = "11010519491231002X")]
    pub citizen_id: String,
    /// Their mobile number.
    #[schema(pattern = "^1[3-9][0-9]{9}$", max_length = 11, example = "13806000005")]
    pub mobile: String,
}

/// A citizen id as it was given.
///
/// # Errors
/// `internal`, where it cannot be opened.
pub(super) fn opened(app: &App, sealed: &[u8]) -> Result<String, ApiError> {
    let opened = app.keys.open(Purpose::CitizenId, sealed).map_err(ApiError::internal)?;
    String::from_utf8(opened).map_err(|_not_text| ApiError::internal("citizen id"))
}

/// 查看申请人身份信息 · Read an applicant's personal data unmasked
///
/// The association, with the reason, while the application is under review (A8.1). Each reading is an entry of the
/// record, with its reason and without what was read; a repeated request is a reading of its own, and its answer is
/// kept nowhere.
#[utoipa::path(tag = "expert-applications", params(("id" = Uuid, Path, description = "The application")),
    request_body = ReasonIn,
    responses((status = 200, description = "The personal data", body = UnmaskedExpertApplication)))]
#[post("/expert-applications/{id}/unmask")]
pub(crate) async fn unmask_expert_application(
    context: RequestContext,
    id: Path<Uuid>,
    input: Json<ReasonIn>,
) -> Result<Reply, ApiError> {
    let Json { value: input, body_digest } = input;
    let id: ExpertApplicationId = Id::new(id.0);
    let reply = context
        .without_key()
        .write(body_digest, move |tx| {
            let application = or_not_found(store::find_locked(tx.db, id)?)?;
            tx.may(Operation::UnmaskExpertApplication, &application.relations())?;
            flow::step(application.status, Operation::UnmaskExpertApplication)?;
            let reason = input.reason.trim();
            if reason.is_empty() {
                return Err(Violation::new(REASON_REQUIRED).at("/reason").into());
            }
            let citizen_id = or_not_found(store::citizen_id(tx.db, id)?)?;
            let event = Event::new(EventName::ExpertApplicationUnmasked, RecordKind::ExpertApplication, id)
                .because(reason);
            tx.append(id, &event)?;
            plain(&UnmaskedExpertApplication {
                application_id: id.uuid(),
                name: application.terms.name.clone(),
                citizen_id: opened(tx.app(), &citizen_id.sealed)?,
                mobile: application.terms.mobile.as_str().to_owned(),
            })
        })
        .await?;
    Ok(not_stored(reply))
}
