/// The sums over all loops, and their names for scrapers.
struct CallTotals {
    private typealias Cell = CallCounters.Cell

    private let methods: [MethodDescriptor]
    private var cells: [UInt64]

    init(methods: [MethodDescriptor]) {
        self.methods = methods
        cells = Array(repeating: 0, count: (methods.count + 1) * Cell.count)
    }

    mutating func add(_ snapshot: [UInt64]) {
        for index in cells.indices { cells[index] &+= snapshot[index] }
    }

    /// Routes that have been called: service and method, and where their figures begin.
    private var used: [(labels: [MetricsText.Label], base: Int)] {
        (0...methods.count).compactMap { route in
            let base = route * Cell.count
            guard cells[base..<base + Cell.messagesReceived].contains(where: { $0 > 0 }) else { return nil }
            let method = route < methods.count ? methods[route] : nil
            return (
                [
                    MetricsText.Label("grpc_service", method?.service ?? "unknown"),
                    MetricsText.Label("grpc_method", method?.method ?? "unknown"),
                ], base
            )
        }
    }

    func write(to text: inout MetricsText) {
        let used = used
        text.family("grpc_server_handled", .counter, help: "Calls ended, by their status.")
        for (labels, base) in used {
            for code in StatusCode.allCases where cells[base + code.rawValue] > 0 {
                text.sample(.count(cells[base + code.rawValue]), labels + [.init("grpc_code", code.name)])
            }
        }
        for (name, unit, cell, help) in [
            ("grpc_server_msg_received", nil, Cell.messagesReceived, "Messages received."),
            ("grpc_server_msg_sent", nil, Cell.messagesSent, "Messages sent."),
            (
                "grpc_server_received_bytes", "bytes", Cell.bytesReceived,
                "Bytes of messages received, with their prefixes, as on the wire."
            ),
            (
                "grpc_server_sent_bytes", "bytes", Cell.bytesSent,
                "Bytes of messages sent, with their prefixes, as on the wire."
            ),
        ] as [(String, String?, Int, String)] {
            text.family(name, .counter, unit: unit, help: help)
            for (labels, base) in used { text.sample(.count(cells[base + cell]), labels) }
        }
        text.family(
            "grpc_server_handling_seconds", .histogram, unit: "seconds",
            help: "Time from a call's headers to its status.")
        for (labels, base) in used {
            text.histogram(
                labels, bounds: CallCounters.bounds,
                buckets: cells[base + Cell.buckets..<base + Cell.count], sum: cells[base + Cell.nanoseconds])
        }
    }
}
