//! The published directory of the library: open to everyone, names masked.

use actix_web::get;
use anze_domain::{base::identifier::masked_name, library::expert::Expert};
use anze_persistence::library::expert as store;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::{
    app::context::RequestContext,
    http::{page::Page, problem::ApiError, respond::Reply},
    wire::{
        ListQuery,
        terms::{PoolTerm, SpecialtyTerm},
    },
};

/// What the directory is narrowed to.
#[derive(Debug, Clone, Deserialize, Serialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DirectoryFilter {
    /// Keeps the experts who have this specialty.
    #[param(nullable = false)]
    specialty: Option<SpecialtyTerm>,
    /// Keeps the experts of this pool. Leaders are in the member pool too (A9.3).
    #[param(nullable = false)]
    pool: Option<PoolTerm>,
}

/// Entry of the published directory: an expert as everyone may see them.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ExpertDirectoryEntry)]
pub struct DirectoryEntryOut {
    /// Id of the expert.
    pub id: Uuid,
    /// Masked name of the expert.
    #[schema(max_length = 64, example = "王*明")]
    pub name: String,
    /// Name of the expert's present employer.
    #[schema(max_length = 200, example = "厦门市建筑科学研究院")]
    pub employer_name: String,
    /// Pools of the library to which the expert belongs. A leader is also a member (A9.3).
    #[schema(max_items = 2)]
    pub pools: Vec<PoolTerm>,
    /// Specialties that the expert covers in a group (A10.2).
    #[schema(max_items = 3)]
    pub specialties: Vec<SpecialtyTerm>,
    /// Day on which the expert was admitted to the library (date in Xiamen).
    #[schema(example = "2026-02-27")]
    pub admitted_on: NaiveDate,
}

impl From<Expert> for DirectoryEntryOut {
    fn from(it: Expert) -> Self {
        Self {
            id: it.id.uuid(),
            name: masked_name(&it.name),
            employer_name: it.employer_name,
            pools: it.pools.into_iter().map(Into::into).collect(),
            specialties: it.qualification.specialties.into_iter().map(Into::into).collect(),
            admitted_on: it.admission.admitted_on,
        }
    }
}

/// List the public expert directory
///
/// Lists the active experts of the library, with masked names (A8.1). No login is needed.
#[utoipa::path(tag = "experts", security(()), params(ListQuery<DirectoryFilter>), responses(
    (status = 200, description = "A page of the directory.", body = Page<DirectoryEntryOut>)))]
#[get("/expert-directory")]
pub(crate) async fn list_expert_directory(
    context: RequestContext,
    query: ListQuery<DirectoryFilter>,
) -> Result<Reply, ApiError> {
    let filter = &query.filter;
    let narrowed = store::DirectoryFilter {
        specialty: filter.specialty.map(|term| term.0),
        pool: filter.pool.map(|term| term.0),
    };
    query
        .reply(&context, move |db, _, list| {
            let page = store::directory(db, &narrowed, &list.wanted)?;
            list.page(page, |expert| expert.id, DirectoryEntryOut::from)
        })
        .await
}
