-- What waits for a party, for those that had to walk through all of theirs.
CREATE INDEX commissions_supervisor_status ON commissions (supervisor_id, status, id);
CREATE INDEX commissions_owner_status ON commissions (owner_id, status, id);
CREATE INDEX commissions_district_status ON commissions (district, status, id);
CREATE INDEX service_plans_contractor_status ON service_plans (contractor_id, status, id);
CREATE INDEX service_plans_supervisor_status ON service_plans (supervisor_id, status, id);
CREATE INDEX service_plans_owner_status ON service_plans (owner_id, status, id);
CREATE INDEX service_plans_district_status ON service_plans (district, status, id);
CREATE INDEX visits_insurer_status ON visits (insurer_id, status, id);
CREATE INDEX visits_supervisor_status ON visits (supervisor_id, status, id);
CREATE INDEX visits_owner_status ON visits (owner_id, status, id);
CREATE INDEX visits_district_status ON visits (district, status, id);
CREATE INDEX hazards_insurer_status ON hazards (insurer_id, status, id);
CREATE INDEX hazards_supervisor_status ON hazards (supervisor_id, status, id);
CREATE INDEX hazards_owner_status ON hazards (owner_id, status, id);
CREATE INDEX hazards_district_status ON hazards (district, status, id);
CREATE INDEX service_reports_contractor_status ON service_reports (contractor_id, status, id);
CREATE INDEX service_reports_supervisor_status ON service_reports (supervisor_id, status, id);
CREATE INDEX service_reports_owner_status ON service_reports (owner_id, status, id);
CREATE INDEX service_reports_district_status ON service_reports (district, status, id);
CREATE INDEX policies_policy_number ON policies (policy_number, id);

-- Major hazards are few among the general: what names the grade walks through these alone.
CREATE INDEX hazards_major ON hazards (id) WHERE grade = 'major';
CREATE INDEX hazards_insurer_major ON hazards (insurer_id, id) WHERE grade = 'major';
CREATE INDEX hazards_provider_major ON hazards (provider_id, id) WHERE grade = 'major';
CREATE INDEX hazards_contractor_major ON hazards (contractor_id, id) WHERE grade = 'major';
CREATE INDEX hazards_supervisor_major ON hazards (supervisor_id, id) WHERE grade = 'major';
CREATE INDEX hazards_owner_major ON hazards (owner_id, id) WHERE grade = 'major';
CREATE INDEX hazards_district_major ON hazards (district, id) WHERE grade = 'major';

-- A draft is its contractor's until it is registered (A4.1): whom it will name has no part in it yet.
DELETE FROM project_parties WHERE part IN ('supervisor', 'owner')
    AND project_id IN (SELECT id FROM projects WHERE status IN ('draft', 'cancelled'));

-- How states are spread differs from party to party.
CREATE STATISTICS commissions_supervisor_spread (mcv) ON supervisor_id, status FROM commissions;
CREATE STATISTICS commissions_owner_spread (mcv) ON owner_id, status FROM commissions;
CREATE STATISTICS commissions_district_spread (mcv) ON district, status FROM commissions;
CREATE STATISTICS service_plans_contractor_spread (mcv) ON contractor_id, status FROM service_plans;
CREATE STATISTICS service_plans_supervisor_spread (mcv) ON supervisor_id, status FROM service_plans;
CREATE STATISTICS service_plans_owner_spread (mcv) ON owner_id, status FROM service_plans;
CREATE STATISTICS service_plans_district_spread (mcv) ON district, status FROM service_plans;
CREATE STATISTICS visits_insurer_spread (mcv) ON insurer_id, status FROM visits;
CREATE STATISTICS visits_supervisor_spread (mcv) ON supervisor_id, status FROM visits;
CREATE STATISTICS visits_owner_spread (mcv) ON owner_id, status FROM visits;
CREATE STATISTICS visits_district_spread (mcv) ON district, status FROM visits;
CREATE STATISTICS hazards_insurer_spread (mcv) ON insurer_id, status FROM hazards;
CREATE STATISTICS hazards_supervisor_spread (mcv) ON supervisor_id, status FROM hazards;
CREATE STATISTICS hazards_owner_spread (mcv) ON owner_id, status FROM hazards;
CREATE STATISTICS hazards_district_spread (mcv) ON district, status FROM hazards;
CREATE STATISTICS service_reports_contractor_spread (mcv) ON contractor_id, status FROM service_reports;
CREATE STATISTICS service_reports_supervisor_spread (mcv) ON supervisor_id, status FROM service_reports;
CREATE STATISTICS service_reports_owner_spread (mcv) ON owner_id, status FROM service_reports;
CREATE STATISTICS service_reports_district_spread (mcv) ON district, status FROM service_reports;
