//! Attachments (资料): files from the site, and what is known of where they come from (A14.1, A14.2).

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::{
    Id,
    access::Stakes,
    hazard::Hazard,
    project::{Location, Project},
    visit::{AttachmentKind, Visit},
};

/// An attachment: what is known of a file. Its bytes lie in the file store, under their digest.
#[derive(Debug, Clone, PartialEq)]
pub struct Attachment {
    /// Its id.
    pub id: Id<Self>,
    /// The visit that it belongs to.
    pub visit_id: Id<Visit>,
    /// The hazard that it shows, where it shows one.
    pub hazard_id: Option<Id<Hazard>>,
    /// The project.
    pub project_id: Id<Project>,
    /// What kind of material it is.
    pub kind: AttachmentKind,
    /// Its name, as the client gave it.
    pub file_name: String,
    /// Its media type, as found in the bytes.
    pub media_type: String,
    /// How many bytes.
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
    pub fn stakes(&self, visit: &Visit) -> Stakes {
        visit.stakes()
    }
}
