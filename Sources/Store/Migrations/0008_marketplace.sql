-- Marketplace and competence centre: listings and guides, their search, interests, advice. All of it belongs to the
-- platform; recorded positions are those of the platform's register.

CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- A listing or a guide: what changes of it. Scope: its owner's party; readable by all once it was public. state counts
-- as the API's PublicationState does: 1 draft, 2 published, 3 withdrawn. publication_name is the resource name.
CREATE TABLE publication (
    publication_id int GENERATED ALWAYS AS IDENTITY CONSTRAINT publication_pkey PRIMARY KEY,
    publication_name text COLLATE "C" NOT NULL CONSTRAINT publication_name_key UNIQUE,
    party_id int NOT NULL CONSTRAINT publication_party_fkey REFERENCES party,
    state smallint NOT NULL,
    revision int NOT NULL CONSTRAINT publication_revision_check CHECK (revision > 0),
    published_revision int,
    recorded_from bigint NOT NULL,
    changed_at bigint NOT NULL
);
CREATE INDEX publication_party_idx ON publication (party_id, publication_name);

-- What a revision says: content is the listing or the guide in its canonical serialisation, without its contact and
-- without what the server sets. Scope: its owner's party; readable by all once it was public. The contact is personal
-- data: only its salted digest is in the register, and it goes when a later revision is published.
CREATE TABLE publication_revision (
    publication_id int NOT NULL CONSTRAINT publication_revision_publication_fkey REFERENCES publication,
    revision int NOT NULL,
    party_id int NOT NULL CONSTRAINT publication_revision_party_fkey REFERENCES party,
    application_id int CONSTRAINT publication_revision_application_fkey REFERENCES application,
    content bytea NOT NULL,
    content_salt bytea NOT NULL,
    contact bytea,
    contact_salt bytea,
    recorded_from bigint NOT NULL,
    published_at bigint,
    CONSTRAINT publication_revision_pkey PRIMARY KEY (publication_id, revision)
);

-- The search over what is public, without a tenant, so that its indexes serve; written by index_publication alone.
-- document_id is made of the SHA-256 of the resource name. Equal results stand in its order, which favours nobody
-- (docs/search.md). words and facets are the words of its postings and its values.
CREATE TABLE search_document (
    document_id bigint NOT NULL CONSTRAINT search_document_pkey PRIMARY KEY,
    publication_id int NOT NULL CONSTRAINT search_document_publication_key UNIQUE,
    words int[] NOT NULL,
    facets int[] NOT NULL,
    title text NOT NULL,
    summary text NOT NULL,
    kind text NOT NULL
);

-- Every word there is, in its basic form, and every value of a facet. facet counts as the API's Facet does; 0 is text.
-- documents: how many have it, so that a search can begin with its rarest word.
CREATE TABLE search_word (
    word_id int GENERATED ALWAYS AS IDENTITY CONSTRAINT search_word_pkey PRIMARY KEY,
    facet smallint NOT NULL,
    word text COLLATE "C" NOT NULL,
    documents int NOT NULL DEFAULT 0,
    CONSTRAINT search_word_key UNIQUE (word, facet)
);
CREATE INDEX search_word_trigrams ON search_word USING gin (word gin_trgm_ops) WHERE facet = 0;

-- Which document has which word; weight is what it counts where it stands: 8 in the title, 4 among topics and names of
-- standards, 2 in the summary, 1 in the text, 0 for a facet's value.
CREATE TABLE search_posting (
    word_id int NOT NULL,
    document_id bigint NOT NULL,
    weight smallint NOT NULL,
    CONSTRAINT search_posting_pkey PRIMARY KEY (word_id, document_id) INCLUDE (weight)
);

-- An interest in a listing. Scope: the party, who acted for it, and the owner of the listing. state counts as the API's
-- InterestState does; membership is the resource name of the membership it led to. Texts are kept here and nowhere
-- else; the register has their salted digests.
CREATE TABLE interest (
    publication_id int NOT NULL CONSTRAINT interest_publication_fkey REFERENCES publication,
    party_id int NOT NULL CONSTRAINT interest_party_fkey REFERENCES party,
    acting_party_id int NOT NULL CONSTRAINT interest_acting_party_fkey REFERENCES party,
    owner_party_id int NOT NULL CONSTRAINT interest_owner_party_fkey REFERENCES party,
    state smallint NOT NULL,
    message text NOT NULL,
    message_salt bytea NOT NULL,
    answer text NOT NULL DEFAULT '',
    answer_salt bytea NOT NULL DEFAULT '',
    membership text COLLATE "C" NOT NULL DEFAULT '',
    recorded_from bigint NOT NULL,
    changed_at bigint NOT NULL,
    CONSTRAINT interest_pkey PRIMARY KEY (publication_id, party_id)
);
CREATE INDEX interest_party_idx ON interest (party_id);
CREATE INDEX interest_owner_idx ON interest (owner_party_id);
CREATE INDEX interest_acting_idx ON interest (acting_party_id);

-- The advisory bodies. Public to every principal; coordination offices and operators write. Empty arrays mean all.
CREATE TABLE advisory_body (
    body_id int GENERATED ALWAYS AS IDENTITY CONSTRAINT advisory_body_pkey PRIMARY KEY,
    body_code text COLLATE "C" NOT NULL CONSTRAINT advisory_body_code_key UNIQUE,
    party_id int NOT NULL CONSTRAINT advisory_body_party_fkey REFERENCES party,
    display_name text NOT NULL,
    lands text[] NOT NULL,
    topics text[] NOT NULL,
    has_ended bool NOT NULL,
    recorded_from bigint NOT NULL,
    changed_at bigint NOT NULL
);
CREATE INDEX advisory_body_party_idx ON advisory_body (party_id);

-- A request for advice. Scope: the party, who asked for it, every body that has or had it (body_party_ids), and those
-- who assign. state counts as the API's AdvisoryRequestState does.
CREATE TABLE advisory_request (
    request_id int GENERATED ALWAYS AS IDENTITY CONSTRAINT advisory_request_pkey PRIMARY KEY,
    request_code text COLLATE "C" NOT NULL CONSTRAINT advisory_request_code_key UNIQUE,
    party_id int NOT NULL CONSTRAINT advisory_request_party_fkey REFERENCES party,
    acting_party_id int NOT NULL CONSTRAINT advisory_request_acting_party_fkey REFERENCES party,
    topic text COLLATE "C" NOT NULL,
    state smallint NOT NULL,
    body_id int CONSTRAINT advisory_request_body_fkey REFERENCES advisory_body,
    body_party_ids int[] NOT NULL,
    rating smallint NOT NULL DEFAULT 0 CONSTRAINT advisory_request_rating_check CHECK (rating BETWEEN 0 AND 5),
    recorded_from bigint NOT NULL,
    changed_at bigint NOT NULL
);
CREATE INDEX advisory_request_party_idx ON advisory_request (party_id);

-- The steps of a request with what was written at each; who reads the request reads them. The register has the texts'
-- salted digests.
CREATE TABLE advisory_step (
    request_id int NOT NULL CONSTRAINT advisory_step_request_fkey REFERENCES advisory_request,
    recorded_from bigint NOT NULL,
    party_id int NOT NULL CONSTRAINT advisory_step_party_fkey REFERENCES party,
    body_id int CONSTRAINT advisory_step_body_fkey REFERENCES advisory_body,
    state smallint NOT NULL,
    text text NOT NULL,
    text_salt bytea NOT NULL,
    taken_on date NOT NULL DEFAULT (now() AT TIME ZONE 'UTC')::date,
    CONSTRAINT advisory_step_pkey PRIMARY KEY (request_id, recorded_from)
);

-- That a party has used a guide. Scope: the party and who acted for it.
CREATE TABLE guide_use (
    publication_id int NOT NULL,
    revision int NOT NULL,
    party_id int NOT NULL CONSTRAINT guide_use_party_fkey REFERENCES party,
    acting_party_id int NOT NULL CONSTRAINT guide_use_acting_party_fkey REFERENCES party,
    used_on date NOT NULL,
    recorded_from bigint NOT NULL,
    CONSTRAINT guide_use_pkey PRIMARY KEY (party_id, publication_id, revision),
    CONSTRAINT guide_use_revision_fkey FOREIGN KEY (publication_id, revision) REFERENCES publication_revision
);

-- What parties report on solutions. Public to every principal; written for the party alone.
CREATE TABLE adoption_report (
    publication_id int NOT NULL CONSTRAINT adoption_report_publication_fkey REFERENCES publication,
    party_id int NOT NULL CONSTRAINT adoption_report_party_fkey REFERENCES party,
    introduction_days int NOT NULL CONSTRAINT adoption_report_days_check CHECK (introduction_days >= 0),
    rating smallint NOT NULL CONSTRAINT adoption_report_rating_check CHECK (rating BETWEEN 1 AND 5),
    text text NOT NULL,
    text_salt bytea NOT NULL,
    recorded_from bigint NOT NULL,
    recorded_until bigint,
    CONSTRAINT adoption_report_pkey PRIMARY KEY (publication_id, party_id, recorded_from),
    CONSTRAINT adoption_report_recorded_check CHECK (recorded_from < recorded_until),
    CONSTRAINT adoption_report_no_overlap EXCLUDE USING gist (
        (publication_id + 0) WITH =, (party_id + 0) WITH =, int8range(recorded_from, recorded_until) WITH &&)
);
CREATE UNIQUE INDEX adoption_report_current_key ON adoption_report (publication_id, party_id)
    WHERE recorded_until IS NULL;

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['publication', 'publication_revision', 'search_document', 'search_word',
        'search_posting', 'interest', 'advisory_body', 'advisory_request', 'advisory_step', 'guide_use',
        'adoption_report']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('GRANT SELECT ON %I TO allmende_app', name);
    END LOOP;
END
$$;

CREATE POLICY publication_read ON publication FOR SELECT
    USING (state <> 1 OR party_id = (SELECT current_setting('allmende.party'))::int);
CREATE POLICY publication_insert ON publication FOR INSERT
    WITH CHECK (party_id = (SELECT current_setting('allmende.party'))::int);
CREATE POLICY publication_update ON publication FOR UPDATE
    USING (party_id = (SELECT current_setting('allmende.party'))::int);
GRANT INSERT, UPDATE (state, revision, published_revision, changed_at) ON publication TO allmende_app;

CREATE POLICY publication_revision_read ON publication_revision FOR SELECT
    USING (published_at IS NOT NULL OR party_id = (SELECT current_setting('allmende.party'))::int);
CREATE POLICY publication_revision_insert ON publication_revision FOR INSERT
    WITH CHECK (party_id = (SELECT current_setting('allmende.party'))::int);
CREATE POLICY publication_revision_update ON publication_revision FOR UPDATE
    USING (party_id = (SELECT current_setting('allmende.party'))::int);
GRANT INSERT, UPDATE (published_at, contact, contact_salt) ON publication_revision TO allmende_app;

-- Search operators are not leakproof: a condition here would keep them from the indexes.
CREATE POLICY search_document_read ON search_document FOR SELECT USING (true);
CREATE POLICY search_word_read ON search_word FOR SELECT USING (true);
CREATE POLICY search_posting_read ON search_posting FOR SELECT USING (true);

CREATE POLICY interest_scope ON interest
    USING (
        party_id = ANY ((SELECT current_setting('allmende.parties'))::int[])
        OR acting_party_id = (SELECT current_setting('allmende.party'))::int
        OR owner_party_id = (SELECT current_setting('allmende.party'))::int)
    WITH CHECK (
        party_id = ANY ((SELECT current_setting('allmende.parties'))::int[])
        OR owner_party_id = (SELECT current_setting('allmende.party'))::int);
GRANT INSERT, UPDATE (acting_party_id, state, message, message_salt, answer, answer_salt, membership, changed_at)
    ON interest TO allmende_app;

CREATE POLICY advisory_body_read ON advisory_body FOR SELECT USING (true);
CREATE POLICY advisory_body_insert ON advisory_body FOR INSERT
    WITH CHECK ((SELECT current_setting('allmende.role')) IN ('operator', 'coordination_office'));
CREATE POLICY advisory_body_update ON advisory_body FOR UPDATE
    USING ((SELECT current_setting('allmende.role')) IN ('operator', 'coordination_office'));
GRANT INSERT, UPDATE (display_name, lands, topics, has_ended, changed_at) ON advisory_body TO allmende_app;

CREATE POLICY advisory_request_scope ON advisory_request
    USING (
        party_id = ANY ((SELECT current_setting('allmende.parties'))::int[])
        OR acting_party_id = (SELECT current_setting('allmende.party'))::int
        OR (SELECT current_setting('allmende.party'))::int = ANY (body_party_ids)
        OR (SELECT current_setting('allmende.role')) IN ('operator', 'coordination_office'));
GRANT INSERT, UPDATE (state, body_id, body_party_ids, rating, changed_at) ON advisory_request TO allmende_app;

CREATE POLICY advisory_step_read ON advisory_step FOR SELECT
    USING (request_id IN (SELECT r.request_id FROM advisory_request r));
CREATE POLICY advisory_step_insert ON advisory_step FOR INSERT
    WITH CHECK (
        party_id = (SELECT current_setting('allmende.party'))::int
        AND request_id IN (SELECT r.request_id FROM advisory_request r));
GRANT INSERT ON advisory_step TO allmende_app;

CREATE POLICY guide_use_scope ON guide_use
    USING (
        party_id = ANY ((SELECT current_setting('allmende.parties'))::int[])
        OR acting_party_id = (SELECT current_setting('allmende.party'))::int)
    WITH CHECK (party_id = ANY ((SELECT current_setting('allmende.parties'))::int[]));
GRANT INSERT ON guide_use TO allmende_app;

CREATE POLICY adoption_report_read ON adoption_report FOR SELECT USING (true);
CREATE POLICY adoption_report_insert ON adoption_report FOR INSERT
    WITH CHECK (party_id = ANY ((SELECT current_setting('allmende.parties'))::int[]));
CREATE POLICY adoption_report_close ON adoption_report FOR UPDATE
    USING (party_id = ANY ((SELECT current_setting('allmende.parties'))::int[]));
GRANT INSERT, UPDATE (recorded_until) ON adoption_report TO allmende_app;

-- Small letters, with umlauts written out, so that "Buerger" and "Bürger" are one.
CREATE FUNCTION search_fold(text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$ SELECT replace(replace(replace(replace(lower($1), 'ä', 'ae'), 'ö', 'oe'), 'ü', 'ue'), 'ß', 'ss') $$;

-- The other way round, for words that are looked for: "Bauantraege" has the basic form of "Bauanträge". Where nothing
-- was written out it makes a word that is found nowhere.
CREATE FUNCTION search_unfold(text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$ SELECT replace(replace(replace(lower($1), 'ae', 'ä'), 'oe', 'ö'), 'ue', 'ü') $$;

-- The words of a text: their basic forms by PostgreSQL's German dictionary, which takes "Häuser" for "Haus", those of
-- the folded text, and long words as they are, since a basic form may cut off a part of a compound. Words that say
-- nothing are left out, also folded ones that the dictionary does not know.
CREATE FUNCTION search_words(text) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = public, pg_catalog, pg_temp
AS $$
    SELECT ARRAY(
        SELECT unnest(tsvector_to_array(
            to_tsvector('pg_catalog.german', lower($1)) || to_tsvector('pg_catalog.german', search_fold($1))))
        UNION
        SELECT word FROM unnest(tsvector_to_array(to_tsvector('pg_catalog.simple', search_fold($1)))) word
            WHERE length(word) > 5 AND ts_lexize('pg_catalog.german_stem', word) <> '{}'
        EXCEPT
        SELECT unnest(ARRAY['fuer', 'ueb', 'waehrend', 'koenn', 'koennen', 'koennt', 'koennte', 'wuerd', 'wuerde',
            'wuerden', 'haett', 'naechst', 'zwisch']))
$$;

-- The number of a document: 60 bits of the SHA-256 of its resource name.
CREATE FUNCTION search_document_id(text) RETURNS bigint
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$ SELECT ('x' || substr(encode(sha256(convert_to($1, 'UTF8')), 'hex'), 1, 15))::bit(60)::bigint $$;

-- The words of a document with what each counts.
CREATE FUNCTION search_weights(title text, names text, summary text, body text)
RETURNS TABLE (word text, weight smallint)
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = public, pg_temp
AS $$
    SELECT w, max(v)::smallint FROM (
        SELECT unnest(search_words(title)), 8 UNION ALL SELECT unnest(search_words(names)), 4
        UNION ALL SELECT unnest(search_words(summary)), 2 UNION ALL SELECT unnest(search_words(body)), 1) AS t (w, v)
    GROUP BY w
$$;

-- Brings the search in line with a publication of the caller's: what is public is found, what is not is gone. Runs with
-- the owner's rights, since nobody else writes here, and therefore keeps to the caller's own publications by itself.
-- The caller holds the head of the platform's register, so that two never add the same word.
CREATE FUNCTION index_publication(
    id int, a_kind text, a_title text, names text, a_summary text, body text, facet_kinds smallint[],
    facet_values text[])
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
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
REVOKE ALL ON FUNCTION index_publication(int, text, text, text, text, text, smallint[], text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION index_publication(int, text, text, text, text, text, smallint[], text[]) TO allmende_app;

-- Since when and until when a party runs an application without a break: an upgrade goes on where the release before
-- ends. For the functions below alone.
CREATE VIEW live_span AS
    SELECT consortium_id, application_id, party_id, min(valid_from) AS live_from,
        CASE WHEN bool_and(valid_until IS NOT NULL) THEN max(valid_until) END AS live_until
    FROM (
        SELECT *, sum(begins) OVER (PARTITION BY application_id, party_id ORDER BY valid_from) AS span
        FROM (
            SELECT *, CASE WHEN lag(valid_until) OVER (PARTITION BY application_id, party_id ORDER BY valid_from)
                >= valid_from THEN 0 ELSE 1 END AS begins
            FROM adoption WHERE state = 3 AND recorded_until IS NULL) a) b
    GROUP BY consortium_id, application_id, party_id, span;

-- How much the applications behind public listings are used on a day, over all consortia: numbers, and no names. They
-- come from what consortia record, so that nobody can declare them.
CREATE FUNCTION usage_evidence(ids int[], day date)
RETURNS TABLE (publication_id int, live int, agreed int, ended int, live_since date)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
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
REVOKE ALL ON FUNCTION usage_evidence(int[], date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION usage_evidence(int[], date) TO allmende_app;

-- Every registered municipality, without its name: where it lies, how many live there as far as known on the day, and
-- whether it runs the application behind a public listing on it.
CREATE FUNCTION solution_coverage(id int, day date) RETURNS TABLE (land text, inhabitants bigint, is_covered bool)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
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
REVOKE ALL ON FUNCTION solution_coverage(int, date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION solution_coverage(int, date) TO allmende_app;

-- Whether a party that the caller acts for runs or has run the application behind a public listing.
CREATE FUNCTION has_run(id int, party int) RETURNS bool
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
    SELECT EXISTS (
        SELECT FROM publication b
        JOIN publication_revision r ON r.publication_id = b.publication_id AND r.revision = b.published_revision
        JOIN live_span s ON s.application_id = r.application_id
        WHERE b.publication_id = id AND s.party_id = party
            AND party = ANY (current_setting('allmende.parties')::int[]))
$$;
REVOKE ALL ON FUNCTION has_run(int, int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION has_run(int, int) TO allmende_app;

-- What shows the stage of a party: guides used (1), advice taken (2), solutions in use (3), memberships (4), each with
-- the resource that shows it. For those who act for the party, and for roles that look after many.
CREATE FUNCTION stage_evidence(party int) RETURNS TABLE (fact smallint, resource text, since date, until date)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
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
REVOKE ALL ON FUNCTION stage_evidence(int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION stage_evidence(int) TO allmende_app;

COMMENT ON TABLE search_document IS 'unsealed: made of what is public, and made anew from it';
COMMENT ON TABLE search_word IS 'unsealed: made of what is public, and made anew from it';
COMMENT ON TABLE search_posting IS 'unsealed: made of what is public, and made anew from it';
