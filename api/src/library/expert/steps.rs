//! Steps that change experts.

use anze_domain::{
    EventName, Id, Violation,
    access::Role,
    base::identifier::CitizenId,
    calendar::working_calendar::shanghai_date,
    identity::organization::User,
    library::expert::{Expert, ExpertStatus},
};
use anze_persistence::{
    identity::user,
    library::{
        certificate,
        expert::{self as store, SealedCitizenId},
    },
};

use super::wire::ExpertAdmissionInput;
use crate::{
    app::{context::WriteContext, secrets::Purpose},
    http::problem::ApiError,
};

/// The association takes over an expert of its existing library, with an account whose password has this hash (A8.1,
/// A9).
pub fn admit(
    tx: &mut WriteContext<'_, '_>,
    input: &ExpertAdmissionInput,
    hash: &str,
) -> Result<Expert, ApiError> {
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
        sealed: keys.seal(Purpose::CitizenId, citizen_id.expose().as_bytes()).map_err(ApiError::internal)?,
        digest: keys.citizen_id_digest(citizen_id.expose()),
    };
    user::insert(tx.db, &user, hash)?;
    store::insert(tx.db, &expert, &sealed)?;
    certificate::claim_certificates(tx.db, user.id, &expert.qualification.certificates())?;
    tx.append(user.stream(), &user.event(EventName::UserCreated))?;
    tx.append(expert.id, &event)?;
    Ok(expert)
}
