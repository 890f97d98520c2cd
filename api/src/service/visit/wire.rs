//! Visits on the wire.

use std::collections::{BTreeMap, HashMap, HashSet};

use anze_domain::{
    access::{self, Caller, FieldGroup, Operation, Relations, Resource, disclosure},
    base::id::{CommissionId, VisitId},
    identity::notification::masked_name,
    service::{
        commission::ParentStates,
        visit::{Member, Side, TakenStep, TieFoundLater, Visit},
    },
};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::{
    slots::{OpenPlaceOut, ProposedTimeSlot, SlotIo, TimeSlotNumber, numbers},
    step_name::VisitStepNameInput,
};
use crate::wire::{
    location::CoordinatesIo,
    terms::{ServiceCategoryTerm, SpecialtyTerm, StepTerm, TieKindTerm, VisitStatusTerm},
};

/// A group with slots.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "slots": [{ "start": "2026-03-10T09:00:00+08:00", "end": "2026-03-10T17:00:00+08:00" }],
    "leader_id": "019c3fe9-9a80-7525-be8a-1c49e7b35604",
    "members": [
        { "expert_id": "019c3fe9-9a80-7525-be8a-1c49e7b35604", "specialties": ["civil"] },
        { "expert_id": "019c3fe9-9a80-7525-be8a-1c49e7b35605", "specialties": ["mechanical"] },
        { "expert_id": "019c3fe9-9a80-7525-be8a-1c49e7b35606", "specialties": ["electrical"] }
    ]
}))]
pub struct VisitProposalInput {
    /// The slots, all in the window of the plan.
    #[schema(min_items = 1, max_items = 5)]
    pub slots: Vec<SlotIo>,
    /// Until when answers are due, no later than the first slot begins; usually 48 hours.
    #[schema(example = "2026-03-08T09:00:00+08:00")]
    pub answer_by: Option<DateTime<Utc>>,
    /// Leader of the group: one of its experts, in the leader pool.
    pub leader_id: Uuid,
    /// The group, the leader included.
    #[schema(min_items = 1, max_items = 20)]
    pub members: Vec<ProposedMemberInput>,
    /// Why a specialty is missing, where one is (A10.2).
    #[schema(min_length = 1, max_length = 1000, pattern = r"\S", example = "本次服务不涉及机械设备。")]
    pub missing_specialty_reason: Option<String>,
}

/// What suits who answers.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct VisitAnswerInput {
    /// The slots that are agreed to, by their numbers.
    #[schema(min_items = 1, max_items = 5, example = json!([1]))]
    pub slots: Vec<TimeSlotNumber>,
}

/// An expert for a group.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProposedMemberInput {
    /// The expert.
    pub expert_id: Uuid,
    /// What they cover here: of their own specialties.
    #[schema(min_items = 1, max_items = 3, example = json!(["civil"]))]
    pub specialties: Vec<SpecialtyTerm>,
}

/// A step that the group has taken.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct VisitStepInput {
    /// Which.
    pub step: VisitStepNameInput,
    /// When, by the device.
    #[schema(example = "2026-03-10T09:30:00+08:00")]
    pub taken_at: DateTime<Utc>,
    /// Where, by the device.
    pub place: Option<CoordinatesIo>,
    /// What there is to say.
    #[schema(
        min_length = 1,
        max_length = 2000,
        pattern = r"\S",
        example = "施工单位项目负责人介绍工程概况。"
    )]
    pub note: Option<String>,
}

/// What the group concludes.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct VisitConclusionInput {
    /// The conclusion.
    #[schema(
        min_length = 1,
        max_length = 10000,
        pattern = r"\S",
        example = "现场安全管理总体受控，已提出整改建议 3 条。"
    )]
    pub conclusion: String,
}

/// What the group advises.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct RectificationProposalInput {
    /// The advice.
    #[schema(
        min_length = 1,
        max_length = 10000,
        pattern = r"\S",
        example = "限期完成临边防护整改，并复查脚手架连墙件。"
    )]
    pub advice: String,
    /// When it was issued, by the device.
    #[schema(example = "2026-03-10T16:30:00+08:00")]
    pub taken_at: DateTime<Utc>,
    /// Where, by the device.
    pub place: Option<CoordinatesIo>,
}

/// An expert of a group.
#[derive(Debug, Serialize, ToSchema)]
pub struct VisitMember {
    /// The expert.
    pub expert_id: Uuid,
    /// Their name; masked for who does not meet them.
    #[schema(max_length = 64, example = "林志强")]
    pub name: String,
    /// What they cover here.
    #[schema(max_items = 3)]
    pub specialties: Vec<SpecialtyTerm>,
    /// When they agreed to a time.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub agreed_at: Option<DateTime<Utc>>,
    /// The slots that they agreed to.
    #[schema(max_items = 5)]
    pub agreed_slots: Vec<TimeSlotNumber>,
}

/// A step that was taken.
#[derive(Debug, Serialize, ToSchema)]
pub struct VisitStep {
    /// Which.
    pub step: StepTerm,
    /// When, by the device.
    pub taken_at: DateTime<Utc>,
    /// When the server learned of it.
    pub recorded_at: DateTime<Utc>,
    /// Where; for the association, the provider and the group.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub place: Option<CoordinatesIo>,
    /// Distance of the place from the site, in metres.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 0, maximum = 20_100_000, example = 42)]
    pub distance_metres: Option<i64>,
    /// Who recorded it.
    pub recorded_by: Uuid,
    /// What there is to say.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 2000)]
    pub note: Option<String>,
}

impl VisitStep {
    /// The step, with the device's position for who works with it; others see how far from the site it was (A11.3).
    #[must_use]
    pub fn new(it: TakenStep, exact: bool) -> Self {
        Self {
            step: it.step.into(),
            taken_at: it.taken_at,
            recorded_at: it.recorded_at,
            place: it.place.filter(|_| exact).map(CoordinatesIo::from),
            distance_metres: it.distance_metres,
            recorded_by: it.recorded_by,
            note: it.note,
        }
    }
}

/// A visit.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Visit)]
pub struct VisitOut {
    /// Its id.
    pub id: Uuid,
    /// Its number.
    #[schema(max_length = 32, pattern = "^[A-Z]{2}-[0-9]{4}-[0-9]{6,}$", example = "FW-2026-000123")]
    pub number: String,
    /// Its state.
    pub status: VisitStatusTerm,
    /// Why it is in its state, where a reason was given. Why somebody declined is for the association, the provider and
    /// themselves; others learn that somebody did.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 1000)]
    pub status_reason: Option<String>,
    /// The confirmed plan that it comes from.
    pub plan_id: Uuid,
    /// The planned service that it is.
    pub planned_service_id: Uuid,
    /// The commissioned line that it serves.
    pub line_id: Uuid,
    /// The commission.
    pub commission_id: Uuid,
    /// The project.
    pub project_id: Uuid,
    /// The insurer.
    pub insurer_id: Uuid,
    /// The provider.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub provider_id: Option<Uuid>,
    /// The contractor.
    pub contractor_id: Uuid,
    /// Its category.
    pub category: ServiceCategoryTerm,
    /// First day on which it may take place.
    pub window_start: NaiveDate,
    /// Last day on which it may take place.
    pub window_end: NaiveDate,
    /// How many experts the plan asks for.
    #[schema(minimum = 0, maximum = 20, example = 3)]
    pub group_size: u32,
    /// Agreed start.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub scheduled_start: Option<DateTime<Utc>>,
    /// Agreed end.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub scheduled_end: Option<DateTime<Utc>>,
    /// Leader of the group.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub leader_id: Option<Uuid>,
    /// The group, the leader included.
    #[schema(max_items = 20)]
    pub members: Vec<VisitMember>,
    /// Ties of its experts that were found after it had begun (A12.2).
    #[schema(max_items = 400)]
    pub ties_found_later: Vec<TieFoundLaterOut>,
    /// Why a specialty is missing, where one is (A10.2).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 1000)]
    pub missing_specialty_reason: Option<String>,
    /// When the contractor agreed to a time.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub contractor_agreed_at: Option<DateTime<Utc>>,
    /// The slots that the contractor agreed to.
    #[schema(max_items = 5)]
    pub contractor_agreed_slots: Vec<TimeSlotNumber>,
    /// The proposed slots.
    #[schema(max_items = 5)]
    pub slots: Vec<ProposedTimeSlot>,
    /// Until when answers to them are due.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub answer_by: Option<DateTime<Utc>>,
    /// Places of the group that are open again, as an expert declined or left.
    #[schema(max_items = 20)]
    pub open_places: Vec<OpenPlaceOut>,
    /// The steps taken, in their order (A13.1).
    #[schema(max_items = 5)]
    pub steps: Vec<VisitStep>,
    /// When it began.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub started_at: Option<DateTime<Utc>>,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub ended_at: Option<DateTime<Utc>>,
    /// Until when the material is due (A14.1).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub upload_due_at: Option<DateTime<Utc>>,
    /// Whether that may move, as a year's calendar is not published yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub provisional: Option<bool>,
    /// When the material was last submitted.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub submitted_at: Option<DateTime<Utc>>,
    /// Who submitted it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub submitted_by: Option<Uuid>,
    /// Whether it first came late, or is overdue and did not come yet (A14.1).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub late: Option<bool>,
    /// What the group concludes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 10000)]
    pub conclusion: Option<String>,
    /// When it was accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub accepted_at: Option<DateTime<Utc>>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// What this caller may do with it now.
    #[schema(value_type = Vec<String>, max_items = 32, example = json!(["agree", "decline"]))]
    pub allowed_actions: Vec<&'static str>,
}

/// A tie that was found after a visit had begun: what was served stays, and is marked (A12.2).
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = TieFoundLater)]
pub struct TieFoundLaterOut {
    /// The expert.
    pub expert_id: Uuid,
    /// What kind of tie.
    pub kind: TieKindTerm,
    /// The party.
    #[schema(max_length = 200, example = "厦门某建设集团有限公司")]
    pub party: String,
    /// The party's affiliate through which it ties, where it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 200)]
    pub through: Option<String>,
    /// When it was found.
    pub found_at: DateTime<Utc>,
}

impl From<&TieFoundLater> for TieFoundLaterOut {
    fn from(it: &TieFoundLater) -> Self {
        Self {
            expert_id: it.expert_id,
            kind: it.tie.kind.into(),
            party: it.tie.party.clone(),
            through: it.tie.through.clone(),
            found_at: it.found_at,
        }
    }
}

/// What is shown beside visits, and what their next steps depend on.
#[derive(Debug)]
pub struct ViewContext {
    /// Names and ties.
    pub names: Names,
    /// When it is shown.
    pub now: DateTime<Utc>,
    /// How the commissions of those stand that are to begin.
    pub parents: HashMap<CommissionId, ParentStates>,
    /// Those whose proposal the contractor has received.
    pub received: HashSet<VisitId>,
}

/// The names of the experts of visits, and ties found later, by visit.
#[derive(Debug, Default)]
pub struct Names {
    /// Names of experts by their ids.
    pub experts: BTreeMap<Uuid, String>,
    /// Ties found later, by visit.
    pub ties: BTreeMap<Uuid, Vec<TieFoundLater>>,
}

impl Names {
    /// The name of an expert in the group of a visit with these relations, as the caller sees it.
    #[must_use]
    pub fn shown(&self, expert: Uuid, caller: &Caller, of_visit: &Relations) -> String {
        let name = self.experts.get(&expert).map(String::as_str).unwrap_or_default();
        let full = disclosure(caller, FieldGroup::VisitExpertName, of_visit).is_full();
        if full { name.to_owned() } else { masked_name(name) }
    }
}

impl VisitOut {
    /// The visit as this caller sees it.
    #[must_use]
    pub fn new(visit: Visit, view_context: &ViewContext, caller: &Caller) -> Self {
        let (names, relations) = (&view_context.names, visit.relations());
        let allowed_actions = access::allowed_actions(caller, Resource::Visit, &relations, |operation| {
            let parents = view_context.parents.get(&visit.commission_id).copied();
            visit.check_allowed_now(operation, parents, caller.id(), view_context.now).is_ok()
                && is_left(&visit, operation, view_context, caller)
        });
        let exact = disclosure(caller, FieldGroup::VisitStepPosition, &relations).is_full();
        let status_reason = visit.reason_for(caller).map(str::to_owned);
        let member = |it: Member| VisitMember {
            name: names.shown(it.expert_id, caller, &relations),
            expert_id: it.expert_id,
            specialties: it.specialties.into_iter().map(SpecialtyTerm::from).collect(),
            agreed_at: it.agreed_at,
            agreed_slots: numbers(&it.agreed_slots),
        };
        let negotiation = visit.negotiation;
        Self {
            id: visit.id.uuid(),
            number: visit.number,
            status: visit.status.into(),
            status_reason,
            plan_id: visit.plan_id.uuid(),
            planned_service_id: visit.planned_service_id.uuid(),
            line_id: visit.line_id.uuid(),
            commission_id: visit.commission_id.uuid(),
            project_id: visit.project_id.uuid(),
            insurer_id: visit.parties.insurer_id.uuid(),
            provider_id: visit.parties.provider_id.map(Into::into),
            contractor_id: visit.parties.contractor_id.uuid(),
            category: visit.category.into(),
            window_start: visit.window.start,
            window_end: visit.window.end,
            group_size: visit.group_size,
            scheduled_start: visit.scheduled_start,
            scheduled_end: visit.scheduled_end,
            leader_id: visit.leader_id,
            members: visit.members.into_iter().map(member).collect(),
            ties_found_later: names
                .ties
                .get(&visit.id.uuid())
                .into_iter()
                .flatten()
                .map(TieFoundLaterOut::from)
                .collect(),
            missing_specialty_reason: visit.missing_specialty_reason,
            contractor_agreed_at: visit.contractor_agreed_at,
            contractor_agreed_slots: numbers(&negotiation.contractor_slots),
            slots: (1..)
                .zip(negotiation.slots)
                .map(|(number, slot)| ProposedTimeSlot::new(number, slot))
                .collect(),
            answer_by: negotiation.answer_by,
            open_places: negotiation.open_places.into_iter().map(OpenPlaceOut::from).collect(),
            steps: visit.steps.into_iter().map(|step| VisitStep::new(step, exact)).collect(),
            started_at: visit.started_at,
            ended_at: visit.ended_at,
            upload_due_at: visit.upload_due_at,
            provisional: visit.upload_due_provisional,
            submitted_at: visit.submitted_at,
            submitted_by: visit.submitted_by,
            late: visit.late,
            conclusion: visit.conclusion,
            accepted_at: visit.accepted_at,
            created_at: visit.created_at,
            updated_at: visit.updated_at,
            allowed_actions,
        }
    }
}

/// What the state leaves open, a side may have behind it: its answer, or its receipt.
fn is_left(visit: &Visit, operation: Operation, view_context: &ViewContext, caller: &Caller) -> bool {
    match operation {
        Operation::AgreeVisit => !visit.has_agreed(side_of(visit, caller)),
        Operation::ReceiveRectificationProposal => !view_context.received.contains(&visit.id),
        _ => true,
    }
}

/// For whom the caller speaks where a time is agreed: an expert of the group for themselves, anyone else
/// who may for the contractor.
pub(super) fn side_of(visit: &Visit, caller: &Caller) -> Side {
    let of_group = |id: &Uuid| visit.members.iter().any(|member| member.expert_id == *id);
    caller.expert_id.filter(of_group).map_or(Side::Contractor, Side::Expert)
}
