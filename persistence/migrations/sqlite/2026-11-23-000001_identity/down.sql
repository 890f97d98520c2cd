-- Lost: everything. Organisations, users with their passwords, sessions, API tokens, experts, the event log, kept answers and the last
-- numbers that were given out are removed with their tables.
DROP TABLE number_sequences;
DROP TABLE idempotency_records;
DROP TABLE events;
DROP TABLE event_streams;
DROP TABLE experts;
DROP TABLE api_tokens;
DROP TABLE failed_logins;
DROP TABLE refresh_tokens;
DROP TABLE sessions;
DROP TABLE users;
DROP TABLE organizations;
