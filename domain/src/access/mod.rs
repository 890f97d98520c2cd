//! Who may do what: one table of operations, decided from port, role, scope and part in the record.
//!
//! A caller that has no part in a record, or whose part may not read it, is told that it is not there
//! (A11.3: nobody sees a project that they have no part in).

mod operation;
pub mod state_machine;
pub mod timeline;

pub use operation::{Grant, Operation, Resource};

use crate::{
    Id, Violation,
    identity::organization::{District, Organization, Port},
    vocabulary,
};

crate::codes! {
    UNAUTHENTICATED = "unauthenticated", Forbidden, None,
        "未登录" / "请先登录，或提供有效的访问令牌。",
        "Not authenticated" / "Log in, or present a valid token.";
    FORBIDDEN = "forbidden", Forbidden, None,
        "无权执行" / "您的端口、角色或授权范围不允许执行该操作。",
        "Not for you to do" / "Your port, role or scope does not allow this.";
    ORGANIZATION_NOT_ACTIVE = "organization_not_active", Forbidden, None,
        "单位未启用" / "您所在单位尚未审核通过或已被暂停。",
        "Organisation not active" / "Your organisation is not approved yet, or is suspended.";
    NOT_FOUND = "not_found", Hidden, Some("A11.3"),
        "未找到" / "没有该记录，或您无权查看。",
        "Not found" / "There is nothing here, or nothing that you may see.";
}

vocabulary! {
    /// What a user may do in their organisation.
    pub enum Role {
        Viewer = "viewer" / "查看" / "Viewer: reads",
        Operator = "operator" / "经办" / "Operator: does the work",
        Admin = "admin" / "管理员" / "Administrator: manages users and tokens",
    }
}

vocabulary! {
    /// What an API token is allowed to touch.
    pub enum Scope {
        ProjectsRead = "projects:read" / "读取项目" / "Read projects and their timeline",
        PoliciesRead = "policies:read" / "读取保单" / "Read policies",
        PoliciesWrite = "policies:write" / "录入保单" / "Record policies and endorsements",
        CommissionsRead = "commissions:read" / "读取委托服务单" / "Read commissions",
        CommissionsWrite = "commissions:write" / "办理委托服务单" / "Make, submit and end commissions",
        ServicePlansRead = "service_plans:read" / "读取技术服务方案" / "Read service plans",
        ServicePlansWrite = "service_plans:write" / "确认技术服务方案" / "Make or decide on service plans",
        VisitsRead = "visits:read" / "读取现场服务" / "Read visits, hazards and materials",
        ServiceReportsRead = "service_reports:read" / "读取技术服务报告" / "Read service reports",
        ServiceReportsWrite = "service_reports:write" / "签收技术服务报告" / "Make or decide on service reports",
    }
}

vocabulary! {
    /// The part that a caller has in a record.
    pub enum Relation as "Part" {
        Anyone = "anyone" / "任何人" / "Anyone, without login",
        SignedIn = "signed_in" / "已登录" / "Whoever is signed in",
        Person = "person" / "本人" / "A person who is signed in, no token",
        Own = "own" / "本单位" / "A record of the caller's own organisation",
        Contractor = "contractor" / "施工单位" / "Contractor of the project",
        Supervisor = "supervisor" / "监理单位" / "Supervisor of the project",
        Owner = "owner" / "建设单位" / "Owner of the project",
        Insurer = "insurer" / "保险机构" / "Insurer of the policy",
        Provider = "provider" / "服务机构" / "Provider of the commissioned service",
        Leader = "leader" / "组长" / "Leader of the visit's group",
        Member = "member" / "组员" / "Member of the visit's group, the leader included",
        Applicant = "applicant" / "申请人" / "The person who applies for the expert library",
        Association = "association" / "质安协会" / "The association",
        Regulator = "regulator" / "行业主管" / "The regulator of the area",
    }
}

/// Who calls, as far as permission asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// Which kind of caller.
    pub who: Who,
    /// Their organisation; an individual expert has none.
    pub organization_id: Option<Id<Organization>>,
    /// Their port; nobody has none.
    pub port: Option<Port>,
    /// Whether their organisation is active.
    pub active: bool,
    /// Their role; a token works as an operator.
    pub role: Role,
    /// What a token may touch; empty for people, who are not limited by scopes.
    pub scopes: Vec<Scope>,
    /// The expert that the user is.
    pub expert_id: Option<uuid::Uuid>,
    /// The area of a regulator; none for the whole city.
    pub district: Option<District>,
}

/// Kinds of callers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Nobody that we know.
    Nobody,
    /// A person.
    User(uuid::Uuid),
    /// An API token.
    Token(uuid::Uuid),
}

impl Caller {
    /// Nobody: what an open operation is called by.
    pub const NOBODY: Self = Self {
        who: Who::Nobody,
        organization_id: None,
        port: None,
        active: true,
        role: Role::Viewer,
        scopes: Vec::new(),
        expert_id: None,
        district: None,
    };

    /// Whether an API token calls.
    #[must_use]
    pub const fn is_token(&self) -> bool {
        matches!(self.who, Who::Token(_))
    }

    /// The id of the user or token; nil for nobody.
    #[must_use]
    pub const fn id(&self) -> uuid::Uuid {
        match self.who {
            Who::Nobody => uuid::Uuid::nil(),
            Who::User(id) | Who::Token(id) => id,
        }
    }
}

/// Who has a part in a record.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Relations {
    /// The organisation whose own record it is.
    pub own: Option<Id<Organization>>,
    /// Contractor of the project.
    pub contractor: Option<Id<Organization>>,
    /// Supervisor, where it is an organisation here.
    pub supervisor: Option<Id<Organization>>,
    /// Owner, where it is an organisation here.
    pub owner: Option<Id<Organization>>,
    /// Insurers: one below a policy, several on a project.
    pub insurers: Vec<Id<Organization>>,
    /// Providers: one below a commission, several on a project.
    pub providers: Vec<Id<Organization>>,
    /// Leader of the group.
    pub leader: Option<uuid::Uuid>,
    /// Experts of the group, the leader included.
    pub members: Vec<uuid::Uuid>,
    /// The user who applies for the library.
    pub applicant: Option<uuid::Uuid>,
    /// Whether it is the applicant's alone: a draft.
    pub applicants_alone: bool,
    /// Whether every provider has a part: in the library's experts, whom it may ask.
    pub any_provider: bool,
    /// Whether it counts as the association's own record: the account of an individual expert.
    pub of_association: bool,
    /// District of the project.
    pub district: Option<District>,
}

impl Relations {
    /// The parts that the caller has.
    #[must_use]
    pub fn held_by(&self, caller: &Caller) -> Vec<Relation> {
        let mut held = vec![Relation::Anyone];
        if caller.who == Who::Nobody {
            return held;
        }
        held.push(Relation::SignedIn);
        if !caller.is_token() {
            held.push(Relation::Person);
        }
        let organization = caller.organization_id;
        let is = |one: Option<Id<Organization>>| one.is_some() && one == organization;
        let among = |many: &[Id<Organization>]| organization.is_some_and(|id| many.contains(&id));
        let mut add = |holds: bool, relation| {
            if holds {
                held.push(relation);
            }
        };
        let of_association = self.of_association && caller.port == Some(Port::Association);
        add(is(self.own) || of_association, Relation::Own);
        match caller.port {
            Some(Port::Contractor) => add(is(self.contractor), Relation::Contractor),
            Some(Port::Supervisor) => add(is(self.supervisor), Relation::Supervisor),
            Some(Port::Owner) => add(is(self.owner), Relation::Owner),
            Some(Port::Insurer) => add(among(&self.insurers), Relation::Insurer),
            Some(Port::Association) => {
                add(!self.applicants_alone, Relation::Association);
                add(among(&self.providers), Relation::Provider);
            }
            Some(Port::Provider) => {
                let any = self.any_provider && organization.is_some();
                add(any || among(&self.providers), Relation::Provider);
            }
            Some(Port::Regulator) => {
                let area =
                    caller.district.is_none() || self.district.is_none() || caller.district == self.district;
                add(area && !self.applicants_alone, Relation::Regulator);
            }
            None => {}
        }
        if let Some(expert) = caller.expert_id {
            add(self.leader == Some(expert), Relation::Leader);
            add(self.members.contains(&expert), Relation::Member);
        }
        // Experts are no organisation's, so nobody applies who belongs to one.
        let applies = self.applicant.is_some_and(|user| caller.who == Who::User(user));
        add(applies && organization.is_none(), Relation::Applicant);
        held
    }
}

/// Decides whether the caller may do the operation on a record in which these have a part.
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
fn is_conceivable(caller: &Caller, relation: Relation) -> bool {
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
            caller.organization_id.is_some()
                && matches!(caller.port, Some(Port::Provider | Port::Association))
        }
        Relation::Association => caller.port == Some(Port::Association),
        Relation::Regulator => caller.port == Some(Port::Regulator),
    }
}

#[cfg(test)]
mod tests;
