DROP INDEX events_of_uploads;
DROP INDEX visits_to_measure;
