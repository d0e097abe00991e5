/// Rows for tables of a realistic size, beside those of `Seed`: some ten thousand where a table has so many in a Land,
/// most of them foreign to every caller. Consortium 1 has a twentieth of what consortia have, and half of the usage and
/// of the register's entries.
enum PlanRows {
    static let sql = begin + platform + consortia + usage + money + audit + marketplace + end

    /// Keys, which reads use, are checked; triggers, foreign keys and the exclusion constraints, which they do not use,
    /// would make this twenty times as slow.
    private static let begin = """
        SET session_replication_role = replica;
        DO $$
        DECLARE
            slow record;
        BEGIN
            FOR slow IN SELECT conrelid::regclass AS owner, conname FROM pg_constraint WHERE contype = 'x' LOOP
                EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', slow.owner, slow.conname);
            END LOOP;
        END
        $$;
        CREATE FUNCTION owner_of(i int) RETURNS int LANGUAGE sql IMMUTABLE
            AS $$ SELECT CASE i % 20 WHEN 0 THEN 1 WHEN 1 THEN 2 ELSE 3 + i % 1997 END $$;

        """

    private static let platform = """
        INSERT INTO party (party_id, party_code, kind, display_name, recorded_from) OVERRIDING SYSTEM VALUE
            SELECT i, 'p' || i, 1, 'Party ' || i, 0 FROM generate_series(5, 11000) i;
        INSERT INTO key_figure (party_id, kind, reference_date, value, status, source, recorded_from)
            SELECT 5 + i / 4, 1 + i % 4, '2012-12-31', i, 2, 'count', 0 FROM generate_series(0, 39999) i;
        INSERT INTO credential (sha256, party_id, role, recorded_from)
            SELECT sha256(int4send(i)), 5 + i % 5000, 1, 0 FROM generate_series(1000, 11000) i;
        INSERT INTO credential (sha256, party_id, role, recorded_from, ended_from, ends_at)
            SELECT sha256(int4send(i)), 5 + i % 5000, 1, 0, 1, now() - i * interval '1 hour'
            FROM generate_series(11001, 16000) i;
        INSERT INTO credential (sha256, party_id, role, recorded_from)
            SELECT decode(repeat('0' || i, 32), 'hex'), p, r, 0
            FROM (VALUES (1, 1, 1), (2, 2, 1), (3, 4, 2), (4, 4, 3), (5, 5, 1)) v (i, p, r);
        INSERT INTO mandate (party_id, mandate_code, holder_party_id, purposes, valid_from, recorded_from)
            SELECT i, 'x', i + 1, '{1}', '2012-01-01', 0 FROM generate_series(5, 5000) i;
        INSERT INTO request_record (party_id, request_id, request_sha256, response, recorded_at)
            SELECT 1 + i % 4, gen_random_uuid(), sha256(''), '', now() - i * interval '1 minute'
            FROM generate_series(1, 20200) i;
        INSERT INTO register (register_id, name, size, frontier)
            SELECT i, 'consortia/c' || i, 0, '' FROM generate_series(3, 2000) i;
        INSERT INTO register_entry (register_id, position, leaf_hash, nodes, entry, recorded_micros)
            SELECT 1 + i % 2, i / 2, sha256(int4send(i)), '', '', i FROM generate_series(0, 39999) i;
        UPDATE register SET size = 20000 WHERE register_id < 3;
        INSERT INTO register_checkpoint (register_id, size, root, note)
            SELECT 1 + i % 2, 1 + i / 2, sha256(''), 'note' FROM generate_series(0, 9999) i;
        INSERT INTO register_cosignature (register_id, size, key_name, line)
            SELECT 1 + i % 2, 1 + i / 2, 'witness.example', 'line' FROM generate_series(0, 9999) i;

        """

    private static let consortia = """
        INSERT INTO consortium
            (consortium_id, consortium_code, display_name, legal_form, currency, coordination_party_id, recorded_from)
            SELECT c, 'c' || c, 'C', 1, 'EUR', 5 + c % 300, 0 FROM generate_series(3, 2000) c;
        INSERT INTO consortium_version
            (consortium_id, state, open_to_applications, content, recorded_from, recorded_until)
            SELECT c, 2, false, '', v, nullif(v + 1, 4) FROM generate_series(3, 2000) c, generate_series(1, 3) v;
        INSERT INTO membership
            (consortium_id, party_id, membership_number, state, vote_weight, valid_from, valid_until, recorded_from)
            SELECT 2, i, 1, 2, 1, '2012-01-01'::date, NULL::date, 0 FROM generate_series(5, 11000) i
            UNION ALL SELECT 1, i, 1, 2, 1, '2012-01-01', NULL, 0 FROM generate_series(5, 200) i
            UNION ALL SELECT c, 5 + (7 * c + k) % 10990, 1, 2, 1, '2012-01-01', '2112-01-01', 0
            FROM generate_series(3, 2000) c, generate_series(1, 5) k;
        INSERT INTO auditor_appointment (consortium_id, party_id, valid_from, recorded_from)
            SELECT c, 5 + c % 100, '2012-01-01', 0 FROM generate_series(3, 2000) c;
        INSERT INTO decision (consortium_id, decision_code, rule, change, proposer_party_id, last_voting_day, state,
            recorded_from, closed_at)
            SELECT owner_of(i), 'd' || i, '', '', 5 + i % 9999, '2012-01-01'::date + i % 900,
                CASE i % 500 WHEN 0 THEN 1 ELSE 2 END, i, CASE WHEN i % 500 <> 0 THEN i + 1 END
            FROM generate_series(1, 20000) i;
        INSERT INTO decision_elector (consortium_id, decision_code, party_id, vote_weight)
            SELECT owner_of(i), 'd' || i, CASE p WHEN 3 THEN 1 ELSE 5 + (3 * i + p) % 9999 END, 1
            FROM generate_series(1, 20000) i, generate_series(1, 3) p;
        INSERT INTO vote (consortium_id, decision_code, party_id, ballot, recorded_from, recorded_until)
            SELECT owner_of(i), 'd' || i, 5 + (3 * i + p) % 9999, 1, v, nullif(v + 1, 3)
            FROM generate_series(1, 20000) i, generate_series(1, 2) p, generate_series(1, 2) v;
        INSERT INTO application (application_id, consortium_id, application_code, display_name, recorded_from)
            OVERRIDING SYSTEM VALUE
            SELECT i, owner_of(i), 'app-' || i, 'App', 0 FROM generate_series(4, 5000) i;
        INSERT INTO ownership_share
            (consortium_id, application_id, party_id, numerator, denominator, valid_from, recorded_from)
            SELECT owner_of(a), a, 5 + (4 * a + p) % 4999, 1, 4, '2012-01-01', 0
            FROM generate_series(4, 5000) a, generate_series(1, 4) p;
        INSERT INTO release (consortium_id, application_id, version, state, first_recorded, content, notes, notes_salt,
            recorded_from)
            SELECT owner_of(a), a, v, 2, v, '', '', '', v FROM generate_series(4, 5000) a, generate_series(1, 4) v;
        INSERT INTO adoption (consortium_id, application_id, party_id, state, version, valid_from, recorded_from)
            SELECT owner_of(a), a, 5 + (4 * a + p) % 4999, 3, '1', '2012-01-01', 0
            FROM generate_series(4, 5000) a, generate_series(1, 4) p;
        INSERT INTO publiccode_document (consortium_id, application_id, document, summary, recorded_from)
            SELECT owner_of(a), a, 'one', '', 0 FROM generate_series(4, 5000) a;
        INSERT INTO agreement_revision
            (consortium_id, agreement_code, revision, state, valid_from, content, recorded_from)
            SELECT owner_of(a), 'agreement-' || a, r, 3, '2012-01-01', '', r
            FROM generate_series(1, 4000) a, generate_series(1, 10) r;

        """

    private static let usage = """
        INSERT INTO metric (metric_id, consortium_id, application_id, metric_code, unit, scale, aggregation,
            sources_add_up, recorded_from) OVERRIDING SYSTEM VALUE
            SELECT i, owner_of(4 + i % 4000), 4 + i % 4000, 'metric-' || i, 'case', 0, 1, false, 0
            FROM generate_series(4, 9000) i;
        INSERT INTO metric (metric_id, consortium_id, application_id, metric_code, unit, scale, aggregation,
            sources_add_up, recorded_from) OVERRIDING SYSTEM VALUE
            VALUES (3, 1, 1, 'users', 'user', 0, 2, false, 0);
        INSERT INTO metric_setting (consortium_id, metric_id, smallest_interval, minimum_quantity, maximum_quantity,
            reporter_parties, reporter_sources, is_retired, recorded_from)
            SELECT consortium_id, metric_id, 1, 0, 1000000, '{}', '{}', false, metric_id FROM metric
            WHERE metric_id > 2;
        INSERT INTO usage_source (source_id, consortium_id, source_code) OVERRIDING SYSTEM VALUE
            SELECT 100 + i, owner_of(i), 'source-' || i FROM generate_series(0, 9999) i;
        INSERT INTO usage_batch (consortium_id, batch_id, application_id, source_id, party_id, row_count, row_root,
            secret, first_month, last_month, recorded_from)
            SELECT 1 + i % 2, 10 + i, 1, 1, 1 + i % 4, 2, sha256(''), '', '2012-01-01', '2012-01-01', 10 + i / 2
            FROM generate_series(0, 19999) i;
        INSERT INTO usage_record
            SELECT 1 + i / 8 % 2, 1, 1 + i % 3, 1 + i % 4, 0, 1 + i % 8, 0, i % 100 / 99,
                month + i / 8 * interval '1 minute', 1, 10 + i / 3
            FROM generate_series(0, 39999) i,
                (VALUES ('2012-01-01 00:00:00+00'::timestamptz), ('2012-02-01 00:00:00+00')) m (month);
        INSERT INTO usage_rollup (consortium_id, application_id, bucket, metric_id, party_id, source_id, grain,
            aggregation, last_seconds, last_end, record_count, quantity)
            SELECT c, 1, '2012-01-01'::date + d, 1, p, 1, 1, 1, 3600, '2013-01-01'::timestamptz, 1, 10
            FROM generate_series(1, 2) c, generate_series(5, 9005, 100) p, generate_series(0, 365) d
            UNION ALL
            SELECT c, 1, ('2012-01-01'::date + m * interval '1 month')::date, 1, p, 1, 2, 1, 3600,
                '2013-01-01', 1, 10
            FROM generate_series(1, 2) c, generate_series(5, 9005, 100) p, generate_series(0, 11) m;
        INSERT INTO usage_late (consortium_id, batch_id, application_id, metric_id, party_id, source_id, day, booked_on,
            record_count, quantity, recorded_from)
            SELECT owner_of(i), 1, 1, 1, 5 + i % 9999, 1, '2012-01-10', '2013-01-01'::date + i % 365, 1, 10, 10 + i
            FROM generate_series(0, 9999) i;
        INSERT INTO usage_statement (consortium_id, application_id, party_id, first_day, end_day, totals_sha256,
            content, recorded_from)
            SELECT owner_of(a), a, 5 + (3 * a + p) % 9999, '2012-01-01', '2013-01-01', sha256(''), '', 1
            FROM generate_series(4, 3000) a, generate_series(1, 3) p;

        """

    private static let money = """
        INSERT INTO cost_item (consortium_id, cost_item_code, pool, kind, net_minor, vat_minor, deductible_numerator,
            deductible_denominator, period_start, period_end, document_number, document_sha256, recorded_from)
            SELECT owner_of(i), 'i' || i, 2, 1, 100, 19, 0, 1, '2012-01-01'::date + i % 3650, '2032-01-01', 'R1', '', i
            FROM generate_series(1, 20000) i;
        INSERT INTO settlement
            (consortium_id, settlement_code, kind, agreement_code, period_start, period_end, content, recorded_from)
            SELECT owner_of(i), 's' || i, 1, 'a', '2012-01-01'::date + i % 3650, '2032-01-01', '', i
            FROM generate_series(1, 10000) i;
        INSERT INTO settlement_state (consortium_id, settlement_code, state, recorded_from, recorded_until)
            SELECT owner_of(i), 's' || i, s, s, nullif(s + 1, 3)
            FROM generate_series(1, 10000) i, generate_series(1, 2) s;
        INSERT INTO settlement_line (consortium_id, settlement_code, pool, party_id, amount_minor, content)
            SELECT owner_of(i), 's' || i, 2, 5 + (4 * i + p) % 9999, 60, ''
            FROM generate_series(1, 10000) i, generate_series(1, 4) p;
        INSERT INTO period (consortium_id, period_code, kind, valid_from, valid_until, state, recorded_from)
            SELECT c, 'y' || y, 1, make_date(y, 1, 1), make_date(y + 1, 1, 1), 1, 0
            FROM generate_series(1, 2000) c, generate_series(2013, 2016) y;
        INSERT INTO document_counter (consortium_id, year, last_ordinal)
            SELECT c, y, 1 FROM generate_series(3, 2000) c, generate_series(2013, 2014) y;
        INSERT INTO document
            (consortium_id, document_number, settlement_code, party_id, kind, issued_on, content, recorded_from)
            SELECT owner_of(i), '2014-' || i * 4 + p, 's' || i, 5 + (4 * i + p) % 9999, 1, '2014-03-01', '', i
            FROM generate_series(1, 10000) i, generate_series(1, 3) p;
        INSERT INTO document_item (consortium_id, document_number, party_id, pool, vat_treatment, period_start,
            period_end, amount_minor)
            SELECT owner_of(i), '2014-' || i * 4 + p, 5 + (4 * i + p) % 9999, 2, 1, '2012-01-01'::date + i % 3650,
                '2032-01-01', 10
            FROM generate_series(1, 10000) i, generate_series(1, 3) p;

        """

    private static let audit = """
        INSERT INTO access_log (consortium_id, access_id, party_id, credential_sha256, method, resource)
            SELECT owner_of(i), i, 5 + i % 9999, sha256(''), 'm', 'r' FROM generate_series(3, 20000) i;
        INSERT INTO entry_remark (consortium_id, entry_position, kind, party_id, note_sha256, recorded_from)
            SELECT owner_of(i), i, 1, 5 + i % 9999, '', i FROM generate_series(2, 10000) i;
        INSERT INTO export_manifest (consortium_id, request_sha256, manifest_sha256)
            SELECT owner_of(i), sha256(int4send(i)), sha256('') FROM generate_series(3, 5000) i;
        INSERT INTO audit.row_seal (register_id, position, table_name, row_key, sha256)
            SELECT owner_of(i), i, 'vote', i, sha256('') FROM generate_series(1, 40000) i;

        """

    private static let marketplace = """
        INSERT INTO publication (publication_id, publication_name, party_id, state, revision, published_revision,
            recorded_from, changed_at) OVERRIDING SYSTEM VALUE
            SELECT i, CASE i % 2 WHEN 0 THEN 'listings/x' ELSE 'guides/x' END || i, 1 + i % 1000, 2, 2, 2, 0, 0
            FROM generate_series(4, 8000) i;
        INSERT INTO publication_revision (publication_id, revision, party_id, application_id, content, content_salt,
            recorded_from, published_at)
            SELECT i, r, 1 + i % 1000, 4 + i % 4000, '', '', 0, 0
            FROM generate_series(4, 8000) i, generate_series(1, 2) r;
        INSERT INTO search_word (word_id, facet, word, documents) OVERRIDING SYSTEM VALUE
            SELECT i, 0, md5(i::text), 5 FROM generate_series(2, 20000) i;
        INSERT INTO search_posting (word_id, document_id, weight)
            SELECT 2 + i % 19999, 4 + i % 7997, 8 FROM generate_series(0, 99999) i ON CONFLICT DO NOTHING;
        INSERT INTO search_document (document_id, publication_id, words, facets, title, summary, kind)
            SELECT i, i, '{}', '{}', 'Title', 'Summary', 'guide' FROM generate_series(4, 8000) i;
        INSERT INTO interest (publication_id, party_id, acting_party_id, owner_party_id, state, message, message_salt,
            recorded_from, changed_at)
            SELECT l, 5 + (l + 13 * k) % 5000, 5 + (l + 13 * k) % 5000, 1 + l % 1000, 1, '', '', 0, 0
            FROM generate_series(4, 8000, 2) l, generate_series(1, 5) k;
        INSERT INTO advisory_body (body_id, body_code, party_id, display_name, lands, topics, has_ended, recorded_from,
            changed_at) OVERRIDING SYSTEM VALUE
            SELECT i, 'b' || i, i, 'B', '{}', '{}', false, 0, 0 FROM generate_series(5, 200) i;
        INSERT INTO advisory_request (request_id, request_code, party_id, acting_party_id, topic, state, body_id,
            body_party_ids, recorded_from, changed_at) OVERRIDING SYSTEM VALUE
            SELECT i, 'r' || i, 1 + i % 5000, 1 + i % 5000, 't', 2, 5 + i % 190, ARRAY[5 + i % 190], 0, 0
            FROM generate_series(3, 20000) i;
        INSERT INTO advisory_step (request_id, recorded_from, party_id, state, text, text_salt)
            SELECT i, s, 1, 1, 'why', '' FROM generate_series(3, 20000) i, generate_series(1, 2) s;
        INSERT INTO guide_use (publication_id, revision, party_id, acting_party_id, used_on, recorded_from)
            SELECT g, 2, 5 + (g + 17 * k) % 5000, 5 + (g + 17 * k) % 5000, '2012-01-01', 0
            FROM generate_series(5, 8000, 2) g, generate_series(1, 3) k;
        INSERT INTO adoption_report
            (publication_id, party_id, introduction_days, rating, text, text_salt, recorded_from)
            SELECT l, 5 + k, 10, 4, 'good', '', 0 FROM generate_series(4, 8000, 2) l, generate_series(1, 3) k;

        """

    /// The tests' own rows follow those above.
    private static let end = """
        DO $$
        DECLARE
            counted record;
        BEGIN
            FOR counted IN
                SELECT c.oid::regclass AS owner, a.attname FROM pg_class c
                JOIN pg_attribute a ON a.attrelid = c.oid AND a.attidentity <> ''
            LOOP
                EXECUTE format(
                    'SELECT setval(pg_get_serial_sequence(%L, %L), (SELECT max(%I) FROM %s))', counted.owner,
                    counted.attname, counted.attname, counted.owner);
            END LOOP;
        END
        $$;
        SELECT setval('consortium_id_seq', 2000), setval('usage_batch_id_seq', 50000), setval('access_id_seq', 50000);
        DROP FUNCTION owner_of;
        ANALYZE;
        """
}
