//! The rows of every table, as they are compared before and after; and a row for each table that has none.

use std::collections::{BTreeMap, BTreeSet};

use diesel::{
    connection::SimpleConnection,
    prelude::*,
    sql_query,
    sql_types::{Bool, Nullable, Text},
};

use super::schema::Line;
use crate::store::dialect::AnyConnection;

/// A row: its values as text, by the names of their columns.
pub type Row = BTreeMap<String, String>;
/// The rows of each table, sorted.
pub type Rows = BTreeMap<String, Vec<Row>>;

/// All rows of all tables.
pub fn rows(connection: &mut AnyConnection) -> Rows {
    let mut columns: BTreeMap<String, Vec<Column>> = BTreeMap::new();
    for column in all_columns(connection) {
        columns.entry(column.of.clone()).or_default().push(column);
    }
    columns
        .into_iter()
        .map(|(table, columns)| (table.clone(), rows_of(connection, &table, &columns)))
        .collect()
}

/// Puts a row into each table that has none, with a value in every column, whatever the program would say of it.
pub fn fill(connection: &mut AnyConnection) {
    let columns = all_columns(connection);
    loop {
        let (empty, filled): (Vec<_>, Vec<_>) =
            rows(connection).into_iter().partition(|(_, rows)| rows.is_empty());
        let filled: BTreeSet<String> = filled.into_iter().map(|(table, _)| table).collect();
        let mut left: Vec<String> = empty.into_iter().map(|(table, _)| table).collect();
        let before = left.len();
        left.retain(|table| {
            let of_table: Vec<_> = columns.iter().filter(|it| it.of == *table && !it.generated).collect();
            let ready =
                of_table.iter().all(|it| it.refers_to.as_ref().is_none_or(|other| filled.contains(other)));
            if ready {
                insert(connection, table, &of_table);
            }
            !ready
        });
        if left.is_empty() {
            return;
        }
        assert!(left.len() < before, "no order in which these tables can be filled: {left:?}");
    }
}

/// A column, and the table and the column that it refers to.
#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    of: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Bool)]
    generated: bool,
    #[diesel(sql_type = Nullable<Text>)]
    refers_to: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    refers_to_column: Option<String>,
}

fn all_columns(connection: &mut AnyConnection) -> Vec<Column> {
    let query = match connection {
        AnyConnection::Postgres(_) => {
            r#"SELECT tables.relname::text AS "of", columns.attname::text AS name, format_type(atttypid, atttypmod) AS kind,
                attgenerated <> '' AS "generated", parent.relname::text AS refers_to, parent.attname::text AS refers_to_column
            FROM pg_class AS tables JOIN pg_attribute AS columns ON attrelid = tables.oid AND attnum > 0 AND NOT attisdropped
                LEFT JOIN (SELECT conrelid, conkey, relname, attname FROM pg_constraint
                    JOIN pg_class ON pg_class.oid = confrelid
                    JOIN pg_attribute ON attrelid = confrelid AND attnum = confkey[1]
                    WHERE contype = 'f') AS parent ON conrelid = attrelid AND conkey = ARRAY[attnum]
            WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND tables.relname NOT LIKE '\_\_diesel%'
            ORDER BY tables.relname, attnum"#
        }
        AnyConnection::Sqlite(_) => {
            r#"SELECT tables.name AS "of", columns.name AS name, columns.type AS kind, hidden <> 0 AS "generated",
                parent."table" AS refers_to, parent."to" AS refers_to_column
            FROM sqlite_schema AS tables JOIN pragma_table_xinfo(tables.name) AS columns
                LEFT JOIN pragma_foreign_key_list(tables.name) AS parent ON parent."from" = columns.name
            WHERE tables.type = 'table' AND tables.name NOT LIKE '\_\_diesel%' ESCAPE '\' ORDER BY tables.name, columns.cid"#
        }
    };
    sql_query(query).load(connection).unwrap()
}

fn rows_of(connection: &mut AnyConnection, table: &str, columns: &[Column]) -> Vec<Row> {
    let json = match connection {
        AnyConnection::Postgres(_) => format!("jsonb_strip_nulls(to_jsonb(\"{table}\"))::text"),
        AnyConnection::Sqlite(_) => {
            let quoted = columns.iter().map(|it| format!("'{0}', quote(\"{0}\")", it.name));
            format!("json_object({})", quoted.collect::<Vec<_>>().join(", "))
        }
    };
    let lines: Vec<Line> =
        sql_query(format!("SELECT {json} AS line FROM \"{table}\"")).load(connection).unwrap();
    let mut rows: Vec<Row> = lines
        .iter()
        .map(|Line { line }| {
            let row: BTreeMap<String, serde_json::Value> = serde_json::from_str(line).unwrap();
            row.into_iter().map(|(column, value)| (column, value.to_string())).collect()
        })
        .collect();
    rows.sort();
    rows
}

fn insert(connection: &mut AnyConnection, table: &str, columns: &[&Column]) {
    let names: Vec<_> = columns.iter().map(|it| format!("\"{}\"", it.name)).collect();
    let values: Vec<_> = columns.iter().map(|it| value(it)).collect();
    let sql = format!("INSERT INTO \"{table}\" ({}) VALUES ({})", names.join(", "), values.join(", "));
    connection.batch_execute(&sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
}

/// A value that the column's type takes: texts are a date, which is its own key in every comparison.
fn value(column: &Column) -> String {
    if let (Some(table), Some(other)) = (&column.refers_to, &column.refers_to_column) {
        return format!("(SELECT \"{other}\" FROM \"{table}\" ORDER BY \"{other}\" LIMIT 1)");
    }
    match column.kind.as_str() {
        "uuid" => "'00000000-0000-0000-0000-000000000000'",
        "bytea" => r"'\x00'",
        "BLOB" => "zeroblob(16)",
        "boolean" => "true",
        "INTEGER" | "REAL" | "integer" | "bigint" | "double precision" => "1",
        _ => "'2026-03-02'",
    }
    .to_owned()
}
