//! Steps that change attachments.

use anze_domain::{
    Id, Violation,
    access::{self, Caller, Operation},
    base::{
        id::{HazardId, VisitId},
        location::Location,
    },
    evidence::attachment::Attachment,
    service::{
        hazard::Hazard,
        visit::{AttachmentKind, Visit},
    },
};
use anze_persistence::{
    Reader,
    evidence::attachment as store,
    service::{hazard, visit},
};

use super::wire::UploadQuery;
use crate::{
    app::{
        context::{WriteContext, or_not_found},
        files::{Hints, ReceivedFile},
    },
    http::problem::ApiError,
};

/// What a file is uploaded to.
#[derive(Clone, Copy)]
pub(super) enum Target {
    Visit(VisitId),
    Hazard(HazardId),
}

/// What a file is uploaded to, as it stands.
pub(super) struct Holder {
    pub(super) visit: Visit,
    pub(super) hazard: Option<Hazard>,
}

impl Holder {
    pub(super) fn find(db: &mut Reader<'_>, target: Target) -> Result<Self, ApiError> {
        match target {
            Target::Visit(id) => Ok(Self { visit: or_not_found(visit::find(db, id)?)?, hazard: None }),
            Target::Hazard(id) => {
                let hazard = or_not_found(hazard::find(db, id)?)?;
                Self::of(db, hazard)
            }
        }
    }

    fn find_locked(tx: &mut WriteContext<'_, '_>, target: Target) -> Result<Self, ApiError> {
        match target {
            Target::Visit(id) => {
                Ok(Self { visit: or_not_found(visit::find_locked(tx.db, id)?)?, hazard: None })
            }
            Target::Hazard(id) => {
                let hazard = or_not_found(hazard::find_locked(tx.db, id)?)?;
                Self::of(tx.db, hazard)
            }
        }
    }

    fn of(db: &mut Reader<'_>, hazard: Hazard) -> Result<Self, ApiError> {
        let visit = or_not_found(visit::find(db, hazard.visit_id)?)?;
        Ok(Self { visit, hazard: Some(hazard) })
    }

    /// Whether the caller may upload a file of this kind here, now.
    pub(super) fn admit(&self, caller: &Caller, kind: AttachmentKind) -> Result<(), Violation> {
        let (operation, relations) = match &self.hazard {
            None => (Operation::UploadVisitAttachment, self.visit.relations()),
            Some(hazard) => (Operation::UploadHazardAttachment, hazard.relations(&self.visit)),
        };
        access::may(caller, operation, &relations)?;
        Attachment::admit(&self.visit, self.hazard.as_ref(), kind, caller, &relations)
    }
}

/// Adds a file that was taken in to a visit or a hazard (A14.2).
pub(super) fn add(
    tx: &mut WriteContext<'_, '_>,
    target: Target,
    about: &UploadQuery,
    place: Option<Location>,
    file: &ReceivedFile,
    hints: Hints,
) -> Result<Attachment, ApiError> {
    let holder = Holder::find_locked(tx, target)?;
    holder.admit(tx.caller, about.kind.0)?;
    let Hints { captured_at, location: exif_place } = hints;
    let attachment = Attachment {
        id: Id::new(tx.new_id()),
        visit_id: holder.visit.id,
        hazard_id: holder.hazard.as_ref().map(|hazard| hazard.id),
        project_id: holder.visit.project_id,
        kind: about.kind.0,
        file_name: about.file_name.clone(),
        media_type: file.media_type.to_owned(),
        size: file.size,
        sha256: file.sha256.to_vec(),
        captured_at: about.captured_at,
        place,
        exif_captured_at: captured_at,
        exif_place,
        same_as_id: store::same_bytes_elsewhere(tx.db, &file.sha256, holder.visit.id)?,
        uploaded_by: tx.caller.id(),
        received_at: tx.now(),
    };
    store::insert(tx.db, &attachment)?;
    tx.append(attachment.project_id, &attachment.uploaded())?;
    Ok(attachment)
}
