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
    /// Kind of material that the file is (A14.2).
    pub kind: AttachmentKindTerm,
    /// Name of the file, shown to readers and used for downloads. It holds neither `/` nor `\`.
    #[param(
        min_length = 1,
        max_length = 255,
        pattern = r"^[^/\\\x00-\x1F\x7F-\x9F]*[^/\\\s\x00-\x1F\x7F-\x9F][^/\\\x00-\x1F\x7F-\x9F]*$",
        example = "现场照片01.jpg"
    )]
    pub file_name: String,
    /// Time at which the file was taken, by the device's clock (RFC 3339). May be left out.
    #[param(nullable = false, example = "2026-03-10T09:30:00+08:00")]
    pub captured_at: Option<DateTime<Utc>>,
    /// Degrees east of the place where the file was taken. Given together with `latitude` and `coordinate_system`, or left
    /// out with them.
    #[param(minimum = -180, maximum = 180, nullable = false, example = 118.097)]
    pub longitude: Option<f64>,
    /// Degrees north of the place where the file was taken. Given together with `longitude` and `coordinate_system`, or
    /// left out with them.
    #[param(minimum = -90, maximum = 90, nullable = false, example = 24.575)]
    pub latitude: Option<f64>,
    /// Coordinate system of `longitude` and `latitude`. Given together with both, or left out with them.
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

/// A file that was uploaded to a visit or a hazard, with what is known of its origin (A14.2).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Attachment)]
pub struct AttachmentOut {
    /// Id of the attachment, assigned by the platform.
    pub id: Uuid,
    /// Id of the visit to which the attachment belongs.
    pub visit_id: Uuid,
    /// Id of the hazard to which the file was uploaded. Absent if it belongs to the visit itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub hazard_id: Option<Uuid>,
    /// Id of the project that was visited.
    pub project_id: Uuid,
    /// Kind of material, chosen at the upload.
    pub kind: AttachmentKindTerm,
    /// Name of the file, as the client gave it.
    #[schema(max_length = 255, example = "现场照片01.jpg")]
    pub file_name: String,
    /// Media type of the file, found in its bytes.
    #[schema(max_length = 128, pattern = "^[a-z]+/[a-z0-9.+-]+$", example = "image/jpeg")]
    pub media_type: String,
    /// Size of the file in bytes.
    #[schema(minimum = 1, example = 482_113)]
    pub size: i64,
    /// SHA-256 of the bytes, in lower-case hexadecimal.
    #[schema(
        max_length = 64,
        pattern = "^[0-9a-f]{64}$",
        example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    )]
    pub sha256: String,
    /// Time at which the file was taken, by the device's clock (UTC). Absent if the client gave none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub captured_at: Option<DateTime<Utc>>,
    /// Place where the file was taken, by the device. Absent if the client gave none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub place: Option<CoordinatesIo>,
    /// Time of the photo by its own EXIF data (UTC). Only a hint, as anyone can write it. Absent if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub exif_captured_at: Option<DateTime<Utc>>,
    /// Place of the photo by its own EXIF data. Only a hint, as anyone can write it. Absent if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub exif_place: Option<CoordinatesIo>,
    /// Id of the earliest attachment of another visit with the same bytes. Absent if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub same_as_id: Option<Uuid>,
    /// Id of the user who uploaded the file.
    pub uploaded_by: Uuid,
    /// Time at which the server had received the whole file (UTC).
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
