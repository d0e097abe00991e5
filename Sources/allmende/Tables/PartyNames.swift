internal import API
internal import GRPC

/// Names for people of the parties in a table.
enum PartyNames {
    /// Above this number only codes are shown: one call for each name would take longer than reading the table.
    private static let limit = 100

    /// By resource name, for the parties of a settlement; empty where nobody will read it.
    static func of(_ settlement: Settlement, _ session: Session) async throws -> [String: String] {
        let parties = Set(settlement.lines.map(\.party))
        guard session.output == .table, parties.count <= limit else { return [:] }
        var names: [String: String] = [:]
        for party in parties.sorted() {
            var request = GetPartyRequest()
            request.name = party
            names[party] = try await MunicipalityServiceClient(session.client).getParty(request).party.displayName
        }
        return names
    }
}
