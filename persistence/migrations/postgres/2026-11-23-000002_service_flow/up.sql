-- The service flow, from the project's registration to the report (A4.1 to A4.7). Records below the
-- policy carry the organisations that have a part in them, so that what a caller may see is one index.
CREATE TABLE projects (
    id uuid NOT NULL PRIMARY KEY,
    version bigint NOT NULL,
    number text NOT NULL UNIQUE,
    status text NOT NULL,
    name text NOT NULL,
    category text NOT NULL,
    address text NOT NULL,
    district text NOT NULL,
    longitude double precision NOT NULL,
    latitude double precision NOT NULL,
    coordinate_system text NOT NULL,
    contract_price bigint NOT NULL CHECK (contract_price >= 0),
    floor_area_centiares bigint NOT NULL CHECK (floor_area_centiares >= 0),
    planned_start date NOT NULL,
    planned_end date NOT NULL,
    construction_permit_number text,
    contractor_id uuid NOT NULL REFERENCES organizations (id),
    supervisor_id uuid REFERENCES organizations (id),
    supervisor_name text,
    owner_id uuid REFERENCES organizations (id),
    owner_name text,
    leader_name text NOT NULL,
    leader_mobile text NOT NULL,
    status_reason text,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL
);
CREATE INDEX projects_status ON projects (status, id);
CREATE INDEX projects_district ON projects (district, id);

CREATE TABLE project_parties (
    party_id uuid NOT NULL,
    project_id uuid NOT NULL REFERENCES projects (id),
    part text NOT NULL,
    PRIMARY KEY (party_id, project_id, part)
);
CREATE INDEX project_parties_project ON project_parties (project_id);

CREATE TABLE policies (
    id uuid NOT NULL PRIMARY KEY,
    version bigint NOT NULL,
    project_id uuid NOT NULL REFERENCES projects (id),
    policy_number text NOT NULL,
    premium_total bigint NOT NULL CHECK (premium_total >= 0),
    premium_received bigint NOT NULL CHECK (premium_received >= 0),
    indemnity_limit bigint NOT NULL CHECK (indemnity_limit >= 0),
    period_start date NOT NULL,
    period_end date NOT NULL,
    insurer_id uuid NOT NULL REFERENCES organizations (id),
    contractor_id uuid NOT NULL REFERENCES organizations (id),
    supervisor_id uuid REFERENCES organizations (id),
    owner_id uuid REFERENCES organizations (id),
    district text NOT NULL,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL,
    UNIQUE (insurer_id, policy_number)
);
CREATE INDEX policies_project ON policies (project_id, id);
CREATE INDEX policies_insurer ON policies (insurer_id, id);
CREATE INDEX policies_contractor ON policies (contractor_id, id);
CREATE INDEX policies_supervisor ON policies (supervisor_id, id);
CREATE INDEX policies_owner ON policies (owner_id, id);
CREATE INDEX policies_district ON policies (district, id);

CREATE TABLE policy_endorsements (
    id uuid NOT NULL PRIMARY KEY,
    policy_id uuid NOT NULL REFERENCES policies (id),
    endorsement_number text NOT NULL,
    effective_on date NOT NULL,
    premium_total bigint NOT NULL,
    premium_received bigint NOT NULL,
    period_start date NOT NULL,
    period_end date NOT NULL,
    reason text NOT NULL,
    created_at timestamp NOT NULL,
    UNIQUE (policy_id, endorsement_number)
);
CREATE INDEX policy_endorsements_policy ON policy_endorsements (policy_id, id);

CREATE TABLE commissions (
    id uuid NOT NULL PRIMARY KEY,
    version bigint NOT NULL,
    number text NOT NULL UNIQUE,
    status text NOT NULL,
    policy_id uuid NOT NULL REFERENCES policies (id),
    project_id uuid NOT NULL REFERENCES projects (id),
    contract_number text NOT NULL,
    fee_mode text NOT NULL,
    fee bigint NOT NULL CHECK (fee >= 0),
    period_start date NOT NULL,
    period_end date NOT NULL,
    status_reason text,
    amount_due bigint CHECK (amount_due >= 0),
    ended_at timestamp,
    insurer_id uuid NOT NULL REFERENCES organizations (id),
    provider_id uuid NOT NULL REFERENCES organizations (id),
    contractor_id uuid NOT NULL REFERENCES organizations (id),
    supervisor_id uuid REFERENCES organizations (id),
    owner_id uuid REFERENCES organizations (id),
    district text NOT NULL,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL
);
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
    id uuid NOT NULL PRIMARY KEY,
    commission_id uuid NOT NULL REFERENCES commissions (id),
    position integer NOT NULL,
    category text NOT NULL,
    description text NOT NULL,
    times integer NOT NULL CHECK (times > 0),
    frequency text,
    UNIQUE (commission_id, position)
);

CREATE TABLE commission_cost_lines (
    commission_id uuid NOT NULL REFERENCES commissions (id),
    position integer NOT NULL,
    item text NOT NULL,
    unit text NOT NULL,
    quantity text NOT NULL,
    unit_price text NOT NULL,
    PRIMARY KEY (commission_id, position)
);

CREATE TABLE service_plans (
    id uuid NOT NULL PRIMARY KEY,
    version bigint NOT NULL,
    number text NOT NULL UNIQUE,
    status text NOT NULL,
    commission_id uuid NOT NULL REFERENCES commissions (id),
    project_id uuid NOT NULL REFERENCES projects (id),
    plan_version integer NOT NULL,
    summary text NOT NULL,
    prepared_by uuid NOT NULL,
    decided_by uuid,
    submitted_at timestamp,
    confirmed_at timestamp,
    status_reason text,
    insurer_id uuid NOT NULL REFERENCES organizations (id),
    provider_id uuid NOT NULL REFERENCES organizations (id),
    contractor_id uuid NOT NULL REFERENCES organizations (id),
    supervisor_id uuid REFERENCES organizations (id),
    owner_id uuid REFERENCES organizations (id),
    district text NOT NULL,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL,
    UNIQUE (commission_id, plan_version)
);
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
    id uuid NOT NULL PRIMARY KEY,
    plan_id uuid NOT NULL REFERENCES service_plans (id),
    position integer NOT NULL,
    line_id uuid NOT NULL REFERENCES commission_lines (id),
    category text NOT NULL,
    window_start date NOT NULL,
    window_end date NOT NULL,
    method text NOT NULL,
    expected_outcome text NOT NULL,
    group_size integer NOT NULL,
    specialties text NOT NULL,
    UNIQUE (plan_id, position)
);

CREATE TABLE visits (
    id uuid NOT NULL PRIMARY KEY,
    version bigint NOT NULL,
    number text NOT NULL UNIQUE,
    status text NOT NULL,
    plan_id uuid NOT NULL REFERENCES service_plans (id),
    planned_service_id uuid NOT NULL REFERENCES planned_services (id),
    line_id uuid NOT NULL REFERENCES commission_lines (id),
    commission_id uuid NOT NULL REFERENCES commissions (id),
    project_id uuid NOT NULL REFERENCES projects (id),
    category text NOT NULL,
    window_start date NOT NULL,
    window_end date NOT NULL,
    group_size integer NOT NULL,
    scheduled_start timestamp,
    scheduled_end timestamp,
    leader_id uuid REFERENCES experts (id),
    missing_specialty_reason text,
    contractor_agreed_at timestamp,
    started_at timestamp,
    ended_at timestamp,
    upload_due_at timestamp,
    upload_due_provisional boolean,
    submitted_at timestamp,
    late boolean,
    conclusion text,
    submitted_by uuid,
    accepted_at timestamp,
    status_reason text,
    insurer_id uuid NOT NULL REFERENCES organizations (id),
    provider_id uuid NOT NULL REFERENCES organizations (id),
    contractor_id uuid NOT NULL REFERENCES organizations (id),
    supervisor_id uuid REFERENCES organizations (id),
    owner_id uuid REFERENCES organizations (id),
    district text NOT NULL,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL
);
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
    visit_id uuid NOT NULL REFERENCES visits (id),
    expert_id uuid NOT NULL REFERENCES experts (id),
    project_id uuid NOT NULL REFERENCES projects (id),
    position integer NOT NULL,
    specialties text NOT NULL,
    agreed_at timestamp,
    PRIMARY KEY (visit_id, expert_id)
);
CREATE INDEX visit_members_expert ON visit_members (expert_id, visit_id);

CREATE TABLE visit_steps (
    visit_id uuid NOT NULL REFERENCES visits (id),
    position integer NOT NULL,
    step text NOT NULL,
    taken_at timestamp NOT NULL,
    recorded_at timestamp NOT NULL,
    longitude double precision,
    latitude double precision,
    coordinate_system text,
    distance_metres bigint,
    recorded_by uuid NOT NULL,
    note text,
    PRIMARY KEY (visit_id, position)
);

CREATE TABLE hazards (
    id uuid NOT NULL PRIMARY KEY,
    version bigint NOT NULL,
    number text NOT NULL UNIQUE,
    status text NOT NULL,
    grade text NOT NULL,
    major_hazard_item text,
    visit_id uuid NOT NULL REFERENCES visits (id),
    commission_id uuid NOT NULL REFERENCES commissions (id),
    project_id uuid NOT NULL REFERENCES projects (id),
    place text NOT NULL,
    description text NOT NULL,
    legal_basis text NOT NULL,
    measures text NOT NULL,
    due_on date NOT NULL,
    recorded_by uuid NOT NULL,
    acknowledged_at timestamp,
    rectified_at timestamp,
    rectification text,
    closed_at timestamp,
    status_reason text,
    insurer_id uuid NOT NULL REFERENCES organizations (id),
    provider_id uuid NOT NULL REFERENCES organizations (id),
    contractor_id uuid NOT NULL REFERENCES organizations (id),
    supervisor_id uuid REFERENCES organizations (id),
    owner_id uuid REFERENCES organizations (id),
    district text NOT NULL,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL
);
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
    hazard_id uuid NOT NULL PRIMARY KEY REFERENCES hazards (id),
    number text NOT NULL UNIQUE,
    contractor_id uuid NOT NULL REFERENCES organizations (id),
    issued_at timestamp NOT NULL,
    received_at timestamp,
    received_by uuid
);

CREATE TABLE rectification_proposals (
    visit_id uuid NOT NULL PRIMARY KEY REFERENCES visits (id),
    number text NOT NULL UNIQUE,
    advice text NOT NULL,
    hazards text NOT NULL,
    issued_by uuid NOT NULL,
    issued_at timestamp NOT NULL,
    received_by uuid,
    received_at timestamp
);

CREATE TABLE attachments (
    id uuid NOT NULL PRIMARY KEY,
    visit_id uuid NOT NULL REFERENCES visits (id),
    hazard_id uuid REFERENCES hazards (id),
    project_id uuid NOT NULL REFERENCES projects (id),
    kind text NOT NULL,
    file_name text NOT NULL,
    media_type text NOT NULL,
    size bigint NOT NULL CHECK (size >= 0),
    sha256 bytea NOT NULL,
    captured_at timestamp,
    longitude double precision,
    latitude double precision,
    coordinate_system text,
    exif_captured_at timestamp,
    exif_longitude double precision,
    exif_latitude double precision,
    same_as_id uuid,
    uploaded_by uuid NOT NULL,
    received_at timestamp NOT NULL
);
CREATE INDEX attachments_visit ON attachments (visit_id, id);
CREATE INDEX attachments_hazard ON attachments (hazard_id, id);
CREATE INDEX attachments_sha256 ON attachments (sha256, id);

CREATE TABLE service_reports (
    id uuid NOT NULL PRIMARY KEY,
    version bigint NOT NULL,
    number text NOT NULL UNIQUE,
    status text NOT NULL,
    commission_id uuid NOT NULL REFERENCES commissions (id),
    project_id uuid NOT NULL REFERENCES projects (id),
    evaluation text NOT NULL,
    conclusion text NOT NULL,
    snapshot text,
    prepared_by uuid NOT NULL,
    decided_by uuid,
    submitted_at timestamp,
    acknowledged_at timestamp,
    status_reason text,
    insurer_id uuid NOT NULL REFERENCES organizations (id),
    provider_id uuid NOT NULL REFERENCES organizations (id),
    contractor_id uuid NOT NULL REFERENCES organizations (id),
    supervisor_id uuid REFERENCES organizations (id),
    owner_id uuid REFERENCES organizations (id),
    district text NOT NULL,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL
);
CREATE INDEX service_reports_status ON service_reports (status, id);
CREATE INDEX service_reports_commission ON service_reports (commission_id, id);
CREATE INDEX service_reports_project ON service_reports (project_id, id);
CREATE INDEX service_reports_insurer ON service_reports (insurer_id, id);
CREATE INDEX service_reports_provider ON service_reports (provider_id, id);
CREATE INDEX service_reports_contractor ON service_reports (contractor_id, id);
CREATE INDEX service_reports_supervisor ON service_reports (supervisor_id, id);
CREATE INDEX service_reports_owner ON service_reports (owner_id, id);
CREATE INDEX service_reports_district ON service_reports (district, id);
