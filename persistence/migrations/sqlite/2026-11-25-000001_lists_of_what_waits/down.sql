DROP INDEX service_reports_provider_status;
DROP INDEX service_reports_insurer_status;
DROP INDEX hazards_contractor_status;
DROP INDEX hazards_provider_status;
DROP INDEX visits_contractor_status;
DROP INDEX visits_provider_status;
DROP INDEX service_plans_provider_status;
DROP INDEX service_plans_insurer_status;
