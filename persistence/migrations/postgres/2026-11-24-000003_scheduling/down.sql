DROP INDEX attachments_uploaded_by;
DROP INDEX visit_steps_recorded_by;
DROP TABLE bookings;
DROP TABLE expert_bases;
DROP TABLE unavailabilities;
DROP INDEX visits_prompt;
ALTER TABLE visit_members DROP COLUMN agreed_slots;
ALTER TABLE visits DROP COLUMN prompt_at;
ALTER TABLE visits DROP COLUMN negotiation;
