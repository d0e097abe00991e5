internal import API
internal import Domain
internal import Store

/// What differs between two revisions: the domain's clauses, and what stands behind names in them.
struct RevisionDiff {
    let old: AgreementRevision
    let new: AgreementRevision
    let currency: String

    var changes: [AgreementChange] {
        get throws {
            let diff = try AgreementDiff(
                from: old.terms(currency: currency, field: "old_revision"),
                to: new.terms(currency: currency, field: "new_revision"),
                currency: try Currency(currency, field: "currency"))
            var changes = diff.changes.map(AgreementChange.init)
            if old.vatConditions != new.vatConditions {
                changes.append(
                    AgreementChange(
                        "vat_conditions", RevisionDiff.text(old.vatConditions), RevisionDiff.text(new.vatConditions)))
            }
            if old.documentSha256 != new.documentSha256 {
                changes.append(
                    AgreementChange(
                        "document_sha256", RevisionDiff.hex(old.documentSha256), RevisionDiff.hex(new.documentSha256)))
            }
            return try changes + behindNames
        }
    }

    /// Owners of another application, and another table under the same name of a published key.
    private var behindNames: [AgreementChange] {
        get throws {
            var changes: [AgreementChange] = []
            for pool in old.pools {
                guard let other = new.pools.first(where: { $0.pool == pool.pool }) else { continue }
                let path = "pools.\(pool.pool.domainName)"
                let (before, after) = (
                    try PoolRule(pool, field: path, currency: currency),
                    try PoolRule(other, field: path, currency: currency)
                )
                if let first = before.ownedApplication, let second = after.ownedApplication, first != second {
                    changes.append(AgreementChange(path, "by ownership of \(first)", "by ownership of \(second)"))
                }
                for (key, table) in before.publishedKeys where after.publishedKeys[key].map({ $0 != table }) ?? false {
                    let name = "\(key.name) of \(key.year)"
                    changes.append(AgreementChange(path, "one table of \(name)", "another table of \(name)"))
                }
            }
            return changes
        }
    }

    private static func hex(_ bytes: some Sequence<UInt8>) -> String {
        Digest32(Array(bytes))?.hex ?? "no document"
    }

    private static func text(_ conditions: [VatCondition]) -> String {
        conditions.isEmpty ? "none confirmed" : conditions.map { "\($0)" }.joined(separator: ", ") + " confirmed"
    }
}

extension AgreementChange {
    fileprivate init(_ change: AgreementDiff.Change) {
        self.init()
        path = change.path
        clause = change.clause
        oldValue = change.old ?? ""
        newValue = change.new ?? ""
        sentence = change.sentence
    }

    fileprivate init(_ path: String, _ old: String, _ new: String) {
        self.init()
        self.path = path
        oldValue = old
        newValue = new
        sentence = "\(path): \(new) instead of \(old)"
    }
}
