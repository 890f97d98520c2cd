//! Lists: keyset pages with an opaque cursor.

use actix_web::http::{StatusCode, Uri};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};
use utoipa::{IntoParams, ToSchema};

use crate::http::{catalogue, problem::ApiError, respond::Reply};

/// Items on a page where the caller does not say.
const DEFAULT_LIMIT: u16 = 20;

/// Which page of a list.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// Largest number of items on a page.
    #[param(minimum = 1, maximum = 100, default = 20, nullable = false)]
    limit: Option<u16>,
    /// Value of `next_cursor` on the page before. Send it with the same filters and order; without it the list
    /// starts at the first page.
    #[param(min_length = 1, max_length = 2000, pattern = "^[A-Za-z0-9_-]+$", nullable = false)]
    cursor: Option<String>,
}

impl PageQuery {
    /// Items on a page, from 1 to 100.
    #[must_use]
    pub fn limit(&self) -> usize {
        usize::from(self.limit.unwrap_or(DEFAULT_LIMIT).clamp(1, 100))
    }

    /// The key after which the page begins; none on the first page.
    ///
    /// # Errors
    /// `bad_cursor` where the cursor was not made for these filters and this order.
    pub fn after<K: DeserializeOwned>(&self, filters: &impl Serialize) -> Result<Option<K>, ApiError> {
        self.cursor.as_deref().map(|text| Cursor::read(text, filters)).transpose()
    }
}

/// The place between two pages: the last key, and what list it belongs to.
#[derive(Serialize, Deserialize)]
struct Cursor<K> {
    k: K,
    f: String,
}

impl<K: DeserializeOwned> Cursor<K> {
    fn read(text: &str, filters: &impl Serialize) -> Result<K, ApiError> {
        let bad = || ApiError::new(catalogue::BAD_CURSOR).at("/cursor");
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_not_base64| bad())?;
        let cursor: Self = serde_json::from_slice(&bytes).map_err(|_not_a_cursor| bad())?;
        if cursor.f == digest(filters)? { Ok(cursor.k) } else { Err(bad()) }
    }
}

/// What list a cursor belongs to: the digest of its filters and order.
fn digest(filters: &impl Serialize) -> Result<String, ApiError> {
    let bytes = serde_json::to_vec(filters).map_err(ApiError::internal)?;
    Ok(Sha256::digest(bytes).iter().take(8).map(|byte| format!("{byte:02x}")).collect())
}

/// One page of a list, with the cursor of the next page.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Page<T> {
    /// Items of this page, in the order of the list.
    #[schema(max_items = 100)]
    pub items: Vec<T>,
    /// Cursor of the next page, to be sent as `cursor`. Absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 2000, pattern = "^[A-Za-z0-9_-]+$")]
    pub next_cursor: Option<String>,
}

impl<T> Page<T> {
    /// These items, and whether more follow them.
    ///
    /// # Errors
    /// `internal` where a key cannot be written.
    pub fn of<K: Serialize>(
        items: Vec<T>,
        more: bool,
        filters: &impl Serialize,
        key: impl Fn(&T) -> K,
    ) -> Result<Self, ApiError> {
        let next_cursor = match items.last() {
            Some(last) if more => {
                let cursor = Cursor { k: key(last), f: digest(filters)? };
                Some(URL_SAFE_NO_PAD.encode(serde_json::to_vec(&cursor).map_err(ApiError::internal)?))
            }
            _ => None,
        };
        Ok(Self { items, next_cursor })
    }

    /// The same page of other items, such as their wire form.
    #[must_use]
    pub fn map<U>(self, form: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(form).collect(), next_cursor: self.next_cursor }
    }
}

impl<T: Serialize> Page<T> {
    /// The answer to a request for this URI, with `Link: …; rel="next"`.
    ///
    /// # Errors
    /// `internal` where it cannot be written as JSON.
    pub fn reply(&self, uri: &Uri) -> Result<Reply, ApiError> {
        let reply = Reply::json(StatusCode::OK, self)?;
        let Some(cursor) = &self.next_cursor else { return Ok(reply) };
        let query = uri.query().unwrap_or_default();
        let others = url::form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name != "cursor");
        let next = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(others)
            .append_pair("cursor", cursor)
            .finish();
        Ok(reply.next(&format!("{}?{next}", uri.path())))
    }
}

#[cfg(test)]
mod tests {
    use actix_web::{Responder, http::header::LINK, test::TestRequest};

    use super::*;

    #[test]
    fn a_cursor_leads_on_and_only_with_its_own_filters() {
        let page = Page::of(vec![1, 2], true, &("open", "number"), |item| *item).unwrap();
        assert_eq!(page.items, [1, 2]);
        let next = PageQuery { limit: Some(2), cursor: page.next_cursor.clone() };
        assert_eq!(next.after::<i32>(&("open", "number")).unwrap(), Some(2));
        for error in [next.after::<i32>(&("closed", "number")), next.after::<i32>(&"open").map(|_| None)] {
            assert_eq!(error.unwrap_err().code().name, "bad_cursor");
        }
        let request = TestRequest::with_uri("/api/v1/things?state=open&limit=2&cursor=old").to_http_request();
        let response = page.reply(request.uri()).unwrap().respond_to(&request);
        let link = response.headers().get(LINK).unwrap().to_str().unwrap();
        assert!(
            link.starts_with("</api/v1/things?state=open&limit=2&cursor=")
                && link.ends_with(">; rel=\"next\"")
        );
        assert!(!link.contains("old"));
    }

    #[test]
    fn the_last_page_has_no_cursor() {
        let page = Page::of(vec![1, 2], false, &(), |item| *item).unwrap();
        assert_eq!(serde_json::to_string(&page).unwrap(), r#"{"items":[1,2]}"#);
    }
}
