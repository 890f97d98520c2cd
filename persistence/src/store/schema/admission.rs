//! The tables of the admission to the expert library.

diesel::table! {
    use crate::store::schema::types::*;

    council_sessions (id) {
        id -> Guid,
        version -> BigInt,
        number -> Text,
        status -> Text,
        status_reason -> Nullable<Text>,
        held_on -> Date,
        council_size -> Integer,
        members_present -> Integer,
        quorum_numerator -> Integer,
        quorum_denominator -> Integer,
        majority_numerator -> Integer,
        majority_denominator -> Integer,
        majority_rule -> Text,
        created_by -> Guid,
        closed_at -> Nullable<Timestamp>,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        present_members -> Text,
    }
}

diesel::table! {
    use crate::store::schema::types::*;

    public_notices (id) {
        id -> Guid,
        version -> BigInt,
        number -> Text,
        status -> Text,
        published_at -> Timestamp,
        working_days -> Integer,
        due_on -> Date,
        ends_at -> Timestamp,
        provisional -> Bool,
        applications -> Integer,
        created_by -> Guid,
        ended_at -> Nullable<Timestamp>,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    use crate::store::schema::types::*;

    expert_applications (id) {
        id -> Guid,
        version -> BigInt,
        number -> Text,
        status -> Text,
        status_reason -> Nullable<Text>,
        user_id -> Guid,
        expert_id -> Nullable<Guid>,
        name -> Text,
        mobile -> Text,
        citizen_id_sealed -> Binary,
        citizen_id_digest -> Binary,
        pool -> Text,
        employer_name -> Text,
        employer_code -> Nullable<Text>,
        specialties -> Text,
        titles -> Text,
        registered_safety_engineer -> Nullable<Text>,
        work_history -> Text,
        submitted_at -> Nullable<Timestamp>,
        reviewed_at -> Nullable<Timestamp>,
        reviewed_by -> Nullable<Guid>,
        assessment -> Nullable<Text>,
        council_session_id -> Nullable<Guid>,
        public_notice_id -> Nullable<Guid>,
        admitted_at -> Nullable<Timestamp>,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    use crate::store::schema::types::*;

    application_files (id) {
        id -> Guid,
        application_id -> Guid,
        kind -> Text,
        file_name -> Text,
        media_type -> Text,
        size -> BigInt,
        sha256 -> Binary,
        received_at -> Timestamp,
    }
}

diesel::table! {
    use crate::store::schema::types::*;

    council_session_items (session_id, application_id) {
        session_id -> Guid,
        application_id -> Guid,
        votes_for -> Nullable<Integer>,
        votes_against -> Nullable<Integer>,
        votes_abstain -> Nullable<Integer>,
        outcome -> Nullable<Text>,
    }
}

diesel::table! {
    use crate::store::schema::types::*;

    objections (id) {
        id -> Guid,
        version -> BigInt,
        status -> Text,
        status_reason -> Nullable<Text>,
        public_notice_id -> Guid,
        application_id -> Guid,
        grounds -> Text,
        objector_name -> Text,
        contact -> Text,
        address_digest -> Binary,
        decided_at -> Nullable<Timestamp>,
        decided_by -> Nullable<Guid>,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    use crate::store::schema::types::*;

    certificates (kind, number) {
        kind -> Text,
        number -> Text,
        user_id -> Guid,
    }
}

diesel::joinable!(expert_applications -> public_notices (public_notice_id));
diesel::joinable!(council_session_items -> expert_applications (application_id));

diesel::allow_columns_to_appear_in_same_group_by_clause!(
    council_session_items::session_id,
    expert_applications::status,
);

diesel::allow_tables_to_appear_in_same_query!(
    council_sessions,
    public_notices,
    expert_applications,
    application_files,
    council_session_items,
    objections,
);
