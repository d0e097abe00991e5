import API
import Audit
import Foundation
import GRPC
import SwiftProtobuf
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5)))
struct ExportTests {
    @Test func theBundleProvesWhatHappened() async throws {
        try await House.with(.founded) { house in
            try await work(house)
            let bundle = try await export(.auditor, house)
            let report = try verify(bundle)
            #expect(report.failures == [], "\(report.failures)")
            #expect(report.isVerified)
            #expect(report.register == Founding.consortium)
            #expect(report.rows == 330)
            #expect(report.batches == 3)
            #expect(report.settlements == 1)
            #expect(report.signers.count == 1)
            #expect(report.settlementTotals.map(\.total) == ["100000.01"])

            let size = Int64(report.size)
            #expect(try await export(.office, house) == bundle, "everyone who may export gets the same bytes")
            try await resume(bundle, at: size, house)

            // Later changes leave the state at that size as it was.
            _ = try await ingest([.batch(.itzgrund, first: 5000, quantities: [1, 2])], as: .itzgrund, in: house)
            #expect(try await export(.auditor, house, size: size) == bundle)
            let longer = try verify(try await export(.auditor, house))
            #expect(longer.isVerified)
            #expect(longer.rows == 332)
        }
    }

    @Test func aChangedByteIsNamed() async throws {
        try await House.with(.founded) { house in
            try await work(house)
            let bundle = try await export(.auditor, house)
            var generator = SplitMix64(seed: 2012)
            for _ in 0..<5 {
                let row = Int.random(in: 0..<110, using: &generator)
                var changed = bundle
                let start = IngestUsageRequest.newYear + Int64(row) * 3600
                let text = "bauantrag,\(Person.itzgrund.code),cases,rechenzentrum,\(instant(start)),"
                let place = try #require(changed.firstRange(of: Array(text.utf8)), "\(text)")
                // The quantity stands after the end of the interval.
                let quantity = place.upperBound + "2012-01-01T00:00:00Z,".utf8.count
                changed[quantity] = changed[quantity] == UInt8(ascii: "8") ? UInt8(ascii: "9") : UInt8(ascii: "8")
                let report = try verify(changed)
                #expect(!report.isVerified)
                let named = report.failures.contains { failure in
                    failure.place.hasPrefix("usage/") && failure.place.hasSuffix(" row \(row + 1)")
                        && failure.excerpt?.contains(instant(start)) == true
                }
                #expect(named, "row \(row + 1): \(report.failures)")
            }
        }
    }

    @Test func onlyOfficeAndAuditorExport() async throws {
        try await House.with(.founded) { house in
            for person in [Person.itzgrund, .operator] {
                let refused = await refusal { _ = try await export(person, house) }
                #expect(refused?.code == .permissionDenied)
                #expect(refused?.reason == "PERMISSION_DENIED")
            }
            let foreign = await refusal { _ = try await export(.otherOffice, house) }
            #expect(foreign?.code == .notFound)
            let beyond = await refusal { _ = try await export(.auditor, house, size: 1_000_000) }
            #expect(beyond?.reason == "UNKNOWN_POSITION")
            #expect(beyond?.fields == ["register_size"])
        }
    }

    /// 110 records of each member, costs and a settlement.
    private func work(_ house: House) async throws {
        for (person, cases) in zip(Person.members, Figures.cases) {
            let quantities = (0..<110).map { cases / 110 + (Int64($0) < cases % 110 ? 1 : 0) }
            _ = try await ingest([.batch(person, quantities: quantities)], as: person, in: house)
        }
        _ = try await CostServiceClient(try house.client(.office)).createCostItem(.cost("all", net: 10_000_001))
        _ = try await SettlementServiceClient(try house.client(.office)).calculateSettlement(.settlement("y2012"))
    }

    private func resume(_ bundle: [UInt8], at size: Int64, _ house: House) async throws {
        var generator = SplitMix64(seed: 1887)
        let middles = (0..<4).map { _ in Int.random(in: 1..<bundle.count, using: &generator) }
        for offset in [0, bundle.count - 1, bundle.count] + middles {
            let rest = try await export(.auditor, house, size: size, offset: Int64(offset))
            #expect(rest == Array(bundle[offset...]), "from \(offset)")
        }
    }

    private func export(
        _ person: Person, _ house: House, size: Int64 = 0, offset: Int64 = 0
    ) async throws -> [UInt8] {
        let stream = try await ExportServiceClient(try house.client(person)).exportAuditBundle(
            .with {
                $0.consortium = Founding.consortium
                $0.registerSize = size
                $0.offset = offset
            })
        var bytes: [UInt8] = []
        while let piece = try await stream.receive() {
            #expect(piece.offset == offset + Int64(bytes.count))
            bytes += piece.data
        }
        return bytes
    }

    private func verify(_ bundle: [UInt8]) throws -> VerificationReport {
        let verifier = BundleVerifier(keys: [try House.registerKey.get().verification], register: Founding.consortium)
        verifier.feed(bundle)
        return verifier.finish()
    }

    private func instant(_ seconds: Int64) -> String {
        let hours = (seconds - IngestUsageRequest.newYear) / 3600
        let (day, hour) = (hours / 24 + 1, hours % 24)
        return "2012-01-\(day < 10 ? "0" : "")\(day)T\(hour < 10 ? "0" : "")\(hour):00:00Z"
    }
}
