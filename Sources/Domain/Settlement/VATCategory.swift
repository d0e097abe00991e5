/// The category of value added tax as EN 16931 codes it (UNTDID 5305), with its rate.
public enum VATCategory: String, Sendable, Hashable, CaseIterable, Comparable {
    /// Not subject to tax, such as co-operation under § 2b UStG.
    case notTaxable = "O"
    /// Exempt, for example under § 4 no. 29 UStG.
    case exempt = "E"
    /// Taxed at the standard rate.
    case standard = "S"

    public init(_ treatment: VATTreatment) {
        switch treatment {
        case .notTaxable: self = .notTaxable
        case .exempt: self = .exempt
        case .standard: self = .standard
        }
    }

    /// The rate in per cent for what is completed on a day. The standard rate is that of § 12 (1) UStG: 16 % from April
    /// 1998, 19 % from 2007, and 16 % in the second half of 2020 (§ 28 UStG). Throws OUT_OF_RANGE for days before.
    public func percent(on day: CivilDate) throws(Failure) -> Int64 {
        guard self == .standard else { return 0 }
        let number = day.year * 10_000 + day.month * 100 + day.day
        switch number {
        case ..<1998_04_01: throw Failure(.outOfRange, "no rate of value added tax is known for \(day)")
        case ..<2007_01_01, 2020_07_01...2020_12_31: return 16
        default: return 19
        }
    }

    public static func < (left: VATCategory, right: VATCategory) -> Bool { left.rawValue < right.rawValue }
}

/// Tax of a document: once per category and rate on its base, half away from zero (EN 16931, BG-23), never per line.
public struct VATBreakdown: Sendable, Hashable {
    public struct Entry: Sendable, Hashable {
        public let category: VATCategory
        /// In per cent.
        public let percent: Int64
        /// Net amount in minor units.
        public let base: Int64
        public let tax: Int64
    }

    /// By category, then rate.
    public let entries: [Entry]
    public let net: Int64
    public let tax: Int64
    /// What is to be paid.
    public let gross: Int64

    /// The tax of net amounts, each with the last day of what it is for. Throws OUT_OF_RANGE.
    public init(_ amounts: [(category: VATCategory, lastDay: CivilDate, net: Int64)]) throws(Failure) {
        struct Key: Hashable {
            let category: VATCategory
            let percent: Int64
        }
        var bases: [Key: Int128] = [:]
        for amount in amounts {
            let key = Key(category: amount.category, percent: try amount.category.percent(on: amount.lastDay))
            bases[key, default: 0] += Int128(amount.net)
        }
        var entries: [Entry] = []
        var (net, tax) = (Int128(0), Int128(0))
        for (key, base) in bases {
            let magnitude = (Int128(base.magnitude) * Int128(key.percent) + 50) / 100
            let own = base < 0 ? -magnitude : magnitude
            net += base
            tax += own
            entries.append(
                Entry(category: key.category, percent: key.percent, base: try Self.fit(base), tax: try Self.fit(own)))
        }
        self.entries = entries.sorted { ($0.category, $0.percent) < ($1.category, $1.percent) }
        self.net = try Self.fit(net)
        self.tax = try Self.fit(tax)
        gross = try Self.fit(net + tax)
    }

    private static func fit(_ amount: Int128) throws(Failure) -> Int64 {
        guard let amount = Int64(exactly: amount) else {
            throw Failure(.outOfRange, "the amounts of a document are too large to be added up")
        }
        return amount
    }
}
