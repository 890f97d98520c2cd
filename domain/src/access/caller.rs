//! Who calls: a person, an API token or nobody, with port, role and scopes.

use crate::{
    ActorKind,
    access::port::{District, Port},
    base::id::{ExpertId, Id, OrganizationId},
    vocabulary,
};

vocabulary! {
    /// Roles of a user in an organisation.
    pub enum Role as "UserRole" {
        Viewer = "viewer" / "查看" / "Viewer: reads",
        Operator = "operator" / "经办" / "Operator: does the work",
        Admin = "admin" / "管理员" / "Administrator: manages users and tokens",
    }
}

vocabulary! {
    /// Scopes of an API token: what it may read or change.
    pub enum Scope as "ApiTokenScope" {
        ProjectsRead = "projects:read" / "读取项目及其时间线" / "Read projects and their timeline",
        PoliciesRead = "policies:read" / "读取保单" / "Read policies",
        PoliciesWrite = "policies:write" / "录入保单和批单" / "Record policies and endorsements",
        CommissionsRead = "commissions:read" / "读取委托服务单" / "Read commissions",
        CommissionsWrite = "commissions:write" / "编制、提交、终止或答复委托服务单" / "Make, submit, end or answer commissions",
        ServicePlansRead = "service_plans:read" / "读取技术服务方案" / "Read service plans",
        ServicePlansWrite = "service_plans:write" / "编制或确认、退回技术服务方案" / "Make or decide on service plans",
        VisitsRead = "visits:read" / "读取现场服务、隐患和资料" / "Read visits, hazards and materials",
        ServiceReportsRead = "service_reports:read" / "读取技术服务报告" / "Read service reports",
        ServiceReportsWrite = "service_reports:write" / "编制或签收、退回技术服务报告" / "Make or decide on service reports",
    }
}

/// Who calls, as far as permission asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// Which kind of caller.
    pub who: Who,
    /// Their organisation; an individual expert has none.
    pub organization_id: Option<OrganizationId>,
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

    /// Whether this is the caller's own organisation.
    #[must_use]
    pub fn is_of(&self, organization: Option<OrganizationId>) -> bool {
        organization.is_some() && self.organization_id == organization
    }

    /// The caller's organisation, where it is one of these.
    #[must_use]
    pub fn organization_among(&self, organizations: &[OrganizationId]) -> Option<OrganizationId> {
        self.organization_id.filter(|id| organizations.contains(id))
    }

    /// The provider for whom the caller speaks, where the caller is one (Art. 16).
    #[must_use]
    pub fn provider(&self) -> Option<OrganizationId> {
        self.organization_id.filter(|_| self.port == Some(Port::Provider))
    }

    /// The provider for whom the caller speaks, where an expert is or was in a group of that provider: an expert of the caller's.
    #[must_use]
    pub fn provider_of(&self, is_in_group: bool) -> Option<OrganizationId> {
        self.organization_id.filter(|_| is_in_group)
    }

    /// The kind of actor that it is.
    #[must_use]
    pub fn kind(&self) -> ActorKind {
        match self.who {
            Who::Nobody => ActorKind::Nobody,
            Who::User(_) => ActorKind::User,
            Who::Token(_) => ActorKind::Token,
        }
    }

    /// Whether an API token calls.
    #[must_use]
    pub const fn is_token(&self) -> bool {
        matches!(self.who, Who::Token(_))
    }

    /// Whether the caller is this expert.
    #[must_use]
    pub fn is_expert(&self, id: ExpertId) -> bool {
        self.expert_id == Some(id.uuid())
    }

    /// Those by which the caller joins a project through records below it, beside the parties that the project names: the
    /// organisation that insures or serves, and the expert.
    #[must_use]
    pub fn joins_projects_as(&self) -> Vec<uuid::Uuid> {
        let joins = |port: Port| port == Port::Insurer || port.is_service_provider();
        let organization = self.organization_id.filter(|_| self.port.is_some_and(joins));
        organization.map(Id::uuid).into_iter().chain(self.expert_id).collect()
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
