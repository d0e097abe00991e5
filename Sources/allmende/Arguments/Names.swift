/// Resource names and the short forms that people type.
enum Names {
    static func party(_ code: String) -> String { name("parties", code) }
    static func consortium(_ id: String) -> String { name("consortia", id) }
    static func listing(_ id: String) -> String { name("listings", id) }
    static func guide(_ id: String) -> String { name("guides", id) }
    static func advisoryBody(_ id: String) -> String { name("advisoryBodies", id) }
    static func advisoryRequest(_ id: String) -> String { name("advisoryRequests", id) }
    static func decision(_ id: String, in consortium: String) -> String { child("decisions", id, consortium) }
    static func application(_ id: String, in consortium: String) -> String { child("applications", id, consortium) }
    static func agreement(_ id: String, in consortium: String) -> String { child("agreements", id, consortium) }
    static func costItem(_ id: String, in consortium: String) -> String { child("costItems", id, consortium) }
    static func period(_ id: String, in consortium: String) -> String { child("periods", id, consortium) }
    static func document(_ number: String, in consortium: String) -> String { child("documents", number, consortium) }
    static func settlement(_ id: String, in consortium: String) -> String { child("settlements", id, consortium) }
    static func remark(_ id: String, in consortium: String) -> String { child("remarks", id, consortium) }

    /// `consortia/itzgrund` of anything in it; nil for the name of something outside all consortia.
    static func consortium(of name: String) -> String? {
        let parts = name.split(separator: "/")
        return parts.count > 2 && parts[0] == "consortia" ? "consortia/\(parts[1])" : nil
    }

    static func revision(_ number: Int, of agreement: String, in consortium: String) -> String {
        "\(self.agreement(agreement, in: consortium))/revisions/\(number)"
    }

    static func metric(_ id: String, of application: String, in consortium: String) -> String {
        "\(self.application(application, in: consortium))/metrics/\(id)"
    }

    static func membership(of party: String, in consortium: String) -> String {
        child("memberships", party, consortium)
    }

    static func release(_ version: String, of application: String, in consortium: String) -> String {
        "\(self.application(application, in: consortium))/releases/\(version)"
    }

    /// `meldewesen 1.0.0` of `consortia/itzgrund/applications/meldewesen/releases/1.0.0`.
    static func shortRelease(_ name: String) -> String {
        let parts = name.split(separator: "/")
        return parts.count == 6 ? "\(parts[3]) \(parts[5])" : name
    }

    static func interest(of party: String, in listing: String) -> String {
        "\(self.listing(listing))/interests/\(short(party))"
    }

    /// The last part of a resource name: `itzgrund` of `consortia/itzgrund`.
    static func short(_ name: String) -> String {
        name.split(separator: "/").last.map(String.init) ?? name
    }

    /// `operation, revision 1` of `consortia/itzgrund/agreements/operation/revisions/1`.
    static func shortRevision(_ name: String) -> String {
        let parts = name.split(separator: "/")
        return parts.count == 6 ? "\(parts[3]), revision \(parts[5])" : name
    }

    /// A whole resource name stays as it is, so that names can be copied from the server's answers.
    private static func name(_ collection: String, _ id: String) -> String {
        id.hasPrefix(collection + "/") ? id : "\(collection)/\(id)"
    }

    private static func child(_ collection: String, _ id: String, _ consortium: String) -> String {
        id.hasPrefix("consortia/") ? id : "\(self.consortium(consortium))/\(collection)/\(id)"
    }
}
