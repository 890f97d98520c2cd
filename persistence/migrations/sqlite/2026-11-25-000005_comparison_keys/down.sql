-- Earlier programs compare names without white space and with half-width parentheses, and nothing else: their keys are computed from the names.
-- Lost: the form of certificate numbers as typed. They stay folded and in upper case, so an earlier program takes one that is typed in
-- full-width characters, or with another dash, as another certificate.
-- Where up.sql runs again on SQLite, it writes the letters A to Z alone in upper case.
UPDATE organizations SET name_key = (
    WITH RECURSIVE stripped (rest, done) AS (
        SELECT organizations.name, ''
        UNION ALL
        SELECT substr(rest, 2), done || CASE
            WHEN unicode(rest) = 65288 THEN '('
            WHEN unicode(rest) = 65289 THEN ')'
            WHEN unicode(rest) BETWEEN 9 AND 13 OR unicode(rest) BETWEEN 8192 AND 8202
                OR unicode(rest) IN (32, 133, 160, 5760, 8232, 8233, 8239, 8287, 12288) THEN ''
            ELSE substr(rest, 1, 1) END
        FROM stripped WHERE rest <> ''
    )
    SELECT done FROM stripped WHERE rest = ''
);
UPDATE projects SET supervisor_key = (
    WITH RECURSIVE stripped (rest, done) AS (
        SELECT projects.supervisor_name, ''
        UNION ALL
        SELECT substr(rest, 2), done || CASE
            WHEN unicode(rest) = 65288 THEN '('
            WHEN unicode(rest) = 65289 THEN ')'
            WHEN unicode(rest) BETWEEN 9 AND 13 OR unicode(rest) BETWEEN 8192 AND 8202
                OR unicode(rest) IN (32, 133, 160, 5760, 8232, 8233, 8239, 8287, 12288) THEN ''
            ELSE substr(rest, 1, 1) END
        FROM stripped WHERE rest <> ''
    )
    SELECT done FROM stripped WHERE rest = ''
) WHERE supervisor_name IS NOT NULL;
UPDATE projects SET owner_key = (
    WITH RECURSIVE stripped (rest, done) AS (
        SELECT projects.owner_name, ''
        UNION ALL
        SELECT substr(rest, 2), done || CASE
            WHEN unicode(rest) = 65288 THEN '('
            WHEN unicode(rest) = 65289 THEN ')'
            WHEN unicode(rest) BETWEEN 9 AND 13 OR unicode(rest) BETWEEN 8192 AND 8202
                OR unicode(rest) IN (32, 133, 160, 5760, 8232, 8233, 8239, 8287, 12288) THEN ''
            ELSE substr(rest, 1, 1) END
        FROM stripped WHERE rest <> ''
    )
    SELECT done FROM stripped WHERE rest = ''
) WHERE owner_name IS NOT NULL;
UPDATE affiliates SET company_key = (
    WITH RECURSIVE stripped (rest, done) AS (
        SELECT affiliates.company_name, ''
        UNION ALL
        SELECT substr(rest, 2), done || CASE
            WHEN unicode(rest) = 65288 THEN '('
            WHEN unicode(rest) = 65289 THEN ')'
            WHEN unicode(rest) BETWEEN 9 AND 13 OR unicode(rest) BETWEEN 8192 AND 8202
                OR unicode(rest) IN (32, 133, 160, 5760, 8232, 8233, 8239, 8287, 12288) THEN ''
            ELSE substr(rest, 1, 1) END
        FROM stripped WHERE rest <> ''
    )
    SELECT done FROM stripped WHERE rest = ''
);
