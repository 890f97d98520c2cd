//! What changes in an expert's record by itself: the employer, and a registration that is renewed.

use actix_web::put;
use anze_domain::{
    Id,
    access::{Operation, Relation},
    calendar::working_calendar::shanghai_date,
    library::standing::EmployerChange,
};
use anze_persistence::{
    library::{certificate, expert, expert_application},
    store::event,
};
use uuid::Uuid;

use super::wire::EmployerIn;
use crate::{
    app::context::{RequestContext, or_not_found},
    http::{
        extract::{IfMatch, Json, Path},
        problem::ApiError,
        respond::Reply,
    },
    library::{
        expert::{EngineerIo, ExpertOut},
        group_departure,
    },
};

/// What vouches for an employer beside the admission.
const VOUCHING: [&str; 2] = ["expert_employer_changed", "expert_requalified"];

/// 变更任职单位 · Change an expert's employer
///
/// By the association or the expert. The employer before stays in the work history; groups that have not begun
/// on a project of the new employer are left (A12.2). The expert names no day before the one on which the employer
/// of now was admitted with them or became it; the association does, with the reason.
#[utoipa::path(tag = "experts", params(("id" = Uuid, Path, description = "The expert"), IfMatch),
    request_body = EmployerIn, responses((status = 200, description = "The expert", body = ExpertOut)))]
#[put("/experts/{id}/employer")]
pub(crate) async fn change_employer(
    context: RequestContext,
    id: Path<Uuid>,
    read: IfMatch,
    input: Json<EmployerIn>,
) -> Result<Reply, ApiError> {
    let Json { value: input, body_digest } = input;
    context
        .write(body_digest, move |tx| {
            let expert = or_not_found(expert::find(tx.db, Id::new(id.0))?)?;
            let relations = expert.relations();
            tx.guard(Operation::ChangeEmployer, &relations, &read, expert.version)?;
            let employer = input.employer()?;
            let groups = group_departure::lock::of_tied(
                tx.db,
                expert.id,
                &[employer.clone(), expert.employer()],
                None,
            )?;
            let mut vouched_on = expert.admission.admitted_on;
            for vouches in VOUCHING {
                let recorded = event::last(tx.db, expert.id, expert.id, vouches)?.map(shanghai_date);
                vouched_on = vouched_on.max(recorded.unwrap_or_default());
            }
            let change = EmployerChange {
                employer: &employer,
                since: input.since,
                vouched_on,
                by_the_expert: !relations.held_by(tx.caller).contains(&Relation::Association),
                reason: input.reason.as_deref(),
            };
            let (next, event) = expert.change_employer(&change, shanghai_date(tx.now()))?;
            let next = expert::save(tx.db, next, tx.now())?;
            tx.append(next.id, &event)?;
            group_departure::recuse(&mut tx.context(), &groups)?;
            Reply::ok(&ExpertOut::new(&next, tx.caller), next.version)
        })
        .await
}

/// 延续注册 · Renew an expert's registration
///
/// A9.1: the association enters the registration as a safety engineer as it was renewed, which has not lapsed. It is
/// announced 90, 30 and 7 days before its own last day; a pool that was left by a lapse comes back by an application
/// only. Its certificate is nobody else's (A8.1).
#[utoipa::path(tag = "experts", params(("id" = Uuid, Path, description = "The expert"), IfMatch),
    request_body = EngineerIo, responses((status = 200, description = "The expert", body = ExpertOut)))]
#[put("/experts/{id}/registration")]
pub(crate) async fn renew_registration(
    context: RequestContext,
    id: Path<Uuid>,
    read: IfMatch,
    input: Json<EngineerIo>,
) -> Result<Reply, ApiError> {
    let Json { value: input, body_digest } = input;
    context
        .write(body_digest, move |tx| {
            let expert = or_not_found(expert::find_locked(tx.db, Id::new(id.0))?)?;
            tx.guard(Operation::RenewRegistration, &expert.relations(), &read, expert.version)?;
            let (next, event) = expert.renew_registration((&input).into(), shanghai_date(tx.now()))?;
            let mut named = next.qualification.certificates();
            // What an application claims that is under way stays claimed.
            let under_way = expert_application::under_review_of(tx.db, next.user_id)?;
            named.extend(under_way.into_iter().flat_map(|application| application.terms.certificates()));
            certificate::claim_certificates(tx.db, next.user_id, &named).map_err(at_the_number)?;
            let next = expert::save(tx.db, next, tx.now())?;
            tx.append(next.id, &event)?;
            Reply::ok(&ExpertOut::new(&next, tx.caller), next.version)
        })
        .await
}

/// The body is the registration alone: what is wrong with its certificate is wrong with its number.
fn at_the_number(error: anze_persistence::ChangeError) -> ApiError {
    let anze_persistence::ChangeError::Violation(violation) = error else { return error.into() };
    anze_domain::Violation::new(violation.code).at("/certificate_number").into()
}
