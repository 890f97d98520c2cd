-- Calendars are read by date, over all readers; and by subscription.
CREATE INDEX visits_scheduled ON visits (scheduled_start, id) WHERE scheduled_start IS NOT NULL;
CREATE INDEX visits_window_end ON visits (window_end, id) WHERE status IN ('planned', 'proposed');
CREATE INDEX visits_answers_due ON visits (answers_due_at, id) WHERE status = 'proposed';
CREATE INDEX visits_upload_due ON visits (upload_due_at, id) WHERE status IN ('ended', 'returned');
CREATE INDEX hazards_due ON hazards (due_on, id) WHERE status IN ('open', 'acknowledged');
CREATE INDEX policies_period_end ON policies (period_end, id);
CREATE TABLE calendar_subscriptions (
    id BLOB NOT NULL PRIMARY KEY,
    user_id BLOB NOT NULL REFERENCES users (id),
    name TEXT NOT NULL,
    language TEXT NOT NULL,
    digest BLOB NOT NULL UNIQUE,
    last_used_at TEXT,
    created_at TEXT NOT NULL
) STRICT;
CREATE INDEX calendar_subscriptions_user ON calendar_subscriptions (user_id, id);
