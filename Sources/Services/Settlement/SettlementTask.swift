internal import API
internal import Domain
internal import Store
internal import SwiftProtobuf

/// A settlement to be calculated: what it rests on is read at one size of the registers and named in the result, so
/// that the same calculation can be made again years later.
struct SettlementTask {
    let caller: Participant
    let code: String
    let agreement: String
    let agreementName: String
    let period: Domain.DateRange

    /// The settlement as it is answered and as it is stored.
    struct Result {
        var message: Settlement
        var rows: [SettlementLineRow]
    }

    func calculate(with reader: some Reader) async throws -> Result {
        let facts = try await SettlementFacts(task: self, reader: reader)
        var result = Result(message: header(facts), rows: [])
        var total: Int64 = 0
        for pool in facts.revision.pools.sorted(by: { $0.pool.rawValue < $1.pool.rawValue }) {
            let amount = try facts.borne(by: pool.pool)
            let rule = try PoolRule(pool, field: "pool", currency: facts.consortium.currency)
            let inputs = try await facts.inputs(for: rule, reader: reader)
            let allocation = try Allocation(of: amount, by: rule.rule, inputs)
            for line in allocation.lines {
                let message = try SettlementLine(line, of: allocation, pool: pool.pool, facts: facts)
                let (sum, overflow) = total.addingReportingOverflow(line.amount)
                if overflow { throw Failure(.outOfRange, "the settlement's total is too large") }
                total = sum
                result.rows.append(
                    SettlementLineRow(
                        pool: Int16(pool.pool.rawValue), partyID: facts.memberIDs[line.party.text] ?? 0,
                        amount: line.amount, content: try message.serializedBytes()))
                result.message.lines.append(message)
            }
        }
        result.message.total.minorUnits = total
        return result
    }

    private func header(_ facts: SettlementFacts) -> Settlement {
        var message = Settlement()
        message.name = "\(caller.name)/settlements/\(code)"
        message.period = API.DateRange(period)
        message.agreementRevision = facts.revision.name
        message.registerSize = facts.registerSize
        message.platformRegisterSize = facts.platformSize
        message.usageRegisterSize = facts.usageSize
        message.total.currency = facts.consortium.currency
        message.state = .calculated
        return message
    }
}
