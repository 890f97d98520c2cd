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
    /// The name and the mobile number of an expert. A provider works with the experts in its own groups.
    ExpertContact,
    /// The certificates and the work history of an expert.
    ExpertQualification,
    /// Which tie of an expert to a party keeps the expert out of a group.
    ExpertTies,
    /// The distance between an expert's base and a site: a few of them say where the base is.
    ExpertDistance,
    /// The note that an expert adds to an unavailability.
    UnavailabilityNote,
    /// The name and the mobile number of a person who applies for the library.
    ApplicantContact,
    /// The certificates and the work history of an applicant, and the citizen id with most of its characters replaced.
    ApplicantQualification,
    /// Who reviewed an application.
    ApplicationReviewer,
    /// Who acted in the events of an application.
    ApplicationActors,
    /// Who objects to an application, how the objector is reached, and who decided.
    Objector,
    /// The name and the mobile number of a project's leader.
    ProjectLeader,
    /// The names of the experts in a visit's group.
    VisitExpertName,
    /// Where the steps of a visit were taken.
    VisitStepPosition,
    /// Why a side declined the time of a visit.
    DeclineReason,
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
        FieldGroup::ExpertContact => {
            (&[Relation::Association, Relation::Member, Relation::Provider], Disclosure::Masked)
        }
        FieldGroup::ExpertQualification => (&[Relation::Association, Relation::Member], Disclosure::Withheld),
        FieldGroup::UnavailabilityNote => (&[Relation::Member], Disclosure::Withheld),
        FieldGroup::ApplicantContact => (&[Relation::Applicant, Relation::Association], Disclosure::Masked),
        FieldGroup::ApplicantQualification | FieldGroup::ApplicationActors => {
            (&[Relation::Applicant, Relation::Association], Disclosure::Withheld)
        }
        FieldGroup::ExpertTies
        | FieldGroup::ExpertDistance
        | FieldGroup::ApplicationReviewer
        | FieldGroup::Objector => (&[Relation::Association], Disclosure::Withheld),
        FieldGroup::ProjectLeader | FieldGroup::VisitExpertName => (
            &[Relation::Association, Relation::Provider, Relation::Contractor, Relation::Member],
            Disclosure::Masked,
        ),
        FieldGroup::VisitStepPosition => {
            (&[Relation::Association, Relation::Provider, Relation::Member], Disclosure::Withheld)
        }
        FieldGroup::DeclineReason => (
            &[Relation::Association, Relation::Provider, Relation::Contractor, Relation::Member],
            Disclosure::Withheld,
        ),
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
        assert_eq!(seen(&of(Port::Regulator, 3), FieldGroup::ApplicantContact), Disclosure::Masked);
        assert_eq!(seen(&of(Port::Association, 2), FieldGroup::ExpertTies), Disclosure::Full);
    }

    const OTHERS: u128 = 90;

    /// Callers, one for each relation to the record of [`relations`], and those without one.
    fn callers() -> Vec<(&'static str, Caller)> {
        let of = |port, organization| Caller {
            who: Who::User(uuid::Uuid::nil()),
            organization_id: Some(id(organization)),
            port: Some(port),
            ..Caller::NOBODY
        };
        let person = |user: u128| Caller { who: Who::User(uuid::Uuid::from_u128(user)), ..Caller::NOBODY };
        let expert =
            |expert: u128| Caller { expert_id: Some(uuid::Uuid::from_u128(expert)), ..person(expert) };
        vec![
            ("contractor", of(Port::Contractor, 1)),
            ("supervisor", of(Port::Supervisor, 2)),
            ("owner", of(Port::Owner, 3)),
            ("insurer", of(Port::Insurer, 4)),
            ("provider", of(Port::Provider, 5)),
            ("association", of(Port::Association, 6)),
            ("regulator", of(Port::Regulator, 7)),
            ("member", expert(8)),
            ("applicant", person(9)),
            ("other contractor", of(Port::Contractor, OTHERS)),
            ("other provider", of(Port::Provider, OTHERS)),
            ("other expert", expert(OTHERS)),
            ("other applicant", person(OTHERS)),
            ("nobody", Caller::NOBODY),
        ]
    }

    fn relations() -> Relations {
        Relations {
            contractor: Some(id(1)),
            supervisor: Some(id(2)),
            owner: Some(id(3)),
            insurers: vec![id(4)],
            providers: vec![id(5)],
            members: vec![uuid::Uuid::from_u128(8)],
            applicant: Some(uuid::Uuid::from_u128(9)),
            ..Relations::default()
        }
    }

    #[test]
    fn a11_3_each_group_of_fields_is_in_full_for_its_readers_alone() {
        use Disclosure::{Masked, Withheld};
        let meets: &[&str] = &["contractor", "provider", "association", "member"];
        let rows: [(FieldGroup, &[&str], Disclosure); 14] = [
            (FieldGroup::ExpertContact, &["provider", "association", "member"], Masked),
            (FieldGroup::ExpertQualification, &["association", "member"], Withheld),
            (FieldGroup::ExpertTies, &["association"], Withheld),
            (FieldGroup::ExpertDistance, &["association"], Withheld),
            (FieldGroup::UnavailabilityNote, &["member"], Withheld),
            (FieldGroup::ApplicantContact, &["association", "applicant"], Masked),
            (FieldGroup::ApplicantQualification, &["association", "applicant"], Withheld),
            (FieldGroup::ApplicationReviewer, &["association"], Withheld),
            (FieldGroup::ApplicationActors, &["association", "applicant"], Withheld),
            (FieldGroup::Objector, &["association"], Withheld),
            (FieldGroup::ProjectLeader, meets, Masked),
            (FieldGroup::VisitExpertName, meets, Masked),
            (FieldGroup::VisitStepPosition, &["provider", "association", "member"], Withheld),
            (FieldGroup::DeclineReason, meets, Withheld),
        ];
        for (fields, readers, others) in rows {
            for (name, caller) in callers() {
                let expected = if readers.contains(&name) { Disclosure::Full } else { others };
                assert_eq!(disclosure(&caller, fields, &relations()), expected, "{fields:?} for {name}");
            }
        }
    }

    #[test]
    fn a11_3_a_provider_sees_the_contact_of_the_experts_in_its_own_groups_alone() {
        let provider = callers().into_iter().find(|(name, _)| *name == "provider").unwrap().1;
        let expert = uuid::Uuid::from_u128(8);
        let seen = |relations| disclosure(&provider, FieldGroup::ExpertContact, &relations);
        assert_eq!(seen(Relations::of_expert(expert, None)), Disclosure::Masked);
        assert_eq!(seen(Relations::of_expert(expert, Some(id(OTHERS)))), Disclosure::Masked);
        assert_eq!(seen(Relations::of_expert(expert, provider.organization_id)), Disclosure::Full);
        // Every provider may ask every expert, which does not make it one that works with the expert.
        let any_provider = Relations { any_provider: true, ..Relations::of_expert(expert, None) };
        assert!(any_provider.is_for_any_provider(&provider));
    }
}
