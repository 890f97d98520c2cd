//! The tables of the service flow: from the project to the report.

diesel::table! {
    use crate::store::schema::types::*;

    projects (id) {
        id -> Guid,
        version -> BigInt,
        number -> Text,
        status -> Text,
        name -> Text,
        category -> Text,
        address -> Text,
        district -> Text,
        longitude -> Double,
        latitude -> Double,
        coordinate_system -> Text,
        contract_price -> BigInt,
        floor_area_centiares -> BigInt,
        planned_start -> Date,
        planned_end -> Date,
        construction_permit_number -> Nullable<Text>,
        contractor_id -> Guid,
        supervisor_id -> Nullable<Guid>,
        supervisor_name -> Nullable<Text>,
        owner_id -> Nullable<Guid>,
        owner_name -> Nullable<Text>,
        leader_name -> Text,
        leader_mobile -> Text,
        status_reason -> Nullable<Text>,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        supervisor_key -> Nullable<Text>,
        owner_key -> Nullable<Text>,
        safety_officer_name -> Nullable<Text>,
        safety_officer_mobile -> Nullable<Text>,
    }
}

diesel::table! {
    use crate::store::schema::types::*;

    project_parties (party_id, project_id, part) {
        party_id -> Guid,
        project_id -> Guid,
        part -> Text,
    }
}

diesel::table! {
    use crate::store::schema::types::*;

    policies (id) {
        id -> Guid,
        version -> BigInt,
        project_id -> Guid,
        policy_number -> Text,
        premium_total -> BigInt,
        premium_received -> BigInt,
        indemnity_limit -> BigInt,
        period_start -> Date,
        period_end -> Date,
        insurer_id -> Guid,
        contractor_id -> Guid,
        supervisor_id -> Nullable<Guid>,
        owner_id -> Nullable<Guid>,
        district -> Text,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    use crate::store::schema::types::*;

    policy_endorsements (id) {
        id -> Guid,
        policy_id -> Guid,
        endorsement_number -> Text,
        effective_on -> Date,
        premium_total -> BigInt,
        premium_received -> BigInt,
        period_start -> Date,
        period_end -> Date,
        reason -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    use crate::store::schema::types::*;

    commissions (id) {
        id -> Guid,
        version -> BigInt,
        number -> Text,
        status -> Text,
        policy_id -> Guid,
        project_id -> Guid,
        contract_number -> Text,
        held_contract_number -> Nullable<Text>,
        fee_mode -> Text,
        fee -> BigInt,
        period_start -> Date,
        period_end -> Date,
        status_reason -> Nullable<Text>,
        amount_due -> Nullable<BigInt>,
        ended_at -> Nullable<Timestamp>,
        insurer_id -> Guid,
        provider_id -> Guid,
        contractor_id -> Guid,
        supervisor_id -> Nullable<Guid>,
        owner_id -> Nullable<Guid>,
        district -> Text,
        asked_provider_id -> Nullable<Guid>,
        asked_at -> Nullable<Timestamp>,
        served_at -> Nullable<Timestamp>,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    use crate::store::schema::types::*;

    commission_lines (id) {
        id -> Guid,
        commission_id -> Guid,
        position -> Integer,
        category -> Text,
        description -> Text,
        times -> Integer,
        frequency -> Nullable<Text>,
    }
}

diesel::table! {
    use crate::store::schema::types::*;

    commission_cost_lines (commission_id, position) {
        commission_id -> Guid,
        position -> Integer,
        item -> Text,
        unit -> Text,
        quantity -> Text,
        unit_price -> Text,
    }
}

diesel::table! {
    use crate::store::schema::types::*;

    service_plans (id) {
        id -> Guid,
        version -> BigInt,
        number -> Text,
        status -> Text,
        commission_id -> Guid,
        project_id -> Guid,
        plan_version -> Integer,
        summary -> Text,
        prepared_by -> Guid,
        decided_by -> Nullable<Guid>,
        submitted_at -> Nullable<Timestamp>,
        confirmed_at -> Nullable<Timestamp>,
        status_reason -> Nullable<Text>,
        insurer_id -> Guid,
        provider_id -> Guid,
        contractor_id -> Guid,
        supervisor_id -> Nullable<Guid>,
        owner_id -> Nullable<Guid>,
        district -> Text,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    use crate::store::schema::types::*;

    planned_services (id) {
        id -> Guid,
        plan_id -> Guid,
        position -> Integer,
        line_id -> Guid,
        category -> Text,
        window_start -> Date,
        window_end -> Date,
        method -> Text,
        expected_outcome -> Text,
        group_size -> Integer,
        specialties -> Text,
    }
}

diesel::table! {
    use crate::store::schema::types::*;

    visits (id) {
        id -> Guid,
        version -> BigInt,
        number -> Text,
        status -> Text,
        plan_id -> Guid,
        planned_service_id -> Guid,
        line_id -> Guid,
        commission_id -> Guid,
        project_id -> Guid,
        category -> Text,
        window_start -> Date,
        window_end -> Date,
        group_size -> Integer,
        scheduled_start -> Nullable<Timestamp>,
        scheduled_end -> Nullable<Timestamp>,
        leader_id -> Nullable<Guid>,
        missing_specialty_reason -> Nullable<Text>,
        contractor_agreed_at -> Nullable<Timestamp>,
        started_at -> Nullable<Timestamp>,
        ended_at -> Nullable<Timestamp>,
        upload_due_at -> Nullable<Timestamp>,
        upload_due_provisional -> Nullable<Bool>,
        submitted_at -> Nullable<Timestamp>,
        first_submitted_at -> Nullable<Timestamp>,
        late -> Nullable<Bool>,
        conclusion -> Nullable<Text>,
        submitted_by -> Nullable<Guid>,
        accepted_at -> Nullable<Timestamp>,
        status_reason -> Nullable<Text>,
        negotiation -> Text,
        prompt_at -> Nullable<Timestamp>,
        answers_due_at -> Nullable<Timestamp>,
        last_slot_start -> Nullable<Timestamp>,
        insurer_id -> Guid,
        provider_id -> Guid,
        contractor_id -> Guid,
        supervisor_id -> Nullable<Guid>,
        owner_id -> Nullable<Guid>,
        district -> Text,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    use crate::store::schema::types::*;

    visit_members (visit_id, expert_id) {
        visit_id -> Guid,
        expert_id -> Guid,
        project_id -> Guid,
        position -> Integer,
        specialties -> Text,
        agreed_at -> Nullable<Timestamp>,
        agreed_slots -> Text,
    }
}

diesel::table! {
    use crate::store::schema::types::*;

    visit_steps (visit_id, position) {
        visit_id -> Guid,
        position -> Integer,
        step -> Text,
        taken_at -> Timestamp,
        recorded_at -> Timestamp,
        longitude -> Nullable<Double>,
        latitude -> Nullable<Double>,
        coordinate_system -> Nullable<Text>,
        distance_metres -> Nullable<BigInt>,
        recorded_by -> Guid,
        note -> Nullable<Text>,
    }
}

diesel::table! {
    use crate::store::schema::types::*;

    hazards (id) {
        id -> Guid,
        version -> BigInt,
        number -> Text,
        status -> Text,
        grade -> Text,
        major_hazard_item -> Nullable<Text>,
        visit_id -> Guid,
        commission_id -> Guid,
        project_id -> Guid,
        place -> Text,
        description -> Text,
        legal_basis -> Text,
        measures -> Text,
        due_on -> Date,
        recorded_by -> Guid,
        acknowledged_at -> Nullable<Timestamp>,
        rectified_at -> Nullable<Timestamp>,
        rectification -> Nullable<Text>,
        closed_at -> Nullable<Timestamp>,
        status_reason -> Nullable<Text>,
        insurer_id -> Guid,
        provider_id -> Guid,
        contractor_id -> Guid,
        supervisor_id -> Nullable<Guid>,
        owner_id -> Nullable<Guid>,
        district -> Text,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    use crate::store::schema::types::*;

    major_hazard_notices (hazard_id) {
        hazard_id -> Guid,
        number -> Text,
        contractor_id -> Guid,
        issued_at -> Timestamp,
        received_at -> Nullable<Timestamp>,
        received_by -> Nullable<Guid>,
    }
}

diesel::table! {
    use crate::store::schema::types::*;

    rectification_proposals (visit_id) {
        visit_id -> Guid,
        number -> Text,
        advice -> Text,
        hazards -> Text,
        issued_by -> Guid,
        issued_at -> Timestamp,
        received_by -> Nullable<Guid>,
        received_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    use crate::store::schema::types::*;

    attachments (id) {
        id -> Guid,
        visit_id -> Guid,
        hazard_id -> Nullable<Guid>,
        project_id -> Guid,
        kind -> Text,
        file_name -> Text,
        media_type -> Text,
        size -> BigInt,
        sha256 -> Binary,
        captured_at -> Nullable<Timestamp>,
        longitude -> Nullable<Double>,
        latitude -> Nullable<Double>,
        coordinate_system -> Nullable<Text>,
        exif_captured_at -> Nullable<Timestamp>,
        exif_longitude -> Nullable<Double>,
        exif_latitude -> Nullable<Double>,
        same_as_id -> Nullable<Guid>,
        uploaded_by -> Guid,
        received_at -> Timestamp,
    }
}

diesel::table! {
    use crate::store::schema::types::*;

    service_reports (id) {
        id -> Guid,
        version -> BigInt,
        number -> Text,
        status -> Text,
        commission_id -> Guid,
        project_id -> Guid,
        evaluation -> Text,
        conclusion -> Text,
        snapshot -> Nullable<Text>,
        prepared_by -> Guid,
        decided_by -> Nullable<Guid>,
        submitted_at -> Nullable<Timestamp>,
        acknowledged_at -> Nullable<Timestamp>,
        status_reason -> Nullable<Text>,
        insurer_id -> Guid,
        provider_id -> Guid,
        contractor_id -> Guid,
        supervisor_id -> Nullable<Guid>,
        owner_id -> Nullable<Guid>,
        district -> Text,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}
