internal import Domain
internal import Store

/// The refusal of an export whose data were deleted when their retention ended.
enum NoLongerKept {
    /// Refuses, before the first byte is sent, an export of usage that is not there any more.
    ///
    /// - Parameters:
    ///   - question: digest of what was asked for.
    ///   - applications: whose usage; nil for that of all.
    ///   - days: days on which intervals begin; nil for all.
    static func check(
        _ question: Digest32, of caller: Participant, applications: [Int32]?, days: DateRange?, until size: Int64,
        _ store: Store
    ) async throws {
        // Nothing of the rows goes out but that there are none.
        let reader = store.reportReader(caller.principal.hashingOthers(in: caller.code))
        let isLost = try await reader.isPastRetention(
            in: caller.consortium, applications: applications, days: days, until: size)
        if isLost { throw await failure(question, in: caller.consortium, reader) }
    }

    /// Names the digest of the manifest that the same export had, where it ran to its end before.
    static func failure(_ question: Digest32, in consortium: Int32, _ reader: ReportReader) async -> any Error {
        do {
            let kept = try await reader.exportManifest(question, in: consortium)
            let digest = kept.flatMap { Digest32($0)?.hex } ?? ""
            let failure = Failure(
                .noLongerKept,
                "usage of this export is past its retention and was deleted"
                    + (digest.isEmpty ? "; it was never exported before" : "; the manifest of its export had \(digest)")
            )
            return digest.isEmpty ? failure : failure.with("manifest_sha256", digest)
        } catch {
            return error
        }
    }
}
