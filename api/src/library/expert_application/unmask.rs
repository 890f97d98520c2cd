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

/// Personal data of an applicant in full, which other answers mask.
#[derive(Serialize, ToSchema)]
pub struct UnmaskedExpertApplication {
    /// Id of the application.
    pub application_id: Uuid,
    /// Full name of the applicant.
    #[schema(max_length = 64, example = "王小明")]
    pub name: String,
    /// Citizen id of the applicant in full (GB 11643).
    #[schema(pattern = "^[1-9][0-9]{16}[0-9X]$", max_length = 18, example = "11010519491231002X")]
    pub citizen_id: String,
    /// Mobile number of the applicant in full.
    #[schema(pattern = "^1[3-9][0-9]{9}$", max_length = 11, example = "13806000005")]
    pub mobile: String,
}

/// Read an applicant's personal data in full
///
/// Returns the name, citizen id and mobile number of an applicant in full (A11.3). A reason is needed. The
/// application is submitted and has not ended. Each request is recorded with its reason, without the data. The
/// platform keeps no answer, so a repeated request is recorded again.
#[utoipa::path(tag = "expert-applications", params(("id" = Uuid, Path, description = "Id of the application.")),
    request_body = ReasonInput,
    responses((status = 200, description = "The personal data of the applicant in full.", body = UnmaskedExpertApplication)))]
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
