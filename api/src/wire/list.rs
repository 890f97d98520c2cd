//! What the lists have in common: filter, page and order are read by one extractor, which also answers the page.

use std::future::{Ready, ready};

use actix_web::{FromRequest, HttpRequest, dev::Payload, http::Uri};
use anze_domain::{access::Caller, vocabulary};
use anze_persistence::{Direction, PageRequest, Reader};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use utoipa::{
    IntoParams,
    openapi::path::{Parameter, ParameterIn},
};

use crate::{
    app::context::RequestContext,
    http::{
        extract::Query,
        page::{Page, PageQuery},
        problem::ApiError,
        respond::Reply,
        schema::Term,
    },
};

vocabulary! {
    /// Orders of a list by the time at which its items were created. A minus sign puts the newest item first.
    #[derive(Default)]
    pub enum ListOrder {
        #[default]
        NewestFirst = "-created_at" / "最新在前" / "Newest first",
        OldestFirst = "created_at" / "最早在前" / "Oldest first",
    }
}

/// [`ListOrder`] on the wire.
pub type ListOrderTerm = Term<ListOrder>;

impl ListOrder {
    fn direction(self) -> Direction {
        match self {
            Self::NewestFirst => Direction::Descending,
            Self::OldestFirst => Direction::Ascending,
        }
    }
}

/// The orders in which a list can be asked for, as query parameters.
pub trait Order: Copy + DeserializeOwned + IntoParams {
    /// What a cursor remembers of the order: it holds for that order alone.
    type Key: Serialize;

    /// The order that was asked for.
    fn key(self) -> Self::Key;

    /// Which way the list runs.
    fn direction(self) -> Direction;
}

/// By the time of creation, either way.
#[derive(Debug, Clone, Copy, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ByCreation {
    /// Order of the list: newest first (`-created_at`, the default) or oldest first (`created_at`).
    #[param(nullable = false)]
    sort: Option<ListOrderTerm>,
}

impl Order for ByCreation {
    type Key = ListOrder;

    fn key(self) -> ListOrder {
        self.sort.map(|order| order.0).unwrap_or_default()
    }

    fn direction(self) -> Direction {
        self.key().direction()
    }
}

/// The one order that a list has.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
pub struct OneOrder {}

impl IntoParams for OneOrder {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        Vec::new()
    }
}

impl Order for OneOrder {
    type Key = ();

    fn key(self) {}

    fn direction(self) -> Direction {
        Direction::Ascending
    }
}

/// The filter of a list that cannot be narrowed.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub struct NoFilter {}

impl IntoParams for NoFilter {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        Vec::new()
    }
}

/// The query of a list: its filter, the page and the order.
#[derive(Debug)]
pub struct ListQuery<F = NoFilter, O = ByCreation> {
    /// What the list is narrowed to.
    pub filter: F,
    page: PageQuery,
    order: O,
    uri: Uri,
}

impl<F: DeserializeOwned, O: Order> FromRequest for ListQuery<F, O> {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let mut read = || {
            let Query(filter) = Query::<F>::from_request(request, payload).into_inner()?;
            let Query(page) = Query::<PageQuery>::from_request(request, payload).into_inner()?;
            let Query(order) = Query::<O>::from_request(request, payload).into_inner()?;
            Ok(Self { filter, page, order, uri: request.uri().clone() })
        };
        ready(read())
    }
}

impl<F: IntoParams, O: IntoParams> IntoParams for ListQuery<F, O> {
    fn into_params(parameter_in: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let mut parameters = F::into_params(&parameter_in);
        parameters.extend(PageQuery::into_params(&parameter_in));
        parameters.extend(O::into_params(&parameter_in));
        parameters
    }
}

/// The page that a list query asks for.
#[derive(Debug)]
pub struct ListRequest<F, K, O = ByCreation> {
    /// What the list is narrowed to.
    pub filter: F,
    /// The page that the store reads.
    pub wanted: PageRequest<K>,
    order: O,
}

impl<F: Serialize, K, O: Order> ListRequest<F, K, O> {
    /// The page on the wire: each item in its form, and the cursor of the next page, which is made of the last item's
    /// key.
    ///
    /// # Errors
    /// `internal` where a key cannot be written as JSON.
    pub fn page<T, U, L: Serialize>(
        &self,
        page: anze_persistence::Page<T>,
        key: impl Fn(&T) -> L,
        form: impl FnMut(T) -> U,
    ) -> Result<Page<U>, ApiError> {
        Page::of(page.items, page.more, &(&self.filter, self.order.key()), key).map(|page| page.map(form))
    }
}

impl<F, O: Order> ListQuery<F, O> {
    /// The same query of a list that is narrowed by its path as well, such as the visits of one project. A cursor holds
    /// only for the list that it was made for.
    pub fn of<G>(self, filter: G) -> ListQuery<G, O> {
        let Self { page, order, uri, .. } = self;
        ListQuery { filter, page, order, uri }
    }

    /// Reads the page and answers it, with the link to the next one.
    ///
    /// # Errors
    /// `bad_cursor` where the cursor was made for another list, other filters or another order; else what `read`
    /// refuses.
    pub async fn reply<K, U, R>(self, context: &RequestContext, read: R) -> Result<Reply, ApiError>
    where
        F: Serialize + Send + 'static,
        K: DeserializeOwned + Send + 'static,
        U: Serialize + Send + 'static,
        O: Send + 'static,
        R: FnOnce(&mut Reader<'_>, &Caller, &ListRequest<F, K, O>) -> Result<Page<U>, ApiError>
            + Send
            + 'static,
    {
        let Self { filter, page, order, uri } = self;
        let after = page.after(&(&filter, order.key()))?;
        let limit = u32::try_from(page.limit()).unwrap_or(20);
        let wanted = PageRequest { after, limit, direction: order.direction() };
        let request = ListRequest { filter, wanted, order };
        let page = context.read(move |db, caller| read(db, caller, &request)).await?;
        page.reply(&uri)
    }
}
