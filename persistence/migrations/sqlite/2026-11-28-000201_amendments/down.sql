-- The safety officers of the projects are lost.
DROP INDEX recusal_requests_project;
ALTER TABLE projects DROP COLUMN safety_officer_mobile;
ALTER TABLE projects DROP COLUMN safety_officer_name;
