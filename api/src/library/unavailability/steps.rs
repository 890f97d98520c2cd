//! Steps that change unavailabilities and base locations.

use anze_domain::{
    Event, EventName, Id, RecordKind,
    access::Operation,
    base::{
        id::{ExpertId, UnavailabilityId},
        location::Location,
    },
    library::{expert::Expert, unavailability::Unavailability},
};
use anze_persistence::{
    library::unavailability::{self as store, Base},
    store::event,
};

use super::{
    of_expert,
    wire::{BaseLocationInput, UnavailabilityInput},
};
use crate::{
    app::context::{WriteContext, or_not_found},
    http::{extract::IfMatch, problem::ApiError},
};

/// The expert records when they cannot be asked for (A12.1).
pub fn record(
    tx: &mut WriteContext<'_, '_>,
    id: ExpertId,
    input: &UnavailabilityInput,
) -> Result<(Unavailability, Expert), ApiError> {
    let expert = of_expert(tx.db, tx.caller, id, Operation::CreateUnavailability)?;
    event::lock(tx.db, expert.id)?;
    let now = tx.now();
    let kept = store::count(tx.db, expert.id, now)?;
    let it = Unavailability {
        id: Id::new(tx.new_id()),
        version: 1,
        expert_id: expert.id,
        span: input.span()?,
        note: input.note.clone(),
        created_at: tx.now(),
        updated_at: tx.now(),
    };
    let (it, event) = it.record(kept)?;
    store::insert(tx.db, &it)?;
    tx.append(expert.id, &event)?;
    Ok((it, expert))
}

/// The expert replaces an unavailability. What is agreed already stays so.
pub fn replace(
    tx: &mut WriteContext<'_, '_>,
    id: UnavailabilityId,
    if_match: &IfMatch,
    input: &UnavailabilityInput,
) -> Result<(Unavailability, Expert), ApiError> {
    let it = or_not_found(store::find(tx.db, id)?)?;
    let expert = of_expert(tx.db, tx.caller, it.expert_id, Operation::ReplaceUnavailability)?;
    if_match.check(it.version)?;
    let (it, event) = it.replace(input.span()?, input.note.clone(), tx.now())?;
    let it = store::save(tx.db, it, tx.now())?;
    tx.append(expert.id, &event)?;
    Ok((it, expert))
}

/// The expert removes an unavailability.
pub fn remove(
    tx: &mut WriteContext<'_, '_>,
    id: UnavailabilityId,
    if_match: &IfMatch,
) -> Result<(), ApiError> {
    let it = or_not_found(store::find(tx.db, id)?)?;
    let expert = of_expert(tx.db, tx.caller, it.expert_id, Operation::RemoveUnavailability)?;
    if_match.check(it.version)?;
    store::remove(tx.db, &it)?;
    tx.append(expert.id, &it.remove())?;
    Ok(())
}

/// The expert says where they are based, or takes it back.
pub fn set_base_location(
    tx: &mut WriteContext<'_, '_>,
    id: ExpertId,
    if_match: &IfMatch,
    input: &BaseLocationInput,
) -> Result<(Expert, Base), ApiError> {
    let expert = of_expert(tx.db, tx.caller, id, Operation::SetExpertBase)?;
    let before = store::base(tx.db, expert.id)?;
    if_match.check(before.version)?;
    let location = input.location.map(Location::from);
    location.map_or(Ok(()), |location| location.check("/location"))?;
    let base = store::set_base(tx.db, expert.id, before, location, tx.now())?;
    tx.append(expert.id, &Event::new(EventName::ExpertBaseLocationSet, RecordKind::Expert, expert.id))?;
    Ok((expert, base))
}
