/// Who calls: a party with a development certificate of its own.
struct Caller: Sendable, Equatable {
    /// Name of the certificate's file.
    let name: String
    /// The party it speaks for.
    let party: String
    let displayName: String

    static let platformOperator = Caller(name: "operator", party: "platform-operator", displayName: "Operator")
    static let office = Caller(
        name: "coordination-office", party: "coordination-office", displayName: "Koordinierungsstelle")
    static let auditor = Caller(name: "auditor", party: "auditor", displayName: "Rechnungsprüfung")
    static let municipalities = [
        Caller(name: "municipality-09473132", party: "09473132", displayName: "Gemeinde Großheirath"),
        Caller(name: "municipality-09473138", party: "09473138", displayName: "Gemeinde Itzgrund"),
        Caller(name: "municipality-09674210", party: "09674210", displayName: "Gemeinde Untermerzbach"),
    ]
}
