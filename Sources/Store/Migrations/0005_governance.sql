-- Governance: adoptions, publiccode.yml, and what the server finds before any scope is known.

-- scope CONSORTIUM: who runs which release since when. state counts as the API's AdoptionState does.
CREATE TABLE adoption (
    consortium_id int NOT NULL,
    application_id int NOT NULL CONSTRAINT adoption_application_fkey REFERENCES application,
    party_id int NOT NULL CONSTRAINT adoption_party_fkey REFERENCES party,
    state smallint NOT NULL,
    version text COLLATE "C" NOT NULL,
    valid_from date NOT NULL,
    valid_until date,
    recorded_from bigint NOT NULL,
    recorded_until bigint,
    CONSTRAINT adoption_pkey PRIMARY KEY (consortium_id, application_id, party_id, valid_from, recorded_from),
    CONSTRAINT adoption_recorded_check CHECK (recorded_from < recorded_until),
    CONSTRAINT adoption_valid_check CHECK (valid_from < valid_until),
    CONSTRAINT adoption_no_overlap EXCLUDE USING gist (
        (consortium_id + 0) WITH =, (application_id + 0) WITH =, (party_id + 0) WITH =,
        daterange(valid_from, valid_until) WITH &&, int8range(recorded_from, recorded_until) WITH &&)
);
-- Evidence of use, over all consortia: of an application, and by a party.
CREATE INDEX adoption_application_idx ON adoption (application_id) WHERE recorded_until IS NULL;
CREATE INDEX adoption_party_idx ON adoption (party_id) WHERE recorded_until IS NULL;

-- scope CONSORTIUM: the file as it was handed in, whose SHA-256 stands in the register, and its PubliccodeSummary.
CREATE TABLE publiccode_document (
    consortium_id int NOT NULL,
    application_id int NOT NULL CONSTRAINT publiccode_document_application_fkey REFERENCES application,
    document text NOT NULL,
    summary bytea NOT NULL,
    recorded_from bigint NOT NULL,
    recorded_until bigint,
    CONSTRAINT publiccode_document_pkey PRIMARY KEY (consortium_id, application_id, recorded_from),
    CONSTRAINT publiccode_document_recorded_check CHECK (recorded_from < recorded_until),
    CONSTRAINT publiccode_document_no_overlap EXCLUDE USING gist (
        (consortium_id + 0) WITH =, (application_id + 0) WITH =, int8range(recorded_from, recorded_until) WITH &&)
);
CREATE UNIQUE INDEX publiccode_document_current_key ON publiccode_document (consortium_id, application_id)
    WHERE recorded_until IS NULL;

SELECT declare_scope('CONSORTIUM', 'adoption', 'publiccode_document');
GRANT UPDATE (recorded_until) ON adoption, publiccode_document TO allmende_app;

-- The consortia in which something ends by itself before a day begins: ballots past their last day, memberships at
-- their end. It names consortia and nothing of what is in them.
CREATE FUNCTION consortia_due(day date) RETURNS TABLE (consortium_id int, consortium_code text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
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
REVOKE ALL ON FUNCTION consortia_due(date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION consortia_due(date) TO allmende_app;

-- The number of a consortium that takes applications from outside; any other looks as if it were not there.
CREATE FUNCTION open_consortium(code text) RETURNS int
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
    SELECT k.consortium_id FROM consortium k JOIN consortium_version v USING (consortium_id)
    WHERE k.consortium_code = code AND v.recorded_until IS NULL AND v.open_to_applications AND v.state = 2
$$;
REVOKE ALL ON FUNCTION open_consortium(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION open_consortium(text) TO allmende_app;
