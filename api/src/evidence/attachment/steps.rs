//! What changes attachments.

use anze_domain::{Id, base::location::Location, evidence::attachment::Attachment};
use anze_persistence::evidence::attachment as store;

use super::{
    inspect::Hints,
    upload::{Holder, Kept, Target},
    wire::UploadQuery,
};
use crate::{app::context::WriteContext, http::problem::ApiError};

/// Adds a file that was taken in to a visit or a hazard (A14.2).
pub(super) fn add(
    tx: &mut WriteContext<'_, '_>,
    target: Target,
    about: &UploadQuery,
    place: Option<Location>,
    kept: &Kept,
    hints: Hints,
) -> Result<Attachment, ApiError> {
    let holder = Holder::find_locked(tx, target)?;
    holder.admit(tx.caller, about.kind.0)?;
    let Hints { captured_at, place: exif_place } = hints;
    let attachment = Attachment {
        id: Id::new(tx.new_id()),
        visit_id: holder.visit.id,
        hazard_id: holder.hazard.as_ref().map(|hazard| hazard.id),
        project_id: holder.visit.project_id,
        kind: about.kind.0,
        file_name: about.file_name.clone(),
        media_type: kept.media_type.to_owned(),
        size: kept.size,
        sha256: kept.sha256.to_vec(),
        captured_at: about.captured_at,
        place,
        exif_captured_at: captured_at,
        exif_place,
        same_as_id: store::same_bytes_elsewhere(tx.db, &kept.sha256, holder.visit.id)?,
        uploaded_by: tx.caller.id(),
        received_at: tx.now(),
    };
    store::insert(tx.db, &attachment)?;
    tx.append(attachment.project_id, &attachment.uploaded())?;
    Ok(attachment)
}
