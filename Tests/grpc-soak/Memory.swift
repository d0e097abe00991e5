import EventLoop
import Foundation

/// Resident memory of the server (proc(5)).
struct Memory {
    let pid: Int
    let loop: EventLoop

    /// So many looks, one a second, make one figure: the load goes up and down.
    private static let looks = 5

    struct Gone: Error, CustomStringConvertible {
        let pid: Int
        var description: String { "the server's process \(pid) has ended" }
    }

    /// In bytes.
    /// - Throws: `Gone`.
    private func resident() throws -> Int {
        guard let status = try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8),
            let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmRSS:") }),
            let kibibytes = line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap({ Int($0) })
        else { throw Gone(pid: pid) }
        return kibibytes * 1024
    }

    /// The mean from `seconds` on.
    func settled(after seconds: Int) async throws -> Int {
        try await pause(.seconds(seconds))
        return try await mean()
    }

    /// The mean of the last seconds before `end`.
    func settled(at end: UInt64) async throws -> Int {
        let now = EventLoop.now
        let left = end > now ? end - now : 0
        try await pause(.nanoseconds(Int64(left)) - .seconds(Memory.looks))
        return try await mean()
    }

    private func mean() async throws -> Int {
        var sum = 0
        for _ in 0..<Memory.looks {
            sum += try resident()
            try await pause(.seconds(1))
        }
        return sum / Memory.looks
    }

    private func pause(_ duration: Duration) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask(executorPreference: loop) { [loop] in try await loop.pause(for: duration) }
            try await group.waitForAll()
        }
    }
}
