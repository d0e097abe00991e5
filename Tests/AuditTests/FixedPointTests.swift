import Testing

@testable import Audit

@Suite struct FixedPointTests {
    /// A bundle may claim any scale for a metric.
    @Test func scalesThatCannotBeAreNoNumbers() {
        for scale in [Int(Int32.min), -1, -5, Int(Int32.max)] {
            for text in ["", "0", "12", "1.5"] {
                let units = Array(text.utf8).withUnsafeBytes { FixedPoint.units($0, scale: scale) }
                #expect(units == nil, "\(text) at scale \(scale)")
            }
        }
    }
}
