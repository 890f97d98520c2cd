-- Lost: every project, policy, commission, plan, visit, hazard, attachment record and report. The event log keeps the entries about them.
-- A table goes before the tables that it refers to.
DROP TABLE service_reports;
DROP TABLE attachments;
DROP TABLE rectification_proposals;
DROP TABLE major_hazard_notices;
DROP TABLE hazards;
DROP TABLE visit_steps;
DROP TABLE visit_members;
DROP TABLE visits;
DROP TABLE planned_services;
DROP TABLE service_plans;
DROP TABLE commission_cost_lines;
DROP TABLE commission_lines;
DROP TABLE commissions;
DROP TABLE policy_endorsements;
DROP TABLE policies;
DROP TABLE project_parties;
DROP TABLE projects;
