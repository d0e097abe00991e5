-- What an auditor looks into: seals of rows, accesses, remarks, manifests of exports.
--
-- Every change of state appends one entry to a register, and the entry commits to the rows that changed with it: each
-- row has a seal, a digest of its content, and the entry bears the digest of its seals. `allmende admin audit` holds
-- rows against seals, seals against entries, and entries against signed checkpoints; see
-- docs/decisions/0020-rows-are-sealed.md.

-- Seals lie where the application's role sees nothing at all.
CREATE SCHEMA audit;

-- The content of a row as it was from an entry on; NULL where the row was deleted.
CREATE TABLE audit.row_seal (
    register_id int NOT NULL,
    position bigint NOT NULL,
    table_name text COLLATE "C" NOT NULL,
    row_key text COLLATE "C" NOT NULL,
    sha256 bytea,
    CONSTRAINT row_seal_pkey PRIMARY KEY (register_id, position, table_name, row_key)
);

-- Seals a row that was changed. It runs at the end of the transaction, within seal_rows, which says in allmende.entry,
-- as register/position, which entry the change belongs to. A change by hand has no entry and gets no seal.
-- The content is the row's JSON without columns that are NULL, so that a column added later changes no seal.
CREATE FUNCTION audit.seal_row() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
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

-- Seals the rows that the transaction has changed with an entry of a register, and returns SHA-256 over the seals, one
-- line each: table, TAB, key, TAB, digest in hexadecimal digits, LF. NULL where there is none.
-- Not in SQL: a function in SQL is planned anew at each call, for more than all the rest costs. Rows become JSON in
-- UTC.
CREATE FUNCTION seal_rows(entry_register int, entry_position bigint) RETURNS bytea
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET timezone = 'UTC' SET bytea_output = 'hex'
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
REVOKE ALL ON FUNCTION seal_rows(int, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION seal_rows(int, bigint) TO allmende_app;

-- Gives every table its trigger, except those whose comment begins with "unsealed:" and says why. A later migration
-- that adds a table calls it again.
CREATE FUNCTION audit.seal_tables() RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp
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

-- Every call of an auditor, written before it is answered. consortium_id 0 stands for calls that name none it takes
-- part in; resource is what the call named.
CREATE TABLE access_log (
    consortium_id int NOT NULL,
    access_id bigint NOT NULL,
    accessed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    party_id int NOT NULL CONSTRAINT access_log_party_fkey REFERENCES party,
    credential_sha256 bytea NOT NULL,
    method text NOT NULL,
    resource text NOT NULL,
    CONSTRAINT access_log_pkey PRIMARY KEY (consortium_id, access_id)
);
-- The operator reads the calls in all consortia in one order.
CREATE INDEX access_log_id_idx ON access_log (access_id);
CREATE SEQUENCE access_id_seq AS bigint;

-- What auditors say of entries, and what the coordination office answers. The entry of a remark holds a digest over
-- salt and note; the text is here alone and can be erased.
CREATE TABLE entry_remark (
    consortium_id int NOT NULL CONSTRAINT entry_remark_consortium_fkey REFERENCES consortium,
    -- The entry it is about.
    entry_position bigint NOT NULL,
    kind smallint NOT NULL,
    party_id int NOT NULL CONSTRAINT entry_remark_party_fkey REFERENCES party,
    -- Position of the remark that this one answers.
    answered_position bigint,
    note text,
    note_salt bytea,
    note_sha256 bytea NOT NULL CONSTRAINT entry_remark_note_sha256_check CHECK (octet_length(note_sha256) IN (0, 32)),
    recorded_from bigint NOT NULL,
    erased_at bigint,
    CONSTRAINT entry_remark_pkey PRIMARY KEY (consortium_id, recorded_from),
    CONSTRAINT entry_remark_answered_fkey FOREIGN KEY (consortium_id, answered_position) REFERENCES entry_remark,
    CONSTRAINT entry_remark_erased_check CHECK (erased_at IS NULL OR (note IS NULL AND note_salt IS NULL))
);
CREATE INDEX entry_remark_entry_idx ON entry_remark (consortium_id, entry_position);

-- Whose an operator's question is: operators see who was looked into, but take part in no consortium.
CREATE FUNCTION audited_consortium(code text) RETURNS int
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
    SELECT consortium_id FROM consortium
    WHERE consortium_code = code AND current_setting('allmende.role') = 'operator'
$$;
REVOKE ALL ON FUNCTION audited_consortium(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audited_consortium(text) TO allmende_app;

-- Manifests of exports that ran to their end, by the digest of what was asked for: what an export can be held against
-- when its data are no longer kept.
CREATE TABLE export_manifest (
    consortium_id int NOT NULL CONSTRAINT export_manifest_consortium_fkey REFERENCES consortium,
    request_sha256 bytea NOT NULL,
    manifest_sha256 bytea NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT export_manifest_pkey PRIMARY KEY (consortium_id, request_sha256)
);

ALTER TABLE access_log ENABLE ROW LEVEL SECURITY;
ALTER TABLE entry_remark ENABLE ROW LEVEL SECURITY;

-- scope CONSORTIUM: written by auditors, read by the coordination office; the operator reads all of it.
CREATE POLICY access_log_append ON access_log FOR INSERT
    WITH CHECK (
        party_id = (SELECT current_setting('allmende.party'))::int
        AND (consortium_id = 0 OR consortium_id = ANY ((SELECT current_setting('allmende.consortia'))::int[])));
CREATE POLICY access_log_read ON access_log FOR SELECT
    USING (
        (SELECT current_setting('allmende.role') = 'operator')
        OR ((SELECT current_setting('allmende.role') = 'coordination_office')
            AND consortium_id = ANY ((SELECT current_setting('allmende.consortia'))::int[])));

-- scope CONSORTIUM, for those who read entries.
CREATE POLICY entry_remark_scope ON entry_remark
    USING (
        consortium_id = ANY ((SELECT current_setting('allmende.consortia'))::int[])
        AND (SELECT current_setting('allmende.all_parties'))::bool);

-- Digests, by the digest of a question.
SELECT declare_scope('CONSORTIUM', 'export_manifest');

GRANT SELECT, INSERT ON access_log, entry_remark TO allmende_app;
GRANT UPDATE (note, note_salt, erased_at) ON entry_remark TO allmende_app;
GRANT USAGE ON SEQUENCE access_id_seq TO allmende_app;

-- Auditors read. On each table a policy that no other can widen keeps changes from them, whatever the server forgets;
-- left out is what reading and remarking itself writes. A later migration that adds a table calls it again.
CREATE FUNCTION audit.keep_auditors_out() RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp
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

COMMENT ON TABLE register IS 'unsealed: held against the entries and the checkpoints';
COMMENT ON TABLE register_entry IS 'unsealed: held against the checkpoints';
COMMENT ON TABLE register_checkpoint IS 'unsealed: held against the entries';
COMMENT ON TABLE register_cosignature IS 'unsealed: signatures of others, valid or not by themselves';
COMMENT ON TABLE register_key IS 'unsealed: the signatures on the checkpoints bear it out';
COMMENT ON TABLE request_record IS 'unsealed: answers kept for repeats, no state of their own';
COMMENT ON TABLE usage_record IS 'unsealed: held against the roots that the entries of its batches commit to';
COMMENT ON TABLE usage_source IS 'unsealed: held against the batches that name it';
COMMENT ON TABLE access_log IS 'unsealed: calls that change nothing have no entry';
COMMENT ON TABLE export_manifest IS 'unsealed: exports change nothing and have no entry';

SELECT audit.seal_tables();
SELECT audit.keep_auditors_out();
