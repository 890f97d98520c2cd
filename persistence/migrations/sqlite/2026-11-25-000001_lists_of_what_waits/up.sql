-- What waits for a party: its records of one state, newest first.
CREATE INDEX service_plans_insurer_status ON service_plans (insurer_id, status, id);
CREATE INDEX service_plans_provider_status ON service_plans (provider_id, status, id);
CREATE INDEX visits_provider_status ON visits (provider_id, status, id);
CREATE INDEX visits_contractor_status ON visits (contractor_id, status, id);
CREATE INDEX hazards_provider_status ON hazards (provider_id, status, id);
CREATE INDEX hazards_contractor_status ON hazards (contractor_id, status, id);
CREATE INDEX service_reports_insurer_status ON service_reports (insurer_id, status, id);
CREATE INDEX service_reports_provider_status ON service_reports (provider_id, status, id);
