/// One line of the report: a figure, what it is held against, and how they should compare.
struct Comparison: Encodable {
    /// What to reach.
    enum Target: Encodable {
        /// Ours divided by the yardstick, at least or at most.
        case ratioAtLeast(Double)
        case ratioAtMost(Double)
        /// The figure itself, at most.
        case atMost(Double)
        /// The figure itself, at least.
        case atLeast(Double)
    }

    let label: String
    let unit: String
    /// Name of the figure that was measured.
    let figure: String
    /// Name of the yardstick's figure.
    var yardstick: String?
    /// What the yardstick is, for people.
    var yardstickLabel = ""
    var target: Target?
    /// Digits after the point.
    var digits = 0

    /// Every line, in the order of the report. docs/benchmarks.md explains each yardstick.
    static let all: [Comparison] = calls + streams + database + bulk + register + house

    private static let register: [Comparison] = [
        .init(
            label: "Transaction of one row with its entry: commits/s of one consortium", unit: "/s",
            figure: "append_with_commits_per_second", yardstick: "append_without_commits_per_second",
            yardstickLabel: "without entry"),
        .init(
            label: "Transaction of one row with its entry: database CPU", unit: "µs",
            figure: "append_with_database_cpu",
            yardstick: "append_without_database_cpu", yardstickLabel: "without entry", digits: 1),
        .init(
            label: "Inclusion proof from a long register: p50", unit: "µs", figure: "proof_p50", target: .atMost(1000)),
        .init(
            label: "Table of usage as CSV, 10 million rows", unit: "rows/s", figure: "table_rows_per_second",
            yardstick: "copy_out_rows_per_second", yardstickLabel: "psql \\copy TO", target: .ratioAtLeast(0.7)),
        .init(
            label: "Table of usage: growth of the server's memory", unit: "MiB", figure: "table_memory_growth",
            target: .atMost(64), digits: 1),
        .init(
            label: "Verification of a bundle", unit: "MB/s", figure: "verify_megabytes_per_second",
            target: .atLeast(200)),
        .init(label: "Verification of a bundle: peak of memory", unit: "MiB", figure: "verify_peak_memory", digits: 1),
        .init(
            label: "Verification of an excerpt of one party", unit: "MB/s",
            figure: "verify_excerpt_megabytes_per_second", target: .atLeast(200)),
    ]

    private static let calls: [Comparison] = [
        .init(
            label: "Echo over TLS: calls/s", unit: "/s", figure: "echo_calls_per_second",
            yardstick: "spike_calls_per_second", yardstickLabel: "spike"),
        .init(
            label: "Echo over TLS: server CPU", unit: "µs/call", figure: "echo_server_cpu",
            yardstick: "spike_server_cpu", yardstickLabel: "spike", target: .ratioAtMost(1.5), digits: 2),
        .init(label: "Health check: calls/s", unit: "/s", figure: "health_calls_per_second"),
        .init(label: "Health check: server CPU", unit: "µs/call", figure: "health_server_cpu", digits: 2),
        .init(label: "Health check: p99", unit: "µs", figure: "health_p99"),
        .init(
            label: "GetAgreementRevision: calls/s", unit: "/s", figure: "agreement_calls_per_second",
            yardstick: "pgbench_secured_calls_per_second", yardstickLabel: "pgbench, row-level security",
            target: .ratioAtLeast(0.8)),
        .init(
            label: "GetAgreementRevision: calls/s", unit: "/s", figure: "agreement_calls_per_second",
            yardstick: "pgbench_bare_calls_per_second", yardstickLabel: "pgbench, bare"),
        .init(label: "GetAgreementRevision: server CPU", unit: "µs/call", figure: "agreement_server_cpu", digits: 2),
        .init(
            label: "GetAgreementRevision: database CPU", unit: "µs/call", figure: "agreement_database_cpu",
            yardstick: "pgbench_secured_calls_database_cpu", yardstickLabel: "pgbench, row-level security", digits: 2),
        .init(label: "GetAgreementRevision: client CPU", unit: "µs/call", figure: "agreement_client_cpu", digits: 2),
        .init(label: "GetAgreementRevision: p99", unit: "µs", figure: "agreement_p99"),
        .init(
            label: "GetAgreementRevision, open loop: p99", unit: "µs", figure: "agreement_open_p99"),
        .init(label: "Search, 100,000 listings: p50", unit: "µs", figure: "search_p50"),
        .init(
            label: "Search, 100,000 listings: p99", unit: "µs", figure: "search_p99", target: .atMost(20_000)),
        .init(label: "Search: database CPU", unit: "µs/call", figure: "search_database_cpu"),
    ]

    /// The Postgres module without a server.
    private static let database: [Comparison] =
        [(1, 0.9), (8, 1.0), (64, 1.0)].flatMap { clients, bound in
            [
                Comparison(
                    label: "Units, \(clients) client\(clients == 1 ? "" : "s")", unit: "/s",
                    figure: "units_\(clients)_per_second", yardstick: "units_pgbench_\(clients)_per_second",
                    yardstickLabel: "pgbench, row-level security", target: .ratioAtLeast(bound)),
                Comparison(
                    label: "Units, \(clients) client\(clients == 1 ? "" : "s"): database CPU", unit: "µs/unit",
                    figure: "units_\(clients)_database_cpu", yardstick: "units_pgbench_\(clients)_database_cpu",
                    yardstickLabel: "pgbench, row-level security", digits: 2),
            ]
        } + [
            .init(
                label: "Units beside a long report: p99", unit: "µs", figure: "units_beside_report_p99",
                yardstick: "units_alone_p99", yardstickLabel: "without it", target: .ratioAtMost(1.5)),
            .init(
                label: "pgbench beside the same report: p99", unit: "µs", figure: "paced_beside_report_p99",
                yardstick: "paced_alone_p99", yardstickLabel: "without it"),
            .init(
                label: "Units beside a long report: p99", unit: "µs", figure: "units_beside_report_p99",
                yardstick: "paced_beside_report_p99", yardstickLabel: "pgbench beside it",
                target: .ratioAtMost(1.5)),
            .init(
                label: "COPY out", unit: "rows/s", figure: "module_copy_out_rows_per_second",
                yardstick: "psql_copy_out_rows_per_second", yardstickLabel: "psql \\copy TO",
                target: .ratioAtLeast(0.9)),
            .init(
                label: "COPY in", unit: "rows/s", figure: "module_copy_in_rows_per_second",
                yardstick: "psql_copy_in_rows_per_second", yardstickLabel: "psql \\copy FROM",
                target: .ratioAtLeast(0.9)),
        ]

    private static let streams: [Comparison] = [
        .init(
            label: "gRPC's test service: calls/s", unit: "/s", figure: "testing_calls_per_second",
            yardstick: "stock_testing_calls_per_second", yardstickLabel: "gRPC C++"),
        .init(
            label: "gRPC's test service: server CPU", unit: "µs/call", figure: "testing_server_cpu",
            yardstick: "stock_testing_server_cpu", yardstickLabel: "gRPC C++", digits: 2),
        .init(
            label: "Stream, clear text", unit: "GB/s", figure: "stream_clear_gigabytes_per_second",
            yardstick: "bare_stream_gigabytes_per_second", yardstickLabel: "nghttpd", target: .ratioAtLeast(0.7),
            digits: 2),
        .init(
            label: "Stream, clear text: server CPU", unit: "µs/MB", figure: "stream_clear_server_cpu",
            yardstick: "bare_stream_server_cpu", yardstickLabel: "nghttpd", digits: 0),
        .init(
            label: "Stream over TLS", unit: "GB/s", figure: "stream_tls_gigabytes_per_second",
            yardstick: "stream_clear_gigabytes_per_second", yardstickLabel: "clear text", digits: 2),
        .init(
            label: "AES-128-GCM in records of TLS, nothing else", unit: "GB/s", figure: "cipher_gigabytes_per_second",
            digits: 2),
        .init(
            label: "Stream over TLS", unit: "GB/s", figure: "stream_tls_gigabytes_per_second",
            yardstick: "stream_tls_bound", yardstickLabel: "clear text and cipher", digits: 2),
        .init(
            label: "Stream over TLS: server CPU", unit: "µs/MB", figure: "stream_tls_server_cpu",
            yardstick: "stream_clear_server_cpu", yardstickLabel: "clear text", digits: 0),
        .init(
            label: "Stream over TLS to our client", unit: "GB/s", figure: "own_stream_tls_gigabytes_per_second",
            yardstick: "own_stream_clear_gigabytes_per_second", yardstickLabel: "clear text",
            target: .ratioAtLeast(0.6), digits: 2),
        .init(
            label: "Stream over TLS to our client: its CPU", unit: "µs/MB", figure: "own_stream_tls_client_cpu",
            yardstick: "own_stream_clear_client_cpu", yardstickLabel: "clear text", digits: 0),
        .init(
            label: "Stream of gRPC's test service over TLS", unit: "GB/s",
            figure: "testing_stream_gigabytes_per_second",
            yardstick: "stock_testing_stream_gigabytes_per_second", yardstickLabel: "gRPC C++", digits: 2),
    ]

    private static let bulk: [Comparison] = [
        .init(
            label: "Ingestion, 1 connection", unit: "rows/s", figure: "ingestion_1_rows_per_second",
            yardstick: "copy_batches_1_rows_per_second", yardstickLabel: "psql \\copy FROM in equal batches, superuser",
            target: .ratioAtLeast(0.75)),
        .init(
            label: "Ingestion, 8 connections", unit: "rows/s", figure: "ingestion_8_rows_per_second",
            yardstick: "copy_batches_8_rows_per_second", yardstickLabel: "psql \\copy FROM in equal batches, superuser",
            target: .ratioAtLeast(0.75)),
        .init(
            label: "Ingestion, 8 connections", unit: "rows/s", figure: "ingestion_8_rows_per_second",
            yardstick: "copy_in_rows_per_second", yardstickLabel: "one psql \\copy FROM, superuser"),
        .init(
            label: "Ingestion, 1 connection", unit: "rows/s", figure: "ingestion_1_rows_per_second",
            yardstick: "stock_ingestion_rows_per_second", yardstickLabel: "grpcio, Python"),
        .init(label: "Record on disk, with its indexes", unit: "bytes", figure: "bytes_per_record"),
        .init(label: "Ingestion: server CPU", unit: "µs/row", figure: "ingestion_8_server_cpu", digits: 2),
        .init(
            label: "Ingestion: database CPU", unit: "µs/row", figure: "ingestion_8_database_cpu",
            yardstick: "copy_in_database_cpu", yardstickLabel: "psql \\copy FROM, superuser", digits: 2),
        .init(label: "Ingestion: peak memory", unit: "MiB", figure: "ingestion_peak_memory"),
        .init(
            label: "Ingestion: growth of the peak over 10 million records", unit: "MiB",
            figure: "ingestion_memory_growth", target: .atMost(64), digits: 1),
        .init(
            label: "A year's totals of 100 parties, 1 million records: median", unit: "µs", figure: "totals_1_p50"),
        .init(
            label: "A year's totals of 100 parties, 10 million records: median", unit: "µs", figure: "totals_10_p50"),
        .init(
            label: "A year's totals of 100 parties, 100 million records: median", unit: "µs", figure: "totals_100_p50",
            target: .atMost(5000)),
        .init(
            label: "Bundle, 10 million rows", unit: "rows/s", figure: "export_rows_per_second",
            yardstick: "copy_out_rows_per_second", yardstickLabel: "psql \\copy TO", target: .ratioAtLeast(0.7)),
        .init(
            label: "Bundle", unit: "MB/s", figure: "export_megabytes_per_second",
            yardstick: "copy_out_megabytes_per_second", yardstickLabel: "psql \\copy TO", digits: 1),
        .init(label: "Bundle: server CPU", unit: "µs/row", figure: "export_server_cpu", digits: 2),
        .init(
            label: "Bundle: database CPU", unit: "µs/row", figure: "export_database_cpu",
            yardstick: "copy_out_database_cpu", yardstickLabel: "psql \\copy TO", digits: 2),
        .init(
            label: "Bundle: growth of the server's memory", unit: "MiB", figure: "export_memory_growth",
            target: .atMost(64), digits: 1),
    ]

    private static let house: [Comparison] = [
        .init(label: "Server ready after start", unit: "ms", figure: "ready_milliseconds", target: .atMost(500)),
        .init(
            label: "Memory per idle connection", unit: "KiB", figure: "idle_connection_kibibytes",
            target: .atMost(64), digits: 1),
        .init(
            label: "Memory per idle connection, echo server", unit: "KiB", figure: "idle_echo_kibibytes",
            target: .atMost(40), digits: 1),
        .init(
            label: "Allocation, 11,000 members, 20 components", unit: "ms", figure: "allocation_milliseconds",
            target: .atMost(50), digits: 1),
        .init(
            label: "Allocation, half of them bound", unit: "ms", figure: "allocation_bound_milliseconds", digits: 1),
        .init(
            label: "Settlement of a year's usage", unit: "ms", figure: "settlement_milliseconds",
            yardstick: "aggregate_milliseconds", yardstickLabel: "the bare aggregate in psql",
            target: .ratioAtMost(1.2), digits: 1),
        .init(
            label: "Settlement recomputed from the records", unit: "ms", figure: "recomputation_milliseconds",
            yardstick: "aggregate_milliseconds", yardstickLabel: "the bare aggregate in psql", digits: 1),
        .init(
            label: "Simulation of ten alternatives", unit: "ms", figure: "simulation_10_milliseconds",
            yardstick: "simulation_1_milliseconds", yardstickLabel: "of one", target: .ratioAtMost(10), digits: 1),
        .init(label: "Clean release build", unit: "s", figure: "build_seconds", target: .atMost(240)),
    ]
}
