import UsageWire

#if FUZZER
    /// What libFuzzer, which brings the main function, calls with each input.
    @_cdecl("LLVMFuzzerTestOneInput")
    public func exerciseOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
        Fuzz.exercise(Array(UnsafeRawBufferPointer(start: bytes, count: count)))
        return 0
    }
#else
    @main
    enum Main {
        static func main() { print("built without the fuzzer: see deploy/dev/fuzz") }
    }
#endif

/// libFuzzer over the readers of usage on the wire: each input is taken for a batch and for a receipt. What it has
/// found worth keeping lies in Tests/UsageWireTests/Corpus, and the tests read it again.
enum Fuzz {
    static func exercise(_ message: [UInt8]) {
        if let batch = try? rewritten(message) {
            precondition((try? rewritten(batch)) == batch, "a batch is not read as it was written")
        }
        if let receipt = try? UsageReceipt(serialized: message) {
            let again = try? UsageReceipt(serialized: receipt.serialized())
            precondition(again == receipt, "a receipt is not read as it was written")
        }
    }

    /// The batch written anew, without records whose texts are none.
    private static func rewritten(_ message: [UInt8]) throws -> [UInt8] {
        try UsageBatch.withDecoded(message) { batch in
            var writer = UsageBatchWriter(
                parent: batch.parent, sourceID: batch.sourceID, requestID: batch.requestID,
                supersede: batch.supersedes)
            for index in 0..<batch.count {
                let record = batch[index]
                guard let party = record.partyCode, let metric = record.metricID else { continue }
                writer.append(
                    partyCode: String(decoding: party, as: UTF8.self),
                    metricID: String(decoding: metric, as: UTF8.self),
                    intervalStart: record.intervalStart, intervalEnd: record.intervalEnd, quantity: record.quantity)
            }
            return writer.bytes
        }
    }
}
