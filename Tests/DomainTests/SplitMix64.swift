import Testing

/// A small seeded generator (SplitMix64), so that a failing property test can be repeated from its seed.
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

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
