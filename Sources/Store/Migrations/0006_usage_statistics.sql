-- Usage statistics: what a metric demands of its records, rollups, late records and statements.

-- scope CONSORTIUM. What may change of a metric, by position: bounds, who reports, whether it is retired. The two
-- arrays belong together element by element: this system reports for this party. Both empty: every system may, for the
-- party whose certificate it shows.
CREATE TABLE metric_setting (
    consortium_id int NOT NULL CONSTRAINT metric_setting_consortium_fkey REFERENCES consortium,
    metric_id int NOT NULL CONSTRAINT metric_setting_metric_fkey REFERENCES metric,
    smallest_interval int NOT NULL CONSTRAINT metric_setting_interval_check CHECK (smallest_interval > 0),
    minimum_quantity bigint NOT NULL CONSTRAINT metric_setting_minimum_check CHECK (minimum_quantity >= 0),
    maximum_quantity bigint NOT NULL,
    reporter_parties int[] NOT NULL,
    reporter_sources int[] NOT NULL,
    is_retired boolean NOT NULL,
    recorded_from bigint NOT NULL,
    recorded_until bigint,
    CONSTRAINT metric_setting_pkey PRIMARY KEY (consortium_id, metric_id, recorded_from),
    CONSTRAINT metric_setting_recorded_check CHECK (recorded_from < recorded_until),
    CONSTRAINT metric_setting_maximum_check CHECK (maximum_quantity >= minimum_quantity),
    CONSTRAINT metric_setting_reporters_check CHECK (cardinality(reporter_parties) = cardinality(reporter_sources)),
    CONSTRAINT metric_setting_no_overlap EXCLUDE USING gist (
        (consortium_id + 0) WITH =, (metric_id + 0) WITH =, int8range(recorded_from, recorded_until) WITH &&)
);
CREATE UNIQUE INDEX metric_setting_current_key ON metric_setting (consortium_id, metric_id)
    WHERE recorded_until IS NULL;
CREATE INDEX metric_setting_position_idx ON metric_setting (consortium_id, recorded_from);

-- scope PARTY. The current records of one source by day (grain 1) and by month (grain 2) in which the interval begins,
-- kept in the transaction that stores the records, under the register's lock (docs/decisions/0031). The period leads
-- the key: a year's totals are one range of it, however many years there are.
CREATE TABLE usage_rollup (
    consortium_id int NOT NULL CONSTRAINT usage_rollup_consortium_fkey REFERENCES consortium,
    application_id int NOT NULL,
    bucket date NOT NULL,
    metric_id int NOT NULL,
    party_id int NOT NULL,
    source_id int NOT NULL,
    grain smallint NOT NULL CONSTRAINT usage_rollup_grain_check CHECK (grain IN (1, 2)),
    -- The metric's, which never changes.
    aggregation smallint NOT NULL,
    -- Length of the interval that ended last; for LAST.
    last_seconds int NOT NULL,
    last_end timestamptz NOT NULL,
    record_count bigint NOT NULL,
    quantity bigint NOT NULL,
    CONSTRAINT usage_rollup_pkey PRIMARY KEY
        (consortium_id, application_id, grain, bucket, metric_id, party_id, source_id)
) WITH (fillfactor = 70);  -- room for updates that touch no index

-- scope PARTY. Records of a day in a closed period, by batch: what the settlement of the period does not rest on, and
-- the open day on which it is booked instead.
CREATE TABLE usage_late (
    consortium_id int NOT NULL CONSTRAINT usage_late_consortium_fkey REFERENCES consortium,
    batch_id bigint NOT NULL,
    application_id int NOT NULL,
    metric_id int NOT NULL,
    party_id int NOT NULL,
    source_id int NOT NULL,
    day date NOT NULL,
    booked_on date NOT NULL,
    record_count bigint NOT NULL,
    -- By how much the day's sum changed; 0 where quantities do not add up.
    quantity bigint NOT NULL,
    recorded_from bigint NOT NULL,
    CONSTRAINT usage_late_pkey PRIMARY KEY (consortium_id, recorded_from, metric_id, party_id, day),
    CONSTRAINT usage_late_booked_check CHECK (day < booked_on)
);
CREATE INDEX usage_late_booked_idx ON usage_late (consortium_id, application_id, booked_on);

-- scope PARTY. What a party says of its totals over some days. content is the whole statement in its canonical
-- serialisation; totals_sha256 tells whether there are other totals by now.
CREATE TABLE usage_statement (
    consortium_id int NOT NULL CONSTRAINT usage_statement_consortium_fkey REFERENCES consortium,
    application_id int NOT NULL CONSTRAINT usage_statement_application_fkey REFERENCES application,
    party_id int NOT NULL CONSTRAINT usage_statement_party_fkey REFERENCES party,
    first_day date NOT NULL,
    end_day date NOT NULL,
    totals_sha256 bytea NOT NULL,
    content bytea NOT NULL,
    recorded_from bigint NOT NULL,
    recorded_until bigint,
    CONSTRAINT usage_statement_pkey
        PRIMARY KEY (consortium_id, application_id, party_id, first_day, end_day, recorded_from),
    CONSTRAINT usage_statement_days_check CHECK (first_day < end_day),
    CONSTRAINT usage_statement_recorded_check CHECK (recorded_from < recorded_until),
    CONSTRAINT usage_statement_no_overlap EXCLUDE USING gist (
        (consortium_id + 0) WITH =, (application_id + 0) WITH =, (party_id + 0) WITH =, (first_day + 0) WITH =,
        (end_day + 0) WITH =, int8range(recorded_from, recorded_until) WITH &&)
);
CREATE UNIQUE INDEX usage_statement_current_key
    ON usage_statement (consortium_id, application_id, party_id, first_day, end_day) WHERE recorded_until IS NULL;

-- What members may compare: the rollups of every party where the charter permits. The view reads with its owner's
-- rights and therefore keeps to the scope, and to the charter, by itself.
CREATE VIEW usage_compared WITH (security_barrier) AS
    SELECT r.* FROM usage_rollup r
    WHERE r.consortium_id = ANY ((SELECT current_setting('allmende.consortia'))::int[])
        AND EXISTS (
            SELECT FROM consortium_version v
            WHERE v.consortium_id = r.consortium_id AND v.recorded_until IS NULL AND v.compare_usage);

-- scope CONSORTIUM. Months whose records were deleted when their retention was over. They are dropped in ascending
-- order: records before the end of the latest one are no longer kept, and none is taken in any more. Rollups stay.
CREATE TABLE usage_drop (
    consortium_id int NOT NULL CONSTRAINT usage_drop_consortium_fkey REFERENCES consortium,
    -- Its first day.
    month date NOT NULL,
    record_count bigint NOT NULL CONSTRAINT usage_drop_record_count_check CHECK (record_count >= 0),
    -- Batches among whose months it is.
    batch_count bigint NOT NULL,
    -- SHA-256 over the row roots of these batches, in the order of the register.
    roots_sha256 bytea NOT NULL CONSTRAINT usage_drop_roots_check CHECK (octet_length(roots_sha256) = 32),
    recorded_from bigint NOT NULL,
    CONSTRAINT usage_drop_pkey PRIMARY KEY (consortium_id, month)
);

-- scope CONSORTIUM. What is left of a batch that spans months of which one was dropped: a root of its own, made when
-- the whole had just been held against the root in the batch's entry.
CREATE TABLE usage_remainder (
    consortium_id int NOT NULL,
    batch_id bigint NOT NULL,
    -- The month that was dropped.
    month date NOT NULL,
    row_count int NOT NULL CONSTRAINT usage_remainder_row_count_check CHECK (row_count >= 0),
    row_root bytea NOT NULL,
    recorded_from bigint NOT NULL,
    CONSTRAINT usage_remainder_pkey PRIMARY KEY (consortium_id, batch_id, month),
    CONSTRAINT usage_remainder_batch_fkey FOREIGN KEY (consortium_id, batch_id) REFERENCES usage_batch,
    CONSTRAINT usage_remainder_drop_fkey FOREIGN KEY (consortium_id, month) REFERENCES usage_drop
);

-- Consortia whose charter limits for how long records are kept.
CREATE FUNCTION consortia_with_retention()
RETURNS TABLE (consortium_id int, consortium_code text, months int)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
    SELECT k.consortium_id, k.consortium_code, v.usage_retention_months
    FROM consortium k JOIN consortium_version v USING (consortium_id)
    WHERE v.recorded_until IS NULL AND v.usage_retention_months > 0
    ORDER BY k.consortium_id
$$;
REVOKE ALL ON FUNCTION consortia_with_retention() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION consortia_with_retention() TO allmende_app;

-- Deletes a consortium's records of one month and returns how many they were by application. The application itself
-- may delete nothing: only the server's own sweep may call this, and only for what the charter gives up.
CREATE FUNCTION drop_usage_month(consortium int, first_day date)
RETURNS TABLE (application_id int, record_count bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
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
$$;
REVOKE ALL ON FUNCTION drop_usage_month(int, date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION drop_usage_month(int, date) TO allmende_app;

-- Drops the partitions that a sweep has emptied, and returns how many they were. One that somebody reads or fills just
-- now is left to the next sweep: nobody waits behind a sweep for longer than a moment.
CREATE FUNCTION drop_empty_usage_partitions() RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '100ms'
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
REVOKE ALL ON FUNCTION drop_empty_usage_partitions() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION drop_empty_usage_partitions() TO allmende_app;

DO $$
DECLARE
    tenant text;
BEGIN
    FOREACH tenant IN ARRAY ARRAY['metric_setting', 'usage_drop', 'usage_remainder']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', tenant);
        EXECUTE format(
            'CREATE POLICY %I ON %I '
            'USING (consortium_id = ANY ((SELECT current_setting(''allmende.consortia''))::int[]))',
            tenant || '_scope', tenant);
        EXECUTE format('GRANT SELECT, INSERT ON %I TO allmende_app', tenant);
    END LOOP;
    FOREACH tenant IN ARRAY ARRAY['usage_rollup', 'usage_late', 'usage_statement']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', tenant);
        EXECUTE format(
            'CREATE POLICY %I ON %I USING ('
            'consortium_id = ANY ((SELECT current_setting(''allmende.consortia''))::int[]) AND '
            '(party_id = ANY ((SELECT current_setting(''allmende.parties''))::int[]) '
            'OR (SELECT current_setting(''allmende.all_parties''))::bool))',
            tenant || '_scope', tenant);
        EXECUTE format('GRANT SELECT, INSERT ON %I TO allmende_app', tenant);
    END LOOP;
END
$$;
GRANT UPDATE (recorded_until) ON metric_setting, usage_statement TO allmende_app;
GRANT SELECT ON usage_compared TO allmende_app;
COMMENT ON TABLE usage_rollup IS 'unsealed: held against the records of the batches';
COMMENT ON TABLE usage_late IS 'unsealed: held against the records of the batches and the periods';
-- Only figures: what a row is about never changes.
GRANT UPDATE (last_seconds, last_end, record_count, quantity) ON usage_rollup TO allmende_app;
