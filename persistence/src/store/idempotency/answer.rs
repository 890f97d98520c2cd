//! The answer that is given again to a repeated request, as it is stored.

use serde::{Deserialize, Serialize};

use crate::{StoreError, store::dialect::document_row};

/// An answer as it is stored for a repeated request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The header `Location`.
    pub location: Option<String>,
    /// The header `ETag`.
    pub etag: Option<String>,
    /// The body: JSON, or empty.
    pub body: String,
}

/// The stored form of an [`Answer`]. The column holds it sealed, as a body may show what is stored sealed elsewhere.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct AnswerRow {
    status: u16,
    location: Option<String>,
    etag: Option<String>,
    body: String,
}

document_row!(answer: AnswerRow => Answer, form 1);

impl From<&Answer> for AnswerRow {
    fn from(it: &Answer) -> Self {
        let Answer { status, location, etag, body } = it.clone();
        Self { status, location, etag, body }
    }
}

impl From<AnswerRow> for Answer {
    fn from(row: AnswerRow) -> Self {
        let AnswerRow { status, location, etag, body } = row;
        Self { status, location, etag, body }
    }
}

impl Answer {
    /// What is sealed and stored.
    ///
    /// # Errors
    /// [`StoreError::Internal`] where it cannot be written as JSON.
    pub fn to_stored(&self) -> Result<Vec<u8>, StoreError> {
        serde_json::to_vec(&AnswerRow::from(self)).map_err(|error| StoreError::Internal(error.to_string()))
    }

    /// The answer that was stored, once it is opened.
    ///
    /// # Errors
    /// [`StoreError::Internal`] where it is no stored answer.
    pub fn from_stored(stored: &[u8]) -> Result<Self, StoreError> {
        let row: AnswerRow =
            serde_json::from_slice(stored).map_err(|error| StoreError::Internal(error.to_string()))?;
        Ok(row.into())
    }
}
