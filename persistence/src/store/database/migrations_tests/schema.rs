//! A schema as lines of text, one for each object, so that two schemas can be compared.

use std::collections::BTreeSet;

use diesel::{prelude::*, sql_query, sql_types::Text};

use crate::store::dialect::AnyConnection;

/// One line of a listing.
#[derive(QueryableByName)]
pub struct Line {
    #[diesel(sql_type = Text)]
    pub line: String,
}

/// Every object of the schema, without Diesel's own table of migrations.
pub fn schema(connection: &mut AnyConnection) -> BTreeSet<String> {
    let query = match connection {
        AnyConnection::Postgres(_) => POSTGRES,
        AnyConnection::Sqlite(_) => SQLITE,
    };
    let lines: Vec<Line> = sql_query(query).load(connection).unwrap();
    let lines = lines.into_iter().map(|Line { line }| line);
    match connection {
        AnyConnection::Postgres(_) => lines.collect(),
        AnyConnection::Sqlite(_) => lines.map(|line| tokens(&line).join(" ")).collect(),
    }
}

/// Says which objects differ.
pub fn assert_same(found: &BTreeSet<String>, wanted: &BTreeSet<String>, moment: &str) {
    let list = |all: &BTreeSet<String>, but: &BTreeSet<String>| -> String {
        all.difference(but).map(|line| format!("\n  {line}")).collect()
    };
    let (extra, missing) = (list(found, wanted), list(wanted, found));
    assert!(found == wanted, "{moment}:\nnot wanted: {extra}\nmissing: {missing}");
}

/// SQLite keeps the statements that made each object, with what ALTER TABLE did to them. Automatic indexes have no statement, and
/// follow from their table's.
const SQLITE: &str = r"
    SELECT sql AS line FROM sqlite_schema
    WHERE sql IS NOT NULL AND name NOT LIKE '\_\_diesel%' ESCAPE '\' AND name NOT LIKE 'sqlite\_%' ESCAPE '\'
";

/// The words and signs of an SQL statement: without white space and comments, names without quotes and in lower case.
fn tokens(sql: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut rest = sql.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = match first {
            _ if rest.starts_with("--") => rest.find('\n').unwrap_or(rest.len()),
            _ if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |end| end + 2),
            '\'' | '"' | '`' => quoted(rest, first),
            '[' => rest.find(']').map_or(rest.len(), |end| end + 1),
            _ if is_of_a_word(first) => rest.find(|it| !is_of_a_word(it)).unwrap_or(rest.len()),
            _ => first.len_utf8(),
        };
        let (token, after) = rest.split_at(length);
        match first {
            _ if token.starts_with("--") || token.starts_with("/*") => {}
            '"' | '`' | '[' => tokens.push(token[1..token.len() - 1].to_lowercase()),
            '\'' => tokens.push(token.to_owned()),
            _ => tokens.push(token.to_lowercase()),
        }
        rest = after.trim_start();
    }
    tokens
}

fn is_of_a_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// The length of what is in quotes at the beginning, the quotes included; a doubled quote does not end it.
fn quoted(text: &str, quote: char) -> usize {
    let mut from = 1;
    while let Some(end) = text[from..].find(quote) {
        from += end + 1;
        if !text[from..].starts_with(quote) {
            return from;
        }
        from += 1;
    }
    text.len()
}

/// PostgreSQL's catalogue, every object as the server itself writes it. Of a column, its place counts among those that are left, as
/// dropped columns keep their numbers. What a session made for itself in `pg_temp` is not of the schema.
const POSTGRES: &str = r"
    WITH space AS (
        SELECT oid, nspname FROM pg_namespace
        WHERE nspname <> 'information_schema' AND nspname NOT LIKE 'pg\_%'
    ), relation AS (
        SELECT pg_class.*, nspname || '.' || relname AS name FROM pg_class JOIN space ON space.oid = relnamespace
        WHERE relname NOT LIKE '\_\_diesel%'
    )
    SELECT concat_ws(' ', 'schema', nspname) AS line FROM space
    UNION ALL
    SELECT concat_ws(' ', 'relation', name, relkind, relpersistence, relrowsecurity, reloptions) FROM relation
    UNION ALL
    SELECT concat_ws(' ', 'column', name, row_number() OVER (PARTITION BY attrelid ORDER BY attnum), attname,
        format_type(atttypid, atttypmod), CASE WHEN attnotnull THEN 'NOT NULL' END,
        'COLLATE ' || nullif(attcollation, 0)::regcollation, attgenerated, attidentity,
        'DEFAULT ' || pg_get_expr(adbin, adrelid))
    FROM relation JOIN pg_attribute ON attrelid = relation.oid AND attnum > 0 AND NOT attisdropped
        LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
    WHERE relkind NOT IN ('i', 'I', 'S')
    UNION ALL
    SELECT concat_ws(' ', 'constraint', name, conname, pg_get_constraintdef(pg_constraint.oid))
    FROM relation JOIN pg_constraint ON conrelid = relation.oid
    UNION ALL
    SELECT concat_ws(' ', 'index', pg_get_indexdef(relation.oid), CASE WHEN NOT indisvalid THEN 'INVALID' END)
    FROM relation JOIN pg_index ON indexrelid = relation.oid
    UNION ALL
    SELECT concat_ws(' ', 'trigger', pg_get_triggerdef(pg_trigger.oid), tgenabled)
    FROM relation JOIN pg_trigger ON tgrelid = relation.oid WHERE NOT tgisinternal
    UNION ALL
    SELECT concat_ws(' ', 'view', name, pg_get_viewdef(oid)) FROM relation WHERE relkind IN ('v', 'm')
    UNION ALL
    SELECT concat_ws(' ', 'sequence', name, seqtypid::regtype, seqstart, seqincrement, seqmin, seqmax, seqcycle)
    FROM relation JOIN pg_sequence ON seqrelid = relation.oid
    UNION ALL
    SELECT concat_ws(' ', 'function', CASE prokind
        WHEN 'a' THEN pg_proc.oid::regprocedure::text ELSE pg_get_functiondef(pg_proc.oid) END)
    FROM space JOIN pg_proc ON pronamespace = space.oid
    UNION ALL
    SELECT concat_ws(' ', 'statistics', pg_get_statisticsobjdef(pg_statistic_ext.oid))
    FROM space JOIN pg_statistic_ext ON stxnamespace = space.oid
    UNION ALL
    SELECT concat_ws(' ', 'type', nspname, typname, typtype, typbasetype::regtype,
        (SELECT string_agg(enumlabel, ', ' ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = pg_type.oid))
    FROM space JOIN pg_type ON typnamespace = space.oid WHERE typtype IN ('d', 'e', 'r')
    UNION ALL
    SELECT concat_ws(' ', 'domain constraint', contypid::regtype, conname, pg_get_constraintdef(pg_constraint.oid))
    FROM space JOIN pg_constraint ON connamespace = space.oid WHERE contypid <> 0
";

/// What is noise in a statement, and what is not.
#[test]
fn statements_are_the_same_but_for_white_space_quotes_and_case() {
    let same = |one: &str, other: &str| tokens(one) == tokens(other);
    let plain = "CREATE TABLE visits (late INTEGER NOT NULL DEFAULT 'a  ''b', CHECK (late >= 0))";
    assert!(same(
        plain,
        "create table \"visits\"(\n late integer not null default 'a  ''b' -- why\n,check(late>=0) )"
    ));
    assert!(same(
        plain,
        "CREATE TABLE [visits] (`late` INTEGER NOT NULL DEFAULT 'a  ''b' /* why */, CHECK (late >= 0))"
    ));
    for other in ["'a ''b'", "'A  ''b'", "'a  ''b', at TEXT", "'a  ''b' UNIQUE"] {
        assert!(!same(plain, &plain.replace("'a  ''b'", other)), "{other}");
    }
    assert!(!same(plain, &plain.replace(" NOT NULL", "")));
    assert!(!same(plain, &plain.replace(">= 0", "> 0")));
}
