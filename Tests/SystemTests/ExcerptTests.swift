import API
import Audit
import Foundation
import GRPC
import SwiftProtobuf
import Testing

/// Excerpts of usage as the server gives them: to a municipality its own rows and nothing of the others.
@Suite(.timeLimit(.minutes(5)))
struct ExcerptTests {
    @Test func aPartyProvesItsOwnUsage() async throws {
        try await House.with(.founded) { house in
            try await work(house)
            let bytes = try await excerpt(.itzgrund, house) { $0.party = Person.itzgrund.party }
            let report = try verify(bytes)
            #expect(report.failures == [], "\(report.failures)")
            #expect(report.selection == UsageSelection(party: Person.itzgrund.code))
            // Its own batch, and every other row of the data centre's.
            #expect(report.rows == 20 + 30 && report.batches == 2)
            #expect(report.usage.map(\.quantity) == ["\(20 * 3 + 30 * 7)"])
            let text = String(decoding: bytes, as: UTF8.self)
            // The entry of the data centre's batch names who reported it, and that is all.
            for other in Person.members where other != .itzgrund {
                #expect(!text.contains(",\(other.code),"), "\(other)")
            }
            #expect(!text.contains(",5,,"), "the quantity of the others")

            // Whoever may select it gets the same bytes, at any time and from any byte on.
            let size = Int64(report.size)
            _ = try await ingest([.batch(.itzgrund, first: 5000, quantities: [1])], as: .itzgrund, in: house)
            for person in [Person.office, .auditor, .itzgrund] {
                let again = try await excerpt(person, house, size: size) { $0.party = Person.itzgrund.party }
                #expect(again == bytes, "\(person)")
            }
            let rest = try await excerpt(.itzgrund, house, size: size, offset: 2000) {
                $0.party = Person.itzgrund.party
            }
            #expect(rest == Array(bytes[2000...]))
        }
    }

    @Test func conditionsSelectRows() async throws {
        try await House.with(.founded) { house in
            try await work(house)
            let metric = Founding.application + "/metrics/cases"
            let cases: [(Int, (inout ExcerptFilter) -> Void)] = [
                (80, { _ in }), (80, { $0.application = Founding.application }), (80, { $0.metric = metric }),
                (
                    24,
                    {
                        $0.period.start = .day(2012, 1, 2)
                        $0.period.end = .day(2012, 1, 3)
                    }
                ), (0, { $0.period = .year(2013) }),
            ]
            for (rows, change) in cases {
                let report = try verify(try await excerpt(.auditor, house, change))
                #expect(report.isVerified && report.rows == rows, "\(report.failures) \(report.rows)")
            }
        }
    }

    @Test func othersRowsAreNotForAParty() async throws {
        try await House.with(.founded) { house in
            for party in ["", Person.grossheirath.party] {
                let refused = await refusal { _ = try await excerpt(.itzgrund, house) { $0.party = party } }
                #expect(refused?.reason == "PERMISSION_DENIED", "\(party)")
            }
            let own: (inout ExcerptFilter) -> Void = { $0.party = Person.itzgrund.party }
            #expect(await refusal { _ = try await excerpt(.operator, house, own) }?.reason == "PERMISSION_DENIED")
            #expect(await refusal { _ = try await excerpt(.otherOffice, house, own) }?.code == .notFound)
        }
    }

    @Test func conditionsThatLeadNowhereAreRefused() async throws {
        try await House.with(.founded) { house in
            let foreign = Founding.foreignConsortium + "/applications/a"
            let cases: [((inout ExcerptFilter) -> Void, String)] = [
                ({ $0.application = "bauantrag" }, "excerpt.application"),
                ({ $0.application = foreign }, "excerpt.application"),
                ({ $0.metric = foreign + "/metrics/cases" }, "excerpt.metric"),
                (
                    {
                        $0.application = Founding.application
                        $0.metric = Founding.consortium + "/applications/other/metrics/cases"
                    }, "excerpt.metric"
                ),
                ({ $0.party = "itzgrund" }, "excerpt.party"), ({ $0.party = Person.ebern.party }, "excerpt.party"),
                ({ $0.period.start = .day(2012, 1, 1) }, "excerpt.period.end"),
            ]
            for (change, field) in cases {
                let refused = await refusal { _ = try await excerpt(.auditor, house, change) }
                #expect(refused?.fields == [field], "\(String(describing: refused))")
            }
            let unknown = await refusal {
                _ = try await excerpt(.auditor, house) { $0.metric = Founding.application + "/metrics/none" }
            }
            #expect(unknown?.code == .notFound)
        }
    }

    // MARK: - Support

    /// A batch of each member, and one of a data centre with the rows of two members in turn.
    private func work(_ house: House) async throws {
        _ = try await ingest(
            [.batch(.itzgrund, quantities: Array(repeating: 3, count: 20))], as: .itzgrund, in: house)
        _ = try await AccessServiceClient(try house.client(.itzgrund)).createMandate(
            .with {
                $0.parent = Person.itzgrund.party
                $0.mandateID = "rechenzentrum"
                $0.mandate.holder = Person.grossheirath.party
                $0.mandate.purposes = [.reportUsage]
                $0.mandate.valid.start = .day(2012, 1, 1)
                $0.requestID = .newRequest
            })
        var mixed = IngestUsageRequest.batch(.grossheirath, first: 24, quantities: Array(repeating: 5, count: 60))
        for index in stride(from: 1, to: 60, by: 2) {
            mixed.records[index].partyCode = Person.itzgrund.code
            mixed.records[index].quantity = 7
        }
        _ = try await ingest([mixed], as: .grossheirath, in: house)
    }

    private func excerpt(
        _ person: Person, _ house: House, size: Int64 = 0, offset: Int64 = 0,
        _ change: (inout ExcerptFilter) -> Void
    ) async throws -> [UInt8] {
        var request = ExportAuditBundleRequest()
        request.consortium = Founding.consortium
        request.registerSize = size
        request.offset = offset
        request.excerpt = ExcerptFilter()
        change(&request.excerpt)
        let stream = try await ExportServiceClient(try house.client(person)).exportAuditBundle(request)
        var bytes: [UInt8] = []
        while let piece = try await stream.receive() {
            #expect(piece.offset == offset + Int64(bytes.count))
            bytes += piece.data
        }
        return bytes
    }

    private func verify(_ excerpt: [UInt8]) throws -> VerificationReport {
        let verifier = AuditVerifier(keys: [try House.registerKey.get().verification], register: Founding.consortium)
        verifier.feed(excerpt)
        return verifier.finish()
    }
}
