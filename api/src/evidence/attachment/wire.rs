//! Attachments on the wire.

use anze_domain::{base::location::Location, evidence::attachment::Attachment};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::{
    app::files::hex,
    http::{catalogue, field_names::field_name, problem::ApiError},
    wire::{
        location::CoordinatesIo,
        terms::{AttachmentKindTerm, CoordinateSystemTerm},
    },
};

/// What is said of a file that is uploaded.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct UploadQuery {
    /// What kind of material it is.
    pub kind: AttachmentKindTerm,
    /// Its name.
    #[param(
        min_length = 1,
        max_length = 255,
        pattern = r"^[^/\\\x00-\x1F\x7F-\x9F]*[^/\\\s\x00-\x1F\x7F-\x9F][^/\\\x00-\x1F\x7F-\x9F]*$",
        example = "现场照片01.jpg"
    )]
    pub file_name: String,
    /// When it was taken, by the device.
    #[param(nullable = false, example = "2026-03-10T09:30:00+08:00")]
    pub captured_at: Option<DateTime<Utc>>,
    /// Degrees east of where it was taken; with `latitude` and `coordinate_system`.
    #[param(minimum = -180, maximum = 180, nullable = false, example = 118.097)]
    pub longitude: Option<f64>,
    /// Degrees north.
    #[param(minimum = -90, maximum = 90, nullable = false, example = 24.575)]
    pub latitude: Option<f64>,
    /// The datum of both.
    #[param(nullable = false)]
    pub coordinate_system: Option<CoordinateSystemTerm>,
}

impl UploadQuery {
    /// Where it was taken: all three are given, or none.
    ///
    /// # Errors
    /// `required` at each that is missing.
    pub fn location(&self) -> Result<Option<Location>, ApiError> {
        match (self.longitude, self.latitude, self.coordinate_system) {
            (None, None, None) => Ok(None),
            (Some(longitude), Some(latitude), Some(system)) => {
                Ok(Some(Location { longitude, latitude, coordinate_system: system.0 }))
            }
            (longitude, latitude, system) => {
                let missing = [
                    ("longitude", longitude.is_none()),
                    ("latitude", latitude.is_none()),
                    ("coordinate_system", system.is_none()),
                ];
                let missing = missing.into_iter().find(|(_, is_missing)| *is_missing);
                let name = missing.map_or("", |(name, _)| name);
                let required = ApiError::new(catalogue::REQUIRED).with("name", field_name(name));
                Err(required.at(format!("/{name}")))
            }
        }
    }
}

/// An attachment.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Attachment)]
pub struct AttachmentOut {
    /// Its id.
    pub id: Uuid,
    /// The visit that it belongs to.
    pub visit_id: Uuid,
    /// The hazard that it shows, where it shows one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub hazard_id: Option<Uuid>,
    /// The project.
    pub project_id: Uuid,
    /// What kind of material it is.
    pub kind: AttachmentKindTerm,
    /// Its name, as the client gave it.
    #[schema(max_length = 255, example = "现场照片01.jpg")]
    pub file_name: String,
    /// Its media type, as found in the bytes.
    #[schema(max_length = 128, pattern = "^[a-z]+/[a-z0-9.+-]+$", example = "image/jpeg")]
    pub media_type: String,
    /// How many bytes.
    #[schema(minimum = 1, example = 482_113)]
    pub size: i64,
    /// SHA-256 of the bytes, in hexadecimal.
    #[schema(
        max_length = 64,
        pattern = "^[0-9a-f]{64}$",
        example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    )]
    pub sha256: String,
    /// When it was taken, by the device.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub captured_at: Option<DateTime<Utc>>,
    /// Where it was taken, by the device.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub place: Option<CoordinatesIo>,
    /// When it was taken, as the file itself says: a hint.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub exif_captured_at: Option<DateTime<Utc>>,
    /// Where it was taken, as the file itself says: a hint.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub exif_place: Option<CoordinatesIo>,
    /// The first attachment of another visit with the same bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub same_as_id: Option<Uuid>,
    /// Who uploaded it.
    pub uploaded_by: Uuid,
    /// When the server had it whole.
    pub received_at: DateTime<Utc>,
}

impl From<Attachment> for AttachmentOut {
    fn from(it: Attachment) -> Self {
        Self {
            id: it.id.uuid(),
            visit_id: it.visit_id.uuid(),
            hazard_id: it.hazard_id.map(Into::into),
            project_id: it.project_id.uuid(),
            kind: it.kind.into(),
            sha256: hex(&it.sha256),
            file_name: it.file_name,
            media_type: it.media_type,
            size: it.size,
            captured_at: it.captured_at,
            place: it.place.map(CoordinatesIo::from),
            exif_captured_at: it.exif_captured_at,
            exif_place: it.exif_place.map(CoordinatesIo::from),
            same_as_id: it.same_as_id,
            uploaded_by: it.uploaded_by,
            received_at: it.received_at,
        }
    }
}
