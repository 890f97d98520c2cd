//! Personal data of experts: unmasked with a reason, on record; and all of it for the expert (A11.3, PIPL).

mod export;
mod exported;
pub(crate) mod steps;

use actix_web::post;
use anze_domain::library::expert::Expert;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use crate::{
    app::{context::RequestContext, secrets::Purpose, state::App},
    http::{
        extract::{Json, Path},
        problem::ApiError,
        respond::Reply,
    },
    wire::{ReasonInput, plain},
};

/// Personal data of an expert that are masked elsewhere.
#[derive(Serialize, ToSchema)]
pub struct UnmaskedExpert {
    /// Id of the expert.
    pub expert_id: Uuid,
    /// Name of the expert in full.
    #[schema(max_length = 64, example = "吴志强")]
    pub name: String,
    /// Citizen id of the expert in full, 18 characters.
    #[schema(pattern = "^[1-9][0-9]{16}[0-9X]$", max_length = 18, example = "11010519491231002X")]
    pub citizen_id: String,
    /// Mobile number of the expert in full, 11 digits.
    #[schema(pattern = "^1[3-9][0-9]{9}$", max_length = 11, example = "13806000004")]
    pub mobile: String,
}

impl UnmaskedExpert {
    fn new(app: &App, expert: &Expert, sealed: &[u8]) -> Result<Self, ApiError> {
        Ok(Self {
            expert_id: expert.id.uuid(),
            name: expert.name.clone(),
            citizen_id: opened(app, sealed)?,
            mobile: expert.mobile.as_str().to_owned(),
        })
    }
}

/// A citizen id out of its seal.
fn opened(app: &App, sealed: &[u8]) -> Result<String, ApiError> {
    let text = app.keys.open(Purpose::CitizenId, sealed).map_err(ApiError::internal)?;
    String::from_utf8(text).map_err(|_not_text| ApiError::internal("citizen id"))
}

/// Read an expert's personal data in full
///
/// Returns the name, citizen id and mobile number of an expert in full. A reason is required (A11.3). Each call is entered
/// in the event log with caller and reason, without the data. The answer is not stored: the same `Idempotency-Key` reads
/// and records anew. Caches must not keep it.
#[utoipa::path(tag = "standing", params(("id" = Uuid, Path, description = "Id of the expert.")),
    request_body = ReasonInput,
    responses((status = 200, description = "The personal data of the expert in full.", body = UnmaskedExpert)))]
#[post("/experts/{id}/unmask")]
pub(crate) async fn unmask_expert(
    context: RequestContext,
    id: Path<Uuid>,
    Json(input): Json<ReasonInput>,
) -> Result<Reply, ApiError> {
    let reply = context
        .without_key()
        .write(move |tx| {
            let (expert, sealed) = steps::unmask(tx, id.0, &input.reason)?;
            plain(&UnmaskedExpert::new(tx.app(), &expert, &sealed)?)
        })
        .await?;
    Ok(reply.not_stored())
}

/// Mounts the endpoints.
pub fn mount(config: &mut ServiceConfig<'_>) {
    config.service(export::export_expert).service(unmask_expert);
}
