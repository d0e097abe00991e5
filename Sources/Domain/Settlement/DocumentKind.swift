/// What a document is in law. A levy between a Zweckverband and its members is an administrative act; everybody else
/// reimburses by invoice (UNTDID 1001: 380, 384, 381).
public enum DocumentKind: String, Sendable, Hashable, CaseIterable {
    /// Umlagebescheid.
    case levyNotice = "LEVY_NOTICE"
    /// Änderungsbescheid: changes what an earlier notice has set, in either direction.
    case amendedLevyNotice = "AMENDED_LEVY_NOTICE"
    /// Rechnung, 380.
    case invoice = "INVOICE"
    /// Rechnungskorrektur, 384.
    case correctedInvoice = "CORRECTED_INVOICE"
    /// Gutschrift, 381.
    case creditNote = "CREDIT_NOTE"

    /// The kind of a document by the issuer's form and by what the document is to those before it.
    public init(isLevy: Bool, _ kind: SettlementDocument.Kind, isFirst: Bool) {
        switch kind {
        case .charge: self = isLevy ? .levyNotice : .invoice
        case .correction: self = isLevy ? .amendedLevyNotice : .correctedInvoice
        // A levy may begin with a credit, where revenue is above cost: there is nothing yet that it could amend.
        case .creditNote: self = isLevy ? (isFirst ? .levyNotice : .amendedLevyNotice) : .creditNote
        }
    }

    /// Whether it is an administrative act, which must tell how to appeal against it (§ 37 (6) VwVfG).
    public var needsLegalRemedyNotice: Bool { self == .levyNotice || self == .amendedLevyNotice }
}

/// The number of a document: without gaps per issuer and year.
public struct DocumentNumber: Sendable, Hashable {
    public let year: Int
    /// From 1.
    public let ordinal: Int64

    public init(year: Int, ordinal: Int64) {
        self.year = year
        self.ordinal = ordinal
    }

    /// `2013-000001`.
    public var text: String {
        let digits = String(ordinal)
        return "\(year)-" + String(repeating: "0", count: max(0, 6 - digits.count)) + digits
    }
}
