-- Access: mandates, the ends of credentials, and the oldest records of requests.

-- scope PARTY, on the platform: seen by the party that grants it (party_id) and the one that holds it. A mandate is not
-- looked at by policies: the server puts the parties whose mandate a call uses into allmende.parties.
CREATE TABLE mandate (
    party_id int NOT NULL CONSTRAINT mandate_party_fkey REFERENCES party,
    mandate_code text COLLATE "C" NOT NULL,
    holder_party_id int NOT NULL CONSTRAINT mandate_holder_fkey REFERENCES party,
    -- Numbers of the API's MandatePurpose.
    purposes smallint[] NOT NULL CONSTRAINT mandate_purposes_check CHECK (cardinality(purposes) > 0),
    -- NULL: every consortium that the granting party is a member of, also later.
    consortium_code text COLLATE "C" CONSTRAINT mandate_consortium_fkey REFERENCES consortium (consortium_code),
    valid_from date NOT NULL,
    valid_until date,
    recorded_from bigint NOT NULL,
    revoked_from bigint,
    CONSTRAINT mandate_pkey PRIMARY KEY (party_id, mandate_code),
    CONSTRAINT mandate_holder_check CHECK (party_id <> holder_party_id),
    CONSTRAINT mandate_valid_check CHECK (valid_from < valid_until)
);
CREATE INDEX mandate_holder_idx ON mandate (holder_party_id);

ALTER TABLE mandate ENABLE ROW LEVEL SECURITY;
CREATE POLICY mandate_read ON mandate FOR SELECT
    USING (
        party_id = (SELECT current_setting('allmende.party'))::int
        OR holder_party_id = (SELECT current_setting('allmende.party'))::int
        OR (SELECT current_setting('allmende.role') = 'operator'));
CREATE POLICY mandate_insert ON mandate FOR INSERT
    WITH CHECK (
        party_id = (SELECT current_setting('allmende.party'))::int
        OR (SELECT current_setting('allmende.role') = 'operator'));
CREATE POLICY mandate_revoke ON mandate FOR UPDATE
    USING (
        party_id = (SELECT current_setting('allmende.party'))::int
        OR holder_party_id = (SELECT current_setting('allmende.party'))::int
        OR (SELECT current_setting('allmende.role') = 'operator'));
GRANT SELECT, INSERT, UPDATE (revoked_from) ON mandate TO allmende_app;

-- What a certificate's party may do for others, one row for each purpose and consortium; looked up together with the
-- principal. A mandate whose first day is still to come is among them: the days are compared when it is used.
CREATE FUNCTION resolve_mandates(digest bytea)
RETURNS TABLE (
    party_id int, party_code text, purpose smallint, consortium_id int, consortium_code text,
    valid_from date, valid_until date)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
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
REVOKE ALL ON FUNCTION resolve_mandates(bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION resolve_mandates(bytea) TO allmende_app;

-- Certificates that have ended within the last seconds: a server closes their connections.
CREATE FUNCTION ended_credentials(seconds int) RETURNS SETOF bytea
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
    SELECT sha256 FROM credential WHERE ends_at <= now() AND ends_at > now() - make_interval(secs => seconds)
$$;
REVOKE ALL ON FUNCTION ended_credentials(int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ended_credentials(int) TO allmende_app;

-- Forgets the answers to requests that are older than 14 days, at most so many at once, and says how many they were.
-- Several servers may do it at the same time: each takes rows that no other has taken.
CREATE FUNCTION purge_request_records(most int) RETURNS int
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
    WITH old AS (
        SELECT party_id, request_id FROM request_record WHERE recorded_at < now() - interval '14 days'
        ORDER BY recorded_at LIMIT most FOR UPDATE SKIP LOCKED),
    purged AS (
        DELETE FROM request_record r USING old
        WHERE r.party_id = old.party_id AND r.request_id = old.request_id RETURNING 1)
    SELECT count(*)::int FROM purged
$$;
REVOKE ALL ON FUNCTION purge_request_records(int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION purge_request_records(int) TO allmende_app;
