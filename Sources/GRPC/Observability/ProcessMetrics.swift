internal import Glibc

/// What the system says about this process (proc(5)).
public enum ProcessMetrics {
    /// Adds memory, processor time, file descriptors and the time of start.
    public static func register(in registry: MetricsRegistry) {
        registry.add { text in
            text.family("process_resident_memory_bytes", .gauge, unit: "bytes", help: "Memory that is resident.")
            if let pages = fields("/proc/self/statm")?.dropFirst().first.flatMap({ UInt64($0) }) {
                text.sample(.count(pages * UInt64(sysconf(Int32(_SC_PAGESIZE)))))
            }
            text.family("process_cpu_seconds", .counter, unit: "seconds", help: "Processor time of all threads.")
            var used = timespec()
            clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used)
            text.sample(.nanoseconds(UInt64(used.tv_sec) * 1_000_000_000 + UInt64(used.tv_nsec)))
            text.family("process_open_fds", .gauge, help: "File descriptors that are open.")
            text.sample(.count(openDescriptors()))
            text.family("process_max_fds", .gauge, help: "File descriptors that may be open.")
            var limit = rlimit()
            getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
            text.sample(.count(UInt64(limit.rlim_cur)))
            text.family(
                "process_start_time_seconds", .gauge, unit: "seconds", help: "When the process began, since 1970.")
            if let start = startTime() { text.sample(.nanoseconds(start)) }
        }
    }

    /// The words of a small file of the kernel's.
    private static func fields(_ path: String) -> [Substring]? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = fread(&buffer, 1, buffer.count, file)
        return String(decoding: buffer[..<count], as: UTF8.self).split(whereSeparator: \.isWhitespace)
    }

    private static func openDescriptors() -> UInt64 {
        guard let folder = opendir("/proc/self/fd") else { return 0 }
        defer { closedir(folder) }
        var count: UInt64 = 0
        while readdir(folder) != nil { count += 1 }
        // ".", ".." and the descriptor of this folder itself.
        return count - min(count, 3)
    }

    /// Nanoseconds since 1970: the machine's start plus field 22 of `stat`, which counts clock ticks.
    private static func startTime() -> UInt64? {
        guard let stat = fields("/proc/self/stat"), let end = stat.lastIndex(where: { $0.hasSuffix(")") }),
            stat.count > end + 20, let ticks = UInt64(stat[end + 20])
        else { return nil }
        var (now, up) = (timespec(), timespec())
        clock_gettime(CLOCK_REALTIME, &now)
        clock_gettime(CLOCK_BOOTTIME, &up)
        let boot = nanoseconds(now) - nanoseconds(up)
        return boot + ticks * (1_000_000_000 / UInt64(sysconf(Int32(_SC_CLK_TCK))))
    }

    private static func nanoseconds(_ time: timespec) -> UInt64 {
        UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
