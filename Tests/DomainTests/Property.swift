import TestSupport
import Testing

/// Runs the body with a generator per seed; a failure names the seed.
func property(seeds: Range<UInt64>, _ body: (inout SplitMix64) throws -> Void) {
    for seed in seeds {
        var generator = SplitMix64(seed: seed)
        do {
            try body(&generator)
        } catch is ExpectationFailedError {
            // The expectation has recorded itself; what it lacks is the seed.
            Issue.record("seed \(seed)")
        } catch {
            Issue.record(error, "seed \(seed)")
        }
    }
}
