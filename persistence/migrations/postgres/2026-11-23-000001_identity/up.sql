-- Who: organisations of the seven ports, their users, sessions and API tokens. And what every change
-- leaves: its event, its idempotency record, its number.
CREATE TABLE organizations (
    id uuid NOT NULL PRIMARY KEY,
    version bigint NOT NULL,
    kind text NOT NULL,
    status text NOT NULL,
    name text NOT NULL,
    unified_social_credit_code text NOT NULL UNIQUE,
    district text,
    contact_name text NOT NULL,
    contact_mobile text NOT NULL,
    status_reason text,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL
);
CREATE INDEX organizations_kind ON organizations (kind, id);
CREATE INDEX organizations_status ON organizations (status, id);

CREATE TABLE users (
    id uuid NOT NULL PRIMARY KEY,
    version bigint NOT NULL,
    organization_id uuid REFERENCES organizations (id),
    login_name text NOT NULL UNIQUE,
    display_name text NOT NULL,
    mobile text NOT NULL,
    role text NOT NULL,
    password_hash text NOT NULL,
    disabled boolean NOT NULL,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL
);
CREATE INDEX users_organization ON users (organization_id, id);

CREATE TABLE sessions (
    id uuid NOT NULL PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users (id),
    client text NOT NULL,
    address text NOT NULL,
    created_at timestamp NOT NULL,
    last_used_at timestamp NOT NULL,
    expires_at timestamp NOT NULL,
    ended_at timestamp,
    end_reason text
);
CREATE INDEX sessions_user ON sessions (user_id, id);
CREATE INDEX sessions_expires_at ON sessions (expires_at);

CREATE TABLE refresh_tokens (
    digest bytea NOT NULL PRIMARY KEY,
    session_id uuid NOT NULL REFERENCES sessions (id),
    issued_at timestamp NOT NULL,
    replaced_at timestamp
);
CREATE INDEX refresh_tokens_session ON refresh_tokens (session_id);

CREATE TABLE failed_logins (
    subject bytea NOT NULL PRIMARY KEY,
    failures integer NOT NULL,
    last_failed_at timestamp NOT NULL,
    blocked_until timestamp NOT NULL
);

CREATE TABLE api_tokens (
    id uuid NOT NULL PRIMARY KEY,
    version bigint NOT NULL,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    name text NOT NULL,
    digest bytea NOT NULL UNIQUE,
    hint text NOT NULL,
    scopes text NOT NULL,
    networks text NOT NULL,
    expires_at timestamp NOT NULL,
    last_used_at timestamp,
    revoked_at timestamp,
    created_by uuid NOT NULL REFERENCES users (id),
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL
);
CREATE INDEX api_tokens_organization ON api_tokens (organization_id, id);

CREATE TABLE experts (
    id uuid NOT NULL PRIMARY KEY,
    version bigint NOT NULL,
    status text NOT NULL,
    user_id uuid NOT NULL UNIQUE REFERENCES users (id),
    name text NOT NULL,
    mobile text NOT NULL,
    citizen_id_sealed bytea NOT NULL,
    citizen_id_digest bytea NOT NULL UNIQUE,
    employer_name text NOT NULL,
    employer_code text,
    pools text NOT NULL,
    specialties text NOT NULL,
    titles text NOT NULL,
    registered_safety_engineer text,
    work_history text NOT NULL,
    council_decision_number text NOT NULL,
    council_decided_on date NOT NULL,
    public_notice_number text NOT NULL,
    public_notice_from date NOT NULL,
    public_notice_to date NOT NULL,
    admitted_on date NOT NULL,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL
);
CREATE INDEX experts_status ON experts (status, id);

CREATE TABLE event_streams (
    stream_id uuid NOT NULL PRIMARY KEY,
    last_seq bigint NOT NULL,
    last_digest bytea NOT NULL
);

CREATE TABLE events (
    stream_id uuid NOT NULL,
    seq bigint NOT NULL,
    occurred_at timestamp NOT NULL,
    name text NOT NULL,
    subject text NOT NULL,
    subject_id uuid NOT NULL,
    from_state text,
    to_state text,
    reason text,
    facts text NOT NULL,
    actor_kind text NOT NULL,
    actor_id uuid,
    organization_id uuid,
    request_id text NOT NULL,
    digest bytea NOT NULL,
    PRIMARY KEY (stream_id, seq)
);

CREATE TABLE idempotency_records (
    scope bytea NOT NULL PRIMARY KEY,
    body_digest bytea NOT NULL,
    answer bytea,
    created_at timestamp NOT NULL,
    expires_at timestamp NOT NULL
);
CREATE INDEX idempotency_records_expires_at ON idempotency_records (expires_at);

CREATE TABLE number_sequences (
    kind text NOT NULL,
    year integer NOT NULL,
    last bigint NOT NULL,
    PRIMARY KEY (kind, year)
);
