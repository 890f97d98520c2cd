//! The service: calculations, projects, policies, commissions, plans, visits, hazards and reports.

use anze_domain::{
    access::Operation,
    base::{
        code::{
            NOTHING_AMENDED, PERIOD_REVERSED, REASON_REQUIRED, REFERENCE_FIXED, SAME_PERSON,
            UNKNOWN_REFERENCE, WRONG_STATE,
        },
        location::LOCATION_INVALID,
        money::MONEY_OUT_OF_RANGE,
    },
    calendar::{
        slot::{OUTSIDE_WINDOW, SLOT_TOO_LONG, TIME_PASSED},
        working_calendar::DATE_OUT_OF_RANGE,
    },
    library::{
        group::{
            EXPERT_LISTED_TWICE, EXPERT_NOT_ACTIVE, EXPERT_TIED, EXPERT_UNKNOWN, GROUP_TOO_SMALL,
            LEADER_NOT_IN_GROUP, LEADER_NOT_IN_POOL, SPECIALTY_MISSING, SPECIALTY_NOT_HELD,
        },
        unavailability::EXPERT_UNAVAILABLE,
    },
    service::{
        booking::{EXPERT_DOUBLE_BOOKED, TRAVEL_TIME_TOO_SHORT},
        commission::{AMOUNT_DUE_TOO_HIGH, DESCRIPTION_REQUIRED, NOT_A_PROVIDER, OUTSIDE_POLICY_PERIOD},
        fee::{
            COST_LINE_TOO_LARGE, COST_LINES_NOT_ALLOWED, COST_LINES_REQUIRED, COST_QUANTITY_INVALID,
            COST_TEXT_INVALID, FEE_CAP_EXCEEDED, FEE_NOT_THE_SUM, FEE_NOT_WHOLE_FEN, FEE_REQUIRED,
        },
        hazard::{
            DUE_DATE_NOT_LATER, DUE_DATE_PASSED, DUE_DATE_REASON_REQUIRED, EVIDENCE_REQUIRED,
            HAZARD_ACKNOWLEDGED_ALREADY, MAJOR_GRADE_FIXED, MAJOR_HAZARD_ITEM_NOT_ALLOWED,
            MAJOR_HAZARD_ITEM_REQUIRED, NOT_THE_AUTHOR, PROPOSAL_ISSUED_ALREADY,
        },
        major_hazard::MAJOR_HAZARD_ITEM_UNKNOWN,
        policy::{
            EFFECTIVE_OUTSIDE_PERIOD, PERIOD_EXCLUDES_COMMISSION, PREMIUM_BELOW_COMMISSIONED,
            PREMIUM_RECEIVED_TOO_HIGH,
        },
        project::{FIELD_NOT_AMENDABLE, PARTY_NOT_NAMED, PARTY_OF_OTHER_PORT, PROJECT_NOT_REGISTERED},
        service_plan::{
            LINE_NOT_COMMISSIONED, OUTSIDE_COMMISSION_PERIOD, PLAN_MISSES_SERVICE, PLAN_OPEN_ALREADY,
        },
        service_report::{
            OPEN_HAZARDS_NOT_ACKNOWLEDGED, REPORT_OPEN_ALREADY, SERVICE_INCOMPLETE, VISIT_NOT_ACCEPTED,
        },
        visit::{
            AGREED_ALREADY, AGREED_DAY_PASSED, GROUP_TOO_SMALL_FOR_PLAN, MATERIAL_MISSING,
            PROPOSAL_RECEIVED_ALREADY, STEP_OUT_OF_ORDER, STEPS_MISSING, TOO_EARLY,
            negotiation::{ANSWER_BY_IMPOSSIBLE, SLOT_LISTED_TWICE, SLOT_UNKNOWN},
            step::STEP_TIME_IMPOSSIBLE,
        },
    },
};

use crate::http::catalogue::NOT_FOUND;
use anze_persistence::{DUPLICATE, DUPLICATE_CONTRACT_NUMBER, POLICY_NUMBER_TAKEN};

use super::checks::{Group, Row};

/// A fee by its mode, with its lines at actual cost (A3.1, A3.2).
const FEE: Group = &[
    COST_LINES_NOT_ALLOWED,
    COST_LINES_REQUIRED,
    FEE_REQUIRED,
    FEE_NOT_THE_SUM,
    COST_TEXT_INVALID,
    COST_QUANTITY_INVALID,
    COST_LINE_TOO_LARGE,
    FEE_NOT_WHOLE_FEN,
    MONEY_OUT_OF_RANGE,
];

/// Parties, place and time of a project.
const PROJECT_DETAILS: Group = &[PARTY_OF_OTHER_PORT, PERIOD_REVERSED, LOCATION_INVALID];

/// Premium and insured period.
const POLICY_TERMS: Group = &[PREMIUM_RECEIVED_TOO_HIGH, PERIOD_REVERSED];

/// Services and period of a commission, beside its fee.
const COMMISSION_TERMS: Group = &[DESCRIPTION_REQUIRED, PERIOD_REVERSED, NOT_A_PROVIDER];

/// The services of a plan. The schema knows the lowest size of a group that ever held, the rule that of the day (A10.1).
const PLANNED_SERVICES: Group =
    &[LINE_NOT_COMMISSIONED, GROUP_TOO_SMALL, PERIOD_REVERSED, OUTSIDE_COMMISSION_PERIOD];

/// The times that are asked for.
const SLOTS: Group = &[PERIOD_REVERSED, SLOT_TOO_LONG, TIME_PASSED, OUTSIDE_WINDOW];

/// The experts of a group (A10.1, A10.2, A12.2), and that they are free (A12.1).
const PROPOSED_GROUP: Group = &[
    EXPERT_UNKNOWN,
    EXPERT_LISTED_TWICE,
    EXPERT_NOT_ACTIVE,
    EXPERT_TIED,
    GROUP_TOO_SMALL,
    GROUP_TOO_SMALL_FOR_PLAN,
    LEADER_NOT_IN_GROUP,
    LEADER_NOT_IN_POOL,
    SPECIALTY_NOT_HELD,
    SPECIALTY_MISSING,
    EXPERT_UNAVAILABLE,
    EXPERT_DOUBLE_BOOKED,
    TRAVEL_TIME_TOO_SHORT,
];

/// The next step of a visit (A13.1).
const NEXT_STEP: Group = &[WRONG_STATE, STEP_OUT_OF_ORDER, STEP_TIME_IMPOSSIBLE];

pub(super) const REFUSALS: &[Row] = &[
    (Operation::GetDeadline, &[&[DATE_OUT_OF_RANGE]]),
    (Operation::QuoteFee, &[FEE]),
    (Operation::CreateProject, &[PROJECT_DETAILS]),
    (Operation::UpdateProject, &[&[WRONG_STATE], PROJECT_DETAILS]),
    (Operation::RegisterProject, &[&[WRONG_STATE, PARTY_NOT_NAMED]]),
    (Operation::CancelProject, &[&[WRONG_STATE, REASON_REQUIRED]]),
    (Operation::SuspendProject, &[&[WRONG_STATE, REASON_REQUIRED]]),
    (Operation::ResumeProject, &[&[WRONG_STATE]]),
    (Operation::CompleteProject, &[&[WRONG_STATE]]),
    (
        Operation::AmendProject,
        &[
            &[WRONG_STATE, REASON_REQUIRED, FIELD_NOT_AMENDABLE, NOTHING_AMENDED, PARTY_NOT_NAMED],
            PROJECT_DETAILS,
        ],
    ),
    // By a number in the query: no id in the path says that it may be missing.
    (Operation::LookUpProject, &[&[NOT_FOUND]]),
    (
        Operation::CreatePolicy,
        &[&[UNKNOWN_REFERENCE, PROJECT_NOT_REGISTERED], POLICY_TERMS, &[POLICY_NUMBER_TAKEN]],
    ),
    (
        Operation::EndorsePolicy,
        &[
            POLICY_TERMS,
            &[
                REASON_REQUIRED,
                EFFECTIVE_OUTSIDE_PERIOD,
                PREMIUM_BELOW_COMMISSIONED,
                PERIOD_EXCLUDES_COMMISSION,
                // The policy has an endorsement of this number.
                DUPLICATE,
            ],
        ],
    ),
    (
        Operation::CreateCommission,
        &[COMMISSION_TERMS, FEE, &[UNKNOWN_REFERENCE, PROJECT_NOT_REGISTERED, DUPLICATE_CONTRACT_NUMBER]],
    ),
    (
        Operation::UpdateCommission,
        &[&[WRONG_STATE, REFERENCE_FIXED, DUPLICATE_CONTRACT_NUMBER], COMMISSION_TERMS, FEE],
    ),
    (
        Operation::SubmitCommission,
        &[&[WRONG_STATE, PROJECT_NOT_REGISTERED, NOT_A_PROVIDER, OUTSIDE_POLICY_PERIOD, FEE_CAP_EXCEEDED]],
    ),
    (Operation::WithdrawCommission, &[&[WRONG_STATE, REASON_REQUIRED]]),
    (Operation::AcceptCommission, &[&[WRONG_STATE]]),
    (Operation::ReturnCommission, &[&[WRONG_STATE, REASON_REQUIRED]]),
    (Operation::TerminateCommission, &[&[WRONG_STATE, REASON_REQUIRED, AMOUNT_DUE_TOO_HIGH]]),
    (Operation::CreateServicePlan, &[&[UNKNOWN_REFERENCE, WRONG_STATE, PLAN_OPEN_ALREADY], PLANNED_SERVICES]),
    (Operation::UpdateServicePlan, &[&[WRONG_STATE, REFERENCE_FIXED], PLANNED_SERVICES]),
    (Operation::SubmitServicePlan, &[&[WRONG_STATE, PLAN_MISSES_SERVICE]]),
    (Operation::ConfirmServicePlan, &[&[WRONG_STATE, SAME_PERSON]]),
    (Operation::ReturnServicePlan, &[&[WRONG_STATE, REASON_REQUIRED]]),
    (Operation::SuggestGroups, &[&[WRONG_STATE], SLOTS]),
    (
        Operation::ProposeVisit,
        &[
            &[WRONG_STATE, PROJECT_NOT_REGISTERED],
            SLOTS,
            &[SLOT_LISTED_TWICE, ANSWER_BY_IMPOSSIBLE],
            PROPOSED_GROUP,
        ],
    ),
    (Operation::AgreeVisit, &[&[WRONG_STATE, SLOT_UNKNOWN, TIME_PASSED, AGREED_ALREADY]]),
    (Operation::DeclineVisit, &[&[WRONG_STATE, REASON_REQUIRED]]),
    (Operation::RescheduleVisit, &[&[WRONG_STATE, REASON_REQUIRED]]),
    (Operation::CancelVisit, &[&[WRONG_STATE, REASON_REQUIRED]]),
    (Operation::StartVisit, &[&[WRONG_STATE, PROJECT_NOT_REGISTERED, TOO_EARLY, AGREED_DAY_PASSED]]),
    (Operation::RecordVisitStep, &[NEXT_STEP]),
    (Operation::IssueRectificationProposal, &[NEXT_STEP]),
    (Operation::ReceiveRectificationProposal, &[&[WRONG_STATE, STEPS_MISSING, PROPOSAL_RECEIVED_ALREADY]]),
    (Operation::EndVisit, &[&[WRONG_STATE, STEPS_MISSING]]),
    (Operation::SubmitVisit, &[&[WRONG_STATE, MATERIAL_MISSING]]),
    (Operation::AcceptVisit, &[&[WRONG_STATE, SAME_PERSON]]),
    (Operation::ReturnVisit, &[&[WRONG_STATE, REASON_REQUIRED]]),
    (
        Operation::CreateHazard,
        &[&[
            UNKNOWN_REFERENCE,
            WRONG_STATE,
            PROPOSAL_ISSUED_ALREADY,
            MAJOR_HAZARD_ITEM_REQUIRED,
            MAJOR_HAZARD_ITEM_NOT_ALLOWED,
            MAJOR_HAZARD_ITEM_UNKNOWN,
            DUE_DATE_PASSED,
            DUE_DATE_REASON_REQUIRED,
        ]],
    ),
    (
        Operation::CorrectHazard,
        &[&[
            WRONG_STATE,
            HAZARD_ACKNOWLEDGED_ALREADY,
            NOT_THE_AUTHOR,
            MAJOR_GRADE_FIXED,
            MAJOR_HAZARD_ITEM_REQUIRED,
            MAJOR_HAZARD_ITEM_NOT_ALLOWED,
            MAJOR_HAZARD_ITEM_UNKNOWN,
            DUE_DATE_PASSED,
            DUE_DATE_REASON_REQUIRED,
            NOTHING_AMENDED,
        ]],
    ),
    (
        Operation::AmendHazard,
        &[&[
            WRONG_STATE,
            NOT_THE_AUTHOR,
            REASON_REQUIRED,
            MAJOR_HAZARD_ITEM_NOT_ALLOWED,
            MAJOR_HAZARD_ITEM_UNKNOWN,
            NOTHING_AMENDED,
        ]],
    ),
    (Operation::AcknowledgeHazard, &[&[WRONG_STATE]]),
    (Operation::RectifyHazard, &[&[WRONG_STATE, EVIDENCE_REQUIRED]]),
    (Operation::CommentHazard, &[&[WRONG_STATE, REASON_REQUIRED]]),
    (Operation::CloseHazard, &[&[WRONG_STATE]]),
    (Operation::RejectHazard, &[&[WRONG_STATE, REASON_REQUIRED]]),
    (Operation::ExtendHazard, &[&[WRONG_STATE, REASON_REQUIRED, DUE_DATE_PASSED, DUE_DATE_NOT_LATER]]),
    (Operation::CreateServiceReport, &[&[UNKNOWN_REFERENCE, WRONG_STATE, REPORT_OPEN_ALREADY]]),
    (Operation::UpdateServiceReport, &[&[WRONG_STATE]]),
    (
        Operation::SubmitServiceReport,
        &[&[WRONG_STATE, VISIT_NOT_ACCEPTED, SERVICE_INCOMPLETE, OPEN_HAZARDS_NOT_ACKNOWLEDGED]],
    ),
    (Operation::AcknowledgeServiceReport, &[&[WRONG_STATE, SAME_PERSON]]),
    (Operation::ReturnServiceReport, &[&[WRONG_STATE, REASON_REQUIRED]]),
];
