-- Visits whose material may be overdue (A14.1), and the events that measure it (A20.1).
CREATE INDEX visits_to_measure ON visits (upload_due_at) WHERE late IS NULL AND upload_due_at IS NOT NULL;
CREATE INDEX events_of_uploads ON events (subject_id, stream_id, seq)
    WHERE name IN ('visit_submitted', 'visit_upload_overdue', 'upload_deadline_recounted');
