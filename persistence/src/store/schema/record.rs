//! The tables every write goes through: events, idempotency keys and running numbers.

diesel::table! {
    use crate::store::schema::types::*;

    event_streams (stream_id) {
        stream_id -> Guid,
        last_seq -> BigInt,
        last_digest -> Binary,
    }
}

diesel::table! {
    use crate::store::schema::types::*;

    events (stream_id, seq) {
        stream_id -> Guid,
        seq -> BigInt,
        occurred_at -> Timestamp,
        name -> Text,
        subject -> Text,
        subject_id -> Guid,
        from_state -> Nullable<Text>,
        to_state -> Nullable<Text>,
        reason -> Nullable<Text>,
        facts -> Text,
        actor_kind -> Text,
        actor_id -> Nullable<Guid>,
        organization_id -> Nullable<Guid>,
        request_id -> Text,
        digest -> Binary,
    }
}

diesel::table! {
    use crate::store::schema::types::*;

    idempotency_records (scope) {
        scope -> Binary,
        body_digest -> Binary,
        answer -> Nullable<Binary>,
        created_at -> Timestamp,
        expires_at -> Timestamp,
    }
}

diesel::table! {
    use crate::store::schema::types::*;

    number_sequences (kind, year) {
        kind -> Text,
        year -> Integer,
        last -> BigInt,
    }
}

diesel::table! {
    use crate::store::schema::types::*;

    search_names (kind, record_id) {
        kind -> Text,
        record_id -> Guid,
        name -> Text,
        number -> Text,
    }
}

diesel::table! {
    use crate::store::schema::types::*;

    search_keys (kind, key, record_id) {
        kind -> Text,
        key -> Text,
        record_id -> Guid,
    }
}
