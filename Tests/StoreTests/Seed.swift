import Store

/// Two consortia that know nothing of each other. Parties 1 and 2 are members of consortium 1, party 3 of consortium 2,
/// party 4 runs and audits both. Every tenant table has rows of each.
enum Seed {
    static let member = Principal(
        partyID: 1, partyCode: "p1", role: .municipality, credentialDigest: [], consortia: ["one": 1])
    static let otherMember = Principal(
        partyID: 2, partyCode: "p2", role: .municipality, credentialDigest: [], consortia: ["one": 1])
    static let stranger = Principal(
        partyID: 3, partyCode: "p3", role: .municipality, credentialDigest: [], consortia: ["two": 2])
    static let auditor = Principal(
        partyID: 4, partyCode: "p4", role: .auditor, credentialDigest: [], consortia: ["one": 1])
    static let office = Principal(
        partyID: 4, partyCode: "p4", role: .coordinationOffice, credentialDigest: [], consortia: ["one": 1, "two": 2])

    static let sql = platform + consortia + usage + money + audit + marketplace

    private static let platform = """
        INSERT INTO party (party_id, party_code, kind, display_name, recorded_from) OVERRIDING SYSTEM VALUE
            SELECT i, 'p' || i, 1, 'Party ' || i, 0 FROM generate_series(1, 4) i;
        SELECT setval(pg_get_serial_sequence('party', 'party_id'), 4);
        INSERT INTO key_figure (party_id, kind, reference_date, value, status, source, recorded_from)
            SELECT i, 1, '2011-12-31', 1000 + i, 2, 'count', 0 FROM generate_series(1, 3) i;
        INSERT INTO party_name (party_id, display_name, valid_from, recorded_from)
            SELECT i, 'Town ' || i, '2012-01-01', 0 FROM generate_series(1, 3) i;
        INSERT INTO municipal_change (party_id, successor_party_id, numerator, denominator, effective_date, legal_basis,
            recorded_from) SELECT i, 4, 1, 1, '2013-01-01', 'order', 0 FROM generate_series(1, 3) i;
        INSERT INTO credential (sha256, party_id, role, recorded_from)
            SELECT sha256(int4send(i)), i, 1, 0 FROM generate_series(1, 4) i;
        INSERT INTO mandate (party_id, mandate_code, holder_party_id, purposes, valid_from, recorded_from) VALUES
            (1, 'm', 2, '{1,2}', '2012-01-01', 0), (2, 'm', 3, '{1}', '2012-01-01', 0),
            (3, 'm', 4, '{1}', '2012-01-01', 0);
        INSERT INTO request_record (party_id, request_id, request_sha256, response)
            SELECT i, gen_random_uuid(), sha256(''), '' FROM generate_series(1, 4) i;
        INSERT INTO register (register_id, name, size, frontier) VALUES
            (1, 'consortia/one', 0, ''), (2, 'consortia/two', 0, '');
        INSERT INTO register_checkpoint (register_id, size, root, note)
            SELECT i, 0, sha256(''), 'note' FROM generate_series(0, 2) i;
        INSERT INTO register_cosignature (register_id, size, key_name, line)
            SELECT i, 0, 'witness.example', 'line' FROM generate_series(0, 2) i;
        INSERT INTO register_key (register_id, origin, public_key, smallest_size, largest_size)
            SELECT i, 'origin', sha256(''), 0, 0 FROM generate_series(0, 2) i;

        """

    private static let consortia = """
        INSERT INTO consortium
            (consortium_id, consortium_code, display_name, legal_form, currency, coordination_party_id, recorded_from)
            VALUES (1, 'one', 'One', 1, 'EUR', 4, 0), (2, 'two', 'Two', 1, 'EUR', 4, 0);
        SELECT setval('consortium_id_seq', 2);
        INSERT INTO consortium_version (consortium_id, state, open_to_applications, content, recorded_from)
            VALUES (1, 2, false, '', 0), (2, 2, false, '', 0);
        INSERT INTO membership
            (consortium_id, party_id, membership_number, state, vote_weight, valid_from, recorded_from)
            VALUES (1, 1, 1, 2, 1, '2012-01-01', 0), (1, 2, 1, 2, 1, '2012-01-01', 0), (2, 3, 1, 2, 1, '2012-01-01', 0);
        INSERT INTO auditor_appointment (consortium_id, party_id, valid_from, recorded_from)
            VALUES (1, 4, '2012-01-01', 0), (2, 4, '2012-01-01', 0);
        INSERT INTO decision
            (consortium_id, decision_code, rule, change, proposer_party_id, last_voting_day, state, recorded_from)
            VALUES (1, 'd', '', '', 4, '2012-02-01', 1, 0), (2, 'd', '', '', 4, '2012-02-01', 1, 0);
        INSERT INTO decision_elector (consortium_id, decision_code, party_id, vote_weight)
            VALUES (1, 'd', 1, 1), (1, 'd', 2, 1), (2, 'd', 3, 1);
        INSERT INTO vote (consortium_id, decision_code, party_id, ballot, recorded_from)
            VALUES (1, 'd', 1, 1, 0), (2, 'd', 3, 1, 0);
        INSERT INTO application (application_id, consortium_id, application_code, display_name, recorded_from)
            OVERRIDING SYSTEM VALUE VALUES
            (1, 1, 'app', 'App', 0), (2, 2, 'app', 'App', 0), (3, 1, 'owned', 'Owned', 0);
        SELECT setval(pg_get_serial_sequence('application', 'application_id'), 3);
        INSERT INTO ownership_share
            (consortium_id, application_id, party_id, numerator, denominator, valid_from, recorded_from)
            VALUES (1, 3, 1, 1, 1, '2012-01-01', 0), (2, 2, 3, 1, 1, '2012-01-01', 0);
        INSERT INTO release (consortium_id, application_id, version, state, first_recorded, content, notes, notes_salt,
            recorded_from) VALUES (1, 1, '1', 2, 0, '', '', '', 0), (2, 2, '1', 2, 0, '', '', '', 0);
        INSERT INTO adoption (consortium_id, application_id, party_id, state, version, valid_from, recorded_from)
            VALUES (1, 1, 1, 3, '1', '2012-01-01', 0), (2, 2, 3, 3, '1', '2012-01-01', 0);
        INSERT INTO publiccode_document (consortium_id, application_id, document, summary, recorded_from)
            VALUES (1, 1, 'one', '', 0), (2, 2, 'two', '', 0);
        INSERT INTO agreement_revision
            (consortium_id, agreement_code, revision, state, valid_from, content, recorded_from)
            VALUES (1, 'a', 1, 1, '2012-01-01', 'one', 0), (2, 'a', 1, 1, '2012-01-01', 'two', 0);

        """

    private static let usage = """
        INSERT INTO metric (metric_id, consortium_id, application_id, metric_code, unit, scale, aggregation,
            sources_add_up, recorded_from) OVERRIDING SYSTEM VALUE
            VALUES (1, 1, 1, 'cases', 'case', 0, 1, false, 0), (2, 2, 2, 'cases', 'case', 0, 1, false, 0);
        INSERT INTO metric_setting (consortium_id, metric_id, smallest_interval, minimum_quantity, maximum_quantity,
            reporter_parties, reporter_sources, is_retired, recorded_from)
            SELECT c, c, 1, 0, 1000000, '{}', '{}', false, 0 FROM generate_series(1, 2) c;
        INSERT INTO usage_source (source_id, consortium_id, source_code)
            OVERRIDING SYSTEM VALUE VALUES (1, 1, 'dc'), (2, 2, 'dc');
        INSERT INTO usage_batch (consortium_id, batch_id, application_id, source_id, party_id, row_count, row_root,
            secret, first_month, last_month, recorded_from)
            SELECT c, p, c, c, p, 2, sha256(''), 'secret', '2012-01-01', '2012-02-01', p
            FROM (VALUES (1, 1), (1, 2), (2, 3)) v (c, p);
        SELECT setval('usage_batch_id_seq', 3);
        SELECT ensure_usage_partition('2012-01-01'), ensure_usage_partition('2012-02-01');
        INSERT INTO usage_record
            SELECT c, c, c, p, 0, 3600, 0, 0, day, 10 * p, p
            FROM (VALUES (1, 1), (1, 2), (2, 3)) v (c, p),
                (VALUES ('2012-01-10 00:00:00+00'::timestamptz), ('2012-02-10 00:00:00+00')) d (day);
        INSERT INTO usage_rollup (consortium_id, application_id, bucket, metric_id, party_id, source_id, grain,
            aggregation, last_seconds, last_end, record_count, quantity)
            SELECT c, c, bucket, c, p, c, grain, 1, 3600, '2012-02-10 01:00:00+00', 1, 10 * p
            FROM (VALUES (1, 1), (1, 2), (2, 3)) v (c, p),
                (VALUES (1, '2012-01-10'::date), (1, '2012-02-10'), (2, '2012-01-01'), (2, '2012-02-01'))
                    b (grain, bucket);
        INSERT INTO usage_late (consortium_id, batch_id, application_id, metric_id, party_id, source_id, day, booked_on,
            record_count, quantity, recorded_from)
            SELECT c, p, c, c, p, c, '2012-01-10', '2013-01-01', 1, 10, p
            FROM (VALUES (1, 1), (1, 2), (2, 3)) v (c, p);
        INSERT INTO usage_statement (consortium_id, application_id, party_id, first_day, end_day, totals_sha256,
            content, recorded_from)
            SELECT c, c, p, '2012-01-01', '2013-01-01', sha256(''), 'content', p
            FROM (VALUES (1, 1), (1, 2), (2, 3)) v (c, p);
        INSERT INTO usage_drop (consortium_id, month, record_count, batch_count, roots_sha256, recorded_from)
            SELECT c, '2011-12-01', 1, 1, sha256(''), 0 FROM generate_series(1, 2) c;
        INSERT INTO usage_remainder (consortium_id, batch_id, month, row_count, row_root, recorded_from)
            VALUES (1, 1, '2011-12-01', 1, sha256(''), 0), (2, 3, '2011-12-01', 1, sha256(''), 0);

        """

    private static let audit = """
        INSERT INTO access_log (consortium_id, access_id, party_id, credential_sha256, method, resource)
            VALUES (1, 1, 4, sha256(''), 'm', 'r'), (2, 2, 4, sha256(''), 'm', 'r');
        INSERT INTO entry_remark (consortium_id, entry_position, kind, party_id, note_sha256, recorded_from)
            VALUES (1, 0, 1, 4, '', 1), (2, 0, 1, 4, '', 1);
        INSERT INTO export_manifest (consortium_id, request_sha256, manifest_sha256)
            VALUES (1, sha256('1'), sha256('1')), (2, sha256('2'), sha256('2'));
        """

    private static let money = """
        INSERT INTO cost_item (consortium_id, cost_item_code, pool, kind, net_minor, vat_minor, deductible_numerator,
            deductible_denominator, period_start, period_end, document_number, document_sha256, recorded_from)
            SELECT c, 'i', 2, 1, 100, 19, 0, 1, '2012-01-01', '2013-01-01', 'R1', '', 0 FROM generate_series(1, 2) c;
        INSERT INTO settlement
            (consortium_id, settlement_code, kind, agreement_code, period_start, period_end, content, recorded_from)
            SELECT c, 's', 1, 'a', '2012-01-01', '2013-01-01', '', 0 FROM generate_series(1, 2) c;
        INSERT INTO document_counter (consortium_id, year, last_ordinal) VALUES (1, 2013, 1), (2, 2013, 1);
        INSERT INTO document
            (consortium_id, document_number, settlement_code, party_id, kind, issued_on, content, recorded_from)
            SELECT c, '2013-00000' || p, 's', p, 1, '2013-03-01', '', 0 FROM (VALUES (1, 1), (1, 2), (2, 3)) v (c, p);
        INSERT INTO document_item (consortium_id, document_number, party_id, pool, vat_treatment, period_start,
            period_end, amount_minor)
            SELECT c, '2013-00000' || p, p, 2, 1, '2012-01-01', '2013-01-01', 10 * p
            FROM (VALUES (1, 1), (1, 2), (2, 3)) v (c, p);
        INSERT INTO settlement_state (consortium_id, settlement_code, state, recorded_from)
            VALUES (1, 's', 1, 0), (2, 's', 1, 0);
        INSERT INTO period (consortium_id, period_code, kind, valid_from, valid_until, state, recorded_from)
            SELECT c, 'y2012', 1, '2012-01-01', '2013-01-01', 1, 0 FROM generate_series(1, 2) c;
        INSERT INTO settlement_line (consortium_id, settlement_code, pool, party_id, amount_minor, content)
            VALUES (1, 's', 2, 1, 60, 'p1'), (1, 's', 2, 2, 59, 'p2'), (2, 's', 2, 3, 119, 'p3');
        INSERT INTO register_entry (register_id, position, leaf_hash, nodes, entry, recorded_micros)
            SELECT i, 1000000, sha256(int4send(i)), '', int4send(i), 0 FROM generate_series(0, 2) i;
        """

    /// Drafts of every party: what is public is not foreign to anybody.
    private static let marketplace = """
        INSERT INTO publication (publication_id, publication_name, party_id, state, revision, recorded_from, changed_at)
            OVERRIDING SYSTEM VALUE SELECT i, 'listings/l' || i, i, 1, 1, 0, 0 FROM generate_series(1, 3) i;
        SELECT setval(pg_get_serial_sequence('publication', 'publication_id'), 3);
        INSERT INTO publication_revision (publication_id, revision, party_id, content, content_salt, recorded_from)
            SELECT i, 1, i, '', '', 0 FROM generate_series(1, 3) i;
        INSERT INTO search_document (document_id, publication_id, words, facets, title, summary, kind)
            VALUES (1, 1, '{1}', '{}', 'One', 'One', 'application');
        INSERT INTO search_word (word_id, facet, word) OVERRIDING SYSTEM VALUE VALUES (1, 0, 'one');
        SELECT setval(pg_get_serial_sequence('search_word', 'word_id'), 1);
        INSERT INTO search_posting (word_id, document_id, weight) VALUES (1, 1, 8);
        INSERT INTO interest (publication_id, party_id, acting_party_id, owner_party_id, state, message, message_salt,
            recorded_from, changed_at) VALUES (2, 3, 3, 2, 1, '', '', 0, 0), (1, 2, 2, 1, 1, '', '', 0, 0);
        INSERT INTO advisory_body (body_id, body_code, party_id, display_name, lands, topics, has_ended, recorded_from,
            changed_at) OVERRIDING SYSTEM VALUE VALUES (1, 'b', 2, 'B', '{}', '{}', false, 0, 0);
        SELECT setval(pg_get_serial_sequence('advisory_body', 'body_id'), 1);
        INSERT INTO advisory_request (request_id, request_code, party_id, acting_party_id, topic, state, body_id,
            body_party_ids, recorded_from, changed_at) OVERRIDING SYSTEM VALUE
            VALUES (1, 'r1', 1, 1, 't', 1, NULL, '{}', 0, 0), (2, 'r2', 3, 3, 't', 2, 1, '{2}', 0, 0);
        SELECT setval(pg_get_serial_sequence('advisory_request', 'request_id'), 2);
        INSERT INTO advisory_step (request_id, recorded_from, party_id, state, text, text_salt)
            VALUES (1, 0, 1, 1, 'why', ''), (2, 0, 3, 1, 'how', '');
        INSERT INTO guide_use (publication_id, revision, party_id, acting_party_id, used_on, recorded_from)
            VALUES (1, 1, 3, 3, '2012-01-01', 0), (1, 1, 1, 1, '2012-01-01', 0);
        INSERT INTO adoption_report (publication_id, party_id, introduction_days, rating, text, text_salt,
            recorded_from) VALUES (1, 3, 10, 4, 'good', '', 0);

        """
}
