//! Ids in the path. What is no id is nothing that is there: 404.

use std::future::{Ready, ready};

use actix_web::{FromRequest, HttpRequest, dev::Payload, web};
use serde::de::DeserializeOwned;

use crate::http::problem::ApiError;

/// The path's parameters: one, or a tuple of them in their order.
#[derive(Debug)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned> FromRequest for Path<T> {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        // One id has one spelling: hyphens, no braces, no `urn:uuid:`.
        let plain = request.match_info().iter().all(|(name, text)| {
            !(name == "id" || name.ends_with("_id"))
                || (text.len() == 36 && text.parse::<uuid::Uuid>().is_ok())
        });
        if !plain {
            return ready(Err(ApiError::not_found()));
        }
        let inner = web::Path::<T>::from_request(request, payload).into_inner();
        ready(inner.map(|path| Self(path.into_inner())).map_err(|_not_readable| ApiError::not_found()))
    }
}
