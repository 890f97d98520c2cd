//! The search index: the names and numbers of records, with the keys by which they are found. Works alike on both databases, without
//! an extension of either.
//!
//! A search looks for a rare key first. Where few records have it, they are the candidates, and are compared one by one. Where
//! every key is frequent, so are the records that match: the list is read in its own order, and each row is compared.

use anze_domain::{
    RecordKind, Vocabulary,
    base::{
        key::comparison_key,
        search::{SearchText, name_keys},
    },
};
use diesel::{
    prelude::*,
    sql_types::{BigInt, Integer, Text},
};
use uuid::Uuid;

use crate::{
    Reader, StoreError, Writer,
    store::{
        dialect::{Guid, Key, MultiBackend, insert_new},
        schema::{search_keys, search_names},
    },
};

/// Up to so many records with the rarest key are compared one by one.
const FEW: usize = 1000;
/// What stands before a number among the keys.
const NUMBER: char = '#';

/// A record as it is searched for.
#[derive(Debug, Clone, Copy)]
pub struct Searchable<'a> {
    /// Kind of the record.
    pub kind: RecordKind,
    /// Id of the record.
    pub id: Uuid,
    /// Its name. Empty where it has none.
    pub name: &'a str,
    /// Its number. Empty where it has none.
    pub number: &'a str,
}

/// Makes new records known to the search.
pub(crate) fn insert(db: &mut Writer<'_>, records: &[Searchable<'_>]) -> Result<(), StoreError> {
    let (mut names, mut keys) = (Vec::new(), Vec::new());
    for record in records {
        let (kind, id, number) = (record.kind.code(), Key(record.id), comparison_key(record.number));
        let own = name_keys(record.name).into_iter().chain(numbered(&number));
        keys.extend(own.map(|key| {
            (search_keys::kind.eq(kind), search_keys::key.eq(key), search_keys::record_id.eq(id))
        }));
        names.push((
            search_names::kind.eq(kind),
            search_names::record_id.eq(id),
            search_names::name.eq(comparison_key(record.name)),
            search_names::number.eq(number),
        ));
    }
    for some in names.chunks(FEW) {
        insert_new!(db, search_names::table, some)?;
    }
    for some in keys.chunks(FEW) {
        insert_new!(db, search_keys::table, some)?;
    }
    Ok(())
}

fn numbered(number: &str) -> Option<String> {
    (!number.is_empty()).then(|| format!("{NUMBER}{number}"))
}

/// Makes another name or number of a record known to the search, where it is another.
pub(crate) fn update(db: &mut Writer<'_>, record: Searchable<'_>) -> Result<(), StoreError> {
    let (kind, id) = (record.kind.code(), Key(record.id));
    let known: Option<(String, String)> = search_names::table
        .find((kind, id))
        .select((search_names::name, search_names::number))
        .first(db.connection())
        .optional()?;
    let wanted = (comparison_key(record.name), comparison_key(record.number));
    if known.as_ref() == Some(&wanted) {
        return Ok(());
    }
    diesel::delete(
        search_keys::table.filter(search_keys::kind.eq(kind)).filter(search_keys::record_id.eq(id)),
    )
    .execute(db.connection())?;
    diesel::delete(search_names::table.find((kind, id))).execute(db.connection())?;
    insert(db, &[record])
}

/// What a search leaves of a kind of records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Found {
    /// These, and no others.
    Few(Vec<Key>),
    /// More than are compared one by one.
    Many,
}

#[derive(QueryableByName)]
struct CountRow {
    #[diesel(sql_type = Integer)]
    place: i32,
    #[diesel(sql_type = BigInt)]
    count: i64,
}

#[derive(QueryableByName)]
struct IdRow {
    #[diesel(sql_type = Guid)]
    record_id: Key,
}

/// Which records of a kind are found.
pub(crate) fn find(db: &mut Reader<'_>, kind: RecordKind, text: &SearchText) -> Result<Found, StoreError> {
    let (kind, limit) = (kind.code(), FEW + 1);
    let begin = format!("{NUMBER}{}", text.as_str());
    let end = format!("{begin}{}", char::MAX);
    let keys: Vec<String> = text.keys().into_iter().collect();
    // How many records each key has, as far as it matters; the number is the first.
    let counted = (0..=keys.len()).map(|place| {
        let condition = match place {
            0 => "key >= $1 AND key < $2".to_owned(),
            _ => format!("key = ${}", place + 2),
        };
        format!(
            "SELECT {place} AS place, (SELECT count(*) FROM (SELECT 1 FROM search_keys \
             WHERE kind = '{kind}' AND {condition} LIMIT {limit}) AS counted) AS count"
        )
    });
    let counted = counted.collect::<Vec<_>>().join(" UNION ALL ");
    let mut query = diesel::sql_query(counted).into_boxed::<MultiBackend>();
    query = query.bind::<Text, _>(begin.clone()).bind::<Text, _>(end.clone());
    for key in &keys {
        query = query.bind::<Text, _>(key.clone());
    }
    let counts: Vec<CountRow> = query.load(db.connection())?;
    let is_few = |count: i64| usize::try_from(count).is_ok_and(|count| count <= FEW);
    let rarest = counts.iter().filter(|row| row.place > 0).min_by_key(|row| row.count);
    let of_numbers = counts.iter().find(|row| row.place == 0).map_or(0, |row| row.count);
    let rare = rarest.filter(|row| is_few(row.count) && is_few(of_numbers));
    let key = rare.and_then(|row| usize::try_from(row.place - 1).ok()).and_then(|place| keys.get(place));
    let Some(key) = key else { return Ok(Found::Many) };
    let rows: Vec<IdRow> = diesel::sql_query(format!(
        "SELECT n.record_id FROM search_names n WHERE n.kind = '{kind}' AND n.record_id IN (\
         SELECT record_id FROM search_keys WHERE kind = '{kind}' AND key >= $1 AND key < $2 UNION ALL \
         SELECT record_id FROM search_keys WHERE kind = '{kind}' AND key = $3) AND {MATCHES_4}"
    ))
    .bind::<Text, _>(begin)
    .bind::<Text, _>(end)
    .bind::<Text, _>(key)
    .bind::<Text, _>(text.as_str())
    .load(db.connection())?;
    Ok(Found::Few(rows.into_iter().map(|row| row.record_id).collect()))
}

/// Whether the row `n` of `search_names` matches the fourth value: the text stands in the name, or the number begins with it.
const MATCHES_4: &str = "(replace(n.name, $4, '') <> n.name OR substr(n.number, 1, length($4)) = $4)";

/// What a search leaves of a list whose rows belong to a project: their own numbers, and the names and numbers of their projects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FoundBelow {
    /// The rows that are found by their own number.
    pub own: Found,
    /// The projects that are found by their name or number: all their rows are found with them.
    pub projects: Found,
}

/// Which records of a kind are found by their own name or number, or by those of their project.
pub(crate) fn find_below_project(
    db: &mut Reader<'_>,
    kind: RecordKind,
    text: &SearchText,
) -> Result<FoundBelow, StoreError> {
    Ok(FoundBelow { own: find(db, kind, text)?, projects: find(db, RecordKind::Project, text)? })
}

/// A row of a list compared with a text: for lists where more records are found than are compared before.
macro_rules! matches {
    ($kind:expr, $id:literal, $text:expr) => {{
        let text: &anze_domain::base::search::SearchText = $text;
        let bound = || text.as_str().to_owned();
        diesel::dsl::sql::<diesel::sql_types::Bool>(&format!(
            "EXISTS (SELECT 1 FROM search_names n WHERE n.kind = '{}' AND n.record_id = {} AND (replace(n.name, ",
            anze_domain::Vocabulary::code($kind),
            $id
        ))
        .bind::<diesel::sql_types::Text, _>(bound())
        .sql(", '') <> n.name OR substr(n.number, 1, length(")
        .bind::<diesel::sql_types::Text, _>(bound())
        .sql(")) = ")
        .bind::<diesel::sql_types::Text, _>(bound())
        .sql("))")
    }};
}
pub(crate) use matches;

/// Narrows a boxed query to what a search found, by the id of its rows.
macro_rules! in_found {
    ($db:expr, $query:expr, $kind:expr, $id:expr, $name:literal, $text:expr) => {
        match $text {
            None => $query,
            Some(text) => match $crate::store::search::find($db, $kind, text)? {
                $crate::store::search::Found::Few(ids) => $query.filter($id.eq_any(ids)),
                $crate::store::search::Found::Many => {
                    $query.filter($crate::store::search::matches!($kind, $name, text))
                }
            },
        }
    };
}
pub(crate) use in_found;

/// Narrows a boxed query to what a search found, by the id of its rows and by their project.
macro_rules! in_found_below_project {
    ($db:expr, $query:expr, $kind:expr, $table:ident, $name:literal, $text:expr) => {
        match $text {
            None => $query,
            Some(text) => {
                use $crate::store::search::Found;
                let found = $crate::store::search::find_below_project($db, $kind, text)?;
                match (found.own, found.projects) {
                    (Found::Few(ids), Found::Few(projects)) => {
                        $query.filter($table::id.eq_any(ids).or($table::project_id.eq_any(projects)))
                    }
                    _ => {
                        let own = $crate::store::search::matches!($kind, $name, text);
                        let of_project = $crate::store::search::matches!(
                            anze_domain::RecordKind::Project,
                            "project_id",
                            text
                        );
                        $query.filter(own.or(of_project))
                    }
                }
            }
        }
    };
}
pub(crate) use in_found_below_project;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Scratch, both_databases, flow, id};

    /// Where every key is frequent, the rows of the list are compared themselves.
    #[both_databases]
    async fn a_text_of_frequent_keys_is_found_in_the_rows_of_the_list(scratch: Scratch) {
        let found = scratch
            .store
            .write(|db| -> Result<_, StoreError> {
                let project = flow::project(db)?;
                let text = SearchText::new(&project.details.name).ok_or(StoreError::Stale)?;
                let search = |db: &mut Writer<'_>, text: &SearchText| find(db, RecordKind::Project, text);
                assert_eq!(search(db, &text)?, Found::Few(vec![project.id.into()]));
                let others: Vec<Uuid> = (0..=1000).map(|number| id(100_000 + number)).collect();
                let named = |id: &Uuid| Searchable {
                    kind: RecordKind::Project,
                    id: *id,
                    name: &project.details.name,
                    number: "ZZ-1",
                };
                insert(db, &others.iter().map(named).collect::<Vec<_>>())?;
                assert_eq!(search(db, &text)?, Found::Many);
                let number = SearchText::new("zz").ok_or(StoreError::Stale)?;
                assert_eq!(search(db, &number)?, Found::Many);
                let listed = |db: &mut Writer<'_>, text: SearchText| {
                    let filter = crate::service::project::Filter { text: Some(text), ..Default::default() };
                    let all = anze_domain::access::Caller {
                        port: Some(anze_domain::access::Port::Association),
                        ..anze_domain::access::Caller::NOBODY
                    };
                    let page = crate::service::project::list(db, &all, &filter, &flow::first_page(10))?;
                    Ok::<_, StoreError>(page.items.len())
                };
                Ok((listed(db, text)?, listed(db, number)?))
            })
            .await
            .unwrap();
        assert_eq!(found, (1, 0), "no others are in the table of projects");
    }
}
