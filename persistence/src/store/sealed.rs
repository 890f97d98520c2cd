//! Columns whose values are sealed, read and sealed again in batches when the key changes.

use diesel::{
    prelude::*,
    sql_types::{BigInt, Binary},
};
use uuid::Uuid;

use crate::{
    Reader, StoreError, Writer,
    store::dialect::{Guid, Key},
};

/// A column of sealed values, in a table with an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SealedColumn {
    /// The table.
    pub table: &'static str,
    /// The column.
    pub column: &'static str,
}

/// Every sealed column that is kept, what is copied before what it is copied to. Answers to repeated requests are
/// sealed too, and gone after a day.
pub const COLUMNS: &[SealedColumn] = &[
    SealedColumn { table: "expert_applications", column: "citizen_id_sealed" },
    SealedColumn { table: "experts", column: "citizen_id_sealed" },
];

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Guid)]
    id: Key,
    #[diesel(sql_type = Binary)]
    sealed: Vec<u8>,
}

/// At most `limit` sealed values of a column, past `after`, by id.
pub fn batch(
    db: &mut Reader<'_>,
    it: SealedColumn,
    after: Uuid,
    limit: i64,
) -> Result<Vec<(Uuid, Vec<u8>)>, StoreError> {
    let SealedColumn { table, column } = it;
    let rows: Vec<Row> = diesel::sql_query(format!(
        "SELECT id, {column} AS sealed FROM {table} WHERE id > $1 AND {column} IS NOT NULL ORDER BY id LIMIT $2"
    ))
    .bind::<Guid, _>(Key(after))
    .bind::<BigInt, _>(limit)
    .load(db.connection())?;
    Ok(rows.into_iter().map(|row| (row.id.0, row.sealed)).collect())
}

/// Puts a value in the place of the one that was read; says whether it was still there.
pub fn replace(
    db: &mut Writer<'_>,
    it: SealedColumn,
    id: Uuid,
    before: &[u8],
    after: &[u8],
) -> Result<bool, StoreError> {
    let SealedColumn { table, column } = it;
    let changed =
        diesel::sql_query(format!("UPDATE {table} SET {column} = $1 WHERE id = $2 AND {column} = $3"))
            .bind::<Binary, _>(after)
            .bind::<Guid, _>(Key(id))
            .bind::<Binary, _>(before)
            .execute(db.connection())?;
    Ok(changed == 1)
}
