DROP INDEX events_of_users;
