//! Where the entries of each kind are found: the rows whose dates stand in a calendar.

use anze_domain::{Vocabulary, access::ListScope, oversight::calendar::CalendarEntryKind};

use crate::oversight::{ordered::Column, statement::Statement};

/// The rows that are entries of a kind.
#[derive(Debug, Clone, Copy)]
pub(super) struct Source {
    /// The table, as `r`; with the members of groups as `m` where an expert reads.
    pub from: &'static str,
    /// Condition on the state.
    pub rows: &'static str,
    /// What people call the record: its number.
    pub label: &'static str,
    /// The date.
    pub column: Column,
    /// Column with the end. None where something is due at an instant, or on a day.
    pub ends_at: Option<&'static str>,
    /// Column with the project. None where the record belongs to no project.
    pub project: Option<&'static str>,
}

const VISITS: &str = "visits r";
const VISITS_OF_EXPERT: &str = "visit_members m JOIN visits r ON r.id = m.visit_id";
const HAZARDS: &str = "hazards r";
const HAZARDS_OF_EXPERT: &str = "visit_members m JOIN hazards r ON r.visit_id = m.visit_id";

/// Where the entries of this kind are found for a reader of this scope; none where such readers see none.
pub(super) fn source(kind: CalendarEntryKind, scope: ListScope) -> Option<Source> {
    use CalendarEntryKind as Kind;
    let expert = matches!(scope, ListScope::Expert(_));
    let visits = if expert { VISITS_OF_EXPERT } else { VISITS };
    let of_project = |from, rows, column| Source {
        from,
        rows,
        label: "r.number",
        column,
        ends_at: None,
        project: Some("r.project_id"),
    };
    let source = match kind {
        Kind::Visit => Source {
            ends_at: Some("r.scheduled_end"),
            ..of_project(
                visits,
                "r.status IN ('agreed', 'in_progress', 'ended', 'submitted', 'returned', 'accepted')",
                Column::DueAt("r.scheduled_start"),
            )
        },
        Kind::VisitWindowEnd => {
            of_project(visits, "r.status IN ('planned', 'proposed')", Column::DueOn("r.window_end"))
        }
        Kind::AnswersDue => of_project(visits, "r.status = 'proposed'", Column::DueAt("r.answers_due_at")),
        Kind::UploadDue => {
            of_project(visits, "r.status IN ('ended', 'returned')", Column::DueAt("r.upload_due_at"))
        }
        Kind::HazardDue => of_project(
            if expert { HAZARDS_OF_EXPERT } else { HAZARDS },
            "r.status IN ('open', 'acknowledged')",
            Column::DueOn("r.due_on"),
        ),
        Kind::PolicyEnd => Source {
            label: "r.policy_number",
            ..of_project("policies r", "1 = 1", Column::DueOn("r.period_end"))
        },
        Kind::CouncilSession => Source {
            project: None,
            ..of_project("council_sessions r", "r.status = 'open'", Column::DueOn("r.held_on"))
        },
    };
    readable(kind, scope).then_some(source)
}

/// Whether a scope can hold rows of this kind: whether the table has the column by which the scope narrows.
fn readable(kind: CalendarEntryKind, scope: ListScope) -> bool {
    use CalendarEntryKind as Kind;
    match scope {
        ListScope::All => true,
        ListScope::District(_)
        | ListScope::Contractor(_)
        | ListScope::Supervisor(_)
        | ListScope::Owner(_)
        | ListScope::Insurer(_) => kind != Kind::CouncilSession,
        ListScope::Provider(_) | ListScope::Expert(_) => {
            !matches!(kind, Kind::CouncilSession | Kind::PolicyEnd)
        }
        ListScope::Active
        | ListScope::Own(_)
        | ListScope::OwnOfAssociation(_)
        | ListScope::Applicant(_)
        | ListScope::Nothing => false,
    }
}

/// Narrows to the rows of a scope.
pub(super) fn narrow_to_scope(all: &mut Statement, scope: ListScope) {
    let (column, id) = match scope {
        ListScope::District(district) => {
            all.push(&format!(" AND r.district = '{}'", district.code()));
            return;
        }
        ListScope::Contractor(id) => ("r.contractor_id", id.uuid()),
        ListScope::Supervisor(id) => ("r.supervisor_id", id.uuid()),
        ListScope::Owner(id) => ("r.owner_id", id.uuid()),
        ListScope::Insurer(id) => ("r.insurer_id", id.uuid()),
        ListScope::Provider(id) => ("r.provider_id", id.uuid()),
        ListScope::Expert(id) => ("m.expert_id", id),
        ListScope::All
        | ListScope::Active
        | ListScope::Own(_)
        | ListScope::OwnOfAssociation(_)
        | ListScope::Applicant(_)
        | ListScope::Nothing => return,
    };
    all.push(&format!(" AND {column} = "));
    all.key(id);
}
