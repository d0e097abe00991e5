/// First in, first out, without an allocation for the one message that most calls have.
struct MessageQueue<Element> {
    fileprivate var first: Element?
    private var rest: [Element?] = []
    private var taken = 0

    var isEmpty: Bool { first == nil }
    var count: Int { first == nil ? 0 : 1 + rest.count - taken }

    mutating func append(_ message: Element) {
        if first == nil { first = message } else { rest.append(message) }
    }

    mutating func removeFirst() -> Element? {
        guard let message = first else { return nil }
        guard taken < rest.count else {
            first = nil
            return message
        }
        first = rest[taken]
        rest[taken] = nil
        taken += 1
        // Half of it at a time, so that each message is moved once at most.
        if taken == rest.count || taken >= 64 && taken * 2 >= rest.count {
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
}

extension MessageQueue<MessageDeframer.Frame> {
    func withHead<R>(_ body: (_ payload: UnsafeBufferPointer<UInt8>, _ isCompressed: Bool) -> R) -> R? {
        guard let first else { return nil }
        return first.payload.withUnsafeBufferPointer { body($0, first.isCompressed) }
    }
}
