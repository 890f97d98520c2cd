-- Who: organisations of the seven ports, their users, sessions and API tokens. And what every change
-- leaves: its event, its idempotency record, its number.
CREATE TABLE organizations (
    id BLOB NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    kind TEXT NOT NULL,
    status TEXT NOT NULL,
    name TEXT NOT NULL,
    unified_social_credit_code TEXT NOT NULL UNIQUE,
    district TEXT,
    contact_name TEXT NOT NULL,
    contact_mobile TEXT NOT NULL,
    status_reason TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;
CREATE INDEX organizations_kind ON organizations (kind, id);
CREATE INDEX organizations_status ON organizations (status, id);

CREATE TABLE users (
    id BLOB NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    organization_id BLOB REFERENCES organizations (id),
    login_name TEXT NOT NULL UNIQUE,
    display_name TEXT NOT NULL,
    mobile TEXT NOT NULL,
    role TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    disabled INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;
CREATE INDEX users_organization ON users (organization_id, id);

CREATE TABLE sessions (
    id BLOB NOT NULL PRIMARY KEY,
    user_id BLOB NOT NULL REFERENCES users (id),
    client TEXT NOT NULL,
    address TEXT NOT NULL,
    created_at TEXT NOT NULL,
    last_used_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    ended_at TEXT,
    end_reason TEXT
) STRICT;
CREATE INDEX sessions_user ON sessions (user_id, id);
CREATE INDEX sessions_expires_at ON sessions (expires_at);

CREATE TABLE refresh_tokens (
    digest BLOB NOT NULL PRIMARY KEY,
    session_id BLOB NOT NULL REFERENCES sessions (id),
    issued_at TEXT NOT NULL,
    replaced_at TEXT
) STRICT;
CREATE INDEX refresh_tokens_session ON refresh_tokens (session_id);

CREATE TABLE failed_logins (
    subject BLOB NOT NULL PRIMARY KEY,
    failures INTEGER NOT NULL,
    last_failed_at TEXT NOT NULL,
    blocked_until TEXT NOT NULL
) STRICT;

CREATE TABLE api_tokens (
    id BLOB NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    organization_id BLOB NOT NULL REFERENCES organizations (id),
    name TEXT NOT NULL,
    digest BLOB NOT NULL UNIQUE,
    hint TEXT NOT NULL,
    scopes TEXT NOT NULL,
    networks TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    last_used_at TEXT,
    revoked_at TEXT,
    created_by BLOB NOT NULL REFERENCES users (id),
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;
CREATE INDEX api_tokens_organization ON api_tokens (organization_id, id);

CREATE TABLE experts (
    id BLOB NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    status TEXT NOT NULL,
    user_id BLOB NOT NULL UNIQUE REFERENCES users (id),
    name TEXT NOT NULL,
    mobile TEXT NOT NULL,
    citizen_id_sealed BLOB NOT NULL,
    citizen_id_digest BLOB NOT NULL UNIQUE,
    employer_name TEXT NOT NULL,
    employer_code TEXT,
    pools TEXT NOT NULL,
    specialties TEXT NOT NULL,
    titles TEXT NOT NULL,
    registered_safety_engineer TEXT,
    work_history TEXT NOT NULL,
    council_decision_number TEXT NOT NULL,
    council_decided_on TEXT NOT NULL,
    public_notice_number TEXT NOT NULL,
    public_notice_from TEXT NOT NULL,
    public_notice_to TEXT NOT NULL,
    admitted_on TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;
CREATE INDEX experts_status ON experts (status, id);

CREATE TABLE event_streams (
    stream_id BLOB NOT NULL PRIMARY KEY,
    last_seq INTEGER NOT NULL,
    last_digest BLOB NOT NULL
) STRICT;

CREATE TABLE events (
    stream_id BLOB NOT NULL,
    seq INTEGER NOT NULL,
    occurred_at TEXT NOT NULL,
    name TEXT NOT NULL,
    subject TEXT NOT NULL,
    subject_id BLOB NOT NULL,
    from_state TEXT,
    to_state TEXT,
    reason TEXT,
    facts TEXT NOT NULL,
    actor_kind TEXT NOT NULL,
    actor_id BLOB,
    organization_id BLOB,
    request_id TEXT NOT NULL,
    digest BLOB NOT NULL,
    PRIMARY KEY (stream_id, seq)
) STRICT;

CREATE TABLE idempotency_records (
    scope BLOB NOT NULL PRIMARY KEY,
    body_digest BLOB NOT NULL,
    answer BLOB,
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL
) STRICT;
CREATE INDEX idempotency_records_expires_at ON idempotency_records (expires_at);

CREATE TABLE number_sequences (
    kind TEXT NOT NULL,
    year INTEGER NOT NULL,
    last INTEGER NOT NULL,
    PRIMARY KEY (kind, year)
) STRICT;
