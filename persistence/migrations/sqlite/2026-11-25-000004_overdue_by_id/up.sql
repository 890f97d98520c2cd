-- Material that may be overdue is looked up by id, past those that were looked after.
DROP INDEX visits_to_measure;
CREATE INDEX visits_to_measure ON visits (id, upload_due_at) WHERE late IS NULL AND upload_due_at IS NOT NULL;
