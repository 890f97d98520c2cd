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
///
/// # Errors
/// The store's.
pub fn next(db: &mut Writer<'_>, kind: &'static str, year: i32) -> Result<String, StoreError> {
    let Last { last } = diesel::sql_query(
        "INSERT INTO number_sequences (kind, year, last) VALUES ($1, $2, 1) \
         ON CONFLICT (kind, year) DO UPDATE SET last = number_sequences.last + 1 RETURNING last",
    )
    .bind::<Text, _>(kind)
    .bind::<Integer, _>(year)
    .get_result(db.connection())?;
    Ok(format!("{kind}-{year}-{last:06}"))
}
