//! Attachments (资料): files from the site, and what is known of where they come from (A14.1, A14.2).

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::{
    Event, EventName, FactName, RecordKind, Violation,
    access::{Caller, Operation, Relation, Relations},
    base::{
        id::{AttachmentId, HazardId, ProjectId, VisitId},
        location::Location,
    },
    service::{
        hazard::Hazard,
        visit::{AttachmentKind, Visit},
    },
};

crate::codes! {
    KIND_NOT_HERE = "kind_not_here", Invalid, Some("A11.2"),
        "资料类别不符" / "整改佐证由施工单位上传至隐患，其他资料由专家组上传至现场服务。",
        "Kind of material not accepted here" / "The contractor uploads evidence of rectification to a hazard. The group of experts uploads all other kinds of material to the visit.";
}

/// An attachment: what is known of a file. Its bytes lie in the file store, under their digest.
#[derive(Debug, Clone, PartialEq)]
pub struct Attachment {
    /// Its id.
    pub id: AttachmentId,
    /// The visit that it belongs to.
    pub visit_id: VisitId,
    /// The hazard that it shows, where it shows one.
    pub hazard_id: Option<HazardId>,
    /// The project.
    pub project_id: ProjectId,
    /// What kind of material it is.
    pub kind: AttachmentKind,
    /// Its name, as the client gave it.
    pub file_name: String,
    /// Its media type, as found in the bytes.
    pub media_type: String,
    /// Size in bytes.
    pub size: i64,
    /// SHA-256 of the bytes.
    pub sha256: Vec<u8>,
    /// When it was taken, by the device.
    pub captured_at: Option<DateTime<Utc>>,
    /// Where it was taken, by the device.
    pub place: Option<Location>,
    /// When it was taken, as the file itself says: a hint.
    pub exif_captured_at: Option<DateTime<Utc>>,
    /// Where it was taken, as the file itself says, in WGS 84: a hint.
    pub exif_place: Option<Location>,
    /// The first attachment of another visit with the same bytes, where there is one.
    pub same_as_id: Option<Uuid>,
    /// Who uploaded it.
    pub uploaded_by: Uuid,
    /// When the server had it whole.
    pub received_at: DateTime<Utc>,
}

impl Attachment {
    /// Who has a part in it: whoever has one in its visit.
    #[must_use]
    pub fn relations(&self, visit: &Visit) -> Relations {
        visit.relations()
    }

    /// Whether the caller may upload a file of this kind to the visit, or to one of its hazards with these relations, now.
    ///
    /// # Errors
    /// `WRONG_STATE`; [`KIND_NOT_HERE`].
    pub fn admit(
        visit: &Visit,
        hazard: Option<&Hazard>,
        kind: AttachmentKind,
        caller: &Caller,
        relations: &Relations,
    ) -> Result<(), Violation> {
        match hazard {
            None => crate::access::state_machine::step(visit.status, Operation::UploadVisitAttachment)
                .map(drop)?,
            Some(hazard) => {
                crate::access::state_machine::step(hazard.status, Operation::UploadHazardAttachment)
                    .map(drop)?
            }
        }
        let evidence = kind == AttachmentKind::RectificationEvidence;
        let from = if evidence { Relation::Contractor } else { Relation::Member };
        if relations.held_by(caller).contains(&from) && (hazard.is_some() || !evidence) {
            Ok(())
        } else {
            Err(Violation::new(KIND_NOT_HERE).at("/kind"))
        }
    }

    /// What happened when it was uploaded.
    #[must_use]
    pub fn uploaded(&self) -> Event {
        let digest: String = self.sha256.iter().map(|byte| format!("{byte:02x}")).collect();
        let event = Event::new(EventName::AttachmentUploaded, RecordKind::Attachment, self.id)
            .fact(FactName::Kind, self.kind)
            .fact(FactName::VisitId, self.visit_id)
            .fact(FactName::Size, self.size)
            .fact(FactName::Sha256, digest);
        let event = match self.hazard_id {
            Some(hazard) => event.fact(FactName::HazardId, hazard),
            None => event,
        };
        match self.same_as_id {
            Some(same) => event.fact(FactName::SameAsId, same),
            None => event,
        }
    }
}
