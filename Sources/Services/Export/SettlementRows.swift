internal import API
internal import Audit
internal import Domain
internal import Store
internal import SwiftProtobuf

/// The rows of one line of a settlement: one per component, or one where it has none.
struct SettlementRows {
    private let row: ExportedSettlementLine
    private let settlement: Settlement
    private let line: SettlementLine
    private let currency: Currency

    init(_ row: ExportedSettlementLine, _ settlement: Settlement) throws {
        self.row = row
        self.settlement = settlement
        line = try SettlementLine(serializedBytes: row.line)
        currency = try Currency(line.amount.currency, field: "currency")
    }

    func write(to sink: TableSink) throws {
        let slot = sink.slot("amount", currency.code, scale: currency.minorDigits)
        if line.components.isEmpty {
            begin(amount: line.amount.minorUnits, to: sink)
            for _ in 0..<4 { sink.writer.text("") }
            sink.writer.empty()
            sink.writer.text("")
            end(line.amount.minorUnits, slot, sink)
        }
        for component in line.components {
            begin(amount: component.amount.minorUnits, to: sink)
            sink.writer.text(component.key)
            sink.writer.text("\(component.weight.numerator)/\(component.weight.denominator)")
            sink.writer.text("\(component.ratio.numerator)/\(component.ratio.denominator)")
            sink.writer.text(component.unit)
            sink.writer.decimal(component.quantity, scale: Int(component.scale))
            sink.writer.text(component.source)
            end(component.amount.minorUnits, slot, sink)
        }
    }

    private func begin(amount: Int64, to sink: TableSink) {
        sink.writer.text(row.settlement)
        for day in [settlement.period.start, settlement.period.end] {
            let value = Domain.CivilDate(year: Int(day.year), month: Int(day.month), day: Int(day.day))
            if let value { sink.writer.day(value) } else { sink.writer.empty() }
        }
        sink.writer.text(settlement.agreementRevision)
        sink.writer.text(SchemaWords.text(line.pool))
        sink.writer.text(String(line.party.split(separator: "/").last ?? ""))
        sink.writer.decimal(amount, scale: currency.minorDigits)
        sink.writer.text(currency.code)
    }

    private func end(_ amount: Int64, _ slot: Int, _ sink: TableSink) {
        sink.writer.integer(row.position)
        sink.writer.endRow()
        sink.add(amount, to: slot)
    }
}
