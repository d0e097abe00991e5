internal import API
internal import Domain
internal import SwiftProtobuf

extension API.CivilDate {
    init(_ date: Domain.CivilDate) {
        self.init()
        year = Int32(date.year)
        month = Int32(date.month)
        day = Int32(date.day)
    }
}

extension API.DateRange {
    init(_ range: Domain.DateRange) {
        self.init()
        start = API.CivilDate(range.start)
        if let last = range.end { end = API.CivilDate(last) }
    }
}

extension API.Fraction {
    init(_ fraction: Domain.Fraction) {
        self.init()
        numerator = fraction.numerator
        denominator = fraction.denominator
    }
}

extension API.Money {
    init(_ money: Domain.Money) {
        self.init()
        minorUnits = money.minorUnits
        currency = money.currency.code
    }
}

extension FieldChecks {
    /// A day that must be set and exist.
    mutating func date(_ date: API.CivilDate, isSet: Bool, field: String) -> Domain.CivilDate? {
        guard isSet else {
            missing(field)
            return nil
        }
        return check { () throws(Failure) in
            try Domain.CivilDate(year: Int(date.year), month: Int(date.month), day: Int(date.day), field: field)
        }
    }

    /// A range of days whose start must be set.
    mutating func range(
        _ range: API.DateRange, isSet: Bool, needsEnd: Bool, field: String
    ) -> Domain.DateRange? {
        guard isSet else {
            missing(field)
            return nil
        }
        let start = date(range.start, isSet: range.hasStart, field: field + ".start")
        var end: Domain.CivilDate?
        if range.hasEnd || needsEnd {
            end = date(range.end, isSet: range.hasEnd, field: field + ".end")
            if end == nil { return nil }
        }
        guard let start else { return nil }
        if let end, end <= start {
            invalid(field + ".end", "must lie after the start")
            return nil
        }
        return check { () throws(Failure) in try Domain.DateRange(start, end, field: field) }
    }

    /// A fraction with a denominator greater than zero.
    mutating func fraction(_ fraction: API.Fraction, field: String) -> Domain.Fraction? {
        check { () throws(Failure) in
            try Domain.Fraction(fraction.numerator, fraction.denominator, field: field)
        }
    }

    /// An enum that must be set to a value this version knows.
    mutating func enumeration<E: SwiftProtobuf.Enum & CaseIterable>(_ value: E, field: String) {
        if value.rawValue == 0 {
            missing(field)
        } else if !E.allCases.contains(where: { $0.rawValue == value.rawValue }) {
            invalid(field, "has the unknown value \(value.rawValue)")
        }
    }

    /// An enum whose zero has a meaning, set to a value this version knows.
    mutating func known<E: SwiftProtobuf.Enum & CaseIterable>(_ value: E, field: String) {
        require(
            E.allCases.contains { $0.rawValue == value.rawValue }, field, "has the unknown value \(value.rawValue)")
    }

    /// A resource name of one collection; its id.
    mutating func id(_ name: String, in collection: String, field: String) -> String? {
        ids(name, in: [collection], field: field)?[0]
    }

    /// A resource name; its ids.
    mutating func ids(_ name: String, in collections: [String], field: String) -> [String]? {
        do {
            return try ResourceName.ids(name, in: collections, field: field)
        } catch let failure as Failure {
            note(failure)
        } catch {
            invalid(field, "cannot be read")
        }
        return nil
    }

    /// The id that a caller chooses for a resource it creates.
    mutating func resourceID(_ text: String, field: String) -> String? {
        value(ResourceID.self, text, field: field)?.text
    }

    /// A SHA-256 digest of 32 bytes.
    mutating func digest(_ bytes: some Collection<UInt8>, field: String, mayBeEmpty: Bool = false) {
        if bytes.isEmpty {
            if !mayBeEmpty { missing(field) }
        } else if bytes.count != 32 {
            invalid(field, "must have 32 bytes, has \(bytes.count)")
        }
    }
}
