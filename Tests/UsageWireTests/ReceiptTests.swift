import API
import Foundation
import SwiftProtobuf
import Testing
import UsageWire

@Suite(.timeLimit(.minutes(5)))
struct ReceiptTests {
    private let receipt = {
        var receipt = UsageReceipt(requestID: "018f3c1e-7b1a-7000-8000-000000000001")
        receipt.registerPosition = 41
        receipt.rowRoot = Array(0..<32)
        receipt.recordCount = 10_000
        receipt.correctedCount = 2
        receipt.unchanged = [0, 1, 300]
        receipt.conflicts = [
            .init(index: 0, storedQuantity: 0, registerPosition: 0, isOfOtherSource: false),
            .init(index: 7, storedQuantity: 9, registerPosition: -1, isOfOtherSource: true),
        ]
        receipt.rejections = [
            .init(
                field: "quantity", reason: "INVALID_FIELD", message: "quantity must not be negative", indexes: [4, 5])
        ]
        receipt.late = [.init(day: "2012-12-31", bookedOn: "2013-01-01", recordCount: 3)]
        return receipt
    }()

    @Test("a receipt is what SwiftProtobuf would have written, and is read again")
    func receipts() throws {
        let expected = IngestUsageResponse.with {
            $0.requestID = receipt.requestID
            $0.registerPosition = 41
            $0.rowRoot = Data(0..<32)
            $0.recordCount = 10_000
            $0.correctedCount = 2
            $0.unchanged = [0, 1, 300]
            $0.conflicts = [
                UsageConflict(),
                .with {
                    $0.index = 7
                    $0.storedQuantity = 9
                    $0.registerPosition = -1
                    $0.otherSource = true
                },
            ]
            $0.rejections = [
                .with {
                    $0.field = "quantity"
                    $0.reason = "INVALID_FIELD"
                    $0.message = "quantity must not be negative"
                    $0.indexes = [4, 5]
                }
            ]
            $0.late = [
                .with {
                    $0.day = "2012-12-31"
                    $0.bookedOn = "2013-01-01"
                    $0.recordCount = 3
                }
            ]
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
