//! Batches: many items in one change, each in a savepoint of its own, so that one that is refused leaves the others.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use actix_web::{ResponseError, http::StatusCode};
use anze_persistence::store::{error::Failure, savepoint};
use serde::Serialize;

use crate::{
    app::context::WriteContext,
    http::{
        language::Language,
        problem::{ApiError, Problem},
        respond::tag,
    },
};

/// What was made of one item, or the problem for which it was refused.
pub type Attempted<T> = Result<T, Box<Problem>>;

/// What came of one item, as it is answered.
pub struct Outcome<T> {
    /// The status that the item would have had alone.
    pub status: u16,
    /// The tag of what was made.
    pub etag: Option<String>,
    /// What was made.
    pub made: Option<T>,
    /// Why it was not.
    pub problem: Option<Problem>,
}

impl<T: Serialize> Outcome<T> {
    /// What came of an item. `show` gives the form in which what was made is answered, and its version.
    ///
    /// # Errors
    /// What `show` refuses.
    pub fn of<M>(
        attempted: Attempted<M>,
        show: impl FnOnce(M) -> Result<(T, i64), ApiError>,
    ) -> Result<Self, ApiError> {
        match attempted {
            Ok(made) => {
                let (made, version) = show(made)?;
                let etag = Some(tag(&made, version)?);
                Ok(Self { status: StatusCode::CREATED.as_u16(), etag, made: Some(made), problem: None })
            }
            Err(problem) => {
                Ok(Self { status: problem.status, etag: None, made: None, problem: Some(*problem) })
            }
        }
    }
}

/// Does the work for each item, in their order. What was made is shown afterwards, all at once: [`Outcome::of`].
///
/// # Errors
/// What concerns the whole change: the database fails, or met another transaction. A refused item is no error.
pub fn each<I, T>(
    tx: &mut WriteContext<'_, '_>,
    items: &[Result<I, ApiError>],
    language: Language,
    work: impl Fn(&mut WriteContext<'_, '_>, &I) -> Result<T, ApiError>,
) -> Result<Vec<Attempted<T>>, ApiError> {
    let refused = |error: &ApiError| Box::new(error.problem(language, None, None));
    let one = |tx: &mut WriteContext<'_, '_>, item: &Result<I, ApiError>| {
        let item = match item {
            Ok(item) => item,
            Err(error) => return Ok(Err(refused(error))),
        };
        let attempted = attempt(tx, |tx| work(tx, item))?;
        Ok(attempted.map_err(|error| refused(&error)))
    };
    items.iter().map(|item| one(tx, item)).collect()
}

/// Does a part of the change, undone where it is refused.
fn attempt<T>(
    tx: &mut WriteContext<'_, '_>,
    work: impl FnOnce(&mut WriteContext<'_, '_>) -> Result<T, ApiError>,
) -> Result<Result<T, ApiError>, ApiError> {
    savepoint::begin(tx.db)?;
    match catch_unwind(AssertUnwindSafe(|| work(tx))) {
        Ok(Ok(made)) => {
            savepoint::release(tx.db)?;
            Ok(Ok(made))
        }
        Ok(Err(error)) => {
            savepoint::undo(tx.db)?;
            let of_the_whole = error.is_conflict() || error.status_code().is_server_error();
            if of_the_whole { Err(error) } else { Ok(Err(error)) }
        }
        Err(panic) => {
            savepoint::undo(tx.db)?;
            resume_unwind(panic)
        }
    }
}
