//! Which rows of a list a caller sees: the same records that the caller may read one by one.

use uuid::Uuid;

use crate::{
    access::{
        caller::{Caller, Who},
        operation::Resource,
        port::{District, Port},
        relation::Relation,
    },
    base::id::OrganizationId,
};

/// The rows of a list that a caller sees: the part by which the list is narrowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListScope {
    /// Every record, but for drafts that are their applicant's alone.
    All,
    /// The records of a district.
    District(District),
    /// The organisations that are active. The caller's own is one of them: otherwise the caller may list nothing.
    Active,
    /// The records of the caller's organisation.
    Own(OrganizationId),
    /// The records of the caller's organisation, and those that count as the association's own.
    OwnOfAssociation(OrganizationId),
    /// The records that name the organisation as contractor.
    Contractor(OrganizationId),
    /// The records that name the organisation as supervisor.
    Supervisor(OrganizationId),
    /// The records that name the organisation as owner.
    Owner(OrganizationId),
    /// The records that name the organisation as insurer.
    Insurer(OrganizationId),
    /// The records that name the organisation as provider.
    Provider(OrganizationId),
    /// The records below visits in whose group the expert is.
    Expert(Uuid),
    /// What the user applied for.
    Applicant(Uuid),
    /// No record.
    Nothing,
}

impl ListScope {
    /// Whether the list shows what a provider drafts before the provider submits it.
    #[must_use]
    pub const fn sees_drafts_of_provider(self) -> bool {
        matches!(self, Self::All | Self::District(_) | Self::Provider(_))
    }

    /// Whether the list shows applications for the library that were never submitted.
    #[must_use]
    pub const fn sees_drafts_of_applicant(self) -> bool {
        matches!(self, Self::Applicant(_))
    }

    /// Whether the list shows what an insurer drafts before the insurer submits it.
    #[must_use]
    pub const fn sees_drafts_of_insurer(self) -> bool {
        matches!(self, Self::All | Self::District(_) | Self::Insurer(_))
    }

    /// The organisation or the expert by whose part a list of projects is narrowed.
    #[must_use]
    pub fn party(self) -> Option<Uuid> {
        match self {
            Self::Contractor(id)
            | Self::Supervisor(id)
            | Self::Owner(id)
            | Self::Insurer(id)
            | Self::Provider(id)
            | Self::Own(id)
            | Self::OwnOfAssociation(id) => Some(id.uuid()),
            Self::Expert(id) | Self::Applicant(id) => Some(id),
            Self::All | Self::District(_) | Self::Active | Self::Nothing => None,
        }
    }
}

/// The rows of the list of this resource that the caller sees. Follows from who may read one such record: see
/// [`Resource::view`]. Whether the caller may list at all is decided before.
#[must_use]
pub fn list_scope(caller: &Caller, resource: Resource) -> ListScope {
    let Some(view) = resource.view() else { return ListScope::Nothing };
    let reads = |relation| view.grant().relations.contains(&relation);
    let organization = caller.organization_id;
    match caller.port {
        _ if reads(Relation::Anyone) => ListScope::All,
        Some(Port::Association | Port::Regulator) if reads(Relation::SignedIn) => ListScope::All,
        _ if reads(Relation::SignedIn) => ListScope::Active,
        Some(Port::Association) if reads(Relation::Association) => ListScope::All,
        Some(Port::Association) if reads(Relation::Own) => {
            organization.map_or(ListScope::Nothing, ListScope::OwnOfAssociation)
        }
        Some(Port::Regulator) if reads(Relation::Regulator) => match caller.district {
            Some(district) if resource.has_district() => ListScope::District(district),
            _ => ListScope::All,
        },
        _ => list_scope_of_party(caller, resource, &reads),
    }
}

fn list_scope_of_party(caller: &Caller, resource: Resource, reads: &impl Fn(Relation) -> bool) -> ListScope {
    if let Some(expert) = caller.expert_id.filter(|_| reads(Relation::Member)) {
        return ListScope::Expert(expert);
    }
    let Some(organization) = caller.organization_id else {
        return match caller.who {
            Who::User(user) if reads(Relation::Applicant) => ListScope::Applicant(user),
            _ => ListScope::Nothing,
        };
    };
    match caller.port {
        _ if reads(Relation::Own) => ListScope::Own(organization),
        Some(Port::Contractor) if reads(Relation::Contractor) => ListScope::Contractor(organization),
        Some(Port::Supervisor) if reads(Relation::Supervisor) => ListScope::Supervisor(organization),
        Some(Port::Owner) if reads(Relation::Owner) => ListScope::Owner(organization),
        Some(Port::Insurer) if reads(Relation::Insurer) => ListScope::Insurer(organization),
        // Every provider may ask every expert of the library.
        Some(Port::Provider) if resource == Resource::Expert => ListScope::All,
        Some(Port::Provider) if reads(Relation::Provider) => ListScope::Provider(organization),
        _ => ListScope::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{access::Role, fixtures::id};

    fn of(port: Port) -> Caller {
        let who = Who::User(Uuid::from_u128(9));
        Caller { who, organization_id: Some(id(1)), port: Some(port), role: Role::Admin, ..Caller::NOBODY }
    }

    #[test]
    fn a11_3_a_party_sees_its_own_records_and_a_supervisor_no_money() {
        let its = |port, resource| list_scope(&of(port), resource);
        assert_eq!(its(Port::Contractor, Resource::Policy), ListScope::Contractor(id(1)));
        assert_eq!(its(Port::Supervisor, Resource::Policy), ListScope::Nothing);
        assert_eq!(its(Port::Supervisor, Resource::Visit), ListScope::Supervisor(id(1)));
        assert_eq!(its(Port::Provider, Resource::Policy), ListScope::Nothing);
        assert_eq!(its(Port::Provider, Resource::Expert), ListScope::All);
        assert_eq!(its(Port::Association, Resource::Commission), ListScope::All);
        assert_eq!(its(Port::Association, Resource::User), ListScope::OwnOfAssociation(id(1)));
        assert_eq!(its(Port::Insurer, Resource::RecusalRequest), ListScope::Own(id(1)));
        assert_eq!(its(Port::Owner, Resource::Organization), ListScope::Active);
        assert_eq!(list_scope(&Caller::NOBODY, Resource::PublicNotice), ListScope::All);
        assert_eq!(list_scope(&Caller::NOBODY, Resource::Project), ListScope::Nothing);
    }

    #[test]
    fn drafts_are_listed_to_who_drafts_them_and_to_the_authorities() {
        let draft_scopes = |drafts: fn(ListScope) -> bool| {
            [
                ListScope::All,
                ListScope::District(District::Siming),
                ListScope::Insurer(id(1)),
                ListScope::Provider(id(1)),
                ListScope::Contractor(id(1)),
                ListScope::Supervisor(id(1)),
                ListScope::Owner(id(1)),
                ListScope::Applicant(Uuid::from_u128(9)),
                ListScope::Nothing,
            ]
            .map(drafts)
        };
        let (yes, no) = (true, false);
        let insurer = draft_scopes(ListScope::sees_drafts_of_insurer);
        assert_eq!(insurer, [yes, yes, yes, no, no, no, no, no, no]);
        let provider = draft_scopes(ListScope::sees_drafts_of_provider);
        assert_eq!(provider, [yes, yes, no, yes, no, no, no, no, no]);
        let applicant = draft_scopes(ListScope::sees_drafts_of_applicant);
        assert_eq!(applicant, [no, no, no, no, no, no, no, yes, no]);
    }

    #[test]
    fn a_regulator_sees_its_district_where_records_have_one() {
        let district = Some(District::Siming);
        let regulator = Caller { district, ..of(Port::Regulator) };
        assert_eq!(list_scope(&regulator, Resource::Visit), ListScope::District(District::Siming));
        assert_eq!(list_scope(&regulator, Resource::ExpertApplication), ListScope::All);
        assert_eq!(list_scope(&of(Port::Regulator), Resource::Visit), ListScope::All);
    }

    #[test]
    fn an_expert_sees_the_groups_they_are_in_and_an_applicant_what_they_applied_for() {
        let person = Caller { organization_id: None, ..of(Port::Provider) };
        let expert = Caller { expert_id: Some(Uuid::from_u128(8)), ..person.clone() };
        assert_eq!(list_scope(&expert, Resource::Visit), ListScope::Expert(Uuid::from_u128(8)));
        assert_eq!(list_scope(&expert, Resource::Commission), ListScope::Nothing);
        let applied = ListScope::Applicant(Uuid::from_u128(9));
        assert_eq!(list_scope(&person, Resource::ExpertApplication), applied);
        assert_eq!(list_scope(&expert, Resource::ExpertApplication), applied);
    }
}
