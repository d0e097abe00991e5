internal import Glibc

/// The process's own streams: texts go out whole, without the buffers of the C library.
public enum Device {
    /// Whether standard error, where progress is drawn, is a terminal that can draw over a line.
    public static var drawsProgress: Bool {
        isatty(STDERR_FILENO) == 1 && getenv("TERM").map { String(cString: $0) != "dumb" } ?? false
    }

    /// Writes results to standard output.
    public static func print(_ text: String) { write(text, to: STDOUT_FILENO) }

    /// Writes progress and remarks to standard error, apart from results.
    public static func remark(_ text: String) { write(text, to: STDERR_FILENO) }

    /// Monotonic time in nanoseconds.
    public static var now: UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    private static func write(_ text: String, to file: Int32) {
        var text = text
        text.withUTF8 { bytes in
            var rest = UnsafeRawBufferPointer(bytes)
            while let start = rest.baseAddress, !rest.isEmpty {
                let count = Glibc.write(file, start, rest.count)
                // A reader that has gone (`| head`) is no error of ours.
                if count < 0, errno != EINTR { return }
                rest = UnsafeRawBufferPointer(rebasing: rest[max(0, count)...])
            }
        }
    }
}
