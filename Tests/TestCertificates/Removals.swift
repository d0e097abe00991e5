internal import Foundation
internal import Synchronization

/// Directories that are removed when the process ends.
final class Removals: Sendable {
    private let paths = Mutex<[String]>([])

    func add(_ path: String) {
        let isFirst = paths.withLock { paths in
            paths.append(path)
            return paths.count == 1
        }
        if isFirst { atexit { atexitRemovals.removeAll() } }
    }

    func removeAll() {
        for path in paths.withLock({ $0 }) { try? FileManager.default.removeItem(atPath: path) }
    }
}

let atexitRemovals = Removals()
