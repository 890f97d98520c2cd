//! Keyset pages: what comes after a key, never an offset, so that every page costs the same.

/// Which way a list runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Direction {
    /// Oldest first.
    Ascending,
    /// Newest first.
    #[default]
    Descending,
}

/// Which page is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageRequest<K> {
    /// The last key of the page before; none for the first page.
    pub after: Option<K>,
    /// How many items, 1 to 100.
    pub limit: u32,
    /// Which way.
    pub direction: Direction,
}

/// A page, and whether there is another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The items.
    pub items: Vec<T>,
    /// Whether more follow.
    pub more: bool,
}

impl<K> PageRequest<K> {
    /// How many rows to fetch: one more than the page, to see whether there is another.
    pub(crate) fn fetch(&self) -> i64 {
        i64::from(self.limit) + 1
    }

    /// Whether it runs newest first.
    pub(crate) fn is_descending(&self) -> bool {
        self.direction == Direction::Descending
    }

    /// The page out of the rows that were fetched.
    pub(crate) fn cut<T>(&self, mut rows: Vec<T>) -> Page<T> {
        let limit = usize::try_from(self.limit).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        Page { items: rows, more }
    }
}

impl<T> Page<T> {
    /// The same page with each item turned into another.
    pub fn map<U>(self, turn: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(turn).collect(), more: self.more }
    }

    /// As [`Page::map`], where turning may fail.
    ///
    /// # Errors
    /// The first failure.
    pub fn try_map<U, E>(self, turn: impl FnMut(T) -> Result<U, E>) -> Result<Page<U>, E> {
        Ok(Page { items: self.items.into_iter().map(turn).collect::<Result<_, _>>()?, more: self.more })
    }
}

/// Narrows a boxed query to the page: order by the id column and go on after the last key.
macro_rules! keyset {
    ($query:expr, $id:expr, $page:expr) => {{
        let page = $page;
        let query = $query.limit(page.fetch());
        match (page.is_descending(), page.after.map($crate::store::dialect::Key::from)) {
            (true, Some(after)) => query.filter($id.lt(after)).order($id.desc()),
            (true, None) => query.order($id.desc()),
            (false, Some(after)) => query.filter($id.gt(after)).order($id.asc()),
            (false, None) => query.order($id.asc()),
        }
    }};
}
pub(crate) use keyset;
