internal import EventLoop
internal import Postgres

/// Runs a transaction again where that is the way to find out what happened.
enum Retry {
    /// Attempts in all; a caller that loses more races than this is told to try again later.
    private static let attempts = 4

    /// Repeats `body` after a lost race or a COMMIT whose answer was lost: the record of requests then tells what
    /// holds.
    ///
    /// A unique key is violated by a twin of the same request or by a real duplicate; a second look tells them apart,
    /// so it is repeated once only.
    static func afterLostRace<T>(_ body: () async throws -> T) async throws -> T {
        var violations = 0
        for attempt in 1..<attempts {
            do {
                return try await body()
            } catch let error as DatabaseError where error.isUniqueViolation && violations == 0 {
                violations += 1
            } catch let error as DatabaseError
                where error.isSerializationFailure || error.isInDoubt || error.isStalePlan
            {
                // Those who have raced each other once would do so again if they came back together.
                try await pause(.microseconds(Int64.random(in: 500...4000) << attempt))
            }
        }
        return try await body()
    }

    private static func pause(_ duration: Duration) async throws {
        try await EventLoop.current?.pause(for: duration)
    }
}
