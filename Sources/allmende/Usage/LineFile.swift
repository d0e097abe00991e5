internal import Glibc

/// A text file read line by line in large pieces, so that its size does not matter.
final class LineFile {
    /// Bytes read at once; also the longest line.
    private static let pieceSize = 1 << 20

    let path: String
    private let descriptor: Int32
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 2 * pieceSize, alignment: 16)
    private var position = 0
    private var end = 0
    private var isAtEnd = false
    /// Bytes of the file that were read before the buffer.
    private var bytesBefore = 0
    /// Number of the line that was given last, from 1.
    private(set) var lineNumber = 0

    /// - Throws: `CommandFailure` when the file cannot be opened.
    init(_ path: String) throws {
        self.path = path
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        if descriptor < 0 {
            let reason = String(cString: strerror(errno))
            buffer.deallocate()
            throw CommandFailure("Cannot read \(path): \(reason).")
        }
    }

    /// Bytes of the file up to the end of the line that was given last.
    var offset: Int { bytesBefore + position }

    /// Goes on at an offset, before which there are so many lines.
    func go(to offset: Int, lines: Int) throws {
        guard lseek(descriptor, off_t(offset), SEEK_SET) == off_t(offset) else {
            throw CommandFailure("Cannot read \(path): \(String(cString: strerror(errno))).")
        }
        (bytesBefore, position, end, isAtEnd, lineNumber) = (offset, 0, 0, false, lines)
    }

    deinit {
        close(descriptor)
        buffer.deallocate()
    }

    /// Calls the body with the next line, without its line end; nil after the last one. Empty lines are passed over.
    ///
    /// - Throws: `CommandFailure` when reading fails or a line has no end, and what the body throws.
    func withNextLine<Result>(_ body: (Slice<UnsafeRawBufferPointer>) throws -> Result) throws -> Result? {
        while true {
            let held = UnsafeRawBufferPointer(buffer)[position..<end]
            if let feed = index(ofLineFeedIn: held) ?? (isAtEnd && !held.isEmpty ? end : nil) {
                lineNumber += 1
                position = min(feed + 1, end)
                var line = held[..<feed]
                if line.last == UInt8(ascii: "\r") { line = line.dropLast() }
                if !line.isEmpty { return try body(line) }
            } else if isAtEnd {
                return nil
            } else {
                try fill()
            }
        }
    }

    private func index(ofLineFeedIn held: Slice<UnsafeRawBufferPointer>) -> Int? {
        guard let base = buffer.baseAddress, !held.isEmpty,
            let found = memchr(base + held.startIndex, Int32(UInt8(ascii: "\n")), held.count)
        else { return nil }
        return UnsafeRawPointer(found) - UnsafeRawPointer(base)
    }

    private func fill() throws {
        guard let base = buffer.baseAddress else { return }
        let held = end - position
        guard held < LineFile.pieceSize else {
            throw CommandFailure("\(path) line \(lineNumber + 1) is longer than \(LineFile.pieceSize) bytes.")
        }
        memmove(base, base + position, held)
        bytesBefore += position
        (position, end) = (0, held)
        var count = read(descriptor, base + end, buffer.count - end)
        while count < 0, errno == EINTR { count = read(descriptor, base + end, buffer.count - end) }
        guard count >= 0 else { throw CommandFailure("Cannot read \(path): \(String(cString: strerror(errno))).") }
        end += count
        isAtEnd = count == 0
    }

    /// Lines of a file that are not empty: what progress is measured by.
    static func countOfLines(_ path: String) throws -> Int {
        let file = try LineFile(path)
        var count = 0
        while try file.withNextLine({ _ in () }) != nil { count += 1 }
        return count
    }
}
