internal import API
internal import Register

/// What both the builder and the verifier write down while members pass, until it becomes the manifest.
struct BundleLedger {
    private struct UsageKey: Hashable {
        let application: String
        let metric: String
    }

    private struct UsageTally {
        var rows = 0
        var quantity: Int128 = 0
        let scale: Int
    }

    private struct SettlementTally {
        var count = 0
        var minorUnits: Int128 = 0
    }

    private(set) var files: [Manifest.File] = []
    private var usage: [UsageKey: UsageTally] = [:]
    private var settlements: [String: SettlementTally] = [:]

    mutating func add(_ name: String, bytes: Int, rows: Int? = nil, sha256: Hash) {
        files.append(Manifest.File(name: name, bytes: bytes, rows: rows, sha256: sha256.hex))
    }

    mutating func add(_ sum: UsageSum, application: String) {
        let key = UsageKey(application: application, metric: sum.metric.code)
        var tally = usage[key] ?? UsageTally(scale: sum.metric.scale)
        tally.rows += sum.rows
        tally.quantity += sum.quantity
        usage[key] = tally
    }

    mutating func add(_ settlement: Settlement) {
        settlements[settlement.total.currency, default: SettlementTally()].count += 1
        settlements[settlement.total.currency]?.minorUnits += Int128(settlement.total.minorUnits)
    }

    /// Usage by application and metric, in ascending order of their bytes.
    var usageSums: [Manifest.UsageSum] {
        usage.sorted { ByteOrder.precedes([$0.key.application, $0.key.metric], [$1.key.application, $1.key.metric]) }
            .map { key, tally in
                Manifest.UsageSum(
                    application: key.application, metric: key.metric,
                    quantity: FixedPoint.text(tally.quantity, scale: tally.scale), rows: tally.rows)
            }
    }

    /// Settlements by currency, in ascending order of their bytes.
    var settlementSums: [Manifest.SettlementSum] {
        settlements.sorted { ByteOrder.precedes([$0.key], [$1.key]) }.map { currency, tally in
            Manifest.SettlementSum(
                count: tally.count, currency: currency, total: SettlementCSV.text(tally.minorUnits, currency: currency))
        }
    }

    func manifest(register: String, size: Int, root: Hash, kind: Manifest.Kind = .bundle) -> Manifest {
        Manifest(
            kind: kind, register: register, size: size, root: root, files: files, usage: usageSums,
            settlements: settlementSums)
    }
}

/// Order of texts by their bytes: the same everywhere, which the order by characters is not.
enum ByteOrder {
    static func precedes(_ left: [String], _ right: [String]) -> Bool {
        for (left, right) in zip(left, right) where !left.utf8.elementsEqual(right.utf8) {
            return left.utf8.lexicographicallyPrecedes(right.utf8)
        }
        return false
    }
}
