-- Tasks: for each kind the rows that wait, by whose task it is and by the date by which it is ordered. Until when the times of a visit
-- are to be answered, and when the last of them begins, stand in columns of their own, so that an index finds them. So does the time
-- since which all services of a commission are given and accepted: its report is due.
ALTER TABLE visits ADD COLUMN answers_due_at timestamp;
ALTER TABLE visits ADD COLUMN last_slot_start timestamp;
UPDATE visits SET
    answers_due_at = (SELECT CASE WHEN count(*) > 0 THEN
            coalesce((visits.negotiation::jsonb ->> 'answer_by')::timestamptz, min((slot ->> 'start')::timestamptz)) AT TIME ZONE 'UTC' END
        FROM jsonb_array_elements(visits.negotiation::jsonb -> 'slots') AS slot),
    last_slot_start = (SELECT max((slot ->> 'start')::timestamptz) AT TIME ZONE 'UTC'
        FROM jsonb_array_elements(visits.negotiation::jsonb -> 'slots') AS slot);
ALTER TABLE commissions ADD COLUMN served_at timestamp;
UPDATE commissions SET served_at = (SELECT max(v.accepted_at) FROM visits v WHERE v.commission_id = commissions.id)
    WHERE status = 'in_service'
    AND NOT EXISTS (SELECT 1 FROM visits v WHERE v.commission_id = commissions.id AND v.status NOT IN ('accepted', 'cancelled'))
    AND NOT EXISTS (SELECT 1 FROM commission_lines l WHERE l.commission_id = commissions.id AND l.times >
        (SELECT count(*) FROM visits v WHERE v.commission_id = commissions.id AND v.line_id = l.id AND v.status = 'accepted'));

CREATE INDEX tasks_projects_contractor ON projects (contractor_id, updated_at, id) WHERE status = 'draft';
CREATE INDEX tasks_commissions_insurer ON commissions (insurer_id, updated_at, id) WHERE status IN ('draft', 'returned');
CREATE INDEX tasks_commissions_submitted ON commissions (provider_id, updated_at, id) WHERE status = 'submitted';
CREATE INDEX tasks_commissions_accepted ON commissions (provider_id, updated_at, id) WHERE status = 'accepted';
CREATE INDEX tasks_commissions_served ON commissions (provider_id, served_at, id) WHERE status = 'in_service' AND served_at IS NOT NULL;
CREATE INDEX tasks_service_plans_provider ON service_plans (provider_id, updated_at, id) WHERE status = 'draft';
CREATE INDEX tasks_service_plans_insurer ON service_plans (insurer_id, updated_at, id) WHERE status = 'submitted';
CREATE INDEX tasks_visits_to_propose ON visits (provider_id, window_end, id) WHERE status IN ('planned', 'proposed');
CREATE INDEX tasks_visits_to_agree ON visits (contractor_id, answers_due_at, id) WHERE status = 'proposed' AND contractor_agreed_at IS NULL;
CREATE INDEX tasks_visits_to_reschedule ON visits (provider_id, scheduled_end, id) WHERE status = 'agreed';
CREATE INDEX tasks_visits_to_start ON visits (leader_id, scheduled_start, id) WHERE status = 'agreed';
CREATE INDEX tasks_visits_in_progress ON visits (leader_id, scheduled_end, id) WHERE status = 'in_progress';
CREATE INDEX tasks_visits_to_submit ON visits (leader_id, upload_due_at, id) WHERE status IN ('ended', 'returned');
CREATE INDEX tasks_visits_to_review ON visits (provider_id, submitted_at, id) WHERE status = 'submitted';
CREATE INDEX tasks_visit_members ON visit_members (expert_id, visit_id) WHERE agreed_at IS NULL;
CREATE INDEX tasks_rectification_proposals ON rectification_proposals (visit_id) WHERE received_at IS NULL;
CREATE INDEX tasks_hazards_open ON hazards (contractor_id, due_on, id) WHERE status = 'open';
CREATE INDEX tasks_hazards_acknowledged ON hazards (contractor_id, due_on, id) WHERE status = 'acknowledged';
CREATE INDEX tasks_hazards_rectified ON hazards (visit_id, rectified_at, id) WHERE status = 'rectified';
CREATE INDEX tasks_service_reports_provider ON service_reports (provider_id, updated_at, id) WHERE status IN ('draft', 'returned');
CREATE INDEX tasks_service_reports_insurer ON service_reports (insurer_id, updated_at, id) WHERE status = 'submitted';
