//! What no handler takes: nothing there, or another method.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{ALLOW, HeaderValue},
    web,
};

use crate::{catalogue, contract::Contract, problem::ApiError};

/// 404, or 405 with exactly the methods that the contract has at this path.
///
/// # Errors
/// Always.
pub async fn fallback(request: HttpRequest, contract: web::Data<Contract>) -> Result<HttpResponse, ApiError> {
    let methods = contract.methods(request.path());
    if methods.is_empty() {
        return Err(ApiError::not_found());
    }
    let allow = methods.iter().map(|method| method.as_str()).collect::<Vec<_>>().join(", ");
    let value = HeaderValue::from_str(&allow).map_err(ApiError::internal)?;
    Err(ApiError::new(catalogue::METHOD_NOT_ALLOWED).with("allow", allow).header(ALLOW, value))
}
