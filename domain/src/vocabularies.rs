//! The list of every vocabulary, for readers that show all of them: the reference data of the API and the glossary.

use crate::{
    ActorKind, EventName, FactName, RecordKind, Vocabulary, access,
    base::location,
    identity::{delivery, notification, organization, session_end},
    library::{
        certificate, council_session, expert, expert_application, objection, public_notice, qualification,
        standing, tie, unavailability,
    },
    oversight::{calendar, task},
    service::{commission, fee, hazard, policy, project, service_plan, service_report, suggestion, visit},
};

/// A vocabulary without its type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeList {
    /// The name of the list, as [`Vocabulary::NAME`].
    pub name: &'static str,
    /// What the list says, in one sentence.
    pub description: &'static str,
    /// The terms, in their natural order.
    pub terms: Vec<Term>,
}

/// A term of a [`CodeList`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Term {
    /// The stable code, as it stands in JSON and in the database.
    pub code: &'static str,
    /// The Chinese name.
    pub zh: &'static str,
    /// The English name.
    pub en: &'static str,
}

impl CodeList {
    /// The list of a vocabulary.
    #[must_use]
    pub fn of<T: Vocabulary>() -> Self {
        let term = |term: &T| Term { code: term.code(), zh: term.zh(), en: term.en() };
        Self { name: T::NAME, description: T::DESCRIPTION.trim(), terms: T::ALL.iter().map(term).collect() }
    }
}

/// Every vocabulary of the domain, in the order in which the API shows them. A new vocabulary is added here; a test holds the list
/// complete.
#[must_use]
pub fn vocabularies() -> Vec<CodeList> {
    vec![
        CodeList::of::<access::Port>(),
        CodeList::of::<organization::OrganizationStatus>(),
        CodeList::of::<access::District>(),
        CodeList::of::<access::Role>(),
        CodeList::of::<access::Scope>(),
        CodeList::of::<access::Relation>(),
        CodeList::of::<project::ProjectCategory>(),
        CodeList::of::<project::ProjectStatus>(),
        CodeList::of::<project::ProjectField>(),
        CodeList::of::<location::CoordinateSystem>(),
        CodeList::of::<policy::FeeBase>(),
        CodeList::of::<fee::FeeMode>(),
        CodeList::of::<commission::ServiceCategory>(),
        CodeList::of::<commission::CommissionStatus>(),
        CodeList::of::<service_plan::ServicePlanStatus>(),
        CodeList::of::<visit::VisitStatus>(),
        CodeList::of::<visit::GroupDepartureCause>(),
        CodeList::of::<visit::ReopenedPart>(),
        CodeList::of::<visit::Step>(),
        CodeList::of::<visit::AttachmentKind>(),
        CodeList::of::<hazard::HazardGrade>(),
        CodeList::of::<hazard::HazardStatus>(),
        CodeList::of::<hazard::HazardField>(),
        CodeList::of::<service_report::ServiceReportStatus>(),
        CodeList::of::<expert::ExpertStatus>(),
        CodeList::of::<expert_application::ExpertApplicationStatus>(),
        CodeList::of::<expert_application::ApplicationFileKind>(),
        CodeList::of::<certificate::CertificateKind>(),
        CodeList::of::<council_session::CouncilSessionStatus>(),
        CodeList::of::<council_session::MajorityRule>(),
        CodeList::of::<council_session::VoteOutcome>(),
        CodeList::of::<public_notice::PublicNoticeStatus>(),
        CodeList::of::<objection::ObjectionStatus>(),
        CodeList::of::<qualification::Pool>(),
        CodeList::of::<qualification::Specialty>(),
        CodeList::of::<qualification::TitleLevel>(),
        CodeList::of::<qualification::TitleField>(),
        CodeList::of::<qualification::EngineerLevel>(),
        CodeList::of::<qualification::EngineerClass>(),
        CodeList::of::<qualification::FindingCode>(),
        CodeList::of::<tie::TieKind>(),
        CodeList::of::<tie::TieSource>(),
        CodeList::of::<tie::RecusalStatus>(),
        CodeList::of::<standing::ConductKind>(),
        CodeList::of::<standing::LapseNotice>(),
        CodeList::of::<unavailability::UnavailabilityKind>(),
        CodeList::of::<unavailability::Weekday>(),
        CodeList::of::<unavailability::PartOfDay>(),
        CodeList::of::<suggestion::TravelOrigin>(),
        CodeList::of::<suggestion::WhyLeftOut>(),
        CodeList::of::<notification::NotificationKind>(),
        CodeList::of::<EventName>(),
        CodeList::of::<RecordKind>(),
        CodeList::of::<FactName>(),
        CodeList::of::<ActorKind>(),
        CodeList::of::<delivery::DeliveryKind>(),
        CodeList::of::<delivery::DeliveryState>(),
        CodeList::of::<delivery::CodePurpose>(),
        CodeList::of::<delivery::AttemptOutcome>(),
        CodeList::of::<task::TaskKind>(),
        CodeList::of::<calendar::CalendarEntryKind>(),
        CodeList::of::<session_end::SessionEndReason>(),
    ]
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use super::*;

    /// The public names that the domain's source gives to its vocabularies: `pub enum Name {` or `pub enum Type as "Name" {`.
    fn defined(folder: &Path, names: &mut BTreeSet<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                defined(&path, names);
            } else if !path.ends_with("vocabulary.rs") && !path.ends_with("vocabularies.rs") {
                let text = fs::read_to_string(&path).unwrap();
                for definition in text.split("vocabulary! {").skip(1) {
                    let head = definition.split("pub enum ").nth(1).unwrap().split(" {").next().unwrap();
                    let name = head.split_once(" as ").map_or(head, |(_, name)| name.trim_matches('"'));
                    names.insert(name.to_owned());
                }
            }
        }
    }

    #[test]
    fn every_vocabulary_of_the_domain_is_listed_once() {
        let mut names = BTreeSet::new();
        defined(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut names);
        let listed: Vec<_> = vocabularies().iter().map(|list| list.name.to_owned()).collect();
        assert_eq!(listed.len(), listed.iter().collect::<BTreeSet<_>>().len());
        assert_eq!(listed.into_iter().collect::<BTreeSet<_>>(), names);
    }
}
