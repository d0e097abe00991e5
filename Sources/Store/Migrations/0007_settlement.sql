-- Settlement: changes of municipalities, periods, states of settlements, documents.

ALTER TABLE key_figure ADD published_on date;

-- The names that a party bears after its first one, which stands in party. Positions are the platform register's.
CREATE TABLE party_name (
    party_id int NOT NULL CONSTRAINT party_name_party_fkey REFERENCES party,
    display_name text NOT NULL,
    valid_from date NOT NULL,
    valid_until date,
    recorded_from bigint NOT NULL,
    recorded_until bigint,
    CONSTRAINT party_name_pkey PRIMARY KEY (party_id, valid_from, recorded_from),
    CONSTRAINT party_name_valid_check CHECK (valid_from < valid_until),
    CONSTRAINT party_name_recorded_check CHECK (recorded_from < recorded_until),
    CONSTRAINT party_name_no_overlap EXCLUDE USING gist (
        (party_id + 0) WITH =, daterange(valid_from, valid_until) WITH &&,
        int8range(recorded_from, recorded_until) WITH &&)
);

-- A party that ended on a day, and who took its place by which share: one row for each successor. Positions are the
-- platform register's; a change is recorded once and never edited.
CREATE TABLE municipal_change (
    party_id int NOT NULL CONSTRAINT municipal_change_party_fkey REFERENCES party,
    successor_party_id int NOT NULL CONSTRAINT municipal_change_successor_fkey REFERENCES party,
    numerator bigint NOT NULL,
    denominator bigint NOT NULL,
    effective_date date NOT NULL,
    legal_basis text NOT NULL,
    recorded_from bigint NOT NULL,
    CONSTRAINT municipal_change_pkey PRIMARY KEY (party_id, successor_party_id),
    CONSTRAINT municipal_change_self_check CHECK (party_id <> successor_party_id),
    CONSTRAINT municipal_change_share_check CHECK (numerator > 0 AND numerator <= denominator)
);
CREATE INDEX municipal_change_successor_idx ON municipal_change (successor_party_id);

-- The directory of parties is public to every principal; who may write depends on the role.
ALTER TABLE party_name ENABLE ROW LEVEL SECURITY;
ALTER TABLE municipal_change ENABLE ROW LEVEL SECURITY;
CREATE POLICY party_name_read ON party_name FOR SELECT USING (true);
CREATE POLICY party_name_insert ON party_name FOR INSERT
    WITH CHECK ((SELECT current_setting('allmende.role')) IN ('operator', 'coordination_office'));
CREATE POLICY party_name_close ON party_name FOR UPDATE
    USING ((SELECT current_setting('allmende.role')) IN ('operator', 'coordination_office'));
CREATE POLICY municipal_change_read ON municipal_change FOR SELECT USING (true);
CREATE POLICY municipal_change_insert ON municipal_change FOR INSERT
    WITH CHECK ((SELECT current_setting('allmende.role')) IN ('operator', 'coordination_office'));
GRANT SELECT, INSERT ON party_name, municipal_change TO allmende_app;
GRANT UPDATE (recorded_until) ON party_name TO allmende_app;

-- scope CONSORTIUM. An accounting period and its state. A change of state closes the row and adds the next; no two
-- periods of a consortium have a day in common, whatever they are called.
CREATE TABLE period (
    consortium_id int NOT NULL CONSTRAINT period_consortium_fkey REFERENCES consortium,
    period_code text COLLATE "C" NOT NULL,
    kind smallint NOT NULL,
    valid_from date NOT NULL,
    valid_until date NOT NULL,
    state smallint NOT NULL,
    -- Size of the consortium's register when it was closed: usage recorded at later positions comes too late for it.
    closed_size bigint,
    recorded_from bigint NOT NULL,
    recorded_until bigint,
    CONSTRAINT period_pkey PRIMARY KEY (consortium_id, period_code, recorded_from),
    CONSTRAINT period_valid_check CHECK (valid_from < valid_until),
    CONSTRAINT period_recorded_check CHECK (recorded_from < recorded_until),
    -- Expressions keep the planner from answering look-ups with this GiST index.
    CONSTRAINT period_no_overlap EXCLUDE USING gist (
        (consortium_id + 0) WITH =, daterange(valid_from, valid_until) WITH &&,
        int8range(recorded_from, recorded_until) WITH &&)
);
CREATE UNIQUE INDEX period_current_key ON period (consortium_id, period_code) WHERE recorded_until IS NULL;

-- scope CONSORTIUM. In which state a settlement is; what was calculated never changes.
CREATE TABLE settlement_state (
    consortium_id int NOT NULL,
    settlement_code text COLLATE "C" NOT NULL,
    state smallint NOT NULL,
    recorded_from bigint NOT NULL,
    recorded_until bigint,
    CONSTRAINT settlement_state_pkey PRIMARY KEY (consortium_id, settlement_code, recorded_from),
    CONSTRAINT settlement_state_settlement_fkey FOREIGN KEY (consortium_id, settlement_code) REFERENCES settlement,
    CONSTRAINT settlement_state_recorded_check CHECK (recorded_from < recorded_until),
    CONSTRAINT settlement_state_no_overlap EXCLUDE USING gist (
        (consortium_id + 0) WITH =, (settlement_code || '') WITH =, int8range(recorded_from, recorded_until) WITH &&)
);
CREATE UNIQUE INDEX settlement_state_current_key ON settlement_state (consortium_id, settlement_code)
    WHERE recorded_until IS NULL;

-- scope CONSORTIUM. The last number of a year. The register's lock is held while it is counted on, so that numbers have
-- no gaps: what is not committed was never counted.
CREATE TABLE document_counter (
    consortium_id int NOT NULL CONSTRAINT document_counter_consortium_fkey REFERENCES consortium,
    year smallint NOT NULL,
    last_ordinal bigint NOT NULL CONSTRAINT document_counter_last_ordinal_check CHECK (last_ordinal > 0),
    CONSTRAINT document_counter_pkey PRIMARY KEY (consortium_id, year)
);

-- scope PARTY (the recipient, who may have taken the place of the party that is charged). content is the whole
-- document, canonically serialised.
CREATE TABLE document (
    consortium_id int NOT NULL,
    document_number text COLLATE "C" NOT NULL,
    settlement_code text COLLATE "C" NOT NULL,
    party_id int NOT NULL CONSTRAINT document_party_fkey REFERENCES party,
    kind smallint NOT NULL,
    issued_on date NOT NULL,
    content bytea NOT NULL,
    recorded_from bigint NOT NULL,
    CONSTRAINT document_pkey PRIMARY KEY (consortium_id, document_number),
    CONSTRAINT document_settlement_fkey FOREIGN KEY (consortium_id, settlement_code) REFERENCES settlement
);
CREATE INDEX document_settlement_idx ON document (consortium_id, settlement_code, document_number);

-- scope PARTY (the one that is charged). What documents asked for, open item by open item: the sum of an item is what
-- was issued for it.
CREATE TABLE document_item (
    consortium_id int NOT NULL,
    document_number text COLLATE "C" NOT NULL,
    party_id int NOT NULL CONSTRAINT document_item_party_fkey REFERENCES party,
    pool smallint NOT NULL,
    vat_treatment smallint NOT NULL,
    period_start date NOT NULL,
    period_end date NOT NULL,
    amount_minor bigint NOT NULL,
    CONSTRAINT document_item_pkey PRIMARY KEY
        (consortium_id, period_start, period_end, party_id, pool, vat_treatment, document_number),
    CONSTRAINT document_item_period_check CHECK (period_start < period_end),
    CONSTRAINT document_item_document_fkey FOREIGN KEY (consortium_id, document_number) REFERENCES document
);

SELECT declare_scope('CONSORTIUM', 'period', 'settlement_state', 'document_counter');
SELECT declare_scope('RECIPIENT', 'document', 'document_item');
GRANT UPDATE (reversed_at, supplier, supplier_salt) ON cost_item TO allmende_app;
GRANT UPDATE (last_ordinal) ON document_counter TO allmende_app;
GRANT UPDATE (recorded_until) ON period, settlement_state TO allmende_app;
