public import Register

/// What the entry of a usage batch says about the batch's rows.
public struct BundleBatch: Sendable, Hashable {
    /// Position of the entry in the register.
    public let position: Int
    /// Resource name of the application.
    public let application: String
    /// The system that reported.
    public let sourceID: String
    /// Number of rows.
    public let rowCount: Int
    /// RFC 6962 root over the salted rows.
    public let rowRoot: Hash

    /// The member with the rows.
    var name: String { BundleFormat.usageName(position: position) }

    /// Last part of the application's name: the first column of each row.
    var applicationCode: String { String(application.split(separator: "/").last ?? "") }
}
