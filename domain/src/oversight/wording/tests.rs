use std::sync::LazyLock;

use super::*;
use crate::base::data::MAJOR_HAZARD_CRITERIA;

static CRITERIA: LazyLock<MajorHazardCriteria> =
    LazyLock::new(|| serde_json::from_str(MAJOR_HAZARD_CRITERIA).unwrap());

fn said(subject: RecordKind, name: FactName, value: &str) -> Words {
    fact_value(Some(&CRITERIA), subject.code(), name.code(), value)
}

fn words(zh: &str, en: &str) -> Words {
    Words::new(zh, en)
}

#[test]
fn facts_are_said_in_words() {
    let said = |name, value: &str| said(RecordKind::Visit, name, value);
    assert_eq!(said(FactName::FeeMode, "premium_ratio"), FeeMode::PremiumRatio.into());
    assert_eq!(said(FactName::Fee, "21000.00"), words("21000.00 元", "CNY 21,000.00"));
    assert_eq!(said(FactName::Fee, "0.05"), words("0.05 元", "CNY 0.05"));
    assert_eq!(said(FactName::PremiumTotal, "1234567.80"), words("1234567.80 元", "CNY 1,234,567.80"));
    let one = "2026-11-30T01:30:00+00:00";
    assert_eq!(said(FactName::AnswerBy, one), words("2026-11-30 09:30", "2026-11-30 09:30"));
    let two = said(FactName::Slots, &format!("{one} 2026-12-01T06:00:00+00:00"));
    assert_eq!(two, words("2026-11-30 09:30、2026-12-01 14:00", "2026-11-30 09:30, 2026-12-01 14:00"));
    assert_eq!(said(FactName::Late, "true"), words("是", "Yes"));
    assert_eq!(said(FactName::HeldOn, "2026-11-30"), words("2026-11-30", "2026-11-30"));
    assert_eq!(said(FactName::Reopened, "place"), ReopenedPart::Place.into());
    assert_eq!(
        said(FactName::Left, "leader, member").zh,
        format!("{}、{}", Pool::Leader.zh(), Pool::Member.zh())
    );
    let item = said(FactName::MajorHazardItem, "MH2024-05-2");
    assert_eq!(item.zh, "土方超挖且未采取有效措施（概要）");
    assert_eq!(item.en, "Article 5 (基坑、边坡工程): 土方超挖且未采取有效措施 (summary)");
}

#[test]
fn ids_are_said_as_the_kind_of_their_record() {
    let said = |name, value: &str| said(RecordKind::Visit, name, value);
    let id = Uuid::from_u128(7);
    assert_eq!(said(FactName::LeaderId, &id.to_string()), RecordKind::Expert.into());
    assert_eq!(said(FactName::HazardId, &id.to_string()), RecordKind::Hazard.into());
    assert_eq!(said(FactName::DeclinedBy, &id.to_string()), RecordKind::Expert.into());
    let one = said(FactName::Missing, &format!("contractor {id}"));
    assert_eq!(one, words("施工单位、专家", "Contractor, Expert"));
    let two = said(FactName::Missing, &format!("{id} contractor {id}"));
    assert_eq!(two, words("施工单位、2 名专家", "Contractor, 2 experts"));
}

/// Earlier versions stored local times in notifications.
#[test]
fn local_times_of_earlier_notifications_stay_readable() {
    let said = |name, value: &str| said(RecordKind::Visit, name, value);
    assert_eq!(said(FactName::DueAt, "2026-11-30 09:30"), words("2026-11-30 09:30", "2026-11-30 09:30"));
    let two = said(FactName::ScheduledStart, "2026-11-30 09:30 / 2026-12-01 14:00");
    assert_eq!(two, words("2026-11-30 09:30、2026-12-01 14:00", "2026-11-30 09:30, 2026-12-01 14:00"));
}

/// A value of every fact as it is stored, with a kind of record that has the fact.
fn sample(fact: FactName) -> (RecordKind, &'static str) {
    use FactName as F;
    const ID: &str = "01997a3c-7d2e-7000-8000-000000000001";
    const INSTANT: &str = "2026-11-30T01:30:00+00:00";
    let value = match fact {
        F::AmendedFields => "leader_name, construction_permit_number",
        F::District | F::DistrictBefore => District::ALL[0].code(),
        F::Location | F::LocationBefore => "118.24, 24.62 (GCJ-02)",
        F::Category => ServiceCategory::ALL[0].code(),
        F::Cause => GroupDepartureCause::ALL[0].code(),
        F::Class => EngineerClass::ALL[0].code(),
        F::FeeMode => FeeMode::ALL[0].code(),
        F::Grade | F::GradeBefore => HazardGrade::ALL[0].code(),
        F::Kind => return (RecordKind::Unavailability, UnavailabilityKind::ALL[0].code()),
        F::Level => EngineerLevel::ALL[0].code(),
        F::MajorityRule => MajorityRule::ALL[0].code(),
        F::Outcome => VoteOutcome::ALL[0].code(),
        F::PartOfDay => PartOfDay::ALL[0].code(),
        F::Pool | F::Pools | F::PoolsLeft | F::Left => "leader, member",
        F::Reopened => ReopenedPart::ALL[0].code(),
        F::Port => return (RecordKind::Organization, Port::ALL[0].code()),
        F::Role => Role::ALL[0].code(),
        F::Source => TieSource::ALL[0].code(),
        F::Status => RecusalStatus::ALL[0].code(),
        F::Step => Step::ALL[0].code(),
        F::Tie => TieKind::ALL[0].code(),
        F::Weekday => Weekday::ALL[0].code(),
        F::AgreedBy | F::DeclinedBy => ID,
        F::Missing => "contractor 01997a3c-7d2e-7000-8000-000000000001 01997a3c-7d2e-7000-8000-000000000002",
        F::Again | F::Late | F::UploadDueProvisional => "true",
        F::AmountDue
        | F::Fee
        | F::PremiumReceived
        | F::PremiumReceivedBefore
        | F::PremiumTotal
        | F::PremiumTotalBefore => "21000.00",
        F::Slots => "2026-11-30T01:30:00+00:00 2026-12-01T06:00:00+00:00",
        F::AnswerBy
        | F::DueAt
        | F::EndsAt
        | F::EndsAtBefore
        | F::ScheduledEnd
        | F::ScheduledStart
        | F::StartsAt
        | F::TakenAt
        | F::UploadDueAt
        | F::UploadDueAtBefore => INSTANT,
        F::ApplicationId
        | F::CouncilSessionId
        | F::ExpertId
        | F::HazardId
        | F::LeaderId
        | F::OwnerId
        | F::OwnerIdBefore
        | F::SupervisorId
        | F::SupervisorIdBefore
        | F::ProjectId
        | F::PublicNoticeId
        | F::SameAsId
        | F::UserId
        | F::VisitId => ID,
        F::MajorHazardItem | F::MajorHazardItemBefore => "MH2024-05-2",
        F::PlannedEnd | F::PlannedEndBefore | F::PlannedStart | F::PlannedStartBefore => "2026-11-30",
        F::AssessedOn | F::DueOn | F::DueOnBefore | F::HeldOn | F::Since | F::Until | F::UntilBefore => {
            "2026-11-30"
        }
        F::Address | F::AddressBefore => "厦门市集美区杏林湾路 1 号",
        F::Owner | F::OwnerBefore | F::Supervisor | F::SupervisorBefore => "厦门乙建设公司",
        F::Company | F::Employer | F::EmployerBefore | F::Party | F::Project => "厦门甲建设公司",
        F::Description
        | F::DescriptionBefore
        | F::LegalBasis
        | F::LegalBasisBefore
        | F::Measures
        | F::MeasuresBefore
        | F::Place
        | F::PlaceBefore => "三层临边",
        F::Expert => "吴**",
        F::Reason => "资料不完整",
        F::Sha256 => "7",
        F::Hint => "7",
        F::Majority | F::Quorum => "2/3",
        F::Application
        | F::CouncilDecisionNumber
        | F::EndorsementNumber
        | F::Hazard
        | F::Notice
        | F::Number
        | F::PermitNumber
        | F::PermitNumberBefore
        | F::PublicNoticeNumber
        | F::Visit => "FW-2026-000123",
        F::Applications
        | F::CouncilSize
        | F::Days
        | F::GroupSize
        | F::MembersPresent
        | F::OpenHazards
        | F::Passed
        | F::PlanVersion
        | F::Seq
        | F::Size
        | F::VotedDown
        | F::VotesAbstain
        | F::VotesAgainst
        | F::VotesFor
        | F::Years => "7",
    };
    (RecordKind::Visit, value)
}

/// Why a text is not for a reader; none where it is.
fn unreadable(text: &str, chinese: bool) -> Option<&'static str> {
    let lowercase = |word: &str| word.chars().filter(char::is_ascii_lowercase).count() > 1;
    let parts = || text.split([' ', '、', ',', '，', '：', '(', ')', '（', '）']);
    if text.trim().is_empty() {
        Some("nothing")
    } else if parts().any(|part| part.parse::<Uuid>().is_ok()) {
        Some("an id")
    } else if text.contains('_') {
        Some("a code")
    } else if parts().any(|part| DateTime::parse_from_rfc3339(part).is_ok()) {
        Some("an instant of RFC 3339")
    } else if chinese && parts().any(lowercase) {
        Some("English")
    } else {
        None
    }
}

#[test]
fn what_no_reader_understands_is_known() {
    for (text, chinese, expected) in [
        (" ", true, Some("nothing")),
        ("专家 01997a3c-7d2e-7000-8000-000000000001", true, Some("an id")),
        ("premium_ratio", false, Some("a code")),
        ("2026-11-30T01:30:00+00:00", true, Some("an instant of RFC 3339")),
        ("施工单位, Expert", true, Some("English")),
        ("leader", true, Some("English")),
        ("leader", false, None),
        ("现场服务 FW-2026-000123（A12.2）", true, None),
    ] {
        assert_eq!(unreadable(text, chinese), expected, "{text}");
    }
}

#[test]
fn every_fact_is_readable_in_both_languages() {
    for fact in FactName::ALL.iter().copied() {
        let (kind, value) = sample(fact);
        let (label, said) = (fact_label(fact.code()), said(kind, fact, value));
        for (text, chinese) in [(label.zh, true), (label.en, false), (said.zh, true), (said.en, false)] {
            assert_eq!(unreadable(&text, chinese), None, "{fact}: {text}");
        }
    }
}

#[test]
fn every_title_and_every_reason_from_a_list_is_readable_in_both_languages() {
    let mut all: Vec<Words> = EventName::ALL.iter().map(|it| event(it.code())).collect();
    all.extend(RecordKind::ALL.iter().map(|it| record_kind(it.code())));
    all.extend(ActorKind::ALL.iter().map(|it| actor_kind(it.code())));
    all.extend(SessionEndReason::ALL.iter().map(|it| reason(RecordKind::Session.code(), it.code())));
    for Words { zh, en } in all {
        assert_eq!((unreadable(&zh, true), unreadable(&en, false)), (None, None), "{zh} {en}");
    }
    let written = "资料不完整";
    assert_eq!(reason(RecordKind::Visit.code(), written), words(written, written));
    assert_eq!(reason(RecordKind::Session.code(), "expired"), words("expired", "expired"));
}

#[test]
fn every_notification_is_readable_in_both_languages() {
    let facts: Vec<_> =
        FactName::ALL.iter().map(|it| (it.code().to_owned(), sample(*it).1.to_owned())).collect();
    for kind in NotificationKind::ALL.iter().copied() {
        let Words { zh, en } = notification(Some(&CRITERIA), kind, RecordKind::Visit.code(), &facts);
        assert_eq!((unreadable(&zh, true), unreadable(&en, false)), (None, None), "{kind}: {zh} {en}");
    }
}

#[test]
fn the_kind_of_a_record_is_from_the_list_of_its_own() {
    let kind = |of, value| said(of, FactName::Kind, value);
    assert_eq!(said(RecordKind::Organization, FactName::Port, "insurer"), Port::Insurer.into());
    assert_eq!(kind(RecordKind::Tie, "kinship"), TieKind::Kinship.into());
    assert_eq!(kind(RecordKind::Visit, "kinship"), words("kinship", "kinship"));
}

#[test]
fn states_are_from_the_list_of_their_record() {
    assert_eq!(state(RecordKind::Commission.code(), "submitted"), CommissionStatus::Submitted.into());
    assert_eq!(state(RecordKind::Policy.code(), "submitted"), words("submitted", "submitted"));
}

#[test]
fn what_is_no_term_any_more_is_shown_as_it_is_stored() {
    assert_eq!(event("commission_sent"), words("commission_sent", "commission_sent"));
    assert_eq!(record_kind("order"), words("order", "order"));
    assert_eq!(fact_label("price"), words("price", "price"));
    assert_eq!(fact_value(None, "order", "price", "5"), words("5", "5"));
    assert_eq!(said(RecordKind::Commission, FactName::FeeMode, "flat"), words("flat", "flat"));
    assert_eq!(said(RecordKind::Commission, FactName::Fee, "a lot"), words("a lot", "a lot"));
    assert_eq!(said(RecordKind::Visit, FactName::AnswerBy, "soon"), words("soon", "soon"));
    assert_eq!(said(RecordKind::Visit, FactName::Late, "a bit"), words("a bit", "a bit"));
    assert_eq!(said(RecordKind::Visit, FactName::Missing, "owner2"), words("owner2", "owner2"));
    assert_eq!(said(RecordKind::Visit, FactName::LeaderId, "nobody"), words("nobody", "nobody"));
    assert_eq!(said(RecordKind::Hazard, FactName::MajorHazardItem, "MH1"), words("MH1", "MH1"));
    assert_eq!(state(RecordKind::Commission.code(), "sent"), words("sent", "sent"));
    assert_eq!(state("order", "sent"), words("sent", "sent"));
}

#[test]
fn each_language_says_codes_by_their_names_and_details_only_where_they_are_told() {
    let told = |kind: NotificationKind, facts: &[(&str, &str)]| {
        let facts: Vec<_> = facts.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        let Words { zh, en } = notification(Some(&CRITERIA), kind, RecordKind::Visit.code(), &facts);
        (zh, en)
    };
    let brief = [(FactName::Expert.code(), "吴**"), (FactName::Visit.code(), "FW-1")];
    let (zh, en) = told(NotificationKind::ExpertRecused, &brief);
    assert!(zh.ends_with("该服务须重新安排。") && en.ends_with("arranged anew."), "{zh} {en}");
    let more = [brief[0], brief[1], (FactName::Tie.code(), "kinship"), (FactName::Party.code(), "甲公司")];
    let (zh, en) = told(NotificationKind::ExpertRecused, &more);
    assert!(zh.ends_with("利害关系：近亲属关系，“甲公司”。"), "{zh}");
    assert!(en.ends_with("The tie: kinship, to 甲公司."), "{en}");
    let lapsed = [
        (FactName::Expert.code(), "吴**"),
        (FactName::Until.code(), "2026-06-30"),
        (FactName::Left.code(), "leader, member"),
    ];
    let (zh, en) = told(NotificationKind::Lapsed, &lapsed);
    assert!(zh.ends_with(&format!("退出：{}、{}。", Pool::Leader.zh(), Pool::Member.zh())), "{zh}");
    assert!(en.ends_with(&format!("pools left: {}, {}.", Pool::Leader.en(), Pool::Member.en())), "{en}");
    let none = told(
        NotificationKind::Lapsed,
        &[
            (FactName::Expert.code(), "吴**"),
            (FactName::Until.code(), "2026-06-30"),
            (FactName::Left.code(), "-"),
        ],
    );
    assert!(none.0.ends_with("退出：-。"), "{}", none.0);
    let decided = [
        (FactName::Expert.code(), "吴**"),
        (FactName::Status.code(), "upheld"),
        (FactName::Reason.code(), "属实"),
    ];
    assert!(told(NotificationKind::RecusalDecided, &decided).0.contains(RecusalStatus::Upheld.zh()));
}
