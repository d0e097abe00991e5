/// One thing that is wrong with one field of a request (`google.rpc.BadRequest.FieldViolation`).
public struct FieldViolation: Sendable, Hashable {
    /// Path of the field in the request message, such as `ownership.shares[1].share`.
    public let field: String
    /// What is wrong and what would be right, as the rest of a sentence that begins with the field.
    public let description: String

    public init(field: String, description: String) {
        self.field = field
        self.description = description
    }
}
