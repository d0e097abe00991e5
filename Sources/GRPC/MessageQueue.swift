/// First in, first out, without an allocation for the one message that most calls have.
struct MessageQueue {
    private var first: [UInt8]?
    private var rest: [[UInt8]] = []
    private var taken = 0

    var isEmpty: Bool { first == nil }
    var count: Int { first == nil ? 0 : 1 + rest.count - taken }
    var head: [UInt8]? { first }

    mutating func append(_ message: [UInt8]) {
        if first == nil { first = message } else { rest.append(message) }
    }

    mutating func removeFirst() -> [UInt8]? {
        guard let message = first else { return nil }
        guard taken < rest.count else {
            first = nil
            return message
        }
        first = rest[taken]
        rest[taken] = []
        taken += 1
        if taken == rest.count || taken >= 64 {
            rest.removeFirst(taken)
            taken = 0
        }
        return message
    }

    mutating func removeAll() {
        first = nil
        rest = []
        taken = 0
    }

    func withHead<R>(_ body: (UnsafeBufferPointer<UInt8>) -> R) -> R? {
        first?.withUnsafeBufferPointer(body)
    }
}
