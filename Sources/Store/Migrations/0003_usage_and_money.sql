-- Usage statistics, costs and settlements.

CREATE TABLE metric (
    metric_id int GENERATED ALWAYS AS IDENTITY CONSTRAINT metric_pkey PRIMARY KEY,
    consortium_id int NOT NULL,
    application_id int NOT NULL CONSTRAINT metric_application_fkey REFERENCES application,
    metric_code text COLLATE "C" NOT NULL,
    unit text NOT NULL,
    scale smallint NOT NULL CONSTRAINT metric_scale_check CHECK (scale BETWEEN 0 AND 9),
    -- 1 SUM, 2 MAX, 3 LAST.
    aggregation smallint NOT NULL CONSTRAINT metric_aggregation_check CHECK (aggregation BETWEEN 1 AND 3),
    -- Peaks and stocks of two systems do not add up to one of both.
    sources_add_up boolean NOT NULL CONSTRAINT metric_sources_check CHECK (NOT sources_add_up OR aggregation = 1),
    recorded_from bigint NOT NULL,
    CONSTRAINT metric_code_key UNIQUE (consortium_id, application_id, metric_code)
);

-- Systems that report usage.
CREATE TABLE usage_source (
    source_id int GENERATED ALWAYS AS IDENTITY CONSTRAINT usage_source_pkey PRIMARY KEY,
    consortium_id int NOT NULL CONSTRAINT usage_source_consortium_fkey REFERENCES consortium,
    source_code text COLLATE "C" NOT NULL,
    CONSTRAINT usage_source_code_key UNIQUE (consortium_id, source_code)
);

-- scope PARTY (the party that reported). secret salts the rows' hashes: without it, hashes cannot be guessed back.
CREATE TABLE usage_batch (
    consortium_id int NOT NULL CONSTRAINT usage_batch_consortium_fkey REFERENCES consortium,
    batch_id bigint NOT NULL,
    application_id int NOT NULL CONSTRAINT usage_batch_application_fkey REFERENCES application,
    source_id int NOT NULL CONSTRAINT usage_batch_source_fkey REFERENCES usage_source,
    party_id int NOT NULL CONSTRAINT usage_batch_party_fkey REFERENCES party,
    row_count int NOT NULL CONSTRAINT usage_batch_row_count_check CHECK (row_count > 0),
    row_root bytea NOT NULL,
    secret bytea NOT NULL,
    first_month date NOT NULL,
    last_month date NOT NULL,
    recorded_from bigint NOT NULL,
    CONSTRAINT usage_batch_pkey PRIMARY KEY (consortium_id, batch_id),
    CONSTRAINT usage_batch_position_key UNIQUE (consortium_id, recorded_from)
);
-- Whether there is one of an application from a position on.
CREATE INDEX usage_batch_application_idx ON usage_batch (consortium_id, application_id, recorded_from);
CREATE SEQUENCE usage_batch_id_seq AS bigint;

-- When and by which system a batch came, for those who may see its records: a data centre's batches hold the records
-- of many parties. The view reads with its owner's rights and therefore keeps to the scope by itself; "+ 0" leaves the
-- index to the consortium that a read names, whose batches then come in order.
CREATE VIEW usage_batch_position WITH (security_barrier) AS
    SELECT consortium_id, batch_id, application_id, source_id, recorded_from, first_month, last_month FROM usage_batch
    WHERE consortium_id + 0 = ANY ((SELECT current_setting('allmende.consortia'))::int[]);

-- scope PARTY. Narrow rows: numbers inside, names outside. Partitioned by the month in which the interval begins.
-- The key is natural, so that nothing is counted twice whatever the batch it came in. source_key is the source where
-- the metric adds sources up and 0 where one alone may report, which makes a second one violate the key. A correction
-- is the next revision of the same key: rows are only ever added (docs/decisions/0030).
CREATE TABLE usage_record (
    consortium_id int NOT NULL,
    application_id int NOT NULL,
    metric_id int NOT NULL,
    party_id int NOT NULL,
    source_key int NOT NULL,
    interval_seconds int NOT NULL,
    row_index smallint NOT NULL,
    revision smallint NOT NULL,
    interval_start timestamptz NOT NULL,
    quantity bigint NOT NULL,
    batch_id bigint NOT NULL,
    CONSTRAINT usage_record_pkey PRIMARY KEY
        (consortium_id, application_id, metric_id, party_id, source_key, interval_start, interval_seconds, revision)
) PARTITION BY RANGE (interval_start);

-- COPY is refused where row-level security applies, so batches go straight into a partition, on which the application
-- may only insert; this trigger takes the policy's place and checks each statement's rows against the caller's scope.
CREATE FUNCTION check_usage_scope() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp
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

-- Creates the partition of a month when it is not there yet and returns its name.
CREATE FUNCTION ensure_usage_partition(month date) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
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
REVOKE ALL ON FUNCTION ensure_usage_partition(date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ensure_usage_partition(date) TO allmende_app;

-- scope CONSORTIUM. The register holds a digest over supplier_salt and supplier; those two are here alone and can be
-- erased.
CREATE TABLE cost_item (
    consortium_id int NOT NULL CONSTRAINT cost_item_consortium_fkey REFERENCES consortium,
    cost_item_code text COLLATE "C" NOT NULL,
    pool smallint NOT NULL,
    kind smallint NOT NULL,
    net_minor bigint NOT NULL CONSTRAINT cost_item_net_check CHECK (net_minor >= 0),
    vat_minor bigint NOT NULL CONSTRAINT cost_item_vat_check CHECK (vat_minor >= 0),
    deductible_numerator bigint NOT NULL,
    deductible_denominator bigint NOT NULL,
    period_start date NOT NULL,
    period_end date NOT NULL,
    document_number text NOT NULL,
    document_sha256 bytea NOT NULL,
    recorded_from bigint NOT NULL,
    supplier text,
    supplier_salt bytea,
    supplier_sha256 bytea NOT NULL DEFAULT ''
        CONSTRAINT cost_item_supplier_sha256_check CHECK (octet_length(supplier_sha256) IN (0, 32)),
    -- Position of the entry that took it back; from then on it does not count.
    reversed_at bigint CONSTRAINT cost_item_reversed_check CHECK (reversed_at > recorded_from),
    CONSTRAINT cost_item_pkey PRIMARY KEY (consortium_id, cost_item_code),
    CONSTRAINT cost_item_deductible_check
        CHECK (deductible_denominator > 0 AND deductible_numerator BETWEEN 0 AND deductible_denominator),
    CONSTRAINT cost_item_supplier_check CHECK ((supplier IS NULL) = (supplier_salt IS NULL)),
    CONSTRAINT cost_item_period_check CHECK (period_start < period_end)
);

-- scope CONSORTIUM: what was settled, under which revision, on which knowledge. The lines stand apart.
CREATE TABLE settlement (
    consortium_id int NOT NULL CONSTRAINT settlement_consortium_fkey REFERENCES consortium,
    settlement_code text COLLATE "C" NOT NULL,
    kind smallint NOT NULL,
    agreement_code text COLLATE "C" NOT NULL,
    period_start date NOT NULL,
    period_end date NOT NULL,
    content bytea NOT NULL,
    recorded_from bigint NOT NULL,
    CONSTRAINT settlement_period_check CHECK (period_start < period_end),
    CONSTRAINT settlement_pkey PRIMARY KEY (consortium_id, settlement_code)
);

-- scope PARTY.
CREATE TABLE settlement_line (
    consortium_id int NOT NULL,
    settlement_code text COLLATE "C" NOT NULL,
    pool smallint NOT NULL,
    party_id int NOT NULL CONSTRAINT settlement_line_party_fkey REFERENCES party,
    amount_minor bigint NOT NULL,
    content bytea NOT NULL,
    CONSTRAINT settlement_line_pkey PRIMARY KEY (consortium_id, settlement_code, pool, party_id),
    CONSTRAINT settlement_line_settlement_fkey FOREIGN KEY (consortium_id, settlement_code) REFERENCES settlement
);

SELECT declare_scope('CONSORTIUM', 'metric', 'usage_source', 'cost_item', 'settlement');
SELECT declare_scope('PARTY', 'usage_batch', 'usage_record', 'settlement_line');
GRANT USAGE ON SEQUENCE usage_batch_id_seq TO allmende_app;
-- A batch is laid out with the number of its source before it is known whether anything of it is stored.
GRANT USAGE ON SEQUENCE usage_source_source_id_seq TO allmende_app;
GRANT SELECT ON usage_batch_position TO allmende_app;
