//! Steps that change objections.

use anze_domain::{
    FactName, Id,
    access::Operation,
    base::id::PublicNoticeId,
    identity::notification::NotificationKind,
    library::objection::{OBJECTIONS_TOO_FREQUENT, Objection, ObjectionStatus, WHILE},
};
use anze_persistence::library::{expert_application, objection as store, public_notice};
use uuid::Uuid;

use super::wire::ObjectionInput;
use crate::{
    app::context::{Changed, WriteContext, or_not_found},
    http::{extract::IfMatch, problem::ApiError},
    library::expert_application::{
        applicant_notification, association_notification, release_certificates, with_fact,
    },
};

/// Anyone objects to an application that is on notice (A8.1). The address from which it comes is kept as its digest.
pub fn lodge(
    tx: &mut WriteContext<'_, '_>,
    notice: PublicNoticeId,
    input: &ObjectionInput,
    address_digest: &[u8],
) -> Result<Objection, ApiError> {
    // The notice's lock orders the objections to it, the application's those and its admission.
    let application = Id::new(input.application_id);
    let notice = or_not_found(public_notice::find_locked(tx.db, notice)?)?;
    let about = expert_application::find_locked(tx.db, application)?;
    let since = tx.now() - WHILE;
    let counted = store::counted(tx.db, address_digest, notice.id, application, since)?;
    let objection = Objection {
        id: Id::new(tx.new_id()),
        version: 1,
        status: ObjectionStatus::Open,
        status_reason: None,
        public_notice_id: notice.id,
        application_id: application,
        grounds: input.grounds.clone(),
        objector_name: input.name.clone(),
        contact: input.contact.clone(),
        decided_at: None,
        decided_by: None,
        created_at: tx.now(),
        updated_at: tx.now(),
    };
    let (objection, event) = objection.lodge(&notice, about.as_ref(), counted).map_err(|violation| {
        let too_frequent = violation.code == OBJECTIONS_TOO_FREQUENT;
        let error = ApiError::from(violation);
        if too_frequent { error.retry_after(WHILE.to_std().unwrap_or_default()) } else { error }
    })?;
    store::insert(tx.db, &objection, address_digest)?;
    tx.append(notice.id, &event)?;
    if let Some(about) = about {
        // Each objection is an occasion of its own.
        let (to, mut notification) = association_notification(NotificationKind::ObjectionLodged, &about);
        notification.occasion = objection.id.to_string();
        tx.notify(&[with_fact((to, notification), FactName::Notice, &notice.number)])?;
    }
    Ok(objection)
}

/// The association upholds an objection (A8.1). The application ends with it, unless it has ended before.
pub fn uphold(
    tx: &mut WriteContext<'_, '_>,
    id: Uuid,
    if_match: &IfMatch,
    reason: &str,
) -> Result<Changed<Objection>, ApiError> {
    tx.change(id, if_match, Operation::UpholdObjection, |it: Objection, tx| {
        let about = or_not_found(expert_application::find_locked(tx.db, it.application_id)?)?;
        let decided = it.uphold(reason, tx.caller.id(), tx.now())?;
        // Another objection may have ended it, or its applicant.
        if about.status.is_live() {
            let (ended, event) = about.uphold_objection(reason)?;
            release_certificates(tx, &[&ended])?;
            let notification = applicant_notification(NotificationKind::ObjectionUpheld, &ended);
            tx.notify(&[with_fact(notification, FactName::Reason, reason.trim())])?;
            let ended = expert_application::save(tx.db, ended, tx.now())?;
            tx.append(ended.id, &event)?;
        }
        Ok(decided)
    })
}

/// The association dismisses an objection (A8.1).
pub fn dismiss(
    tx: &mut WriteContext<'_, '_>,
    id: Uuid,
    if_match: &IfMatch,
    reason: &str,
) -> Result<Changed<Objection>, ApiError> {
    tx.change(id, if_match, Operation::DismissObjection, |it: Objection, tx| {
        Ok(it.dismiss(reason, tx.caller.id(), tx.now())?)
    })
}
