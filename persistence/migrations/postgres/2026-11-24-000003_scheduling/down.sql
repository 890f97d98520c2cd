-- Earlier programs know one time per visit: of a visit that is still proposed, the first slot stays as its time. An answer stays where it
-- accepts that slot; an answer that accepts only other slots is removed.
-- Lost: the other slots, and the answers to them; the slots and answers of visits that are planned again, the slots of cancelled visits;
-- open places; declined times; the date by which answers are due; unavailabilities; where experts are based; whom a commission asked and
-- since when, where it has named more than one provider. up.sql computes the bookings from the visits, and first submissions from the
-- event log.
UPDATE visits SET scheduled_start = (negotiation::jsonb #>> '{slots,0,start}')::timestamptz AT TIME ZONE 'UTC',
    scheduled_end = (negotiation::jsonb #>> '{slots,0,end}')::timestamptz AT TIME ZONE 'UTC'
    WHERE status = 'proposed';
UPDATE visits SET contractor_agreed_at = NULL
    WHERE status = 'planned' OR (status = 'proposed' AND NOT negotiation::jsonb -> 'contractor_slots' @> '1');
UPDATE visit_members SET agreed_at = NULL
    FROM visits WHERE visits.id = visit_members.visit_id
    AND (visits.status = 'planned' OR (visits.status = 'proposed' AND NOT visit_members.agreed_slots::jsonb @> '1'));
DROP INDEX attachments_uploaded_by;
DROP INDEX visit_steps_recorded_by;
DROP TABLE bookings;
DROP TABLE expert_bases;
DROP TABLE unavailabilities;
DROP INDEX failed_logins_last;
ALTER TABLE commissions DROP COLUMN asked_at;
ALTER TABLE commissions DROP COLUMN asked_provider_id;
ALTER TABLE visits DROP COLUMN first_submitted_at;
DROP INDEX visits_prompt;
ALTER TABLE visit_members DROP COLUMN agreed_slots;
ALTER TABLE visits DROP COLUMN prompt_at;
ALTER TABLE visits DROP COLUMN negotiation;
