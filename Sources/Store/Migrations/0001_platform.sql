-- Platform: roles, the registers, parties, key figures, credentials and the idempotency record.
--
-- Two roles. The owner runs migrations and owns everything. allmende_app owns nothing and is subject to row-level
-- security; the server takes it on at connection start, so that a check forgotten in the server leaks no row.
--
-- Scopes. Every policy compares with settings that the server makes inside the same transaction:
--   allmende.party        surrogate of the caller's party
--   allmende.parties      array of the parties it acts for in this transaction: its own, and those whose mandate it
--                         uses
--   allmende.role         municipality, coordination_office, auditor or operator
--   allmende.consortia    array of the consortia the caller takes part in
--   allmende.all_parties  on where the role sees the rows of every party of its consortia
-- They are read through scalar subqueries, which PostgreSQL evaluates once per statement and which keep indexes usable.
-- What is compared with a role is compared inside: the planner takes a whole condition for true in every second row,
-- and an equation with an unknown value for true in hardly any.

CREATE EXTENSION IF NOT EXISTS btree_gist;

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'allmende_app') THEN
        CREATE ROLE allmende_app NOLOGIN NOSUPERUSER NOBYPASSRLS;
    END IF;
EXCEPTION
    -- Roles belong to the cluster: another database of it may be migrated at the same moment.
    WHEN duplicate_object OR unique_violation THEN NULL;
END
$$;

DO $$
BEGIN
    IF NOT pg_has_role(current_user, 'allmende_app', 'MEMBER') THEN
        EXECUTE format('GRANT allmende_app TO %I', current_user);
    END IF;
END
$$;

GRANT USAGE ON SCHEMA public TO allmende_app;

-- Gives tables the policy of their scope and lets the application read and add rows; what it may change of them is
-- granted table by table. A later migration that adds a table calls it for that one.
--   CONSORTIUM  every party that takes part in the row's consortium
--   PARTY       those of them who act for the row's party, and roles that see all parties of the consortium
--   RECIPIENT   the same, but nobody by a mandate: what is addressed to a party is for itself
CREATE FUNCTION declare_scope(scope text, VARIADIC names text[]) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp
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
REVOKE ALL ON FUNCTION declare_scope(text, text[]) FROM PUBLIC;

-- One row per Merkle log; 0 is the platform's, any other number is that consortium's. The row is the lock that puts the
-- commits of one consortium in order, and holds the tree's right edge, so that an append costs O(1) amortised.
CREATE TABLE register (
    register_id int NOT NULL CONSTRAINT register_pkey PRIMARY KEY,
    name text NOT NULL CONSTRAINT register_name_key UNIQUE,
    size bigint NOT NULL CONSTRAINT register_size_check CHECK (size >= 0),
    frontier bytea NOT NULL,
    -- Instant of the newest entry. No later entry has an earlier one, so that an instant leads to one size.
    recorded_micros bigint NOT NULL DEFAULT 0,
    -- How often the register went on after a loss of entries; part of the origin its checkpoints are signed under.
    generation int NOT NULL DEFAULT 0 CONSTRAINT register_generation_check CHECK (generation >= 0)
);

-- The canonical bytes of every entry, verbatim, their RFC 6962 leaf hash, and the inner nodes whose last leaf it is,
-- from the bottom up (docs/decisions/0009). One node an entry on average; none of them ever changes.
CREATE TABLE register_entry (
    register_id int NOT NULL CONSTRAINT register_entry_register_fkey REFERENCES register,
    position bigint NOT NULL CONSTRAINT register_entry_position_check CHECK (position >= 0),
    leaf_hash bytea NOT NULL CONSTRAINT register_entry_leaf_hash_check CHECK (octet_length(leaf_hash) = 32),
    nodes bytea NOT NULL CONSTRAINT register_entry_nodes_check CHECK (octet_length(nodes) % 32 = 0),
    entry bytea NOT NULL,
    -- The instant that the entry itself says, microseconds since 1970-01-01T00:00:00Z; never less than before.
    recorded_micros bigint NOT NULL,
    CONSTRAINT register_entry_pkey PRIMARY KEY (register_id, position)
);

-- Every checkpoint that was ever signed. A size is signed once: another root for it would be a fork.
CREATE TABLE register_checkpoint (
    register_id int NOT NULL CONSTRAINT register_checkpoint_register_fkey REFERENCES register,
    size bigint NOT NULL,
    root bytea NOT NULL,
    note text NOT NULL,
    CONSTRAINT register_checkpoint_pkey PRIMARY KEY (register_id, size)
);

-- Signatures of witnesses on checkpoints (C2SP tlog-cosignature): lines of the note, each with its newline.
CREATE TABLE register_cosignature (
    register_id int NOT NULL,
    size bigint NOT NULL,
    key_name text COLLATE "C" NOT NULL,
    line text NOT NULL,
    CONSTRAINT register_cosignature_pkey PRIMARY KEY (register_id, size, key_name),
    CONSTRAINT register_cosignature_checkpoint_fkey FOREIGN KEY (register_id, size) REFERENCES register_checkpoint
);

-- The public keys that checkpoints were signed with, by the origin they stand under: old notes stay verifiable, and
-- whoever reads one finds its key (docs/decisions/0021).
CREATE TABLE register_key (
    register_id int NOT NULL CONSTRAINT register_key_register_fkey REFERENCES register,
    origin text COLLATE "C" NOT NULL,
    public_key bytea NOT NULL CONSTRAINT register_key_public_key_check CHECK (octet_length(public_key) = 32),
    smallest_size bigint NOT NULL,
    largest_size bigint NOT NULL,
    first_signed_at timestamptz NOT NULL DEFAULT now(),
    last_signed_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT register_key_pkey PRIMARY KEY (register_id, origin, public_key)
);

INSERT INTO register (register_id, name, size, frontier) VALUES (0, 'platform', 0, '');

CREATE TABLE party (
    party_id int GENERATED ALWAYS AS IDENTITY CONSTRAINT party_pkey PRIMARY KEY,
    party_code text COLLATE "C" NOT NULL CONSTRAINT party_code_key UNIQUE,
    kind smallint NOT NULL,
    display_name text NOT NULL,
    ags text COLLATE "C" CONSTRAINT party_ags_key UNIQUE,
    ars text COLLATE "C" CONSTRAINT party_ars_key UNIQUE,
    recorded_from bigint NOT NULL
);

-- Recorded ranges are positions in the platform's register; an open end is the current row. They only ever change by
-- closing the open end, and no two rows of one figure overlap.
CREATE TABLE key_figure (
    party_id int NOT NULL CONSTRAINT key_figure_party_fkey REFERENCES party,
    kind smallint NOT NULL,
    reference_date date NOT NULL,
    value bigint NOT NULL CONSTRAINT key_figure_value_check CHECK (value >= 0),
    status smallint NOT NULL,
    source text NOT NULL,
    recorded_from bigint NOT NULL,
    recorded_until bigint,
    CONSTRAINT key_figure_pkey PRIMARY KEY (party_id, kind, reference_date, recorded_from),
    CONSTRAINT key_figure_recorded_check CHECK (recorded_from < recorded_until),
    -- Expressions keep the planner from answering look-ups with this GiST index, at many times a B-tree's cost.
    CONSTRAINT key_figure_no_overlap EXCLUDE USING gist (
        (party_id + 0) WITH =, (kind + 0) WITH =, (reference_date + 0) WITH =,
        int8range(recorded_from, recorded_until) WITH &&)
);

-- The current rows by their natural key.
CREATE UNIQUE INDEX key_figure_current_key ON key_figure (party_id, kind, reference_date) WHERE recorded_until IS NULL;

CREATE TABLE credential (
    sha256 bytea NOT NULL CONSTRAINT credential_pkey PRIMARY KEY,
    party_id int NOT NULL CONSTRAINT credential_party_fkey REFERENCES party,
    role smallint NOT NULL,
    recorded_from bigint NOT NULL,
    -- The position at which its end was recorded, and the moment from which on it is refused.
    ended_from bigint,
    ends_at timestamptz,
    CONSTRAINT credential_end_check CHECK ((ended_from IS NULL) = (ends_at IS NULL)),
    CONSTRAINT credential_sha256_check CHECK (octet_length(sha256) = 32)
);
CREATE INDEX credential_party_idx ON credential (party_id);
CREATE INDEX credential_ends_idx ON credential (ends_at) WHERE ends_at IS NOT NULL;

-- What was answered to a request, so that the same request gets the same answer and counts once. Kept for 14 days.
CREATE TABLE request_record (
    party_id int NOT NULL CONSTRAINT request_record_party_fkey REFERENCES party,
    request_id uuid NOT NULL,
    request_sha256 bytea NOT NULL,
    response bytea NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT request_record_pkey PRIMARY KEY (party_id, request_id)
);
-- The oldest go first.
CREATE INDEX request_record_recorded_idx ON request_record (recorded_at);

ALTER TABLE register ENABLE ROW LEVEL SECURITY;
ALTER TABLE register_entry ENABLE ROW LEVEL SECURITY;
ALTER TABLE register_checkpoint ENABLE ROW LEVEL SECURITY;
ALTER TABLE register_cosignature ENABLE ROW LEVEL SECURITY;
ALTER TABLE register_key ENABLE ROW LEVEL SECURITY;
ALTER TABLE key_figure ENABLE ROW LEVEL SECURITY;
ALTER TABLE credential ENABLE ROW LEVEL SECURITY;
ALTER TABLE request_record ENABLE ROW LEVEL SECURITY;
ALTER TABLE party ENABLE ROW LEVEL SECURITY;

-- scope CONSORTIUM: sizes and checkpoints say nothing of the content; the platform's are for everyone.
CREATE POLICY register_scope ON register
    USING (register_id = 0 OR register_id = ANY ((SELECT current_setting('allmende.consortia'))::int[]));
CREATE POLICY register_checkpoint_scope ON register_checkpoint
    USING (register_id = 0 OR register_id = ANY ((SELECT current_setting('allmende.consortia'))::int[]));
CREATE POLICY register_cosignature_scope ON register_cosignature
    USING (register_id = 0 OR register_id = ANY ((SELECT current_setting('allmende.consortia'))::int[]));
CREATE POLICY register_key_scope ON register_key
    USING (register_id = 0 OR register_id = ANY ((SELECT current_setting('allmende.consortia'))::int[]));

-- scope PARTY: an entry may speak of any party of the consortium, so only roles that see them all read entries; those
-- of the platform, which name everybody's credentials and mandates, also operators.
CREATE POLICY register_entry_read ON register_entry FOR SELECT
    USING (
        (register_id = 0 AND (SELECT current_setting('allmende.role')) <> 'municipality')
        OR (register_id = ANY ((SELECT current_setting('allmende.consortia'))::int[])
            AND (SELECT current_setting('allmende.all_parties'))::bool));
CREATE POLICY register_entry_append ON register_entry FOR INSERT
    WITH CHECK (register_id = 0 OR register_id = ANY ((SELECT current_setting('allmende.consortia'))::int[]));

-- scope CONSORTIUM: hashes prove where an entry stands and say nothing of its content, instants when it was made. The
-- view reads with its owner's rights and therefore keeps to the scope by itself; "+ 0" leaves the index to the register
-- that a read names, whose entries then come in order.
CREATE VIEW register_hash WITH (security_barrier) AS
    SELECT register_id, position, leaf_hash, nodes, recorded_micros FROM register_entry
    WHERE register_id + 0 = 0 OR register_id + 0 = ANY ((SELECT current_setting('allmende.consortia'))::int[]);

-- The directory of parties and their key figures is public to every principal; who may write depends on the role.
CREATE POLICY party_read ON party FOR SELECT USING (true);
CREATE POLICY party_insert ON party FOR INSERT
    WITH CHECK ((SELECT current_setting('allmende.role')) IN ('operator', 'coordination_office'));
CREATE POLICY key_figure_read ON key_figure FOR SELECT USING (true);
CREATE POLICY key_figure_insert ON key_figure FOR INSERT
    WITH CHECK (
        party_id = ANY ((SELECT current_setting('allmende.parties'))::int[])
        OR (SELECT current_setting('allmende.role')) IN ('operator', 'coordination_office'));
CREATE POLICY key_figure_close ON key_figure FOR UPDATE
    USING (
        party_id = ANY ((SELECT current_setting('allmende.parties'))::int[])
        OR (SELECT current_setting('allmende.role')) IN ('operator', 'coordination_office'));

CREATE POLICY credential_read ON credential FOR SELECT
    USING (
        party_id = (SELECT current_setting('allmende.party'))::int
        OR (SELECT current_setting('allmende.role') = 'operator'));
-- A party passes its own role on to the next certificate, and no other.
CREATE FUNCTION is_own_credential(party_id int, role smallint) RETURNS bool
LANGUAGE sql STABLE
AS $$
    SELECT current_setting('allmende.role') = 'operator'
        OR (party_id = current_setting('allmende.party')::int
            AND role = array_position(
                ARRAY['municipality', 'coordination_office', 'auditor', 'operator'],
                current_setting('allmende.role')))
$$;
CREATE POLICY credential_insert ON credential FOR INSERT WITH CHECK (is_own_credential(party_id, role));
CREATE POLICY credential_end ON credential FOR UPDATE USING (is_own_credential(party_id, role));

CREATE POLICY request_record_scope ON request_record
    USING (party_id = (SELECT current_setting('allmende.party'))::int);

-- A server looks at its start whether the schema is the one it was written for. Whoever runs these files by hand keeps
-- no such books.
DO $$
BEGIN
    IF to_regclass('schema_migration') IS NOT NULL THEN
        GRANT SELECT ON schema_migration TO allmende_app;
    END IF;
END
$$;

-- History is never edited: the application may close an open end and nothing else.
GRANT SELECT, UPDATE (size, frontier, recorded_micros) ON register TO allmende_app;
GRANT SELECT ON register_hash TO allmende_app;
GRANT SELECT, INSERT
    ON register_entry, register_checkpoint, register_cosignature, register_key, party, key_figure, credential,
        request_record
    TO allmende_app;
GRANT UPDATE (smallest_size, largest_size, last_signed_at) ON register_key TO allmende_app;
GRANT UPDATE (recorded_until) ON key_figure TO allmende_app;
GRANT UPDATE (ended_from, ends_at) ON credential TO allmende_app;
