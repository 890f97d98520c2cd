//! Where the tasks of each kind are found: the rows whose state makes them somebody's task.
//!
//! Each condition says in SQL what the domain's rules say of one record: the state, the states of the records that it depends
//! on, and the day. A test over every caller holds the two together.

use anze_domain::{
    access::Relation,
    oversight::task::{Assignee, TaskKind},
};

use crate::oversight::ordered::Column;

/// The rows that are tasks of a kind for an assignee.
///
/// The texts are SQL. `:me` stands for the assignee's id, `:caller` for the caller's; `:now`, `:today`, `:day_begin` and `:day_end`
/// for the time and for the day in Xiamen.
#[derive(Debug, Clone, Copy)]
pub(super) struct Source {
    /// The table, as `r`, with what is joined to it.
    pub from: &'static str,
    /// Condition on the table's own columns, which an index serves: the assignee and the state.
    pub rows: &'static str,
    /// Conditions beside `rows`, all of which must hold: the day, and the states of other records.
    pub conditions: &'static [&'static str],
    /// What people call the record: its number or its name.
    pub label: &'static str,
    /// Column with the project; none where the record belongs to no project.
    pub project: Option<&'static str>,
    /// Since when it waits.
    pub since: &'static str,
    /// By what it is ordered.
    pub column: Column,
}

/// The project takes up commissions and visits (A2.1).
const PROJECT_REGISTERED: &str =
    "EXISTS (SELECT 1 FROM projects p WHERE p.id = r.project_id AND p.status = 'registered')";
/// The project's works are not over.
const PROJECT_HAS_SITE: &str =
    "EXISTS (SELECT 1 FROM projects p WHERE p.id = r.project_id AND p.status IN ('registered', 'suspended'))";
/// The commission takes up plans.
const COMMISSION_TAKES_PLANS: &str = "EXISTS (SELECT 1 FROM commissions c WHERE c.id = r.commission_id AND c.status IN ('accepted', 'in_service'))";
/// The commission is served.
const COMMISSION_IN_SERVICE: &str =
    "EXISTS (SELECT 1 FROM commissions c WHERE c.id = r.commission_id AND c.status = 'in_service')";
/// No visit of the commission is to be served or accepted.
const NO_VISIT_OPEN: &str = "NOT EXISTS (SELECT 1 FROM visits v WHERE v.commission_id = r.commission_id \
     AND v.status NOT IN ('accepted', 'cancelled'))";
/// The visit waits for a proposal, the first one or one after all its times have passed.
const WAITS_FOR_PROPOSAL: &str = "(r.status = 'planned' OR r.last_slot_start <= :now)";

/// Where the tasks of this kind are found for this assignee; none where the two do not go together.
pub(super) fn source(kind: TaskKind, assignee: Assignee) -> Option<Source> {
    use Assignee as As;
    use Relation::{Contractor, Insurer, Provider};
    use TaskKind as Kind;
    let source = match (kind, assignee) {
        (Kind::ReviewOrganization, As::Association) => Source {
            label: "r.name",
            project: None,
            ..undated("organizations r", "r.status = 'pending'", &[])
        },
        (Kind::RegisterProject, As::Organization(Contractor)) => Source {
            project: Some("r.id"),
            ..undated("projects r", "r.contractor_id = :me AND r.status = 'draft'", &[])
        },
        (Kind::SubmitCommission, As::Organization(Insurer)) => undated(
            "commissions r",
            "r.insurer_id = :me AND r.status IN ('draft', 'returned')",
            &[PROJECT_REGISTERED],
        ),
        (Kind::AnswerCommission, As::Organization(Provider)) => {
            undated("commissions r", "r.provider_id = :me AND r.status = 'submitted'", &[])
        }
        (Kind::CreateServicePlan, As::Organization(Provider)) => undated(
            "commissions r",
            "r.provider_id = :me AND r.status = 'accepted'",
            &["NOT EXISTS (SELECT 1 FROM service_plans s WHERE s.commission_id = r.id \
               AND s.status IN ('draft', 'submitted'))"],
        ),
        (Kind::SubmitServicePlan, As::Organization(Provider)) => undated(
            "service_plans r",
            "r.provider_id = :me AND r.status = 'draft'",
            &[COMMISSION_TAKES_PLANS],
        ),
        (Kind::ConfirmServicePlan, As::Organization(Insurer)) => undated(
            "service_plans r",
            "r.insurer_id = :me AND r.status = 'submitted'",
            &[COMMISSION_TAKES_PLANS, "r.prepared_by <> :caller"],
        ),
        (Kind::ProposeVisit, As::Organization(Provider)) => dated(
            Column::DueOn("r.window_end"),
            "visits r",
            "r.provider_id = :me AND r.status IN ('planned', 'proposed')",
            &[WAITS_FOR_PROPOSAL, "r.window_end >= :today", PROJECT_HAS_SITE],
        ),
        (Kind::CancelVisit, As::Organization(Provider)) => dated(
            Column::DueOn("r.window_end"),
            "visits r",
            "r.provider_id = :me AND r.status IN ('planned', 'proposed')",
            &[
                WAITS_FOR_PROPOSAL,
                "(r.window_end < :today OR NOT EXISTS (SELECT 1 FROM projects p \
                  WHERE p.id = r.project_id AND p.status IN ('registered', 'suspended')))",
            ],
        ),
        (Kind::AgreeVisit, As::Organization(Contractor)) => dated(
            Column::DueAt("r.answers_due_at"),
            "visits r",
            "r.contractor_id = :me AND r.status = 'proposed' AND r.contractor_agreed_at IS NULL",
            &["r.last_slot_start > :now"],
        ),
        (Kind::AgreeVisit, As::Member) => dated(
            Column::DueAt("r.answers_due_at"),
            "visit_members m JOIN visits r ON r.id = m.visit_id",
            "m.expert_id = :me AND m.agreed_at IS NULL AND r.status = 'proposed'",
            &["r.last_slot_start > :now"],
        ),
        (Kind::RescheduleVisit, As::Organization(Provider)) => dated(
            Column::DueAt("r.scheduled_end"),
            "visits r",
            "r.provider_id = :me AND r.status = 'agreed'",
            &["r.scheduled_end <= :day_begin"],
        ),
        (Kind::StartVisit, As::Leader) => dated(
            Column::DueAt("r.scheduled_start"),
            "visits r",
            "r.leader_id = :me AND r.status = 'agreed'",
            &[
                "r.scheduled_start < :day_end",
                "r.scheduled_end > :day_begin",
                PROJECT_REGISTERED,
                COMMISSION_IN_SERVICE,
            ],
        ),
        (Kind::RecordVisitStep, As::Leader) => {
            in_progress(&["(SELECT count(*) FROM visit_steps s WHERE s.visit_id = r.id) < 4"])
        }
        (Kind::IssueRectificationProposal, As::Leader) => {
            in_progress(&["(SELECT count(*) FROM visit_steps s WHERE s.visit_id = r.id) = 4"])
        }
        (Kind::EndVisit, As::Leader) => {
            in_progress(&["(SELECT count(*) FROM visit_steps s WHERE s.visit_id = r.id) > 4"])
        }
        (Kind::ReceiveRectificationProposal, As::Organization(Contractor)) => Source {
            since: "q.issued_at",
            ..undated(
                "visits r JOIN rectification_proposals q ON q.visit_id = r.id",
                "r.contractor_id = :me AND q.received_at IS NULL",
                &["r.status IN ('in_progress', 'ended', 'submitted', 'returned', 'accepted')"],
            )
        },
        (Kind::SubmitVisit, As::Leader) => dated(
            Column::DueAt("r.upload_due_at"),
            "visits r",
            "r.leader_id = :me AND r.status IN ('ended', 'returned')",
            &[],
        ),
        (Kind::ReviewVisit, As::Organization(Provider)) => Source {
            since: "r.submitted_at",
            ..undated(
                "visits r",
                "r.provider_id = :me AND r.status = 'submitted'",
                &["r.submitted_by <> :caller"],
            )
        },
        (Kind::AcknowledgeHazard, As::Organization(Contractor)) => {
            dated(Column::DueOn("r.due_on"), "hazards r", "r.contractor_id = :me AND r.status = 'open'", &[])
        }
        (Kind::RectifyHazard, As::Organization(Contractor)) => dated(
            Column::DueOn("r.due_on"),
            "hazards r",
            "r.contractor_id = :me AND r.status = 'acknowledged'",
            &[],
        ),
        (Kind::ReviewHazard, As::Leader) => Source {
            since: "r.rectified_at",
            ..undated(
                "visits v JOIN hazards r ON r.visit_id = v.id",
                "v.leader_id = :me AND r.status = 'rectified'",
                &[],
            )
        },
        (Kind::CreateServiceReport, As::Organization(Provider)) => Source {
            since: "r.served_at",
            ..undated(
                "commissions r",
                "r.provider_id = :me AND r.status = 'in_service' AND r.served_at IS NOT NULL",
                // A later plan may have added services.
                &[
                    "NOT EXISTS (SELECT 1 FROM visits v WHERE v.commission_id = r.id \
                      AND v.status NOT IN ('accepted', 'cancelled'))",
                    "NOT EXISTS (SELECT 1 FROM service_reports s WHERE s.commission_id = r.id)",
                ],
            )
        },
        (Kind::SubmitServiceReport, As::Organization(Provider)) => undated(
            "service_reports r",
            "r.provider_id = :me AND r.status IN ('draft', 'returned')",
            &[COMMISSION_IN_SERVICE, NO_VISIT_OPEN],
        ),
        (Kind::AcknowledgeServiceReport, As::Organization(Insurer)) => undated(
            "service_reports r",
            "r.insurer_id = :me AND r.status = 'submitted'",
            &["r.prepared_by <> :caller"],
        ),
        (Kind::SubmitExpertApplication, As::Applicant) => Source {
            project: None,
            ..undated("expert_applications r", "r.user_id = :me AND r.status IN ('draft', 'returned')", &[])
        },
        (Kind::ReviewExpertApplication, As::Association) => {
            Source { project: None, ..undated("expert_applications r", "r.status = 'submitted'", &[]) }
        }
        (Kind::PutApplicationToVote, As::Association) => {
            Source { project: None, ..undated("expert_applications r", "r.status = 'reviewed'", &[]) }
        }
        (Kind::HoldCouncilSession, As::Association) => Source {
            project: None,
            ..dated(
                Column::DueOn("r.held_on"),
                "council_sessions r",
                "r.status = 'open'",
                &["r.held_on <= :today"],
            )
        },
        (Kind::PublishNotice, As::Association) => {
            Source { project: None, ..undated("expert_applications r", "r.status = 'passed'", &[]) }
        }
        (Kind::DecideObjection, As::Association) => Source {
            label: "(SELECT a.number FROM expert_applications a WHERE a.id = r.application_id)",
            project: None,
            ..undated("objections r", "r.status = 'open'", &[])
        },
        (Kind::DecideRecusalRequest, As::Association) => Source {
            label: "(SELECT e.name FROM experts e WHERE e.id = r.expert_id)",
            ..undated("recusal_requests r", "r.status = 'open'", &[])
        },
        _ => return None,
    };
    Some(source)
}

/// Rows that wait since they were last changed, in their project.
const fn undated(from: &'static str, rows: &'static str, conditions: &'static [&'static str]) -> Source {
    dated(Column::Since, from, rows, conditions)
}

const fn dated(
    column: Column,
    from: &'static str,
    rows: &'static str,
    conditions: &'static [&'static str],
) -> Source {
    let (label, project, since) = ("r.number", Some("r.project_id"), "r.updated_at");
    Source { from, rows, conditions, label, project, since, column }
}

/// Visits that the leader conducts, by how many of the five steps are recorded (A13.1).
const fn in_progress(steps: &'static [&'static str]) -> Source {
    let rows = "r.leader_id = :me AND r.status = 'in_progress'";
    dated(Column::DueAt("r.scheduled_end"), "visits r", rows, steps)
}
