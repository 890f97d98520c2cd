//! The tables of who acts: organisations, users, sessions, API tokens and experts.

diesel::table! {
    use crate::store::schema::types::*;

    organizations (id) {
        id -> Guid,
        version -> BigInt,
        kind -> Text,
        status -> Text,
        name -> Text,
        unified_social_credit_code -> Text,
        district -> Nullable<Text>,
        contact_name -> Text,
        contact_mobile -> Text,
        status_reason -> Nullable<Text>,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        name_key -> Text,
    }
}

diesel::table! {
    use crate::store::schema::types::*;

    users (id) {
        id -> Guid,
        version -> BigInt,
        organization_id -> Nullable<Guid>,
        login_name -> Text,
        display_name -> Text,
        mobile -> Text,
        role -> Text,
        password_hash -> Text,
        disabled -> Bool,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    use crate::store::schema::types::*;

    sessions (id) {
        id -> Guid,
        user_id -> Guid,
        client -> Text,
        address -> Text,
        created_at -> Timestamp,
        last_used_at -> Timestamp,
        expires_at -> Timestamp,
        ended_at -> Nullable<Timestamp>,
        end_reason -> Nullable<Text>,
    }
}

diesel::table! {
    use crate::store::schema::types::*;

    refresh_tokens (digest) {
        digest -> Binary,
        session_id -> Guid,
        issued_at -> Timestamp,
        replaced_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    use crate::store::schema::types::*;

    failed_logins (subject) {
        subject -> Binary,
        failures -> Integer,
        last_failed_at -> Timestamp,
        blocked_until -> Timestamp,
    }
}

diesel::table! {
    use crate::store::schema::types::*;

    user_emails (user_id) {
        user_id -> Guid,
        address -> Text,
        language -> Text,
        confirmed_at -> Timestamp,
    }
}

diesel::table! {
    use crate::store::schema::types::*;

    inbox_only_kinds (user_id, kind) {
        user_id -> Guid,
        kind -> Text,
    }
}

diesel::table! {
    use crate::store::schema::types::*;

    one_time_codes (digest) {
        digest -> Binary,
        user_id -> Guid,
        purpose -> Text,
        address -> Text,
        expires_at -> Timestamp,
        created_at -> Timestamp,
        used_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    use crate::store::schema::types::*;

    deliveries (id) {
        id -> Guid,
        user_id -> Guid,
        kind -> Text,
        address -> Text,
        language -> Text,
        notification_id -> Nullable<Guid>,
        sealed_code -> Nullable<Binary>,
        status -> Text,
        attempts -> Integer,
        due_at -> Timestamp,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    use crate::store::schema::types::*;

    delivery_attempts (delivery_id, number) {
        delivery_id -> Guid,
        number -> Integer,
        started_at -> Timestamp,
        ended_at -> Nullable<Timestamp>,
        outcome -> Nullable<Text>,
        detail -> Nullable<Text>,
    }
}

diesel::table! {
    use crate::store::schema::types::*;

    calendar_subscriptions (id) {
        id -> Guid,
        user_id -> Guid,
        name -> Text,
        language -> Text,
        digest -> Binary,
        last_used_at -> Nullable<Timestamp>,
        created_at -> Timestamp,
    }
}

diesel::table! {
    use crate::store::schema::types::*;

    api_tokens (id) {
        id -> Guid,
        version -> BigInt,
        organization_id -> Guid,
        name -> Text,
        digest -> Binary,
        hint -> Text,
        scopes -> Text,
        networks -> Text,
        expires_at -> Timestamp,
        last_used_at -> Nullable<Timestamp>,
        revoked_at -> Nullable<Timestamp>,
        created_by -> Guid,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    use crate::store::schema::types::*;

    experts (id) {
        id -> Guid,
        version -> BigInt,
        status -> Text,
        user_id -> Guid,
        name -> Text,
        mobile -> Text,
        citizen_id_sealed -> Binary,
        citizen_id_digest -> Binary,
        employer_name -> Text,
        employer_code -> Nullable<Text>,
        pools -> Text,
        specialties -> Text,
        titles -> Text,
        registered_safety_engineer -> Nullable<Text>,
        work_history -> Text,
        registered_until -> Nullable<Text>,
        council_decision_number -> Text,
        council_decided_on -> Date,
        public_notice_number -> Text,
        public_notice_from -> Date,
        public_notice_to -> Date,
        admitted_on -> Date,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        leads -> Bool,
        civil -> Bool,
        mechanical -> Bool,
        electrical -> Bool,
    }
}
