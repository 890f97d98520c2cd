//! What leaves a trace when personal data are read.

use anze_domain::{
    Event, EventName, Id, RecordKind, Violation, access::Operation, base::code::REASON_REQUIRED,
    library::expert::Expert,
};
use anze_persistence::library::expert;
use uuid::Uuid;

use crate::{
    app::context::{WriteContext, or_not_found},
    http::problem::ApiError,
};

/// Opens the personal data of an expert for the association (A11.3). The reason is on record, what was read is not.
/// Answers with the sealed citizen id.
pub fn unmask(tx: &mut WriteContext<'_, '_>, id: Uuid, reason: &str) -> Result<(Expert, Vec<u8>), ApiError> {
    let expert = or_not_found(expert::find(tx.db, Id::new(id))?)?;
    tx.may(Operation::UnmaskExpert, &expert.relations())?;
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(Violation::new(REASON_REQUIRED).at("/reason").into());
    }
    let sealed = or_not_found(expert::sealed_citizen_id(tx.db, expert.id)?)?;
    let event = Event::new(EventName::ExpertUnmasked, RecordKind::Expert, expert.id).because(reason);
    tx.append(expert.id, &event)?;
    Ok((expert, sealed))
}
