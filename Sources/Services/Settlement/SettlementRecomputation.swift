internal import API
internal import Domain
internal import Store
internal import SwiftProtobuf

/// A settlement held against its entry in the register and against a new calculation from what it says it rests on
/// (T3): whatever was changed behind the application's back, input or result, shows.
struct SettlementRecomputation {
    /// More would only repeat what the first ones say.
    private static let maximumMismatches = 100

    let caller: Participant
    let name: String

    func run(_ code: String, _ reader: some Reader) async throws -> RecomputeSettlementResponse {
        let row = try await reader.settlement(code, in: caller.consortium, name: name)
        var stored = try Settlement(serializedBytes: row.head)
        let lines = try await reader.settlementLines(of: code, in: caller.consortium)
        stored.lines = try lines.map { try SettlementLine(serializedBytes: $0) }
        var mismatches = try await columns(of: stored, row, reader)
        let entries = try await reader.registerEntries(caller.consortium, from: row.calculatedAt, limit: 1)
        if let bytes = entries.first,
            case .settlementCalculated(let recorded)? = try RegisterEntry(
                serializedBytes: bytes
            ).change
        {
            mismatches += compare(recorded, stored, source: "stored", "the register's entry says")
        } else {
            mismatches.append(mismatch("stored", "entry \(row.calculatedAt) of the register is no such settlement"))
        }
        var response = RecomputeSettlementResponse()
        do {
            let again = try await SettlementTask(of: row, caller: caller).calculate(with: reader).message
            response.total = again.total
            mismatches += compare(again, stored, source: "recomputed", "calculated again it is")
        } catch let failure as Failure where failure.reason != .unavailable && failure.reason != .timedOut {
            mismatches.append(mismatch("recomputed", "it cannot be calculated again: \(failure.message)"))
        }
        response.isIdentical = mismatches.isEmpty
        response.mismatches = Array(mismatches.prefix(SettlementRecomputation.maximumMismatches))
        return response
    }

    /// The columns that sums are made of, against the lines themselves.
    private func columns(
        of stored: Settlement, _ row: SettlementRow, _ reader: some Reader
    ) async throws -> [SettlementMismatch] {
        let sums = try await reader.settlementSums(of: row.code, in: caller.consortium)
        let isSame = sums.elementsEqual(stored.lines) { sum, line in
            "parties/" + sum.party == line.party && Int(sum.pool) == line.pool.rawValue
                && sum.amount == line.amount.minorUnits
        }
        let days = try Domain.DateRange(row.start, row.end, field: "period")
        var mismatches: [SettlementMismatch] = []
        if !isSame { mismatches.append(mismatch("stored", "the amounts of the stored lines are not those they show")) }
        if API.DateRange(days) != stored.period || Int(row.kind) != stored.kind.rawValue {
            mismatches.append(mismatch("stored", "days or kind of the stored settlement are not those it shows"))
        }
        return mismatches
    }

    private func compare(
        _ other: Settlement, _ stored: Settlement, source: String, _ says: String
    ) -> [SettlementMismatch] {
        var mismatches: [SettlementMismatch] = []
        var (head, otherHead) = (stored, other)
        (head.lines, otherHead.lines) = ([], [])
        if head != otherHead {
            mismatches.append(mismatch(source, "what it rests on, its total or its state differ from what \(says)"))
        }
        struct Key: Hashable {
            let pool: Int
            let party: String
        }
        func keyed(_ settlement: Settlement) -> [Key: SettlementLine] {
            Dictionary(settlement.lines.map { (Key(pool: $0.pool.rawValue, party: $0.party), $0) }) { first, _ in first
            }
        }
        let (own, others) = (keyed(stored), keyed(other))
        for key in Set(own.keys).union(others.keys).sorted(by: { ($0.pool, $0.party) < ($1.pool, $1.party) }) {
            let (line, otherLine) = (own[key], others[key])
            guard line != otherLine else { continue }
            var mismatch = mismatch(source, text(line, otherLine, says))
            mismatch.party = key.party
            mismatch.pool = CostPool(rawValue: key.pool) ?? .unspecified
            mismatches.append(mismatch)
        }
        return mismatches
    }

    private func text(_ stored: SettlementLine?, _ other: SettlementLine?, _ says: String) -> String {
        guard let stored else { return "no line is stored, \(says) \(other.map(amount) ?? "")" }
        guard let other else { return "\(amount(stored)) is stored, \(says) nothing" }
        if stored.amount != other.amount { return "\(amount(stored)) is stored, \(says) \(amount(other))" }
        return "\(amount(stored)) is stored, \(says) the same amount for another reason: \(other.explanation)"
    }

    private func amount(_ line: SettlementLine) -> String {
        guard let currency = try? Currency(line.amount.currency, field: "currency") else { return "" }
        return Domain.Money(minorUnits: line.amount.minorUnits, currency: currency).description
    }

    private func mismatch(_ source: String, _ text: String) -> SettlementMismatch {
        var mismatch = SettlementMismatch()
        mismatch.source = source
        mismatch.text = text
        return mismatch
    }
}
