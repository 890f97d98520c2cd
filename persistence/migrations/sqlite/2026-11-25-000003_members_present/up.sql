-- Who of the council was present, where the record says it (A8.1): names, as JSON.
ALTER TABLE council_sessions ADD COLUMN present_members TEXT NOT NULL DEFAULT '[]';
