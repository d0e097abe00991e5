/// In which capacity a principal acts; the raw value is stored and is the number of the API's enum.
public enum PrincipalRole: Int16, Sendable, Hashable, CaseIterable {
    case municipality = 1
    case coordinationOffice = 2
    case auditor = 3
    case `operator` = 4

    /// The name that row-level security compares with.
    var setting: String {
        switch self {
        case .municipality: "municipality"
        case .coordinationOffice: "coordination_office"
        case .auditor: "auditor"
        case .operator: "operator"
        }
    }

    /// Whether the role sees the rows of every party in its consortia.
    public var seesAllParties: Bool { self == .coordinationOffice || self == .auditor }
}
