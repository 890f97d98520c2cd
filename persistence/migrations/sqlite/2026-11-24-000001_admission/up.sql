-- Admission to the expert library (A8.1): applications, sessions of the council, public notices, objections.
CREATE TABLE council_sessions (
    id BLOB NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    number TEXT NOT NULL UNIQUE,
    status TEXT NOT NULL,
    status_reason TEXT,
    held_on TEXT NOT NULL,
    council_size INTEGER NOT NULL,
    members_present INTEGER NOT NULL,
    quorum_numerator INTEGER NOT NULL,
    quorum_denominator INTEGER NOT NULL,
    majority_numerator INTEGER NOT NULL,
    majority_denominator INTEGER NOT NULL,
    majority_rule TEXT NOT NULL,
    created_by BLOB NOT NULL REFERENCES users (id),
    closed_at TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;
CREATE INDEX council_sessions_status ON council_sessions (status, id);

CREATE TABLE public_notices (
    id BLOB NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    number TEXT NOT NULL UNIQUE,
    status TEXT NOT NULL,
    published_at TEXT NOT NULL,
    working_days INTEGER NOT NULL,
    due_on TEXT NOT NULL,
    ends_at TEXT NOT NULL,
    provisional INTEGER NOT NULL,
    applications INTEGER NOT NULL,
    created_by BLOB NOT NULL REFERENCES users (id),
    ended_at TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;
CREATE INDEX public_notices_status ON public_notices (status, id);
CREATE INDEX public_notices_provisional ON public_notices (provisional, id);

CREATE TABLE expert_applications (
    id BLOB NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    number TEXT NOT NULL UNIQUE,
    status TEXT NOT NULL,
    status_reason TEXT,
    user_id BLOB NOT NULL REFERENCES users (id),
    expert_id BLOB REFERENCES experts (id),
    name TEXT NOT NULL,
    mobile TEXT NOT NULL,
    citizen_id_sealed BLOB NOT NULL,
    citizen_id_digest BLOB NOT NULL,
    pool TEXT NOT NULL,
    employer_name TEXT NOT NULL,
    employer_code TEXT,
    specialties TEXT NOT NULL,
    titles TEXT NOT NULL,
    registered_safety_engineer TEXT,
    work_history TEXT NOT NULL,
    submitted_at TEXT,
    reviewed_at TEXT,
    reviewed_by BLOB REFERENCES users (id),
    assessment TEXT,
    council_session_id BLOB REFERENCES council_sessions (id),
    public_notice_id BLOB REFERENCES public_notices (id),
    admitted_at TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;
CREATE INDEX expert_applications_status ON expert_applications (status, id);
CREATE INDEX expert_applications_pool ON expert_applications (pool, id);
CREATE INDEX expert_applications_pool_status ON expert_applications (pool, status, id);
CREATE INDEX expert_applications_user ON expert_applications (user_id, id);
CREATE INDEX expert_applications_notice ON expert_applications (public_notice_id, id);
CREATE INDEX expert_applications_notice_status ON expert_applications (public_notice_id, status, id);
-- A person has one application under way at the most, as whichever user; a draft claims nothing of anybody.
CREATE UNIQUE INDEX expert_applications_live_citizen ON expert_applications (citizen_id_digest)
    WHERE status NOT IN ('draft', 'admitted', 'rejected', 'voted_down', 'objection_upheld', 'withdrawn');
CREATE UNIQUE INDEX expert_applications_live_user ON expert_applications (user_id)
    WHERE status NOT IN ('admitted', 'rejected', 'voted_down', 'objection_upheld', 'withdrawn');

CREATE TABLE application_files (
    id BLOB NOT NULL PRIMARY KEY,
    application_id BLOB NOT NULL REFERENCES expert_applications (id),
    kind TEXT NOT NULL,
    file_name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size INTEGER NOT NULL CHECK (size > 0),
    sha256 BLOB NOT NULL,
    received_at TEXT NOT NULL
) STRICT;
CREATE INDEX application_files_application ON application_files (application_id, id);
CREATE INDEX application_files_sha256 ON application_files (sha256);

CREATE TABLE council_session_items (
    session_id BLOB NOT NULL REFERENCES council_sessions (id),
    application_id BLOB NOT NULL REFERENCES expert_applications (id),
    votes_for INTEGER,
    votes_against INTEGER,
    votes_abstain INTEGER,
    outcome TEXT,
    PRIMARY KEY (session_id, application_id)
) STRICT;
CREATE INDEX council_session_items_application ON council_session_items (application_id);

CREATE TABLE objections (
    id BLOB NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    status TEXT NOT NULL,
    status_reason TEXT,
    public_notice_id BLOB NOT NULL REFERENCES public_notices (id),
    application_id BLOB NOT NULL REFERENCES expert_applications (id),
    grounds TEXT NOT NULL,
    objector_name TEXT NOT NULL,
    contact TEXT NOT NULL,
    address_digest BLOB NOT NULL,
    decided_at TEXT,
    decided_by BLOB REFERENCES users (id),
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;
CREATE INDEX objections_status ON objections (status, id);
CREATE INDEX objections_notice ON objections (public_notice_id, id);
CREATE INDEX objections_notice_status ON objections (public_notice_id, status, id);
CREATE INDEX objections_application ON objections (application_id, id);
CREATE INDEX objections_application_status ON objections (application_id, status, id);
CREATE INDEX objections_address ON objections (address_digest, created_at);
CREATE INDEX objections_address_application ON objections (address_digest, application_id, status);

-- Whose certificate a number is: one person's, as long as their entry or an application under way names it.
CREATE TABLE certificates (
    kind TEXT NOT NULL,
    number TEXT NOT NULL,
    user_id BLOB NOT NULL REFERENCES users (id),
    PRIMARY KEY (kind, number)
) STRICT;
CREATE INDEX certificates_user ON certificates (user_id);
-- As `certificate_key` compares them: without white space, in upper case (SQLite: of the Latin letters).
INSERT OR IGNORE INTO certificates (kind, number, user_id)
    WITH RECURSIVE white_space (place, code) AS (
        VALUES
            (1, 9), (2, 10), (3, 11), (4, 12), (5, 13), (6, 32), (7, 133), (8, 160),
            (9, 5760), (10, 8192), (11, 8193), (12, 8194), (13, 8195), (14, 8196), (15, 8197), (16, 8198),
            (17, 8199), (18, 8200), (19, 8201), (20, 8202), (21, 8232), (22, 8233), (23, 8239), (24, 8287),
            (25, 12288)
    ), stripped (kind, number, user_id, expert_id, place) AS (
        SELECT 'title', upper(json_extract(title.value, '$.certificate_number')), user_id, experts.id, 0
            FROM experts, json_each(experts.titles) AS title
        UNION ALL
        SELECT 'registered_safety_engineer',
            upper(json_extract(registered_safety_engineer, '$.certificate_number')), user_id, experts.id, 0
            FROM experts WHERE registered_safety_engineer IS NOT NULL
        UNION ALL
        SELECT kind, replace(number, char(code), ''), user_id, expert_id, white_space.place
            FROM stripped JOIN white_space ON white_space.place = stripped.place + 1
    )
    SELECT kind, number, user_id FROM stripped
    WHERE place = (SELECT max(place) FROM white_space) ORDER BY expert_id;

-- What the published directory is narrowed to, beside the lists that say it.
ALTER TABLE experts ADD COLUMN leads INTEGER NOT NULL DEFAULT 0;
ALTER TABLE experts ADD COLUMN civil INTEGER NOT NULL DEFAULT 0;
ALTER TABLE experts ADD COLUMN mechanical INTEGER NOT NULL DEFAULT 0;
ALTER TABLE experts ADD COLUMN electrical INTEGER NOT NULL DEFAULT 0;
UPDATE experts SET leads = pools LIKE '%"leader"%', civil = specialties LIKE '%"civil"%',
    mechanical = specialties LIKE '%"mechanical"%', electrical = specialties LIKE '%"electrical"%';
CREATE INDEX experts_directory_leads ON experts (status, leads, id);
CREATE INDEX experts_directory_civil ON experts (status, civil, id);
CREATE INDEX experts_directory_mechanical ON experts (status, mechanical, id);
CREATE INDEX experts_directory_electrical ON experts (status, electrical, id);

-- What happened to an application, whichever stream it stands in: its own, its session's, its notice's.
CREATE INDEX events_of_applications ON events (subject_id, occurred_at, stream_id, seq)
    WHERE subject = 'expert_application';
