/// A command that failed on this side, told to people.
struct CommandFailure: Error, CustomStringConvertible {
    /// What happened and what to do.
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
