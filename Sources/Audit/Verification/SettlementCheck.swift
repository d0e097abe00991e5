internal import API

/// Holds the member of a settlement against the settlement in the register.
struct SettlementCheck {
    let name: String
    let settlement: Settlement

    /// Compares the member, byte by byte, with what the entry gives, and adds up the entry's own amounts.
    ///
    /// - Returns: the number of records in the member that the entry gives.
    func run(_ content: [UInt8], findings: inout Findings) -> Int {
        let expected = SettlementCSV(settlement)
        if content != expected.bytes { compare(content, with: expected, findings: &findings) }
        if let reason = contradiction() { findings.fail(name, reason) }
        return expected.rowCount
    }

    private func compare(_ content: [UInt8], with expected: SettlementCSV, findings: inout Findings) {
        let equal = zip(content, expected.bytes).prefix { $0 == $1 }.count
        let row = expected.recordStarts.count { $0 <= equal }
        guard row > 0, equal < expected.bytes.count else {
            let reason = row == 0 ? "the header is not as it must be" : "something follows the last row"
            findings.fail(name, reason)
            return
        }
        let start = expected.recordStarts[row - 1]
        let end = content[equal...].firstIndex(of: UInt8(ascii: "\r")) ?? content.endIndex
        content[min(start, content.count)..<end].withUnsafeBytes { text in
            findings.fail("\(name) row \(row)", "the row is not the one that the register's entry gives", excerpt: text)
        }
    }

    /// What does not add up in the settlement itself; nil when all does.
    private func contradiction() -> String? {
        var total: Int128 = 0
        for line in settlement.lines {
            total += Int128(line.amount.minorUnits)
            guard line.amount.currency == settlement.total.currency else {
                return "the line of \(line.party) is in another currency than the total"
            }
            guard !line.components.isEmpty else { continue }
            let sum = line.components.reduce(Int128(0)) { $0 + Int128($1.amount.minorUnits) }
            guard sum == Int128(line.amount.minorUnits),
                line.components.allSatisfy({ $0.amount.currency == line.amount.currency })
            else {
                return "the components of \(line.party) do not add up to its line of \(text(line.amount.minorUnits))"
            }
        }
        guard total == Int128(settlement.total.minorUnits) else {
            return "the lines add up to \(text(total)), not to the total of \(text(settlement.total.minorUnits))"
        }
        return nil
    }

    private func text(_ minorUnits: some BinaryInteger) -> String {
        SettlementCSV.text(Int128(minorUnits), currency: settlement.total.currency) + " " + settlement.total.currency
    }
}
