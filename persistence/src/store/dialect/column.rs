//! The types of columns that hide what the two databases store differently.

use std::fmt;

use anze_domain::{Id, Money, Vocabulary};
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::{
    backend::Backend,
    deserialize::{self, FromSql, FromSqlRow},
    expression::AsExpression,
    pg::Pg,
    serialize::{self, IsNull, Output, ToSql},
    sql_types::{BigInt, HasSqlType, Text, Timestamp},
    sqlite::Sqlite,
};
use uuid::Uuid;

use super::MultiBackend;

/// SQL type of identifiers: `uuid` on PostgreSQL, a blob of 16 bytes on SQLite.
#[derive(Debug, Clone, Copy, Default, diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
#[diesel(postgres_type(oid = 2950, array_oid = 2951))]
#[diesel(sqlite_type(name = "Binary"))]
pub struct Guid;

impl HasSqlType<Guid> for MultiBackend {
    fn metadata(lookup: &mut Self::MetadataLookup) -> Self::TypeMetadata {
        Self::lookup_sql_type::<Guid>(lookup)
    }
}

/// An identifier in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, FromSqlRow, AsExpression)]
#[diesel(sql_type = Guid)]
pub struct Key(pub Uuid);

impl<T> From<Id<T>> for Key {
    fn from(id: Id<T>) -> Self {
        Self(id.uuid())
    }
}
impl<T> From<Key> for Id<T> {
    fn from(key: Key) -> Self {
        Self::new(key.0)
    }
}
impl From<Uuid> for Key {
    fn from(id: Uuid) -> Self {
        Self(id)
    }
}
impl ToSql<Guid, Pg> for Key {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        use std::io::Write;
        out.write_all(self.0.as_bytes())?;
        Ok(IsNull::No)
    }
}
impl ToSql<Guid, Sqlite> for Key {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.0.as_bytes().as_slice());
        Ok(IsNull::No)
    }
}
impl ToSql<Guid, MultiBackend> for Key {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, MultiBackend>) -> serialize::Result {
        out.set_value((Guid, self));
        Ok(IsNull::No)
    }
}
impl FromSql<Guid, Pg> for Key {
    fn from_sql(bytes: <Pg as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(Uuid::from_slice(bytes.as_bytes())?))
    }
}
impl FromSql<Guid, Sqlite> for Key {
    fn from_sql(bytes: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        let bytes = <Vec<u8> as FromSql<diesel::sql_types::Binary, Sqlite>>::from_sql(bytes)?;
        Ok(Self(Uuid::from_slice(&bytes)?))
    }
}
impl FromSql<Guid, MultiBackend> for Key {
    fn from_sql(bytes: <MultiBackend as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        bytes.from_sql::<Self, Guid>()
    }
}

/// A term of a [`Vocabulary`] in a row, as its code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, FromSqlRow, AsExpression)]
#[diesel(sql_type = Text)]
pub struct Stored<T: Vocabulary>(pub T);

impl<T: Vocabulary> From<T> for Stored<T> {
    fn from(term: T) -> Self {
        Self(term)
    }
}
impl<T: Vocabulary + fmt::Debug, DB: Backend> ToSql<Text, DB> for Stored<T>
where
    str: ToSql<Text, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.0.code().to_sql(out)
    }
}
impl<T: Vocabulary, DB: Backend> FromSql<Text, DB> for Stored<T>
where
    String: FromSql<Text, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        let code = String::from_sql(bytes)?;
        T::from_code(&code).map(Self).ok_or_else(|| format!("`{code}` is no {}", T::NAME).into())
    }
}

/// An instant in a row: UTC, to the microsecond.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, FromSqlRow, AsExpression)]
#[diesel(sql_type = Timestamp)]
pub struct Instant(NaiveDateTime);

impl From<DateTime<Utc>> for Instant {
    fn from(at: DateTime<Utc>) -> Self {
        Self(at.naive_utc())
    }
}
impl From<Instant> for DateTime<Utc> {
    fn from(at: Instant) -> Self {
        at.0.and_utc()
    }
}
impl<DB: Backend> ToSql<Timestamp, DB> for Instant
where
    NaiveDateTime: ToSql<Timestamp, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.0.to_sql(out)
    }
}
impl<DB: Backend> FromSql<Timestamp, DB> for Instant
where
    NaiveDateTime: FromSql<Timestamp, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        NaiveDateTime::from_sql(bytes).map(Self)
    }
}

/// An amount of money in a row, as whole fen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, FromSqlRow, AsExpression)]
#[diesel(sql_type = BigInt)]
pub struct Fen(i64);

impl From<Money> for Fen {
    fn from(money: Money) -> Self {
        Self(money.fen())
    }
}
impl From<Fen> for Money {
    /// The column's check constraint keeps it in range; what is not reads as nothing.
    fn from(fen: Fen) -> Self {
        Self::from_fen(fen.0).unwrap_or_default()
    }
}
impl<DB: Backend> ToSql<BigInt, DB> for Fen
where
    i64: ToSql<BigInt, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.0.to_sql(out)
    }
}
impl<DB: Backend> FromSql<BigInt, DB> for Fen
where
    i64: FromSql<BigInt, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        let fen = i64::from_sql(bytes)?;
        Money::from_fen(fen).map(Self::from).map_err(|violation| violation.to_string().into())
    }
}
