//! Experts of the library (专家库): the association takes over its existing entries (A8.1, A9).

mod directory;
pub(crate) mod steps;
mod wire;

use std::collections::BTreeSet;

use actix_web::{get, post};
use anze_domain::{
    Id,
    access::{Caller, FieldGroup, Operation, Relations, Resource, disclosure, list_scope, may},
    library::expert::Expert,
};
use anze_persistence::{
    Reader,
    library::{
        expert::{self as store},
        standing::group,
    },
};
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use crate::{
    app::{
        context::{RequestContext, or_not_found},
        passwords as password,
    },
    http::{
        extract::{Json, Path},
        page::Page,
        problem::ApiError,
        respond::Reply,
    },
    wire::{ListQuery, search::SearchTextIo, terms::ExpertStatusTerm},
};

pub use wire::{EngineerIo, ExpertAdmissionInput, ExpertOut, TitleIo, WorkPeriodIo};
pub(crate) use wire::{ExpertAccountInput, credit_code, qualification};

/// Admit an expert to the library
///
/// Takes over an expert of the association's existing library, with the council decision and the public notice (A8.1).
/// Titles, registration and work history must meet A9.1 for the leader pool, or A9.2 for the member pool. A leader is
/// also a member (A9.3). The platform creates a login account for the expert. A certificate that another person claims
/// is refused.
#[utoipa::path(tag = "experts", request_body = ExpertAdmissionInput, responses(
    (status = 201, description = "The expert, now `active`.", body = ExpertOut)))]
#[post("/experts")]
pub(crate) async fn admit_expert(
    context: RequestContext,
    Json(input): Json<ExpertAdmissionInput>,
) -> Result<Reply, ApiError> {
    password::check(&input.account.password, &input.account.login_name, "/account/password")?;
    let hash = context.app.passwords.hash(&input.account.password).await?;
    context
        .write(move |tx| {
            let expert = steps::admit(tx, &input, &hash)?;
            let wire = ExpertOut::new(&expert, tx.caller);
            Reply::created(format!("/api/v1/experts/{}", expert.id), &wire, expert.version)
        })
        .await
}

/// What a list of experts is narrowed to.
#[derive(Debug, Clone, Deserialize, Serialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ExpertFilter {
    /// Keeps the experts who have this standing.
    #[param(nullable = false)]
    status: Option<ExpertStatusTerm>,
    /// Keeps only experts in whose name this text stands. Only for the association, to which names are not masked; for others no
    /// expert is found by name.
    #[param(nullable = false, inline)]
    q: Option<SearchTextIo>,
}

/// List experts
///
/// Lists the experts of the library, from whom groups are formed. Names and mobile numbers are masked, except for the
/// association and for providers in whose groups the expert is or was (A11.3).
#[utoipa::path(tag = "experts", params(ListQuery<ExpertFilter>), responses(
    (status = 200, description = "A page of experts.", body = Page<ExpertOut>)))]
#[get("/experts")]
pub(crate) async fn list_experts(
    context: RequestContext,
    query: ListQuery<ExpertFilter>,
) -> Result<Reply, ApiError> {
    let filter = &query.filter;
    let narrowed =
        store::Filter { status: filter.status.map(|term| term.0), text: SearchTextIo::of(filter.q.as_ref()) };
    query
        .reply(&context, move |db, caller, list| {
            // A name that is masked to the caller is not to be found out by searching for it.
            let masked = !disclosure(caller, FieldGroup::ExpertContact, &Relations::default()).is_full();
            let page = if narrowed.text.is_some() && masked {
                anze_persistence::Page { items: Vec::new(), more: false }
            } else {
                store::list(db, list_scope(caller, Resource::Expert), &narrowed, &list.wanted)?
            };
            let ids: Vec<Uuid> = page.items.iter().map(|expert| expert.id.uuid()).collect();
            let in_groups = in_own_groups(db, caller, &ids)?;
            let known = |it: &Expert| caller.provider_of(in_groups.contains(&it.id.uuid()));
            let shown = |expert: Expert| ExpertOut::known(&expert, caller, known(&expert));
            list.page(page, |expert| expert.id, shown)
        })
        .await
}

/// Read an expert
///
/// Reads an expert of the library. Fields that the caller may not see are masked or absent (A11.3).
#[utoipa::path(tag = "experts", params(("id" = Uuid, Path, description = "Id of the expert.")),
    responses((status = 200, description = "The expert, as the caller may see the record.", body = ExpertOut)))]
#[get("/experts/{id}")]
pub(crate) async fn get_expert(context: RequestContext, id: Path<Uuid>) -> Result<Reply, ApiError> {
    let id = Id::new(id.0);
    context
        .read(move |db, caller| {
            let expert = or_not_found(store::find(db, id)?)?;
            may(caller, Operation::GetExpert, &expert.relations())?;
            let in_groups = in_own_groups(db, caller, &[id.uuid()])?;
            let works_for = caller.provider_of(in_groups.contains(&id.uuid()));
            Reply::ok(&ExpertOut::known(&expert, caller, works_for), expert.version)
        })
        .await
}

/// Those of these experts who are or were in a group of the caller's, where the caller is a provider (A11.3).
pub(crate) fn in_own_groups(
    db: &mut Reader<'_>,
    caller: &Caller,
    experts: &[Uuid],
) -> Result<BTreeSet<Uuid>, ApiError> {
    match caller.provider() {
        Some(provider) if !experts.is_empty() => Ok(group::of_provider(db, provider, experts)?),
        _ => Ok(BTreeSet::new()),
    }
}

/// Mounts the endpoints.
pub fn mount(config: &mut ServiceConfig<'_>) {
    config
        .service(admit_expert)
        .service(list_experts)
        .service(get_expert)
        .service(directory::list_expert_directory);
}
