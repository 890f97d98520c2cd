//! Statements that are kept prepared, run together, or insert many rows: said once for both databases.

use std::cell::OnceCell;

use diesel::{
    backend::Backend,
    internal::derives::multiconnection::AstPassHelper,
    pg::Pg,
    prelude::*,
    query_builder::{AstPass, QueryBuilder, QueryFragment, QueryId},
};

/// A statement whose text is the same whatever its values are: it is kept prepared on its connection.
///
/// Diesel keeps queries prepared by itself, but no `INSERT`, `UPDATE` or hand-written SQL, because their text may
/// depend on the values. A text that did would only be kept once for each of its forms.
#[derive(Debug)]
pub(crate) struct Fixed<Q> {
    statement: Q,
    /// Its text, which Diesel asks for more than once.
    text: OnceCell<String>,
}

impl<Q> Fixed<Q> {
    pub(crate) const fn new(statement: Q) -> Self {
        Self { statement, text: OnceCell::new() }
    }
}

impl<Q> QueryId for Fixed<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}
impl<Q, DB> QueryFragment<DB> for Fixed<Q>
where
    Q: QueryFragment<DB>,
    DB: Backend + Default,
    DB::QueryBuilder: Default,
{
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        if pass.bind_collector().is_some() || pass.debug_binds().is_some() {
            return self.statement.walk_ast(pass);
        }
        // The text as a whole, so that its parts do not say that they may vary.
        if let Some(text) = self.text.get() {
            pass.push_sql(text);
            return Ok(());
        }
        let mut text = DB::QueryBuilder::default();
        self.statement.to_sql(&mut text, &DB::default())?;
        pass.push_sql(self.text.get_or_init(|| text.finish()));
        Ok(())
    }
}
impl<Q, C> RunQueryDsl<C> for Fixed<Q> {}

/// A statement that PostgreSQL runs as a part of the one after it, for a single way to the server. Neither sees what the
/// other does; how many rows were changed says the last.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Together<A, B>(pub(crate) A, pub(crate) B);

/// As [`Together`], two before the last.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AllTogether<A, B, C>(pub(crate) A, pub(crate) B, pub(crate) C);

impl<A: QueryFragment<Pg>, B: QueryFragment<Pg>> QueryFragment<Pg> for Together<A, B> {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        pass.push_sql("WITH first AS (");
        self.0.walk_ast(pass.reborrow())?;
        pass.push_sql(") ");
        self.1.walk_ast(pass)
    }
}
impl<A: QueryFragment<Pg>, B: QueryFragment<Pg>, C: QueryFragment<Pg>> QueryFragment<Pg>
    for AllTogether<A, B, C>
{
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        pass.push_sql("WITH first AS (");
        self.0.walk_ast(pass.reborrow())?;
        pass.push_sql("), second AS (");
        self.1.walk_ast(pass.reborrow())?;
        pass.push_sql(") ");
        self.2.walk_ast(pass)
    }
}

/// Statements that PostgreSQL runs as one, without a transaction around them: where the first or the second changes no row, it
/// fails, and nothing is changed. The first takes its lock before the second does.
pub(crate) struct AllOrNothing<'a> {
    pub(crate) first: &'a dyn QueryFragment<Pg>,
    pub(crate) second: &'a dyn QueryFragment<Pg>,
    pub(crate) others: Vec<&'a dyn QueryFragment<Pg>>,
}

impl QueryFragment<Pg> for AllOrNothing<'_> {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        pass.push_sql("WITH first AS (");
        self.first.walk_ast(pass.reborrow())?;
        pass.push_sql(" RETURNING 1), second AS (");
        self.second.walk_ast(pass.reborrow())?;
        pass.push_sql(" RETURNING 1)");
        for (index, other) in self.others.iter().enumerate() {
            pass.push_sql(&format!(", other{index} AS ("));
            other.walk_ast(pass.reborrow())?;
            pass.push_sql(")");
        }
        // Divides by zero where one of the two found no row, which undoes the whole. CASE keeps their order.
        pass.push_sql(
            " SELECT 1 / CASE WHEN (SELECT count(*) FROM first) = 1 THEN (SELECT count(*) FROM second) ELSE 0 END",
        );
        Ok(())
    }
}

/// Runs two or three statements, on PostgreSQL [`Together`]; says how many rows the last changed.
macro_rules! run_together {
    ($db:expr, [$first:expr, $second:expr]) => {
        match $db.connection() {
            $crate::store::dialect::AnyConnection::Postgres(connection) => {
                $crate::store::dialect::Fixed::new($crate::store::dialect::Together($first, $second))
                    .execute(connection)
            }
            $crate::store::dialect::AnyConnection::Sqlite(connection) => {
                $crate::store::dialect::Fixed::new($first)
                    .execute(connection)
                    .and_then(|_| $crate::store::dialect::Fixed::new($second).execute(connection))
            }
        }
    };
    ($db:expr, [$first:expr, $second:expr, $third:expr]) => {
        match $db.connection() {
            $crate::store::dialect::AnyConnection::Postgres(connection) => {
                $crate::store::dialect::Fixed::new($crate::store::dialect::AllTogether(
                    $first, $second, $third,
                ))
                .execute(connection)
            }
            $crate::store::dialect::AnyConnection::Sqlite(connection) => {
                $crate::store::dialect::Fixed::new($first)
                    .execute(connection)
                    .and_then(|_| $crate::store::dialect::Fixed::new($second).execute(connection))
                    .and_then(|_| $crate::store::dialect::Fixed::new($third).execute(connection))
            }
        }
    };
}
pub(crate) use run_together;

/// Runs a [`Fixed`] statement; says how many rows it changed.
macro_rules! run_fixed {
    ($db:expr, $statement:expr) => {
        match $db.connection() {
            $crate::store::dialect::AnyConnection::Postgres(connection) => {
                $crate::store::dialect::Fixed::new($statement).execute(connection)
            }
            $crate::store::dialect::AnyConnection::Sqlite(connection) => {
                $crate::store::dialect::Fixed::new($statement).execute(connection)
            }
        }
    };
}
pub(crate) use run_fixed;

/// Inserts many rows in one statement, which the enum of connections cannot.
macro_rules! insert_all {
    ($db:expr, $table:expr, $rows:expr) => {
        match $db.connection() {
            $crate::store::dialect::AnyConnection::Postgres(connection) => {
                diesel::insert_into($table).values($rows).execute(connection)
            }
            $crate::store::dialect::AnyConnection::Sqlite(connection) => {
                diesel::insert_into($table).values($rows).execute(connection)
            }
        }
    };
}
pub(crate) use insert_all;

/// Inserts those of many rows that are not there yet, in one statement.
macro_rules! insert_new {
    ($db:expr, $table:expr, $rows:expr) => {
        match $db.connection() {
            $crate::store::dialect::AnyConnection::Postgres(connection) => {
                diesel::insert_into($table).values($rows).on_conflict_do_nothing().execute(connection)
            }
            $crate::store::dialect::AnyConnection::Sqlite(connection) => {
                diesel::insert_into($table).values($rows).on_conflict_do_nothing().execute(connection)
            }
        }
    };
}
pub(crate) use insert_new;
