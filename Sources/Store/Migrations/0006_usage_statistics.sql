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

SELECT declare_scope('CONSORTIUM', 'metric_setting');
SELECT declare_scope('PARTY', 'usage_rollup', 'usage_late', 'usage_statement');
GRANT UPDATE (recorded_until) ON metric_setting, usage_statement TO allmende_app;
COMMENT ON TABLE usage_rollup IS 'unsealed: held against the records of the batches';
COMMENT ON TABLE usage_late IS 'unsealed: held against the records of the batches and the periods';
-- Only figures: what a row is about never changes.
GRANT UPDATE (last_seconds, last_end, record_count, quantity) ON usage_rollup TO allmende_app;
