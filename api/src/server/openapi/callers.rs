//! Who may call each operation, and what it does to a record's state: taken from the domain's table of operations and its state machines,
//! which decide.

use std::collections::BTreeSet;

use anze_domain::{
    Vocabulary,
    access::{Operation, Role, TokenAccess, ports, token_access},
    state_machines::{Cause, StateMachine, state_machines},
};
use serde_json::{Value, json};

use super::shared::operations_mut;
use crate::http::language::Language;

/// Says of each operation who may call it: `security`, `x-ports`, `x-roles`, `x-relations`, `x-scope`.
pub(super) fn name_callers(document: &mut Value) {
    for operation in operations_mut(document) {
        let Some(known) = domain_operation(operation) else { continue };
        let grant = known.grant();
        if known.is_open() {
            operation["security"] = json!([]);
            continue;
        }
        let tokens = token_access(known);
        operation["security"] = match tokens {
            TokenAccess::None => json!([{ "session": [] }]),
            TokenAccess::AnyScope | TokenAccess::Scope(_) => json!([{ "session": [] }, { "api_token": [] }]),
        };
        if let TokenAccess::Scope(scope) = tokens {
            operation["x-scope"] = json!(scope.code());
        }
        operation["x-ports"] = codes(&ports(known));
        operation["x-roles"] = codes(&roles(known));
        operation["x-relations"] = codes(grant.relations);
    }
}

/// Gives each operation its name in this language. The first line of a handler's comment is for readers of the code alone.
pub(super) fn name_operations(document: &mut Value, language: Language) {
    for operation in operations_mut(document) {
        let Some(known) = domain_operation(operation) else { continue };
        operation["summary"] = json!(match language {
            Language::Chinese => known.zh(),
            Language::English => known.en(),
        });
    }
}

/// Says of each operation that moves a record from state to state which states it leads from, and to which: `x-transition`.
pub(super) fn name_transitions(document: &mut Value, language: Language) {
    let machines = state_machines();
    for operation in operations_mut(document) {
        let Some(known) = domain_operation(operation) else { continue };
        let steps: Vec<Value> =
            machines.iter().flat_map(|machine| transitions(machine, known, language)).collect();
        if !steps.is_empty() {
            operation["x-transition"] = Value::Array(steps);
        }
    }
}

/// The operation of the domain that an operation of the contract is; none for what only operators ask.
pub(super) fn domain_operation(operation: &Value) -> Option<Operation> {
    Operation::from_code(operation.get("operationId")?.as_str()?)
}

/// The roles whose users may do an operation.
pub(super) fn roles(operation: Operation) -> Vec<Role> {
    Role::ALL.iter().copied().filter(|role| *role >= operation.grant().role).collect()
}

fn codes<T: Vocabulary>(terms: &[T]) -> Value {
    terms.iter().map(|term| term.code()).collect()
}

/// The steps of a state machine that an operation takes, those to the same state under the same condition as one.
fn transitions(machine: &StateMachine, operation: Operation, language: Language) -> Vec<Value> {
    let made = machine.beginnings.iter().filter_map(|beginning| {
        let condition = condition(beginning.cause, operation, language)?;
        Some((None, beginning.state, condition))
    });
    let moved = machine.transitions.iter().filter_map(|step| {
        let condition = condition(step.cause, operation, language)?;
        Some((Some(step.from), step.to, condition))
    });
    let steps: Vec<_> = made.chain(moved).collect();
    let ends: BTreeSet<_> = steps.iter().map(|(_, to, condition)| (*to, *condition)).collect();
    let step = |(to, condition): &(&str, &str)| {
        let of_end = steps.iter().filter(|step| (step.1, step.2) == (*to, *condition));
        let from: Vec<&str> = of_end.filter_map(|(from, ..)| *from).collect();
        let mut step = json!({ "status": machine.states.name, "from": from, "to": to });
        if let Some(step) = step.as_object_mut().filter(|_| !condition.is_empty()) {
            step.insert("condition".to_owned(), json!(condition));
        }
        step
    };
    ends.iter().map(step).collect()
}

/// The condition under which the cause is this operation, empty where there is none; nothing where it is another.
fn condition(cause: Cause, operation: Operation, language: Language) -> Option<&'static str> {
    match cause {
        Cause::Operation(it) if it == operation => Some(""),
        Cause::OperationIf(it, when) if it == operation => Some(match language {
            Language::Chinese => when.zh,
            Language::English => when.en,
        }),
        _ => None,
    }
}
