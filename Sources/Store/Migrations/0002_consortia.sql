-- Consortia: members, decisions, applications, agreements. All in scope CONSORTIUM: every member reads them.
--
-- The exclusion constraints of versioned tables are on expressions, which keeps the planner from answering look-ups
-- with their GiST indexes, at many times a B-tree's cost.

-- A consortium is FORMING until founded_at, the position of the entry that founded it, is set.
CREATE TABLE consortium (
    consortium_id int NOT NULL CONSTRAINT consortium_pkey PRIMARY KEY,
    consortium_code text COLLATE "C" NOT NULL CONSTRAINT consortium_code_key UNIQUE,
    display_name text NOT NULL,
    legal_form smallint NOT NULL,
    currency text NOT NULL CONSTRAINT consortium_currency_check CHECK (currency ~ '^[A-Z]{3}$'),
    coordination_party_id int NOT NULL CONSTRAINT consortium_coordination_fkey REFERENCES party,
    recorded_from bigint NOT NULL,
    founded_at bigint
);
CREATE SEQUENCE consortium_id_seq AS int OWNED BY consortium.consortium_id;

CREATE TABLE membership (
    consortium_id int NOT NULL CONSTRAINT membership_consortium_fkey REFERENCES consortium,
    party_id int NOT NULL CONSTRAINT membership_party_fkey REFERENCES party,
    vote_weight int NOT NULL CONSTRAINT membership_vote_weight_check CHECK (vote_weight > 0),
    recorded_from bigint NOT NULL,
    CONSTRAINT membership_pkey PRIMARY KEY (consortium_id, party_id)
);
CREATE INDEX membership_party_idx ON membership (party_id);

-- The days on which an auditor may read; a party may be appointed again for other days.
CREATE TABLE auditor_appointment (
    consortium_id int NOT NULL CONSTRAINT auditor_appointment_consortium_fkey REFERENCES consortium,
    party_id int NOT NULL CONSTRAINT auditor_appointment_party_fkey REFERENCES party,
    valid_from date NOT NULL,
    valid_until date,
    recorded_from bigint NOT NULL,
    CONSTRAINT auditor_appointment_pkey PRIMARY KEY (consortium_id, party_id, valid_from),
    CONSTRAINT auditor_appointment_valid_check CHECK (valid_from < valid_until),
    CONSTRAINT auditor_appointment_no_overlap EXCLUDE USING gist (
        (consortium_id + 0) WITH =, (party_id + 0) WITH =, daterange(valid_from, valid_until) WITH &&)
);
CREATE INDEX auditor_appointment_party_idx ON auditor_appointment (party_id);

-- change: the typed change in its canonical serialisation, as it stands in the register's entry.
CREATE TABLE decision (
    consortium_id int NOT NULL CONSTRAINT decision_consortium_fkey REFERENCES consortium,
    decision_code text COLLATE "C" NOT NULL,
    rule smallint NOT NULL,
    change bytea NOT NULL,
    state smallint NOT NULL,
    recorded_from bigint NOT NULL,
    closed_at bigint,
    CONSTRAINT decision_pkey PRIMARY KEY (consortium_id, decision_code)
);

-- The electorate, frozen when the ballot was opened.
CREATE TABLE decision_elector (
    consortium_id int NOT NULL,
    decision_code text COLLATE "C" NOT NULL,
    party_id int NOT NULL CONSTRAINT decision_elector_party_fkey REFERENCES party,
    vote_weight int NOT NULL CONSTRAINT decision_elector_vote_weight_check CHECK (vote_weight > 0),
    CONSTRAINT decision_elector_pkey PRIMARY KEY (consortium_id, decision_code, party_id),
    CONSTRAINT decision_elector_decision_fkey FOREIGN KEY (consortium_id, decision_code) REFERENCES decision
);

-- A changed vote closes the row before it; both stay.
CREATE TABLE vote (
    consortium_id int NOT NULL,
    decision_code text COLLATE "C" NOT NULL,
    party_id int NOT NULL,
    ballot smallint NOT NULL,
    recorded_from bigint NOT NULL,
    recorded_until bigint,
    CONSTRAINT vote_pkey PRIMARY KEY (consortium_id, decision_code, party_id, recorded_from),
    CONSTRAINT vote_recorded_check CHECK (recorded_from < recorded_until),
    CONSTRAINT vote_elector_fkey FOREIGN KEY (consortium_id, decision_code, party_id) REFERENCES decision_elector,
    CONSTRAINT vote_no_overlap EXCLUDE USING gist (
        (consortium_id + 0) WITH =, (decision_code || '') WITH =, (party_id + 0) WITH =,
        int8range(recorded_from, recorded_until) WITH &&)
);

CREATE TABLE application (
    application_id int GENERATED ALWAYS AS IDENTITY CONSTRAINT application_pkey PRIMARY KEY,
    consortium_id int NOT NULL CONSTRAINT application_consortium_fkey REFERENCES consortium,
    application_code text COLLATE "C" NOT NULL,
    display_name text NOT NULL,
    recorded_from bigint NOT NULL,
    CONSTRAINT application_code_key UNIQUE (consortium_id, application_code)
);

-- Valid range in days, recorded range in positions of the consortium's register, both half-open.
CREATE TABLE ownership_share (
    consortium_id int NOT NULL,
    application_id int NOT NULL CONSTRAINT ownership_share_application_fkey REFERENCES application,
    party_id int NOT NULL CONSTRAINT ownership_share_party_fkey REFERENCES party,
    numerator bigint NOT NULL,
    denominator bigint NOT NULL,
    valid_from date NOT NULL,
    valid_until date,
    recorded_from bigint NOT NULL,
    recorded_until bigint,
    CONSTRAINT ownership_share_pkey PRIMARY KEY (consortium_id, application_id, party_id, valid_from, recorded_from),
    CONSTRAINT ownership_share_recorded_check CHECK (recorded_from < recorded_until),
    CONSTRAINT ownership_share_valid_check CHECK (valid_from < valid_until),
    CONSTRAINT ownership_share_fraction_check
        CHECK (denominator > 0 AND numerator > 0 AND numerator <= denominator),
    CONSTRAINT ownership_share_no_overlap EXCLUDE USING gist (
        (consortium_id + 0) WITH =, (application_id + 0) WITH =, (party_id + 0) WITH =,
        daterange(valid_from, valid_until) WITH &&, int8range(recorded_from, recorded_until) WITH &&)
);

CREATE TABLE release (
    consortium_id int NOT NULL,
    application_id int NOT NULL CONSTRAINT release_application_fkey REFERENCES application,
    version text COLLATE "C" NOT NULL,
    license text NOT NULL,
    artifact_sha256 bytea NOT NULL CONSTRAINT release_artifact_sha256_check CHECK (octet_length(artifact_sha256) = 32),
    recorded_from bigint NOT NULL,
    CONSTRAINT release_pkey PRIMARY KEY (consortium_id, application_id, version)
);

-- content is the whole revision in its canonical serialisation, state and position included, so that a read hands it
-- on as it is. A change of state closes the row and adds the next.
CREATE TABLE agreement_revision (
    consortium_id int NOT NULL CONSTRAINT agreement_revision_consortium_fkey REFERENCES consortium,
    agreement_code text COLLATE "C" NOT NULL,
    revision int NOT NULL CONSTRAINT agreement_revision_number_check CHECK (revision > 0),
    state smallint NOT NULL,
    valid_from date NOT NULL,
    valid_until date,
    content bytea NOT NULL,
    recorded_from bigint NOT NULL,
    recorded_until bigint,
    CONSTRAINT agreement_revision_pkey PRIMARY KEY (consortium_id, agreement_code, revision, recorded_from),
    CONSTRAINT agreement_revision_recorded_check CHECK (recorded_from < recorded_until),
    CONSTRAINT agreement_revision_valid_check CHECK (valid_from < valid_until),
    CONSTRAINT agreement_revision_no_overlap EXCLUDE USING gist (
        (consortium_id + 0) WITH =, (agreement_code || '') WITH =, (revision + 0) WITH =,
        int8range(recorded_from, recorded_until) WITH &&)
);

-- The current rows by their natural key.
CREATE UNIQUE INDEX vote_current_key ON vote (consortium_id, decision_code, party_id) WHERE recorded_until IS NULL;
CREATE UNIQUE INDEX agreement_revision_current_key ON agreement_revision (consortium_id, agreement_code, revision)
    WHERE recorded_until IS NULL;

DO $$
DECLARE
    tenant text;
BEGIN
    FOREACH tenant IN ARRAY ARRAY['consortium', 'membership', 'auditor_appointment', 'decision', 'decision_elector',
        'vote', 'application', 'ownership_share', 'release', 'agreement_revision']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', tenant);
        EXECUTE format(
            'CREATE POLICY %I ON %I '
            'USING (consortium_id = ANY ((SELECT current_setting(''allmende.consortia''))::int[]))',
            tenant || '_scope', tenant);
        EXECUTE format('GRANT SELECT, INSERT ON %I TO allmende_app', tenant);
    END LOOP;
END
$$;

GRANT USAGE ON SEQUENCE consortium_id_seq TO allmende_app;
GRANT UPDATE (founded_at) ON consortium TO allmende_app;
GRANT UPDATE (state, closed_at) ON decision TO allmende_app;
GRANT UPDATE (recorded_until) ON vote, ownership_share, agreement_revision TO allmende_app;

-- A register row for a new consortium; the application may not insert into register by itself.
CREATE FUNCTION create_register(id int, register_name text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
AS $$ INSERT INTO register (register_id, name, size, frontier) VALUES (id, register_name, 0, '') $$;
REVOKE ALL ON FUNCTION create_register(int, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION create_register(int, text) TO allmende_app;

-- Who a certificate speaks for and which consortia it may see: the one look-up that happens before any scope is known.
-- Appointments of auditors begin and end with days in UTC; expires_at is the next moment at which the answer may be
-- another by itself, because one of them begins or ends, or the certificate's time is over.
CREATE FUNCTION resolve_principal(digest bytea)
RETURNS TABLE (
    party_id int, party_code text, role smallint, consortium_ids int[], consortium_codes text[],
    expires_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
    WITH today AS (SELECT (now() AT TIME ZONE 'UTC')::date AS day)
    SELECT p.party_id, p.party_code, c.role,
        coalesce(
            array_agg(k.consortium_id ORDER BY k.consortium_code) FILTER (WHERE k.consortium_id IS NOT NULL), '{}'),
        coalesce(
            array_agg(k.consortium_code ORDER BY k.consortium_code) FILTER (WHERE k.consortium_id IS NOT NULL), '{}'),
        least(c.ends_at, CASE WHEN c.role = 3 THEN (
            SELECT min(day)::timestamp AT TIME ZONE 'UTC' FROM (
                SELECT unnest(ARRAY[a.valid_from, a.valid_until]) AS day
                FROM auditor_appointment a WHERE a.party_id = p.party_id) bounds
            WHERE day > (SELECT day FROM today)) END)
    FROM credential c
    JOIN party p USING (party_id)
    LEFT JOIN consortium k ON
        (c.role = 1 AND EXISTS (
            SELECT FROM membership m WHERE m.consortium_id = k.consortium_id AND m.party_id = c.party_id))
        OR (c.role = 2 AND k.coordination_party_id = c.party_id)
        OR (c.role = 3 AND EXISTS (
            SELECT FROM auditor_appointment a, today
            WHERE a.consortium_id = k.consortium_id AND a.party_id = c.party_id
                AND a.valid_from <= today.day AND (a.valid_until IS NULL OR a.valid_until > today.day)))
    WHERE c.sha256 = digest AND (c.ends_at IS NULL OR c.ends_at > now())
    GROUP BY p.party_id, p.party_code, c.role, c.ends_at
$$;
REVOKE ALL ON FUNCTION resolve_principal(bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION resolve_principal(bytea) TO allmende_app;
