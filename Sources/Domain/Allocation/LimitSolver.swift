/// Finds who pays the cap, who pays the floor, and at which rate the key applies to all others.
///
/// A member's line is `advance + rate * key part`, held between floor and cap. The sum of all lines grows with the
/// rate, so exactly one rate (or one stretch of equal lines) uses up the pool: the result "redistribute until stable"
/// converges to. It is found by walking the rates at which some member leaves its floor or reaches its cap.
struct LimitSolver {
    enum Binding: Sendable, Hashable {
        case free
        case cap
        case floor
    }

    /// Who is bound, and what is left for the free members by their part of the key.
    struct Solution {
        var bindings: [Binding]
        /// Left for the free members' keys, in units of 1/denominator of the bounds.
        var rest: BigUInt
        /// Key numerators of all free members together.
        var freeKey: BigUInt
        /// Every member's part of the key, where there are limits; else empty.
        var numerators: [BigUInt] = []
    }

    private struct Event {
        let member: Int
        let binding: Binding
        /// The rate is `distance / key`.
        let distance: BigUInt
        let key: BigUInt
        /// The rate in a fixed unit, rounded down: orders nearly all events without their long products.
        let rate: UInt128

        /// The exact order of two events whose rounded rates are the same.
        static func precedes(_ left: Event, _ right: Event) -> Bool {
            let (first, second) = (left.distance * right.key, right.distance * left.key)
            if first != second { return first < second }
            // Where floor and cap are the same amount, the line leaves the floor before it reaches the cap.
            return left.member == right.member ? left.binding == .floor : left.member < right.member
        }
    }

    private let key: AllocationKey
    private let bounds: Bounds
    /// The unit of the events' rates is 2^-unitBits: about 2^-80 of what the pool comes to without limits.
    private let unitBits: Int

    private init(_ key: AllocationKey, _ bounds: Bounds) {
        self.key = key
        self.bounds = bounds
        unitBits = max(key.common.bitWidth - (bounds.denominator * bounds.amount).bitWidth + 80, 0)
    }

    static func solve(_ key: AllocationKey, _ bounds: Bounds) throws(Failure) -> Solution {
        try LimitSolver(key, bounds).solve()
    }

    private func solve() throws(Failure) -> Solution {
        let pool = bounds.denominator * bounds.amount
        var solution = start(pool)
        guard bounds.hasLimits else { return solution }
        var bound = BigUInt.zero
        var events: [Event] = []
        solution.freeKey = .zero
        for member in bounds.members.indices { enter(member, &solution, &bound, &events) }
        // Small entries are quicker to move than events.
        var order: [(rate: UInt128, index: Int)] = []
        order.reserveCapacity(events.count)
        for (index, event) in events.enumerated() { order.append((event.rate, index)) }
        order.sort { left, right in
            left.rate == right.rate ? Event.precedes(events[left.index], events[right.index]) : left.rate < right.rate
        }
        for (_, index) in order {
            let event = events[index]
            solution.rest = pool - bound
            // Does the pool run out before this event? Then the free members of now share what is left.
            if event.distance * solution.freeKey >= solution.rest * event.key { return solution }
            // The pool outlasts the event, so what is bound after it still fits into the pool.
            pass(event, &solution, &bound)
        }
        solution.rest = pool - bound
        guard solution.rest.isZero || !solution.freeKey.isZero else {
            let sum = ExactFraction(isNegative: false, solution.rest, bounds.denominator)
            throw Bounds.infeasible("all parties are at their caps and \(sum) minor units remain uncovered")
                .with("uncovered", sum.description)
        }
        return solution
    }

    /// Everybody free: what holds without limits.
    private func start(_ pool: BigUInt) -> Solution {
        var advances = BigUInt.zero
        for member in bounds.members.indices { advances = advances + bounds.advance(member) }
        let bindings = [Binding](repeating: .free, count: bounds.members.count)
        return Solution(bindings: bindings, rest: pool - advances, freeKey: key.common)
    }

    /// A member at rate zero: on its floor, or free with what it bears in advance.
    private func enter(_ member: Int, _ solution: inout Solution, _ bound: inout BigUInt, _ events: inout [Event]) {
        let limits = bounds.members[member]
        let numerator = key.numerator(member)
        solution.numerators.append(numerator)
        let advance = bounds.advance(member)
        let floor = bounds.denominator * limits.floor
        if floor > advance {
            solution.bindings[member] = .floor
            bound = bound + floor
            if !numerator.isZero {
                events.append(event(member, .floor, floor - advance, numerator))
            }
        } else {
            bound = bound + advance
            solution.freeKey = solution.freeKey + numerator
        }
        if let cap = limits.cap, !numerator.isZero {
            events.append(event(member, .cap, bounds.denominator * cap - advance, numerator))
        }
    }

    private func event(_ member: Int, _ binding: Binding, _ distance: BigUInt, _ key: BigUInt) -> Event {
        let scaled = [UInt64](repeating: 0, count: unitBits / 64) + distance.shiftedLeft(by: unitBits % 64).limbs
        let quotient = BigUInt(limbs: scaled).quotientAndRemainder(dividingBy: key).quotient
        let rate =
            quotient.bitWidth > 128 ? UInt128.max : quotient.limbs.reversed().reduce(0) { $0 << 64 | UInt128($1) }
        return Event(member: member, binding: binding, distance: distance, key: key, rate: rate)
    }

    /// The rate rises past an event: a member leaves its floor or reaches its cap.
    private func pass(_ event: Event, _ solution: inout Solution, _ bound: inout BigUInt) {
        let limits = bounds.members[event.member]
        let advance = bounds.advance(event.member)
        switch event.binding {
        case .floor:
            solution.bindings[event.member] = .free
            bound = bound - bounds.denominator * limits.floor + advance
            solution.freeKey = solution.freeKey + event.key
        case .cap:
            solution.bindings[event.member] = .cap
            bound = bound - advance + bounds.denominator * (limits.cap ?? 0)
            solution.freeKey = solution.freeKey - event.key
        case .free: break
        }
    }
}
