DROP TABLE search_keys;
DROP TABLE search_names;
