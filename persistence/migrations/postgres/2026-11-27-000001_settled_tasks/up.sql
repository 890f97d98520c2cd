-- What a person has settled: their events by name, the latest first. Events of API tokens and of the platform are not asked for so.
CREATE INDEX events_of_users ON events (actor_id, name, occurred_at, stream_id, seq) WHERE actor_kind = 'user';
