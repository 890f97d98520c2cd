//! The items of a batch, each held to the published contract by itself.

use std::collections::HashMap;

use actix_web::{FromRequest, HttpRequest, dev::Payload, web};
use anze_domain::base::code::Field;
use futures_util::future::LocalBoxFuture;
use serde::de::DeserializeOwned;
use serde_json::Value;
use validator::Validate;

use super::{
    body, faults,
    json::{held_to_schema, read, typed},
};
use crate::http::{
    contract::{Contract, Operation},
    problem::ApiError,
};

/// The member of the body that holds the items.
const ITEMS: &str = "items";

/// A JSON body `{"items": […]}` whose items are judged one by one: one that is wrong is a refusal of its own, with
/// pointers into the item. What is wrong with the body around them refuses the whole.
#[derive(Debug)]
pub struct Items<T>(
    /// Each item, or what is wrong with it, in their order.
    pub Vec<Result<T, ApiError>>,
);

impl<T: DeserializeOwned + Validate + Send + 'static> FromRequest for Items<T> {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, mut payload) = (request.clone(), payload.take());
        Box::pin(async move {
            body::require_json(&request)?;
            let bytes = read(&request, &mut payload, |limits| limits.batch).await?;
            let operation = Contract::of(&request)
                .ok_or_else(|| ApiError::internal(format!("{} is not in the contract", request.path())))?;
            // Megabytes are held against the contract where no other request waits for it.
            web::block(move || Self::of(&operation, &bytes)).await.map_err(ApiError::internal)?
        })
    }
}

impl<T: DeserializeOwned + Validate> Items<T> {
    fn of(operation: &Operation, bytes: &[u8]) -> Result<Self, ApiError> {
        let (mut value, fields) = held_to_schema(operation, bytes)?;
        let (mut of_items, of_the_body) = split(fields);
        faults::refuse(of_the_body)?;
        let sent = value.get_mut(ITEMS).and_then(Value::as_array_mut).map(std::mem::take);
        let items = sent.unwrap_or_default().into_iter().enumerate().map(|(index, item)| {
            faults::refuse(of_items.remove(&index).unwrap_or_default())?;
            typed(item, &operation.id)
        });
        Ok(Self(items.collect()))
    }
}

/// The faults of each item, their pointers beginning at the item, and those of the body around them.
fn split(fields: Vec<Field>) -> (HashMap<usize, Vec<Field>>, Vec<Field>) {
    let mut of_items: HashMap<usize, Vec<Field>> = HashMap::new();
    let mut of_the_body = Vec::new();
    for mut field in fields {
        let pointer =
            field.pointer.strip_prefix('/').and_then(|rest| rest.strip_prefix(ITEMS)?.strip_prefix('/'));
        let (index, below) = match pointer
            .map(|pointer| pointer.split_once('/').map_or((pointer, None), |(a, b)| (a, Some(b))))
        {
            Some((index, below)) => (index.parse::<usize>().ok(), below.map(|below| format!("/{below}"))),
            None => (None, None),
        };
        match index {
            Some(index) => {
                field.pointer = below.unwrap_or_default().into();
                of_items.entry(index).or_default().push(field);
            }
            None => of_the_body.push(field),
        }
    }
    (of_items, of_the_body)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::catalogue;

    #[test]
    fn faults_belong_to_their_item_or_to_the_body() {
        let fault = |pointer: &'static str| Field {
            pointer: pointer.into(),
            code: catalogue::REQUIRED,
            params: Vec::new(),
        };
        let all = [
            "/items/0/name",
            "/items/12",
            "/items/12/lines/3/times",
            "/items",
            "/other",
            "/items/x",
            "/itemsy/1",
        ];
        let (of_items, of_the_body) = split(all.into_iter().map(fault).collect());
        let pointers =
            |fields: &[Field]| fields.iter().map(|field| field.pointer.to_string()).collect::<Vec<_>>();
        assert_eq!(pointers(&of_items[&0]), ["/name"]);
        assert_eq!(pointers(&of_items[&12]), ["", "/lines/3/times"]);
        assert_eq!(of_items.len(), 2);
        assert_eq!(pointers(&of_the_body), ["/items", "/other", "/items/x", "/itemsy/1"]);
    }
}
