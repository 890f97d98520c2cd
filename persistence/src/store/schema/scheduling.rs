//! Tables of when experts can come, and what they are booked for.

diesel::table! {
    use crate::store::schema::types::*;

    unavailabilities (id) {
        id -> Guid,
        version -> BigInt,
        expert_id -> Guid,
        kind -> Text,
        starts_at -> Nullable<Timestamp>,
        ends_at -> Nullable<Timestamp>,
        weekday -> Nullable<Text>,
        part_of_day -> Nullable<Text>,
        from_on -> Nullable<Date>,
        until_on -> Nullable<Date>,
        note -> Nullable<Text>,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    use crate::store::schema::types::*;

    expert_bases (expert_id) {
        expert_id -> Guid,
        version -> BigInt,
        longitude -> Nullable<Double>,
        latitude -> Nullable<Double>,
        coordinate_system -> Nullable<Text>,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    use crate::store::schema::types::*;

    bookings (expert_id, visit_id) {
        expert_id -> Guid,
        visit_id -> Guid,
        project_id -> Guid,
        starts_at -> Timestamp,
        ends_at -> Timestamp,
    }
}
