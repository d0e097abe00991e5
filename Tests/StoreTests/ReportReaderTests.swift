import Postgres
import Store
import TestSupport
import Testing

/// Long reads on a standby: never older than what was committed when they were asked for.
@Suite(.timeLimit(.minutes(5)))
struct ReportReaderTests {
    @Test func reportsGoToAStandbyThatHasEverythingAndElseToThePrimary() async throws {
        let primary = try TestCluster()
        let target = try primary.makeDatabase(copying: await Fixture.makeDatabase())
        try target.execute(Seed.sql)
        let standby = try primary.makeStandby()
        try await withDatabase(target) { database in
            try await withDatabase(standby.database(named: target.name)) { reports in
                let reader = Store(database: database, reports: reports).reportReader(Seed.member)
                func read() async throws -> (isOnStandby: Bool, parties: Int64) {
                    let rows = try await reader.query("SELECT pg_is_in_recovery(), count(*) FROM party")
                    return (
                        try rows.decode(Bool.self, row: 0, column: 0), try rows.decode(Int64.self, row: 0, column: 1)
                    )
                }
                func addParty(_ code: String) throws {
                    let columns = "party_code, kind, display_name, recorded_from"
                    try target.execute("INSERT INTO party (\(columns)) VALUES ('\(code)', 1, 'X', 0)")
                }
                for number in Int64(5)...9 {
                    try addParty("x\(number)")
                    #expect(try await read() == (true, number))
                }
                try standby.execute("SELECT pg_wal_replay_pause()", in: target.name)
                try addParty("late")
                #expect(try await read() == (false, 10))
                try standby.execute("SELECT pg_wal_replay_resume()", in: target.name)
                #expect(try await read() == (true, 10))
                try standby.stop()
                #expect(try await read() == (false, 10))
            }
        }
    }
}
