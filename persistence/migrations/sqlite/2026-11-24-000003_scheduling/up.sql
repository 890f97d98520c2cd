ALTER TABLE visits ADD COLUMN negotiation TEXT NOT NULL
    DEFAULT '{"slots":[],"contractor_slots":[],"open_places":[],"answer_by":null}';
ALTER TABLE visits ADD COLUMN prompt_at TEXT;
CREATE INDEX visits_prompt ON visits (prompt_at, id) WHERE prompt_at IS NOT NULL;
ALTER TABLE visits ADD COLUMN first_submitted_at TEXT;
ALTER TABLE commissions ADD COLUMN asked_provider_id BLOB;
ALTER TABLE commissions ADD COLUMN asked_at TEXT;
CREATE INDEX failed_logins_last ON failed_logins (last_failed_at);

-- When each was first submitted is on record.
UPDATE visits SET first_submitted_at = submitted_at;
UPDATE visits SET first_submitted_at = first.at
    FROM (SELECT subject_id, MIN(occurred_at) AS at FROM events WHERE name = 'visit_submitted' GROUP BY subject_id) AS first
    WHERE first.subject_id = visits.id;
UPDATE commissions SET asked_provider_id = provider_id, asked_at = first.at
    FROM (SELECT subject_id, MIN(occurred_at) AS at FROM events WHERE name = 'commission_submitted' GROUP BY subject_id) AS first
    WHERE first.subject_id = commissions.id;

ALTER TABLE visit_members ADD COLUMN agreed_slots TEXT NOT NULL DEFAULT '[]';

-- What was proposed or agreed before there were slots is a proposal of one.
UPDATE visits SET negotiation = '{"slots":[{"start":"' || replace(scheduled_start, ' ', 'T') || 'Z","end":"'
    || replace(scheduled_end, ' ', 'T') || 'Z"}],"contractor_slots":'
    || CASE WHEN contractor_agreed_at IS NULL THEN '[]' ELSE '[1]' END || ',"open_places":[],"answer_by":null}'
    WHERE scheduled_start IS NOT NULL AND scheduled_end IS NOT NULL;
UPDATE visit_members SET agreed_slots = '[1]' WHERE agreed_at IS NOT NULL;
UPDATE visits SET scheduled_start = NULL, scheduled_end = NULL WHERE status = 'proposed';

CREATE TABLE unavailabilities (
    id BLOB NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    expert_id BLOB NOT NULL REFERENCES experts (id),
    kind TEXT NOT NULL,
    starts_at TEXT,
    ends_at TEXT,
    weekday TEXT,
    part_of_day TEXT,
    from_on TEXT,
    until_on TEXT,
    note TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;
CREATE INDEX unavailabilities_expert ON unavailabilities (expert_id, id);
CREATE INDEX unavailabilities_ends ON unavailabilities (ends_at, starts_at);
CREATE INDEX unavailabilities_weekday ON unavailabilities (weekday);

CREATE TABLE expert_bases (
    expert_id BLOB NOT NULL PRIMARY KEY REFERENCES experts (id),
    version INTEGER NOT NULL,
    longitude REAL,
    latitude REAL,
    coordinate_system TEXT,
    updated_at TEXT NOT NULL
) STRICT;

CREATE TABLE bookings (
    expert_id BLOB NOT NULL REFERENCES experts (id),
    visit_id BLOB NOT NULL REFERENCES visits (id),
    project_id BLOB NOT NULL REFERENCES projects (id),
    starts_at TEXT NOT NULL,
    ends_at TEXT NOT NULL,
    PRIMARY KEY (expert_id, visit_id)
) STRICT;
CREATE INDEX bookings_visit ON bookings (visit_id);
CREATE INDEX bookings_expert ON bookings (expert_id, ends_at);
CREATE INDEX bookings_ends ON bookings (ends_at, starts_at);
CREATE INDEX bookings_starts ON bookings (starts_at, expert_id);

INSERT INTO bookings (expert_id, visit_id, project_id, starts_at, ends_at)
    SELECT visit_members.expert_id, visits.id, visits.project_id, visits.scheduled_start, visits.scheduled_end
    FROM visits JOIN visit_members ON visit_members.visit_id = visits.id
    WHERE visits.scheduled_start IS NOT NULL AND visits.scheduled_end IS NOT NULL
    AND visits.status NOT IN ('planned', 'proposed', 'cancelled');

-- What an expert recorded and uploaded on site is theirs to read whole.
CREATE INDEX visit_steps_recorded_by ON visit_steps (recorded_by, visit_id, position);
CREATE INDEX attachments_uploaded_by ON attachments (uploaded_by, id);
