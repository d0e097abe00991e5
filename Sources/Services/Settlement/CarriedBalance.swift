internal import API
internal import Domain
internal import Store
internal import SwiftProtobuf

/// What is carried into a period for a pool: the closing balance of the issued settlement of the days before it.
struct CarriedBalance {
    /// Above zero for a surplus, below zero for a deficit.
    let amount: Int64
    /// Where it comes from; empty where nothing was settled before.
    private let settlement: String

    /// Of the settlement that was in force at the size the task reads at, which a correction may have been by then.
    init(
        of pool: CostPool, before task: SettlementTask, _ facts: SettlementFacts, _ reader: some Reader
    ) async throws {
        let kinds = [SettlementKind.final.rawValue, SettlementKind.correction.rawValue]
        let rows = try await reader.settlements(
            of: task.agreement, in: task.caller.consortium, endingBy: task.period.start, knownAt: facts.registerSize)
        // What lies further back has been carried into the one before this period already.
        let last = rows.last { row in
            kinds.contains(Int(row.kind)) && row.state == Int16(API.SettlementState.issued.rawValue)
        }
        let head = try last.map { try Settlement(serializedBytes: $0.head) }
        let balance = head?.balances.first { $0.pool == pool }
        amount = balance?.closing.minorUnits ?? 0
        settlement = balance == nil ? "" : head?.name ?? ""
    }

    func balance(_ account: PoolAccount, _ pool: CostPool, _ facts: SettlementFacts) -> PoolBalance {
        func money(_ amount: Int64) -> API.Money {
            var money = API.Money()
            money.minorUnits = amount
            money.currency = facts.consortium.currency
            return money
        }
        var balance = PoolBalance()
        balance.pool = pool
        (balance.opening, balance.openingSettlement) = (money(account.opening), settlement)
        (balance.cost, balance.charged) = (money(account.cost), money(account.charged))
        balance.closing = money(account.closing)
        return balance
    }
}
