DROP INDEX notifications_kind;
DROP INDEX notifications_project;
