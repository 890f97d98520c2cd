-- Lost: applications with the records of their files, council sessions, public notices, objections, and the claims of applications to
-- certificates that no expert's entry names. up.sql computes the certificates of experts and the columns of the directory from the experts.
DROP INDEX events_of_applications;
DROP INDEX experts_directory_electrical;
DROP INDEX experts_directory_mechanical;
DROP INDEX experts_directory_civil;
DROP INDEX experts_directory_leads;
ALTER TABLE experts DROP COLUMN electrical;
ALTER TABLE experts DROP COLUMN mechanical;
ALTER TABLE experts DROP COLUMN civil;
ALTER TABLE experts DROP COLUMN leads;
DROP TABLE certificates;
DROP TABLE objections;
DROP TABLE council_session_items;
DROP TABLE application_files;
DROP TABLE expert_applications;
DROP TABLE public_notices;
DROP TABLE council_sessions;
