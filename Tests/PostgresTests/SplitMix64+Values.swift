import Postgres
import TestSupport

extension SplitMix64 {
    /// A number with any count of significant bits, so that small ones and the ends of the range are as frequent.
    mutating func number<Number: FixedWidthInteger>(_: Number.Type = Number.self) -> Number {
        let shift = Int.random(in: 0..<Number.bitWidth, using: &self)
        return Number(truncatingIfNeeded: next()) >> Number(shift)
    }

    mutating func list<Element>(upTo count: Int, _ make: (inout SplitMix64) -> Element) -> [Element] {
        (0..<Int.random(in: 0...count, using: &self)).map { _ in make(&self) }
    }

    mutating func text() -> String {
        String(list(upTo: 20) { Array("aZ 0'\"\\{},ÄßŁ🏛️\n")[Int.random(in: 0..<15, using: &$0)] })
    }

    mutating func numeric() -> SQLNumeric {
        switch Int.random(in: 0..<30, using: &self) {
        case 0: return .notANumber
        case 1: return .infinity
        case 2: return .minusInfinity
        case 3: return SQLNumeric("0." + String(repeating: "0", count: 16_382) + "7") ?? .notANumber
        case 4: return SQLNumeric(String(repeating: "9", count: 131_072)) ?? .notANumber
        default:
            let digits = { (generator: inout SplitMix64, limit: Int) in
                String(generator.list(upTo: limit) { Character("\(Int.random(in: 0...9, using: &$0))") })
            }
            let behind = digits(&self, 30)
            let text = (Bool.random(using: &self) ? "-" : "") + "1" + digits(&self, 30)
            return SQLNumeric(behind.isEmpty ? text : text + "." + behind) ?? .notANumber
        }
    }

    mutating func range<Bound: SQLRangeBound>(_ bound: (inout SplitMix64) -> Bound) -> SQLRange<Bound> {
        let lower = Int.random(in: 0..<4, using: &self) == 0 ? nil : bound(&self)
        let upper = Int.random(in: 0..<4, using: &self) == 0 ? nil : bound(&self)
        return SQLRange(lower, upper) ?? .empty
    }

    /// A day that the server accepts: 4713 BC to 5874897 AD.
    mutating func day() -> SQLDate { SQLDate(days: Int32.random(in: -2_451_545...2_145_031_948, using: &self)) }

    mutating func json() -> SQLJSON {
        // As the server prints it: keys by length, then by bytes; one space after colon and comma.
        let values = list(upTo: 4) { "\($0.number(Int64.self))" }
        return SQLJSON(text: "{\"a\": [\(values.joined(separator: ", "))], \"bc\": \"Größe\"}")
    }
}
