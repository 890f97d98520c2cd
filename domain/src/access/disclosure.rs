//! Which fields of a record a caller sees in full (A11.3).

use crate::access::{
    caller::Caller,
    relation::{Relation, Relations},
};

/// Fields that belong together: whoever sees one of them in full sees all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldGroup {
    /// The mobile number of an organisation's contact.
    OrganizationMobile,
    /// The name of an organisation's contact, and why the organisation is in its state.
    OrganizationContact,
    /// An expert's name, beside those of the experts in a provider's own groups.
    ExpertName,
    /// Which tie of an expert to a party keeps the expert out of a group.
    ExpertTies,
    /// The distance between an expert's base and a site: a few of them say where the base is.
    ExpertDistance,
    /// The name of a person who applies for the library.
    ApplicantName,
    /// Who objects to an application, how the objector is reached, and who decided.
    Objector,
}

/// How much of a field a caller sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disclosure {
    /// The whole value.
    Full,
    /// The value with most of its characters replaced.
    Masked,
    /// Nothing: the field is absent.
    Withheld,
}

impl Disclosure {
    /// Whether the whole value is shown.
    #[must_use]
    pub const fn is_full(self) -> bool {
        matches!(self, Self::Full)
    }
}

/// How much of these fields of a record the caller sees, as a party in these relations to it.
#[must_use]
pub fn disclosure(caller: &Caller, fields: FieldGroup, relations: &Relations) -> Disclosure {
    let held = relations.held_by(caller);
    let (readers, others): (&[Relation], Disclosure) = match fields {
        FieldGroup::OrganizationMobile => (&[Relation::Own, Relation::Association], Disclosure::Masked),
        FieldGroup::OrganizationContact => (&[Relation::Own, Relation::Association], Disclosure::Withheld),
        FieldGroup::ExpertName | FieldGroup::ApplicantName => (&[Relation::Association], Disclosure::Masked),
        FieldGroup::ExpertTies | FieldGroup::ExpertDistance | FieldGroup::Objector => {
            (&[Relation::Association], Disclosure::Withheld)
        }
    };
    if readers.iter().any(|relation| held.contains(relation)) { Disclosure::Full } else { others }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        access::{Port, Who},
        fixtures::id,
    };

    #[test]
    fn a11_3_contacts_are_in_full_for_the_own_organisation_and_the_association() {
        let of = |port, organization| Caller {
            who: Who::User(uuid::Uuid::nil()),
            organization_id: Some(id(organization)),
            port: Some(port),
            ..Caller::NOBODY
        };
        let relations = Relations { own: Some(id(1)), ..Relations::default() };
        let seen = |caller: &Caller, fields| disclosure(caller, fields, &relations);
        let contact = FieldGroup::OrganizationContact;
        assert_eq!(seen(&of(Port::Owner, 1), contact), Disclosure::Full);
        assert_eq!(seen(&of(Port::Association, 2), contact), Disclosure::Full);
        assert_eq!(seen(&of(Port::Regulator, 3), contact), Disclosure::Withheld);
        assert_eq!(seen(&Caller::NOBODY, FieldGroup::OrganizationMobile), Disclosure::Masked);
        assert_eq!(seen(&of(Port::Owner, 1), FieldGroup::Objector), Disclosure::Withheld);
        assert_eq!(seen(&of(Port::Regulator, 3), FieldGroup::ApplicantName), Disclosure::Masked);
        assert_eq!(seen(&of(Port::Association, 2), FieldGroup::ExpertTies), Disclosure::Full);
    }
}
