//! JSON documents in columns: what is always read and written whole.
//!
//! A document is stored by a row type of this crate, never by a type of the domain: the domain can change without changing
//! what is stored. Each form in which a document has ever been stored has a golden file, and every form can be read.

#[cfg(test)]
pub(crate) mod tests;

use std::{any::Any, fmt};

use diesel::{
    backend::Backend,
    deserialize::{self, FromSql, FromSqlRow},
    expression::AsExpression,
    pg::Pg,
    serialize::{self, IsNull, Output, ToSql},
    sql_types::Text,
    sqlite::Sqlite,
};
use serde::{Serialize, de::DeserializeOwned};

use super::MultiBackend;

/// The stored form of a domain value. Types get it by [`document_row`] alone, which also writes the test of their golden
/// files.
pub trait DocumentRow:
    fmt::Debug + Serialize + DeserializeOwned + Into<Self::Value> + for<'a> From<&'a Self::Value>
{
    /// The domain value that is stored.
    type Value;
    /// The folder of the golden files below `golden/`.
    const NAME: &'static str;
    /// The number of the form that is written today, from 1. Earlier forms have the lower numbers.
    const FORM: u32;
}

/// Makes a type the stored form of a domain value: `document_row!(name: Row => Value, form 1)`.
///
/// Also writes the test that reads every golden file of `golden/name/` and writes those of the present form back.
macro_rules! document_row {
    ($name:ident: $row:ident => $value:ty, form $form:literal) => {
        impl $crate::store::dialect::DocumentRow for $row {
            type Value = $value;
            const NAME: &'static str = stringify!($name);
            const FORM: u32 = $form;
        }

        #[cfg(test)]
        mod $name {
            #[test]
            fn every_stored_form_is_read_and_the_present_one_is_written_back() {
                $crate::store::dialect::check_golden_files::<super::$row>();
            }
        }
    };
}
pub(crate) use document_row;

/// A row type that wraps a plain list, stored as it is: `plain_document!(name: Row(List), form 1)`.
macro_rules! plain_document {
    ($(#[$doc:meta])* $name:ident: $row:ident($list:ty), form $form:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $row(pub $list);

        impl From<&$list> for $row {
            fn from(list: &$list) -> Self {
                Self(list.clone())
            }
        }
        impl From<$row> for $list {
            fn from(row: $row) -> Self {
                row.0
            }
        }
        $crate::store::dialect::document_row!($name: $row => $list, form $form);
    };
}
pub(crate) use plain_document;

/// A document in a column, as JSON text.
#[derive(Debug, Clone, PartialEq, Eq, FromSqlRow, AsExpression)]
#[diesel(sql_type = Text)]
pub struct Document<T>(pub T)
where
    T: DocumentRow;

impl<T: DocumentRow> Document<T> {
    /// The document that stores this value.
    pub fn of(value: &T::Value) -> Self {
        Self(T::from(value))
    }

    /// The value that is stored.
    pub fn value(self) -> T::Value {
        self.0.into()
    }
}

impl<T: DocumentRow> ToSql<Text, Pg> for Document<T> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        serde_json::to_writer(out, &self.0)?;
        Ok(IsNull::No)
    }
}
impl<T: DocumentRow> ToSql<Text, Sqlite> for Document<T> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(serde_json::to_string(&self.0)?);
        Ok(IsNull::No)
    }
}
impl<T: DocumentRow + Any + Send + Sync> ToSql<Text, MultiBackend> for Document<T> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, MultiBackend>) -> serialize::Result {
        out.set_value((Text, self));
        Ok(IsNull::No)
    }
}
impl<T: DocumentRow, DB: Backend> FromSql<Text, DB> for Document<T>
where
    String: FromSql<Text, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(serde_json::from_str(&String::from_sql(bytes)?)?))
    }
}
