import Testing

@testable import Domain

@Suite(.timeLimit(.minutes(5)))
struct SPDXExpressionTests {
    @Test(arguments: [
        "EUPL-1.2", "GPL-2.0+", "MIT OR Apache-2.0", "(MIT AND (BSD-2-Clause OR ISC))", "LicenseRef-house",
        "GPL-2.0-only WITH Classpath-exception-2.0", "DocumentRef-a:LicenseRef-b",
    ])
    func wellFormed(_ text: String) throws {
        #expect(try SPDXExpression(text, field: "license").text == text)
    }

    @Test(arguments: [
        "", "MIT OR", "OR MIT", "MIT Apache-2.0", "(MIT", "MIT)", "MIT WITH", "a:b", "EUPL 1.2", "+", "MIT&X",
    ])
    func malformed(_ text: String) throws {
        #expect(try thrown { _ = try SPDXExpression(text, field: "license") }.violations.map(\.field) == ["license"])
    }

    @Test func licencesAreNamedWithoutExceptions() throws {
        let text = "(GPL-2.0-only WITH Classpath-exception-2.0 OR MIT)"
        #expect(try SPDXExpression(text, field: "license").licenses == ["GPL-2.0-only", "MIT"])
    }
}
