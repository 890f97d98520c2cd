//! What no handler takes: nothing there, or another method.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{ALLOW, HeaderValue},
    web,
};

use anze_domain::Words;

use crate::http::{catalogue, contract::Contract, problem::ApiError};

/// 404, or 405 with exactly the methods that the contract has at this path.
pub async fn fallback(request: HttpRequest, contract: web::Data<Contract>) -> Result<HttpResponse, ApiError> {
    Err(no_operation(&request, &contract)?)
}

/// What a request is told that is no operation of the contract.
pub fn no_operation(request: &HttpRequest, contract: &Contract) -> Result<ApiError, ApiError> {
    let methods = contract.methods(request.match_info().as_str());
    if methods.is_empty() {
        return Ok(ApiError::not_found());
    }
    let allow = methods.iter().map(|method| method.as_str()).collect::<Vec<_>>().join(", ");
    let value = HeaderValue::from_str(&allow).map_err(ApiError::internal)?;
    Ok(ApiError::new(catalogue::METHOD_NOT_ALLOWED)
        .with("allow", Words::verbatim(&allow))
        .header(ALLOW, value))
}
