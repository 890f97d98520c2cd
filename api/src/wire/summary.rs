//! Records in short, as other records name them. [`Summaries`] reads them for a whole page at once, and hands them to every
//! view: of a list, of a single record, of a change and of a batch.

use anze_domain::{
    access::{Caller, FieldGroup, Relations, disclosure},
    base::id::{OrganizationId, ProjectId},
    identity::notification::masked_name,
};
use anze_persistence::{
    Reader,
    oversight::summary::{self as store, Named},
};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{http::problem::ApiError, wire::terms::DistrictTerm};

/// A project in short, where another record names it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProjectSummary {
    /// Id of the project.
    pub id: Uuid,
    /// Number of the project.
    #[schema(max_length = 32, example = "XM-2026-000001")]
    pub number: String,
    /// Name of the project.
    #[schema(max_length = 200, example = "示例大厦一期")]
    pub name: String,
    /// District of Xiamen in which the site lies, as an administrative division code (GB/T 2260).
    pub district: DistrictTerm,
}

impl From<&store::ProjectSummary> for ProjectSummary {
    fn from(it: &store::ProjectSummary) -> Self {
        Self {
            id: it.id.uuid(),
            number: it.number.clone(),
            name: it.name.clone(),
            district: it.district.into(),
        }
    }
}

/// An organisation in short, where another record names it.
#[derive(Debug, Serialize, ToSchema)]
pub struct OrganizationSummary {
    /// Id of the organisation.
    pub id: Uuid,
    /// Name of the organisation.
    #[schema(max_length = 200, example = "厦门示例建设有限公司")]
    pub name: String,
}

/// An expert in short, where another record names the expert.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExpertSummary {
    /// Id of the expert.
    pub id: Uuid,
    /// Name of the expert. Masked for callers who do not need it in full (A11.3).
    #[schema(max_length = 64, example = "林志强")]
    pub name: String,
}

/// A record that names others, whose views show them in short.
pub trait NamesOthers {
    /// Adds the records that it names.
    fn name_others(&self, named: &mut Named);
}

/// The records that the records of a page name, in short.
#[derive(Debug)]
pub struct Summaries(store::Summaries);

impl Summaries {
    /// Of the records that these name: one query for each kind, however many there are.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn of<'a, T: NamesOthers + 'a>(
        db: &mut Reader<'_>,
        records: impl IntoIterator<Item = &'a T>,
    ) -> Result<Self, ApiError> {
        let mut named = Named::default();
        records.into_iter().for_each(|record| record.name_others(&mut named));
        Ok(Self(store::load(db, &named)?))
    }

    /// A project that was named.
    ///
    /// # Errors
    /// `internal` where it was not.
    pub fn project(&self, id: ProjectId) -> Result<ProjectSummary, ApiError> {
        self.0.project(id).map(ProjectSummary::from).ok_or_else(|| unnamed("project", id.uuid()))
    }

    /// An organisation that was named.
    ///
    /// # Errors
    /// `internal` where it was not.
    pub fn organization(&self, id: OrganizationId) -> Result<OrganizationSummary, ApiError> {
        let name = self.0.organization(id).ok_or_else(|| unnamed("organisation", id.uuid()))?;
        Ok(OrganizationSummary { id: id.uuid(), name: name.to_owned() })
    }

    /// An expert who was named, as far as the caller sees these fields in these relations (A11.3).
    ///
    /// # Errors
    /// `internal` where the expert was not.
    pub fn expert(
        &self,
        id: Uuid,
        caller: &Caller,
        fields: FieldGroup,
        relations: &Relations,
    ) -> Result<ExpertSummary, ApiError> {
        let name = self.0.expert(id).ok_or_else(|| unnamed("expert", id))?;
        let full = disclosure(caller, fields, relations).is_full();
        Ok(ExpertSummary { id, name: if full { name.to_owned() } else { masked_name(name) } })
    }
}

/// A view shows what its record did not name: a mistake of ours.
fn unnamed(kind: &str, id: Uuid) -> ApiError {
    ApiError::internal(format!("the {kind} {id} was not named"))
}
