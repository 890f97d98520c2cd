-- Lost: the names of the members who were present at council sessions. Their number stays.
ALTER TABLE council_sessions DROP COLUMN present_members;
