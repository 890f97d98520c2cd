-- An earlier program gives the supervisor and the owner their part when a draft names them, and not again when the project is registered.
INSERT INTO project_parties (party_id, project_id, part)
    SELECT supervisor_id, id, 'supervisor' FROM projects
    WHERE status IN ('draft', 'cancelled') AND supervisor_id IS NOT NULL
    ON CONFLICT DO NOTHING;
INSERT INTO project_parties (party_id, project_id, part)
    SELECT owner_id, id, 'owner' FROM projects
    WHERE status IN ('draft', 'cancelled') AND owner_id IS NOT NULL
    ON CONFLICT DO NOTHING;
DROP STATISTICS commissions_supervisor_spread;
DROP STATISTICS commissions_owner_spread;
DROP STATISTICS commissions_district_spread;
DROP STATISTICS service_plans_contractor_spread;
DROP STATISTICS service_plans_supervisor_spread;
DROP STATISTICS service_plans_owner_spread;
DROP STATISTICS service_plans_district_spread;
DROP STATISTICS visits_insurer_spread;
DROP STATISTICS visits_supervisor_spread;
DROP STATISTICS visits_owner_spread;
DROP STATISTICS visits_district_spread;
DROP STATISTICS hazards_insurer_spread;
DROP STATISTICS hazards_supervisor_spread;
DROP STATISTICS hazards_owner_spread;
DROP STATISTICS hazards_district_spread;
DROP STATISTICS service_reports_contractor_spread;
DROP STATISTICS service_reports_supervisor_spread;
DROP STATISTICS service_reports_owner_spread;
DROP STATISTICS service_reports_district_spread;
DROP INDEX commissions_supervisor_status;
DROP INDEX commissions_owner_status;
DROP INDEX commissions_district_status;
DROP INDEX service_plans_contractor_status;
DROP INDEX service_plans_supervisor_status;
DROP INDEX service_plans_owner_status;
DROP INDEX service_plans_district_status;
DROP INDEX visits_insurer_status;
DROP INDEX visits_supervisor_status;
DROP INDEX visits_owner_status;
DROP INDEX visits_district_status;
DROP INDEX hazards_insurer_status;
DROP INDEX hazards_supervisor_status;
DROP INDEX hazards_owner_status;
DROP INDEX hazards_district_status;
DROP INDEX service_reports_contractor_status;
DROP INDEX service_reports_supervisor_status;
DROP INDEX service_reports_owner_status;
DROP INDEX service_reports_district_status;
DROP INDEX policies_policy_number;
DROP INDEX hazards_major;
DROP INDEX hazards_insurer_major;
DROP INDEX hazards_provider_major;
DROP INDEX hazards_contractor_major;
DROP INDEX hazards_supervisor_major;
DROP INDEX hazards_owner_major;
DROP INDEX hazards_district_major;
