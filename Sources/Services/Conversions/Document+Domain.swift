internal import API
internal import Domain

extension API.DocumentKind {
    init(_ kind: Domain.DocumentKind) {
        switch kind {
        case .levyNotice: self = .levyNotice
        case .amendedLevyNotice: self = .amendedLevyNotice
        case .invoice: self = .invoice
        case .correctedInvoice: self = .correctedInvoice
        case .creditNote: self = .creditNote
        }
    }
}

extension VATCategory {
    init(_ treatment: VatTreatment) throws {
        switch treatment {
        case .notTaxable: self = .notTaxable
        case .exempt: self = .exempt
        case .standard: self = .standard
        case .unspecified, .UNRECOGNIZED: throw Failure(.internal, "an amount is stored without its tax")
        }
    }
}

extension VatTreatment {
    init(_ category: VATCategory) {
        switch category {
        case .notTaxable: self = .notTaxable
        case .exempt: self = .exempt
        case .standard: self = .standard
        }
    }
}

extension DocumentLine {
    init(_ line: SettlementDocument.Line, _ settlement: Settlement, currency: String) {
        self.init()
        period = settlement.period
        pool = CostPool(domainName: line.item.pool)
        vatTreatment = VatTreatment(line.item.category)
        net.minorUnits = line.amount
        net.currency = currency
        text =
            settlement.hasExit
            ? "settlement of the exit on \(line.item.period.end ?? line.item.period.start)"
            : "\(pool.phrase), \(line.item.period)"
    }
}

extension DocumentTax {
    init(_ entry: VATBreakdown.Entry, currency: String) {
        self.init()
        vatTreatment = VatTreatment(entry.category)
        percent = Int32(entry.percent)
        base.minorUnits = entry.base
        base.currency = currency
        tax.minorUnits = entry.tax
        tax.currency = currency
    }
}
