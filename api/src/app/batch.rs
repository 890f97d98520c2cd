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

/// What came of one item: what was made, or why it was not.
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

/// Does the work for each item, in their order. The work answers what it made, with its version.
///
/// # Errors
/// What concerns the whole change: the database fails, or met another transaction. A refused item is no error.
pub fn each<I, T: Serialize>(
    tx: &mut WriteContext<'_, '_>,
    items: &[Result<I, ApiError>],
    language: Language,
    work: impl Fn(&mut WriteContext<'_, '_>, &I) -> Result<(T, i64), ApiError>,
) -> Result<Vec<Outcome<T>>, ApiError> {
    let one = |tx: &mut WriteContext<'_, '_>, item: &Result<I, ApiError>| {
        let item = match item {
            Ok(item) => item,
            Err(error) => return Ok(refused(error, language)),
        };
        match attempt(tx, |tx| work(tx, item))? {
            Ok((made, version)) => Ok(Outcome {
                status: StatusCode::CREATED.as_u16(),
                etag: Some(tag(&made, version)?),
                made: Some(made),
                problem: None,
            }),
            Err(error) => Ok(refused(&error, language)),
        }
    };
    items.iter().map(|item| one(tx, item)).collect()
}

fn refused<T>(error: &ApiError, language: Language) -> Outcome<T> {
    let problem = error.problem(language, None, None);
    Outcome { status: problem.status, etag: None, made: None, problem: Some(problem) }
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
