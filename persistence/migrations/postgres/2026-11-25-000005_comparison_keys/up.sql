-- Names and numbers are compared with full-width forms as the others, dashes as hyphens, and in upper case: a name that is typed otherwise
-- hides no tie (A12.2), and a number no other holder (A8.1).
CREATE FUNCTION pg_temp.comparison_key(kept text) RETURNS text IMMUTABLE LANGUAGE sql AS $$
    SELECT upper(translate(kept, '！＂＃＄％＆＇（）＊＋，－．／０１２３４５６７８９：；＜＝＞？＠ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ［＼］＾＿｀ａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ｛｜｝～‐‑‒–—―−',
        '!"#$%&''()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\]^_`abcdefghijklmnopqrstuvwxyz{|}~-------'))
$$;
UPDATE organizations SET name_key = pg_temp.comparison_key(name_key) WHERE name_key <> pg_temp.comparison_key(name_key);
UPDATE projects SET supervisor_key = pg_temp.comparison_key(supervisor_key) WHERE supervisor_key <> pg_temp.comparison_key(supervisor_key);
UPDATE projects SET owner_key = pg_temp.comparison_key(owner_key) WHERE owner_key <> pg_temp.comparison_key(owner_key);
UPDATE affiliates SET company_key = pg_temp.comparison_key(company_key) WHERE company_key <> pg_temp.comparison_key(company_key);
-- Of two who hold what is one certificate by now, nobody loses it: the key stays with who has it in the new form, or came first.
UPDATE certificates SET number = pg_temp.comparison_key(number) WHERE number <> pg_temp.comparison_key(number)
    AND NOT EXISTS (SELECT 1 FROM certificates AS other WHERE other.kind = certificates.kind
        AND pg_temp.comparison_key(other.number) = pg_temp.comparison_key(certificates.number)
        AND (other.number = pg_temp.comparison_key(certificates.number)
            OR (other.user_id, other.number) < (certificates.user_id, certificates.number)));
