//! The expert library: experts, their standing, ties and times, applications, the council, public notices and objections.

use anze_domain::{
    access::Operation,
    base::{
        code::{INVALID_INPUT, PERIOD_REVERSED, REASON_REQUIRED, UNKNOWN_REFERENCE, WRONG_STATE},
        identifier::{BIRTH_DATE_IN_FUTURE, CITIZEN_ID_INVALID, CREDIT_CODE_INVALID},
        location::LOCATION_INVALID,
    },
    library::{
        certificate::{CERTIFICATE_IN_USE, CERTIFICATE_REPEATED},
        council_session::{
            COUNCIL_SESSION_FULL, COUNCIL_SESSION_NOT_HELD, FRACTION_INVALID, ITEM_REPEATED,
            MORE_PRESENT_THAN_MEMBERS, NOTHING_TO_VOTE_ON, PRESENT_MEMBERS_DIFFER, QUORUM_NOT_MET,
            SESSION_RULES_FIXED, VOTES_MISSING,
        },
        expert::ADMISSION_OUT_OF_ORDER,
        expert_application::{
            ALREADY_IN_POOL, CERTIFICATE_FILE_MISSING, CITIZEN_ID_DIFFERS, ENTRY_NOT_ACTIVE,
            SESSION_BEFORE_REVIEW, TOO_MANY_FILES,
        },
        objection::{
            NOT_ON_NOTICE, OBJECTION_WINDOW_CLOSED, OBJECTIONS_OPEN_FROM_ADDRESS,
            OBJECTIONS_OPEN_ON_APPLICATION, OBJECTIONS_REPEATED, OBJECTIONS_TOO_FREQUENT,
        },
        public_notice::NOT_PASSED,
        qualification::{
            LEADER_NOT_QUALIFIED, MEMBER_NOT_QUALIFIED, TITLE_IN_FUTURE, TITLES_TOO_MANY,
            WORK_HISTORY_TOO_LONG, WORK_PERIOD_IN_FUTURE, WORK_PERIOD_REVERSED,
        },
        standing::{DECLINE_JUSTIFIED_ALREADY, EMPLOYER_BACKDATED, REGISTRATION_LAPSED_ALREADY},
        tie::{COMPANY_REQUIRED, TIE_ENDED_ALREADY, TIE_TO_NO_PARTY, TOO_MANY_TIES},
        unavailability::{
            LEAVE_TOO_LONG, UNAVAILABILITIES_TOO_MANY, UNAVAILABILITY_MEMBER_FOREIGN,
            UNAVAILABILITY_MEMBER_MISSING, UNAVAILABILITY_OVER,
        },
    },
};
use anze_persistence::{
    APPLICATION_LIVE, COUNCIL_SESSION_NUMBER_TAKEN, EXPERT_EXISTS, PUBLIC_NOTICE_NUMBER_TAKEN,
};

use super::checks::{FILE, Group, NEW_ACCOUNT, Row};
use crate::http::catalogue::REQUIRED;

/// A citizen id as it is written.
const CITIZEN_ID: Group = &[CITIZEN_ID_INVALID, BIRTH_DATE_IN_FUTURE];

/// Titles, certificates and work history as they are written, and the codes of the employers.
const STATED_QUALIFICATION: Group = &[
    TITLE_IN_FUTURE,
    CERTIFICATE_REPEATED,
    WORK_PERIOD_IN_FUTURE,
    WORK_PERIOD_REVERSED,
    CREDIT_CODE_INVALID,
];

/// What the rules demand for a pool (A9.1, A9.2).
const QUALIFIED_FOR_POOL: Group = &[LEADER_NOT_QUALIFIED, MEMBER_NOT_QUALIFIED];

/// An applicant who is in the library already: whether the entry may get the pool.
const ENTRY_OF_APPLICANT: Group = &[ENTRY_NOT_ACTIVE, ALREADY_IN_POOL];

/// An applicant who is in the library already: whether the entry takes all that is stated.
const SIZE_OF_ENTRY: Group = &[TITLES_TOO_MANY, WORK_HISTORY_TOO_LONG];

/// The citizen id of an applicant: nobody else's, and that of the applicant's own entry.
const IDENTITY_OF_APPLICANT: Group = &[EXPERT_EXISTS, CITIZEN_ID_DIFFERS, APPLICATION_LIVE];

/// When an expert is unavailable.
const UNAVAILABILITY: Group = &[
    UNAVAILABILITY_MEMBER_FOREIGN,
    UNAVAILABILITY_MEMBER_MISSING,
    PERIOD_REVERSED,
    LEAVE_TOO_LONG,
    UNAVAILABILITY_OVER,
];

/// Day, members and rules of a session of the council.
const SESSION_TERMS: Group =
    &[FRACTION_INVALID, MORE_PRESENT_THAN_MEMBERS, PRESENT_MEMBERS_DIFFER, COUNCIL_SESSION_NUMBER_TAKEN];

/// A tie that is recorded.
const NEW_TIE: Group = &[TOO_MANY_TIES, PERIOD_REVERSED];

pub(super) const REFUSALS: &[Row] = &[
    (
        Operation::AdmitExpert,
        &[
            NEW_ACCOUNT,
            CITIZEN_ID,
            STATED_QUALIFICATION,
            QUALIFIED_FOR_POOL,
            &[ADMISSION_OUT_OF_ORDER, EXPERT_EXISTS, CERTIFICATE_IN_USE],
        ],
    ),
    (Operation::SuspendExpert, &[&[WRONG_STATE, REASON_REQUIRED]]),
    (Operation::ReinstateExpert, &[&[WRONG_STATE, REASON_REQUIRED]]),
    (Operation::RemoveExpert, &[&[WRONG_STATE, REASON_REQUIRED]]),
    (
        Operation::ChangeEmployer,
        &[&[
            WRONG_STATE,
            CREDIT_CODE_INVALID,
            WORK_PERIOD_IN_FUTURE,
            EMPLOYER_BACKDATED,
            REASON_REQUIRED,
            PERIOD_REVERSED,
            WORK_HISTORY_TOO_LONG,
        ]],
    ),
    (
        Operation::RenewRegistration,
        &[&[WRONG_STATE, REGISTRATION_LAPSED_ALREADY, CERTIFICATE_IN_USE], QUALIFIED_FOR_POOL],
    ),
    (Operation::CreateConductRecord, &[&[WRONG_STATE, REASON_REQUIRED]]),
    (Operation::JustifyDecline, &[&[UNKNOWN_REFERENCE, DECLINE_JUSTIFIED_ALREADY]]),
    (Operation::DeclareTie, &[&[COMPANY_REQUIRED, UNKNOWN_REFERENCE, CREDIT_CODE_INVALID], NEW_TIE]),
    (Operation::EndTie, &[&[TIE_ENDED_ALREADY, PERIOD_REVERSED, REASON_REQUIRED]]),
    (Operation::UnmaskExpert, &[&[REASON_REQUIRED]]),
    (Operation::CreateRecusalRequest, &[&[UNKNOWN_REFERENCE, TIE_TO_NO_PARTY]]),
    (Operation::UpholdRecusalRequest, &[&[WRONG_STATE, REASON_REQUIRED], NEW_TIE]),
    (Operation::DismissRecusalRequest, &[&[WRONG_STATE, REASON_REQUIRED]]),
    (Operation::SetExpertBase, &[&[LOCATION_INVALID]]),
    (Operation::CreateUnavailability, &[UNAVAILABILITY, &[UNAVAILABILITIES_TOO_MANY]]),
    (Operation::ReplaceUnavailability, &[UNAVAILABILITY]),
    (Operation::RegisterApplicant, &[NEW_ACCOUNT]),
    (
        Operation::CreateExpertApplication,
        &[
            // Only an update may leave the citizen id out, so that the schema does not demand it.
            &[REQUIRED],
            CITIZEN_ID,
            STATED_QUALIFICATION,
            SIZE_OF_ENTRY,
            ENTRY_OF_APPLICANT,
            IDENTITY_OF_APPLICANT,
        ],
    ),
    (
        Operation::UpdateExpertApplication,
        &[
            &[WRONG_STATE],
            CITIZEN_ID,
            STATED_QUALIFICATION,
            SIZE_OF_ENTRY,
            ENTRY_OF_APPLICANT,
            IDENTITY_OF_APPLICANT,
            // A returned application keeps its certificates claimed.
            &[CERTIFICATE_IN_USE],
        ],
    ),
    (
        Operation::SubmitExpertApplication,
        &[
            &[WRONG_STATE],
            // The entry may have grown since the application was written: too much of both is one `invalid_input`.
            SIZE_OF_ENTRY,
            &[INVALID_INPUT],
            ENTRY_OF_APPLICANT,
            IDENTITY_OF_APPLICANT,
            &[CERTIFICATE_FILE_MISSING, CERTIFICATE_IN_USE],
        ],
    ),
    (Operation::WithdrawExpertApplication, &[&[WRONG_STATE, REASON_REQUIRED]]),
    (Operation::ReturnExpertApplication, &[&[WRONG_STATE, REASON_REQUIRED]]),
    (Operation::RejectExpertApplication, &[&[WRONG_STATE, REASON_REQUIRED]]),
    (Operation::ReviewExpertApplication, &[&[WRONG_STATE], ENTRY_OF_APPLICANT, QUALIFIED_FOR_POOL]),
    (Operation::UnmaskExpertApplication, &[&[WRONG_STATE, REASON_REQUIRED]]),
    (Operation::UploadApplicationFile, &[&[WRONG_STATE, TOO_MANY_FILES], FILE]),
    (Operation::CreateCouncilSession, &[SESSION_TERMS]),
    (
        Operation::UpdateCouncilSession,
        &[&[WRONG_STATE], SESSION_TERMS, &[SESSION_RULES_FIXED, SESSION_BEFORE_REVIEW]],
    ),
    (Operation::PutApplicationsToVote, &[&[WRONG_STATE, COUNCIL_SESSION_FULL]]),
    (Operation::RecordCouncilVotes, &[&[WRONG_STATE, COUNCIL_SESSION_NOT_HELD]]),
    (
        Operation::CloseCouncilSession,
        &[&[WRONG_STATE, COUNCIL_SESSION_NOT_HELD, QUORUM_NOT_MET, NOTHING_TO_VOTE_ON, VOTES_MISSING]],
    ),
    (Operation::AdjournCouncilSession, &[&[WRONG_STATE, REASON_REQUIRED]]),
    (
        Operation::CreatePublicNotice,
        &[&[UNKNOWN_REFERENCE, ITEM_REPEATED, NOT_PASSED, PUBLIC_NOTICE_NUMBER_TAKEN]],
    ),
    (
        Operation::CreateObjection,
        &[&[
            OBJECTION_WINDOW_CLOSED,
            NOT_ON_NOTICE,
            OBJECTIONS_TOO_FREQUENT,
            OBJECTIONS_OPEN_FROM_ADDRESS,
            OBJECTIONS_REPEATED,
            OBJECTIONS_OPEN_ON_APPLICATION,
        ]],
    ),
    (Operation::UpholdObjection, &[&[WRONG_STATE, REASON_REQUIRED]]),
    (Operation::DismissObjection, &[&[WRONG_STATE, REASON_REQUIRED]]),
];
