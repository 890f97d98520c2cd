-- What users are told.
CREATE TABLE notifications (
    id BLOB NOT NULL PRIMARY KEY,
    recipient_id BLOB NOT NULL REFERENCES users (id),
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    subject_id BLOB NOT NULL,
    occasion TEXT NOT NULL,
    project_id BLOB REFERENCES projects (id),
    facts TEXT NOT NULL,
    created_at TEXT NOT NULL,
    read_at TEXT,
    UNIQUE (recipient_id, kind, subject_id, occasion)
) STRICT;
CREATE INDEX notifications_recipient ON notifications (recipient_id, id);
CREATE INDEX notifications_unread ON notifications (recipient_id, id) WHERE read_at IS NULL;

-- The experts' standing: measures, declines held to be justified, registrations that lapse.
CREATE TABLE conduct_records (
    id BLOB NOT NULL PRIMARY KEY,
    expert_id BLOB NOT NULL REFERENCES experts (id),
    kind TEXT NOT NULL,
    grounds TEXT NOT NULL,
    recorded_by BLOB NOT NULL,
    created_at TEXT NOT NULL
) STRICT;
CREATE INDEX conduct_records_expert ON conduct_records (expert_id, id);

CREATE TABLE justified_declines (
    stream_id BLOB NOT NULL,
    seq INTEGER NOT NULL,
    expert_id BLOB NOT NULL REFERENCES experts (id),
    reason TEXT NOT NULL,
    justified_by BLOB NOT NULL,
    justified_at TEXT NOT NULL,
    PRIMARY KEY (stream_id, seq)
) STRICT;
CREATE INDEX justified_declines_expert ON justified_declines (expert_id);
CREATE INDEX events_declines ON events (actor_id, occurred_at, stream_id, seq) WHERE name = 'visit_declined';

ALTER TABLE experts ADD COLUMN registered_until TEXT
    GENERATED ALWAYS AS (json_extract(registered_safety_engineer, '$.registered_until')) VIRTUAL;
CREATE INDEX experts_registered_until ON experts (registered_until, id);
CREATE TABLE registration_lapses (
    expert_id BLOB NOT NULL REFERENCES experts (id),
    registered_until TEXT NOT NULL,
    notice TEXT NOT NULL,
    noticed_at TEXT NOT NULL,
    PRIMARY KEY (expert_id, registered_until)
) STRICT;

-- What an expert was when a group was proposed, and ties found after a visit had begun.
CREATE TABLE group_snapshots (
    visit_id BLOB NOT NULL REFERENCES visits (id),
    expert_id BLOB NOT NULL REFERENCES experts (id),
    pools TEXT NOT NULL,
    qualification TEXT NOT NULL,
    employer_name TEXT NOT NULL,
    employer_code TEXT,
    taken_at TEXT NOT NULL,
    PRIMARY KEY (visit_id, expert_id)
) STRICT;
CREATE TABLE visit_ties_found_later (
    visit_id BLOB NOT NULL REFERENCES visits (id),
    expert_id BLOB NOT NULL REFERENCES experts (id),
    kind TEXT NOT NULL,
    party TEXT NOT NULL,
    through TEXT NOT NULL,
    found_at TEXT NOT NULL,
    PRIMARY KEY (visit_id, expert_id, kind, party, through)
) STRICT;
-- What is held about one expert is read together.
CREATE INDEX group_snapshots_expert ON group_snapshots (expert_id, visit_id);
CREATE INDEX visit_ties_found_later_expert ON visit_ties_found_later (expert_id, visit_id);

-- Ties as declared, affiliates of organisations, and requests that an expert be recused (A12.2).
CREATE TABLE declared_ties (
    id BLOB NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    expert_id BLOB NOT NULL REFERENCES experts (id),
    kind TEXT NOT NULL,
    organization_id BLOB REFERENCES organizations (id),
    company_name TEXT NOT NULL,
    company_code TEXT,
    starts_on TEXT NOT NULL,
    ends_on TEXT,
    note TEXT,
    source TEXT NOT NULL,
    declared_by BLOB NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;
CREATE INDEX declared_ties_expert ON declared_ties (expert_id, id);

CREATE TABLE affiliates (
    id BLOB NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    organization_id BLOB NOT NULL REFERENCES organizations (id),
    company_name TEXT NOT NULL,
    company_code TEXT,
    company_key TEXT NOT NULL,
    relation TEXT NOT NULL,
    starts_on TEXT NOT NULL,
    ends_on TEXT,
    declared_by BLOB NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;
CREATE INDEX affiliates_organization ON affiliates (organization_id, id);
CREATE INDEX affiliates_company_code ON affiliates (company_code);
CREATE INDEX affiliates_company_key ON affiliates (company_key);

CREATE TABLE recusal_requests (
    id BLOB NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    status TEXT NOT NULL,
    status_reason TEXT,
    project_id BLOB NOT NULL REFERENCES projects (id),
    district TEXT NOT NULL,
    requested_by BLOB NOT NULL REFERENCES organizations (id),
    expert_id BLOB NOT NULL REFERENCES experts (id),
    kind TEXT NOT NULL,
    organization_id BLOB NOT NULL REFERENCES organizations (id),
    grounds TEXT NOT NULL,
    decided_by BLOB,
    decided_at TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;
CREATE INDEX recusal_requests_requested_by ON recusal_requests (requested_by, id);
CREATE INDEX recusal_requests_status ON recusal_requests (status, id);
CREATE INDEX recusal_requests_district ON recusal_requests (district, id);
CREATE INDEX recusal_requests_expert ON recusal_requests (expert_id, id);
CREATE INDEX recusal_requests_district_status ON recusal_requests (district, status, id);
CREATE INDEX recusal_requests_requested_by_status ON recusal_requests (requested_by, status, id);

-- Companies that are known by name only are found by it: without white space, parentheses of one width.
ALTER TABLE organizations ADD COLUMN name_key TEXT NOT NULL DEFAULT '';
UPDATE organizations SET name_key = replace(replace(replace(replace(replace(replace(replace(replace(name,
    ' ', ''), char(9), ''), char(10), ''), char(13), ''), char(160), ''), char(12288), ''), '（', '('), '）', ')');
CREATE INDEX organizations_name_key ON organizations (name_key);
ALTER TABLE projects ADD COLUMN supervisor_key TEXT;
ALTER TABLE projects ADD COLUMN owner_key TEXT;
UPDATE projects SET supervisor_key = replace(replace(replace(replace(replace(replace(replace(replace(supervisor_name,
    ' ', ''), char(9), ''), char(10), ''), char(13), ''), char(160), ''), char(12288), ''), '（', '('), '）', ')') WHERE supervisor_name IS NOT NULL;
UPDATE projects SET owner_key = replace(replace(replace(replace(replace(replace(replace(replace(owner_name,
    ' ', ''), char(9), ''), char(10), ''), char(13), ''), char(160), ''), char(12288), ''), '（', '('), '）', ')') WHERE owner_name IS NOT NULL;
CREATE INDEX projects_supervisor_key ON projects (supervisor_key) WHERE supervisor_key IS NOT NULL;
CREATE INDEX projects_owner_key ON projects (owner_key) WHERE owner_key IS NOT NULL;
