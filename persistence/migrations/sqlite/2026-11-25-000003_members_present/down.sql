ALTER TABLE council_sessions DROP COLUMN present_members;
