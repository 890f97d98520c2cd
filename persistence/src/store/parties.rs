//! The organisations below a policy, as columns that every such table has; and list scopes as conditions on columns.

use anze_domain::{Id, access::District, service::policy::Parties};
use uuid::Uuid;

use crate::{
    StoreError,
    store::dialect::{Key, Stored},
};

/// Whom or which district a list scope names, as a column holds it.
pub(crate) trait ScopeValue {
    /// The value of the column.
    type Column;

    /// Itself as a value of the column.
    fn column(self) -> Self::Column;
}

impl<T> ScopeValue for Id<T> {
    type Column = Key;

    fn column(self) -> Key {
        self.into()
    }
}

impl ScopeValue for Uuid {
    type Column = Key;

    fn column(self) -> Key {
        Key(self)
    }
}

impl ScopeValue for District {
    type Column = Stored<Self>;

    fn column(self) -> Stored<Self> {
        Stored(self)
    }
}

/// Narrows a boxed query to a list scope, by the column that names the party or the district of each kind of scope. A scope that
/// the table has no column for holds no record. Without columns named, the table has those of the parties; it names no members, so
/// that a list that experts read narrows itself for them.
macro_rules! in_scope {
    ($query:expr, $table:ident, $scope:expr) => {
        $crate::store::parties::in_scope!($query, $table, $scope;
            District = district, Contractor = contractor_id, Supervisor = supervisor_id, Owner = owner_id,
            Insurer = insurer_id, Provider = provider_id)
    };
    ($query:expr, $table:ident, $scope:expr; $($variant:ident = $column:ident),*) => {
        match $scope {
            anze_domain::access::ListScope::All => $query,
            $(anze_domain::access::ListScope::$variant(named) => {
                $query.filter($table::$column.eq($crate::store::parties::ScopeValue::column(named)))
            })*
            _ => $query.filter($table::version.lt(0)),
        }
    };
}
pub(crate) use in_scope;

/// As [`in_scope`], of a query that is narrowed to one project, policy or commission already. Expressions stand in place of the
/// columns, so that SQLite, which keeps no statistics, does not read all records of an insurer to find those of a project.
macro_rules! in_scope_below {
    ($query:expr, $table:ident, $scope:expr) => {
        $crate::store::parties::in_scope_below!($query, $table, $scope;
            Contractor = contractor_id, Supervisor = supervisor_id, Owner = owner_id, Insurer = insurer_id,
            Provider = provider_id)
    };
    ($query:expr, $table:ident, $scope:expr; $($variant:ident = $column:ident),*) => {
        match $scope {
            anze_domain::access::ListScope::All => $query,
            anze_domain::access::ListScope::District(district) => $query.filter(
                diesel::dsl::sql::<diesel::sql_types::Text>($crate::store::parties::in_scope_below!(@ $table district))
                    .eq($crate::store::dialect::Stored(district)),
            ),
            $(anze_domain::access::ListScope::$variant(named) => $query.filter(
                diesel::dsl::sql::<$crate::store::dialect::Guid>(
                    $crate::store::parties::in_scope_below!(@ $table $column),
                )
                .eq($crate::store::dialect::Key::from(named)),
            ),)*
            _ => $query.filter($table::version.lt(0)),
        }
    };
    (@ $table:ident $column:ident) => {
        concat!(
            "coalesce(", stringify!($table), ".", stringify!($column), ", ",
            stringify!($table), ".", stringify!($column), ")"
        )
    };
}
pub(crate) use in_scope_below;

/// The provider of a record below a commission, which always has one.
pub(crate) fn provider_of(parties: &Parties) -> Result<Key, StoreError> {
    let provider = parties.provider_id.map(Key::from);
    provider.ok_or_else(|| StoreError::Internal("a record below a commission has no provider".to_owned()))
}

/// Reads the parties' columns of a row that has a provider.
macro_rules! parties_of {
    ($row:ident) => {
        anze_domain::service::policy::Parties {
            insurer_id: $row.insurer_id.into(),
            provider_id: Some($row.provider_id.into()),
            contractor_id: $row.contractor_id.into(),
            supervisor_id: $row.supervisor_id.map(anze_domain::Id::from),
            owner_id: $row.owner_id.map(anze_domain::Id::from),
            district: $row.district.0,
        }
    };
}
pub(crate) use parties_of;

/// Narrows a boxed query, already narrowed to a party, to one state. How states are spread differs from party to party, so
/// that PostgreSQL must plan it for these values: the text of a `sql` fragment is not kept prepared.
macro_rules! in_state {
    ($query:expr, $status:expr, $wanted:expr) => {
        $query
            .filter($status.eq($crate::store::dialect::Stored($wanted)))
            .filter(diesel::dsl::sql::<diesel::sql_types::Bool>("TRUE"))
    };
}
pub(crate) use in_state;
