internal import Glibc

/// Access log lines as bytes. The time of day is taken apart once a second only.
struct JSONLines {
    private(set) var bytes: [UInt8] = []
    private(set) var count = 0
    private var second: Int = .min
    private var secondText: [UInt8] = []

    mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        count = 0
    }

    mutating func add(_ record: CallRecord, _ identity: [(name: String, value: String)]) {
        addTime()
        text("\",\"trace\":\"")
        digits(record.trace.trace.high)
        digits(record.trace.trace.low)
        text("\",\"span\":\"")
        digits(record.trace.span)
        text("\",\"method\":\"")
        if let route = record.route { bytes += route.path } else { text("unknown") }
        text("\",\"status\":\"")
        bytes += record.status.code.name.utf8
        text("\"")
        number(",\"duration_us\":", record.nanoseconds / 1000)
        number(",\"received_messages\":", UInt64(record.messagesReceived))
        number(",\"received_bytes\":", UInt64(record.bytesReceived))
        number(",\"sent_messages\":", UInt64(record.messagesSent))
        number(",\"sent_bytes\":", UInt64(record.bytesSent))
        if let digest = record.peer.certificateDigest {
            text(",\"certificate\":\"")
            for byte in digest { bytes += [Hex.digit(byte >> 4), Hex.digit(byte & 15)] }
            text("\"")
        }
        for (name, value) in identity {
            text(",\"")
            quoted(name)
            text("\":\"")
            quoted(value)
            text("\"")
        }
        text("}\n")
        count += 1
    }

    /// UTC with microseconds (RFC 3339).
    private mutating func addTime() {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        if now.tv_sec != second {
            second = now.tv_sec
            var parts = tm()
            gmtime_r(&now.tv_sec, &parts)
            var buffer = [CChar](repeating: 0, count: 32)
            let length = strftime(&buffer, buffer.count, "{\"time\":\"%Y-%m-%dT%H:%M:%S.", &parts)
            secondText = buffer[..<length].map { UInt8(bitPattern: $0) }
        }
        bytes += secondText
        var rest = now.tv_nsec / 1000
        var places: (UInt8, UInt8, UInt8, UInt8, UInt8, UInt8) = (0, 0, 0, 0, 0, 0)
        withUnsafeMutableBytes(of: &places) { places in
            for index in stride(from: 5, through: 0, by: -1) {
                places[index] = UInt8(ascii: "0") + UInt8(rest % 10)
                rest /= 10
            }
            bytes.append(contentsOf: places)
        }
        bytes.append(UInt8(ascii: "Z"))
    }

    private mutating func text(_ text: StaticString) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    private mutating func number(_ name: StaticString, _ value: UInt64) {
        text(name)
        var value = value
        let start = bytes.count
        repeat {
            bytes.append(UInt8(ascii: "0") + UInt8(value % 10))
            value /= 10
        } while value > 0
        bytes[start...].reverse()
    }

    private mutating func digits(_ value: UInt64) {
        for shift in stride(from: 60, through: 0, by: -4) {
            bytes.append(Hex.digit(UInt8(truncatingIfNeeded: value >> UInt64(shift)) & 15))
        }
    }

    /// RFC 8259 section 7.
    private mutating func quoted(_ text: String) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
            case 0..<0x20:
                self.text("\\u00")
                bytes += [Hex.digit(byte >> 4), Hex.digit(byte & 15)]
            default: bytes.append(byte)
            }
        }
    }
}
