-- Names and numbers are compared with full-width forms as the others, dashes as hyphens, and in upper case: a name that is typed otherwise
-- hides no tie (A12.2), and a number no other holder (A8.1).
UPDATE organizations SET name_key = (
    WITH RECURSIVE folded (rest, done) AS (
        SELECT organizations.name_key, ''
        UNION ALL
        SELECT substr(rest, 2), done || CASE
            WHEN unicode(rest) BETWEEN 65281 AND 65374 THEN char(unicode(rest) - 65248)
            WHEN unicode(rest) BETWEEN 8208 AND 8213 OR unicode(rest) = 8722 THEN '-'
            ELSE substr(rest, 1, 1) END
        FROM folded WHERE rest <> ''
    )
    SELECT upper(done) FROM folded WHERE rest = ''
) WHERE name_key GLOB '*[a-z！-～‐-―−]*';
UPDATE projects SET supervisor_key = (
    WITH RECURSIVE folded (rest, done) AS (
        SELECT projects.supervisor_key, ''
        UNION ALL
        SELECT substr(rest, 2), done || CASE
            WHEN unicode(rest) BETWEEN 65281 AND 65374 THEN char(unicode(rest) - 65248)
            WHEN unicode(rest) BETWEEN 8208 AND 8213 OR unicode(rest) = 8722 THEN '-'
            ELSE substr(rest, 1, 1) END
        FROM folded WHERE rest <> ''
    )
    SELECT upper(done) FROM folded WHERE rest = ''
) WHERE supervisor_key GLOB '*[a-z！-～‐-―−]*';
UPDATE projects SET owner_key = (
    WITH RECURSIVE folded (rest, done) AS (
        SELECT projects.owner_key, ''
        UNION ALL
        SELECT substr(rest, 2), done || CASE
            WHEN unicode(rest) BETWEEN 65281 AND 65374 THEN char(unicode(rest) - 65248)
            WHEN unicode(rest) BETWEEN 8208 AND 8213 OR unicode(rest) = 8722 THEN '-'
            ELSE substr(rest, 1, 1) END
        FROM folded WHERE rest <> ''
    )
    SELECT upper(done) FROM folded WHERE rest = ''
) WHERE owner_key GLOB '*[a-z！-～‐-―−]*';
UPDATE affiliates SET company_key = (
    WITH RECURSIVE folded (rest, done) AS (
        SELECT affiliates.company_key, ''
        UNION ALL
        SELECT substr(rest, 2), done || CASE
            WHEN unicode(rest) BETWEEN 65281 AND 65374 THEN char(unicode(rest) - 65248)
            WHEN unicode(rest) BETWEEN 8208 AND 8213 OR unicode(rest) = 8722 THEN '-'
            ELSE substr(rest, 1, 1) END
        FROM folded WHERE rest <> ''
    )
    SELECT upper(done) FROM folded WHERE rest = ''
) WHERE company_key GLOB '*[a-z！-～‐-―−]*';
-- Of two who hold what is one certificate by now, nobody loses it: the key stays with who has it in the new form, or came first.
UPDATE OR IGNORE certificates SET number = (
    WITH RECURSIVE folded (rest, done) AS (
        SELECT certificates.number, ''
        UNION ALL
        SELECT substr(rest, 2), done || CASE
            WHEN unicode(rest) BETWEEN 65281 AND 65374 THEN char(unicode(rest) - 65248)
            WHEN unicode(rest) BETWEEN 8208 AND 8213 OR unicode(rest) = 8722 THEN '-'
            ELSE substr(rest, 1, 1) END
        FROM folded WHERE rest <> ''
    )
    SELECT upper(done) FROM folded WHERE rest = ''
) WHERE number GLOB '*[a-z！-～‐-―−]*';
