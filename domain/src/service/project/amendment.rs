//! Amendments (更正): what the contractor may correct of a project that is registered, field by field.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::{NamedParty, Project, ProjectCategory, ProjectDetails, ProjectStatus, SafetyOfficer};
use crate::{
    Event, EventName, FactName, Money, Violation, Vocabulary,
    access::{
        District, Operation, Port,
        state_machine::{Record, State},
    },
    base::{
        code::NOTHING_AMENDED,
        id::OrganizationId,
        identifier::MobileNumber,
        location::{CoordinateSystem, Location},
    },
    vocabulary,
};

crate::codes! {
    FIELD_NOT_AMENDABLE = "field_not_amendable", Conflict, Some("A3.1"),
        "该内容不得更正" / "“{field}”是承保和计费的依据，项目登记后不得更正。",
        "Field cannot be amended" / "The field “{field}” decides what is insured, its category or its premium. It cannot be amended after registration.";
}

vocabulary! {
    /// Fields of a project, as its amendments name them.
    pub enum ProjectField {
        Name = "name" / "项目名称" / "Name",
        Category = "category" / "工程类别" / "Category",
        ContractPrice = "contract_price" / "合同价款" / "Contract price",
        FloorArea = "floor_area" / "建筑面积" / "Floor area",
        Address = "address" / "工地地址" / "Address of the site",
        District = "district" / "所在区" / "District",
        Location = "location" / "工地坐标" / "Coordinates of the site",
        PlannedStart = "planned_start" / "计划开工日期" / "Planned start",
        PlannedEnd = "planned_end" / "计划竣工日期" / "Planned end",
        ConstructionPermitNumber = "construction_permit_number" / "施工许可证编号" / "Number of the construction permit",
        Supervisor = "supervisor" / "监理单位" / "Supervisor",
        Owner = "owner" / "建设单位" / "Owner",
        LeaderName = "leader_name" / "项目负责人姓名" / "Name of the project leader",
        LeaderMobile = "leader_mobile" / "项目负责人手机号码" / "Mobile number of the project leader",
        SafetyOfficer = "safety_officer" / "安全负责人" / "Safety officer",
    }
}

impl ProjectField {
    /// The states in which the contractor may amend it.
    ///
    /// - Name, category, contract price and floor area: in none. They decide what is insured, and with the premium the cap of the
    ///   fees (A3.1).
    /// - Project leader, with whom times are agreed (A12.1), and safety officer, who is told of major hazards (A15.1);
    ///   permit and dates of the registration (A4.1); the site, to which experts travel (A13.1); supervisor and owner, to whom ties are
    ///   checked (A12.2): while the project is registered, and while its works are suspended.
    #[must_use]
    pub const fn amendable_in(self) -> &'static [ProjectStatus] {
        match self {
            Self::Name | Self::Category | Self::ContractPrice | Self::FloorArea => &[],
            Self::LeaderName
            | Self::LeaderMobile
            | Self::SafetyOfficer
            | Self::ConstructionPermitNumber
            | Self::PlannedStart
            | Self::PlannedEnd
            | Self::Address
            | Self::District
            | Self::Location
            | Self::Supervisor
            | Self::Owner => &[ProjectStatus::Registered, ProjectStatus::Suspended],
        }
    }

    /// Where a request names it.
    #[must_use]
    pub const fn pointer(self) -> &'static str {
        match self {
            Self::Name => "/name",
            Self::Category => "/category",
            Self::ContractPrice => "/contract_price",
            Self::FloorArea => "/floor_area",
            Self::Address => "/address",
            Self::District => "/district",
            Self::Location => "/location",
            Self::PlannedStart => "/planned_start",
            Self::PlannedEnd => "/planned_end",
            Self::ConstructionPermitNumber => "/construction_permit_number",
            Self::Supervisor => "/supervisor",
            Self::Owner => "/owner",
            Self::LeaderName => "/leader_name",
            Self::LeaderMobile => "/leader_mobile",
            Self::SafetyOfficer => "/safety_officer",
        }
    }

    /// The facts of its new and its former value. None of a field that names a person: the event log holds no personal data, and says
    /// only that the field has changed.
    const fn facts(self) -> Option<(FactName, FactName)> {
        use FactName as F;
        Some(match self {
            Self::Address => (F::Address, F::AddressBefore),
            Self::District => (F::District, F::DistrictBefore),
            Self::Location => (F::Location, F::LocationBefore),
            Self::PlannedStart => (F::PlannedStart, F::PlannedStartBefore),
            Self::PlannedEnd => (F::PlannedEnd, F::PlannedEndBefore),
            Self::ConstructionPermitNumber => (F::PermitNumber, F::PermitNumberBefore),
            Self::Supervisor => (F::Supervisor, F::SupervisorBefore),
            Self::Owner => (F::Owner, F::OwnerBefore),
            Self::Name
            | Self::Category
            | Self::ContractPrice
            | Self::FloorArea
            | Self::LeaderName
            | Self::LeaderMobile
            | Self::SafetyOfficer => return None,
        })
    }
}

/// New values for fields of a registered project. A field without a value stays as it is.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Amendment {
    /// Name of the project, which cannot change.
    pub name: Option<String>,
    /// Category, which cannot change.
    pub category: Option<ProjectCategory>,
    /// Contract price, which cannot change.
    pub contract_price: Option<Money>,
    /// Floor area, which cannot change.
    pub floor_area: Option<Decimal>,
    /// Where, in words.
    pub address: Option<String>,
    /// District of the site.
    pub district: Option<District>,
    /// Where, as coordinates.
    pub location: Option<Location>,
    /// Planned first day of the works.
    pub planned_start: Option<chrono::NaiveDate>,
    /// Planned last day of the works.
    pub planned_end: Option<chrono::NaiveDate>,
    /// Number of the construction permit.
    pub construction_permit_number: Option<String>,
    /// Supervisor.
    pub supervisor: Option<NamedParty>,
    /// Owner.
    pub owner: Option<NamedParty>,
    /// Name of the project leader.
    pub leader_name: Option<String>,
    /// Mobile number of the project leader.
    pub leader_mobile: Option<MobileNumber>,
    /// Safety officer.
    pub safety_officer: Option<SafetyOfficer>,
}

impl Amendment {
    /// The fields for which it has a value.
    fn given(&self) -> Vec<ProjectField> {
        use ProjectField as Field;
        let given = |field: &Field| match field {
            Field::Name => self.name.is_some(),
            Field::Category => self.category.is_some(),
            Field::ContractPrice => self.contract_price.is_some(),
            Field::FloorArea => self.floor_area.is_some(),
            Field::Address => self.address.is_some(),
            Field::District => self.district.is_some(),
            Field::Location => self.location.is_some(),
            Field::PlannedStart => self.planned_start.is_some(),
            Field::PlannedEnd => self.planned_end.is_some(),
            Field::ConstructionPermitNumber => self.construction_permit_number.is_some(),
            Field::Supervisor => self.supervisor.is_some(),
            Field::Owner => self.owner.is_some(),
            Field::LeaderName => self.leader_name.is_some(),
            Field::LeaderMobile => self.leader_mobile.is_some(),
            Field::SafetyOfficer => self.safety_officer.is_some(),
        };
        Field::ALL.iter().copied().filter(given).collect()
    }

    /// The details with its values.
    fn applied_to(&self, mut details: ProjectDetails) -> ProjectDetails {
        fn set<T: Clone>(field: &mut T, value: &Option<T>) {
            if let Some(value) = value {
                field.clone_from(value);
            }
        }
        set(&mut details.name, &self.name);
        set(&mut details.category, &self.category);
        set(&mut details.contract_price, &self.contract_price);
        set(&mut details.floor_area, &self.floor_area);
        set(&mut details.address, &self.address);
        set(&mut details.district, &self.district);
        set(&mut details.location, &self.location);
        set(&mut details.planned.start, &self.planned_start);
        set(&mut details.planned.end, &self.planned_end);
        set(&mut details.supervisor, &self.supervisor);
        set(&mut details.owner, &self.owner);
        set(&mut details.leader_name, &self.leader_name);
        set(&mut details.leader_mobile, &self.leader_mobile);
        if let Some(number) = &self.construction_permit_number {
            details.construction_permit_number = Some(number.clone());
        }
        if let Some(officer) = &self.safety_officer {
            details.safety_officer = Some(officer.clone());
        }
        details
    }
}

impl ProjectDetails {
    /// Whether a field has the same value in both.
    fn has_same(&self, other: &Self, field: ProjectField) -> bool {
        use ProjectField as Field;
        match field {
            Field::Name => self.name == other.name,
            Field::Category => self.category == other.category,
            Field::ContractPrice => self.contract_price == other.contract_price,
            Field::FloorArea => self.floor_area == other.floor_area,
            Field::Address => self.address == other.address,
            Field::District => self.district == other.district,
            Field::Location => self.location == other.location,
            Field::PlannedStart => self.planned.start == other.planned.start,
            Field::PlannedEnd => self.planned.end == other.planned.end,
            Field::ConstructionPermitNumber => {
                self.construction_permit_number == other.construction_permit_number
            }
            Field::Supervisor => self.supervisor == other.supervisor,
            Field::Owner => self.owner == other.owner,
            Field::LeaderName => self.leader_name == other.leader_name,
            Field::LeaderMobile => self.leader_mobile == other.leader_mobile,
            Field::SafetyOfficer => self.safety_officer == other.safety_officer,
        }
    }

    /// The value of a field as an event holds it. None of a field that has none.
    fn said(&self, field: ProjectField, names: &PartyNames) -> Option<String> {
        use ProjectField as Field;
        Some(match field {
            Field::Address => self.address.clone(),
            Field::District => self.district.to_string(),
            Field::Location => {
                let Location { longitude, latitude, coordinate_system } = self.location;
                let datum = match coordinate_system {
                    CoordinateSystem::Wgs84 => "WGS-84",
                    CoordinateSystem::Gcj02 => "GCJ-02",
                };
                format!("{longitude}, {latitude} ({datum})")
            }
            Field::PlannedStart => self.planned.start.to_string(),
            Field::PlannedEnd => self.planned.end.to_string(),
            Field::ConstructionPermitNumber => return self.construction_permit_number.clone(),
            Field::Supervisor => return names.of(&self.supervisor),
            Field::Owner => return names.of(&self.owner),
            Field::Name
            | Field::Category
            | Field::ContractPrice
            | Field::FloorArea
            | Field::LeaderName
            | Field::LeaderMobile
            | Field::SafetyOfficer => return None,
        })
    }
}

/// The names of the organisations that are parties before or after an amendment.
#[derive(Debug, Clone, Default)]
pub struct PartyNames(pub BTreeMap<OrganizationId, String>);

impl PartyNames {
    fn of(&self, party: &NamedParty) -> Option<String> {
        party.organization_id.and_then(|id| self.0.get(&id).cloned()).or_else(|| party.name.clone())
    }
}

/// A supervisor or an owner that a change puts in the place of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PartyChange {
    /// The port, which is the part in the project.
    pub port: Port,
    /// The organisation that has the part no longer.
    pub left: Option<OrganizationId>,
    /// The organisation that has it from now on.
    pub joined: Option<OrganizationId>,
}

impl Project {
    /// The contractor corrects fields of the project after its registration, with a reason (A4.1). The event names each field that has
    /// changed, with its former and its new value where the field names no person.
    ///
    /// # Errors
    /// `WRONG_STATE`; `REASON_REQUIRED`; [`FIELD_NOT_AMENDABLE`] for each field that cannot change in this state; `NOTHING_AMENDED`
    /// at each field that is given, where none has a new value; `PARTY_NOT_NAMED`; a field that is wrong.
    pub fn amend(
        self,
        amendment: &Amendment,
        reason: &str,
        names: &PartyNames,
    ) -> Result<(Self, Event), Violation> {
        let (before, status, kept) = (self.details.clone(), self.status, self.status_reason.clone());
        let (mut next, mut event) =
            self.advance_because(Operation::AmendProject, EventName::ProjectAmended, reason)?;
        next.status_reason = kept;
        let given = amendment.given();
        let details = amendment.applied_to(before.clone());
        let changed: Vec<_> =
            given.iter().copied().filter(|field| !details.has_same(&before, *field)).collect();
        let fixed = changed
            .iter()
            .filter(|field| !field.amendable_in().contains(&status))
            .map(|field| Violation::new(FIELD_NOT_AMENDABLE).with("field", *field).at(field.pointer()));
        Violation::all(fixed.collect())?;
        if changed.is_empty() {
            return Err(given
                .into_iter()
                .fold(Violation::new(NOTHING_AMENDED), |refused, field| refused.at(field.pointer())));
        }
        details.check()?;
        details.check_named()?;
        let codes: Vec<_> = changed.iter().map(|field| field.code()).collect();
        event = event.fact(FactName::AmendedFields, codes.join(", "));
        for field in changed {
            let Some((now, former)) = field.facts() else { continue };
            if let Some(value) = before.said(field, names) {
                event = event.fact(former, value);
            }
            if let Some(value) = details.said(field, names) {
                event = event.fact(now, value);
            }
        }
        next.details = details;
        for (change, former, now) in next.party_changes(&before).into_iter().filter_map(PartyChange::facts) {
            for (name, party) in [(former, change.left), (now, change.joined)] {
                if let Some(id) = party {
                    event = event.fact(name, id);
                }
            }
        }
        Ok((next, event))
    }

    /// The organisations that have another part than by its details before a change.
    #[must_use]
    pub fn party_changes(&self, before: &ProjectDetails) -> Vec<PartyChange> {
        let details = &self.details;
        [
            (Port::Supervisor, &before.supervisor, &details.supervisor),
            (Port::Owner, &before.owner, &details.owner),
        ]
        .into_iter()
        .filter(|(_, before, now)| before.organization_id != now.organization_id)
        .map(|(port, before, now)| PartyChange {
            port,
            left: before.organization_id,
            joined: now.organization_id,
        })
        .collect()
    }
}

impl PartyChange {
    /// The facts that hold the ids of the organisations before and after it.
    const fn facts(self) -> Option<(Self, FactName, FactName)> {
        match self.port {
            Port::Supervisor => Some((self, FactName::SupervisorIdBefore, FactName::SupervisorId)),
            Port::Owner => Some((self, FactName::OwnerIdBefore, FactName::OwnerId)),
            _ => None,
        }
    }
}

impl ProjectStatus {
    /// Whether fields of a project in this state can be amended.
    #[must_use]
    pub fn is_amendable(self) -> bool {
        self.after(Operation::AmendProject).is_some()
    }
}
