-- Earlier programs compare names without white space and with half-width parentheses, and nothing else: their keys are computed from the names.
-- Lost: the form of certificate numbers as typed. They stay folded and in upper case, so an earlier program takes one that is typed in
-- full-width characters, or with another dash, as another certificate.
CREATE FUNCTION pg_temp.name_key(name text) RETURNS text IMMUTABLE LANGUAGE sql AS $$
    SELECT translate(name, '（）' || E'\t\n\x0B\f\r \u0085\u00A0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200A\u2028\u2029\u202F\u205F\u3000', '()')
$$;
UPDATE organizations SET name_key = pg_temp.name_key(name) WHERE name_key <> pg_temp.name_key(name);
UPDATE projects SET supervisor_key = pg_temp.name_key(supervisor_name) WHERE supervisor_key IS DISTINCT FROM pg_temp.name_key(supervisor_name);
UPDATE projects SET owner_key = pg_temp.name_key(owner_name) WHERE owner_key IS DISTINCT FROM pg_temp.name_key(owner_name);
UPDATE affiliates SET company_key = pg_temp.name_key(company_name) WHERE company_key <> pg_temp.name_key(company_name);
DROP FUNCTION pg_temp.name_key(text);
-- Where up.sql ran in this session, its function is still there, and would be in the way of running it again.
DROP FUNCTION IF EXISTS pg_temp.comparison_key(text);
