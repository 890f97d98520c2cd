-- Lost: notifications, conduct records, justified declines, notices of registrations that lapse, group snapshots, ties (declared, or found
-- after a visit began), affiliates and recusal requests. up.sql computes the keys of names from the names; it leaves
-- white space other than blanks, tabs, line ends and U+3000 in them, until the program saves the record again.
DROP INDEX projects_owner_key;
DROP INDEX projects_supervisor_key;
ALTER TABLE projects DROP COLUMN owner_key;
ALTER TABLE projects DROP COLUMN supervisor_key;
DROP INDEX organizations_name_key;
ALTER TABLE organizations DROP COLUMN name_key;
DROP TABLE recusal_requests;
DROP TABLE affiliates;
DROP TABLE declared_ties;
DROP TABLE visit_ties_found_later;
DROP TABLE group_snapshots;
DROP TABLE registration_lapses;
DROP INDEX experts_registered_until;
ALTER TABLE experts DROP COLUMN registered_until;
DROP INDEX events_declines;
DROP TABLE justified_declines;
DROP TABLE conduct_records;
DROP TABLE notifications;
