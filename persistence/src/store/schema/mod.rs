//! The tables, as Diesel sees them; the migrations of both dialects make them.

mod admission;
mod identity;
mod record;
mod scheduling;
mod service_flow;
mod standing;

pub use admission::*;
pub use identity::*;
pub use record::*;
pub use scheduling::*;
pub use service_flow::*;
pub use standing::*;

/// SQL types in the tables.
pub mod types {
    pub use diesel::sql_types::{BigInt, Binary, Bool, Date, Double, Integer, Nullable, Text, Timestamp};

    pub use crate::store::dialect::Guid;
}

diesel::joinable!(sessions -> users (user_id));
diesel::joinable!(refresh_tokens -> sessions (session_id));
diesel::joinable!(api_tokens -> organizations (organization_id));
diesel::joinable!(project_parties -> projects (project_id));
diesel::joinable!(commissions -> policies (policy_id));
diesel::joinable!(visit_members -> visits (visit_id));
diesel::joinable!(bookings -> projects (project_id));
diesel::joinable!(expert_bases -> experts (expert_id));

diesel::allow_tables_to_appear_in_same_query!(
    event_streams,
    events,
    organizations,
    users,
    sessions,
    refresh_tokens,
    api_tokens,
    calendar_subscriptions,
    user_emails,
    inbox_only_kinds,
    one_time_codes,
    deliveries,
    delivery_attempts,
    experts,
    projects,
    project_parties,
    policies,
    policy_endorsements,
    commissions,
    commission_lines,
    commission_cost_lines,
    service_plans,
    planned_services,
    visits,
    visit_members,
    visit_steps,
    hazards,
    major_hazard_notices,
    rectification_proposals,
    attachments,
    service_reports,
    bookings,
    expert_bases,
    group_snapshots,
    visit_ties_found_later,
    registration_lapses,
    declared_ties,
);
