import API
import Foundation
import GRPC
import Services
import SwiftProtobuf
import TLS
import Testing

/// Texts that may name people stand beside the register, which holds their salted digests.
@Suite(.timeLimit(.minutes(5)))
struct ErasableTextTests {
    private let supplier = "Datenzentrale Itzgrund"
    private let notes = "Vor dem Wechsel sind die Vorlagen zu sichern."

    @Test func aSupplierIsProvenByItsSaltAndErasedForGood() async throws {
        try await House.with(.founded) { house in
            let costs = CostServiceClient(try house.client(.office))
            var request = CreateCostItemRequest.cost("hosting", net: 500_000)
            request.costItem.supplier = supplier
            let answer = try await costs.createCostItem(request)
            #expect(answer.costItem.supplier.isEmpty && answer.costItem.supplierSalt.isEmpty)
            let listed = try await item(costs)
            #expect(listed.supplier == supplier && listed.supplierSalt.count == 16)
            #expect(Data(SHA256.hash(Array(listed.supplierSalt) + Array(supplier.utf8))) == listed.supplierSha256)
            let entry = try await entry(answer.registerPosition, in: house)
            #expect(entry.costItemBooked == answer.costItem && entry.costItemBooked.supplierSha256.count == 32)
            #expect(entry.costItemBooked.supplierSha256 == listed.supplierSha256)

            let erasing = EraseSupplierRequest.with {
                $0.name = listed.name
                $0.requestID = .newRequest
            }
            let erased = try await costs.eraseSupplier(erasing)
            #expect(try await costs.eraseSupplier(erasing) == erased)
            #expect(erased.costItem.supplierSha256 == listed.supplierSha256)
            #expect(try await self.entry(erased.registerPosition, in: house).supplierErased.costItem == listed.name)
            let left = try await item(costs)
            #expect(left.supplier.isEmpty && left.supplierSalt.isEmpty && left.supplierSha256 == listed.supplierSha256)
            let again = await refusal {
                _ = try await costs.eraseSupplier(
                    .with {
                        $0.name = listed.name
                        $0.requestID = .newRequest
                    })
            }
            #expect(again?.reason == "INVALID_STATE")
            #expect(try await traces(of: supplier, in: house) == 0)
            await house.closeClients()
            #expect(try await house.database.audit().findings == [])
        }
    }

    @Test func notesOfAReleaseAreProvenByTheirSalt() async throws {
        try await House.with(.founded) { house in
            let applications = ApplicationServiceClient(try house.client(.office))
            let planned = try await applications.planRelease(
                .with {
                    $0.parent = Founding.application
                    $0.release.version = "3.1"
                    $0.release.license = "EUPL-1.2"
                    $0.release.compatibilityNotes = notes
                    $0.requestID = .newRequest
                })
            let release = planned.release
            #expect(release.compatibilityNotes == notes && release.compatibilityNotesSalt.count == 16)
            let digest = Data(SHA256.hash(Array(release.compatibilityNotesSalt) + Array(notes.utf8)))
            #expect(release.compatibilityNotesSha256 == digest)
            let recorded = try await entry(planned.registerPosition, in: house).releasePlanned
            #expect(recorded.compatibilityNotesSha256 == digest && recorded.compatibilityNotesSalt.isEmpty)
            #expect(try await traces(of: notes, in: house) == 0)
        }
    }

    private func item(_ costs: CostServiceClient) async throws -> CostItem {
        try #require(
            try await costs.listCostItems(
                .with {
                    $0.parent = Founding.consortium
                    $0.period = .year(2012)
                }
            ).costItems.first)
    }

    private func entry(_ position: Int64, in house: House) async throws -> RegisterEntry {
        try #require(
            try await RegisterServiceClient(try house.client(.auditor)).listEntries(
                .with {
                    $0.register = Founding.consortium
                    $0.start = position
                    $0.pageSize = 1
                }
            ).entries.first)
    }

    /// Entries in whose bytes the text stands.
    private func traces(of text: String, in house: House) async throws -> Int {
        let entries = try await RegisterServiceClient(try house.client(.auditor)).listEntries(
            .with {
                $0.register = Founding.consortium
                $0.pageSize = 1000
            }
        ).entries
        #expect(entries.count > 10)
        return try entries.count { entry in
            Data(try entry.serializedBytes() as [UInt8]).range(of: Data(text.utf8)) != nil
        }
    }
}
