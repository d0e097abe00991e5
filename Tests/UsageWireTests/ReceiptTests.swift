import API
import Foundation
import SwiftProtobuf
import Testing
import UsageWire

@Suite(.timeLimit(.minutes(1)))
struct ReceiptTests {
    private let receipt = UsageReceipt(
        requestID: "018f3c1e-7b1a-7000-8000-000000000001", registerPosition: 41, rowRoot: Array(0..<32),
        recordCount: 10_000, isReplayed: false)

    @Test("a receipt is what SwiftProtobuf would have written, and is read again")
    func receipts() throws {
        let expected = IngestUsageResponse.with {
            $0.requestID = receipt.requestID
            $0.registerPosition = 41
            $0.rowRoot = Data(0..<32)
            $0.recordCount = 10_000
        }
        try #expect(receipt.serialized() == expected.serializedBytes())
        try #expect(UsageReceipt(serialized: receipt.serialized()) == receipt)
        try #expect(UsageReceipt(serialized: []).rowRoot.isEmpty)
        #expect(throws: UsageWireError.malformed) { try UsageReceipt(serialized: [0x0A, 0x09]) }
        #expect(throws: UsageWireError.invalidText(field: "request_id")) {
            try UsageReceipt(serialized: [0x0A, 0x01, 0xFF])
        }
    }

    @Test("a stored receipt is marked as replayed, also twice")
    func replayed() throws {
        let once = UsageReceipt.replayed(receipt.serialized())
        for marked in [once, UsageReceipt.replayed(once)] {
            let response = try IngestUsageResponse(serializedBytes: marked)
            #expect(response.replayed)
            #expect(response.requestID == receipt.requestID)
            #expect(response.recordCount == 10_000)
        }
    }

    @Test("a piece of an export is what SwiftProtobuf would have written", arguments: [0, 1, 65_536])
    func chunks(size: Int) throws {
        let data = [UInt8](repeating: 0x5A, count: size)
        let expected = ExportAuditBundleResponse.with {
            $0.offset = 1 << 40
            $0.data = Data(data)
        }
        try #expect(ExportChunk.serialized(offset: 1 << 40, data: data) == expected.serializedBytes())
    }
}
