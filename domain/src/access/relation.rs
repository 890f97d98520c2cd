//! How a caller is related to a record: what every permission is decided from.

use crate::{
    access::{
        caller::{Caller, Who},
        port::{District, Port},
    },
    base::id::OrganizationId,
    vocabulary,
};

vocabulary! {
    /// Relations of a caller to a record.
    pub enum Relation {
        Anyone = "anyone" / "任何人" / "Anyone, without login",
        SignedIn = "signed_in" / "已登录" / "Whoever is signed in",
        Person = "person" / "本人" / "A person who is signed in, no token",
        Own = "own" / "本单位（专家和入库申请人的账号归质安协会）" / "A record of the caller's own organisation; accounts of experts and applicants count as the association's",
        Contractor = "contractor" / "施工单位" / "Contractor of the project",
        Supervisor = "supervisor" / "监理单位" / "Supervisor of the project",
        Owner = "owner" / "建设单位" / "Owner of the project",
        Insurer = "insurer" / "保险机构" / "Insurer of the policy",
        Provider = "provider" / "服务机构" / "Provider of the commissioned service",
        Leader = "leader" / "组长" / "Leader of the visit's group",
        Member = "member" / "组员（含组长），或记录所涉的专家本人" / "Member of the visit's group, the leader included; the expert, of an expert's own record",
        Applicant = "applicant" / "申请人" / "The person who applies for the expert library",
        Association = "association" / "质安协会" / "The association",
        Regulator = "regulator" / "行业主管" / "The regulator of the area",
    }
}

/// Who has a part in a record.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Relations {
    /// The organisation whose own record it is.
    pub own: Option<OrganizationId>,
    /// Contractor of the project.
    pub contractor: Option<OrganizationId>,
    /// Supervisor, where it is an organisation here.
    pub supervisor: Option<OrganizationId>,
    /// Owner, where it is an organisation here.
    pub owner: Option<OrganizationId>,
    /// Insurers: one below a policy, several on a project.
    pub insurers: Vec<OrganizationId>,
    /// Providers: one below a commission, several on a project.
    pub providers: Vec<OrganizationId>,
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
    /// Whether it is an organisation that is not active: nobody knows of it but its own people, the association and the
    /// regulator.
    pub inactive_organization: bool,
    /// District of the project.
    pub district: Option<District>,
}

impl Relations {
    /// Who has a part in what an expert's own record says of the expert: the expert, and the provider in whose groups the
    /// expert is or was.
    #[must_use]
    pub fn of_expert(expert: uuid::Uuid, works_for: Option<OrganizationId>) -> Self {
        Self { members: vec![expert], providers: works_for.into_iter().collect(), ..Self::default() }
    }

    /// Adds the caller's own ids to a record from a list already narrowed to the caller.
    #[must_use]
    pub fn listed_to(mut self, caller: &Caller) -> Self {
        self.insurers.extend(caller.organization_id);
        self.members.extend(caller.expert_id);
        if caller.port == Some(Port::Provider) {
            self.providers.extend(caller.organization_id);
        }
        self
    }

    /// Whether the caller is a provider and the record is open to every provider.
    #[must_use]
    pub fn is_for_any_provider(&self, caller: &Caller) -> bool {
        self.any_provider && caller.provider().is_some()
    }

    /// The parts that the caller has.
    #[must_use]
    pub fn held_by(&self, caller: &Caller) -> Vec<Relation> {
        let mut held = vec![Relation::Anyone];
        if caller.who == Who::Nobody {
            return held;
        }
        let organization = caller.organization_id;
        let is = |one: Option<OrganizationId>| one.is_some() && one == organization;
        let of_authority = matches!(caller.port, Some(Port::Association | Port::Regulator));
        if !self.inactive_organization || is(self.own) || of_authority {
            held.push(Relation::SignedIn);
        }
        if !caller.is_token() {
            held.push(Relation::Person);
        }
        let among = |many: &[OrganizationId]| organization.is_some_and(|id| many.contains(&id));
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
                let any = self.is_for_any_provider(caller);
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
