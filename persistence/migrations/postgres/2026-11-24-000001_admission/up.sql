-- Admission to the expert library (A8.1): applications, sessions of the council, public notices, objections.
CREATE TABLE council_sessions (
    id uuid NOT NULL PRIMARY KEY,
    version bigint NOT NULL,
    number text NOT NULL UNIQUE,
    status text NOT NULL,
    status_reason text,
    held_on date NOT NULL,
    council_size integer NOT NULL,
    members_present integer NOT NULL,
    quorum_numerator integer NOT NULL,
    quorum_denominator integer NOT NULL,
    majority_numerator integer NOT NULL,
    majority_denominator integer NOT NULL,
    majority_rule text NOT NULL,
    created_by uuid NOT NULL REFERENCES users (id),
    closed_at timestamp,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL
);
CREATE INDEX council_sessions_status ON council_sessions (status, id);

CREATE TABLE public_notices (
    id uuid NOT NULL PRIMARY KEY,
    version bigint NOT NULL,
    number text NOT NULL UNIQUE,
    status text NOT NULL,
    published_at timestamp NOT NULL,
    working_days integer NOT NULL,
    due_on date NOT NULL,
    ends_at timestamp NOT NULL,
    provisional boolean NOT NULL,
    applications integer NOT NULL,
    created_by uuid NOT NULL REFERENCES users (id),
    ended_at timestamp,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL
);
CREATE INDEX public_notices_status ON public_notices (status, id);
CREATE INDEX public_notices_provisional ON public_notices (provisional, id);

CREATE TABLE expert_applications (
    id uuid NOT NULL PRIMARY KEY,
    version bigint NOT NULL,
    number text NOT NULL UNIQUE,
    status text NOT NULL,
    status_reason text,
    user_id uuid NOT NULL REFERENCES users (id),
    expert_id uuid REFERENCES experts (id),
    name text NOT NULL,
    mobile text NOT NULL,
    citizen_id_sealed bytea NOT NULL,
    citizen_id_digest bytea NOT NULL,
    pool text NOT NULL,
    employer_name text NOT NULL,
    employer_code text,
    specialties text NOT NULL,
    titles text NOT NULL,
    registered_safety_engineer text,
    work_history text NOT NULL,
    submitted_at timestamp,
    reviewed_at timestamp,
    reviewed_by uuid REFERENCES users (id),
    assessment text,
    council_session_id uuid REFERENCES council_sessions (id),
    public_notice_id uuid REFERENCES public_notices (id),
    admitted_at timestamp,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL
);
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
    id uuid NOT NULL PRIMARY KEY,
    application_id uuid NOT NULL REFERENCES expert_applications (id),
    kind text NOT NULL,
    file_name text NOT NULL,
    media_type text NOT NULL,
    size bigint NOT NULL CHECK (size > 0),
    sha256 bytea NOT NULL,
    received_at timestamp NOT NULL
);
CREATE INDEX application_files_application ON application_files (application_id, id);
CREATE INDEX application_files_sha256 ON application_files (sha256);

CREATE TABLE council_session_items (
    session_id uuid NOT NULL REFERENCES council_sessions (id),
    application_id uuid NOT NULL REFERENCES expert_applications (id),
    votes_for integer,
    votes_against integer,
    votes_abstain integer,
    outcome text,
    PRIMARY KEY (session_id, application_id)
);
CREATE INDEX council_session_items_application ON council_session_items (application_id);

CREATE TABLE objections (
    id uuid NOT NULL PRIMARY KEY,
    version bigint NOT NULL,
    status text NOT NULL,
    status_reason text,
    public_notice_id uuid NOT NULL REFERENCES public_notices (id),
    application_id uuid NOT NULL REFERENCES expert_applications (id),
    grounds text NOT NULL,
    objector_name text NOT NULL,
    contact text NOT NULL,
    address_digest bytea NOT NULL,
    decided_at timestamp,
    decided_by uuid REFERENCES users (id),
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL
);
CREATE INDEX objections_status ON objections (status, id);
CREATE INDEX objections_notice ON objections (public_notice_id, id);
CREATE INDEX objections_notice_status ON objections (public_notice_id, status, id);
CREATE INDEX objections_application ON objections (application_id, id);
CREATE INDEX objections_application_status ON objections (application_id, status, id);
CREATE INDEX objections_address ON objections (address_digest, created_at);
CREATE INDEX objections_address_application ON objections (address_digest, application_id, status);

-- Whose certificate a number is: one person's, as long as their entry or an application under way names it.
CREATE TABLE certificates (
    kind text NOT NULL,
    number text NOT NULL,
    user_id uuid NOT NULL REFERENCES users (id),
    PRIMARY KEY (kind, number)
);
CREATE INDEX certificates_user ON certificates (user_id);
-- As `certificate_key` compares them: without white space, in upper case (SQLite: of the Latin letters).
INSERT INTO certificates (kind, number, user_id)
    SELECT 'title', upper(translate(title.value ->> 'certificate_number', white.space, '')), experts.user_id
    FROM experts, jsonb_array_elements(experts.titles::jsonb) AS title (value),
        (SELECT E'\t\n\x0B\f\r \u0085\u00A0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200A\u2028\u2029\u202F\u205F\u3000' AS space) AS white
    ORDER BY experts.id
    ON CONFLICT DO NOTHING;
INSERT INTO certificates (kind, number, user_id)
    SELECT 'registered_safety_engineer',
        upper(translate(registered_safety_engineer::jsonb ->> 'certificate_number', white.space, '')), user_id
    FROM experts,
        (SELECT E'\t\n\x0B\f\r \u0085\u00A0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200A\u2028\u2029\u202F\u205F\u3000' AS space) AS white
    WHERE registered_safety_engineer IS NOT NULL ORDER BY id
    ON CONFLICT DO NOTHING;

-- What the published directory is narrowed to, beside the lists that say it.
ALTER TABLE experts ADD COLUMN leads boolean NOT NULL DEFAULT false;
ALTER TABLE experts ADD COLUMN civil boolean NOT NULL DEFAULT false;
ALTER TABLE experts ADD COLUMN mechanical boolean NOT NULL DEFAULT false;
ALTER TABLE experts ADD COLUMN electrical boolean NOT NULL DEFAULT false;
UPDATE experts SET leads = pools LIKE '%"leader"%', civil = specialties LIKE '%"civil"%',
    mechanical = specialties LIKE '%"mechanical"%', electrical = specialties LIKE '%"electrical"%';
CREATE INDEX experts_directory_leads ON experts (status, leads, id);
CREATE INDEX experts_directory_civil ON experts (status, civil, id);
CREATE INDEX experts_directory_mechanical ON experts (status, mechanical, id);
CREATE INDEX experts_directory_electrical ON experts (status, electrical, id);

-- What happened to an application, whichever stream it stands in: its own, its session's, its notice's.
CREATE INDEX events_of_applications ON events (subject_id, occurred_at, stream_id, seq)
    WHERE subject = 'expert_application';
