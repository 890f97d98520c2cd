//! Tables of the experts' standing, of their ties, and of what users are told.

diesel::table! {
    use crate::store::schema::types::*;

    notifications (id) {
        id -> Guid,
        recipient_id -> Guid,
        kind -> Text,
        subject -> Text,
        subject_id -> Guid,
        occasion -> Text,
        project_id -> Nullable<Guid>,
        facts -> Text,
        created_at -> Timestamp,
        read_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    use crate::store::schema::types::*;

    conduct_records (id) {
        id -> Guid,
        expert_id -> Guid,
        kind -> Text,
        grounds -> Text,
        recorded_by -> Guid,
        created_at -> Timestamp,
    }
}

diesel::table! {
    use crate::store::schema::types::*;

    justified_declines (stream_id, seq) {
        stream_id -> Guid,
        seq -> BigInt,
        expert_id -> Guid,
        reason -> Text,
        justified_by -> Guid,
        justified_at -> Timestamp,
    }
}

diesel::table! {
    use crate::store::schema::types::*;

    registration_lapses (expert_id, registered_until) {
        expert_id -> Guid,
        registered_until -> Text,
        notice -> Text,
        noticed_at -> Timestamp,
    }
}

diesel::table! {
    use crate::store::schema::types::*;

    group_snapshots (visit_id, expert_id) {
        visit_id -> Guid,
        expert_id -> Guid,
        pools -> Text,
        qualification -> Text,
        employer_name -> Text,
        employer_code -> Nullable<Text>,
        taken_at -> Timestamp,
    }
}

diesel::table! {
    use crate::store::schema::types::*;

    visit_ties_found_later (visit_id, expert_id, kind, party, through) {
        visit_id -> Guid,
        expert_id -> Guid,
        kind -> Text,
        party -> Text,
        through -> Text,
        found_at -> Timestamp,
    }
}

diesel::table! {
    use crate::store::schema::types::*;

    declared_ties (id) {
        id -> Guid,
        version -> BigInt,
        expert_id -> Guid,
        kind -> Text,
        organization_id -> Nullable<Guid>,
        company_name -> Text,
        company_code -> Nullable<Text>,
        starts_on -> Date,
        ends_on -> Nullable<Date>,
        note -> Nullable<Text>,
        source -> Text,
        declared_by -> Guid,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    use crate::store::schema::types::*;

    affiliates (id) {
        id -> Guid,
        version -> BigInt,
        organization_id -> Guid,
        company_name -> Text,
        company_code -> Nullable<Text>,
        company_key -> Text,
        relation -> Text,
        starts_on -> Date,
        ends_on -> Nullable<Date>,
        declared_by -> Guid,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    use crate::store::schema::types::*;

    recusal_requests (id) {
        id -> Guid,
        version -> BigInt,
        status -> Text,
        status_reason -> Nullable<Text>,
        project_id -> Guid,
        district -> Text,
        requested_by -> Guid,
        expert_id -> Guid,
        kind -> Text,
        organization_id -> Guid,
        grounds -> Text,
        decided_by -> Nullable<Guid>,
        decided_at -> Nullable<Timestamp>,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}
