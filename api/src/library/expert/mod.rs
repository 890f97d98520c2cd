//! Experts of the library (专家库): the association takes over its existing entries (A8.1, A9).

mod directory;
pub(crate) mod wire;

use std::collections::BTreeSet;

use actix_web::{HttpRequest, get, post};
use anze_domain::{
    Id, Violation,
    access::{Caller, Operation, Port, Role, may},
    base::identifier::CitizenId,
    calendar::working_calendar::shanghai_date,
    identity::organization::User,
    library::expert::{Expert, ExpertStatus},
};
use anze_persistence::{
    Reader,
    identity::user,
    library::{
        certificate,
        expert::{self as store, SealedCitizenId},
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
        secrets::Purpose,
    },
    http::{
        extract::{Json, Path, Query},
        page::{Page, PageQuery},
        problem::ApiError,
        respond::Reply,
    },
    wire::{SortQuery, page_out, page_request, terms::ExpertStatusTerm},
};

pub use wire::{EngineerIo, ExpertIn, ExpertOut, TitleIo, WorkPeriodIo};

/// 专家入库 · Take an expert into the library
///
/// An administrator of the association takes over an entry of its existing library with the council's decision and
/// the public notice that admitted it (A8.1). A9.1 or A9.2 is checked for the pool on titles, registration and work
/// history; a leader is a member too (A9.3).
#[utoipa::path(tag = "experts", request_body = ExpertIn, responses(
    (status = 201, description = "The expert", body = ExpertOut)))]
#[post("/experts")]
pub(crate) async fn admit_expert(context: RequestContext, input: Json<ExpertIn>) -> Result<Reply, ApiError> {
    let Json { value: input, body_digest } = input;
    password::check(&input.account.password, &input.account.login_name, "/account/password")?;
    let hash = context.app.passwords.hash(&input.account.password).await?;
    context
        .write(body_digest, move |tx| {
            let citizen_id = CitizenId::of_the_born(&input.citizen_id, shanghai_date(tx.now()));
            let citizen_id = citizen_id.map_err(|it| it.at("/citizen_id"));
            let user = User {
                id: Id::new(tx.new_id()),
                version: 1,
                organization_id: None,
                login_name: input.account.login_name.clone(),
                display_name: input.name.clone(),
                mobile: input.mobile.parse().map_err(|it: Violation| it.at("/mobile"))?,
                role: Role::Operator,
                disabled: false,
                created_at: tx.now(),
                updated_at: tx.now(),
            };
            let expert = Expert {
                id: Id::new(tx.new_id()),
                version: 1,
                status: ExpertStatus::Active,
                user_id: user.id,
                name: input.name.clone(),
                mobile: user.mobile.clone(),
                employer_name: input.employer_name.clone(),
                employer_code: input.employer_code()?,
                pools: Vec::new(),
                qualification: input.qualification()?,
                admission: input.admission.admission(),
                declared_ties: Vec::new(),
                created_at: tx.now(),
                updated_at: tx.now(),
            };
            let admitted = expert.admit(input.pool.0);
            let wrong = [citizen_id.as_ref().err().cloned(), admitted.as_ref().err().cloned()];
            Violation::all(wrong.into_iter().flatten().collect())?;
            let (citizen_id, (expert, event)) = (citizen_id?, admitted?);
            let keys = &tx.app().keys;
            let sealed = SealedCitizenId {
                sealed: keys
                    .seal(Purpose::CitizenId, citizen_id.expose().as_bytes())
                    .map_err(ApiError::internal)?,
                digest: keys.citizen_id_digest(citizen_id.expose()),
            };
            user::insert(tx.db, &user, &hash)?;
            store::insert(tx.db, &expert, &sealed)?;
            certificate::claim_certificates(tx.db, user.id, &expert.qualification.certificates())?;
            tx.append(user.stream(), &user.event("user_created"))?;
            tx.append(expert.id, &event)?;
            let wire = ExpertOut::new(&expert, tx.caller);
            Reply::created(format!("/api/v1/experts/{}", expert.id), &wire, expert.version)
        })
        .await
}

/// What a list of experts is narrowed to.
#[derive(Debug, Clone, Deserialize, Serialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ExpertFilter {
    /// In this standing.
    #[param(nullable = false)]
    status: Option<ExpertStatusTerm>,
}

/// 专家列表 · List experts
///
/// For who forms groups: the association and providers; the regulator reads. Names and mobile numbers are in full for
/// the association, and for a provider those of the experts in its own groups (A11.3).
#[utoipa::path(tag = "experts", params(ExpertFilter, PageQuery, SortQuery), responses(
    (status = 200, description = "A page of experts", body = Page<ExpertOut>)))]
#[get("/experts")]
pub(crate) async fn list_experts(
    context: RequestContext,
    filter: Query<ExpertFilter>,
    page: Query<PageQuery>,
    sort: Query<SortQuery>,
    request: HttpRequest,
) -> Result<Reply, ApiError> {
    let (filter, sort) = (filter.0, sort.0);
    let wanted = page_request(&page.0, sort, &filter)?;
    let narrowed = store::Filter { status: filter.status.map(|term| term.0) };
    let page = context
        .read(move |db, caller| {
            let page = store::list(db, &narrowed, &wanted)?;
            let ids: Vec<Uuid> = page.items.iter().map(|expert| expert.id.uuid()).collect();
            let known = in_own_groups(db, caller, &ids)?;
            let shown = |expert: Expert| ExpertOut::known(&expert, caller, known.contains(&expert.id.uuid()));
            page_out(page, sort, &filter, |expert| expert.id, shown)
        })
        .await?;
    page.reply(&request)
}

/// 专家详情 · Read an expert
///
/// For who forms groups, the regulator, and the expert.
#[utoipa::path(tag = "experts", params(("id" = Uuid, Path, description = "The expert")),
    responses((status = 200, description = "The expert", body = ExpertOut)))]
#[get("/experts/{id}")]
pub(crate) async fn get_expert(context: RequestContext, id: Path<Uuid>) -> Result<Reply, ApiError> {
    let id = Id::new(id.0);
    context
        .read(move |db, caller| {
            let expert = or_not_found(store::find(db, id)?)?;
            may(caller, Operation::GetExpert, &expert.relations())?;
            let known = in_own_groups(db, caller, &[id.uuid()])?;
            Reply::ok(&ExpertOut::known(&expert, caller, known.contains(&id.uuid())), expert.version)
        })
        .await
}

/// Those of these experts who are or were in a group of the caller's, where the caller is a provider (A11.3).
pub(crate) fn in_own_groups(
    db: &mut Reader<'_>,
    caller: &Caller,
    experts: &[Uuid],
) -> Result<BTreeSet<Uuid>, ApiError> {
    match caller.organization_id.filter(|_| caller.port == Some(Port::Provider)) {
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
