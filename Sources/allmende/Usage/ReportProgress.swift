internal import Foundation

/// How far a report of a file has come, kept beside the file, so that an interrupted one goes on where it was.
struct ReportProgress: Codable, Equatable {
    var application: String
    var source: String
    var supersede: Bool
    /// Bytes and last change of the file, by which another content is told.
    var fileSize: Int
    var fileChanged: Double
    /// Behind the last line that was acknowledged.
    var place = UsageFile.Place()
    /// The rows up to there that were not stored.
    var rejected = RejectedRows.Place()

    /// The progress of a report that is about to begin.
    init(of path: String, application: String, source: String, supersede: Bool) throws {
        self.application = application
        self.source = source
        self.supersede = supersede
        guard let facts = try? FileManager.default.attributesOfItem(atPath: path) else {
            throw CommandFailure("Cannot read \(path).")
        }
        fileSize = (facts[.size] as? Int) ?? 0
        fileChanged = (facts[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
    }

    static func path(of file: String) -> String { file + ".progress" }

    /// The same report, if it was begun before and interrupted.
    func interrupted(of file: String) -> ReportProgress? {
        guard let data = FileManager.default.contents(atPath: Self.path(of: file)),
            let known = try? JSONDecoder().decode(ReportProgress.self, from: data)
        else { return nil }
        var anew = known
        (anew.place, anew.rejected) = (place, rejected)
        return anew == self ? known : nil
    }

    /// Keeps it, whole or not at all.
    func keep(for file: String) throws {
        do {
            try JSONEncoder().encode(self).write(to: URL(filePath: Self.path(of: file)), options: .atomic)
        } catch {
            throw CommandFailure("Cannot write \(Self.path(of: file)): \(error.localizedDescription)")
        }
    }

    static func forget(_ file: String) {
        try? FileManager.default.removeItem(atPath: path(of: file))
    }
}
