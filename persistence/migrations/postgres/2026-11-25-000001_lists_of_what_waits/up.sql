-- What waits for a party: its records of one state, newest first.
CREATE INDEX service_plans_insurer_status ON service_plans (insurer_id, status, id);
CREATE INDEX service_plans_provider_status ON service_plans (provider_id, status, id);
CREATE INDEX visits_provider_status ON visits (provider_id, status, id);
CREATE INDEX visits_contractor_status ON visits (contractor_id, status, id);
CREATE INDEX hazards_provider_status ON hazards (provider_id, status, id);
CREATE INDEX hazards_contractor_status ON hazards (contractor_id, status, id);
CREATE INDEX service_reports_insurer_status ON service_reports (insurer_id, status, id);
CREATE INDEX service_reports_provider_status ON service_reports (provider_id, status, id);

-- How states are spread differs from party to party: without this the planner takes a party's few drafts for a fair share of all, and walks
-- the whole table in the hope to meet them soon.
CREATE STATISTICS commissions_insurer_spread (mcv) ON insurer_id, status FROM commissions;
CREATE STATISTICS commissions_provider_spread (mcv) ON provider_id, status FROM commissions;
CREATE STATISTICS commissions_contractor_spread (mcv) ON contractor_id, status FROM commissions;
CREATE STATISTICS service_plans_insurer_spread (mcv) ON insurer_id, status FROM service_plans;
CREATE STATISTICS service_plans_provider_spread (mcv) ON provider_id, status FROM service_plans;
CREATE STATISTICS visits_provider_spread (mcv) ON provider_id, status FROM visits;
CREATE STATISTICS visits_contractor_spread (mcv) ON contractor_id, status FROM visits;
CREATE STATISTICS hazards_provider_spread (mcv) ON provider_id, status FROM hazards;
CREATE STATISTICS hazards_contractor_spread (mcv) ON contractor_id, status FROM hazards;
CREATE STATISTICS service_reports_insurer_spread (mcv) ON insurer_id, status FROM service_reports;
CREATE STATISTICS service_reports_provider_spread (mcv) ON provider_id, status FROM service_reports;
