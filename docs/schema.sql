-- The schema that Sources/Store/Migrations make together. Written by deploy/dev/schema; do not edit.

CREATE SCHEMA audit;

CREATE EXTENSION IF NOT EXISTS btree_gist WITH SCHEMA public;

COMMENT ON EXTENSION btree_gist IS 'support for indexing common datatypes in GiST';

CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;

COMMENT ON EXTENSION pg_trgm IS 'text similarity measurement and index searching based on trigrams';

CREATE FUNCTION audit.keep_auditors_out() RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE
    kept text;
    command text;
BEGIN
    FOR kept, command IN
        SELECT c.relname, kind
        FROM pg_class c CROSS JOIN unnest(ARRAY['INSERT', 'UPDATE']) kind
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
            AND c.relrowsecurity
            AND c.relname NOT IN ('register', 'register_entry', 'register_checkpoint', 'register_cosignature',
                'register_key',
                'request_record', 'credential', 'access_log', 'entry_remark', 'export_manifest')
            AND NOT EXISTS (
                SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = 'auditors_' || lower(kind))
    LOOP
        EXECUTE format(
            'CREATE POLICY %I ON %I AS RESTRICTIVE FOR %s %s '
            '((SELECT current_setting(''allmende.role'')) <> ''auditor'')',
            'auditors_' || lower(command), kept, command,
            CASE command WHEN 'INSERT' THEN 'WITH CHECK' ELSE 'USING' END);
    END LOOP;
END
$$;

CREATE FUNCTION audit.seal_row() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE
    entry text := current_setting('allmende.entry', true);
    content jsonb;
    key text;
BEGIN
    IF coalesce(entry, '') = '' THEN
        RETURN NULL;
    END IF;
    IF TG_OP = 'DELETE' THEN content := to_jsonb(OLD); ELSE content := to_jsonb(NEW); END IF;
    -- A loop over the few columns of a key is cheaper than a query.
    key := content ->> TG_ARGV[0];
    FOR i IN 1 .. TG_NARGS - 1 LOOP
        key := key || '/' || (content ->> TG_ARGV[i]);
    END LOOP;
    INSERT INTO audit.row_seal (register_id, position, table_name, row_key, sha256)
    VALUES (
        split_part(entry, '/', 1)::int, split_part(entry, '/', 2)::bigint, TG_TABLE_NAME, key,
        CASE WHEN TG_OP <> 'DELETE' THEN sha256(convert_to(jsonb_strip_nulls(content)::text, 'UTF8')) END)
    ON CONFLICT (register_id, position, table_name, row_key) DO UPDATE SET sha256 = EXCLUDED.sha256;
    RETURN NULL;
END
$$;

CREATE FUNCTION audit.seal_tables() RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE
    sealed record;
BEGIN
    FOR sealed IN
        SELECT c.oid::regclass AS name, string_agg(quote_literal(a.attname), ', ' ORDER BY k.ordinal) AS key
        FROM pg_class c
        JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
        CROSS JOIN unnest(i.indkey) WITH ORDINALITY k (number, ordinal)
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.number
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND NOT c.relispartition
            AND c.relname <> 'schema_migration'
            AND coalesce(obj_description(c.oid, 'pg_class'), '') NOT LIKE 'unsealed:%'
            AND NOT EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgname = 'row_seal')
        GROUP BY c.oid
    LOOP
        EXECUTE format(
            'CREATE CONSTRAINT TRIGGER row_seal AFTER INSERT OR UPDATE OR DELETE ON %s '
            'DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit.seal_row(%s)', sealed.name, sealed.key);
    END LOOP;
END
$$;

CREATE FUNCTION public.audited_consortium(code text) RETURNS integer
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
    SELECT consortium_id FROM consortium
    WHERE consortium_code = code AND current_setting('allmende.role') = 'operator'
$$;

CREATE FUNCTION public.check_usage_scope() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE
    consortia int[] := current_setting('allmende.consortia')::int[];
    all_parties bool := current_setting('allmende.all_parties')::bool;
    own_parties int[] := current_setting('allmende.parties')::int[];
BEGIN
    IF current_setting('allmende.role', true) = 'auditor' OR EXISTS (
        SELECT FROM inserted i
        WHERE i.consortium_id <> ALL (consortia) OR NOT (all_parties OR i.party_id = ANY (own_parties)))
    THEN
        RAISE EXCEPTION 'a usage record is outside the caller''s scope'
            USING ERRCODE = 'insufficient_privilege', CONSTRAINT = 'usage_record_scope';
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION public.consortia_due(day date) RETURNS TABLE(consortium_id integer, consortium_code text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
    -- Few are due: each name is one look-up, where a join would read all consortia there are.
    SELECT due.consortium_id,
        (SELECT k.consortium_code FROM consortium k WHERE k.consortium_id = due.consortium_id)
    FROM (
        SELECT d.consortium_id FROM decision d WHERE d.closed_at IS NULL AND d.last_voting_day < day
        UNION
        SELECT m.consortium_id FROM membership m
        WHERE m.recorded_until IS NULL AND m.state IN (2, 3) AND m.valid_until <= day) due
    ORDER BY due.consortium_id
$$;

CREATE FUNCTION public.consortia_with_retention() RETURNS TABLE(consortium_id integer, consortium_code text, months integer)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
    SELECT k.consortium_id, k.consortium_code, v.usage_retention_months
    FROM consortium k JOIN consortium_version v USING (consortium_id)
    WHERE v.recorded_until IS NULL AND v.usage_retention_months > 0
    ORDER BY k.consortium_id
$$;

CREATE FUNCTION public.create_register(id integer, register_name text) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$ INSERT INTO register (register_id, name, size, frontier) VALUES (id, register_name, 0, '') $$;

CREATE FUNCTION public.declare_scope(scope text, VARIADIC names text[]) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE
    name text;
    condition text := 'consortium_id = ANY ((SELECT current_setting(''allmende.consortia''))::int[])';
    parties text := CASE scope
        WHEN 'PARTY' THEN 'party_id = ANY ((SELECT current_setting(''allmende.parties''))::int[])'
        WHEN 'RECIPIENT' THEN 'party_id = (SELECT current_setting(''allmende.party''))::int' END;
BEGIN
    IF scope NOT IN ('CONSORTIUM', 'PARTY', 'RECIPIENT') THEN
        RAISE EXCEPTION 'there is no scope %', scope;
    END IF;
    IF parties IS NOT NULL THEN
        condition := format(
            '%s AND (%s OR (SELECT current_setting(''allmende.all_parties''))::bool)', condition, parties);
    END IF;
    FOREACH name IN ARRAY names LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY %I ON %I USING (%s)', name || '_scope', name, condition);
        EXECUTE format('GRANT SELECT, INSERT ON %I TO allmende_app', name);
    END LOOP;
END
$$;

CREATE FUNCTION public.drop_empty_usage_partitions() RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    SET lock_timeout TO '100ms'
    AS $$
DECLARE
    partition_name text;
    is_filled boolean;
    dropped int := 0;
BEGIN
    FOR partition_name IN
        SELECT DISTINCT 'usage_record_' || to_char(d.month, 'YYYY_MM') FROM usage_drop d ORDER BY 1
    LOOP
        CONTINUE WHEN to_regclass(partition_name) IS NULL;
        EXECUTE format('SELECT EXISTS (SELECT FROM %I)', partition_name) INTO is_filled;
        CONTINUE WHEN is_filled;
        BEGIN
            EXECUTE 'LOCK TABLE ONLY usage_record IN ACCESS EXCLUSIVE MODE';
            EXECUTE format('LOCK TABLE %I IN ACCESS EXCLUSIVE MODE', partition_name);
            -- Somebody may have been filling it before the lock.
            EXECUTE format('SELECT EXISTS (SELECT FROM %I)', partition_name) INTO is_filled;
            IF NOT is_filled THEN
                EXECUTE format('DROP TABLE %I', partition_name);
                dropped := dropped + 1;
            END IF;
        EXCEPTION WHEN lock_not_available OR undefined_table THEN
            NULL;
        END;
    END LOOP;
    RETURN dropped;
END
$$;

CREATE FUNCTION public.drop_usage_month(consortium integer, first_day date) RETURNS TABLE(application_id integer, record_count bigint)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $_$
DECLARE
    partition_name text := 'usage_record_' || to_char(first_day, 'YYYY_MM');
BEGIN
    IF current_setting('allmende.party') <> '0' OR consortium <> ALL (current_setting('allmende.consortia')::int[])
        OR NOT EXISTS (
            SELECT FROM consortium_version v
            WHERE v.consortium_id = consortium AND v.recorded_until IS NULL AND v.usage_retention_months > 0
                AND first_day + make_interval(months => 1 + v.usage_retention_months)
                    <= now() AT TIME ZONE 'UTC')
    THEN
        RAISE EXCEPTION 'these usage records are kept'
            USING ERRCODE = 'insufficient_privilege', CONSTRAINT = 'usage_record_kept';
    END IF;
    IF to_regclass(partition_name) IS NULL THEN
        RETURN;
    END IF;
    RETURN QUERY EXECUTE format(
        'WITH dropped AS (DELETE FROM %I u WHERE u.consortium_id = $1 RETURNING u.application_id) '
        'SELECT d.application_id, count(*) FROM dropped d GROUP BY 1 ORDER BY 1', partition_name)
        USING consortium;
END
$_$;

CREATE FUNCTION public.ended_credentials(seconds integer) RETURNS SETOF bytea
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
    SELECT sha256 FROM credential WHERE ends_at <= now() AND ends_at > now() - make_interval(secs => seconds)
$$;

CREATE FUNCTION public.ensure_usage_partition(month date) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE
    first_day date := date_trunc('month', month)::date;
    partition_name text := 'usage_record_' || to_char(first_day, 'YYYY_MM');
BEGIN
    IF to_regclass(partition_name) IS NOT NULL THEN
        RETURN partition_name;
    END IF;
    -- Two servers may meet a new month at once: one creates it, the other waits here and finds it.
    PERFORM pg_advisory_xact_lock(hashtext('usage_partition'), hashtext(partition_name));
    -- Asked of the catalogue itself: to_regclass may remember from before the wait that there is none.
    IF EXISTS (SELECT FROM pg_class WHERE relname = partition_name AND relnamespace = 'public'::regnamespace) THEN
        RETURN partition_name;
    END IF;
    EXECUTE format(
        'CREATE TABLE %I PARTITION OF usage_record FOR VALUES FROM (%L) TO (%L)',
        partition_name, first_day::text || ' 00:00:00+00',
        (first_day + interval '1 month')::date::text || ' 00:00:00+00');
    -- Rows arrive in the order of their batches: a block range index finds a batch at next to no cost. Batches of
    -- several connections lie in each other's blocks: short ranges leave few rows of others to be passed over.
    EXECUTE format(
        'CREATE INDEX %I ON %I USING brin (batch_id) WITH (pages_per_range = 16)',
        partition_name || '_batch_idx', partition_name);
    -- Corrections are few: a read of the current records finds what they replace without looking at the rest.
    EXECUTE format(
        'CREATE INDEX %I ON %I (consortium_id, application_id, interval_start) WHERE revision > 0',
        partition_name || '_correction_idx', partition_name);
    EXECUTE format(
        'CREATE TRIGGER usage_scope AFTER INSERT ON %I REFERENCING NEW TABLE AS inserted '
        'FOR EACH STATEMENT EXECUTE FUNCTION check_usage_scope()', partition_name);
    EXECUTE format('GRANT INSERT ON %I TO allmende_app', partition_name);
    RETURN partition_name;
END
$$;

CREATE FUNCTION public.has_run(id integer, party integer) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
    SELECT EXISTS (
        SELECT FROM publication b
        JOIN publication_revision r ON r.publication_id = b.publication_id AND r.revision = b.published_revision
        JOIN live_span s ON s.application_id = r.application_id
        WHERE b.publication_id = id AND s.party_id = party
            AND party = ANY (current_setting('allmende.parties')::int[]))
$$;

CREATE FUNCTION public.index_publication(id integer, a_kind text, a_title text, names text, a_summary text, body text, facet_kinds smallint[], facet_values text[]) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE
    subject publication%ROWTYPE;
    document bigint;
    texts text[];
    word_ids int[];
    weights smallint[];
    facet_ids int[];
BEGIN
    SELECT * INTO subject FROM publication
        WHERE publication_id = id AND party_id = current_setting('allmende.party')::int;
    IF NOT FOUND THEN
        RAISE insufficient_privilege USING MESSAGE = 'a publication of another party is not indexed';
    END IF;
    document := search_document_id(subject.publication_name);
    UPDATE search_word w SET documents = w.documents - 1 FROM search_document d
        WHERE d.document_id = document AND w.word_id = ANY (d.words || d.facets);
    DELETE FROM search_posting p USING search_document d
        WHERE d.document_id = document AND p.document_id = document AND p.word_id = ANY (d.words || d.facets);
    DELETE FROM search_document WHERE document_id = document;
    IF subject.state <> 2 THEN RETURN; END IF;
    SELECT coalesce(array_agg(w.word), '{}'), coalesce(array_agg(w.weight), '{}') INTO texts, weights
        FROM search_weights(a_title, names, a_summary, body) w;
    INSERT INTO search_word (facet, word)
        SELECT 0, t FROM unnest(texts) t
        UNION SELECT f.facet, f.value FROM unnest(facet_kinds, facet_values) f (facet, value)
        ON CONFLICT DO NOTHING;
    SELECT coalesce(array_agg(s.word_id), '{}'), coalesce(array_agg(w.weight), '{}') INTO word_ids, weights
        FROM unnest(texts, weights) w (word, weight)
        JOIN search_word s ON s.word = w.word COLLATE "C" AND s.facet = 0;
    SELECT coalesce(array_agg(DISTINCT s.word_id), '{}') INTO facet_ids
        FROM unnest(facet_kinds, facet_values) f (facet, value)
        JOIN search_word s ON s.word = f.value COLLATE "C" AND s.facet = f.facet;
    INSERT INTO search_posting (word_id, document_id, weight)
        SELECT w.word_id, document, w.weight FROM unnest(word_ids, weights) w (word_id, weight)
        UNION ALL SELECT f.word_id, document, 0 FROM unnest(facet_ids) f (word_id);
    UPDATE search_word w SET documents = w.documents + 1 WHERE w.word_id = ANY (word_ids || facet_ids);
    INSERT INTO search_document (document_id, publication_id, words, facets, title, summary, kind)
        VALUES (document, id, word_ids, facet_ids, a_title, a_summary, a_kind);
END
$$;

CREATE FUNCTION public.is_own_credential(party_id integer, role smallint) RETURNS boolean
    LANGUAGE sql STABLE
    AS $$
    SELECT current_setting('allmende.role') = 'operator'
        OR (party_id = current_setting('allmende.party')::int
            AND role = array_position(
                ARRAY['municipality', 'coordination_office', 'auditor', 'operator'],
                current_setting('allmende.role')))
$$;

CREATE FUNCTION public.open_consortium(code text) RETURNS integer
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
    SELECT k.consortium_id FROM consortium k JOIN consortium_version v USING (consortium_id)
    WHERE k.consortium_code = code AND v.recorded_until IS NULL AND v.open_to_applications AND v.state = 2
$$;

CREATE FUNCTION public.purge_request_records(most integer) RETURNS integer
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
    WITH old AS (
        SELECT party_id, request_id FROM request_record WHERE recorded_at < now() - interval '14 days'
        ORDER BY recorded_at LIMIT most FOR UPDATE SKIP LOCKED),
    purged AS (
        DELETE FROM request_record r USING old
        WHERE r.party_id = old.party_id AND r.request_id = old.request_id RETURNING 1)
    SELECT count(*)::int FROM purged
$$;

CREATE FUNCTION public.resolve_mandates(digest bytea) RETURNS TABLE(party_id integer, party_code text, purpose smallint, consortium_id integer, consortium_code text, valid_from date, valid_until date)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
    SELECT p.party_id, p.party_code, purpose, k.consortium_id, k.consortium_code, m.valid_from, m.valid_until
    FROM credential c
    JOIN mandate m ON m.holder_party_id = c.party_id
    CROSS JOIN unnest(m.purposes) AS purpose
    JOIN party p ON p.party_id = m.party_id
    LEFT JOIN (membership s JOIN consortium k USING (consortium_id))
        ON s.party_id = m.party_id AND (m.consortium_code IS NULL OR k.consortium_code = m.consortium_code)
    WHERE c.sha256 = digest AND c.role = 1 AND m.revoked_from IS NULL
        AND (m.valid_until IS NULL OR m.valid_until > current_date)
$$;

CREATE FUNCTION public.resolve_principal(digest bytea) RETURNS TABLE(party_id integer, party_code text, role smallint, consortium_ids integer[], consortium_codes text[], expires_at timestamp with time zone)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
    WITH today AS (SELECT (now() AT TIME ZONE 'UTC')::date AS day),
    caller AS (
        SELECT party_id, role, ends_at FROM credential WHERE sha256 = digest AND (ends_at IS NULL OR ends_at > now())),
    taking_part AS (
        -- Members, former ones until they are settled, and founders.
        SELECT m.consortium_id FROM caller
        JOIN membership m USING (party_id) JOIN consortium_version v USING (consortium_id)
        WHERE role = 1 AND m.recorded_until IS NULL AND v.recorded_until IS NULL
            AND (m.state IN (2, 3, 4) OR (m.state = 1 AND v.state IN (1, 3)))
        UNION
        SELECT k.consortium_id FROM caller JOIN consortium k ON k.coordination_party_id = caller.party_id WHERE role = 2
        UNION
        SELECT a.consortium_id FROM caller JOIN auditor_appointment a USING (party_id), today
        WHERE role = 3 AND a.valid_from <= today.day AND (a.valid_until IS NULL OR a.valid_until > today.day)),
    -- One look-up each: a join would rather read all consortia there are.
    named AS (
        SELECT t.consortium_id,
            (SELECT k.consortium_code FROM consortium k WHERE k.consortium_id = t.consortium_id) AS code
        FROM taking_part t)
    SELECT p.party_id, p.party_code, c.role,
        (SELECT coalesce(array_agg(n.consortium_id ORDER BY n.code), '{}') FROM named n),
        (SELECT coalesce(array_agg(n.code ORDER BY n.code), '{}') FROM named n),
        least(c.ends_at, CASE WHEN c.role = 3 THEN (
            SELECT min(day)::timestamp AT TIME ZONE 'UTC' FROM (
                SELECT unnest(ARRAY[a.valid_from, a.valid_until]) AS day
                FROM auditor_appointment a WHERE a.party_id = p.party_id) bounds
            WHERE day > (SELECT day FROM today)) END)
    FROM caller c JOIN party p USING (party_id)
$$;

CREATE FUNCTION public.seal_rows(entry_register integer, entry_position bigint) RETURNS bytea
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    SET "TimeZone" TO 'UTC'
    SET bytea_output TO 'hex'
    AS $$
BEGIN
    PERFORM set_config('allmende.entry', entry_register || '/' || entry_position, true);
    SET CONSTRAINTS ALL IMMEDIATE;
    RETURN (
        SELECT sha256(string_agg(
            convert_to(table_name || E'\t' || row_key || E'\t' || coalesce(encode(sha256, 'hex'), '') || E'\n', 'UTF8'),
            '' ORDER BY table_name, row_key))
        FROM audit.row_seal WHERE register_id = entry_register AND position = entry_position);
END
$$;

CREATE FUNCTION public.search_document_id(text) RETURNS bigint
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$ SELECT ('x' || substr(encode(sha256(convert_to($1, 'UTF8')), 'hex'), 1, 15))::bit(60)::bigint $_$;

CREATE FUNCTION public.search_fold(text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$ SELECT replace(replace(replace(replace(lower($1), 'ä', 'ae'), 'ö', 'oe'), 'ü', 'ue'), 'ß', 'ss') $_$;

CREATE FUNCTION public.search_unfold(text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$ SELECT replace(replace(replace(lower($1), 'ae', 'ä'), 'oe', 'ö'), 'ue', 'ü') $_$;

CREATE FUNCTION public.search_weights(title text, names text, summary text, body text) RETURNS TABLE(word text, weight smallint)
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'public', 'pg_temp'
    AS $$
    SELECT w, max(v)::smallint FROM (
        SELECT unnest(search_words(title)), 8 UNION ALL SELECT unnest(search_words(names)), 4
        UNION ALL SELECT unnest(search_words(summary)), 2 UNION ALL SELECT unnest(search_words(body)), 1) AS t (w, v)
    GROUP BY w
$$;

CREATE FUNCTION public.search_words(text) RETURNS text[]
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path TO 'public', 'pg_catalog', 'pg_temp'
    AS $_$
    SELECT ARRAY(
        SELECT unnest(tsvector_to_array(
            to_tsvector('pg_catalog.german', lower($1)) || to_tsvector('pg_catalog.german', search_fold($1))))
        UNION
        SELECT word FROM unnest(tsvector_to_array(to_tsvector('pg_catalog.simple', search_fold($1)))) word
            WHERE length(word) > 5 AND ts_lexize('pg_catalog.german_stem', word) <> '{}'
        EXCEPT
        SELECT unnest(ARRAY['fuer', 'ueb', 'waehrend', 'koenn', 'koennen', 'koennt', 'koennte', 'wuerd', 'wuerde',
            'wuerden', 'haett', 'naechst', 'zwisch']))
$_$;

CREATE FUNCTION public.solution_coverage(id integer, day date) RETURNS TABLE(land text, inhabitants bigint, is_covered boolean)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
    WITH figure AS (
        SELECT DISTINCT ON (f.party_id) f.party_id, f.value FROM key_figure f
        WHERE f.kind = 1 AND f.recorded_until IS NULL AND f.reference_date <= day
        ORDER BY f.party_id, f.reference_date DESC),
    covered AS (
        SELECT DISTINCT s.party_id FROM publication b
        JOIN publication_revision r ON r.publication_id = b.publication_id AND r.revision = b.published_revision
        JOIN live_span s ON s.application_id = r.application_id
        WHERE b.publication_id = id AND s.live_from <= day AND (s.live_until IS NULL OR s.live_until > day))
    SELECT left(coalesce(p.ags, p.ars), 2), f.value, c.party_id IS NOT NULL
    FROM party p LEFT JOIN figure f USING (party_id) LEFT JOIN covered c USING (party_id) WHERE p.kind = 1
$$;

CREATE FUNCTION public.stage_evidence(party integer) RETURNS TABLE(fact smallint, resource text, since date, until date)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
    SELECT * FROM (
        SELECT 1::smallint, b.publication_name, min(u.used_on), NULL::date
        FROM guide_use u JOIN publication b USING (publication_id) WHERE u.party_id = party GROUP BY b.publication_name
        UNION ALL
        SELECT 2::smallint, 'advisoryRequests/' || q.request_code, min(s.taken_on), NULL::date
        FROM advisory_request q JOIN advisory_step s USING (request_id) WHERE q.party_id = party AND s.state = 5
        GROUP BY q.request_code
        UNION ALL
        SELECT 3::smallint, 'consortia/' || k.consortium_code || '/applications/' || a.application_code, s.live_from,
            s.live_until
        FROM live_span s JOIN application a USING (application_id)
        JOIN consortium k ON k.consortium_id = a.consortium_id
        WHERE s.party_id = party
        UNION ALL
        SELECT 4::smallint, 'consortia/' || k.consortium_code, m.valid_from, m.valid_until
        FROM membership m JOIN consortium k USING (consortium_id)
        WHERE m.party_id = party AND m.recorded_until IS NULL AND m.state > 1) e
    WHERE party = ANY (current_setting('allmende.parties')::int[])
        OR current_setting('allmende.role') IN ('coordination_office', 'operator', 'auditor')
$$;

CREATE FUNCTION public.usage_evidence(ids integer[], day date) RETURNS TABLE(publication_id integer, live integer, agreed integer, ended integer, live_since date)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
    SELECT b.publication_id, count(*) FILTER (WHERE a.state = 3)::int, count(*) FILTER (WHERE a.state = 2)::int,
        count(*) FILTER (WHERE a.state = 4)::int,
        (SELECT min(s.live_from) FROM live_span s WHERE s.application_id = r.application_id
            AND s.live_from <= day AND (s.live_until IS NULL OR s.live_until > day))
    FROM publication b
    JOIN publication_revision r ON r.publication_id = b.publication_id AND r.revision = b.published_revision
    JOIN adoption a ON a.application_id = r.application_id AND a.recorded_until IS NULL
        AND a.valid_from <= day AND (a.valid_until IS NULL OR a.valid_until > day)
    WHERE b.publication_id = ANY (ids)
    GROUP BY b.publication_id, r.application_id
$$;

CREATE TABLE audit.row_seal (
    register_id integer NOT NULL,
    "position" bigint NOT NULL,
    table_name text NOT NULL COLLATE pg_catalog."C",
    row_key text NOT NULL COLLATE pg_catalog."C",
    sha256 bytea
);

CREATE SEQUENCE public.access_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

CREATE TABLE public.access_log (
    consortium_id integer NOT NULL,
    access_id bigint NOT NULL,
    accessed_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    party_id integer NOT NULL,
    credential_sha256 bytea NOT NULL,
    method text NOT NULL,
    resource text NOT NULL
);

COMMENT ON TABLE public.access_log IS 'unsealed: calls that change nothing have no entry';

CREATE TABLE public.adoption (
    consortium_id integer NOT NULL,
    application_id integer NOT NULL,
    party_id integer NOT NULL,
    state smallint NOT NULL,
    version text NOT NULL COLLATE pg_catalog."C",
    valid_from date NOT NULL,
    valid_until date,
    recorded_from bigint NOT NULL,
    recorded_until bigint,
    CONSTRAINT adoption_recorded_check CHECK ((recorded_from < recorded_until)),
    CONSTRAINT adoption_valid_check CHECK ((valid_from < valid_until))
);

CREATE TABLE public.adoption_report (
    publication_id integer NOT NULL,
    party_id integer NOT NULL,
    introduction_days integer NOT NULL,
    rating smallint NOT NULL,
    text text NOT NULL,
    text_salt bytea NOT NULL,
    recorded_from bigint NOT NULL,
    recorded_until bigint,
    CONSTRAINT adoption_report_days_check CHECK ((introduction_days >= 0)),
    CONSTRAINT adoption_report_rating_check CHECK (((rating >= 1) AND (rating <= 5))),
    CONSTRAINT adoption_report_recorded_check CHECK ((recorded_from < recorded_until))
);

CREATE TABLE public.advisory_body (
    body_id integer NOT NULL,
    body_code text NOT NULL COLLATE pg_catalog."C",
    party_id integer NOT NULL,
    display_name text NOT NULL,
    lands text[] NOT NULL,
    topics text[] NOT NULL,
    has_ended boolean NOT NULL,
    recorded_from bigint NOT NULL,
    changed_at bigint NOT NULL
);

ALTER TABLE public.advisory_body ALTER COLUMN body_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.advisory_body_body_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.advisory_request (
    request_id integer NOT NULL,
    request_code text NOT NULL COLLATE pg_catalog."C",
    party_id integer NOT NULL,
    acting_party_id integer NOT NULL,
    topic text NOT NULL COLLATE pg_catalog."C",
    state smallint NOT NULL,
    body_id integer,
    body_party_ids integer[] NOT NULL,
    rating smallint DEFAULT 0 NOT NULL,
    recorded_from bigint NOT NULL,
    changed_at bigint NOT NULL,
    CONSTRAINT advisory_request_rating_check CHECK (((rating >= 0) AND (rating <= 5)))
);

ALTER TABLE public.advisory_request ALTER COLUMN request_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.advisory_request_request_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.advisory_step (
    request_id integer NOT NULL,
    recorded_from bigint NOT NULL,
    party_id integer NOT NULL,
    body_id integer,
    state smallint NOT NULL,
    text text NOT NULL,
    text_salt bytea NOT NULL,
    taken_on date DEFAULT ((now() AT TIME ZONE 'UTC'::text))::date NOT NULL
);

CREATE TABLE public.agreement_revision (
    consortium_id integer NOT NULL,
    agreement_code text NOT NULL COLLATE pg_catalog."C",
    revision integer NOT NULL,
    state smallint NOT NULL,
    valid_from date NOT NULL,
    valid_until date,
    content bytea NOT NULL,
    recorded_from bigint NOT NULL,
    recorded_until bigint,
    CONSTRAINT agreement_revision_number_check CHECK ((revision > 0)),
    CONSTRAINT agreement_revision_recorded_check CHECK ((recorded_from < recorded_until)),
    CONSTRAINT agreement_revision_valid_check CHECK ((valid_from < valid_until))
);

CREATE TABLE public.application (
    application_id integer NOT NULL,
    consortium_id integer NOT NULL,
    application_code text NOT NULL COLLATE pg_catalog."C",
    display_name text NOT NULL,
    recorded_from bigint NOT NULL
);

ALTER TABLE public.application ALTER COLUMN application_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.application_application_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.auditor_appointment (
    consortium_id integer NOT NULL,
    party_id integer NOT NULL,
    valid_from date NOT NULL,
    valid_until date,
    recorded_from bigint NOT NULL,
    CONSTRAINT auditor_appointment_valid_check CHECK ((valid_from < valid_until))
);

CREATE TABLE public.consortium (
    consortium_id integer NOT NULL,
    consortium_code text NOT NULL COLLATE pg_catalog."C",
    display_name text NOT NULL,
    legal_form smallint NOT NULL,
    currency text NOT NULL,
    coordination_party_id integer NOT NULL,
    recorded_from bigint NOT NULL,
    CONSTRAINT consortium_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text))
);

CREATE SEQUENCE public.consortium_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.consortium_id_seq OWNED BY public.consortium.consortium_id;

CREATE TABLE public.consortium_version (
    consortium_id integer NOT NULL,
    state smallint NOT NULL,
    open_to_applications boolean NOT NULL,
    compare_usage boolean DEFAULT false NOT NULL,
    usage_retention_months integer DEFAULT 0 NOT NULL,
    content bytea NOT NULL,
    recorded_from bigint NOT NULL,
    recorded_until bigint,
    CONSTRAINT consortium_version_recorded_check CHECK ((recorded_from < recorded_until))
);

CREATE TABLE public.cost_item (
    consortium_id integer NOT NULL,
    cost_item_code text NOT NULL COLLATE pg_catalog."C",
    pool smallint NOT NULL,
    kind smallint NOT NULL,
    net_minor bigint NOT NULL,
    vat_minor bigint NOT NULL,
    deductible_numerator bigint NOT NULL,
    deductible_denominator bigint NOT NULL,
    period_start date NOT NULL,
    period_end date NOT NULL,
    document_number text NOT NULL,
    document_sha256 bytea NOT NULL,
    recorded_from bigint NOT NULL,
    supplier text,
    supplier_salt bytea,
    supplier_sha256 bytea DEFAULT '\x'::bytea NOT NULL,
    reversed_at bigint,
    CONSTRAINT cost_item_deductible_check CHECK (((deductible_denominator > 0) AND ((deductible_numerator >= 0) AND (deductible_numerator <= deductible_denominator)))),
    CONSTRAINT cost_item_net_check CHECK ((net_minor >= 0)),
    CONSTRAINT cost_item_period_check CHECK ((period_start < period_end)),
    CONSTRAINT cost_item_reversed_check CHECK ((reversed_at > recorded_from)),
    CONSTRAINT cost_item_supplier_check CHECK (((supplier IS NULL) = (supplier_salt IS NULL))),
    CONSTRAINT cost_item_supplier_sha256_check CHECK ((octet_length(supplier_sha256) = ANY (ARRAY[0, 32]))),
    CONSTRAINT cost_item_vat_check CHECK ((vat_minor >= 0))
);

CREATE TABLE public.credential (
    sha256 bytea NOT NULL,
    party_id integer NOT NULL,
    role smallint NOT NULL,
    recorded_from bigint NOT NULL,
    ended_from bigint,
    ends_at timestamp with time zone,
    CONSTRAINT credential_end_check CHECK (((ended_from IS NULL) = (ends_at IS NULL))),
    CONSTRAINT credential_sha256_check CHECK ((octet_length(sha256) = 32))
);

CREATE TABLE public.decision (
    consortium_id integer NOT NULL,
    decision_code text NOT NULL COLLATE pg_catalog."C",
    rule bytea NOT NULL,
    change bytea NOT NULL,
    proposer_party_id integer NOT NULL,
    last_voting_day date NOT NULL,
    state smallint NOT NULL,
    note text DEFAULT ''::text NOT NULL,
    recorded_from bigint NOT NULL,
    closed_at bigint
);

CREATE TABLE public.decision_elector (
    consortium_id integer NOT NULL,
    decision_code text NOT NULL COLLATE pg_catalog."C",
    party_id integer NOT NULL,
    vote_weight integer NOT NULL,
    CONSTRAINT decision_elector_vote_weight_check CHECK ((vote_weight > 0))
);

CREATE TABLE public.document (
    consortium_id integer NOT NULL,
    document_number text NOT NULL COLLATE pg_catalog."C",
    settlement_code text NOT NULL COLLATE pg_catalog."C",
    party_id integer NOT NULL,
    kind smallint NOT NULL,
    issued_on date NOT NULL,
    content bytea NOT NULL,
    recorded_from bigint NOT NULL
);

CREATE TABLE public.document_counter (
    consortium_id integer NOT NULL,
    year smallint NOT NULL,
    last_ordinal bigint NOT NULL,
    CONSTRAINT document_counter_last_ordinal_check CHECK ((last_ordinal > 0))
);

CREATE TABLE public.document_item (
    consortium_id integer NOT NULL,
    document_number text NOT NULL COLLATE pg_catalog."C",
    party_id integer NOT NULL,
    pool smallint NOT NULL,
    vat_treatment smallint NOT NULL,
    period_start date NOT NULL,
    period_end date NOT NULL,
    amount_minor bigint NOT NULL,
    CONSTRAINT document_item_period_check CHECK ((period_start < period_end))
);

CREATE TABLE public.entry_remark (
    consortium_id integer NOT NULL,
    entry_position bigint NOT NULL,
    kind smallint NOT NULL,
    party_id integer NOT NULL,
    answered_position bigint,
    note text,
    note_salt bytea,
    note_sha256 bytea NOT NULL,
    recorded_from bigint NOT NULL,
    erased_at bigint,
    CONSTRAINT entry_remark_erased_check CHECK (((erased_at IS NULL) OR ((note IS NULL) AND (note_salt IS NULL)))),
    CONSTRAINT entry_remark_note_sha256_check CHECK ((octet_length(note_sha256) = ANY (ARRAY[0, 32])))
);

CREATE TABLE public.export_manifest (
    consortium_id integer NOT NULL,
    request_sha256 bytea NOT NULL,
    manifest_sha256 bytea NOT NULL,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL
);

COMMENT ON TABLE public.export_manifest IS 'unsealed: exports change nothing and have no entry';

CREATE TABLE public.guide_use (
    publication_id integer NOT NULL,
    revision integer NOT NULL,
    party_id integer NOT NULL,
    acting_party_id integer NOT NULL,
    used_on date NOT NULL,
    recorded_from bigint NOT NULL
);

CREATE TABLE public.interest (
    publication_id integer NOT NULL,
    party_id integer NOT NULL,
    acting_party_id integer NOT NULL,
    owner_party_id integer NOT NULL,
    state smallint NOT NULL,
    message text NOT NULL,
    message_salt bytea NOT NULL,
    answer text DEFAULT ''::text NOT NULL,
    answer_salt bytea DEFAULT '\x'::bytea NOT NULL,
    membership text DEFAULT ''::text NOT NULL COLLATE pg_catalog."C",
    recorded_from bigint NOT NULL,
    changed_at bigint NOT NULL
);

CREATE TABLE public.key_figure (
    party_id integer NOT NULL,
    kind smallint NOT NULL,
    reference_date date NOT NULL,
    value bigint NOT NULL,
    status smallint NOT NULL,
    source text NOT NULL,
    recorded_from bigint NOT NULL,
    recorded_until bigint,
    published_on date,
    CONSTRAINT key_figure_recorded_check CHECK ((recorded_from < recorded_until)),
    CONSTRAINT key_figure_value_check CHECK ((value >= 0))
);

CREATE VIEW public.live_span AS
 SELECT b.consortium_id,
    b.application_id,
    b.party_id,
    min(b.valid_from) AS live_from,
        CASE
            WHEN bool_and((b.valid_until IS NOT NULL)) THEN max(b.valid_until)
            ELSE NULL::date
        END AS live_until
   FROM ( SELECT a.consortium_id,
            a.application_id,
            a.party_id,
            a.state,
            a.version,
            a.valid_from,
            a.valid_until,
            a.recorded_from,
            a.recorded_until,
            a.begins,
            sum(a.begins) OVER (PARTITION BY a.application_id, a.party_id ORDER BY a.valid_from) AS span
           FROM ( SELECT adoption.consortium_id,
                    adoption.application_id,
                    adoption.party_id,
                    adoption.state,
                    adoption.version,
                    adoption.valid_from,
                    adoption.valid_until,
                    adoption.recorded_from,
                    adoption.recorded_until,
                        CASE
                            WHEN (lag(adoption.valid_until) OVER (PARTITION BY adoption.application_id, adoption.party_id ORDER BY adoption.valid_from) >= adoption.valid_from) THEN 0
                            ELSE 1
                        END AS begins
                   FROM public.adoption
                  WHERE ((adoption.state = 3) AND (adoption.recorded_until IS NULL))) a) b
  GROUP BY b.consortium_id, b.application_id, b.party_id, b.span;

CREATE TABLE public.mandate (
    party_id integer NOT NULL,
    mandate_code text NOT NULL COLLATE pg_catalog."C",
    holder_party_id integer NOT NULL,
    purposes smallint[] NOT NULL,
    consortium_code text COLLATE pg_catalog."C",
    valid_from date NOT NULL,
    valid_until date,
    recorded_from bigint NOT NULL,
    revoked_from bigint,
    CONSTRAINT mandate_holder_check CHECK ((party_id <> holder_party_id)),
    CONSTRAINT mandate_purposes_check CHECK ((cardinality(purposes) > 0)),
    CONSTRAINT mandate_valid_check CHECK ((valid_from < valid_until))
);

CREATE TABLE public.membership (
    consortium_id integer NOT NULL,
    party_id integer NOT NULL,
    membership_number integer NOT NULL,
    state smallint NOT NULL,
    vote_weight integer NOT NULL,
    valid_from date,
    valid_until date,
    notice_date date,
    for_cause boolean DEFAULT false NOT NULL,
    buy_in_minor bigint,
    document_sha256 bytea DEFAULT '\x'::bytea NOT NULL,
    interest text DEFAULT ''::text NOT NULL COLLATE pg_catalog."C",
    recorded_from bigint NOT NULL,
    recorded_until bigint,
    CONSTRAINT membership_dates_check CHECK (((state = 1) = (valid_from IS NULL))),
    CONSTRAINT membership_number_check CHECK ((membership_number > 0)),
    CONSTRAINT membership_recorded_check CHECK ((recorded_from < recorded_until)),
    CONSTRAINT membership_valid_check CHECK ((valid_from < valid_until)),
    CONSTRAINT membership_vote_weight_check CHECK ((vote_weight > 0))
);

CREATE TABLE public.metric (
    metric_id integer NOT NULL,
    consortium_id integer NOT NULL,
    application_id integer NOT NULL,
    metric_code text NOT NULL COLLATE pg_catalog."C",
    unit text NOT NULL,
    scale smallint NOT NULL,
    aggregation smallint NOT NULL,
    sources_add_up boolean NOT NULL,
    recorded_from bigint NOT NULL,
    CONSTRAINT metric_aggregation_check CHECK (((aggregation >= 1) AND (aggregation <= 3))),
    CONSTRAINT metric_scale_check CHECK (((scale >= 0) AND (scale <= 9))),
    CONSTRAINT metric_sources_check CHECK (((NOT sources_add_up) OR (aggregation = 1)))
);

ALTER TABLE public.metric ALTER COLUMN metric_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.metric_metric_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.metric_setting (
    consortium_id integer NOT NULL,
    metric_id integer NOT NULL,
    smallest_interval integer NOT NULL,
    minimum_quantity bigint NOT NULL,
    maximum_quantity bigint NOT NULL,
    reporter_parties integer[] NOT NULL,
    reporter_sources integer[] NOT NULL,
    is_retired boolean NOT NULL,
    recorded_from bigint NOT NULL,
    recorded_until bigint,
    CONSTRAINT metric_setting_interval_check CHECK ((smallest_interval > 0)),
    CONSTRAINT metric_setting_maximum_check CHECK ((maximum_quantity >= minimum_quantity)),
    CONSTRAINT metric_setting_minimum_check CHECK ((minimum_quantity >= 0)),
    CONSTRAINT metric_setting_recorded_check CHECK ((recorded_from < recorded_until)),
    CONSTRAINT metric_setting_reporters_check CHECK ((cardinality(reporter_parties) = cardinality(reporter_sources)))
);

CREATE TABLE public.municipal_change (
    party_id integer NOT NULL,
    successor_party_id integer NOT NULL,
    numerator bigint NOT NULL,
    denominator bigint NOT NULL,
    effective_date date NOT NULL,
    legal_basis text NOT NULL,
    recorded_from bigint NOT NULL,
    CONSTRAINT municipal_change_self_check CHECK ((party_id <> successor_party_id)),
    CONSTRAINT municipal_change_share_check CHECK (((numerator > 0) AND (numerator <= denominator)))
);

CREATE TABLE public.ownership_share (
    consortium_id integer NOT NULL,
    application_id integer NOT NULL,
    party_id integer NOT NULL,
    numerator bigint NOT NULL,
    denominator bigint NOT NULL,
    valid_from date NOT NULL,
    valid_until date,
    recorded_from bigint NOT NULL,
    recorded_until bigint,
    CONSTRAINT ownership_share_fraction_check CHECK (((denominator > 0) AND (numerator > 0) AND (numerator <= denominator))),
    CONSTRAINT ownership_share_recorded_check CHECK ((recorded_from < recorded_until)),
    CONSTRAINT ownership_share_valid_check CHECK ((valid_from < valid_until))
);

CREATE TABLE public.party (
    party_id integer NOT NULL,
    party_code text NOT NULL COLLATE pg_catalog."C",
    kind smallint NOT NULL,
    display_name text NOT NULL,
    ags text COLLATE pg_catalog."C",
    ars text COLLATE pg_catalog."C",
    recorded_from bigint NOT NULL
);

CREATE TABLE public.party_name (
    party_id integer NOT NULL,
    display_name text NOT NULL,
    valid_from date NOT NULL,
    valid_until date,
    recorded_from bigint NOT NULL,
    recorded_until bigint,
    CONSTRAINT party_name_recorded_check CHECK ((recorded_from < recorded_until)),
    CONSTRAINT party_name_valid_check CHECK ((valid_from < valid_until))
);

ALTER TABLE public.party ALTER COLUMN party_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.party_party_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.period (
    consortium_id integer NOT NULL,
    period_code text NOT NULL COLLATE pg_catalog."C",
    kind smallint NOT NULL,
    valid_from date NOT NULL,
    valid_until date NOT NULL,
    state smallint NOT NULL,
    closed_size bigint,
    recorded_from bigint NOT NULL,
    recorded_until bigint,
    CONSTRAINT period_recorded_check CHECK ((recorded_from < recorded_until)),
    CONSTRAINT period_valid_check CHECK ((valid_from < valid_until))
);

CREATE TABLE public.publication (
    publication_id integer NOT NULL,
    publication_name text NOT NULL COLLATE pg_catalog."C",
    party_id integer NOT NULL,
    state smallint NOT NULL,
    revision integer NOT NULL,
    published_revision integer,
    recorded_from bigint NOT NULL,
    changed_at bigint NOT NULL,
    CONSTRAINT publication_revision_check CHECK ((revision > 0))
);

ALTER TABLE public.publication ALTER COLUMN publication_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.publication_publication_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.publication_revision (
    publication_id integer NOT NULL,
    revision integer NOT NULL,
    party_id integer NOT NULL,
    application_id integer,
    content bytea NOT NULL,
    content_salt bytea NOT NULL,
    contact bytea,
    contact_salt bytea,
    recorded_from bigint NOT NULL,
    published_at bigint
);

CREATE TABLE public.publiccode_document (
    consortium_id integer NOT NULL,
    application_id integer NOT NULL,
    document text NOT NULL,
    summary bytea NOT NULL,
    recorded_from bigint NOT NULL,
    recorded_until bigint,
    CONSTRAINT publiccode_document_recorded_check CHECK ((recorded_from < recorded_until))
);

CREATE TABLE public.register (
    register_id integer NOT NULL,
    name text NOT NULL,
    size bigint NOT NULL,
    frontier bytea NOT NULL,
    recorded_micros bigint DEFAULT 0 NOT NULL,
    generation integer DEFAULT 0 NOT NULL,
    CONSTRAINT register_generation_check CHECK ((generation >= 0)),
    CONSTRAINT register_size_check CHECK ((size >= 0))
);

COMMENT ON TABLE public.register IS 'unsealed: held against the entries and the checkpoints';

CREATE TABLE public.register_checkpoint (
    register_id integer NOT NULL,
    size bigint NOT NULL,
    root bytea NOT NULL,
    note text NOT NULL
);

COMMENT ON TABLE public.register_checkpoint IS 'unsealed: held against the entries';

CREATE TABLE public.register_cosignature (
    register_id integer NOT NULL,
    size bigint NOT NULL,
    key_name text NOT NULL COLLATE pg_catalog."C",
    line text NOT NULL
);

COMMENT ON TABLE public.register_cosignature IS 'unsealed: signatures of others, valid or not by themselves';

CREATE TABLE public.register_entry (
    register_id integer NOT NULL,
    "position" bigint NOT NULL,
    leaf_hash bytea NOT NULL,
    nodes bytea NOT NULL,
    entry bytea NOT NULL,
    recorded_micros bigint NOT NULL,
    CONSTRAINT register_entry_leaf_hash_check CHECK ((octet_length(leaf_hash) = 32)),
    CONSTRAINT register_entry_nodes_check CHECK (((octet_length(nodes) % 32) = 0)),
    CONSTRAINT register_entry_position_check CHECK (("position" >= 0))
);

COMMENT ON TABLE public.register_entry IS 'unsealed: held against the checkpoints';

CREATE VIEW public.register_hash WITH (security_barrier='true') AS
 SELECT register_entry.register_id,
    register_entry."position",
    register_entry.leaf_hash,
    register_entry.nodes,
    register_entry.recorded_micros
   FROM public.register_entry
  WHERE (((register_entry.register_id + 0) = 0) OR ((register_entry.register_id + 0) = ANY ((( SELECT current_setting('allmende.consortia'::text) AS current_setting))::integer[])));

CREATE TABLE public.register_key (
    register_id integer NOT NULL,
    origin text NOT NULL COLLATE pg_catalog."C",
    public_key bytea NOT NULL,
    smallest_size bigint NOT NULL,
    largest_size bigint NOT NULL,
    first_signed_at timestamp with time zone DEFAULT now() NOT NULL,
    last_signed_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT register_key_public_key_check CHECK ((octet_length(public_key) = 32))
);

COMMENT ON TABLE public.register_key IS 'unsealed: the signatures on the checkpoints bear it out';

CREATE TABLE public.release (
    consortium_id integer NOT NULL,
    application_id integer NOT NULL,
    version text NOT NULL COLLATE pg_catalog."C",
    state smallint NOT NULL,
    first_recorded bigint NOT NULL,
    content bytea NOT NULL,
    notes text NOT NULL,
    notes_salt bytea NOT NULL,
    recorded_from bigint NOT NULL,
    recorded_until bigint,
    CONSTRAINT release_recorded_check CHECK ((recorded_from < recorded_until))
);

CREATE TABLE public.request_record (
    party_id integer NOT NULL,
    request_id uuid NOT NULL,
    request_sha256 bytea NOT NULL,
    response bytea NOT NULL,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL
);

COMMENT ON TABLE public.request_record IS 'unsealed: answers kept for repeats, no state of their own';

CREATE TABLE public.search_document (
    document_id bigint NOT NULL,
    publication_id integer NOT NULL,
    words integer[] NOT NULL,
    facets integer[] NOT NULL,
    title text NOT NULL,
    summary text NOT NULL,
    kind text NOT NULL
);

COMMENT ON TABLE public.search_document IS 'unsealed: made of what is public, and made anew from it';

CREATE TABLE public.search_posting (
    word_id integer NOT NULL,
    document_id bigint NOT NULL,
    weight smallint NOT NULL
);

COMMENT ON TABLE public.search_posting IS 'unsealed: made of what is public, and made anew from it';

CREATE TABLE public.search_word (
    word_id integer NOT NULL,
    facet smallint NOT NULL,
    word text NOT NULL COLLATE pg_catalog."C",
    documents integer DEFAULT 0 NOT NULL
);

COMMENT ON TABLE public.search_word IS 'unsealed: made of what is public, and made anew from it';

ALTER TABLE public.search_word ALTER COLUMN word_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.search_word_word_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.settlement (
    consortium_id integer NOT NULL,
    settlement_code text NOT NULL COLLATE pg_catalog."C",
    kind smallint NOT NULL,
    agreement_code text NOT NULL COLLATE pg_catalog."C",
    period_start date NOT NULL,
    period_end date NOT NULL,
    content bytea NOT NULL,
    recorded_from bigint NOT NULL,
    CONSTRAINT settlement_period_check CHECK ((period_start < period_end))
);

CREATE TABLE public.settlement_line (
    consortium_id integer NOT NULL,
    settlement_code text NOT NULL COLLATE pg_catalog."C",
    pool smallint NOT NULL,
    party_id integer NOT NULL,
    amount_minor bigint NOT NULL,
    content bytea NOT NULL
);

CREATE TABLE public.settlement_state (
    consortium_id integer NOT NULL,
    settlement_code text NOT NULL COLLATE pg_catalog."C",
    state smallint NOT NULL,
    recorded_from bigint NOT NULL,
    recorded_until bigint,
    CONSTRAINT settlement_state_recorded_check CHECK ((recorded_from < recorded_until))
);

CREATE TABLE public.usage_batch (
    consortium_id integer NOT NULL,
    batch_id bigint NOT NULL,
    application_id integer NOT NULL,
    source_id integer NOT NULL,
    party_id integer NOT NULL,
    row_count integer NOT NULL,
    row_root bytea NOT NULL,
    secret bytea NOT NULL,
    first_month date NOT NULL,
    last_month date NOT NULL,
    recorded_from bigint NOT NULL,
    CONSTRAINT usage_batch_row_count_check CHECK ((row_count > 0))
);

CREATE SEQUENCE public.usage_batch_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

CREATE VIEW public.usage_batch_position WITH (security_barrier='true') AS
 SELECT usage_batch.consortium_id,
    usage_batch.batch_id,
    usage_batch.application_id,
    usage_batch.source_id,
    usage_batch.recorded_from,
    usage_batch.first_month,
    usage_batch.last_month
   FROM public.usage_batch
  WHERE ((usage_batch.consortium_id + 0) = ANY ((( SELECT current_setting('allmende.consortia'::text) AS current_setting))::integer[]));

CREATE TABLE public.usage_rollup (
    consortium_id integer NOT NULL,
    application_id integer NOT NULL,
    bucket date NOT NULL,
    metric_id integer NOT NULL,
    party_id integer NOT NULL,
    source_id integer NOT NULL,
    grain smallint NOT NULL,
    aggregation smallint NOT NULL,
    last_seconds integer NOT NULL,
    last_end timestamp with time zone NOT NULL,
    record_count bigint NOT NULL,
    quantity bigint NOT NULL,
    CONSTRAINT usage_rollup_grain_check CHECK ((grain = ANY (ARRAY[1, 2])))
)
WITH (fillfactor='70');

COMMENT ON TABLE public.usage_rollup IS 'unsealed: held against the records of the batches';

CREATE VIEW public.usage_compared WITH (security_barrier='true') AS
 SELECT r.consortium_id,
    r.application_id,
    r.bucket,
    r.metric_id,
    r.party_id,
    r.source_id,
    r.grain,
    r.aggregation,
    r.last_seconds,
    r.last_end,
    r.record_count,
    r.quantity
   FROM public.usage_rollup r
  WHERE ((r.consortium_id = ANY ((( SELECT current_setting('allmende.consortia'::text) AS current_setting))::integer[])) AND (EXISTS ( SELECT
           FROM public.consortium_version v
          WHERE ((v.consortium_id = r.consortium_id) AND (v.recorded_until IS NULL) AND v.compare_usage))));

CREATE TABLE public.usage_drop (
    consortium_id integer NOT NULL,
    month date NOT NULL,
    record_count bigint NOT NULL,
    batch_count bigint NOT NULL,
    roots_sha256 bytea NOT NULL,
    recorded_from bigint NOT NULL,
    CONSTRAINT usage_drop_record_count_check CHECK ((record_count >= 0)),
    CONSTRAINT usage_drop_roots_check CHECK ((octet_length(roots_sha256) = 32))
);

CREATE TABLE public.usage_late (
    consortium_id integer NOT NULL,
    batch_id bigint NOT NULL,
    application_id integer NOT NULL,
    metric_id integer NOT NULL,
    party_id integer NOT NULL,
    source_id integer NOT NULL,
    day date NOT NULL,
    booked_on date NOT NULL,
    record_count bigint NOT NULL,
    quantity bigint NOT NULL,
    recorded_from bigint NOT NULL,
    CONSTRAINT usage_late_booked_check CHECK ((day < booked_on))
);

COMMENT ON TABLE public.usage_late IS 'unsealed: held against the records of the batches and the periods';

CREATE TABLE public.usage_record (
    consortium_id integer NOT NULL,
    application_id integer NOT NULL,
    metric_id integer NOT NULL,
    party_id integer NOT NULL,
    source_key integer NOT NULL,
    interval_seconds integer NOT NULL,
    row_index smallint NOT NULL,
    revision smallint NOT NULL,
    interval_start timestamp with time zone NOT NULL,
    quantity bigint NOT NULL,
    batch_id bigint NOT NULL
)
PARTITION BY RANGE (interval_start);

COMMENT ON TABLE public.usage_record IS 'unsealed: held against the roots that the entries of its batches commit to';

CREATE TABLE public.usage_remainder (
    consortium_id integer NOT NULL,
    batch_id bigint NOT NULL,
    month date NOT NULL,
    row_count integer NOT NULL,
    row_root bytea NOT NULL,
    recorded_from bigint NOT NULL,
    CONSTRAINT usage_remainder_row_count_check CHECK ((row_count >= 0))
);

CREATE TABLE public.usage_source (
    source_id integer NOT NULL,
    consortium_id integer NOT NULL,
    source_code text NOT NULL COLLATE pg_catalog."C"
);

COMMENT ON TABLE public.usage_source IS 'unsealed: held against the batches that name it';

ALTER TABLE public.usage_source ALTER COLUMN source_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.usage_source_source_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.usage_statement (
    consortium_id integer NOT NULL,
    application_id integer NOT NULL,
    party_id integer NOT NULL,
    first_day date NOT NULL,
    end_day date NOT NULL,
    totals_sha256 bytea NOT NULL,
    content bytea NOT NULL,
    recorded_from bigint NOT NULL,
    recorded_until bigint,
    CONSTRAINT usage_statement_days_check CHECK ((first_day < end_day)),
    CONSTRAINT usage_statement_recorded_check CHECK ((recorded_from < recorded_until))
);

CREATE TABLE public.vote (
    consortium_id integer NOT NULL,
    decision_code text NOT NULL COLLATE pg_catalog."C",
    party_id integer NOT NULL,
    ballot smallint NOT NULL,
    recorded_from bigint NOT NULL,
    recorded_until bigint,
    CONSTRAINT vote_recorded_check CHECK ((recorded_from < recorded_until))
);

ALTER TABLE ONLY audit.row_seal
    ADD CONSTRAINT row_seal_pkey PRIMARY KEY (register_id, "position", table_name, row_key);

ALTER TABLE ONLY public.access_log
    ADD CONSTRAINT access_log_pkey PRIMARY KEY (consortium_id, access_id);

ALTER TABLE ONLY public.adoption
    ADD CONSTRAINT adoption_no_overlap EXCLUDE USING gist (((consortium_id + 0)) WITH =, ((application_id + 0)) WITH =, ((party_id + 0)) WITH =, daterange(valid_from, valid_until) WITH &&, int8range(recorded_from, recorded_until) WITH &&);

ALTER TABLE ONLY public.adoption
    ADD CONSTRAINT adoption_pkey PRIMARY KEY (consortium_id, application_id, party_id, valid_from, recorded_from);

ALTER TABLE ONLY public.adoption_report
    ADD CONSTRAINT adoption_report_no_overlap EXCLUDE USING gist (((publication_id + 0)) WITH =, ((party_id + 0)) WITH =, int8range(recorded_from, recorded_until) WITH &&);

ALTER TABLE ONLY public.adoption_report
    ADD CONSTRAINT adoption_report_pkey PRIMARY KEY (publication_id, party_id, recorded_from);

ALTER TABLE ONLY public.advisory_body
    ADD CONSTRAINT advisory_body_code_key UNIQUE (body_code);

ALTER TABLE ONLY public.advisory_body
    ADD CONSTRAINT advisory_body_pkey PRIMARY KEY (body_id);

ALTER TABLE ONLY public.advisory_request
    ADD CONSTRAINT advisory_request_code_key UNIQUE (request_code);

ALTER TABLE ONLY public.advisory_request
    ADD CONSTRAINT advisory_request_pkey PRIMARY KEY (request_id);

ALTER TABLE ONLY public.advisory_step
    ADD CONSTRAINT advisory_step_pkey PRIMARY KEY (request_id, recorded_from);

ALTER TABLE ONLY public.agreement_revision
    ADD CONSTRAINT agreement_revision_no_overlap EXCLUDE USING gist (((consortium_id + 0)) WITH =, ((agreement_code || ''::text)) WITH =, ((revision + 0)) WITH =, int8range(recorded_from, recorded_until) WITH &&);

ALTER TABLE ONLY public.agreement_revision
    ADD CONSTRAINT agreement_revision_pkey PRIMARY KEY (consortium_id, agreement_code, revision, recorded_from);

ALTER TABLE ONLY public.application
    ADD CONSTRAINT application_code_key UNIQUE (consortium_id, application_code);

ALTER TABLE ONLY public.application
    ADD CONSTRAINT application_pkey PRIMARY KEY (application_id);

ALTER TABLE ONLY public.auditor_appointment
    ADD CONSTRAINT auditor_appointment_no_overlap EXCLUDE USING gist (((consortium_id + 0)) WITH =, ((party_id + 0)) WITH =, daterange(valid_from, valid_until) WITH &&);

ALTER TABLE ONLY public.auditor_appointment
    ADD CONSTRAINT auditor_appointment_pkey PRIMARY KEY (consortium_id, party_id, valid_from);

ALTER TABLE ONLY public.consortium
    ADD CONSTRAINT consortium_code_key UNIQUE (consortium_code);

ALTER TABLE ONLY public.consortium
    ADD CONSTRAINT consortium_pkey PRIMARY KEY (consortium_id);

ALTER TABLE ONLY public.consortium_version
    ADD CONSTRAINT consortium_version_no_overlap EXCLUDE USING gist (((consortium_id + 0)) WITH =, int8range(recorded_from, recorded_until) WITH &&);

ALTER TABLE ONLY public.consortium_version
    ADD CONSTRAINT consortium_version_pkey PRIMARY KEY (consortium_id, recorded_from);

ALTER TABLE ONLY public.cost_item
    ADD CONSTRAINT cost_item_pkey PRIMARY KEY (consortium_id, cost_item_code);

ALTER TABLE ONLY public.credential
    ADD CONSTRAINT credential_pkey PRIMARY KEY (sha256);

ALTER TABLE ONLY public.decision_elector
    ADD CONSTRAINT decision_elector_pkey PRIMARY KEY (consortium_id, decision_code, party_id);

ALTER TABLE ONLY public.decision
    ADD CONSTRAINT decision_pkey PRIMARY KEY (consortium_id, decision_code);

ALTER TABLE ONLY public.document_counter
    ADD CONSTRAINT document_counter_pkey PRIMARY KEY (consortium_id, year);

ALTER TABLE ONLY public.document_item
    ADD CONSTRAINT document_item_pkey PRIMARY KEY (consortium_id, period_start, period_end, party_id, pool, vat_treatment, document_number);

ALTER TABLE ONLY public.document
    ADD CONSTRAINT document_pkey PRIMARY KEY (consortium_id, document_number);

ALTER TABLE ONLY public.entry_remark
    ADD CONSTRAINT entry_remark_pkey PRIMARY KEY (consortium_id, recorded_from);

ALTER TABLE ONLY public.export_manifest
    ADD CONSTRAINT export_manifest_pkey PRIMARY KEY (consortium_id, request_sha256);

ALTER TABLE ONLY public.guide_use
    ADD CONSTRAINT guide_use_pkey PRIMARY KEY (party_id, publication_id, revision);

ALTER TABLE ONLY public.interest
    ADD CONSTRAINT interest_pkey PRIMARY KEY (publication_id, party_id);

ALTER TABLE ONLY public.key_figure
    ADD CONSTRAINT key_figure_no_overlap EXCLUDE USING gist (((party_id + 0)) WITH =, ((kind + 0)) WITH =, ((reference_date + 0)) WITH =, int8range(recorded_from, recorded_until) WITH &&);

ALTER TABLE ONLY public.key_figure
    ADD CONSTRAINT key_figure_pkey PRIMARY KEY (party_id, kind, reference_date, recorded_from);

ALTER TABLE ONLY public.mandate
    ADD CONSTRAINT mandate_pkey PRIMARY KEY (party_id, mandate_code);

ALTER TABLE ONLY public.membership
    ADD CONSTRAINT membership_no_overlap EXCLUDE USING gist (((consortium_id + 0)) WITH =, ((party_id + 0)) WITH =, daterange(valid_from, valid_until) WITH &&, int8range(recorded_from, recorded_until) WITH &&) WHERE ((state <> 1));

ALTER TABLE ONLY public.membership
    ADD CONSTRAINT membership_pkey PRIMARY KEY (consortium_id, party_id, membership_number, recorded_from);

ALTER TABLE ONLY public.metric
    ADD CONSTRAINT metric_code_key UNIQUE (consortium_id, application_id, metric_code);

ALTER TABLE ONLY public.metric
    ADD CONSTRAINT metric_pkey PRIMARY KEY (metric_id);

ALTER TABLE ONLY public.metric_setting
    ADD CONSTRAINT metric_setting_no_overlap EXCLUDE USING gist (((consortium_id + 0)) WITH =, ((metric_id + 0)) WITH =, int8range(recorded_from, recorded_until) WITH &&);

ALTER TABLE ONLY public.metric_setting
    ADD CONSTRAINT metric_setting_pkey PRIMARY KEY (consortium_id, metric_id, recorded_from);

ALTER TABLE ONLY public.municipal_change
    ADD CONSTRAINT municipal_change_pkey PRIMARY KEY (party_id, successor_party_id);

ALTER TABLE ONLY public.ownership_share
    ADD CONSTRAINT ownership_share_no_overlap EXCLUDE USING gist (((consortium_id + 0)) WITH =, ((application_id + 0)) WITH =, ((party_id + 0)) WITH =, daterange(valid_from, valid_until) WITH &&, int8range(recorded_from, recorded_until) WITH &&);

ALTER TABLE ONLY public.ownership_share
    ADD CONSTRAINT ownership_share_pkey PRIMARY KEY (consortium_id, application_id, party_id, valid_from, recorded_from);

ALTER TABLE ONLY public.party
    ADD CONSTRAINT party_ags_key UNIQUE (ags);

ALTER TABLE ONLY public.party
    ADD CONSTRAINT party_ars_key UNIQUE (ars);

ALTER TABLE ONLY public.party
    ADD CONSTRAINT party_code_key UNIQUE (party_code);

ALTER TABLE ONLY public.party_name
    ADD CONSTRAINT party_name_no_overlap EXCLUDE USING gist (((party_id + 0)) WITH =, daterange(valid_from, valid_until) WITH &&, int8range(recorded_from, recorded_until) WITH &&);

ALTER TABLE ONLY public.party_name
    ADD CONSTRAINT party_name_pkey PRIMARY KEY (party_id, valid_from, recorded_from);

ALTER TABLE ONLY public.party
    ADD CONSTRAINT party_pkey PRIMARY KEY (party_id);

ALTER TABLE ONLY public.period
    ADD CONSTRAINT period_no_overlap EXCLUDE USING gist (((consortium_id + 0)) WITH =, daterange(valid_from, valid_until) WITH &&, int8range(recorded_from, recorded_until) WITH &&);

ALTER TABLE ONLY public.period
    ADD CONSTRAINT period_pkey PRIMARY KEY (consortium_id, period_code, recorded_from);

ALTER TABLE ONLY public.publication
    ADD CONSTRAINT publication_name_key UNIQUE (publication_name);

ALTER TABLE ONLY public.publication
    ADD CONSTRAINT publication_pkey PRIMARY KEY (publication_id);

ALTER TABLE ONLY public.publication_revision
    ADD CONSTRAINT publication_revision_pkey PRIMARY KEY (publication_id, revision);

ALTER TABLE ONLY public.publiccode_document
    ADD CONSTRAINT publiccode_document_no_overlap EXCLUDE USING gist (((consortium_id + 0)) WITH =, ((application_id + 0)) WITH =, int8range(recorded_from, recorded_until) WITH &&);

ALTER TABLE ONLY public.publiccode_document
    ADD CONSTRAINT publiccode_document_pkey PRIMARY KEY (consortium_id, application_id, recorded_from);

ALTER TABLE ONLY public.register_checkpoint
    ADD CONSTRAINT register_checkpoint_pkey PRIMARY KEY (register_id, size);

ALTER TABLE ONLY public.register_cosignature
    ADD CONSTRAINT register_cosignature_pkey PRIMARY KEY (register_id, size, key_name);

ALTER TABLE ONLY public.register_entry
    ADD CONSTRAINT register_entry_pkey PRIMARY KEY (register_id, "position");

ALTER TABLE ONLY public.register_key
    ADD CONSTRAINT register_key_pkey PRIMARY KEY (register_id, origin, public_key);

ALTER TABLE ONLY public.register
    ADD CONSTRAINT register_name_key UNIQUE (name);

ALTER TABLE ONLY public.register
    ADD CONSTRAINT register_pkey PRIMARY KEY (register_id);

ALTER TABLE ONLY public.release
    ADD CONSTRAINT release_no_overlap EXCLUDE USING gist (((consortium_id + 0)) WITH =, ((application_id + 0)) WITH =, ((version || ''::text)) WITH =, int8range(recorded_from, recorded_until) WITH &&);

ALTER TABLE ONLY public.release
    ADD CONSTRAINT release_pkey PRIMARY KEY (consortium_id, application_id, version, recorded_from);

ALTER TABLE ONLY public.request_record
    ADD CONSTRAINT request_record_pkey PRIMARY KEY (party_id, request_id);

ALTER TABLE ONLY public.search_document
    ADD CONSTRAINT search_document_pkey PRIMARY KEY (document_id);

ALTER TABLE ONLY public.search_document
    ADD CONSTRAINT search_document_publication_key UNIQUE (publication_id);

ALTER TABLE ONLY public.search_posting
    ADD CONSTRAINT search_posting_pkey PRIMARY KEY (word_id, document_id) INCLUDE (weight);

ALTER TABLE ONLY public.search_word
    ADD CONSTRAINT search_word_key UNIQUE (word, facet);

ALTER TABLE ONLY public.search_word
    ADD CONSTRAINT search_word_pkey PRIMARY KEY (word_id);

ALTER TABLE ONLY public.settlement_line
    ADD CONSTRAINT settlement_line_pkey PRIMARY KEY (consortium_id, settlement_code, pool, party_id);

ALTER TABLE ONLY public.settlement
    ADD CONSTRAINT settlement_pkey PRIMARY KEY (consortium_id, settlement_code);

ALTER TABLE ONLY public.settlement_state
    ADD CONSTRAINT settlement_state_no_overlap EXCLUDE USING gist (((consortium_id + 0)) WITH =, ((settlement_code || ''::text)) WITH =, int8range(recorded_from, recorded_until) WITH &&);

ALTER TABLE ONLY public.settlement_state
    ADD CONSTRAINT settlement_state_pkey PRIMARY KEY (consortium_id, settlement_code, recorded_from);

ALTER TABLE ONLY public.usage_batch
    ADD CONSTRAINT usage_batch_pkey PRIMARY KEY (consortium_id, batch_id);

ALTER TABLE ONLY public.usage_batch
    ADD CONSTRAINT usage_batch_position_key UNIQUE (consortium_id, recorded_from);

ALTER TABLE ONLY public.usage_drop
    ADD CONSTRAINT usage_drop_pkey PRIMARY KEY (consortium_id, month);

ALTER TABLE ONLY public.usage_late
    ADD CONSTRAINT usage_late_pkey PRIMARY KEY (consortium_id, recorded_from, metric_id, party_id, day);

ALTER TABLE ONLY public.usage_record
    ADD CONSTRAINT usage_record_pkey PRIMARY KEY (consortium_id, application_id, metric_id, party_id, source_key, interval_start, interval_seconds, revision);

ALTER TABLE ONLY public.usage_remainder
    ADD CONSTRAINT usage_remainder_pkey PRIMARY KEY (consortium_id, batch_id, month);

ALTER TABLE ONLY public.usage_rollup
    ADD CONSTRAINT usage_rollup_pkey PRIMARY KEY (consortium_id, application_id, grain, bucket, metric_id, party_id, source_id);

ALTER TABLE ONLY public.usage_source
    ADD CONSTRAINT usage_source_code_key UNIQUE (consortium_id, source_code);

ALTER TABLE ONLY public.usage_source
    ADD CONSTRAINT usage_source_pkey PRIMARY KEY (source_id);

ALTER TABLE ONLY public.usage_statement
    ADD CONSTRAINT usage_statement_no_overlap EXCLUDE USING gist (((consortium_id + 0)) WITH =, ((application_id + 0)) WITH =, ((party_id + 0)) WITH =, ((first_day + 0)) WITH =, ((end_day + 0)) WITH =, int8range(recorded_from, recorded_until) WITH &&);

ALTER TABLE ONLY public.usage_statement
    ADD CONSTRAINT usage_statement_pkey PRIMARY KEY (consortium_id, application_id, party_id, first_day, end_day, recorded_from);

ALTER TABLE ONLY public.vote
    ADD CONSTRAINT vote_no_overlap EXCLUDE USING gist (((consortium_id + 0)) WITH =, ((decision_code || ''::text)) WITH =, ((party_id + 0)) WITH =, int8range(recorded_from, recorded_until) WITH &&);

ALTER TABLE ONLY public.vote
    ADD CONSTRAINT vote_pkey PRIMARY KEY (consortium_id, decision_code, party_id, recorded_from);

CREATE INDEX access_log_id_idx ON public.access_log USING btree (access_id);

CREATE INDEX adoption_application_idx ON public.adoption USING btree (application_id) WHERE (recorded_until IS NULL);

CREATE INDEX adoption_party_idx ON public.adoption USING btree (party_id) WHERE (recorded_until IS NULL);

CREATE UNIQUE INDEX adoption_report_current_key ON public.adoption_report USING btree (publication_id, party_id) WHERE (recorded_until IS NULL);

CREATE INDEX advisory_body_party_idx ON public.advisory_body USING btree (party_id);

CREATE INDEX advisory_request_party_idx ON public.advisory_request USING btree (party_id);

CREATE UNIQUE INDEX agreement_revision_current_key ON public.agreement_revision USING btree (consortium_id, agreement_code, revision) WHERE (recorded_until IS NULL);

CREATE INDEX auditor_appointment_party_idx ON public.auditor_appointment USING btree (party_id);

CREATE INDEX consortium_coordination_idx ON public.consortium USING btree (coordination_party_id);

CREATE UNIQUE INDEX consortium_version_current_key ON public.consortium_version USING btree (consortium_id) WHERE (recorded_until IS NULL);

CREATE INDEX credential_ends_idx ON public.credential USING btree (ends_at) WHERE (ends_at IS NOT NULL);

CREATE INDEX credential_party_idx ON public.credential USING btree (party_id);

CREATE INDEX decision_open_idx ON public.decision USING btree (last_voting_day) WHERE (closed_at IS NULL);

CREATE INDEX document_settlement_idx ON public.document USING btree (consortium_id, settlement_code, document_number);

CREATE INDEX entry_remark_entry_idx ON public.entry_remark USING btree (consortium_id, entry_position);

CREATE INDEX interest_acting_idx ON public.interest USING btree (acting_party_id);

CREATE INDEX interest_owner_idx ON public.interest USING btree (owner_party_id);

CREATE INDEX interest_party_idx ON public.interest USING btree (party_id);

CREATE UNIQUE INDEX key_figure_current_key ON public.key_figure USING btree (party_id, kind, reference_date) WHERE (recorded_until IS NULL);

CREATE INDEX mandate_holder_idx ON public.mandate USING btree (holder_party_id);

CREATE UNIQUE INDEX membership_current_key ON public.membership USING btree (consortium_id, party_id, membership_number) WHERE (recorded_until IS NULL);

CREATE INDEX membership_exit_idx ON public.membership USING btree (valid_until) WHERE ((recorded_until IS NULL) AND (state = ANY (ARRAY[2, 3])));

CREATE INDEX membership_party_idx ON public.membership USING btree (party_id);

CREATE UNIQUE INDEX metric_setting_current_key ON public.metric_setting USING btree (consortium_id, metric_id) WHERE (recorded_until IS NULL);

CREATE INDEX metric_setting_position_idx ON public.metric_setting USING btree (consortium_id, recorded_from);

CREATE INDEX municipal_change_successor_idx ON public.municipal_change USING btree (successor_party_id);

CREATE UNIQUE INDEX period_current_key ON public.period USING btree (consortium_id, period_code) WHERE (recorded_until IS NULL);

CREATE INDEX publication_party_idx ON public.publication USING btree (party_id, publication_name);

CREATE UNIQUE INDEX publiccode_document_current_key ON public.publiccode_document USING btree (consortium_id, application_id) WHERE (recorded_until IS NULL);

CREATE UNIQUE INDEX release_current_key ON public.release USING btree (consortium_id, application_id, version) WHERE (recorded_until IS NULL);

CREATE INDEX request_record_recorded_idx ON public.request_record USING btree (recorded_at);

CREATE INDEX search_word_trigrams ON public.search_word USING gin (word public.gin_trgm_ops) WHERE (facet = 0);

CREATE UNIQUE INDEX settlement_state_current_key ON public.settlement_state USING btree (consortium_id, settlement_code) WHERE (recorded_until IS NULL);

CREATE INDEX usage_batch_application_idx ON public.usage_batch USING btree (consortium_id, application_id, recorded_from);

CREATE INDEX usage_late_booked_idx ON public.usage_late USING btree (consortium_id, application_id, booked_on);

CREATE UNIQUE INDEX usage_statement_current_key ON public.usage_statement USING btree (consortium_id, application_id, party_id, first_day, end_day) WHERE (recorded_until IS NULL);

CREATE UNIQUE INDEX vote_current_key ON public.vote USING btree (consortium_id, decision_code, party_id) WHERE (recorded_until IS NULL);

CREATE CONSTRAINT TRIGGER row_seal AFTER INSERT OR DELETE OR UPDATE ON public.adoption DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit.seal_row('consortium_id', 'application_id', 'party_id', 'valid_from', 'recorded_from');

CREATE CONSTRAINT TRIGGER row_seal AFTER INSERT OR DELETE OR UPDATE ON public.adoption_report DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit.seal_row('publication_id', 'party_id', 'recorded_from');

CREATE CONSTRAINT TRIGGER row_seal AFTER INSERT OR DELETE OR UPDATE ON public.advisory_body DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit.seal_row('body_id');

CREATE CONSTRAINT TRIGGER row_seal AFTER INSERT OR DELETE OR UPDATE ON public.advisory_request DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit.seal_row('request_id');

CREATE CONSTRAINT TRIGGER row_seal AFTER INSERT OR DELETE OR UPDATE ON public.advisory_step DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit.seal_row('request_id', 'recorded_from');

CREATE CONSTRAINT TRIGGER row_seal AFTER INSERT OR DELETE OR UPDATE ON public.agreement_revision DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit.seal_row('consortium_id', 'agreement_code', 'revision', 'recorded_from');

CREATE CONSTRAINT TRIGGER row_seal AFTER INSERT OR DELETE OR UPDATE ON public.application DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit.seal_row('application_id');

CREATE CONSTRAINT TRIGGER row_seal AFTER INSERT OR DELETE OR UPDATE ON public.auditor_appointment DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit.seal_row('consortium_id', 'party_id', 'valid_from');

CREATE CONSTRAINT TRIGGER row_seal AFTER INSERT OR DELETE OR UPDATE ON public.consortium DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit.seal_row('consortium_id');

CREATE CONSTRAINT TRIGGER row_seal AFTER INSERT OR DELETE OR UPDATE ON public.consortium_version DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit.seal_row('consortium_id', 'recorded_from');

CREATE CONSTRAINT TRIGGER row_seal AFTER INSERT OR DELETE OR UPDATE ON public.cost_item DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit.seal_row('consortium_id', 'cost_item_code');

CREATE CONSTRAINT TRIGGER row_seal AFTER INSERT OR DELETE OR UPDATE ON public.credential DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit.seal_row('sha256');

CREATE CONSTRAINT TRIGGER row_seal AFTER INSERT OR DELETE OR UPDATE ON public.decision DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit.seal_row('consortium_id', 'decision_code');

CREATE CONSTRAINT TRIGGER row_seal AFTER INSERT OR DELETE OR UPDATE ON public.decision_elector DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit.seal_row('consortium_id', 'decision_code', 'party_id');

CREATE CONSTRAINT TRIGGER row_seal AFTER INSERT OR DELETE OR UPDATE ON public.document DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit.seal_row('consortium_id', 'document_number');

CREATE CONSTRAINT TRIGGER row_seal AFTER INSERT OR DELETE OR UPDATE ON public.document_counter DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit.seal_row('consortium_id', 'year');

CREATE CONSTRAINT TRIGGER row_seal AFTER INSERT OR DELETE OR UPDATE ON public.document_item DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit.seal_row('consortium_id', 'period_start', 'period_end', 'party_id', 'pool', 'vat_treatment', 'document_number');

CREATE CONSTRAINT TRIGGER row_seal AFTER INSERT OR DELETE OR UPDATE ON public.entry_remark DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit.seal_row('consortium_id', 'recorded_from');

CREATE CONSTRAINT TRIGGER row_seal AFTER INSERT OR DELETE OR UPDATE ON public.guide_use DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit.seal_row('party_id', 'publication_id', 'revision');

CREATE CONSTRAINT TRIGGER row_seal AFTER INSERT OR DELETE OR UPDATE ON public.interest DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit.seal_row('publication_id', 'party_id');

CREATE CONSTRAINT TRIGGER row_seal AFTER INSERT OR DELETE OR UPDATE ON public.key_figure DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit.seal_row('party_id', 'kind', 'reference_date', 'recorded_from');

CREATE CONSTRAINT TRIGGER row_seal AFTER INSERT OR DELETE OR UPDATE ON public.mandate DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit.seal_row('party_id', 'mandate_code');

CREATE CONSTRAINT TRIGGER row_seal AFTER INSERT OR DELETE OR UPDATE ON public.membership DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit.seal_row('consortium_id', 'party_id', 'membership_number', 'recorded_from');

CREATE CONSTRAINT TRIGGER row_seal AFTER INSERT OR DELETE OR UPDATE ON public.metric DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit.seal_row('metric_id');

CREATE CONSTRAINT TRIGGER row_seal AFTER INSERT OR DELETE OR UPDATE ON public.metric_setting DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit.seal_row('consortium_id', 'metric_id', 'recorded_from');

CREATE CONSTRAINT TRIGGER row_seal AFTER INSERT OR DELETE OR UPDATE ON public.municipal_change DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit.seal_row('party_id', 'successor_party_id');

CREATE CONSTRAINT TRIGGER row_seal AFTER INSERT OR DELETE OR UPDATE ON public.ownership_share DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit.seal_row('consortium_id', 'application_id', 'party_id', 'valid_from', 'recorded_from');

CREATE CONSTRAINT TRIGGER row_seal AFTER INSERT OR DELETE OR UPDATE ON public.party DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit.seal_row('party_id');

CREATE CONSTRAINT TRIGGER row_seal AFTER INSERT OR DELETE OR UPDATE ON public.party_name DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit.seal_row('party_id', 'valid_from', 'recorded_from');

CREATE CONSTRAINT TRIGGER row_seal AFTER INSERT OR DELETE OR UPDATE ON public.period DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit.seal_row('consortium_id', 'period_code', 'recorded_from');

CREATE CONSTRAINT TRIGGER row_seal AFTER INSERT OR DELETE OR UPDATE ON public.publication DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit.seal_row('publication_id');

CREATE CONSTRAINT TRIGGER row_seal AFTER INSERT OR DELETE OR UPDATE ON public.publication_revision DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit.seal_row('publication_id', 'revision');

CREATE CONSTRAINT TRIGGER row_seal AFTER INSERT OR DELETE OR UPDATE ON public.publiccode_document DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit.seal_row('consortium_id', 'application_id', 'recorded_from');

CREATE CONSTRAINT TRIGGER row_seal AFTER INSERT OR DELETE OR UPDATE ON public.release DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit.seal_row('consortium_id', 'application_id', 'version', 'recorded_from');

CREATE CONSTRAINT TRIGGER row_seal AFTER INSERT OR DELETE OR UPDATE ON public.settlement DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit.seal_row('consortium_id', 'settlement_code');

CREATE CONSTRAINT TRIGGER row_seal AFTER INSERT OR DELETE OR UPDATE ON public.settlement_line DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit.seal_row('consortium_id', 'settlement_code', 'pool', 'party_id');

CREATE CONSTRAINT TRIGGER row_seal AFTER INSERT OR DELETE OR UPDATE ON public.settlement_state DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit.seal_row('consortium_id', 'settlement_code', 'recorded_from');

CREATE CONSTRAINT TRIGGER row_seal AFTER INSERT OR DELETE OR UPDATE ON public.usage_batch DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit.seal_row('consortium_id', 'batch_id');

CREATE CONSTRAINT TRIGGER row_seal AFTER INSERT OR DELETE OR UPDATE ON public.usage_drop DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit.seal_row('consortium_id', 'month');

CREATE CONSTRAINT TRIGGER row_seal AFTER INSERT OR DELETE OR UPDATE ON public.usage_remainder DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit.seal_row('consortium_id', 'batch_id', 'month');

CREATE CONSTRAINT TRIGGER row_seal AFTER INSERT OR DELETE OR UPDATE ON public.usage_statement DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit.seal_row('consortium_id', 'application_id', 'party_id', 'first_day', 'end_day', 'recorded_from');

CREATE CONSTRAINT TRIGGER row_seal AFTER INSERT OR DELETE OR UPDATE ON public.vote DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit.seal_row('consortium_id', 'decision_code', 'party_id', 'recorded_from');

ALTER TABLE ONLY public.access_log
    ADD CONSTRAINT access_log_party_fkey FOREIGN KEY (party_id) REFERENCES public.party(party_id);

ALTER TABLE ONLY public.adoption
    ADD CONSTRAINT adoption_application_fkey FOREIGN KEY (application_id) REFERENCES public.application(application_id);

ALTER TABLE ONLY public.adoption
    ADD CONSTRAINT adoption_party_fkey FOREIGN KEY (party_id) REFERENCES public.party(party_id);

ALTER TABLE ONLY public.adoption_report
    ADD CONSTRAINT adoption_report_party_fkey FOREIGN KEY (party_id) REFERENCES public.party(party_id);

ALTER TABLE ONLY public.adoption_report
    ADD CONSTRAINT adoption_report_publication_fkey FOREIGN KEY (publication_id) REFERENCES public.publication(publication_id);

ALTER TABLE ONLY public.advisory_body
    ADD CONSTRAINT advisory_body_party_fkey FOREIGN KEY (party_id) REFERENCES public.party(party_id);

ALTER TABLE ONLY public.advisory_request
    ADD CONSTRAINT advisory_request_acting_party_fkey FOREIGN KEY (acting_party_id) REFERENCES public.party(party_id);

ALTER TABLE ONLY public.advisory_request
    ADD CONSTRAINT advisory_request_body_fkey FOREIGN KEY (body_id) REFERENCES public.advisory_body(body_id);

ALTER TABLE ONLY public.advisory_request
    ADD CONSTRAINT advisory_request_party_fkey FOREIGN KEY (party_id) REFERENCES public.party(party_id);

ALTER TABLE ONLY public.advisory_step
    ADD CONSTRAINT advisory_step_body_fkey FOREIGN KEY (body_id) REFERENCES public.advisory_body(body_id);

ALTER TABLE ONLY public.advisory_step
    ADD CONSTRAINT advisory_step_party_fkey FOREIGN KEY (party_id) REFERENCES public.party(party_id);

ALTER TABLE ONLY public.advisory_step
    ADD CONSTRAINT advisory_step_request_fkey FOREIGN KEY (request_id) REFERENCES public.advisory_request(request_id);

ALTER TABLE ONLY public.agreement_revision
    ADD CONSTRAINT agreement_revision_consortium_fkey FOREIGN KEY (consortium_id) REFERENCES public.consortium(consortium_id);

ALTER TABLE ONLY public.application
    ADD CONSTRAINT application_consortium_fkey FOREIGN KEY (consortium_id) REFERENCES public.consortium(consortium_id);

ALTER TABLE ONLY public.auditor_appointment
    ADD CONSTRAINT auditor_appointment_consortium_fkey FOREIGN KEY (consortium_id) REFERENCES public.consortium(consortium_id);

ALTER TABLE ONLY public.auditor_appointment
    ADD CONSTRAINT auditor_appointment_party_fkey FOREIGN KEY (party_id) REFERENCES public.party(party_id);

ALTER TABLE ONLY public.consortium
    ADD CONSTRAINT consortium_coordination_fkey FOREIGN KEY (coordination_party_id) REFERENCES public.party(party_id);

ALTER TABLE ONLY public.consortium_version
    ADD CONSTRAINT consortium_version_consortium_fkey FOREIGN KEY (consortium_id) REFERENCES public.consortium(consortium_id);

ALTER TABLE ONLY public.cost_item
    ADD CONSTRAINT cost_item_consortium_fkey FOREIGN KEY (consortium_id) REFERENCES public.consortium(consortium_id);

ALTER TABLE ONLY public.credential
    ADD CONSTRAINT credential_party_fkey FOREIGN KEY (party_id) REFERENCES public.party(party_id);

ALTER TABLE ONLY public.decision
    ADD CONSTRAINT decision_consortium_fkey FOREIGN KEY (consortium_id) REFERENCES public.consortium(consortium_id);

ALTER TABLE ONLY public.decision_elector
    ADD CONSTRAINT decision_elector_decision_fkey FOREIGN KEY (consortium_id, decision_code) REFERENCES public.decision(consortium_id, decision_code);

ALTER TABLE ONLY public.decision_elector
    ADD CONSTRAINT decision_elector_party_fkey FOREIGN KEY (party_id) REFERENCES public.party(party_id);

ALTER TABLE ONLY public.decision
    ADD CONSTRAINT decision_proposer_fkey FOREIGN KEY (proposer_party_id) REFERENCES public.party(party_id);

ALTER TABLE ONLY public.document_counter
    ADD CONSTRAINT document_counter_consortium_fkey FOREIGN KEY (consortium_id) REFERENCES public.consortium(consortium_id);

ALTER TABLE ONLY public.document_item
    ADD CONSTRAINT document_item_document_fkey FOREIGN KEY (consortium_id, document_number) REFERENCES public.document(consortium_id, document_number);

ALTER TABLE ONLY public.document_item
    ADD CONSTRAINT document_item_party_fkey FOREIGN KEY (party_id) REFERENCES public.party(party_id);

ALTER TABLE ONLY public.document
    ADD CONSTRAINT document_party_fkey FOREIGN KEY (party_id) REFERENCES public.party(party_id);

ALTER TABLE ONLY public.document
    ADD CONSTRAINT document_settlement_fkey FOREIGN KEY (consortium_id, settlement_code) REFERENCES public.settlement(consortium_id, settlement_code);

ALTER TABLE ONLY public.entry_remark
    ADD CONSTRAINT entry_remark_answered_fkey FOREIGN KEY (consortium_id, answered_position) REFERENCES public.entry_remark(consortium_id, recorded_from);

ALTER TABLE ONLY public.entry_remark
    ADD CONSTRAINT entry_remark_consortium_fkey FOREIGN KEY (consortium_id) REFERENCES public.consortium(consortium_id);

ALTER TABLE ONLY public.entry_remark
    ADD CONSTRAINT entry_remark_party_fkey FOREIGN KEY (party_id) REFERENCES public.party(party_id);

ALTER TABLE ONLY public.export_manifest
    ADD CONSTRAINT export_manifest_consortium_fkey FOREIGN KEY (consortium_id) REFERENCES public.consortium(consortium_id);

ALTER TABLE ONLY public.guide_use
    ADD CONSTRAINT guide_use_acting_party_fkey FOREIGN KEY (acting_party_id) REFERENCES public.party(party_id);

ALTER TABLE ONLY public.guide_use
    ADD CONSTRAINT guide_use_party_fkey FOREIGN KEY (party_id) REFERENCES public.party(party_id);

ALTER TABLE ONLY public.guide_use
    ADD CONSTRAINT guide_use_revision_fkey FOREIGN KEY (publication_id, revision) REFERENCES public.publication_revision(publication_id, revision);

ALTER TABLE ONLY public.interest
    ADD CONSTRAINT interest_acting_party_fkey FOREIGN KEY (acting_party_id) REFERENCES public.party(party_id);

ALTER TABLE ONLY public.interest
    ADD CONSTRAINT interest_owner_party_fkey FOREIGN KEY (owner_party_id) REFERENCES public.party(party_id);

ALTER TABLE ONLY public.interest
    ADD CONSTRAINT interest_party_fkey FOREIGN KEY (party_id) REFERENCES public.party(party_id);

ALTER TABLE ONLY public.interest
    ADD CONSTRAINT interest_publication_fkey FOREIGN KEY (publication_id) REFERENCES public.publication(publication_id);

ALTER TABLE ONLY public.key_figure
    ADD CONSTRAINT key_figure_party_fkey FOREIGN KEY (party_id) REFERENCES public.party(party_id);

ALTER TABLE ONLY public.mandate
    ADD CONSTRAINT mandate_consortium_fkey FOREIGN KEY (consortium_code) REFERENCES public.consortium(consortium_code);

ALTER TABLE ONLY public.mandate
    ADD CONSTRAINT mandate_holder_fkey FOREIGN KEY (holder_party_id) REFERENCES public.party(party_id);

ALTER TABLE ONLY public.mandate
    ADD CONSTRAINT mandate_party_fkey FOREIGN KEY (party_id) REFERENCES public.party(party_id);

ALTER TABLE ONLY public.membership
    ADD CONSTRAINT membership_consortium_fkey FOREIGN KEY (consortium_id) REFERENCES public.consortium(consortium_id);

ALTER TABLE ONLY public.membership
    ADD CONSTRAINT membership_party_fkey FOREIGN KEY (party_id) REFERENCES public.party(party_id);

ALTER TABLE ONLY public.metric
    ADD CONSTRAINT metric_application_fkey FOREIGN KEY (application_id) REFERENCES public.application(application_id);

ALTER TABLE ONLY public.metric_setting
    ADD CONSTRAINT metric_setting_consortium_fkey FOREIGN KEY (consortium_id) REFERENCES public.consortium(consortium_id);

ALTER TABLE ONLY public.metric_setting
    ADD CONSTRAINT metric_setting_metric_fkey FOREIGN KEY (metric_id) REFERENCES public.metric(metric_id);

ALTER TABLE ONLY public.municipal_change
    ADD CONSTRAINT municipal_change_party_fkey FOREIGN KEY (party_id) REFERENCES public.party(party_id);

ALTER TABLE ONLY public.municipal_change
    ADD CONSTRAINT municipal_change_successor_fkey FOREIGN KEY (successor_party_id) REFERENCES public.party(party_id);

ALTER TABLE ONLY public.ownership_share
    ADD CONSTRAINT ownership_share_application_fkey FOREIGN KEY (application_id) REFERENCES public.application(application_id);

ALTER TABLE ONLY public.ownership_share
    ADD CONSTRAINT ownership_share_party_fkey FOREIGN KEY (party_id) REFERENCES public.party(party_id);

ALTER TABLE ONLY public.party_name
    ADD CONSTRAINT party_name_party_fkey FOREIGN KEY (party_id) REFERENCES public.party(party_id);

ALTER TABLE ONLY public.period
    ADD CONSTRAINT period_consortium_fkey FOREIGN KEY (consortium_id) REFERENCES public.consortium(consortium_id);

ALTER TABLE ONLY public.publication
    ADD CONSTRAINT publication_party_fkey FOREIGN KEY (party_id) REFERENCES public.party(party_id);

ALTER TABLE ONLY public.publication_revision
    ADD CONSTRAINT publication_revision_application_fkey FOREIGN KEY (application_id) REFERENCES public.application(application_id);

ALTER TABLE ONLY public.publication_revision
    ADD CONSTRAINT publication_revision_party_fkey FOREIGN KEY (party_id) REFERENCES public.party(party_id);

ALTER TABLE ONLY public.publication_revision
    ADD CONSTRAINT publication_revision_publication_fkey FOREIGN KEY (publication_id) REFERENCES public.publication(publication_id);

ALTER TABLE ONLY public.publiccode_document
    ADD CONSTRAINT publiccode_document_application_fkey FOREIGN KEY (application_id) REFERENCES public.application(application_id);

ALTER TABLE ONLY public.register_checkpoint
    ADD CONSTRAINT register_checkpoint_register_fkey FOREIGN KEY (register_id) REFERENCES public.register(register_id);

ALTER TABLE ONLY public.register_cosignature
    ADD CONSTRAINT register_cosignature_checkpoint_fkey FOREIGN KEY (register_id, size) REFERENCES public.register_checkpoint(register_id, size);

ALTER TABLE ONLY public.register_entry
    ADD CONSTRAINT register_entry_register_fkey FOREIGN KEY (register_id) REFERENCES public.register(register_id);

ALTER TABLE ONLY public.register_key
    ADD CONSTRAINT register_key_register_fkey FOREIGN KEY (register_id) REFERENCES public.register(register_id);

ALTER TABLE ONLY public.release
    ADD CONSTRAINT release_application_fkey FOREIGN KEY (application_id) REFERENCES public.application(application_id);

ALTER TABLE ONLY public.request_record
    ADD CONSTRAINT request_record_party_fkey FOREIGN KEY (party_id) REFERENCES public.party(party_id);

ALTER TABLE ONLY public.settlement
    ADD CONSTRAINT settlement_consortium_fkey FOREIGN KEY (consortium_id) REFERENCES public.consortium(consortium_id);

ALTER TABLE ONLY public.settlement_line
    ADD CONSTRAINT settlement_line_party_fkey FOREIGN KEY (party_id) REFERENCES public.party(party_id);

ALTER TABLE ONLY public.settlement_line
    ADD CONSTRAINT settlement_line_settlement_fkey FOREIGN KEY (consortium_id, settlement_code) REFERENCES public.settlement(consortium_id, settlement_code);

ALTER TABLE ONLY public.settlement_state
    ADD CONSTRAINT settlement_state_settlement_fkey FOREIGN KEY (consortium_id, settlement_code) REFERENCES public.settlement(consortium_id, settlement_code);

ALTER TABLE ONLY public.usage_batch
    ADD CONSTRAINT usage_batch_application_fkey FOREIGN KEY (application_id) REFERENCES public.application(application_id);

ALTER TABLE ONLY public.usage_batch
    ADD CONSTRAINT usage_batch_consortium_fkey FOREIGN KEY (consortium_id) REFERENCES public.consortium(consortium_id);

ALTER TABLE ONLY public.usage_batch
    ADD CONSTRAINT usage_batch_party_fkey FOREIGN KEY (party_id) REFERENCES public.party(party_id);

ALTER TABLE ONLY public.usage_batch
    ADD CONSTRAINT usage_batch_source_fkey FOREIGN KEY (source_id) REFERENCES public.usage_source(source_id);

ALTER TABLE ONLY public.usage_drop
    ADD CONSTRAINT usage_drop_consortium_fkey FOREIGN KEY (consortium_id) REFERENCES public.consortium(consortium_id);

ALTER TABLE ONLY public.usage_late
    ADD CONSTRAINT usage_late_consortium_fkey FOREIGN KEY (consortium_id) REFERENCES public.consortium(consortium_id);

ALTER TABLE ONLY public.usage_remainder
    ADD CONSTRAINT usage_remainder_batch_fkey FOREIGN KEY (consortium_id, batch_id) REFERENCES public.usage_batch(consortium_id, batch_id);

ALTER TABLE ONLY public.usage_remainder
    ADD CONSTRAINT usage_remainder_drop_fkey FOREIGN KEY (consortium_id, month) REFERENCES public.usage_drop(consortium_id, month);

ALTER TABLE ONLY public.usage_rollup
    ADD CONSTRAINT usage_rollup_consortium_fkey FOREIGN KEY (consortium_id) REFERENCES public.consortium(consortium_id);

ALTER TABLE ONLY public.usage_source
    ADD CONSTRAINT usage_source_consortium_fkey FOREIGN KEY (consortium_id) REFERENCES public.consortium(consortium_id);

ALTER TABLE ONLY public.usage_statement
    ADD CONSTRAINT usage_statement_application_fkey FOREIGN KEY (application_id) REFERENCES public.application(application_id);

ALTER TABLE ONLY public.usage_statement
    ADD CONSTRAINT usage_statement_consortium_fkey FOREIGN KEY (consortium_id) REFERENCES public.consortium(consortium_id);

ALTER TABLE ONLY public.usage_statement
    ADD CONSTRAINT usage_statement_party_fkey FOREIGN KEY (party_id) REFERENCES public.party(party_id);

ALTER TABLE ONLY public.vote
    ADD CONSTRAINT vote_elector_fkey FOREIGN KEY (consortium_id, decision_code, party_id) REFERENCES public.decision_elector(consortium_id, decision_code, party_id);

ALTER TABLE public.access_log ENABLE ROW LEVEL SECURITY;

CREATE POLICY access_log_append ON public.access_log FOR INSERT WITH CHECK (((party_id = (( SELECT current_setting('allmende.party'::text) AS current_setting))::integer) AND ((consortium_id = 0) OR (consortium_id = ANY ((( SELECT current_setting('allmende.consortia'::text) AS current_setting))::integer[])))));

CREATE POLICY access_log_read ON public.access_log FOR SELECT USING ((( SELECT (current_setting('allmende.role'::text) = 'operator'::text)) OR (( SELECT (current_setting('allmende.role'::text) = 'coordination_office'::text)) AND (consortium_id = ANY ((( SELECT current_setting('allmende.consortia'::text) AS current_setting))::integer[])))));

ALTER TABLE public.adoption ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.adoption_report ENABLE ROW LEVEL SECURITY;

CREATE POLICY adoption_report_close ON public.adoption_report FOR UPDATE USING ((party_id = ANY ((( SELECT current_setting('allmende.parties'::text) AS current_setting))::integer[])));

CREATE POLICY adoption_report_insert ON public.adoption_report FOR INSERT WITH CHECK ((party_id = ANY ((( SELECT current_setting('allmende.parties'::text) AS current_setting))::integer[])));

CREATE POLICY adoption_report_read ON public.adoption_report FOR SELECT USING (true);

CREATE POLICY adoption_scope ON public.adoption USING ((consortium_id = ANY ((( SELECT current_setting('allmende.consortia'::text) AS current_setting))::integer[])));

ALTER TABLE public.advisory_body ENABLE ROW LEVEL SECURITY;

CREATE POLICY advisory_body_insert ON public.advisory_body FOR INSERT WITH CHECK ((( SELECT current_setting('allmende.role'::text) AS current_setting) = ANY (ARRAY['operator'::text, 'coordination_office'::text])));

CREATE POLICY advisory_body_read ON public.advisory_body FOR SELECT USING (true);

CREATE POLICY advisory_body_update ON public.advisory_body FOR UPDATE USING ((( SELECT current_setting('allmende.role'::text) AS current_setting) = ANY (ARRAY['operator'::text, 'coordination_office'::text])));

ALTER TABLE public.advisory_request ENABLE ROW LEVEL SECURITY;

CREATE POLICY advisory_request_scope ON public.advisory_request USING (((party_id = ANY ((( SELECT current_setting('allmende.parties'::text) AS current_setting))::integer[])) OR (acting_party_id = (( SELECT current_setting('allmende.party'::text) AS current_setting))::integer) OR ((( SELECT current_setting('allmende.party'::text) AS current_setting))::integer = ANY (body_party_ids)) OR (( SELECT current_setting('allmende.role'::text) AS current_setting) = ANY (ARRAY['operator'::text, 'coordination_office'::text]))));

ALTER TABLE public.advisory_step ENABLE ROW LEVEL SECURITY;

CREATE POLICY advisory_step_insert ON public.advisory_step FOR INSERT WITH CHECK (((party_id = (( SELECT current_setting('allmende.party'::text) AS current_setting))::integer) AND (request_id IN ( SELECT r.request_id
   FROM public.advisory_request r))));

CREATE POLICY advisory_step_read ON public.advisory_step FOR SELECT USING ((request_id IN ( SELECT r.request_id
   FROM public.advisory_request r)));

ALTER TABLE public.agreement_revision ENABLE ROW LEVEL SECURITY;

CREATE POLICY agreement_revision_scope ON public.agreement_revision USING ((consortium_id = ANY ((( SELECT current_setting('allmende.consortia'::text) AS current_setting))::integer[])));

ALTER TABLE public.application ENABLE ROW LEVEL SECURITY;

CREATE POLICY application_scope ON public.application USING ((consortium_id = ANY ((( SELECT current_setting('allmende.consortia'::text) AS current_setting))::integer[])));

ALTER TABLE public.auditor_appointment ENABLE ROW LEVEL SECURITY;

CREATE POLICY auditor_appointment_scope ON public.auditor_appointment USING ((consortium_id = ANY ((( SELECT current_setting('allmende.consortia'::text) AS current_setting))::integer[])));

CREATE POLICY auditors_insert ON public.adoption AS RESTRICTIVE FOR INSERT WITH CHECK ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_insert ON public.adoption_report AS RESTRICTIVE FOR INSERT WITH CHECK ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_insert ON public.advisory_body AS RESTRICTIVE FOR INSERT WITH CHECK ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_insert ON public.advisory_request AS RESTRICTIVE FOR INSERT WITH CHECK ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_insert ON public.advisory_step AS RESTRICTIVE FOR INSERT WITH CHECK ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_insert ON public.agreement_revision AS RESTRICTIVE FOR INSERT WITH CHECK ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_insert ON public.application AS RESTRICTIVE FOR INSERT WITH CHECK ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_insert ON public.auditor_appointment AS RESTRICTIVE FOR INSERT WITH CHECK ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_insert ON public.consortium AS RESTRICTIVE FOR INSERT WITH CHECK ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_insert ON public.consortium_version AS RESTRICTIVE FOR INSERT WITH CHECK ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_insert ON public.cost_item AS RESTRICTIVE FOR INSERT WITH CHECK ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_insert ON public.decision AS RESTRICTIVE FOR INSERT WITH CHECK ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_insert ON public.decision_elector AS RESTRICTIVE FOR INSERT WITH CHECK ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_insert ON public.document AS RESTRICTIVE FOR INSERT WITH CHECK ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_insert ON public.document_counter AS RESTRICTIVE FOR INSERT WITH CHECK ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_insert ON public.document_item AS RESTRICTIVE FOR INSERT WITH CHECK ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_insert ON public.guide_use AS RESTRICTIVE FOR INSERT WITH CHECK ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_insert ON public.interest AS RESTRICTIVE FOR INSERT WITH CHECK ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_insert ON public.key_figure AS RESTRICTIVE FOR INSERT WITH CHECK ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_insert ON public.mandate AS RESTRICTIVE FOR INSERT WITH CHECK ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_insert ON public.membership AS RESTRICTIVE FOR INSERT WITH CHECK ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_insert ON public.metric AS RESTRICTIVE FOR INSERT WITH CHECK ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_insert ON public.metric_setting AS RESTRICTIVE FOR INSERT WITH CHECK ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_insert ON public.municipal_change AS RESTRICTIVE FOR INSERT WITH CHECK ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_insert ON public.ownership_share AS RESTRICTIVE FOR INSERT WITH CHECK ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_insert ON public.party AS RESTRICTIVE FOR INSERT WITH CHECK ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_insert ON public.party_name AS RESTRICTIVE FOR INSERT WITH CHECK ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_insert ON public.period AS RESTRICTIVE FOR INSERT WITH CHECK ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_insert ON public.publication AS RESTRICTIVE FOR INSERT WITH CHECK ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_insert ON public.publication_revision AS RESTRICTIVE FOR INSERT WITH CHECK ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_insert ON public.publiccode_document AS RESTRICTIVE FOR INSERT WITH CHECK ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_insert ON public.release AS RESTRICTIVE FOR INSERT WITH CHECK ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_insert ON public.search_document AS RESTRICTIVE FOR INSERT WITH CHECK ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_insert ON public.search_posting AS RESTRICTIVE FOR INSERT WITH CHECK ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_insert ON public.search_word AS RESTRICTIVE FOR INSERT WITH CHECK ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_insert ON public.settlement AS RESTRICTIVE FOR INSERT WITH CHECK ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_insert ON public.settlement_line AS RESTRICTIVE FOR INSERT WITH CHECK ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_insert ON public.settlement_state AS RESTRICTIVE FOR INSERT WITH CHECK ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_insert ON public.usage_batch AS RESTRICTIVE FOR INSERT WITH CHECK ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_insert ON public.usage_drop AS RESTRICTIVE FOR INSERT WITH CHECK ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_insert ON public.usage_late AS RESTRICTIVE FOR INSERT WITH CHECK ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_insert ON public.usage_record AS RESTRICTIVE FOR INSERT WITH CHECK ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_insert ON public.usage_remainder AS RESTRICTIVE FOR INSERT WITH CHECK ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_insert ON public.usage_rollup AS RESTRICTIVE FOR INSERT WITH CHECK ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_insert ON public.usage_source AS RESTRICTIVE FOR INSERT WITH CHECK ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_insert ON public.usage_statement AS RESTRICTIVE FOR INSERT WITH CHECK ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_insert ON public.vote AS RESTRICTIVE FOR INSERT WITH CHECK ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_update ON public.adoption AS RESTRICTIVE FOR UPDATE USING ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_update ON public.adoption_report AS RESTRICTIVE FOR UPDATE USING ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_update ON public.advisory_body AS RESTRICTIVE FOR UPDATE USING ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_update ON public.advisory_request AS RESTRICTIVE FOR UPDATE USING ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_update ON public.advisory_step AS RESTRICTIVE FOR UPDATE USING ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_update ON public.agreement_revision AS RESTRICTIVE FOR UPDATE USING ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_update ON public.application AS RESTRICTIVE FOR UPDATE USING ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_update ON public.auditor_appointment AS RESTRICTIVE FOR UPDATE USING ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_update ON public.consortium AS RESTRICTIVE FOR UPDATE USING ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_update ON public.consortium_version AS RESTRICTIVE FOR UPDATE USING ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_update ON public.cost_item AS RESTRICTIVE FOR UPDATE USING ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_update ON public.decision AS RESTRICTIVE FOR UPDATE USING ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_update ON public.decision_elector AS RESTRICTIVE FOR UPDATE USING ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_update ON public.document AS RESTRICTIVE FOR UPDATE USING ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_update ON public.document_counter AS RESTRICTIVE FOR UPDATE USING ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_update ON public.document_item AS RESTRICTIVE FOR UPDATE USING ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_update ON public.guide_use AS RESTRICTIVE FOR UPDATE USING ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_update ON public.interest AS RESTRICTIVE FOR UPDATE USING ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_update ON public.key_figure AS RESTRICTIVE FOR UPDATE USING ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_update ON public.mandate AS RESTRICTIVE FOR UPDATE USING ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_update ON public.membership AS RESTRICTIVE FOR UPDATE USING ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_update ON public.metric AS RESTRICTIVE FOR UPDATE USING ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_update ON public.metric_setting AS RESTRICTIVE FOR UPDATE USING ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_update ON public.municipal_change AS RESTRICTIVE FOR UPDATE USING ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_update ON public.ownership_share AS RESTRICTIVE FOR UPDATE USING ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_update ON public.party AS RESTRICTIVE FOR UPDATE USING ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_update ON public.party_name AS RESTRICTIVE FOR UPDATE USING ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_update ON public.period AS RESTRICTIVE FOR UPDATE USING ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_update ON public.publication AS RESTRICTIVE FOR UPDATE USING ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_update ON public.publication_revision AS RESTRICTIVE FOR UPDATE USING ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_update ON public.publiccode_document AS RESTRICTIVE FOR UPDATE USING ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_update ON public.release AS RESTRICTIVE FOR UPDATE USING ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_update ON public.search_document AS RESTRICTIVE FOR UPDATE USING ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_update ON public.search_posting AS RESTRICTIVE FOR UPDATE USING ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_update ON public.search_word AS RESTRICTIVE FOR UPDATE USING ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_update ON public.settlement AS RESTRICTIVE FOR UPDATE USING ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_update ON public.settlement_line AS RESTRICTIVE FOR UPDATE USING ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_update ON public.settlement_state AS RESTRICTIVE FOR UPDATE USING ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_update ON public.usage_batch AS RESTRICTIVE FOR UPDATE USING ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_update ON public.usage_drop AS RESTRICTIVE FOR UPDATE USING ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_update ON public.usage_late AS RESTRICTIVE FOR UPDATE USING ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_update ON public.usage_record AS RESTRICTIVE FOR UPDATE USING ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_update ON public.usage_remainder AS RESTRICTIVE FOR UPDATE USING ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_update ON public.usage_rollup AS RESTRICTIVE FOR UPDATE USING ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_update ON public.usage_source AS RESTRICTIVE FOR UPDATE USING ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_update ON public.usage_statement AS RESTRICTIVE FOR UPDATE USING ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

CREATE POLICY auditors_update ON public.vote AS RESTRICTIVE FOR UPDATE USING ((( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'auditor'::text));

ALTER TABLE public.consortium ENABLE ROW LEVEL SECURITY;

CREATE POLICY consortium_scope ON public.consortium USING ((consortium_id = ANY ((( SELECT current_setting('allmende.consortia'::text) AS current_setting))::integer[])));

ALTER TABLE public.consortium_version ENABLE ROW LEVEL SECURITY;

CREATE POLICY consortium_version_scope ON public.consortium_version USING ((consortium_id = ANY ((( SELECT current_setting('allmende.consortia'::text) AS current_setting))::integer[])));

ALTER TABLE public.cost_item ENABLE ROW LEVEL SECURITY;

CREATE POLICY cost_item_scope ON public.cost_item USING ((consortium_id = ANY ((( SELECT current_setting('allmende.consortia'::text) AS current_setting))::integer[])));

ALTER TABLE public.credential ENABLE ROW LEVEL SECURITY;

CREATE POLICY credential_end ON public.credential FOR UPDATE USING (public.is_own_credential(party_id, role));

CREATE POLICY credential_insert ON public.credential FOR INSERT WITH CHECK (public.is_own_credential(party_id, role));

CREATE POLICY credential_read ON public.credential FOR SELECT USING (((party_id = (( SELECT current_setting('allmende.party'::text) AS current_setting))::integer) OR ( SELECT (current_setting('allmende.role'::text) = 'operator'::text))));

ALTER TABLE public.decision ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.decision_elector ENABLE ROW LEVEL SECURITY;

CREATE POLICY decision_elector_scope ON public.decision_elector USING ((consortium_id = ANY ((( SELECT current_setting('allmende.consortia'::text) AS current_setting))::integer[])));

CREATE POLICY decision_scope ON public.decision USING ((consortium_id = ANY ((( SELECT current_setting('allmende.consortia'::text) AS current_setting))::integer[])));

ALTER TABLE public.document ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.document_counter ENABLE ROW LEVEL SECURITY;

CREATE POLICY document_counter_scope ON public.document_counter USING ((consortium_id = ANY ((( SELECT current_setting('allmende.consortia'::text) AS current_setting))::integer[])));

ALTER TABLE public.document_item ENABLE ROW LEVEL SECURITY;

CREATE POLICY document_item_scope ON public.document_item USING (((consortium_id = ANY ((( SELECT current_setting('allmende.consortia'::text) AS current_setting))::integer[])) AND ((party_id = (( SELECT current_setting('allmende.party'::text) AS current_setting))::integer) OR (( SELECT current_setting('allmende.all_parties'::text) AS current_setting))::boolean)));

CREATE POLICY document_scope ON public.document USING (((consortium_id = ANY ((( SELECT current_setting('allmende.consortia'::text) AS current_setting))::integer[])) AND ((party_id = (( SELECT current_setting('allmende.party'::text) AS current_setting))::integer) OR (( SELECT current_setting('allmende.all_parties'::text) AS current_setting))::boolean)));

ALTER TABLE public.entry_remark ENABLE ROW LEVEL SECURITY;

CREATE POLICY entry_remark_scope ON public.entry_remark USING (((consortium_id = ANY ((( SELECT current_setting('allmende.consortia'::text) AS current_setting))::integer[])) AND (( SELECT current_setting('allmende.all_parties'::text) AS current_setting))::boolean));

ALTER TABLE public.export_manifest ENABLE ROW LEVEL SECURITY;

CREATE POLICY export_manifest_scope ON public.export_manifest USING ((consortium_id = ANY ((( SELECT current_setting('allmende.consortia'::text) AS current_setting))::integer[])));

ALTER TABLE public.guide_use ENABLE ROW LEVEL SECURITY;

CREATE POLICY guide_use_scope ON public.guide_use USING (((party_id = ANY ((( SELECT current_setting('allmende.parties'::text) AS current_setting))::integer[])) OR (acting_party_id = (( SELECT current_setting('allmende.party'::text) AS current_setting))::integer))) WITH CHECK ((party_id = ANY ((( SELECT current_setting('allmende.parties'::text) AS current_setting))::integer[])));

ALTER TABLE public.interest ENABLE ROW LEVEL SECURITY;

CREATE POLICY interest_scope ON public.interest USING (((party_id = ANY ((( SELECT current_setting('allmende.parties'::text) AS current_setting))::integer[])) OR (acting_party_id = (( SELECT current_setting('allmende.party'::text) AS current_setting))::integer) OR (owner_party_id = (( SELECT current_setting('allmende.party'::text) AS current_setting))::integer))) WITH CHECK (((party_id = ANY ((( SELECT current_setting('allmende.parties'::text) AS current_setting))::integer[])) OR (owner_party_id = (( SELECT current_setting('allmende.party'::text) AS current_setting))::integer)));

ALTER TABLE public.key_figure ENABLE ROW LEVEL SECURITY;

CREATE POLICY key_figure_close ON public.key_figure FOR UPDATE USING (((party_id = ANY ((( SELECT current_setting('allmende.parties'::text) AS current_setting))::integer[])) OR (( SELECT current_setting('allmende.role'::text) AS current_setting) = ANY (ARRAY['operator'::text, 'coordination_office'::text]))));

CREATE POLICY key_figure_insert ON public.key_figure FOR INSERT WITH CHECK (((party_id = ANY ((( SELECT current_setting('allmende.parties'::text) AS current_setting))::integer[])) OR (( SELECT current_setting('allmende.role'::text) AS current_setting) = ANY (ARRAY['operator'::text, 'coordination_office'::text]))));

CREATE POLICY key_figure_read ON public.key_figure FOR SELECT USING (true);

ALTER TABLE public.mandate ENABLE ROW LEVEL SECURITY;

CREATE POLICY mandate_insert ON public.mandate FOR INSERT WITH CHECK (((party_id = (( SELECT current_setting('allmende.party'::text) AS current_setting))::integer) OR ( SELECT (current_setting('allmende.role'::text) = 'operator'::text))));

CREATE POLICY mandate_read ON public.mandate FOR SELECT USING (((party_id = (( SELECT current_setting('allmende.party'::text) AS current_setting))::integer) OR (holder_party_id = (( SELECT current_setting('allmende.party'::text) AS current_setting))::integer) OR ( SELECT (current_setting('allmende.role'::text) = 'operator'::text))));

CREATE POLICY mandate_revoke ON public.mandate FOR UPDATE USING (((party_id = (( SELECT current_setting('allmende.party'::text) AS current_setting))::integer) OR (holder_party_id = (( SELECT current_setting('allmende.party'::text) AS current_setting))::integer) OR ( SELECT (current_setting('allmende.role'::text) = 'operator'::text))));

ALTER TABLE public.membership ENABLE ROW LEVEL SECURITY;

CREATE POLICY membership_scope ON public.membership USING ((consortium_id = ANY ((( SELECT current_setting('allmende.consortia'::text) AS current_setting))::integer[])));

ALTER TABLE public.metric ENABLE ROW LEVEL SECURITY;

CREATE POLICY metric_scope ON public.metric USING ((consortium_id = ANY ((( SELECT current_setting('allmende.consortia'::text) AS current_setting))::integer[])));

ALTER TABLE public.metric_setting ENABLE ROW LEVEL SECURITY;

CREATE POLICY metric_setting_scope ON public.metric_setting USING ((consortium_id = ANY ((( SELECT current_setting('allmende.consortia'::text) AS current_setting))::integer[])));

ALTER TABLE public.municipal_change ENABLE ROW LEVEL SECURITY;

CREATE POLICY municipal_change_insert ON public.municipal_change FOR INSERT WITH CHECK ((( SELECT current_setting('allmende.role'::text) AS current_setting) = ANY (ARRAY['operator'::text, 'coordination_office'::text])));

CREATE POLICY municipal_change_read ON public.municipal_change FOR SELECT USING (true);

ALTER TABLE public.ownership_share ENABLE ROW LEVEL SECURITY;

CREATE POLICY ownership_share_scope ON public.ownership_share USING ((consortium_id = ANY ((( SELECT current_setting('allmende.consortia'::text) AS current_setting))::integer[])));

ALTER TABLE public.party ENABLE ROW LEVEL SECURITY;

CREATE POLICY party_insert ON public.party FOR INSERT WITH CHECK ((( SELECT current_setting('allmende.role'::text) AS current_setting) = ANY (ARRAY['operator'::text, 'coordination_office'::text])));

ALTER TABLE public.party_name ENABLE ROW LEVEL SECURITY;

CREATE POLICY party_name_close ON public.party_name FOR UPDATE USING ((( SELECT current_setting('allmende.role'::text) AS current_setting) = ANY (ARRAY['operator'::text, 'coordination_office'::text])));

CREATE POLICY party_name_insert ON public.party_name FOR INSERT WITH CHECK ((( SELECT current_setting('allmende.role'::text) AS current_setting) = ANY (ARRAY['operator'::text, 'coordination_office'::text])));

CREATE POLICY party_name_read ON public.party_name FOR SELECT USING (true);

CREATE POLICY party_read ON public.party FOR SELECT USING (true);

ALTER TABLE public.period ENABLE ROW LEVEL SECURITY;

CREATE POLICY period_scope ON public.period USING ((consortium_id = ANY ((( SELECT current_setting('allmende.consortia'::text) AS current_setting))::integer[])));

ALTER TABLE public.publication ENABLE ROW LEVEL SECURITY;

CREATE POLICY publication_insert ON public.publication FOR INSERT WITH CHECK ((party_id = (( SELECT current_setting('allmende.party'::text) AS current_setting))::integer));

CREATE POLICY publication_read ON public.publication FOR SELECT USING (((state <> 1) OR (party_id = (( SELECT current_setting('allmende.party'::text) AS current_setting))::integer)));

ALTER TABLE public.publication_revision ENABLE ROW LEVEL SECURITY;

CREATE POLICY publication_revision_insert ON public.publication_revision FOR INSERT WITH CHECK ((party_id = (( SELECT current_setting('allmende.party'::text) AS current_setting))::integer));

CREATE POLICY publication_revision_read ON public.publication_revision FOR SELECT USING (((published_at IS NOT NULL) OR (party_id = (( SELECT current_setting('allmende.party'::text) AS current_setting))::integer)));

CREATE POLICY publication_revision_update ON public.publication_revision FOR UPDATE USING ((party_id = (( SELECT current_setting('allmende.party'::text) AS current_setting))::integer));

CREATE POLICY publication_update ON public.publication FOR UPDATE USING ((party_id = (( SELECT current_setting('allmende.party'::text) AS current_setting))::integer));

ALTER TABLE public.publiccode_document ENABLE ROW LEVEL SECURITY;

CREATE POLICY publiccode_document_scope ON public.publiccode_document USING ((consortium_id = ANY ((( SELECT current_setting('allmende.consortia'::text) AS current_setting))::integer[])));

ALTER TABLE public.register ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.register_checkpoint ENABLE ROW LEVEL SECURITY;

CREATE POLICY register_checkpoint_scope ON public.register_checkpoint USING (((register_id = 0) OR (register_id = ANY ((( SELECT current_setting('allmende.consortia'::text) AS current_setting))::integer[]))));

ALTER TABLE public.register_cosignature ENABLE ROW LEVEL SECURITY;

CREATE POLICY register_cosignature_scope ON public.register_cosignature USING (((register_id = 0) OR (register_id = ANY ((( SELECT current_setting('allmende.consortia'::text) AS current_setting))::integer[]))));

ALTER TABLE public.register_entry ENABLE ROW LEVEL SECURITY;

CREATE POLICY register_entry_append ON public.register_entry FOR INSERT WITH CHECK (((register_id = 0) OR (register_id = ANY ((( SELECT current_setting('allmende.consortia'::text) AS current_setting))::integer[]))));

CREATE POLICY register_entry_read ON public.register_entry FOR SELECT USING ((((register_id = 0) AND (( SELECT current_setting('allmende.role'::text) AS current_setting) <> 'municipality'::text)) OR ((register_id = ANY ((( SELECT current_setting('allmende.consortia'::text) AS current_setting))::integer[])) AND (( SELECT current_setting('allmende.all_parties'::text) AS current_setting))::boolean)));

ALTER TABLE public.register_key ENABLE ROW LEVEL SECURITY;

CREATE POLICY register_key_scope ON public.register_key USING (((register_id = 0) OR (register_id = ANY ((( SELECT current_setting('allmende.consortia'::text) AS current_setting))::integer[]))));

CREATE POLICY register_scope ON public.register USING (((register_id = 0) OR (register_id = ANY ((( SELECT current_setting('allmende.consortia'::text) AS current_setting))::integer[]))));

ALTER TABLE public.release ENABLE ROW LEVEL SECURITY;

CREATE POLICY release_scope ON public.release USING ((consortium_id = ANY ((( SELECT current_setting('allmende.consortia'::text) AS current_setting))::integer[])));

ALTER TABLE public.request_record ENABLE ROW LEVEL SECURITY;

CREATE POLICY request_record_scope ON public.request_record USING ((party_id = (( SELECT current_setting('allmende.party'::text) AS current_setting))::integer));

ALTER TABLE public.search_document ENABLE ROW LEVEL SECURITY;

CREATE POLICY search_document_read ON public.search_document FOR SELECT USING (true);

ALTER TABLE public.search_posting ENABLE ROW LEVEL SECURITY;

CREATE POLICY search_posting_read ON public.search_posting FOR SELECT USING (true);

ALTER TABLE public.search_word ENABLE ROW LEVEL SECURITY;

CREATE POLICY search_word_read ON public.search_word FOR SELECT USING (true);

ALTER TABLE public.settlement ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.settlement_line ENABLE ROW LEVEL SECURITY;

CREATE POLICY settlement_line_scope ON public.settlement_line USING (((consortium_id = ANY ((( SELECT current_setting('allmende.consortia'::text) AS current_setting))::integer[])) AND ((party_id = ANY ((( SELECT current_setting('allmende.parties'::text) AS current_setting))::integer[])) OR (( SELECT current_setting('allmende.all_parties'::text) AS current_setting))::boolean)));

CREATE POLICY settlement_scope ON public.settlement USING ((consortium_id = ANY ((( SELECT current_setting('allmende.consortia'::text) AS current_setting))::integer[])));

ALTER TABLE public.settlement_state ENABLE ROW LEVEL SECURITY;

CREATE POLICY settlement_state_scope ON public.settlement_state USING ((consortium_id = ANY ((( SELECT current_setting('allmende.consortia'::text) AS current_setting))::integer[])));

ALTER TABLE public.usage_batch ENABLE ROW LEVEL SECURITY;

CREATE POLICY usage_batch_scope ON public.usage_batch USING (((consortium_id = ANY ((( SELECT current_setting('allmende.consortia'::text) AS current_setting))::integer[])) AND ((party_id = ANY ((( SELECT current_setting('allmende.parties'::text) AS current_setting))::integer[])) OR (( SELECT current_setting('allmende.all_parties'::text) AS current_setting))::boolean)));

ALTER TABLE public.usage_drop ENABLE ROW LEVEL SECURITY;

CREATE POLICY usage_drop_scope ON public.usage_drop USING ((consortium_id = ANY ((( SELECT current_setting('allmende.consortia'::text) AS current_setting))::integer[])));

ALTER TABLE public.usage_late ENABLE ROW LEVEL SECURITY;

CREATE POLICY usage_late_scope ON public.usage_late USING (((consortium_id = ANY ((( SELECT current_setting('allmende.consortia'::text) AS current_setting))::integer[])) AND ((party_id = ANY ((( SELECT current_setting('allmende.parties'::text) AS current_setting))::integer[])) OR (( SELECT current_setting('allmende.all_parties'::text) AS current_setting))::boolean)));

ALTER TABLE public.usage_record ENABLE ROW LEVEL SECURITY;

CREATE POLICY usage_record_scope ON public.usage_record USING (((consortium_id = ANY ((( SELECT current_setting('allmende.consortia'::text) AS current_setting))::integer[])) AND ((party_id = ANY ((( SELECT current_setting('allmende.parties'::text) AS current_setting))::integer[])) OR (( SELECT current_setting('allmende.all_parties'::text) AS current_setting))::boolean)));

ALTER TABLE public.usage_remainder ENABLE ROW LEVEL SECURITY;

CREATE POLICY usage_remainder_scope ON public.usage_remainder USING ((consortium_id = ANY ((( SELECT current_setting('allmende.consortia'::text) AS current_setting))::integer[])));

ALTER TABLE public.usage_rollup ENABLE ROW LEVEL SECURITY;

CREATE POLICY usage_rollup_scope ON public.usage_rollup USING (((consortium_id = ANY ((( SELECT current_setting('allmende.consortia'::text) AS current_setting))::integer[])) AND ((party_id = ANY ((( SELECT current_setting('allmende.parties'::text) AS current_setting))::integer[])) OR (( SELECT current_setting('allmende.all_parties'::text) AS current_setting))::boolean)));

ALTER TABLE public.usage_source ENABLE ROW LEVEL SECURITY;

CREATE POLICY usage_source_scope ON public.usage_source USING ((consortium_id = ANY ((( SELECT current_setting('allmende.consortia'::text) AS current_setting))::integer[])));

ALTER TABLE public.usage_statement ENABLE ROW LEVEL SECURITY;

CREATE POLICY usage_statement_scope ON public.usage_statement USING (((consortium_id = ANY ((( SELECT current_setting('allmende.consortia'::text) AS current_setting))::integer[])) AND ((party_id = ANY ((( SELECT current_setting('allmende.parties'::text) AS current_setting))::integer[])) OR (( SELECT current_setting('allmende.all_parties'::text) AS current_setting))::boolean)));

ALTER TABLE public.vote ENABLE ROW LEVEL SECURITY;

CREATE POLICY vote_scope ON public.vote USING ((consortium_id = ANY ((( SELECT current_setting('allmende.consortia'::text) AS current_setting))::integer[])));

GRANT USAGE ON SCHEMA public TO allmende_app;

REVOKE ALL ON FUNCTION public.audited_consortium(code text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.audited_consortium(code text) TO allmende_app;

REVOKE ALL ON FUNCTION public.consortia_due(day date) FROM PUBLIC;
GRANT ALL ON FUNCTION public.consortia_due(day date) TO allmende_app;

REVOKE ALL ON FUNCTION public.consortia_with_retention() FROM PUBLIC;
GRANT ALL ON FUNCTION public.consortia_with_retention() TO allmende_app;

REVOKE ALL ON FUNCTION public.create_register(id integer, register_name text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.create_register(id integer, register_name text) TO allmende_app;

REVOKE ALL ON FUNCTION public.declare_scope(scope text, VARIADIC names text[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.drop_empty_usage_partitions() FROM PUBLIC;
GRANT ALL ON FUNCTION public.drop_empty_usage_partitions() TO allmende_app;

REVOKE ALL ON FUNCTION public.drop_usage_month(consortium integer, first_day date) FROM PUBLIC;
GRANT ALL ON FUNCTION public.drop_usage_month(consortium integer, first_day date) TO allmende_app;

REVOKE ALL ON FUNCTION public.ended_credentials(seconds integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.ended_credentials(seconds integer) TO allmende_app;

REVOKE ALL ON FUNCTION public.ensure_usage_partition(month date) FROM PUBLIC;
GRANT ALL ON FUNCTION public.ensure_usage_partition(month date) TO allmende_app;

REVOKE ALL ON FUNCTION public.has_run(id integer, party integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.has_run(id integer, party integer) TO allmende_app;

REVOKE ALL ON FUNCTION public.index_publication(id integer, a_kind text, a_title text, names text, a_summary text, body text, facet_kinds smallint[], facet_values text[]) FROM PUBLIC;
GRANT ALL ON FUNCTION public.index_publication(id integer, a_kind text, a_title text, names text, a_summary text, body text, facet_kinds smallint[], facet_values text[]) TO allmende_app;

REVOKE ALL ON FUNCTION public.open_consortium(code text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.open_consortium(code text) TO allmende_app;

REVOKE ALL ON FUNCTION public.purge_request_records(most integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.purge_request_records(most integer) TO allmende_app;

REVOKE ALL ON FUNCTION public.resolve_mandates(digest bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION public.resolve_mandates(digest bytea) TO allmende_app;

REVOKE ALL ON FUNCTION public.resolve_principal(digest bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION public.resolve_principal(digest bytea) TO allmende_app;

REVOKE ALL ON FUNCTION public.seal_rows(entry_register integer, entry_position bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION public.seal_rows(entry_register integer, entry_position bigint) TO allmende_app;

REVOKE ALL ON FUNCTION public.solution_coverage(id integer, day date) FROM PUBLIC;
GRANT ALL ON FUNCTION public.solution_coverage(id integer, day date) TO allmende_app;

REVOKE ALL ON FUNCTION public.stage_evidence(party integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.stage_evidence(party integer) TO allmende_app;

REVOKE ALL ON FUNCTION public.usage_evidence(ids integer[], day date) FROM PUBLIC;
GRANT ALL ON FUNCTION public.usage_evidence(ids integer[], day date) TO allmende_app;

GRANT USAGE ON SEQUENCE public.access_id_seq TO allmende_app;

GRANT SELECT,INSERT ON TABLE public.access_log TO allmende_app;

GRANT SELECT,INSERT ON TABLE public.adoption TO allmende_app;

GRANT UPDATE(recorded_until) ON TABLE public.adoption TO allmende_app;

GRANT SELECT,INSERT ON TABLE public.adoption_report TO allmende_app;

GRANT UPDATE(recorded_until) ON TABLE public.adoption_report TO allmende_app;

GRANT SELECT,INSERT ON TABLE public.advisory_body TO allmende_app;

GRANT UPDATE(display_name) ON TABLE public.advisory_body TO allmende_app;

GRANT UPDATE(lands) ON TABLE public.advisory_body TO allmende_app;

GRANT UPDATE(topics) ON TABLE public.advisory_body TO allmende_app;

GRANT UPDATE(has_ended) ON TABLE public.advisory_body TO allmende_app;

GRANT UPDATE(changed_at) ON TABLE public.advisory_body TO allmende_app;

GRANT SELECT,INSERT ON TABLE public.advisory_request TO allmende_app;

GRANT UPDATE(state) ON TABLE public.advisory_request TO allmende_app;

GRANT UPDATE(body_id) ON TABLE public.advisory_request TO allmende_app;

GRANT UPDATE(body_party_ids) ON TABLE public.advisory_request TO allmende_app;

GRANT UPDATE(rating) ON TABLE public.advisory_request TO allmende_app;

GRANT UPDATE(changed_at) ON TABLE public.advisory_request TO allmende_app;

GRANT SELECT,INSERT ON TABLE public.advisory_step TO allmende_app;

GRANT SELECT,INSERT ON TABLE public.agreement_revision TO allmende_app;

GRANT UPDATE(recorded_until) ON TABLE public.agreement_revision TO allmende_app;

GRANT SELECT,INSERT ON TABLE public.application TO allmende_app;

GRANT SELECT,INSERT ON TABLE public.auditor_appointment TO allmende_app;

GRANT SELECT,INSERT ON TABLE public.consortium TO allmende_app;

GRANT USAGE ON SEQUENCE public.consortium_id_seq TO allmende_app;

GRANT SELECT,INSERT ON TABLE public.consortium_version TO allmende_app;

GRANT UPDATE(recorded_until) ON TABLE public.consortium_version TO allmende_app;

GRANT SELECT,INSERT ON TABLE public.cost_item TO allmende_app;

GRANT UPDATE(supplier) ON TABLE public.cost_item TO allmende_app;

GRANT UPDATE(supplier_salt) ON TABLE public.cost_item TO allmende_app;

GRANT UPDATE(reversed_at) ON TABLE public.cost_item TO allmende_app;

GRANT SELECT,INSERT ON TABLE public.credential TO allmende_app;

GRANT UPDATE(ended_from) ON TABLE public.credential TO allmende_app;

GRANT UPDATE(ends_at) ON TABLE public.credential TO allmende_app;

GRANT SELECT,INSERT ON TABLE public.decision TO allmende_app;

GRANT UPDATE(state) ON TABLE public.decision TO allmende_app;

GRANT UPDATE(note) ON TABLE public.decision TO allmende_app;

GRANT UPDATE(closed_at) ON TABLE public.decision TO allmende_app;

GRANT SELECT,INSERT ON TABLE public.decision_elector TO allmende_app;

GRANT SELECT,INSERT ON TABLE public.document TO allmende_app;

GRANT SELECT,INSERT ON TABLE public.document_counter TO allmende_app;

GRANT UPDATE(last_ordinal) ON TABLE public.document_counter TO allmende_app;

GRANT SELECT,INSERT ON TABLE public.document_item TO allmende_app;

GRANT SELECT,INSERT ON TABLE public.entry_remark TO allmende_app;

GRANT UPDATE(note) ON TABLE public.entry_remark TO allmende_app;

GRANT UPDATE(note_salt) ON TABLE public.entry_remark TO allmende_app;

GRANT UPDATE(erased_at) ON TABLE public.entry_remark TO allmende_app;

GRANT SELECT,INSERT ON TABLE public.export_manifest TO allmende_app;

GRANT SELECT,INSERT ON TABLE public.guide_use TO allmende_app;

GRANT SELECT,INSERT ON TABLE public.interest TO allmende_app;

GRANT UPDATE(acting_party_id) ON TABLE public.interest TO allmende_app;

GRANT UPDATE(state) ON TABLE public.interest TO allmende_app;

GRANT UPDATE(message) ON TABLE public.interest TO allmende_app;

GRANT UPDATE(message_salt) ON TABLE public.interest TO allmende_app;

GRANT UPDATE(answer) ON TABLE public.interest TO allmende_app;

GRANT UPDATE(answer_salt) ON TABLE public.interest TO allmende_app;

GRANT UPDATE(membership) ON TABLE public.interest TO allmende_app;

GRANT UPDATE(changed_at) ON TABLE public.interest TO allmende_app;

GRANT SELECT,INSERT ON TABLE public.key_figure TO allmende_app;

GRANT UPDATE(recorded_until) ON TABLE public.key_figure TO allmende_app;

GRANT SELECT,INSERT ON TABLE public.mandate TO allmende_app;

GRANT UPDATE(revoked_from) ON TABLE public.mandate TO allmende_app;

GRANT SELECT,INSERT ON TABLE public.membership TO allmende_app;

GRANT UPDATE(recorded_until) ON TABLE public.membership TO allmende_app;

GRANT SELECT,INSERT ON TABLE public.metric TO allmende_app;

GRANT SELECT,INSERT ON TABLE public.metric_setting TO allmende_app;

GRANT UPDATE(recorded_until) ON TABLE public.metric_setting TO allmende_app;

GRANT SELECT,INSERT ON TABLE public.municipal_change TO allmende_app;

GRANT SELECT,INSERT ON TABLE public.ownership_share TO allmende_app;

GRANT UPDATE(recorded_until) ON TABLE public.ownership_share TO allmende_app;

GRANT SELECT,INSERT ON TABLE public.party TO allmende_app;

GRANT SELECT,INSERT ON TABLE public.party_name TO allmende_app;

GRANT UPDATE(recorded_until) ON TABLE public.party_name TO allmende_app;

GRANT SELECT,INSERT ON TABLE public.period TO allmende_app;

GRANT UPDATE(recorded_until) ON TABLE public.period TO allmende_app;

GRANT SELECT,INSERT ON TABLE public.publication TO allmende_app;

GRANT UPDATE(state) ON TABLE public.publication TO allmende_app;

GRANT UPDATE(revision) ON TABLE public.publication TO allmende_app;

GRANT UPDATE(published_revision) ON TABLE public.publication TO allmende_app;

GRANT UPDATE(changed_at) ON TABLE public.publication TO allmende_app;

GRANT SELECT,INSERT ON TABLE public.publication_revision TO allmende_app;

GRANT UPDATE(contact) ON TABLE public.publication_revision TO allmende_app;

GRANT UPDATE(contact_salt) ON TABLE public.publication_revision TO allmende_app;

GRANT UPDATE(published_at) ON TABLE public.publication_revision TO allmende_app;

GRANT SELECT,INSERT ON TABLE public.publiccode_document TO allmende_app;

GRANT UPDATE(recorded_until) ON TABLE public.publiccode_document TO allmende_app;

GRANT SELECT ON TABLE public.register TO allmende_app;

GRANT UPDATE(size) ON TABLE public.register TO allmende_app;

GRANT UPDATE(frontier) ON TABLE public.register TO allmende_app;

GRANT UPDATE(recorded_micros) ON TABLE public.register TO allmende_app;

GRANT SELECT,INSERT ON TABLE public.register_checkpoint TO allmende_app;

GRANT SELECT,INSERT ON TABLE public.register_cosignature TO allmende_app;

GRANT SELECT,INSERT ON TABLE public.register_entry TO allmende_app;

GRANT SELECT ON TABLE public.register_hash TO allmende_app;

GRANT SELECT,INSERT ON TABLE public.register_key TO allmende_app;

GRANT UPDATE(smallest_size) ON TABLE public.register_key TO allmende_app;

GRANT UPDATE(largest_size) ON TABLE public.register_key TO allmende_app;

GRANT UPDATE(last_signed_at) ON TABLE public.register_key TO allmende_app;

GRANT SELECT,INSERT ON TABLE public.release TO allmende_app;

GRANT UPDATE(recorded_until) ON TABLE public.release TO allmende_app;

GRANT SELECT,INSERT ON TABLE public.request_record TO allmende_app;

GRANT SELECT ON TABLE public.search_document TO allmende_app;

GRANT SELECT ON TABLE public.search_posting TO allmende_app;

GRANT SELECT ON TABLE public.search_word TO allmende_app;

GRANT SELECT,INSERT ON TABLE public.settlement TO allmende_app;

GRANT SELECT,INSERT ON TABLE public.settlement_line TO allmende_app;

GRANT SELECT,INSERT ON TABLE public.settlement_state TO allmende_app;

GRANT UPDATE(recorded_until) ON TABLE public.settlement_state TO allmende_app;

GRANT SELECT,INSERT ON TABLE public.usage_batch TO allmende_app;

GRANT USAGE ON SEQUENCE public.usage_batch_id_seq TO allmende_app;

GRANT SELECT ON TABLE public.usage_batch_position TO allmende_app;

GRANT SELECT,INSERT ON TABLE public.usage_rollup TO allmende_app;

GRANT UPDATE(last_seconds) ON TABLE public.usage_rollup TO allmende_app;

GRANT UPDATE(last_end) ON TABLE public.usage_rollup TO allmende_app;

GRANT UPDATE(record_count) ON TABLE public.usage_rollup TO allmende_app;

GRANT UPDATE(quantity) ON TABLE public.usage_rollup TO allmende_app;

GRANT SELECT ON TABLE public.usage_compared TO allmende_app;

GRANT SELECT,INSERT ON TABLE public.usage_drop TO allmende_app;

GRANT SELECT,INSERT ON TABLE public.usage_late TO allmende_app;

GRANT SELECT,INSERT ON TABLE public.usage_record TO allmende_app;

GRANT SELECT,INSERT ON TABLE public.usage_remainder TO allmende_app;

GRANT SELECT,INSERT ON TABLE public.usage_source TO allmende_app;

GRANT USAGE ON SEQUENCE public.usage_source_source_id_seq TO allmende_app;

GRANT SELECT,INSERT ON TABLE public.usage_statement TO allmende_app;

GRANT UPDATE(recorded_until) ON TABLE public.usage_statement TO allmende_app;

GRANT SELECT,INSERT ON TABLE public.vote TO allmende_app;

GRANT UPDATE(recorded_until) ON TABLE public.vote TO allmende_app;

