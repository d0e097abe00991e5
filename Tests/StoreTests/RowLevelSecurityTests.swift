import TestSupport
import Testing

/// What the database itself keeps apart, whatever the application forgets: statements of the application's role under
/// one principal's settings, straight from psql.
@Suite(.timeLimit(.minutes(5)))
struct RowLevelSecurityTests {
    /// The list comes from the catalogue, so a new table fails here until it has a scope, a policy and a seed.
    @Test func everyTableHasAScopeAPolicyAndRows() async throws {
        let database = try await seeded()
        let tables = try database.lines(Catalogue.tables)
        #expect(tables == Scope.all.keys.sorted())
        for table in tables {
            let facts = try database.lines(
                """
                SELECT c.relrowsecurity, (SELECT count(*) > 0 FROM pg_policy WHERE polrelid = c.oid),
                    pg_has_role('allmende_app', c.relowner, 'USAGE') FROM pg_class c WHERE c.oid = '\(table)'::regclass
                """)
            #expect(facts == ["t|t|f"], "\(table): row-level security, a policy, not owned by the application")
        }
    }

    @Test func nothingIsReadWithoutSettings() async throws {
        let database = try await seeded()
        for (table, scope) in Scope.all where !scope.isReadableByAll {
            let answer = try database.execute("SET ROLE allmende_app; SELECT attempt('SELECT 1 FROM \(table)')")
            #expect(answer.hasPrefix("42704"), "\(table): \(answer)")
        }
    }

    @Test(arguments: Caller.all)
    func otherRowsAreNeitherSeenNorChanged(_ caller: Caller) async throws {
        let database = try await seeded()
        for (table, scope) in Scope.all.sorted(by: { $0.key < $1.key }) {
            guard let foreign = scope.foreign(to: caller) else { continue }
            try check(table, scope, foreign: foreign, caller, in: database)
        }
    }

    @Test func entriesOfAConsortiumAreForThoseWhoSeeAllParties() async throws {
        let database = try await seeded()
        let seen = "SELECT count(*) FROM register_entry WHERE register_id = 1"
        #expect(try Caller.member.run(seen, in: database) == "0")
        #expect(try Caller.office.run(seen, in: database) == "1")
    }

    /// Views read with their owner's rights and keep to the scope by themselves. The list comes from the catalogue.
    @Test func viewsShowNothingOfAForeignConsortium() async throws {
        let database = try await seeded()
        let columns = [
            "register_hash": "register_id", "usage_batch_position": "consortium_id", "usage_compared": "consortium_id",
        ]
        let tables = [
            "register_hash": "register_entry", "usage_batch_position": "usage_batch", "usage_compared": "usage_rollup",
        ]
        try database.execute("UPDATE consortium_version SET compare_usage = true")
        #expect(try database.lines(Catalogue.readableViews) == columns.keys.sorted())
        for (view, column) in columns {
            #expect(try database.number("SELECT count(*) FROM \(tables[view] ?? "") WHERE \(column) = 2") != 0)
            for caller in Caller.all {
                let foreign = try caller.run("SELECT count(*) FROM \(view) WHERE \(column) = 2", in: database)
                let own = try caller.run("SELECT count(*) > 0 FROM \(view) WHERE \(column) = 1", in: database)
                #expect(foreign == "0" && own == "t", "\(caller.name) reads \(view)")
                for change in ["DELETE FROM \(view)", "UPDATE \(view) SET \(column) = 1", "TRUNCATE \(view)"] {
                    let answer = try caller.run("SELECT attempt('\(change)')", in: database)
                    #expect(answer.hasPrefix("42"), "\(caller.name): \(change): \(answer)")
                }
            }
        }
    }

    /// What runs with the owner's rights is a short list; seals are out of reach altogether.
    @Test func theOwnersRightsAreLentToFewFunctions() async throws {
        let database = try await seeded()
        let lent = try database.lines(
            """
            SELECT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
            WHERE p.prosecdef AND n.nspname NOT IN ('pg_catalog', 'information_schema')
                AND has_function_privilege('allmende_app', p.oid, 'EXECUTE') AND p.prorettype <> 'trigger'::regtype
            ORDER BY p.proname COLLATE "C"
            """)
        #expect(lent == LentRights.functions.keys.sorted())
        let inAudit = try database.lines(
            """
            SELECT relname FROM pg_class WHERE relnamespace = 'audit'::regnamespace AND relkind IN ('r', 'v')
                AND (has_any_column_privilege('allmende_app', oid, 'SELECT, INSERT, UPDATE')
                    OR has_table_privilege('allmende_app', oid, 'DELETE, TRUNCATE'))
            """)
        #expect(inAudit.isEmpty)
        #expect(try database.lines("SELECT has_schema_privilege('allmende_app', 'audit', 'USAGE')") == ["f"])
    }

    @Test func hashesAreForEveryMemberOfTheConsortiumAlone() async throws {
        let database = try await seeded()
        for caller in Caller.all {
            let seen = "SELECT array_agg(register_id ORDER BY register_id) FROM register_hash"
            #expect(try caller.run(seen, in: database) == "{0,1}", "\(caller.name)")
            let changed = "SELECT attempt('DELETE FROM register_hash')"
            #expect(try caller.run(changed, in: database).contains("permission denied"), "\(caller.name)")
        }
    }

    @Test func theDirectoryIsWrittenByThoseWhoKeepIt() async throws {
        let database = try await seeded()
        let party = "INSERT INTO party (party_code, kind, display_name, recorded_from) VALUES (''new'', 1, ''New'', 0)"
        let figure = "UPDATE key_figure SET recorded_until = 5 WHERE party_id = 2"
        #expect(try Caller.member.run("SELECT attempt('\(party)')", in: database).contains("row-level security"))
        #expect(try Caller.member.run("SELECT attempt('\(figure)')", in: database) == "0")
        #expect(try Caller.office.run("SELECT attempt('\(party)')", in: database) == "1")
        #expect(try Caller.office.run("SELECT attempt('\(figure)')", in: database) == "1")
    }

    /// Not even in their own consortium, and whatever the application forgets.
    @Test func auditorsChangeNothingButWhatReadingWrites() async throws {
        let database = try await seeded()
        let writable: Set = [
            "register", "register_entry", "register_checkpoint", "register_cosignature", "register_key",
            "request_record", "credential", "access_log", "entry_remark", "export_manifest",
        ]
        for (table, scope) in Scope.all.sorted(by: { $0.key < $1.key }) where !writable.contains(table) {
            // Rows that nothing but the role keeps it from.
            let own =
                switch scope {
                case .consortium(let column): "\(column) = 1"
                case .party: "consortium_id = 1"
                case .account, .between, .directory, .authored, .derived, .advice: "true"
                }
            for change in try changes(of: table, foreign: own, in: database) {
                let answer = try Caller.auditor.run("SELECT attempt($$\(change.statement)$$)", in: database)
                #expect(answer.hasPrefix("42501") || answer == "0", "\(change.statement): \(answer)")
            }
        }
    }

    private func check(
        _ table: String, _ scope: Scope, foreign: String, _ caller: Caller, in database: TestDatabase
    ) throws {
        let others = "SELECT count(*), md5(string_agg(t::text, ',' ORDER BY t::text)) FROM \(table) t WHERE \(foreign)"
        let before = try database.execute(others)
        #expect(!before.hasPrefix("0|"), "\(table) has no row that is foreign to \(caller.name)")

        if !scope.isReadableByAll {
            let seen = try caller.run("SELECT count(*) FROM \(table) WHERE \(foreign)", in: database)
            #expect(seen == "0", "\(caller.name) reads \(table)")
            let copied = try caller.run("COPY \(table) TO STDOUT", in: database)
            let own = try database.number("SELECT count(*) FROM \(table) WHERE NOT (\(foreign))")
            #expect(copied.split(separator: "\n").count <= own ?? 0, "\(caller.name) copies out of \(table)")
        }
        let changes = try changes(of: table, foreign: foreign, in: database)
        let attempts = changes.map { "SELECT attempt($$\($0.statement)$$);" }.joined(separator: " ")
        let answers = try caller.run(attempts, in: database).split(separator: "\n")
        #expect(answers.count == changes.count)
        for (change, answer) in zip(changes, answers) {
            #expect(answer.hasPrefix(change.expected), "\(caller.name): \(change.statement): \(answer)")
        }
        #expect(throws: (any Error).self, "\(caller.name) copies into \(table)") {
            try caller.run("COPY \(table) FROM STDIN", in: database)
        }
        #expect(try database.execute(others) == before, "\(caller.name) has changed \(table)")
    }

    /// Statements that touch foreign rows, each with how its answer begins: no row, or no permission.
    private func changes(
        of table: String, foreign: String, in database: TestDatabase
    ) throws -> [(statement: String, expected: String)] {
        let columns = try database.lines(
            """
            SELECT quote_ident(attname), has_column_privilege('allmende_app', attrelid, attnum, 'UPDATE'),
                CASE attidentity WHEN '' THEN quote_ident(attname) ELSE 'DEFAULT' END
            FROM pg_attribute WHERE attrelid = '\(table)'::regclass AND attnum > 0 AND NOT attisdropped
            """)
        var statements = columns.map { line in
            let parts = line.split(separator: "|")
            let update = "UPDATE \(table) SET \(parts[0]) = \(parts[2]) WHERE \(foreign)"
            return (statement: update, expected: parts[1] == "t" ? "0" : "42501")
        }
        let row = try database.execute("SELECT row_to_json(t) FROM \(table) t WHERE \(foreign) LIMIT 1")
            .split(separator: "\n").joined()
        statements.append(("DELETE FROM \(table) WHERE \(foreign)", "42501"))
        statements.append(("TRUNCATE \(table) CASCADE", "42501"))
        statements.append(
            (
                """
                INSERT INTO \(table) OVERRIDING SYSTEM VALUE
                SELECT * FROM json_populate_record(NULL::\(table), '\(row)')
                """,
                "42501"
            ))
        return statements
    }
}

/// A database with the rows of `Seed` and the function `attempt`, which answers the number of rows or the error.
func seeded() async throws -> TestDatabase {
    let database = try await Fixture.makeDatabase()
    try database.execute(Seed.sql)
    try database.execute(
        """
        CREATE FUNCTION attempt(statement text) RETURNS text LANGUAGE plpgsql AS $$
        DECLARE touched bigint;
        BEGIN
            EXECUTE statement;
            GET DIAGNOSTICS touched = ROW_COUNT;
            RETURN touched::text;
        EXCEPTION WHEN OTHERS THEN
            RETURN SQLSTATE || ' ' || SQLERRM;
        END $$
        """)
    return database
}

/// Functions that run with the owner's rights for the application, each with what keeps it from telling too much.
enum LentRights {
    static let functions = [
        "audited_consortium": "a number, for operators",
        "consortia_due": "names, for what closes by itself",
        "consortia_with_retention": "names, for what is dropped by itself",
        "create_register": "adds an empty register",
        "drop_empty_usage_partitions": "takes away partitions without rows",
        "drop_usage_month": "deletes what the charter does not keep",
        "ended_credentials": "digests of certificates that are refused anyway",
        "ensure_usage_partition": "makes a partition",
        "has_run": "only of parties that the caller acts for",
        "index_publication": "only of the caller's own publications",
        "open_consortium": "the number of a consortium that says so itself",
        "purge_request_records": "says how many",
        "resolve_mandates": "by the certificate that was shown",
        "resolve_principal": "by the certificate that was shown",
        "seal_rows": "a digest",
        "solution_coverage": "numbers without names",
        "stage_evidence": "of parties that the caller acts for, and for roles that look after many",
        "usage_evidence": "numbers without names",
    ]
}

/// Questions to the catalogue.
enum Catalogue {
    /// Tables of the application; partitions have a test of their own, the migrations' bookkeeping is nobody's.
    static let tables = """
        SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
            AND NOT relispartition AND relname <> 'schema_migration' ORDER BY relname COLLATE "C"
        """
    static let readableViews = """
        SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('v', 'm')
            AND has_table_privilege('allmende_app', oid, 'SELECT') ORDER BY relname COLLATE "C"
        """
    static let partitions = """
        SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = 'usage_record'::regclass ORDER BY 1
        """
}
