-- Consortia: members, decisions, applications, agreements. All in scope CONSORTIUM: every member reads them.
--
-- The exclusion constraints of versioned tables are on expressions, which keeps the planner from answering look-ups
-- with their GiST indexes, at many times a B-tree's cost.

-- What never changes of a consortium.
CREATE TABLE consortium (
    consortium_id int NOT NULL CONSTRAINT consortium_pkey PRIMARY KEY,
    consortium_code text COLLATE "C" NOT NULL CONSTRAINT consortium_code_key UNIQUE,
    display_name text NOT NULL,
    legal_form smallint NOT NULL,
    currency text NOT NULL CONSTRAINT consortium_currency_check CHECK (currency ~ '^[A-Z]{3}$'),
    coordination_party_id int NOT NULL CONSTRAINT consortium_coordination_fkey REFERENCES party,
    recorded_from bigint NOT NULL
);
CREATE SEQUENCE consortium_id_seq AS int OWNED BY consortium.consortium_id;
-- What a coordination office runs, looked up with its certificate.
CREATE INDEX consortium_coordination_idx ON consortium (coordination_party_id);

-- What does: content is the consortium in its canonical serialisation, charter and approval included, without its
-- members and its state. state counts as the API's ConsortiumState does: 1 forming, 3 awaiting approval.
CREATE TABLE consortium_version (
    consortium_id int NOT NULL CONSTRAINT consortium_version_consortium_fkey REFERENCES consortium,
    state smallint NOT NULL,
    open_to_applications bool NOT NULL,
    -- What the charter says of usage: whether members compare theirs, and for how many months after their own records
    -- are kept, 0 for ever. Here as well as in content, so that the database itself keeps to it.
    compare_usage bool NOT NULL DEFAULT false,
    usage_retention_months int NOT NULL DEFAULT 0,
    content bytea NOT NULL,
    recorded_from bigint NOT NULL,
    recorded_until bigint,
    CONSTRAINT consortium_version_pkey PRIMARY KEY (consortium_id, recorded_from),
    CONSTRAINT consortium_version_recorded_check CHECK (recorded_from < recorded_until),
    CONSTRAINT consortium_version_no_overlap EXCLUDE USING gist (
        (consortium_id + 0) WITH =, int8range(recorded_from, recorded_until) WITH &&)
);
CREATE UNIQUE INDEX consortium_version_current_key ON consortium_version (consortium_id) WHERE recorded_until IS NULL;

-- A party that comes back has a membership of the next number. state counts as the API's MembershipState does:
-- 1 applied, 2 active, 3 notice given, 4 ended, 5 settled. The days are unset while it is applied for. interest is the
-- resource name of the interest in a listing that led to it.
CREATE TABLE membership (
    consortium_id int NOT NULL CONSTRAINT membership_consortium_fkey REFERENCES consortium,
    party_id int NOT NULL CONSTRAINT membership_party_fkey REFERENCES party,
    membership_number int NOT NULL CONSTRAINT membership_number_check CHECK (membership_number > 0),
    state smallint NOT NULL,
    vote_weight int NOT NULL CONSTRAINT membership_vote_weight_check CHECK (vote_weight > 0),
    valid_from date,
    valid_until date,
    notice_date date,
    for_cause bool NOT NULL DEFAULT false,
    buy_in_minor bigint,
    document_sha256 bytea NOT NULL DEFAULT '',
    interest text COLLATE "C" NOT NULL DEFAULT '',
    recorded_from bigint NOT NULL,
    recorded_until bigint,
    CONSTRAINT membership_pkey PRIMARY KEY (consortium_id, party_id, membership_number, recorded_from),
    CONSTRAINT membership_recorded_check CHECK (recorded_from < recorded_until),
    CONSTRAINT membership_valid_check CHECK (valid_from < valid_until),
    CONSTRAINT membership_dates_check CHECK ((state = 1) = (valid_from IS NULL)),
    CONSTRAINT membership_no_overlap EXCLUDE USING gist (
        (consortium_id + 0) WITH =, (party_id + 0) WITH =, daterange(valid_from, valid_until) WITH &&,
        int8range(recorded_from, recorded_until) WITH &&) WHERE (state <> 1)
);
CREATE INDEX membership_party_idx ON membership (party_id);
CREATE UNIQUE INDEX membership_current_key ON membership (consortium_id, party_id, membership_number)
    WHERE recorded_until IS NULL;
-- What ends by itself on a day.
CREATE INDEX membership_exit_idx ON membership (valid_until) WHERE recorded_until IS NULL AND state IN (2, 3);

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

-- rule and change: the majority and the typed change in their canonical serialisation, as they stand in the register's
-- entry. note: why a decision was withdrawn.
CREATE TABLE decision (
    consortium_id int NOT NULL CONSTRAINT decision_consortium_fkey REFERENCES consortium,
    decision_code text COLLATE "C" NOT NULL,
    rule bytea NOT NULL,
    change bytea NOT NULL,
    proposer_party_id int NOT NULL CONSTRAINT decision_proposer_fkey REFERENCES party,
    last_voting_day date NOT NULL,
    state smallint NOT NULL,
    note text NOT NULL DEFAULT '',
    recorded_from bigint NOT NULL,
    closed_at bigint,
    CONSTRAINT decision_pkey PRIMARY KEY (consortium_id, decision_code)
);
-- What closes by itself after a day.
CREATE INDEX decision_open_idx ON decision (last_voting_day) WHERE closed_at IS NULL;

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

-- content is the release in its canonical serialisation, without the notes: those are free text, of which the register
-- holds the digest over notes_salt and them. state counts as the API's ReleaseState does.
CREATE TABLE release (
    consortium_id int NOT NULL,
    application_id int NOT NULL CONSTRAINT release_application_fkey REFERENCES application,
    version text COLLATE "C" NOT NULL,
    state smallint NOT NULL,
    -- Position of the release's first entry, which orders them.
    first_recorded bigint NOT NULL,
    content bytea NOT NULL,
    notes text NOT NULL,
    notes_salt bytea NOT NULL,
    recorded_from bigint NOT NULL,
    recorded_until bigint,
    CONSTRAINT release_pkey PRIMARY KEY (consortium_id, application_id, version, recorded_from),
    CONSTRAINT release_recorded_check CHECK (recorded_from < recorded_until),
    CONSTRAINT release_no_overlap EXCLUDE USING gist (
        (consortium_id + 0) WITH =, (application_id + 0) WITH =, (version || '') WITH =,
        int8range(recorded_from, recorded_until) WITH &&)
);
CREATE UNIQUE INDEX release_current_key ON release (consortium_id, application_id, version)
    WHERE recorded_until IS NULL;

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

SELECT declare_scope('CONSORTIUM', 'consortium', 'consortium_version', 'membership', 'auditor_appointment',
    'decision', 'decision_elector', 'vote', 'application', 'ownership_share', 'release', 'agreement_revision');

GRANT USAGE ON SEQUENCE consortium_id_seq TO allmende_app;
GRANT UPDATE (state, closed_at, note) ON decision TO allmende_app;
GRANT UPDATE (recorded_until)
    ON consortium_version, membership, vote, ownership_share, release, agreement_revision
    TO allmende_app;

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
REVOKE ALL ON FUNCTION resolve_principal(bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION resolve_principal(bytea) TO allmende_app;
