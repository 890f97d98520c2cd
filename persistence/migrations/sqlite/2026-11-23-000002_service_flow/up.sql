-- The service flow, from the project's registration to the report (A4.1 to A4.7). Records below the
-- policy carry the organisations that have a part in them, so that what a caller may see is one index.
CREATE TABLE projects (
    id BLOB NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    number TEXT NOT NULL UNIQUE,
    status TEXT NOT NULL,
    name TEXT NOT NULL,
    category TEXT NOT NULL,
    address TEXT NOT NULL,
    district TEXT NOT NULL,
    longitude REAL NOT NULL,
    latitude REAL NOT NULL,
    coordinate_system TEXT NOT NULL,
    contract_price INTEGER NOT NULL CHECK (contract_price >= 0),
    floor_area_centiares INTEGER NOT NULL CHECK (floor_area_centiares >= 0),
    planned_start TEXT NOT NULL,
    planned_end TEXT NOT NULL,
    construction_permit_number TEXT,
    contractor_id BLOB NOT NULL REFERENCES organizations (id),
    supervisor_id BLOB REFERENCES organizations (id),
    supervisor_name TEXT,
    owner_id BLOB REFERENCES organizations (id),
    owner_name TEXT,
    leader_name TEXT NOT NULL,
    leader_mobile TEXT NOT NULL,
    status_reason TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;
CREATE INDEX projects_status ON projects (status, id);
CREATE INDEX projects_district ON projects (district, id);

CREATE TABLE project_parties (
    party_id BLOB NOT NULL,
    project_id BLOB NOT NULL REFERENCES projects (id),
    part TEXT NOT NULL,
    PRIMARY KEY (party_id, project_id, part)
) STRICT;
CREATE INDEX project_parties_project ON project_parties (project_id);

CREATE TABLE policies (
    id BLOB NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    project_id BLOB NOT NULL REFERENCES projects (id),
    policy_number TEXT NOT NULL,
    premium_total INTEGER NOT NULL CHECK (premium_total >= 0),
    premium_received INTEGER NOT NULL CHECK (premium_received >= 0),
    indemnity_limit INTEGER NOT NULL CHECK (indemnity_limit >= 0),
    period_start TEXT NOT NULL,
    period_end TEXT NOT NULL,
    insurer_id BLOB NOT NULL REFERENCES organizations (id),
    contractor_id BLOB NOT NULL REFERENCES organizations (id),
    supervisor_id BLOB REFERENCES organizations (id),
    owner_id BLOB REFERENCES organizations (id),
    district TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    UNIQUE (insurer_id, policy_number)
) STRICT;
CREATE INDEX policies_project ON policies (project_id, id);
CREATE INDEX policies_insurer ON policies (insurer_id, id);
CREATE INDEX policies_contractor ON policies (contractor_id, id);
CREATE INDEX policies_supervisor ON policies (supervisor_id, id);
CREATE INDEX policies_owner ON policies (owner_id, id);
CREATE INDEX policies_district ON policies (district, id);

CREATE TABLE policy_endorsements (
    id BLOB NOT NULL PRIMARY KEY,
    policy_id BLOB NOT NULL REFERENCES policies (id),
    endorsement_number TEXT NOT NULL,
    effective_on TEXT NOT NULL,
    premium_total INTEGER NOT NULL,
    premium_received INTEGER NOT NULL,
    period_start TEXT NOT NULL,
    period_end TEXT NOT NULL,
    reason TEXT NOT NULL,
    created_at TEXT NOT NULL,
    UNIQUE (policy_id, endorsement_number)
) STRICT;
CREATE INDEX policy_endorsements_policy ON policy_endorsements (policy_id, id);

CREATE TABLE commissions (
    id BLOB NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    number TEXT NOT NULL UNIQUE,
    status TEXT NOT NULL,
    policy_id BLOB NOT NULL REFERENCES policies (id),
    project_id BLOB NOT NULL REFERENCES projects (id),
    contract_number TEXT NOT NULL,
    fee_mode TEXT NOT NULL,
    fee INTEGER NOT NULL CHECK (fee >= 0),
    period_start TEXT NOT NULL,
    period_end TEXT NOT NULL,
    status_reason TEXT,
    amount_due INTEGER CHECK (amount_due >= 0),
    ended_at TEXT,
    insurer_id BLOB NOT NULL REFERENCES organizations (id),
    provider_id BLOB NOT NULL REFERENCES organizations (id),
    contractor_id BLOB NOT NULL REFERENCES organizations (id),
    supervisor_id BLOB REFERENCES organizations (id),
    owner_id BLOB REFERENCES organizations (id),
    district TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;
CREATE INDEX commissions_status ON commissions (status, id);
CREATE INDEX commissions_policy ON commissions (policy_id, id);
CREATE INDEX commissions_project ON commissions (project_id, id);
CREATE INDEX commissions_insurer ON commissions (insurer_id, id);
CREATE INDEX commissions_insurer_status ON commissions (insurer_id, status, id);
CREATE INDEX commissions_provider ON commissions (provider_id, id);
CREATE INDEX commissions_provider_status ON commissions (provider_id, status, id);
CREATE INDEX commissions_contractor ON commissions (contractor_id, id);
CREATE INDEX commissions_contractor_status ON commissions (contractor_id, status, id);
CREATE INDEX commissions_supervisor ON commissions (supervisor_id, id);
CREATE INDEX commissions_owner ON commissions (owner_id, id);
CREATE INDEX commissions_district ON commissions (district, id);

CREATE TABLE commission_lines (
    id BLOB NOT NULL PRIMARY KEY,
    commission_id BLOB NOT NULL REFERENCES commissions (id),
    position INTEGER NOT NULL,
    category TEXT NOT NULL,
    description TEXT NOT NULL,
    times INTEGER NOT NULL CHECK (times > 0),
    frequency TEXT,
    UNIQUE (commission_id, position)
) STRICT;

CREATE TABLE commission_cost_lines (
    commission_id BLOB NOT NULL REFERENCES commissions (id),
    position INTEGER NOT NULL,
    item TEXT NOT NULL,
    unit TEXT NOT NULL,
    quantity TEXT NOT NULL,
    unit_price TEXT NOT NULL,
    PRIMARY KEY (commission_id, position)
) STRICT;

CREATE TABLE service_plans (
    id BLOB NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    number TEXT NOT NULL UNIQUE,
    status TEXT NOT NULL,
    commission_id BLOB NOT NULL REFERENCES commissions (id),
    project_id BLOB NOT NULL REFERENCES projects (id),
    plan_version INTEGER NOT NULL,
    summary TEXT NOT NULL,
    prepared_by BLOB NOT NULL,
    decided_by BLOB,
    submitted_at TEXT,
    confirmed_at TEXT,
    status_reason TEXT,
    insurer_id BLOB NOT NULL REFERENCES organizations (id),
    provider_id BLOB NOT NULL REFERENCES organizations (id),
    contractor_id BLOB NOT NULL REFERENCES organizations (id),
    supervisor_id BLOB REFERENCES organizations (id),
    owner_id BLOB REFERENCES organizations (id),
    district TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    UNIQUE (commission_id, plan_version)
) STRICT;
CREATE INDEX service_plans_status ON service_plans (status, id);
CREATE INDEX service_plans_commission ON service_plans (commission_id, id);
CREATE INDEX service_plans_project ON service_plans (project_id, id);
CREATE INDEX service_plans_insurer ON service_plans (insurer_id, id);
CREATE INDEX service_plans_provider ON service_plans (provider_id, id);
CREATE INDEX service_plans_contractor ON service_plans (contractor_id, id);
CREATE INDEX service_plans_supervisor ON service_plans (supervisor_id, id);
CREATE INDEX service_plans_owner ON service_plans (owner_id, id);
CREATE INDEX service_plans_district ON service_plans (district, id);

CREATE TABLE planned_services (
    id BLOB NOT NULL PRIMARY KEY,
    plan_id BLOB NOT NULL REFERENCES service_plans (id),
    position INTEGER NOT NULL,
    line_id BLOB NOT NULL REFERENCES commission_lines (id),
    category TEXT NOT NULL,
    window_start TEXT NOT NULL,
    window_end TEXT NOT NULL,
    method TEXT NOT NULL,
    expected_outcome TEXT NOT NULL,
    group_size INTEGER NOT NULL,
    specialties TEXT NOT NULL,
    UNIQUE (plan_id, position)
) STRICT;

CREATE TABLE visits (
    id BLOB NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    number TEXT NOT NULL UNIQUE,
    status TEXT NOT NULL,
    plan_id BLOB NOT NULL REFERENCES service_plans (id),
    planned_service_id BLOB NOT NULL REFERENCES planned_services (id),
    line_id BLOB NOT NULL REFERENCES commission_lines (id),
    commission_id BLOB NOT NULL REFERENCES commissions (id),
    project_id BLOB NOT NULL REFERENCES projects (id),
    category TEXT NOT NULL,
    window_start TEXT NOT NULL,
    window_end TEXT NOT NULL,
    group_size INTEGER NOT NULL,
    scheduled_start TEXT,
    scheduled_end TEXT,
    leader_id BLOB REFERENCES experts (id),
    missing_specialty_reason TEXT,
    contractor_agreed_at TEXT,
    started_at TEXT,
    ended_at TEXT,
    upload_due_at TEXT,
    upload_due_provisional INTEGER,
    submitted_at TEXT,
    late INTEGER,
    conclusion TEXT,
    submitted_by BLOB,
    accepted_at TEXT,
    status_reason TEXT,
    insurer_id BLOB NOT NULL REFERENCES organizations (id),
    provider_id BLOB NOT NULL REFERENCES organizations (id),
    contractor_id BLOB NOT NULL REFERENCES organizations (id),
    supervisor_id BLOB REFERENCES organizations (id),
    owner_id BLOB REFERENCES organizations (id),
    district TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;
CREATE INDEX visits_status ON visits (status, id);
CREATE INDEX visits_provisional ON visits (id) WHERE upload_due_provisional;
CREATE INDEX visits_commission ON visits (commission_id, id);
CREATE INDEX visits_project ON visits (project_id, id);
CREATE INDEX visits_insurer ON visits (insurer_id, id);
CREATE INDEX visits_provider ON visits (provider_id, id);
CREATE INDEX visits_contractor ON visits (contractor_id, id);
CREATE INDEX visits_supervisor ON visits (supervisor_id, id);
CREATE INDEX visits_owner ON visits (owner_id, id);
CREATE INDEX visits_district ON visits (district, id);

CREATE TABLE visit_members (
    visit_id BLOB NOT NULL REFERENCES visits (id),
    expert_id BLOB NOT NULL REFERENCES experts (id),
    project_id BLOB NOT NULL REFERENCES projects (id),
    position INTEGER NOT NULL,
    specialties TEXT NOT NULL,
    agreed_at TEXT,
    PRIMARY KEY (visit_id, expert_id)
) STRICT;
CREATE INDEX visit_members_expert ON visit_members (expert_id, visit_id);

CREATE TABLE visit_steps (
    visit_id BLOB NOT NULL REFERENCES visits (id),
    position INTEGER NOT NULL,
    step TEXT NOT NULL,
    taken_at TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    longitude REAL,
    latitude REAL,
    coordinate_system TEXT,
    distance_metres INTEGER,
    recorded_by BLOB NOT NULL,
    note TEXT,
    PRIMARY KEY (visit_id, position)
) STRICT;

CREATE TABLE hazards (
    id BLOB NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    number TEXT NOT NULL UNIQUE,
    status TEXT NOT NULL,
    grade TEXT NOT NULL,
    major_hazard_item TEXT,
    visit_id BLOB NOT NULL REFERENCES visits (id),
    commission_id BLOB NOT NULL REFERENCES commissions (id),
    project_id BLOB NOT NULL REFERENCES projects (id),
    place TEXT NOT NULL,
    description TEXT NOT NULL,
    legal_basis TEXT NOT NULL,
    measures TEXT NOT NULL,
    due_on TEXT NOT NULL,
    recorded_by BLOB NOT NULL,
    acknowledged_at TEXT,
    rectified_at TEXT,
    rectification TEXT,
    closed_at TEXT,
    status_reason TEXT,
    insurer_id BLOB NOT NULL REFERENCES organizations (id),
    provider_id BLOB NOT NULL REFERENCES organizations (id),
    contractor_id BLOB NOT NULL REFERENCES organizations (id),
    supervisor_id BLOB REFERENCES organizations (id),
    owner_id BLOB REFERENCES organizations (id),
    district TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;
CREATE INDEX hazards_status ON hazards (status, id);
CREATE INDEX hazards_visit ON hazards (visit_id, id);
CREATE INDEX hazards_commission ON hazards (commission_id, id);
CREATE INDEX hazards_project ON hazards (project_id, id);
CREATE INDEX hazards_insurer ON hazards (insurer_id, id);
CREATE INDEX hazards_provider ON hazards (provider_id, id);
CREATE INDEX hazards_contractor ON hazards (contractor_id, id);
CREATE INDEX hazards_supervisor ON hazards (supervisor_id, id);
CREATE INDEX hazards_owner ON hazards (owner_id, id);
CREATE INDEX hazards_district ON hazards (district, id);

CREATE TABLE major_hazard_notices (
    hazard_id BLOB NOT NULL PRIMARY KEY REFERENCES hazards (id),
    number TEXT NOT NULL UNIQUE,
    contractor_id BLOB NOT NULL REFERENCES organizations (id),
    issued_at TEXT NOT NULL,
    received_at TEXT,
    received_by BLOB
) STRICT;

CREATE TABLE rectification_proposals (
    visit_id BLOB NOT NULL PRIMARY KEY REFERENCES visits (id),
    number TEXT NOT NULL UNIQUE,
    advice TEXT NOT NULL,
    hazards TEXT NOT NULL,
    issued_by BLOB NOT NULL,
    issued_at TEXT NOT NULL,
    received_by BLOB,
    received_at TEXT
) STRICT;

CREATE TABLE attachments (
    id BLOB NOT NULL PRIMARY KEY,
    visit_id BLOB NOT NULL REFERENCES visits (id),
    hazard_id BLOB REFERENCES hazards (id),
    project_id BLOB NOT NULL REFERENCES projects (id),
    kind TEXT NOT NULL,
    file_name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size INTEGER NOT NULL CHECK (size >= 0),
    sha256 BLOB NOT NULL,
    captured_at TEXT,
    longitude REAL,
    latitude REAL,
    coordinate_system TEXT,
    exif_captured_at TEXT,
    exif_longitude REAL,
    exif_latitude REAL,
    same_as_id BLOB,
    uploaded_by BLOB NOT NULL,
    received_at TEXT NOT NULL
) STRICT;
CREATE INDEX attachments_visit ON attachments (visit_id, id);
CREATE INDEX attachments_hazard ON attachments (hazard_id, id);
CREATE INDEX attachments_sha256 ON attachments (sha256, id);

CREATE TABLE service_reports (
    id BLOB NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    number TEXT NOT NULL UNIQUE,
    status TEXT NOT NULL,
    commission_id BLOB NOT NULL REFERENCES commissions (id),
    project_id BLOB NOT NULL REFERENCES projects (id),
    evaluation TEXT NOT NULL,
    conclusion TEXT NOT NULL,
    snapshot TEXT,
    prepared_by BLOB NOT NULL,
    decided_by BLOB,
    submitted_at TEXT,
    acknowledged_at TEXT,
    status_reason TEXT,
    insurer_id BLOB NOT NULL REFERENCES organizations (id),
    provider_id BLOB NOT NULL REFERENCES organizations (id),
    contractor_id BLOB NOT NULL REFERENCES organizations (id),
    supervisor_id BLOB REFERENCES organizations (id),
    owner_id BLOB REFERENCES organizations (id),
    district TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;
CREATE INDEX service_reports_status ON service_reports (status, id);
CREATE INDEX service_reports_commission ON service_reports (commission_id, id);
CREATE INDEX service_reports_project ON service_reports (project_id, id);
CREATE INDEX service_reports_insurer ON service_reports (insurer_id, id);
CREATE INDEX service_reports_provider ON service_reports (provider_id, id);
CREATE INDEX service_reports_contractor ON service_reports (contractor_id, id);
CREATE INDEX service_reports_supervisor ON service_reports (supervisor_id, id);
CREATE INDEX service_reports_owner ON service_reports (owner_id, id);
CREATE INDEX service_reports_district ON service_reports (district, id);
