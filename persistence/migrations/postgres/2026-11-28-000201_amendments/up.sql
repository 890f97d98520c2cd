-- The contractor's safety officer, once a project has one: both columns, or none.
ALTER TABLE projects ADD COLUMN safety_officer_name TEXT;
ALTER TABLE projects ADD COLUMN safety_officer_mobile TEXT;
-- The requests of a project follow it to another district.
CREATE INDEX recusal_requests_project ON recusal_requests (project_id);
