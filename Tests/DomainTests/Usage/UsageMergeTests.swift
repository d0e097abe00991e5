import Domain
import Testing

@Suite(.timeLimit(.minutes(5)))
struct UsageMergeTests {
    private let key = UsageKey(metric: 1, party: 2, start: 0, seconds: 3600)
    private let stored = UsageMerge.Stored(revision: 3, quantity: 10, source: 7, position: 5)

    private func merge(source: Int32 = 7, supersedes: Bool = false) -> UsageMerge {
        UsageMerge(known: [key: stored], source: source, supersedes: supersedes)
    }

    @Test func whatIsStoredIsUnchangedInConflictOrCorrected() {
        var plain = merge()
        #expect(plain.verdict(on: key, quantity: 10) == .unchanged(stored))
        #expect(plain.verdict(on: key, quantity: 11) == .conflict(stored))
        var correcting = merge(supersedes: true)
        #expect(correcting.verdict(on: key, quantity: 10) == .unchanged(stored))
        #expect(correcting.verdict(on: key, quantity: 11) == .correction(revision: 4, replaces: 10))
        // What comes later in the batch meets what came before, as single records would.
        #expect(correcting.verdict(on: key, quantity: 10) == .correction(revision: 5, replaces: 11))
        var foreign = merge(source: 8, supersedes: true)
        #expect(foreign.verdict(on: key, quantity: 10) == .conflict(stored))
    }

    @Test func theSameKeyTwiceInABatchIsNewOnce() {
        var merge = UsageMerge(known: [:], source: 7, supersedes: false)
        #expect(merge.verdict(on: key, quantity: 1) == .new)
        let own = UsageMerge.Stored(revision: 0, quantity: 1, source: 7, position: -1)
        #expect(merge.verdict(on: key, quantity: 1) == .unchanged(own))
        #expect(merge.verdict(on: key, quantity: 2) == .conflict(own))
    }

    @Test func correctionsHaveAnEnd() {
        let last = UsageMerge.Stored(revision: UsageMerge.mostRevisions, quantity: 1, source: 7, position: 5)
        var merge = UsageMerge(known: [key: last], source: 7, supersedes: true)
        #expect(merge.verdict(on: key, quantity: 2) == .tooOftenCorrected)
    }
}
