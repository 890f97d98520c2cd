-- What is searched for: names and numbers as they are compared, and the keys by which they are found: every two and
-- every three neighbouring characters of a name, and the number behind a '#'.
CREATE TABLE search_names (
    kind text NOT NULL,
    record_id uuid NOT NULL,
    name text NOT NULL,
    number text NOT NULL,
    PRIMARY KEY (kind, record_id)
);
CREATE TABLE search_keys (
    kind text NOT NULL,
    key text COLLATE "C" NOT NULL,
    record_id uuid NOT NULL,
    PRIMARY KEY (kind, key, record_id)
);
CREATE INDEX search_keys_record ON search_keys (kind, record_id);
CREATE OR REPLACE FUNCTION pg_temp.as_compared(kept text) RETURNS text IMMUTABLE LANGUAGE sql AS $$
    SELECT upper(regexp_replace(translate(kept, '！＂＃＄％＆＇（）＊＋，－．／０１２３４５６７８９：；＜＝＞？＠ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ［＼］＾＿｀ａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ｛｜｝～‐‑‒–—―−',
        '!"#$%&''()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\]^_`abcdefghijklmnopqrstuvwxyz{|}~-------'), '[\s\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]', '', 'g'))
$$;
INSERT INTO search_names (kind, record_id, name, number) SELECT 'organization', id, pg_temp.as_compared(name), pg_temp.as_compared(unified_social_credit_code) FROM organizations;
INSERT INTO search_names (kind, record_id, name, number) SELECT 'project', id, pg_temp.as_compared(name), pg_temp.as_compared(number) FROM projects;
INSERT INTO search_names (kind, record_id, name, number) SELECT 'expert', id, pg_temp.as_compared(name), '' FROM experts;
INSERT INTO search_names (kind, record_id, name, number) SELECT 'policy', id, '', pg_temp.as_compared(policy_number) FROM policies;
INSERT INTO search_names (kind, record_id, name, number) SELECT 'commission', id, '', pg_temp.as_compared(number) FROM commissions;
INSERT INTO search_names (kind, record_id, name, number) SELECT 'service_plan', id, '', pg_temp.as_compared(number) FROM service_plans;
INSERT INTO search_names (kind, record_id, name, number) SELECT 'visit', id, '', pg_temp.as_compared(number) FROM visits;
INSERT INTO search_names (kind, record_id, name, number) SELECT 'hazard', id, '', pg_temp.as_compared(number) FROM hazards;
INSERT INTO search_names (kind, record_id, name, number) SELECT 'service_report', id, '', pg_temp.as_compared(number) FROM service_reports;
INSERT INTO search_keys (kind, key, record_id)
    SELECT DISTINCT n.kind, substr(n.name, place, size), n.record_id
    FROM search_names n, generate_series(2, 3) AS size, generate_series(1, length(n.name) - size + 1) AS place;
INSERT INTO search_keys (kind, key, record_id) SELECT kind, '#' || number, record_id FROM search_names WHERE number <> ''
    ON CONFLICT DO NOTHING;
