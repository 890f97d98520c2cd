//! The applicant's identity for who reviews: with a reason, on record (A11.3, PIPL).

use actix_web::post;
use anze_domain::{Id, base::id::ExpertApplicationId};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::steps;
use crate::{
    app::context::RequestContext,
    http::{
        extract::{Json, Path},
        problem::ApiError,
        respond::Reply,
    },
    wire::{ReasonInput, plain},
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

/// Read an applicant's personal data in full
///
/// The association, with the reason, while the application is under review (A8.1). Each reading is an entry of the
/// record, with its reason and without what was read; a repeated request is a reading of its own, and its answer is
/// kept nowhere.
#[utoipa::path(tag = "expert-applications", params(("id" = Uuid, Path, description = "The application")),
    request_body = ReasonInput,
    responses((status = 200, description = "The personal data", body = UnmaskedExpertApplication)))]
#[post("/expert-applications/{id}/unmask")]
pub(crate) async fn unmask_expert_application(
    context: RequestContext,
    id: Path<Uuid>,
    Json(input): Json<ReasonInput>,
) -> Result<Reply, ApiError> {
    let id: ExpertApplicationId = Id::new(id.0);
    let reply = context
        .without_key()
        .write(move |tx| {
            let (application, citizen_id) = steps::unmask(tx, id, &input.reason)?;
            plain(&UnmaskedExpertApplication {
                application_id: id.uuid(),
                name: application.terms.name.clone(),
                citizen_id,
                mobile: application.terms.mobile.as_str().to_owned(),
            })
        })
        .await?;
    Ok(reply.not_stored())
}
