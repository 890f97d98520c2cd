DROP TABLE calendar_subscriptions;
DROP INDEX policies_period_end;
DROP INDEX hazards_due;
DROP INDEX visits_upload_due;
DROP INDEX visits_answers_due;
DROP INDEX visits_window_end;
DROP INDEX visits_scheduled;
