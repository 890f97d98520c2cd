//! How an insurer finds the project that it insures: by the number that the contractor gives.

use actix_web::get;
use anze_domain::{Event, EventName, RecordKind, Violation, service::project::Project};
use anze_persistence::{identity::organization, service::project as store};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::{
    app::context::{RequestContext, or_not_found},
    http::{catalogue, extract::Query, field_names::field_name, problem::ApiError, respond::Reply},
    wire::{plain, terms::DistrictTerm},
};

/// By what a project is looked up: one of the two numbers, or both.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ProjectLookup {
    /// Number of the project, in full.
    #[param(nullable = false, min_length = 1, max_length = 32, example = "XM-2026-000001")]
    number: Option<String>,
    /// Number of the construction permit of the project, in full.
    #[param(nullable = false, min_length = 1, max_length = 50, example = "350203202601010101")]
    construction_permit_number: Option<String>,
}

/// What an insurer is told of a project in which it has no part yet.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProjectCard {
    /// Id of the project.
    pub id: Uuid,
    /// Number of the project.
    #[schema(max_length = 32, example = "XM-2026-000001")]
    pub number: String,
    /// Name of the project.
    #[schema(max_length = 200, example = "示例大厦一期")]
    pub name: String,
    /// District in which the site lies.
    pub district: DistrictTerm,
    /// Name of the contractor.
    #[schema(max_length = 200, example = "厦门示例建设有限公司")]
    pub contractor_name: String,
}

impl ProjectCard {
    fn new(project: &Project, contractor_name: String) -> Self {
        Self {
            id: project.id.uuid(),
            number: project.number.clone(),
            name: project.details.name.clone(),
            district: project.details.district.into(),
            contractor_name,
        }
    }
}

/// Look up a project
///
/// Finds the registered project with exactly this number or this construction permit, so that an insurer can record its
/// policy on it. The card names the project and its contractor, and nothing else of it. Each project that is found is an
/// entry in the project's timeline, which its contractor reads. Of several projects under one permit the newest is found.
#[utoipa::path(tag = "projects", params(ProjectLookup), responses(
    (status = 200, description = "The card of the project.", body = ProjectCard)))]
#[get("/projects/lookup")]
pub(crate) async fn look_up_project(
    context: RequestContext,
    Query(lookup): Query<ProjectLookup>,
) -> Result<Reply, ApiError> {
    if lookup.number.is_none() && lookup.construction_permit_number.is_none() {
        let missing = Violation::new(catalogue::INVALID_PARAMETER);
        return Err(missing.with("name", field_name("number")).at("/number").into());
    }
    context
        .write(move |tx| {
            let (number, permit) = (lookup.number.as_deref(), lookup.construction_permit_number.as_deref());
            let project = or_not_found(store::look_up(tx.db, number, permit)?)?;
            let contractor = or_not_found(organization::find(tx.db, project.contractor_id)?)?;
            tx.append(project.id, &Event::new(EventName::ProjectLookedUp, RecordKind::Project, project.id))?;
            plain(&ProjectCard::new(&project, contractor.name))
        })
        .await
}
