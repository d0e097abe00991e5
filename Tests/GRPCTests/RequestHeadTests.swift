import Testing

@testable import GRPC

@Suite(.timeLimit(.minutes(5)))
struct RequestHeadTests {
    private static let echo = MethodDescriptor(service: "test.Echo", method: "Unary", kind: .unary)

    private static let routes: RouteTable = {
        var router = Router()
        router.unary(echo) { request, _ in request }
        return RouteTable(router)
    }()

    private static let proper: [(String, String)] = [
        (":method", "POST"), (":scheme", "https"), (":path", "/test.Echo/Unary"), (":authority", "localhost"),
        ("te", "trailers"), ("content-type", "application/grpc+proto"), ("user-agent", "test"),
    ]

    private func head(_ fields: [(String, String)], limit: Int = 16384) -> RequestHead {
        var head = RequestHead()
        for (name, value) in fields {
            Array(name.utf8).withUnsafeBufferPointer { name in
                Array(value.utf8).withUnsafeBufferPointer { value in
                    head.receive(name, value, routes: Self.routes, limit: limit)
                }
            }
        }
        return head
    }

    private func replacing(_ name: String, by value: String?) -> [(String, String)] {
        Self.proper.compactMap { $0.0 == name ? value.map { (name, $0) } : $0 }
    }

    private func code(_ fields: [(String, String)]) -> StatusCode? {
        guard case .reject(let status) = head(fields).verdict() else { return nil }
        return status.code
    }

    @Test func aProperRequestIsAccepted() {
        #expect(head(Self.proper).verdict() == .accept)
        #expect(head(Self.proper).route?.method == Self.echo)
        #expect(head(Self.proper).metadata.isEmpty)
    }

    @Test(arguments: ["application/grpc", "application/grpc+proto", "application/grpc;charset=utf-8"])
    func contentTypesOfGRPC(_ type: String) {
        #expect(head(replacing("content-type", by: type)).verdict() == .accept)
    }

    @Test(arguments: ["application/json", "application/grpcx", "application/grp", "", nil] as [String?])
    func otherContentTypesAreRefusedWith415(_ type: String?) {
        #expect(head(replacing("content-type", by: type)).verdict() == .refuse(415))
    }

    @Test func otherMethodsAreRefusedWith405() {
        #expect(head(replacing(":method", by: "GET")).verdict() == .refuse(405))
    }

    @Test(arguments: ["/test.Echo/Other", "/test.Echo/Unar", "/test.Echo/Unary/", "", "/"])
    func unknownPathsAreUnimplemented(_ path: String) {
        #expect(code(replacing(":path", by: path)) == .unimplemented)
    }

    @Test func aProxyThatLosesTrailersIsFoundOut() {
        #expect(code(replacing("te", by: nil)) == .internal)
        #expect(code(replacing("te", by: "gzip")) == .internal)
    }

    @Test func anUnknownEncodingIsUnimplemented() {
        #expect(code(Self.proper + [("grpc-encoding", "snappy")]) == .unimplemented)
        #expect(head(Self.proper + [("grpc-encoding", "identity")]).verdict() == .accept)
    }

    @Test func timeoutsOfEveryUnit() {
        let units: [(String, UInt64)] = [
            ("1n", 1), ("20u", 20_000), ("300m", 300_000_000), ("4S", 4_000_000_000), ("5M", 300_000_000_000),
            ("6H", 21_600_000_000_000), ("99999999H", .max), ("0S", 0),
        ]
        for (text, expected) in units {
            #expect(head(Self.proper + [("grpc-timeout", text)]).timeout == expected, "\(text)")
        }
    }

    @Test(arguments: ["", "1", "S", "123456789S", "-1S", "1.5S", "1s", "1 S"])
    func malformedTimeoutsAreRejected(_ text: String) {
        #expect(code(Self.proper + [("grpc-timeout", text)]) == .internal)
    }

    @Test func headersAreLimited() {
        let size = Self.proper.reduce(0) { $0 + $1.0.utf8.count + $1.1.utf8.count + 32 }
        #expect(head(Self.proper, limit: size).verdict() == .accept)
        guard case .reject(let status) = head(Self.proper, limit: size - 1).verdict() else {
            Issue.record("one byte past the limit was accepted")
            return
        }
        #expect(status.code == .resourceExhausted)
    }

    @Test func metadataIsKept() {
        let fields = Self.proper + [("x-a", "1"), ("x-b-bin", "AAE"), ("x-a", "2"), ("x-c-bin", "AA==,/w")]
        let metadata = head(fields).metadata
        #expect(metadata["x-a"] == "1")
        #expect(metadata.binary("x-b-bin") == [0, 1])
        #expect(metadata.entries.filter { $0.name == "x-c-bin" }.map(\.value) == [[0], [255]])
        #expect(code(Self.proper + [("x-bin", "*")]) == .internal)
    }
}
