//! Files of an application: certificates and proofs.

use chrono::{DateTime, Utc};

use super::{ApplicationFileKind, ExpertApplication, TOO_MANY_FILES};
use crate::{
    Event, EventName, FactName, RecordKind, Violation,
    access::Operation,
    base::id::{ApplicationFileId, ExpertApplicationId},
};

/// The most files that an application may have.
pub const MAX_FILES: i64 = 50;

/// A file of an application: what is known of it. Its bytes lie in the file store, under their digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApplicationFile {
    /// Its id.
    pub id: ApplicationFileId,
    /// The application that it belongs to.
    pub application_id: ExpertApplicationId,
    /// Kind of document that the file shows.
    pub kind: ApplicationFileKind,
    /// Its name, as the client gave it.
    pub file_name: String,
    /// Its media type, as found in the bytes.
    pub media_type: String,
    /// Size in bytes.
    pub size: i64,
    /// SHA-256 of the bytes.
    pub sha256: Vec<u8>,
    /// When the server had it whole.
    pub received_at: DateTime<Utc>,
}

impl ApplicationFile {
    /// Checks that another file may be added to an application with `existing` files.
    ///
    /// # Errors
    /// `WRONG_STATE`; [`TOO_MANY_FILES`].
    pub fn admit(application: &ExpertApplication, existing: i64) -> Result<(), Violation> {
        crate::access::state_machine::step(application.status, Operation::UploadApplicationFile)?;
        if existing < MAX_FILES {
            Ok(())
        } else {
            Err(Violation::new(TOO_MANY_FILES).with("maximum", MAX_FILES))
        }
    }

    /// What happened when it was uploaded.
    #[must_use]
    pub fn uploaded(&self) -> Event {
        let digest: String = self.sha256.iter().map(|byte| format!("{byte:02x}")).collect();
        Event::new(EventName::ApplicationFileUploaded, RecordKind::ApplicationFile, self.id)
            .fact(FactName::ApplicationId, self.application_id)
            .fact(FactName::Kind, self.kind)
            .fact(FactName::Size, self.size)
            .fact(FactName::Sha256, digest)
    }
}
