-- Addresses that users have confirmed, and what they want in the inbox alone.
CREATE TABLE user_emails (
    user_id BLOB NOT NULL PRIMARY KEY REFERENCES users (id),
    address TEXT NOT NULL,
    language TEXT NOT NULL,
    confirmed_at TEXT NOT NULL
) STRICT;
CREATE TABLE inbox_only_kinds (
    user_id BLOB NOT NULL REFERENCES users (id),
    kind TEXT NOT NULL,
    PRIMARY KEY (user_id, kind)
) STRICT;

-- Codes that are sent by e-mail and used once, by their digest.
CREATE TABLE one_time_codes (
    digest BLOB NOT NULL PRIMARY KEY,
    user_id BLOB NOT NULL REFERENCES users (id),
    purpose TEXT NOT NULL,
    address TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    created_at TEXT NOT NULL,
    used_at TEXT
) STRICT;
CREATE INDEX one_time_codes_user ON one_time_codes (user_id, purpose, created_at);
CREATE INDEX one_time_codes_expires ON one_time_codes (expires_at);

-- What goes out by e-mail, and each attempt.
CREATE TABLE deliveries (
    id BLOB NOT NULL PRIMARY KEY,
    user_id BLOB NOT NULL REFERENCES users (id),
    kind TEXT NOT NULL,
    address TEXT NOT NULL,
    language TEXT NOT NULL,
    notification_id BLOB REFERENCES notifications (id),
    sealed_code BLOB,
    status TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    due_at TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;
CREATE INDEX deliveries_due ON deliveries (due_at, id) WHERE status = 'pending';
CREATE INDEX deliveries_sending ON deliveries (updated_at) WHERE status = 'sending';
CREATE INDEX deliveries_user ON deliveries (user_id, id);
CREATE TABLE delivery_attempts (
    delivery_id BLOB NOT NULL REFERENCES deliveries (id),
    number INTEGER NOT NULL,
    started_at TEXT NOT NULL,
    ended_at TEXT,
    outcome TEXT,
    detail TEXT,
    PRIMARY KEY (delivery_id, number)
) STRICT;
