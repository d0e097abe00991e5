import API
import SwiftProtobuf

/// A settlement of 100,000.00 EUR over two parties, with texts that CSV has to quote.
enum SampleSettlement {
    static func make(index: Int) -> Settlement {
        .with {
            $0.name = "consortia/itzgrund/settlements/s\(index)"
            $0.agreementRevision = "consortia/itzgrund/agreements/it/revisions/1"
            $0.registerSize = 5
            $0.total = euro(10_000_000)
            $0.lines = [line("09473132", 6_000_000, ratio: 3), line("09473138", 4_000_000, ratio: 2)]
            $0.state = .calculated
        }
    }

    static func euro(_ cents: Int64) -> Money {
        .with {
            $0.minorUnits = cents
            $0.currency = "EUR"
        }
    }

    private static func line(_ party: String, _ cents: Int64, ratio: Int64) -> SettlementLine {
        .with {
            $0.party = "parties/" + party
            $0.pool = .operation
            $0.amount = euro(cents)
            $0.components = [
                component("equally", cents / 4, ratio: 1, of: 2, unit: "", quantity: 0),
                component("by \"cases\", all", cents - cents / 4, ratio: ratio, of: 5, unit: "case", quantity: 1_205),
            ]
            $0.explanation = "in words"
        }
    }

    private static func component(
        _ key: String, _ cents: Int64, ratio: Int64, of all: Int64, unit: String, quantity: Int64
    ) -> SettlementLineComponent {
        .with {
            $0.key = key
            $0.weight = fraction(1, 2)
            $0.ratio = fraction(ratio, all)
            $0.unit = unit
            $0.quantity = quantity
            $0.scale = unit.isEmpty ? 0 : 2
            $0.source = unit.isEmpty ? "" : "usage of 2012"
            $0.amount = euro(cents)
        }
    }

    private static func fraction(_ numerator: Int64, _ denominator: Int64) -> Fraction {
        .with {
            $0.numerator = numerator
            $0.denominator = denominator
        }
    }
}
