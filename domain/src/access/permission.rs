//! The decisions: may this caller do this operation, on this record or at all, and what may they do with it now.

use crate::{
    Id, Violation, Vocabulary,
    access::{
        caller::{Caller, Role, Scope, Who},
        operation::{Grant, Operation, Resource},
        port::Port,
        relation::{Relation, Relations},
    },
};

crate::codes! {
    UNAUTHENTICATED = "unauthenticated", Forbidden, None,
        "未登录" / "请先登录，或提供有效的访问令牌。",
        "Not authenticated" / "Log in, or send a valid access token or API token.";
    FORBIDDEN = "forbidden", Forbidden, None,
        "无权执行该操作" / "您的端口、角色或授权范围不允许“{operation}”。",
        "Operation not permitted" / "Your port, role or token scope does not permit the operation “{operation}”.";
    ORGANIZATION_NOT_ACTIVE = "organization_not_active", Forbidden, None,
        "单位未启用" / "您所在单位未审核通过或已被暂停，不能办理“{operation}”。",
        "Organisation not active" / "Your organisation is not yet approved or is suspended. The operation “{operation}” is open to active organisations only.";
    NOT_FOUND = "not_found", Hidden, Some("A11.3"),
        "未找到" / "记录或地址不存在，或您无权查看。",
        "Not found" / "The record or the address does not exist, or you are not permitted to see it.";
}

/// Decides whether the caller may do the operation on a record with these relations.
///
/// # Errors
/// [`UNAUTHENTICATED`] for nobody, [`NOT_FOUND`] where the caller may not even read the record,
/// [`ORGANIZATION_NOT_ACTIVE`], or [`FORBIDDEN`].
pub fn may(caller: &Caller, operation: Operation, relations: &Relations) -> Result<(), Violation> {
    let held = relations.held_by(caller);
    if permits(caller, operation, &held) {
        return Ok(());
    }
    let code = if caller.who == Who::Nobody {
        UNAUTHENTICATED
    } else if grants(caller, operation, &held) {
        ORGANIZATION_NOT_ACTIVE
    } else if !may_read(caller, operation, &held) {
        NOT_FOUND
    } else {
        FORBIDDEN
    };
    Err(Violation::new(code).with("operation", operation))
}

/// Decides from port, role and scope alone whether the caller may ever do the operation: what is asked
/// before a body is read, and what guards operations that make or list records.
///
/// # Errors
/// [`UNAUTHENTICATED`], [`ORGANIZATION_NOT_ACTIVE`] or [`FORBIDDEN`].
pub fn may_ever(caller: &Caller, operation: Operation) -> Result<(), Violation> {
    let refuse = |code| Err(Violation::new(code).with("operation", operation));
    let grant = operation.grant();
    if grant.relations.contains(&Relation::Anyone) {
        return Ok(());
    }
    if caller.who == Who::Nobody {
        return refuse(UNAUTHENTICATED);
    }
    let conceivable = grant.relations.iter().any(|relation| is_conceivable(caller, *relation));
    if !conceivable || !role_and_scope(caller, grant) {
        return refuse(FORBIDDEN);
    }
    if !caller.active && !operation.is_self_service() {
        return refuse(ORGANIZATION_NOT_ACTIVE);
    }
    Ok(())
}

/// The ports of which some user may do the operation on some record, for the contract. Experts belong to the port of the providers
/// (Art. 16); applicants for the expert library belong to no port.
#[must_use]
pub fn ports(operation: Operation) -> Vec<Port> {
    let may = |caller: &Caller| may_ever(caller, operation).is_ok();
    Port::ALL.iter().copied().filter(|port| users_of(*port).iter().any(may)).collect()
}

/// Whether an API token may do the operation, and with which scope, for the contract.
#[must_use]
pub fn token_access(operation: Operation) -> TokenAccess {
    let grant = operation.grant();
    let may = |port: Port| may_ever(&token_of(port), operation).is_ok();
    if operation.is_open() || !Port::ALL.iter().copied().any(may) {
        return TokenAccess::None;
    }
    grant.scope.map_or(TokenAccess::AnyScope, TokenAccess::Scope)
}

/// What an API token needs for an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenAccess {
    /// No token may do it: it is for people, or it takes no credentials.
    None,
    /// A token may do it whatever its scopes are.
    AnyScope,
    /// A token with this scope may do it.
    Scope(Scope),
}

/// One user for each way in which users belong to a port, with the highest role.
fn users_of(port: Port) -> Vec<Caller> {
    let anybody = uuid::Uuid::nil();
    let user = Caller {
        who: Who::User(anybody),
        organization_id: Some(Id::new(anybody)),
        port: Some(port),
        role: Role::Admin,
        ..Caller::NOBODY
    };
    let expert = Caller { organization_id: None, expert_id: Some(anybody), ..user.clone() };
    if port == Port::Provider { vec![user, expert] } else { vec![user] }
}

/// A token of an organisation of the port, with every scope.
fn token_of(port: Port) -> Caller {
    let anybody = uuid::Uuid::nil();
    Caller {
        who: Who::Token(anybody),
        organization_id: Some(Id::new(anybody)),
        port: Some(port),
        role: Role::Operator,
        scopes: Scope::ALL.to_vec(),
        ..Caller::NOBODY
    }
}

/// What of these operations the caller may do on the record, by their short names.
#[must_use]
pub fn allowed_actions(
    caller: &Caller,
    resource: Resource,
    relations: &Relations,
    possible: impl Fn(Operation) -> bool,
) -> Vec<&'static str> {
    let held = relations.held_by(caller);
    Operation::ALL
        .iter()
        .copied()
        .filter(|operation| operation.resource() == resource && operation.action().is_some())
        .filter(|operation| possible(*operation) && permits(caller, *operation, &held))
        .filter_map(Operation::action)
        .collect()
}

fn permits(caller: &Caller, operation: Operation, held: &[Relation]) -> bool {
    let open = operation.grant().relations.contains(&Relation::Anyone);
    grants(caller, operation, held) && (open || caller.active || operation.is_self_service())
}

/// Whether part, role and scope are enough, once the organisation is active.
fn grants(caller: &Caller, operation: Operation, held: &[Relation]) -> bool {
    let grant = operation.grant();
    let is_related = grant.relations.iter().any(|relation| held.contains(relation));
    is_related && (grant.relations.contains(&Relation::Anyone) || role_and_scope(caller, grant))
}

fn role_and_scope(caller: &Caller, grant: Grant) -> bool {
    if caller.is_token() {
        let in_scope = grant
            .scope
            .map_or(grant.relations.contains(&Relation::SignedIn), |scope| caller.scopes.contains(&scope));
        grant.role < Role::Admin && in_scope
    } else {
        caller.role >= grant.role
    }
}

fn may_read(caller: &Caller, operation: Operation, held: &[Relation]) -> bool {
    let Some(view) = operation.resource().view() else { return true };
    let grant = view.grant();
    grant.relations.iter().any(|relation| held.contains(relation))
        && (!caller.is_token() || role_and_scope(caller, grant))
}

/// Whether a caller of this port can have the part in any record.
#[must_use]
pub fn is_conceivable(caller: &Caller, relation: Relation) -> bool {
    match relation {
        Relation::Anyone | Relation::SignedIn => true,
        Relation::Person => !caller.is_token(),
        Relation::Own => caller.organization_id.is_some(),
        Relation::Applicant => !caller.is_token() && caller.organization_id.is_none(),
        Relation::Leader | Relation::Member => caller.expert_id.is_some(),
        Relation::Contractor => caller.port == Some(Port::Contractor),
        Relation::Supervisor => caller.port == Some(Port::Supervisor),
        Relation::Owner => caller.port == Some(Port::Owner),
        Relation::Insurer => caller.port == Some(Port::Insurer),
        Relation::Provider => {
            caller.organization_id.is_some() && caller.port.is_some_and(Port::is_service_provider)
        }
        Relation::Association => caller.port == Some(Port::Association),
        Relation::Regulator => caller.port == Some(Port::Regulator),
    }
}
