DROP INDEX visits_to_measure;
CREATE INDEX visits_to_measure ON visits (upload_due_at) WHERE late IS NULL AND upload_due_at IS NOT NULL;
