/// The account of a pool whose surplus or deficit is carried forward from period to period (Vortrag). Above zero is a
/// surplus of the members, below zero a deficit that they still owe.
public struct PoolAccount: Sendable, Hashable {
    /// What was left over from the period before.
    public let opening: Int64
    /// What the period costs, or will need; below zero where revenue is higher.
    public let cost: Int64
    /// What the members are asked for.
    public let charged: Int64
    /// What is left over for the period after.
    public let closing: Int64

    /// Nothing was asked for yet: a surplus lowers what is asked for, never below zero, and a deficit raises it.
    /// Throws OUT_OF_RANGE.
    public init(opening: Int64, cost: Int64) throws(Failure) {
        try self.init(
            opening: opening, cost: cost, charged: Self.fitting(max(Int128(cost) - Int128(opening), 0)))
    }

    /// What was asked for stays; whatever it is above or below the cost is carried forward. Throws OUT_OF_RANGE.
    public init(opening: Int64, cost: Int64, charged: Int64) throws(Failure) {
        self.opening = opening
        self.cost = cost
        self.charged = charged
        closing = try Self.fitting(Int128(opening) + Int128(charged) - Int128(cost))
    }

    private static func fitting(_ amount: Int128) throws(Failure) -> Int64 {
        guard let amount = Int64(exactly: amount), amount > .min else {
            throw Failure(.outOfRange, "the balance of the pool is too large to be stored")
        }
        return amount
    }
}
