// swift-tools-version:6.2
import PackageDescription

// One array for every Swift target: language mode 6, explicit imports, all warnings errors.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    // A handler stays on the loop that called it unless it asks to leave (docs/decisions/0002).
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

let protobuf = Target.Dependency.product(name: "SwiftProtobuf", package: "swift-protobuf")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let histogram = Target.Dependency.product(name: "Histogram", package: "hdrhistogram-swift")
let yaml = Target.Dependency.product(name: "Yams", package: "Yams")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func program(_ name: String, path: String? = nil, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(name: name, dependencies: dependencies, path: path, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: settings)
}

// The schema's history travels inside the program; Sources/Store/Migrations.swift lists the same files.
let migrations = [
    "0001_platform", "0002_consortia", "0003_usage_and_money", "0004_access", "0005_governance",
    "0006_usage_statistics", "0007_settlement", "0008_marketplace", "0009_audit",
]

let systemLibraries: [Target] = [
    .systemLibrary(name: "CLibUV", pkgConfig: "libuv", providers: [.apt(["libuv1-dev"])]),
    .systemLibrary(name: "CNGHTTP2", pkgConfig: "libnghttp2", providers: [.apt(["libnghttp2-dev"])]),
    .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
    .systemLibrary(
        name: "CProtobufC", pkgConfig: "libprotobuf-c", providers: [.apt(["libprotobuf-c-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
]

// Floors, lowest first: a module imports only modules of lower floors (checked by TidyTests).
let modules: [Target] = [
    module("Domain"),
    module("Terminal"),
    module("Publiccode", ["Domain", yaml]),
    module("EventLoop", ["CLibUV"]),
    module("TLS", ["COpenSSL"]),
    module("GRPC", ["EventLoop", "TLS", "CNGHTTP2", "CZlib", logging]),
    module("Postgres", ["EventLoop", "CLibPQ", logging]),
    module("Register", ["Domain", "TLS"]),
    module("API", ["GRPC", protobuf]),
    .target(name: "CUsageWire", dependencies: ["CProtobufC"]),
    module("UsageWire", ["GRPC", "CProtobufC", "CUsageWire", "Domain"]),
    module("GRPCServices", ["API", "GRPC", protobuf]),
    module("Audit", ["API", "Domain", "Register", "TLS", protobuf]),
    .target(
        name: "Store", dependencies: ["Domain", "Register", "Postgres", "EventLoop", logging],
        resources: migrations.map { .embedInCode("Migrations/\($0).sql") }, swiftSettings: settings),
    module(
        "Services",
        [
            "API", "UsageWire", "Domain", "Publiccode", "Store", "Register", "Audit", "GRPC", "GRPCServices", "TLS",
            protobuf, logging,
        ]),
]

let programs: [Target] = [
    program(
        "allmended",
        ["API", "Services", "GRPCServices", "Store", "Postgres", "GRPC", "TLS", "EventLoop", arguments, logging]),
    program(
        "allmende",
        [
            "API", "Audit", "Domain", "GRPC", "Publiccode", "Register", "Services", "Store", "Postgres", "EventLoop",
            "TLS", "UsageWire", "Terminal", arguments, logging, protobuf,
        ]),
    program(
        "protoc-gen-allmende",
        [.product(name: "SwiftProtobufPluginLibrary", package: "swift-protobuf"), protobuf]),
    program("grpc-echo", path: "Tests/grpc-echo", ["GRPC", "EventLoop", "TLS", arguments, logging]),
    program("grpc-fuzz", path: "Tests/grpc-fuzz", ["GRPC", "EventLoop", logging]),
    program("usage-fuzz", path: "Tests/usage-fuzz", ["UsageWire"]),
    program("grpc-soak", path: "Tests/grpc-soak", ["GRPC", "EventLoop", "TLS", arguments]),
    program(
        "grpc-interop", path: "Tests/grpc-interop",
        ["API", "GRPC", "EventLoop", "TLS", arguments, logging, protobuf]),
    // Listings by chance, for tests and for the load generator.
    .target(name: "SampleCatalogue", path: "Tests/SampleCatalogue", swiftSettings: settings),
    program(
        "bench-load", path: "Tests/bench-load",
        [
            "API", "SampleCatalogue", "UsageWire", "Register", "Domain", "GRPC", "Postgres", "TLS", "EventLoop",
            arguments, histogram, logging, protobuf,
        ]),
]

let testTargets: [Target] = [
    .target(name: "clock_shift", path: "Tests/clock-shift", publicHeadersPath: "."),
    .target(
        name: "TestCertificates", dependencies: ["TestSupport"], path: "Tests/TestCertificates",
        swiftSettings: settings),
    tests("TidyTests"),
    // Worked examples as data, read from the tree.
    tests("DomainTests", ["Domain", "TestSupport"], exclude: ["Cases"]),
    tests("PubliccodeTests", ["Publiccode", "Domain", "TestSupport"], exclude: ["Cases"]),
    tests("EventLoopTests", ["EventLoop"]),
    tests("TLSTests", ["TLS", "TestCertificates", "TestSupport"]),
    tests("GRPCTests", ["GRPC", "EventLoop", "TLS", "TestCertificates", "TestSupport", logging], exclude: ["Corpus"]),
    // What several test targets share: a throw-away PostgreSQL server, programs, random numbers.
    .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: settings),
    tests("PostgresTests", ["Postgres", "EventLoop", "TestSupport", "TestCertificates", logging]),
    tests("RegisterTests", ["Register", "TLS", "TestSupport"]),
    .target(
        name: "TestServer", dependencies: ["GRPC", "EventLoop", "TLS", "TestCertificates", logging],
        path: "Tests/TestServer", swiftSettings: settings),
    tests("APITests", ["API", "GRPC", "TestServer", protobuf]),
    tests("GRPCServicesTests", ["GRPCServices", "API", "GRPC", "TestServer", protobuf]),
    tests("UsageWireTests", ["UsageWire", "API", "TestSupport", protobuf], exclude: ["Corpus"]),
    tests("AuditTests", ["API", "Audit", "Register", "TLS", "TestSupport", protobuf]),
    tests("TerminalTests", ["Terminal"]),
    tests("allmendeTests", ["allmende", "API", "GRPC", "TestServer", protobuf]),
    tests(
        "StoreTests",
        ["Store", "Postgres", "Register", "Domain", "EventLoop", "TestSupport", "SampleCatalogue", logging]),
    tests(
        "SystemTests",
        [
            "API", "Audit", "Domain", "EventLoop", "GRPC", "GRPCServices", "Postgres", "Register", "Services", "Store",
            "TLS", "TestCertificates", "TestSupport", logging, protobuf,
        ]),
]

let package = Package(
    name: "allmende",
    products: [
        // Loaded before a server in tests, to let its clock jump.
        .library(name: "clock-shift", type: .dynamic, targets: ["clock_shift"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
    ],
    targets: systemLibraries + modules + programs + testTargets
)
