//! The organisations below a policy, as columns that every such table has.

use anze_domain::{
    access::{Caller, District, Port},
    base::id::OrganizationId,
    service::policy::Parties,
};
use uuid::Uuid;

use crate::{StoreError, store::dialect::Key};

/// What of a list below a policy the caller may see: by which column it is narrowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sight {
    /// Everything.
    All,
    /// What lies in a district.
    District(District),
    /// What names the organisation as contractor.
    Contractor(OrganizationId),
    /// As supervisor.
    Supervisor(OrganizationId),
    /// As owner.
    Owner(OrganizationId),
    /// As insurer.
    Insurer(OrganizationId),
    /// As provider.
    Provider(OrganizationId),
    /// What the expert is in the group of.
    Expert(Uuid),
    /// Nothing.
    Nothing,
}

impl Sight {
    /// What the caller sees.
    #[must_use]
    pub fn of(caller: &Caller) -> Self {
        if let Some(expert) = caller.expert_id {
            return Self::Expert(expert);
        }
        let Some(organization) = caller.organization_id else { return Self::Nothing };
        match caller.port {
            Some(Port::Association) => Self::All,
            Some(Port::Regulator) => caller.district.map_or(Self::All, Self::District),
            Some(Port::Contractor) => Self::Contractor(organization),
            Some(Port::Supervisor) => Self::Supervisor(organization),
            Some(Port::Owner) => Self::Owner(organization),
            Some(Port::Insurer) => Self::Insurer(organization),
            Some(Port::Provider) => Self::Provider(organization),
            None => Self::Nothing,
        }
    }

    /// Whether what a provider drafts is seen before it is submitted.
    #[must_use]
    pub const fn sees_drafts_of_provider(self) -> bool {
        matches!(self, Self::All | Self::District(_) | Self::Provider(_))
    }
}

/// Narrows a boxed query on a table with the parties' columns to what the caller sees. The table has no
/// members of its own: an expert sees what `$visits` leaves, a filter by the visits of their groups.
macro_rules! in_sight {
    ($query:expr, $table:ident, $sight:expr, |$expert:ident| $visits:expr) => {
        match $sight {
            $crate::store::parties::Sight::All => $query,
            $crate::store::parties::Sight::District(district) => {
                $query.filter($table::district.eq($crate::store::dialect::Stored(district)))
            }
            $crate::store::parties::Sight::Contractor(id) => {
                $query.filter($table::contractor_id.eq($crate::store::dialect::Key::from(id)))
            }
            $crate::store::parties::Sight::Supervisor(id) => {
                $query.filter($table::supervisor_id.eq($crate::store::dialect::Key::from(id)))
            }
            $crate::store::parties::Sight::Owner(id) => {
                $query.filter($table::owner_id.eq($crate::store::dialect::Key::from(id)))
            }
            $crate::store::parties::Sight::Insurer(id) => {
                $query.filter($table::insurer_id.eq($crate::store::dialect::Key::from(id)))
            }
            $crate::store::parties::Sight::Provider(id) => {
                $query.filter($table::provider_id.eq($crate::store::dialect::Key::from(id)))
            }
            $crate::store::parties::Sight::Expert($expert) => $query.filter($visits),
            $crate::store::parties::Sight::Nothing => $query.filter($table::version.lt(0)),
        }
    };
}
pub(crate) use in_sight;

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
