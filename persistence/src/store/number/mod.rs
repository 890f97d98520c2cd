//! Numbers that people say on the phone: `XM-2026-000123`, one sequence per kind and year.

#[cfg(test)]
mod tests;

use diesel::{
    prelude::*,
    sql_types::{BigInt, Integer, Text},
};

use crate::{StoreError, Writer};

#[derive(QueryableByName)]
struct Last {
    #[diesel(sql_type = BigInt)]
    last: i64,
}

/// The next number of a kind in a year. Duplicates never; a change that is undone may leave a gap.
pub fn next(db: &mut Writer<'_>, kind: &'static str, year: i32) -> Result<String, StoreError> {
    let last = advance(db, kind, year, 1)?;
    Ok(numbered(kind, year, last))
}

/// As [`next`], the next so many in one statement, in their order.
pub fn next_many(
    db: &mut Writer<'_>,
    kind: &'static str,
    year: i32,
    count: usize,
) -> Result<Vec<String>, StoreError> {
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    if count == 0 {
        return Ok(Vec::new());
    }
    let last = advance(db, kind, year, count)?;
    Ok((last - count + 1..=last).map(|number| numbered(kind, year, number)).collect())
}

fn numbered(kind: &str, year: i32, number: i64) -> String {
    format!("{kind}-{year}-{number:06}")
}

/// Moves a sequence on; says where it stands then.
fn advance(db: &mut Writer<'_>, kind: &'static str, year: i32, by: i64) -> Result<i64, StoreError> {
    let Last { last } = diesel::sql_query(
        "INSERT INTO number_sequences (kind, year, last) VALUES ($1, $2, $3) \
         ON CONFLICT (kind, year) DO UPDATE SET last = number_sequences.last + excluded.last RETURNING last",
    )
    .bind::<Text, _>(kind)
    .bind::<Integer, _>(year)
    .bind::<BigInt, _>(by)
    .get_result(db.connection())?;
    Ok(last)
}
