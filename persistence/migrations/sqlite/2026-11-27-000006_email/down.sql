DROP TABLE delivery_attempts;
DROP TABLE deliveries;
DROP TABLE one_time_codes;
DROP TABLE inbox_only_kinds;
DROP TABLE user_emails;
