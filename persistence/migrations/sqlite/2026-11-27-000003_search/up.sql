-- What is searched for: names and numbers as they are compared, and the keys by which they are found: every two and
-- every three neighbouring characters of a name, and the number behind a '#'.
CREATE TABLE search_names (
    kind TEXT NOT NULL,
    record_id BLOB NOT NULL,
    name TEXT NOT NULL,
    number TEXT NOT NULL,
    PRIMARY KEY (kind, record_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE search_keys (
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    record_id BLOB NOT NULL,
    PRIMARY KEY (kind, key, record_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX search_keys_record ON search_keys (kind, record_id);
INSERT INTO search_names (kind, record_id, name, number) SELECT 'organization', organizations.id, (
    WITH RECURSIVE folded (rest, done) AS (
        SELECT organizations.name, ''
        UNION ALL
        SELECT substr(rest, 2), done || CASE
            WHEN unicode(rest) IN (9, 10, 11, 12, 13, 32, 133, 160, 5760, 8232, 8233, 8239, 8287, 12288)
                OR unicode(rest) BETWEEN 8192 AND 8202 THEN ''
            WHEN unicode(rest) BETWEEN 65281 AND 65374 THEN char(unicode(rest) - 65248)
            WHEN unicode(rest) BETWEEN 8208 AND 8213 OR unicode(rest) = 8722 THEN '-'
            ELSE substr(rest, 1, 1) END
        FROM folded WHERE rest <> ''
    )
    SELECT upper(done) FROM folded WHERE rest = ''
), (
    WITH RECURSIVE folded (rest, done) AS (
        SELECT organizations.unified_social_credit_code, ''
        UNION ALL
        SELECT substr(rest, 2), done || CASE
            WHEN unicode(rest) IN (9, 10, 11, 12, 13, 32, 133, 160, 5760, 8232, 8233, 8239, 8287, 12288)
                OR unicode(rest) BETWEEN 8192 AND 8202 THEN ''
            WHEN unicode(rest) BETWEEN 65281 AND 65374 THEN char(unicode(rest) - 65248)
            WHEN unicode(rest) BETWEEN 8208 AND 8213 OR unicode(rest) = 8722 THEN '-'
            ELSE substr(rest, 1, 1) END
        FROM folded WHERE rest <> ''
    )
    SELECT upper(done) FROM folded WHERE rest = ''
) FROM organizations;
INSERT INTO search_names (kind, record_id, name, number) SELECT 'project', projects.id, (
    WITH RECURSIVE folded (rest, done) AS (
        SELECT projects.name, ''
        UNION ALL
        SELECT substr(rest, 2), done || CASE
            WHEN unicode(rest) IN (9, 10, 11, 12, 13, 32, 133, 160, 5760, 8232, 8233, 8239, 8287, 12288)
                OR unicode(rest) BETWEEN 8192 AND 8202 THEN ''
            WHEN unicode(rest) BETWEEN 65281 AND 65374 THEN char(unicode(rest) - 65248)
            WHEN unicode(rest) BETWEEN 8208 AND 8213 OR unicode(rest) = 8722 THEN '-'
            ELSE substr(rest, 1, 1) END
        FROM folded WHERE rest <> ''
    )
    SELECT upper(done) FROM folded WHERE rest = ''
), (
    WITH RECURSIVE folded (rest, done) AS (
        SELECT projects.number, ''
        UNION ALL
        SELECT substr(rest, 2), done || CASE
            WHEN unicode(rest) IN (9, 10, 11, 12, 13, 32, 133, 160, 5760, 8232, 8233, 8239, 8287, 12288)
                OR unicode(rest) BETWEEN 8192 AND 8202 THEN ''
            WHEN unicode(rest) BETWEEN 65281 AND 65374 THEN char(unicode(rest) - 65248)
            WHEN unicode(rest) BETWEEN 8208 AND 8213 OR unicode(rest) = 8722 THEN '-'
            ELSE substr(rest, 1, 1) END
        FROM folded WHERE rest <> ''
    )
    SELECT upper(done) FROM folded WHERE rest = ''
) FROM projects;
INSERT INTO search_names (kind, record_id, name, number) SELECT 'expert', experts.id, (
    WITH RECURSIVE folded (rest, done) AS (
        SELECT experts.name, ''
        UNION ALL
        SELECT substr(rest, 2), done || CASE
            WHEN unicode(rest) IN (9, 10, 11, 12, 13, 32, 133, 160, 5760, 8232, 8233, 8239, 8287, 12288)
                OR unicode(rest) BETWEEN 8192 AND 8202 THEN ''
            WHEN unicode(rest) BETWEEN 65281 AND 65374 THEN char(unicode(rest) - 65248)
            WHEN unicode(rest) BETWEEN 8208 AND 8213 OR unicode(rest) = 8722 THEN '-'
            ELSE substr(rest, 1, 1) END
        FROM folded WHERE rest <> ''
    )
    SELECT upper(done) FROM folded WHERE rest = ''
), '' FROM experts;
INSERT INTO search_names (kind, record_id, name, number) SELECT 'policy', policies.id, '', (
    WITH RECURSIVE folded (rest, done) AS (
        SELECT policies.policy_number, ''
        UNION ALL
        SELECT substr(rest, 2), done || CASE
            WHEN unicode(rest) IN (9, 10, 11, 12, 13, 32, 133, 160, 5760, 8232, 8233, 8239, 8287, 12288)
                OR unicode(rest) BETWEEN 8192 AND 8202 THEN ''
            WHEN unicode(rest) BETWEEN 65281 AND 65374 THEN char(unicode(rest) - 65248)
            WHEN unicode(rest) BETWEEN 8208 AND 8213 OR unicode(rest) = 8722 THEN '-'
            ELSE substr(rest, 1, 1) END
        FROM folded WHERE rest <> ''
    )
    SELECT upper(done) FROM folded WHERE rest = ''
) FROM policies;
INSERT INTO search_names (kind, record_id, name, number) SELECT 'commission', commissions.id, '', (
    WITH RECURSIVE folded (rest, done) AS (
        SELECT commissions.number, ''
        UNION ALL
        SELECT substr(rest, 2), done || CASE
            WHEN unicode(rest) IN (9, 10, 11, 12, 13, 32, 133, 160, 5760, 8232, 8233, 8239, 8287, 12288)
                OR unicode(rest) BETWEEN 8192 AND 8202 THEN ''
            WHEN unicode(rest) BETWEEN 65281 AND 65374 THEN char(unicode(rest) - 65248)
            WHEN unicode(rest) BETWEEN 8208 AND 8213 OR unicode(rest) = 8722 THEN '-'
            ELSE substr(rest, 1, 1) END
        FROM folded WHERE rest <> ''
    )
    SELECT upper(done) FROM folded WHERE rest = ''
) FROM commissions;
INSERT INTO search_names (kind, record_id, name, number) SELECT 'service_plan', service_plans.id, '', (
    WITH RECURSIVE folded (rest, done) AS (
        SELECT service_plans.number, ''
        UNION ALL
        SELECT substr(rest, 2), done || CASE
            WHEN unicode(rest) IN (9, 10, 11, 12, 13, 32, 133, 160, 5760, 8232, 8233, 8239, 8287, 12288)
                OR unicode(rest) BETWEEN 8192 AND 8202 THEN ''
            WHEN unicode(rest) BETWEEN 65281 AND 65374 THEN char(unicode(rest) - 65248)
            WHEN unicode(rest) BETWEEN 8208 AND 8213 OR unicode(rest) = 8722 THEN '-'
            ELSE substr(rest, 1, 1) END
        FROM folded WHERE rest <> ''
    )
    SELECT upper(done) FROM folded WHERE rest = ''
) FROM service_plans;
INSERT INTO search_names (kind, record_id, name, number) SELECT 'visit', visits.id, '', (
    WITH RECURSIVE folded (rest, done) AS (
        SELECT visits.number, ''
        UNION ALL
        SELECT substr(rest, 2), done || CASE
            WHEN unicode(rest) IN (9, 10, 11, 12, 13, 32, 133, 160, 5760, 8232, 8233, 8239, 8287, 12288)
                OR unicode(rest) BETWEEN 8192 AND 8202 THEN ''
            WHEN unicode(rest) BETWEEN 65281 AND 65374 THEN char(unicode(rest) - 65248)
            WHEN unicode(rest) BETWEEN 8208 AND 8213 OR unicode(rest) = 8722 THEN '-'
            ELSE substr(rest, 1, 1) END
        FROM folded WHERE rest <> ''
    )
    SELECT upper(done) FROM folded WHERE rest = ''
) FROM visits;
INSERT INTO search_names (kind, record_id, name, number) SELECT 'hazard', hazards.id, '', (
    WITH RECURSIVE folded (rest, done) AS (
        SELECT hazards.number, ''
        UNION ALL
        SELECT substr(rest, 2), done || CASE
            WHEN unicode(rest) IN (9, 10, 11, 12, 13, 32, 133, 160, 5760, 8232, 8233, 8239, 8287, 12288)
                OR unicode(rest) BETWEEN 8192 AND 8202 THEN ''
            WHEN unicode(rest) BETWEEN 65281 AND 65374 THEN char(unicode(rest) - 65248)
            WHEN unicode(rest) BETWEEN 8208 AND 8213 OR unicode(rest) = 8722 THEN '-'
            ELSE substr(rest, 1, 1) END
        FROM folded WHERE rest <> ''
    )
    SELECT upper(done) FROM folded WHERE rest = ''
) FROM hazards;
INSERT INTO search_names (kind, record_id, name, number) SELECT 'service_report', service_reports.id, '', (
    WITH RECURSIVE folded (rest, done) AS (
        SELECT service_reports.number, ''
        UNION ALL
        SELECT substr(rest, 2), done || CASE
            WHEN unicode(rest) IN (9, 10, 11, 12, 13, 32, 133, 160, 5760, 8232, 8233, 8239, 8287, 12288)
                OR unicode(rest) BETWEEN 8192 AND 8202 THEN ''
            WHEN unicode(rest) BETWEEN 65281 AND 65374 THEN char(unicode(rest) - 65248)
            WHEN unicode(rest) BETWEEN 8208 AND 8213 OR unicode(rest) = 8722 THEN '-'
            ELSE substr(rest, 1, 1) END
        FROM folded WHERE rest <> ''
    )
    SELECT upper(done) FROM folded WHERE rest = ''
) FROM service_reports;
INSERT OR IGNORE INTO search_keys (kind, key, record_id)
    WITH RECURSIVE ends (kind, record_id, rest) AS (
        SELECT kind, record_id, name FROM search_names WHERE length(name) > 1
        UNION ALL
        SELECT kind, record_id, substr(rest, 2) FROM ends WHERE length(rest) > 2
    )
    SELECT kind, substr(rest, 1, 2), record_id FROM ends
    UNION SELECT kind, substr(rest, 1, 3), record_id FROM ends WHERE length(rest) > 2;
INSERT OR IGNORE INTO search_keys (kind, key, record_id) SELECT kind, '#' || number, record_id FROM search_names WHERE number <> '';
