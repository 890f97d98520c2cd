//! Who may do what: one table of operations, decided from port, role, scope and the caller's relation to the record.
//!
//! A caller who has no relation to a record, or whose relation may not read it, is told that the record does not exist
//! (A11.3: nobody sees a project in which they have no part).

mod caller;
mod disclosure;
mod list_scope;
mod operation;
mod permission;
mod port;
mod relation;
pub mod state_machine;
pub mod timeline;

pub use caller::{Caller, Role, Scope, Who};
pub use disclosure::{Disclosure, FieldGroup, disclosure};
pub use list_scope::{ListScope, list_scope};
pub use operation::{Grant, Operation, Resource};
pub use permission::{
    CODES, FORBIDDEN, NOT_FOUND, ORGANIZATION_NOT_ACTIVE, TokenAccess, UNAUTHENTICATED, allowed_actions,
    is_conceivable, may, may_ever, ports, token_access,
};
pub use port::{District, Port};
pub use relation::{Relation, Relations};

#[cfg(test)]
mod tests;
