import API
import Foundation
import GRPC
import SwiftProtobuf
import TestCertificates
import TestSupport
import Testing

/// Several servers on one database, each a process with a clock of its own that jumps.
@Suite(.timeLimit(.minutes(5)))
struct ClockTests {
    private static let ballots = 12

    @Test func twoServersWhoseClocksJumpCloseEveryBallotOnce() async throws {
        try await House.with(.founded) { house in
            try await letThePresentAppointAuditors(house)
            for number in 0..<Self.ballots { try await open(number, isCarried: number.isMultiple(of: 2), house) }
            // Both come up at once, a month and a year ahead; the server of the house stays in the present. Each has
            // seen what is due before either can close anything.
            let lock = try house.database.hold(
                "SELECT FROM register WHERE name = '\(Founding.consortium)' FOR UPDATE")
            let (month, year) = (try JumpingClock(days: 31), try JumpingClock(days: 400))
            async let one = House.start(on: house.database, environment: month.environment)
            async let two = House.start(on: house.database, environment: year.environment)
            let servers = try await [one, two]
            while try waiting(house) < servers.count {}
            lock.release()
            while try await decisions(house).contains(where: { $0.state == .open }) {}
            for server in servers {
                server.terminate()
                #expect(await server.exitStatus == 0, "\(server.log)")
            }
            try await checkOnce(Self.ballots, house)
            // A third one is late, and finds but the one ballot that was opened since.
            try await open(Self.ballots, isCarried: true, house)
            let late = try await House.start(on: house.database, environment: year.environment)
            while try await decisions(house).contains(where: { $0.state == .open }) {}
            late.terminate()
            #expect(await late.exitStatus == 0)
            try await checkOnce(Self.ballots + 1, house)
        }
    }

    @Test func aVoteCountsByTheClockOfTheServerThatTakesIt() async throws {
        try await House.with(.founded) { house in
            let decision = try await house.open("auditor") { $0.appointAuditor = .of(.otherOffice) }
            let clock = try JumpingClock(days: 0)
            let server = try await House.start(on: house.database, environment: clock.environment)
            let client = House.client(of: server, try Person.itzgrund.certificate)
            func vote(_ ballot: API.Ballot) async -> Refusal? {
                await refusal {
                    _ = try await DecisionServiceClient(client).castVote(
                        .with {
                            $0.name = decision.name
                            $0.ballot = ballot
                            $0.requestID = .newRequest
                        })
                }
            }
            #expect(await vote(.no) == nil)
            try clock.jump(toDays: 31)
            let late = await vote(.yes)
            #expect(late?.code == .failedPrecondition && late?.message.contains("last day for votes") == true)
            try clock.jump(toDays: -31)
            #expect(await vote(.abstain) == nil)
            let votes = try await decisions(house)[0].votes
            #expect(decision.state == .open && votes.map(\.ballot).contains(.abstain))
            await client.close()
            await server.kill()
        }
    }

    /// How many connections wait for a lock.
    private func waiting(_ house: House) throws -> Int {
        let count = try house.database.execute(
            """
            SELECT count(*) FROM pg_stat_activity
            WHERE datname = '\(house.database.name)' AND wait_event_type = 'Lock'
            """)
        return Int(count.prefix { $0.isNumber }) ?? 0
    }

    /// Every ballot that ended by itself has one entry, and every appointment that was carried another.
    private func checkOnce(_ count: Int, _ house: House) async throws {
        let entries = try await RegisterServiceClient(try house.client(.office)).listEntries(
            .with {
                $0.register = Founding.consortium
                $0.pageSize = 1000
            }
        ).entries
        let closed = entries.compactMap { entry in
            if case .decisionClosed(let change) = entry.change { change } else { nil }
        }
        #expect(closed.map(\.decision).sorted() == Set(closed.map(\.decision)).sorted() && closed.count == count)
        let carried = closed.filter { $0.state == .passed }
        #expect(carried.count == (count + 1) / 2)
        #expect(closed.filter { $0.state == .rejected }.count == count / 2)
        let appointments = entries.count { entry in
            if case .auditorAppointed(let change) = entry.change {
                change.party == Person.otherOffice.party
            } else {
                false
            }
        }
        #expect(appointments == carried.count)
    }

    private func decisions(_ house: House) async throws -> [Decision] {
        try await DecisionServiceClient(try house.client(.office)).listDecisions(
            .with { $0.parent = Founding.consortium }
        ).decisions.filter { if case .appointAuditor = $0.change { true } else { false } }
    }

    /// A ballot that its only vote carries at the end, or that nobody votes in.
    private func open(_ number: Int, isCarried: Bool, _ house: House) async throws {
        let decision = try await house.open("b\(number)") {
            $0.appointAuditor = .of(.otherOffice)
            $0.appointAuditor.valid = .year(Int32(2000 + number))
        }
        if isCarried { _ = try await house.vote(.yes, on: decision, as: .itzgrund) }
    }

    private func letThePresentAppointAuditors(_ house: House) async throws {
        var charter = try await ConsortiumServiceClient(try house.client(.office)).getConsortium(
            .with { $0.name = Founding.consortium }
        ).consortium.charter
        charter.otherMajority.simplePresent = SimplePresent()
        try await Founding(house: house).decide("simple") { $0.amendCharter.charter = charter }
    }
}

/// The wall clock of a server, so many days from that of the machine (Tests/clock-shift).
private struct JumpingClock {
    private let file: String

    init(days: Int) throws {
        file = TestCertificates.shared.directory.appending(path: "clock-\(String.newRequest)").path
        try jump(toDays: days)
    }

    func jump(toDays days: Int) throws {
        try "\(days * 86_400)".write(toFile: file, atomically: true, encoding: .utf8)
    }

    var environment: [String] { ["LD_PRELOAD=\(ServerProcess.path(of: "libclock-shift.so"))", "CLOCK_SHIFT=\(file)"] }
}
