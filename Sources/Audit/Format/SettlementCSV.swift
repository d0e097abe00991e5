public import API
internal import Domain

/// A settlement as comma-separated values (RFC 4180): one record per component of each line, in the settlement's order.
///
/// Made from the register's entry alone, so that whoever holds the entry can make it again, byte for byte.
public struct SettlementCSV: Sendable, Equatable {
    /// The whole text, header included.
    public let bytes: [UInt8]
    /// Offset at which each record begins, the header's not among them.
    let recordStarts: [Int]

    /// Records without the header.
    public var rowCount: Int { recordStarts.count }

    /// Renders a settlement.
    public init(_ settlement: Settlement) {
        var bytes = BundleFormat.settlementHeader
        var starts: [Int] = []
        for line in settlement.lines {
            for fields in Self.records(line) {
                starts.append(bytes.count)
                CSVText.appendRecord(fields, to: &bytes)
            }
        }
        self.bytes = bytes
        recordStarts = starts
    }

    private static func records(_ line: SettlementLine) -> [[String]] {
        let common = [name(line.pool), code(line.party), text(line.amount), line.amount.currency]
        // A line that nothing adds to is still a line: somebody owes nothing.
        guard !line.components.isEmpty else { return [common + Array(repeating: "", count: 7)] }
        return line.components.map { component in
            let quantity = FixedPoint.text(Int128(component.quantity), scale: Int(component.scale))
            return common + [
                component.key, text(component.weight), text(component.ratio), component.unit, quantity,
                component.source, text(component.amount),
            ]
        }
    }

    static func text(_ money: API.Money) -> String {
        text(Int128(money.minorUnits), currency: money.currency)
    }

    /// An amount in minor units as decimal text with as many decimals as the currency has (ISO 4217).
    static func text(_ minorUnits: Int128, currency: String) -> String {
        FixedPoint.text(minorUnits, scale: (try? Currency(currency))?.minorDigits ?? 2)
    }

    private static func text(_ fraction: API.Fraction) -> String {
        "\(fraction.numerator)/\(fraction.denominator)"
    }

    /// The last part of a resource name.
    private static func code(_ name: String) -> String {
        String(name.split(separator: "/").last ?? "")
    }

    private static func name(_ pool: CostPool) -> String {
        switch pool {
        case .unspecified: "unspecified"
        case .introduction: "introduction"
        case .operation: "operation"
        case .maintenance: "maintenance"
        case .development: "development"
        case .administration: "administration"
        case .UNRECOGNIZED(let number): String(number)
        }
    }
}
