import Testing

@testable import Domain

/// The fraction; the test fails here if there is none.
func fraction(_ numerator: Int64, _ denominator: Int64, at location: SourceLocation = #_sourceLocation) throws
    -> Fraction
{
    try #require(Fraction(numerator, denominator), sourceLocation: location)
}

func party(_ code: String) throws -> PartyCode { try PartyCode(code, field: "party") }

/// The failure that the body throws; the test fails if it throws none.
func thrown(at location: SourceLocation = #_sourceLocation, of body: () throws -> Void) throws -> Failure {
    try #require(throws: Failure.self, sourceLocation: location) { try body() }
}
