//! The organisations below a policy, as columns that every such table has.

use anze_domain::service::policy::Parties;

use crate::{StoreError, store::dialect::Key};

/// Narrows a boxed query on a table with the parties' columns to a list scope. The table names no members: a list that experts
/// read narrows itself for them.
macro_rules! in_scope {
    ($query:expr, $table:ident, $scope:expr) => {{
        use anze_domain::access::ListScope;
        use $crate::store::dialect::{Key, Stored};
        match $scope {
            ListScope::All => $query,
            ListScope::District(district) => $query.filter($table::district.eq(Stored(district))),
            ListScope::Contractor(id) => $query.filter($table::contractor_id.eq(Key::from(id))),
            ListScope::Supervisor(id) => $query.filter($table::supervisor_id.eq(Key::from(id))),
            ListScope::Owner(id) => $query.filter($table::owner_id.eq(Key::from(id))),
            ListScope::Insurer(id) => $query.filter($table::insurer_id.eq(Key::from(id))),
            ListScope::Provider(id) => $query.filter($table::provider_id.eq(Key::from(id))),
            ListScope::Expert(_)
            | ListScope::Active(_)
            | ListScope::Own(_)
            | ListScope::OwnOfAssociation(_)
            | ListScope::Applicant(_)
            | ListScope::Nothing => $query.filter($table::version.lt(0)),
        }
    }};
}
pub(crate) use in_scope;

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
