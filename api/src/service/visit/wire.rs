//! Visits on the wire.

use std::collections::{BTreeMap, HashMap, HashSet};

use anze_domain::{
    access::{self, Caller, FieldGroup, Operation, Resource, disclosure},
    base::id::{CommissionId, VisitId},
    service::{
        commission::ParentStates,
        visit::{Member, TakenStep, TieFoundLater, Visit},
    },
};
use anze_persistence::oversight::summary::Named;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::{
    slots::{OpenPlaceOut, ProposedTimeSlot, SlotIo, TimeSlotNumber, numbers},
    step_name::VisitStepNameInput,
};
use crate::{
    http::problem::ApiError,
    wire::{
        location::CoordinatesIo,
        summary::{ExpertSummary, NamesOthers, OrganizationSummary, ProjectSummary, Summaries},
        terms::{ServiceCategoryTerm, SpecialtyTerm, StepTerm, TieKindTerm, VisitStatusTerm},
    },
};

/// A group of experts with slots, as the provider proposes them for a visit.
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
    /// Proposed slots, one to five, none twice, all in the window of the plan.
    #[schema(min_items = 1, max_items = 5)]
    pub slots: Vec<SlotIo>,
    /// Time by which answers are due (RFC 3339), at the latest when the first slot begins. If it is left out, the setting `ANZE_ANSWER_HOURS` decides.
    #[schema(example = "2026-03-08T09:00:00+08:00")]
    pub answer_by: Option<DateTime<Utc>>,
    /// Id of the leader, who is listed in `members` and belongs to the leader pool (A10.1).
    pub leader_id: Uuid,
    /// Experts of the group, the leader included.
    #[schema(min_items = 1, max_items = 20)]
    pub members: Vec<ProposedMemberInput>,
    /// Reason why the group lacks civil, mechanical or electrical (A10.2). Required if it does.
    #[schema(min_length = 1, max_length = 1000, pattern = r"\S", example = "本次服务不涉及机械设备。")]
    pub missing_specialty_reason: Option<String>,
}

/// Slots that the contractor or an expert accepts.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct VisitAnswerInput {
    /// Numbers of the accepted slots, as the visit lists them.
    #[schema(min_items = 1, max_items = 5, example = json!([1]))]
    pub slots: Vec<TimeSlotNumber>,
}

/// An expert who is proposed for the group of a visit.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProposedMemberInput {
    /// Id of the expert, who is active in the library.
    pub expert_id: Uuid,
    /// Specialties that the expert covers in this visit, among the expert's own.
    #[schema(min_items = 1, max_items = 3, example = json!(["civil"]))]
    pub specialties: Vec<SpecialtyTerm>,
}

/// A step on site, as an expert of the group reports it.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct VisitStepInput {
    /// Step that the group has taken; the next in order (A13.1).
    pub step: VisitStepNameInput,
    /// Time of the step by the device's clock (RFC 3339).
    #[schema(example = "2026-03-10T09:30:00+08:00")]
    pub taken_at: DateTime<Utc>,
    /// Position of the device at that time. May be left out.
    pub place: Option<CoordinatesIo>,
    /// Remarks on the step. May be left out.
    #[schema(
        min_length = 1,
        max_length = 2000,
        pattern = r"\S",
        example = "施工单位项目负责人介绍工程概况。"
    )]
    pub note: Option<String>,
}

/// Conclusion of the group, submitted with the material.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct VisitConclusionInput {
    /// Conclusion of the group on the service (A14.2).
    #[schema(
        min_length = 1,
        max_length = 10000,
        pattern = r"\S",
        example = "现场安全管理总体受控，已提出整改建议 3 条。"
    )]
    pub conclusion: String,
}

/// Advice of the group to the contractor, as the leader issues it.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct RectificationProposalInput {
    /// Advice on rectification, addressed to the contractor.
    #[schema(
        min_length = 1,
        max_length = 10000,
        pattern = r"\S",
        example = "限期完成临边防护整改，并复查脚手架连墙件。"
    )]
    pub advice: String,
    /// Time of the issue by the device's clock (RFC 3339).
    #[schema(example = "2026-03-10T16:30:00+08:00")]
    pub taken_at: DateTime<Utc>,
    /// Position of the device at that time. May be left out.
    pub place: Option<CoordinatesIo>,
}

/// An expert in the group of a visit.
#[derive(Debug, Serialize, ToSchema)]
pub struct VisitMember {
    /// Id of the expert.
    pub expert_id: Uuid,
    /// Name of the expert. Masked for callers who neither arrange the visit nor meet the group.
    #[schema(max_length = 64, example = "林志强")]
    pub name: String,
    /// Specialties that the expert covers in this visit.
    #[schema(max_items = 3)]
    pub specialties: Vec<SpecialtyTerm>,
    /// Time at which the expert accepted slots (UTC). Absent until then.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub agreed_at: Option<DateTime<Utc>>,
    /// Numbers of the slots that the expert accepted and that still count.
    #[schema(max_items = 5)]
    pub agreed_slots: Vec<TimeSlotNumber>,
}

/// A step that the group has taken on site (A13.1).
#[derive(Debug, Serialize, ToSchema)]
pub struct VisitStep {
    /// Step that was taken.
    pub step: StepTerm,
    /// Time of the step by the device's clock (UTC).
    pub taken_at: DateTime<Utc>,
    /// Time at which the server received the step (UTC).
    pub recorded_at: DateTime<Utc>,
    /// Position of the device. Absent if none was sent. Only the association, the provider and the group see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub place: Option<CoordinatesIo>,
    /// Straight-line distance of the device from the site, in metres. Absent if no position was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 0, maximum = 20_100_000, example = 42)]
    pub distance_metres: Option<i64>,
    /// Id of the user who recorded the step.
    pub recorded_by: Uuid,
    /// Remarks on the step. Absent if none were made.
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

/// A service of experts on the construction site, from its planning to the acceptance of its material (A4.5, A4.6).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Visit)]
pub struct VisitOut {
    /// Id of the visit, assigned by the platform.
    pub id: Uuid,
    /// Number of the visit for people, assigned by the platform.
    #[schema(max_length = 32, pattern = "^[A-Z]{2}-[0-9]{4}-[0-9]{6,}$", example = "FW-2026-000123")]
    pub number: String,
    /// State of the visit.
    pub status: VisitStatusTerm,
    /// Reason for the present state. Absent if none was given. Why somebody declined is shown only to the association, the
    /// provider and the side that declined; others learn that somebody did.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 1000)]
    pub status_reason: Option<String>,
    /// Id of the confirmed service plan from which the visit was made.
    pub plan_id: Uuid,
    /// Id of the planned service in that plan.
    pub planned_service_id: Uuid,
    /// Id of the commissioned line that the visit serves (A7.1).
    pub line_id: Uuid,
    /// Id of the commission to which the visit belongs.
    pub commission_id: Uuid,
    /// Id of the project that is visited.
    pub project_id: Uuid,
    /// The project of `project_id`, in short.
    pub project: ProjectSummary,
    /// Id of the insurer that commissioned the service.
    pub insurer_id: Uuid,
    /// The insurer of `insurer_id`, in short.
    pub insurer: OrganizationSummary,
    /// Id of the provider that arranges the visit; the association's id if it is the provider.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, required = true)]
    pub provider_id: Option<Uuid>,
    /// The provider of `provider_id`, in short.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, required = true)]
    pub provider: Option<OrganizationSummary>,
    /// Id of the contractor of the project.
    pub contractor_id: Uuid,
    /// The contractor of `contractor_id`, in short.
    pub contractor: OrganizationSummary,
    /// Category of the service (A6).
    pub category: ServiceCategoryTerm,
    /// First day on which the visit may take place (date in Xiamen), from the plan.
    pub window_start: NaiveDate,
    /// Last day on which the visit may take place (date in Xiamen), from the plan.
    pub window_end: NaiveDate,
    /// Least number of experts, from the plan.
    #[schema(minimum = 0, maximum = 20, example = 3)]
    pub group_size: u32,
    /// Agreed start of the visit (UTC). Absent until a time is agreed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub scheduled_start: Option<DateTime<Utc>>,
    /// Agreed end of the visit (UTC). Absent until a time is agreed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub scheduled_end: Option<DateTime<Utc>>,
    /// Id of the expert who leads the group. Absent while there is no leader.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub leader_id: Option<Uuid>,
    /// The leader of `leader_id`, in short. The name is masked for the same callers as the names in `members`. Absent while
    /// there is no leader.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub leader: Option<ExpertSummary>,
    /// Experts of the group, the leader included.
    #[schema(max_items = 20)]
    pub members: Vec<VisitMember>,
    /// Ties of experts of the group that were found after the visit had begun (A12.2).
    #[schema(max_items = 400)]
    pub ties_found_later: Vec<TieFoundLaterOut>,
    /// Reason why the group lacks a specialty (A10.2). Absent if none was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 1000)]
    pub missing_specialty_reason: Option<String>,
    /// Time at which the contractor accepted slots (UTC). Absent until then.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub contractor_agreed_at: Option<DateTime<Utc>>,
    /// Numbers of the slots that the contractor accepted and that still count.
    #[schema(max_items = 5)]
    pub contractor_agreed_slots: Vec<TimeSlotNumber>,
    /// Slots of the present proposal. Empty if none are proposed.
    #[schema(max_items = 5)]
    pub slots: Vec<ProposedTimeSlot>,
    /// Time by which answers to the proposed slots are due (UTC). Absent if no answer is expected.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub answer_by: Option<DateTime<Utc>>,
    /// Places in the group that are open, because experts declined or left.
    #[schema(max_items = 20)]
    pub open_places: Vec<OpenPlaceOut>,
    /// Steps taken so far, in their order (A13.1).
    #[schema(max_items = 5)]
    pub steps: Vec<VisitStep>,
    /// Time at which the leader started the visit (UTC). Absent until then.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub started_at: Option<DateTime<Utc>>,
    /// Time at which the leader ended the visit (UTC). Absent until then.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub ended_at: Option<DateTime<Utc>>,
    /// Time until which the material is on time (UTC, A14.1). Absent before the visit has ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub upload_due_at: Option<DateTime<Utc>>,
    /// Whether the deadline may still move, as a year's working days are not published yet. Absent before the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub provisional: Option<bool>,
    /// Time at which the material was last submitted (UTC). Absent until then.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub submitted_at: Option<DateTime<Utc>>,
    /// Id of the user who last submitted the material. Absent until then.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub submitted_by: Option<Uuid>,
    /// Whether the material first came late, or is overdue and has not come (A14.1). Absent until that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub late: Option<bool>,
    /// Conclusion of the group, submitted with the material (A14.2). Absent until then.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 10000)]
    pub conclusion: Option<String>,
    /// Time at which the provider accepted the material (UTC). Absent until then.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub accepted_at: Option<DateTime<Utc>>,
    /// Time at which the visit was created (UTC), with the confirmation of its plan.
    pub created_at: DateTime<Utc>,
    /// Time of the last change to the visit (UTC).
    pub updated_at: DateTime<Utc>,
    /// Operations that the caller may perform on the visit now, such as `agree` or `decline`.
    #[schema(value_type = Vec<String>, max_items = 32, example = json!(["agree", "decline"]))]
    pub allowed_actions: Vec<&'static str>,
}

/// A tie of an expert that was found after the visit had begun. The completed service stays, and the tie is marked (A12.2).
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = TieFoundLater)]
pub struct TieFoundLaterOut {
    /// Id of the expert who has the tie.
    pub expert_id: Uuid,
    /// Kind of the tie.
    pub kind: TieKindTerm,
    /// Name of the party of the project to which the expert is tied.
    #[schema(max_length = 200, example = "厦门某建设集团有限公司")]
    pub party: String,
    /// Name of the party's affiliate through which the tie exists. Absent if the tie is to the party itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 200)]
    pub through: Option<String>,
    /// Time at which the tie was found (UTC).
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
    /// The records that they name.
    pub summaries: Summaries,
    /// Ties found later, by visit.
    pub ties: BTreeMap<Uuid, Vec<TieFoundLater>>,
    /// When it is shown.
    pub now: DateTime<Utc>,
    /// How the commissions of those stand that are to begin.
    pub parents: HashMap<CommissionId, ParentStates>,
    /// Those whose proposal the contractor has received.
    pub received: HashSet<VisitId>,
}

impl NamesOthers for Visit {
    fn name_others(&self, named: &mut Named) {
        named.project(self.project_id);
        named.organizations([self.parties.insurer_id, self.parties.contractor_id]);
        named.organizations(self.parties.provider_id);
        named.experts(self.members.iter().map(|member| member.expert_id).chain(self.leader_id));
    }
}

impl VisitOut {
    /// The visit as this caller sees it.
    ///
    /// # Errors
    /// `internal` where the context is not that of the visit.
    pub fn new(visit: Visit, view_context: &ViewContext, caller: &Caller) -> Result<Self, ApiError> {
        let (summaries, relations) = (&view_context.summaries, visit.relations());
        let expert = |id: Uuid| summaries.expert(id, caller, FieldGroup::VisitExpertName, &relations);
        let allowed_actions = access::allowed_actions(caller, Resource::Visit, &relations, |operation| {
            let parents = view_context.parents.get(&visit.commission_id).copied();
            visit.check_allowed_now(operation, parents, caller.id(), view_context.now).is_ok()
                && is_left(&visit, operation, view_context, caller)
        });
        let exact = disclosure(caller, FieldGroup::VisitStepPosition, &relations).is_full();
        let status_reason = visit.reason_for(caller).map(str::to_owned);
        let member = |it: Member| {
            Ok::<_, ApiError>(VisitMember {
                name: expert(it.expert_id)?.name,
                expert_id: it.expert_id,
                specialties: it.specialties.into_iter().map(SpecialtyTerm::from).collect(),
                agreed_at: it.agreed_at,
                agreed_slots: numbers(&it.agreed_slots),
            })
        };
        let (negotiation, parties) = (visit.negotiation, visit.parties);
        Ok(Self {
            id: visit.id.uuid(),
            number: visit.number,
            status: visit.status.into(),
            status_reason,
            plan_id: visit.plan_id.uuid(),
            planned_service_id: visit.planned_service_id.uuid(),
            line_id: visit.line_id.uuid(),
            commission_id: visit.commission_id.uuid(),
            project_id: visit.project_id.uuid(),
            project: summaries.project(visit.project_id)?,
            insurer_id: parties.insurer_id.uuid(),
            insurer: summaries.organization(parties.insurer_id)?,
            provider_id: parties.provider_id.map(Into::into),
            provider: parties.provider_id.map(|id| summaries.organization(id)).transpose()?,
            contractor_id: parties.contractor_id.uuid(),
            contractor: summaries.organization(parties.contractor_id)?,
            category: visit.category.into(),
            window_start: visit.window.start,
            window_end: visit.window.end,
            group_size: visit.group_size,
            scheduled_start: visit.scheduled_start,
            scheduled_end: visit.scheduled_end,
            leader_id: visit.leader_id,
            leader: visit.leader_id.map(expert).transpose()?,
            members: visit.members.into_iter().map(member).collect::<Result<_, _>>()?,
            ties_found_later: view_context
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
        })
    }
}

/// What the state leaves open, a side may have behind it: its answer, or its receipt.
fn is_left(visit: &Visit, operation: Operation, view_context: &ViewContext, caller: &Caller) -> bool {
    match operation {
        Operation::AgreeVisit => !visit.has_agreed(visit.side_of(caller)),
        Operation::ReceiveRectificationProposal => !view_context.received.contains(&visit.id),
        _ => true,
    }
}
