use std::collections::BTreeSet;

use anze_domain::{
    base::{
        self,
        code::{REASON_REQUIRED, WRONG_STATE},
    },
    library::{objection::NOT_ON_NOTICE, public_notice::NOT_PASSED},
    state_machines::{Cause, state_machines},
};

use super::{checks::Group, *};
use crate::{
    http::{catalogue, language::Language},
    server::openapi::{
        callers, document,
        problem_codes::{BEFORE_ROUTING, Form, by_form},
        shared,
    },
};

/// Operations that refuse a wrong state of another record by a code of their own.
const STATE_BY_OWN_CODE: [(Operation, &Code); 2] =
    [(Operation::CreatePublicNotice, NOT_PASSED), (Operation::CreateObjection, NOT_ON_NOTICE)];

/// Operations whose reason the contract alone demands: no step looks at it again.
const REASON_BY_SCHEMA_ALONE: [Operation; 1] = [Operation::JustifyDecline];

/// Operations after which an expert is no longer in groups that have not begun.
const LEAVES_GROUPS: [Operation; 5] = [
    Operation::SuspendExpert,
    Operation::RemoveExpert,
    Operation::UpholdRecusalRequest,
    Operation::DeclareTie,
    Operation::ChangeEmployer,
];

fn lists(operation: Operation, code: &Code) -> bool {
    of_operation(operation).iter().any(|listed| listed.name == code.name)
}

#[test]
fn what_a_state_decides_lists_the_wrong_state() {
    for machine in state_machines() {
        for transition in machine.transitions {
            let (Cause::Operation(operation) | Cause::OperationIf(operation, _)) = transition.cause else {
                continue;
            };
            // Where an expert leaves, the visits of the expert's groups follow, whatever state they are in.
            if machine.en == "Visit" && LEAVES_GROUPS.contains(&operation) {
                continue;
            }
            let own = STATE_BY_OWN_CODE.iter().find(|(listed, _)| *listed == operation);
            let code = own.map_or(WRONG_STATE, |(_, code)| *code);
            assert!(lists(operation, code), "{operation} of {} lacks {}", machine.en, code.name);
        }
    }
}

#[test]
fn what_takes_a_reason_lists_its_absence() {
    let document = document(Language::English);
    let mut seen = 0;
    for (path, method, operation) in shared::operations(&document) {
        let schema = operation.pointer("/requestBody/content/application~1json/schema");
        let Some(name) = schema.and_then(|schema| schema["$ref"].as_str()) else { continue };
        let schema = document.pointer(name.trim_start_matches('#')).unwrap();
        let known = callers::domain_operation(operation).unwrap();
        let by_schema_alone = REASON_BY_SCHEMA_ALONE.contains(&known);
        if schema.pointer("/properties/reason").is_some() {
            assert_ne!(lists(known, REASON_REQUIRED), by_schema_alone, "{method} {path}");
            seen += 1;
        } else {
            assert!(!by_schema_alone, "{method} {path} takes no reason");
        }
    }
    assert!(seen > 30, "{seen}");
}

#[test]
fn no_code_is_listed_twice_or_comes_of_the_form() {
    for (path, method, operation) in shared::operations(&document(Language::English)) {
        let form = Form::of(path, method, operation.as_object().unwrap());
        let mut names: BTreeSet<&str> = by_form(form).map(|code| code.name).collect();
        let id = operation["operationId"].as_str().unwrap();
        for code in of(id) {
            assert!(
                names.insert(code.name),
                "{id} lists {} though it comes of its form, or twice",
                code.name
            );
        }
    }
}

#[test]
fn an_operation_has_one_row_at_most() {
    let mut seen = BTreeSet::new();
    for (operation, groups) in AREAS.iter().copied().flatten() {
        assert!(seen.insert(operation.code()), "{operation} has two rows");
        assert!(!of_operation(*operation).is_empty(), "{operation}: {groups:?}");
    }
}

/// Every code that can refuse a whole request stands in the table or comes of a form. These do neither.
#[test]
fn a_code_of_no_operation_is_known_as_such() {
    let all = Form {
        protected: true,
        in_path: true,
        json: true,
        file: true,
        versioned: true,
        keyed: true,
        paged: true,
    };
    let mut listed: BTreeSet<&str> =
        by_form(all).chain(BEFORE_ROUTING.iter().copied()).map(|code| code.name).collect();
    for operation in Operation::ALL {
        listed.extend(of_operation(*operation).iter().map(|code| code.name));
    }
    let elsewhere = ELSEWHERE.iter().copied().flatten().map(|code| code.name).collect::<BTreeSet<_>>();
    let missing: BTreeSet<_> =
        catalogue::all().map(|code| code.name).filter(|name| !listed.contains(name)).collect();
    assert_eq!(missing, elsewhere);
}

/// What the schema of the contract always refuses first.
const BY_SCHEMA: Group = &[
    base::identifier::MOBILE_NUMBER_INVALID,
    base::money::MONEY_NOT_READABLE,
    anze_domain::calendar::working_calendar::WORKING_DAYS_OUT_OF_RANGE,
    anze_domain::library::group::GROUP_TOO_LARGE,
    anze_domain::library::qualification::SPECIALTY_REQUIRED,
    anze_domain::service::commission::CONTRACT_NUMBER_REQUIRED,
    anze_domain::service::commission::NO_SERVICE_LINE,
    anze_domain::service::commission::TIMES_REQUIRED,
    anze_domain::service::fee::COST_LINES_COUNT,
    anze_domain::service::fee::COST_UNIT_PRICE_INVALID,
    anze_domain::service::visit::negotiation::SLOT_COUNT_WRONG,
];

/// Of single fields: the answer itself has the code `invalid_input`.
const OF_FIELDS: Group = &[
    catalogue::CONTROL_CHARACTER,
    catalogue::FORMAT,
    catalogue::NOT_ALLOWED_VALUE,
    catalogue::NOT_UNIQUE,
    catalogue::OUT_OF_RANGE,
    catalogue::PATTERN,
    catalogue::TOO_FEW,
    catalogue::TOO_LONG,
    catalogue::TOO_MANY,
    catalogue::TOO_SHORT,
];

/// Of single items of a batch.
const OF_ITEMS: Group = &[
    anze_domain::library::council_session::MORE_VOICES_THAN_MEMBERS,
    anze_domain::library::council_session::NOT_PUT_TO_SESSION,
];

/// Of what the platform does by itself, of the files of calendars that it reads, and of paths without an operation.
const OF_THE_PLATFORM: Group = &[
    anze_domain::access::ORGANIZATION_NOT_ACTIVE,
    anze_domain::calendar::working_calendar::CALENDAR_DATE_OUTSIDE_YEAR,
    anze_domain::calendar::working_calendar::CALENDAR_DATE_TWICE,
    anze_domain::calendar::working_calendar::CALENDAR_MAKE_UP_ON_WEEKDAY,
    anze_domain::calendar::working_calendar::CALENDAR_WITHOUT_HOLIDAYS,
    anze_domain::library::public_notice::PUBLIC_NOTICE_STILL_OPEN,
    catalogue::METHOD_NOT_ALLOWED,
];

const ELSEWHERE: [Group; 4] = [BY_SCHEMA, OF_FIELDS, OF_ITEMS, OF_THE_PLATFORM];
