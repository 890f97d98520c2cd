-- Addresses that users have confirmed, and what they want in the inbox alone.
CREATE TABLE user_emails (
    user_id uuid NOT NULL PRIMARY KEY REFERENCES users (id),
    address text NOT NULL,
    language text NOT NULL,
    confirmed_at timestamp NOT NULL
);
CREATE TABLE inbox_only_kinds (
    user_id uuid NOT NULL REFERENCES users (id),
    kind text NOT NULL,
    PRIMARY KEY (user_id, kind)
);

-- Codes that are sent by e-mail and used once, by their digest.
CREATE TABLE one_time_codes (
    digest bytea NOT NULL PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users (id),
    purpose text NOT NULL,
    address text NOT NULL,
    expires_at timestamp NOT NULL,
    created_at timestamp NOT NULL,
    used_at timestamp
);
CREATE INDEX one_time_codes_user ON one_time_codes (user_id, purpose, created_at);
CREATE INDEX one_time_codes_expires ON one_time_codes (expires_at);

-- What goes out by e-mail, and each attempt.
CREATE TABLE deliveries (
    id uuid NOT NULL PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users (id),
    kind text NOT NULL,
    address text NOT NULL,
    language text NOT NULL,
    notification_id uuid REFERENCES notifications (id),
    sealed_code bytea,
    status text NOT NULL,
    attempts integer NOT NULL,
    due_at timestamp NOT NULL,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL
);
CREATE INDEX deliveries_due ON deliveries (due_at, id) WHERE status = 'pending';
CREATE INDEX deliveries_sending ON deliveries (updated_at) WHERE status = 'sending';
CREATE INDEX deliveries_user ON deliveries (user_id, id);
CREATE TABLE delivery_attempts (
    delivery_id uuid NOT NULL REFERENCES deliveries (id),
    number integer NOT NULL,
    started_at timestamp NOT NULL,
    ended_at timestamp,
    outcome text,
    detail text,
    PRIMARY KEY (delivery_id, number)
);
