-- What users are told.
CREATE TABLE notifications (
    id uuid NOT NULL PRIMARY KEY,
    recipient_id uuid NOT NULL REFERENCES users (id),
    kind text NOT NULL,
    subject text NOT NULL,
    subject_id uuid NOT NULL,
    occasion text NOT NULL,
    project_id uuid REFERENCES projects (id),
    facts text NOT NULL,
    created_at timestamp NOT NULL,
    read_at timestamp,
    UNIQUE (recipient_id, kind, subject_id, occasion)
);
CREATE INDEX notifications_recipient ON notifications (recipient_id, id);
CREATE INDEX notifications_unread ON notifications (recipient_id, id) WHERE read_at IS NULL;

-- The experts' standing: measures, declines held to be justified, registrations that lapse.
CREATE TABLE conduct_records (
    id uuid NOT NULL PRIMARY KEY,
    expert_id uuid NOT NULL REFERENCES experts (id),
    kind text NOT NULL,
    grounds text NOT NULL,
    recorded_by uuid NOT NULL,
    created_at timestamp NOT NULL
);
CREATE INDEX conduct_records_expert ON conduct_records (expert_id, id);

CREATE TABLE justified_declines (
    stream_id uuid NOT NULL,
    seq bigint NOT NULL,
    expert_id uuid NOT NULL REFERENCES experts (id),
    reason text NOT NULL,
    justified_by uuid NOT NULL,
    justified_at timestamp NOT NULL,
    PRIMARY KEY (stream_id, seq)
);
CREATE INDEX justified_declines_expert ON justified_declines (expert_id);
CREATE INDEX events_declines ON events (actor_id, occurred_at, stream_id, seq) WHERE name = 'visit_declined';

ALTER TABLE experts ADD COLUMN registered_until text
    GENERATED ALWAYS AS (registered_safety_engineer::jsonb ->> 'registered_until') STORED;
CREATE INDEX experts_registered_until ON experts (registered_until, id);
CREATE TABLE registration_lapses (
    expert_id uuid NOT NULL REFERENCES experts (id),
    registered_until text NOT NULL,
    notice text NOT NULL,
    noticed_at timestamp NOT NULL,
    PRIMARY KEY (expert_id, registered_until)
);

-- What an expert was when a group was proposed, and ties found after a visit had begun.
CREATE TABLE group_snapshots (
    visit_id uuid NOT NULL REFERENCES visits (id),
    expert_id uuid NOT NULL REFERENCES experts (id),
    pools text NOT NULL,
    qualification text NOT NULL,
    employer_name text NOT NULL,
    employer_code text,
    taken_at timestamp NOT NULL,
    PRIMARY KEY (visit_id, expert_id)
);
CREATE TABLE visit_ties_found_later (
    visit_id uuid NOT NULL REFERENCES visits (id),
    expert_id uuid NOT NULL REFERENCES experts (id),
    kind text NOT NULL,
    party text NOT NULL,
    through text NOT NULL,
    found_at timestamp NOT NULL,
    PRIMARY KEY (visit_id, expert_id, kind, party, through)
);
-- What is held about one expert is read together.
CREATE INDEX group_snapshots_expert ON group_snapshots (expert_id, visit_id);
CREATE INDEX visit_ties_found_later_expert ON visit_ties_found_later (expert_id, visit_id);

-- Ties as declared, affiliates of organisations, and requests that an expert be recused (A12.2).
CREATE TABLE declared_ties (
    id uuid NOT NULL PRIMARY KEY,
    version bigint NOT NULL,
    expert_id uuid NOT NULL REFERENCES experts (id),
    kind text NOT NULL,
    organization_id uuid REFERENCES organizations (id),
    company_name text NOT NULL,
    company_code text,
    starts_on date NOT NULL,
    ends_on date,
    note text,
    source text NOT NULL,
    declared_by uuid NOT NULL,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL
);
CREATE INDEX declared_ties_expert ON declared_ties (expert_id, id);

CREATE TABLE affiliates (
    id uuid NOT NULL PRIMARY KEY,
    version bigint NOT NULL,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    company_name text NOT NULL,
    company_code text,
    company_key text NOT NULL,
    relation text NOT NULL,
    starts_on date NOT NULL,
    ends_on date,
    declared_by uuid NOT NULL,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL
);
CREATE INDEX affiliates_organization ON affiliates (organization_id, id);
CREATE INDEX affiliates_company_code ON affiliates (company_code);
CREATE INDEX affiliates_company_key ON affiliates (company_key);

CREATE TABLE recusal_requests (
    id uuid NOT NULL PRIMARY KEY,
    version bigint NOT NULL,
    status text NOT NULL,
    status_reason text,
    project_id uuid NOT NULL REFERENCES projects (id),
    district text NOT NULL,
    requested_by uuid NOT NULL REFERENCES organizations (id),
    expert_id uuid NOT NULL REFERENCES experts (id),
    kind text NOT NULL,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    grounds text NOT NULL,
    decided_by uuid,
    decided_at timestamp,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL
);
CREATE INDEX recusal_requests_requested_by ON recusal_requests (requested_by, id);
CREATE INDEX recusal_requests_status ON recusal_requests (status, id);
CREATE INDEX recusal_requests_district ON recusal_requests (district, id);
CREATE INDEX recusal_requests_expert ON recusal_requests (expert_id, id);
CREATE INDEX recusal_requests_district_status ON recusal_requests (district, status, id);
CREATE INDEX recusal_requests_requested_by_status ON recusal_requests (requested_by, status, id);

-- Companies that are known by name only are found by it: without white space, parentheses of one width.
ALTER TABLE organizations ADD COLUMN name_key text NOT NULL DEFAULT '';
UPDATE organizations SET name_key = translate(name, '（）' || E' \t\n\r\u00a0\u3000', '()');
CREATE INDEX organizations_name_key ON organizations (name_key);
ALTER TABLE projects ADD COLUMN supervisor_key text;
ALTER TABLE projects ADD COLUMN owner_key text;
UPDATE projects SET supervisor_key = translate(supervisor_name, '（）' || E' \t\n\r\u00a0\u3000', '()') WHERE supervisor_name IS NOT NULL;
UPDATE projects SET owner_key = translate(owner_name, '（）' || E' \t\n\r\u00a0\u3000', '()') WHERE owner_name IS NOT NULL;
CREATE INDEX projects_supervisor_key ON projects (supervisor_key) WHERE supervisor_key IS NOT NULL;
CREATE INDEX projects_owner_key ON projects (owner_key) WHERE owner_key IS NOT NULL;
