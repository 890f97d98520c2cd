//! JSON bodies, held to the published contract.

use actix_web::{FromRequest, HttpRequest, dev::Payload, web};
use anze_domain::base::code::Field;
use futures_util::future::LocalBoxFuture;
use serde::de::DeserializeOwned;
use serde_json::Value;
use validator::Validate;

use super::{BodyDigest, BodyDigestCell, body, faults, strict};
use crate::http::{
    catalogue,
    contract::{Contract, Operation},
    limits::Limits,
    problem::ApiError,
};

/// A JSON body that the contract's schema and the type's own rules allow.
#[derive(Debug)]
pub struct Json<T>(pub T);

/// A JSON body that may be left out; then it is the default.
#[derive(Debug)]
pub struct OptionalJson<T>(pub T);

impl<T: DeserializeOwned + Validate + 'static> FromRequest for Json<T> {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, mut payload) = (request.clone(), payload.take());
        Box::pin(async move {
            body::require_json(&request)?;
            let bytes = read(&request, &mut payload, |limits| limits.body).await?;
            parse(&request, &bytes).map(Self)
        })
    }
}

impl<T: DeserializeOwned + Validate + Default + 'static> FromRequest for OptionalJson<T> {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, mut payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let bytes = read(&request, &mut payload, |limits| limits.body).await?;
            let value = if bytes.is_empty() {
                T::default()
            } else {
                body::require_json(&request)?;
                parse(&request, &bytes)?
            };
            Ok(Self(value))
        })
    }
}

/// Reads the whole body and puts its digest into the request.
pub(super) async fn read(
    request: &HttpRequest,
    payload: &mut Payload,
    limit: fn(&Limits) -> usize,
) -> Result<web::Bytes, ApiError> {
    let limits = request.app_data::<web::Data<Limits>>().ok_or_else(|| ApiError::internal("no limits"))?;
    let bytes = body::read_body(request, payload, limit(limits)).await?;
    BodyDigestCell::of(request).set(BodyDigest::of(&bytes));
    Ok(bytes)
}

/// Holds the bytes to the contract, then to the type.
fn parse<T: DeserializeOwned + Validate>(request: &HttpRequest, bytes: &[u8]) -> Result<T, ApiError> {
    let operation = Contract::of(request)
        .ok_or_else(|| ApiError::internal(format!("{} is not in the contract", request.path())))?;
    let (value, fields) = held_to_schema(&operation, bytes)?;
    faults::refuse(fields)?;
    typed(value, &operation.id)
}

/// What was sent, and what the contract finds wrong with it.
pub(super) fn held_to_schema(operation: &Operation, bytes: &[u8]) -> Result<(Value, Vec<Field>), ApiError> {
    let (value, mut fields) = strict::read(bytes)?;
    let body = operation
        .body
        .as_ref()
        .ok_or_else(|| ApiError::internal(format!("{} has no body in the contract", operation.id)))?;
    for error in body.schema.iter_errors(&value) {
        faults::of_schema(&error, &mut fields);
    }
    faults::drop_lengths_of_codes(&mut fields);
    Ok((value, fields))
}

/// What the contract allows, held to the type.
pub(super) fn typed<T: DeserializeOwned + Validate>(value: Value, operation: &str) -> Result<T, ApiError> {
    let value: T = serde_json::from_value(value).map_err(|error| {
        // The schema allows what the type cannot hold: the contract should say so.
        log::warn!("{operation}: the contract allows what the type refuses: {error}");
        ApiError::new(anze_domain::base::code::INVALID_INPUT).at("")
    })?;
    if let Err(errors) = value.validate() {
        let mut fields = Vec::new();
        faults::of_validator(&errors, "", &mut fields);
        faults::refuse(fields)?;
        // A validator that fails without a field is a failure all the same.
        return Err(ApiError::new(catalogue::INVALID_VALUE));
    }
    Ok(value)
}
