/// Failures and notes as they come up; keeps the first and counts the rest, so that a bundle full of errors does not
/// fill the memory.
struct Findings {
    private(set) var failures: [VerificationFailure] = []
    private(set) var failureCount = 0
    private(set) var notes: [String] = []

    mutating func fail(_ place: String, _ reason: @autoclosure () -> String, excerpt: UnsafeRawBufferPointer? = nil) {
        failureCount += 1
        guard failures.count < BundleVerifier.maximumFailures else { return }
        failures.append(VerificationFailure(place: place, reason: reason(), excerpt: excerpt))
    }

    mutating func note(_ text: String) {
        notes.append(VerificationFailure.printable(text))
    }
}
