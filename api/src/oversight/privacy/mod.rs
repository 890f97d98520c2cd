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
/// The association, with the reason. Each reading is an entry of the record, with its reason and without what was
/// read; a repeated request is a reading of its own, and its answer is kept nowhere.
#[utoipa::path(tag = "standing", params(("id" = Uuid, Path, description = "The expert")),
    request_body = ReasonInput,
    responses((status = 200, description = "The personal data", body = UnmaskedExpert)))]
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
