internal import API
internal import Domain
internal import Foundation
internal import Register
internal import Store

extension CostItemRow {
    /// Reads a request to book an item; amounts must be in the consortium's currency.
    init(_ request: CreateCostItemRequest, currency: String) throws {
        let item = request.costItem
        var checks = FieldChecks()
        let code = checks.resourceID(request.costItemID, field: "cost_item_id")
        checks.enumeration(item.pool, field: "cost_item.pool")
        checks.enumeration(item.kind, field: "cost_item.kind")
        checks.amount(item.net, isSet: item.hasNet, currency: currency, field: "cost_item.net")
        if item.hasVat { checks.amount(item.vat, isSet: true, currency: currency, field: "cost_item.vat") }
        var deductible: Domain.Fraction? = .zero
        if item.hasDeductibleShare {
            deductible = checks.fraction(item.deductibleShare, field: "cost_item.deductible_share")
            checks.require(
                deductible?.isShare ?? true, "cost_item.deductible_share", "must lie between 0 and 1")
        }
        let period = checks.range(
            item.servicePeriod, isSet: item.hasServicePeriod, needsEnd: true, field: "cost_item.service_period")
        checks.text(item.documentNumber, field: "cost_item.document_number", length: 1...64)
        checks.text(item.supplier, field: "cost_item.supplier", length: 0...200)
        checks.digest(item.documentSha256, field: "cost_item.document_sha256", mayBeEmpty: true)
        try checks.finish()
        self.init(
            code: code!, pool: Int16(item.pool.rawValue), kind: Int16(item.kind.rawValue), net: item.net.minorUnits,
            vat: item.vat.minorUnits, deductibleShare: deductible!, periodStart: period!.start,
            periodEnd: period!.end!, documentNumber: item.documentNumber, documentDigest: Array(item.documentSha256),
            supplier: item.supplier.isEmpty ? nil : SaltedText(item.supplier))
    }
}

extension CostItem {
    /// The item as the register has it: without its supplier, of which it holds the digest. Answers that are kept for
    /// repeats have it so, too, or they would outlive what is erased.
    init(_ row: CostItemRow, consortium: String, currency: String) {
        self.init()
        name = "\(consortium)/costItems/\(row.code)"
        pool = CostPool(rawValue: Int(row.pool)) ?? .unspecified
        kind = CostKind(rawValue: Int(row.kind)) ?? .unspecified
        net.minorUnits = row.net
        net.currency = currency
        vat.minorUnits = row.vat
        vat.currency = currency
        deductibleShare = API.Fraction(row.deductibleShare)
        servicePeriod.start = API.CivilDate(row.periodStart)
        servicePeriod.end = API.CivilDate(row.periodEnd)
        documentNumber = row.documentNumber
        documentSha256 = .init(row.documentDigest)
        supplierSha256 = .init(row.supplierDigest)
        state = row.isReversed ? .reversed : .booked
    }

    /// The item with its supplier, for those who list it.
    init(listing row: CostItemRow, consortium: String, currency: String) {
        self.init(row, consortium: consortium, currency: currency)
        supplier = row.supplier?.text ?? ""
        supplierSalt = .init(row.supplier?.salt ?? [])
    }
}

extension FieldChecks {
    /// An amount that must be set, not negative and in the given currency.
    fileprivate mutating func amount(_ money: API.Money, isSet: Bool, currency: String, field: String) {
        guard isSet else { return missing(field) }
        require(money.minorUnits >= 0, field + ".minor_units", "must not be negative")
        require(money.currency == currency, field + ".currency", "must be \(currency), the consortium's currency")
    }
}
