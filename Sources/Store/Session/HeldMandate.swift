public import Domain
internal import Postgres

/// One thing that a party lets a principal do for it, in one consortium.
public struct HeldMandate: Sendable, Equatable {
    /// What it is for; the raw value is stored and is the number of the API's enum.
    public enum Purpose: Int16, Sendable, Hashable, CaseIterable {
        case reportUsage = 1
        case recordKeyFigures = 2
        case castVote = 3
        case seekSolutions = 4
    }

    /// A consortium, by the last part of its resource name.
    public struct Consortium: Sendable, Equatable {
        public let code: String
        public let id: Int32

        public init(code: String, id: Int32) {
            self.code = code
            self.id = id
        }
    }

    /// The party that lets it.
    public let partyID: Int32
    public let partyCode: String
    public let purpose: Purpose
    /// Where; nil for a party that is a member of no consortium the mandate holds in.
    public let consortium: Consortium?
    /// The days on which it may be used.
    public let valid: DateRange

    public init(partyID: Int32, partyCode: String, purpose: Purpose, consortium: Consortium?, valid: DateRange) {
        self.partyID = partyID
        self.partyCode = partyCode
        self.purpose = purpose
        self.consortium = consortium
        self.valid = valid
    }

    /// Nil for a purpose that this program does not know yet.
    init?(_ row: inout Row) throws {
        let (partyID, partyCode) = (try row.next(Int32.self), try row.next(String.self))
        let purpose = Purpose(rawValue: try row.next(Int16.self))
        let (id, code) = (try row.next(Int32?.self), try row.next(String?.self))
        let valid = try DateRange(&row)
        guard let purpose else { return nil }
        var consortium: Consortium?
        if let id, let code { consortium = Consortium(code: code, id: id) }
        self.init(partyID: partyID, partyCode: partyCode, purpose: purpose, consortium: consortium, valid: valid)
    }
}
