/// The state of a resource, with the changes that are allowed from it.
public protocol StateMachine: Sendable, Hashable, CaseIterable, RawRepresentable where RawValue == String {
    /// The kind of resource, for messages: `consortium`, `release`.
    static var resource: String { get }

    /// The states that can follow.
    var successors: [Self] { get }

    /// What has to happen before the state can follow this one, as the rest of "it is possible …".
    func precondition(for next: Self) -> String
}

extension StateMachine {
    /// Whether the state can follow.
    public func allows(_ next: Self) -> Bool { successors.contains(next) }

    /// Takes on the next state. Throws INVALID_STATE, naming this state and what would be needed.
    public mutating func transition(to next: Self) throws(Failure) {
        guard allows(next) else {
            throw Failure(
                .invalidState,
                "the \(Self.resource) is \(rawValue) and cannot become \(next.rawValue): "
                    + (successors.isEmpty ? "\(rawValue) is final" : precondition(for: next))
            ).with("state", rawValue).with("wanted", next.rawValue)
        }
        self = next
    }

    /// Checks that the resource is in a state in which something can be done. Throws INVALID_STATE otherwise.
    ///
    ///     try consortium.state.require(.active, to: "open a decision")
    public func require(_ wanted: Self..., to action: String) throws(Failure) {
        guard !wanted.contains(self) else { return }
        let names = wanted.map(\.rawValue).joined(separator: " or ")
        throw Failure(.invalidState, "to \(action) the \(Self.resource) must be \(names); it is \(rawValue)")
            .with("state", rawValue).with("wanted", names)
    }
}
