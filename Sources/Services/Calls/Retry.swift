internal import Postgres

/// Runs a transaction again where that is the way to find out what happened.
enum Retry {
    /// Attempts in all; a caller that loses more races than this is told to try again later.
    private static let attempts = 4

    /// Repeats `body` after a lost race (unique key, serialisation, deadlock) or a COMMIT whose answer was lost.
    static func afterLostRace<T>(_ body: () async throws -> T) async throws -> T {
        for _ in 1..<attempts {
            do {
                return try await body()
            } catch let error as DatabaseError
                where error.isUniqueViolation || error.isSerializationFailure || error.isInDoubt
            {
                continue
            }
        }
        return try await body()
    }
}
