-- An inbox by kind and by project.
CREATE INDEX notifications_kind ON notifications (recipient_id, kind, id);
CREATE INDEX notifications_project ON notifications (recipient_id, project_id, id);
