//! Every migration goes down to where it came from, and up again: step by step on an empty database, and with rows in every table.

mod fixture;
mod rows;
mod schema;

use std::path::Path;

use diesel::{migration::MigrationSource, pg::Pg, prelude::*, sql_query, sqlite::Sqlite};

use super::*;
use crate::testing::{Scratch, both_databases};
use rows::{Row, Rows, rows};
use schema::{assert_same, schema};

/// Tables whose rows `up.sql` computes from other tables. The rows of every other table go with it.
const COMPUTED: [&str; 4] = ["bookings", "certificates", "search_keys", "search_names"];

/// Columns whose values a way down and up again does not preserve, or not whole; the comment in the `down.sql` says the same in words.
fn not_preserved(migration: &str) -> &'static [(&'static str, &'static str)] {
    match migration {
        "2026-11-28-000201_amendments" => {
            &[("projects", "safety_officer_name"), ("projects", "safety_officer_mobile")]
        }
        "2026-11-25-000003_members_present" => &[("council_sessions", "present_members")],
        // What stays of the negotiation is asserted by a test of its own.
        "2026-11-24-000003_scheduling" => &[
            ("visit_members", "agreed_at"),
            ("visit_members", "agreed_slots"),
            ("visits", "contractor_agreed_at"),
            ("visits", "negotiation"),
            ("visits", "prompt_at"),
        ],
        _ => &[],
    }
}

/// The names of the migrations for this kind of database, the oldest first.
fn migrations(connection: &AnyConnection) -> Vec<String> {
    let mut names: Vec<String> = match connection {
        AnyConnection::Postgres(_) => {
            let all = MigrationSource::<Pg>::migrations(&POSTGRES).unwrap();
            all.iter().map(|migration| migration.name().to_string()).collect()
        }
        AnyConnection::Sqlite(_) => {
            let all = MigrationSource::<Sqlite>::migrations(&SQLITE).unwrap();
            all.iter().map(|migration| migration.name().to_string()).collect()
        }
    };
    names.sort();
    names
}

/// Runs the oldest migration that has not been run.
fn up(connection: &mut AnyConnection) {
    let result = match connection {
        AnyConnection::Postgres(connection) => connection.run_next_migration(POSTGRES).map(drop),
        AnyConnection::Sqlite(connection) => connection.run_next_migration(SQLITE).map(drop),
    };
    result.unwrap_or_else(|error| panic!("up: {error}"));
}

/// Reverts the newest migration that has been run, and gives its name.
fn down(connection: &mut AnyConnection) -> String {
    let names = migrations(connection);
    let (applied, result) = match connection {
        AnyConnection::Postgres(connection) => {
            (connection.applied_migrations(), connection.revert_last_migration(POSTGRES).map(drop))
        }
        AnyConnection::Sqlite(connection) => {
            (connection.applied_migrations(), connection.revert_last_migration(SQLITE).map(drop))
        }
    };
    let name = names[applied.unwrap().len() - 1].clone();
    result.unwrap_or_else(|error| panic!("{name}, down: {error}"));
    name
}

/// A connection to a database of the same kind in which no migration has been run.
fn unmigrated(scratch: &Scratch) -> AnyConnection {
    let mut connection = match dialect::sqlite_path(scratch.url()) {
        Some(_) => dialect::connect("sqlite://:memory:", Use::Writing, "off").unwrap(),
        None => dialect::connect(scratch.url(), Use::Writing, "off").unwrap(),
    };
    if let AnyConnection::Postgres(connection) = &mut connection {
        sql_query("DROP SCHEMA public CASCADE").execute(connection).unwrap();
        sql_query("CREATE SCHEMA public").execute(connection).unwrap();
    }
    connection
}

/// On SQLite, Diesel runs an empty `down.sql` without an error, and where a migration changes rows alone, no schema shows it.
#[test]
fn every_migration_has_a_down_that_does_something() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    for dialect in ["sqlite", "postgres"] {
        for entry in std::fs::read_dir(folder.join(dialect)).unwrap() {
            let path = entry.unwrap().path().join("down.sql");
            let text =
                std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            let says_something = |line: &str| !line.trim().is_empty() && !line.trim().starts_with("--");
            assert!(text.lines().any(says_something), "{} has no statement", path.display());
        }
    }
}

#[both_databases]
async fn each_migration_goes_down_to_the_schema_before_it_and_up_to_its_own(scratch: Scratch) {
    let mut connection = unmigrated(&scratch);
    let names = migrations(&connection);
    assert!(!names.is_empty());
    let mut schemas = vec![schema(&mut connection)];
    for name in &names {
        up(&mut connection);
        let own = schema(&mut connection);
        down(&mut connection);
        assert_same(&schema(&mut connection), &schemas[schemas.len() - 1], &format!("{name} is down"));
        up(&mut connection);
        assert_same(&schema(&mut connection), &own, &format!("{name} is up again"));
        schemas.push(own);
    }
    // The whole chain, for what a later migration does to the objects of an earlier one.
    for (name, before) in names.iter().zip(&schemas).rev() {
        down(&mut connection);
        assert_same(&schema(&mut connection), before, &format!("{name} is down, and all after it"));
    }
    for (name, own) in names.iter().zip(&schemas[1..]) {
        up(&mut connection);
        assert_same(&schema(&mut connection), own, &format!("{name} is up again, and all before it"));
    }
}

#[both_databases]
async fn rows_survive_a_way_down_and_up_again(scratch: Scratch) {
    let mut connection = fixture::filled(&scratch).await;
    let empty: Vec<String> = rows(&mut connection)
        .into_iter()
        .filter_map(|(table, rows)| rows.is_empty().then_some(table))
        .collect();
    assert!(empty.is_empty(), "without a row: {empty:?}");
    for name in migrations(&connection).iter().rev() {
        let before = rows(&mut connection);
        down(&mut connection);
        let lower = rows(&mut connection);
        up(&mut connection);
        let mut wanted = before;
        for (table, rows) in &mut wanted {
            if !lower.contains_key(table) && !COMPUTED.contains(&table.as_str()) {
                rows.clear();
            }
        }
        let (wanted, found) =
            [wanted, rows(&mut connection)].map(|all| without(all, not_preserved(name))).into();
        for (table, rows) in &wanted {
            assert_eq!(&found[table], rows, "{table}, when {name} was down and is up again");
        }
        down(&mut connection);
    }
    assert!(rows(&mut connection).is_empty());
}

fn without(mut all: Rows, columns: &[(&str, &str)]) -> Rows {
    for (table, column) in columns {
        let rows: &mut Vec<Row> = all.get_mut(*table).unwrap();
        for row in rows.iter_mut() {
            row.remove(*column);
        }
        rows.sort();
    }
    all
}
