import API
import Foundation
import SwiftProtobuf

func hex(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
}

extension String {
    /// A new identifier for a request.
    static var newRequest: String { UUID().uuidString.lowercased() }
}

extension API.CivilDate {
    static func day(_ year: Int32, _ month: Int32, _ day: Int32) -> API.CivilDate {
        .with {
            $0.year = year
            $0.month = month
            $0.day = day
        }
    }
}

extension API.DateRange {
    static func year(_ year: Int32) -> API.DateRange {
        .with {
            $0.start = .day(year, 1, 1)
            $0.end = .day(year + 1, 1, 1)
        }
    }
}

extension API.Fraction {
    static func of(_ numerator: Int64, _ denominator: Int64) -> API.Fraction {
        .with {
            $0.numerator = numerator
            $0.denominator = denominator
        }
    }
}

extension API.Money {
    static func euros(cents: Int64) -> API.Money {
        .with {
            $0.minorUnits = cents
            $0.currency = "EUR"
        }
    }
}

extension CreatePartyRequest {
    static func party(_ code: String, _ displayName: String) -> CreatePartyRequest {
        .with {
            $0.partyCode = code
            $0.party.kind = .municipality
            $0.party.displayName = displayName
            if code.count == 8, code.allSatisfy(\.isNumber) { $0.party.ags = code }
            $0.requestID = .newRequest
        }
    }
}

extension CreateConsortiumRequest {
    static func consortium(_ id: String, members: [String]) -> CreateConsortiumRequest {
        .with {
            $0.consortiumID = id
            $0.consortium.displayName = "Zweckverband " + id
            $0.consortium.legalForm = .specialPurposeAssociation
            $0.consortium.currency = "EUR"
            // Long before these tests: the costs of 2012 are shared.
            $0.consortium.establishedOn = .day(2012, 1, 1)
            $0.consortium.members = members.map { party in
                .with {
                    $0.party = party
                    $0.voteWeight = 1
                }
            }
            $0.requestID = .newRequest
        }
    }
}

extension CreateApplicationRequest {
    static func application(_ id: String, in consortium: String) -> CreateApplicationRequest {
        .with {
            $0.parent = consortium
            $0.applicationID = id
            $0.application.displayName = id
            $0.requestID = .newRequest
        }
    }
}

extension CreateMetricRequest {
    static func metric(
        _ id: String, of application: String, _ change: (inout CreateMetricRequest) -> Void = { _ in }
    ) -> CreateMetricRequest {
        .with {
            $0.parent = application
            $0.metricID = id
            $0.metric.unit = "case"
            $0.metric.aggregation = .sum
            $0.requestID = .newRequest
            change(&$0)
        }
    }
}

extension CreateAgreementRevisionRequest {
    static func agreement(
        weights: (Int64, Int64, Int64) = (15, 60, 25), metric: String = Founding.metric
    ) -> CreateAgreementRevisionRequest {
        .with {
            $0.parent = Founding.agreement
            $0.agreementRevision.valid.start = .day(2012, 1, 1)
            $0.agreementRevision.vatTreatment = .notTaxable
            $0.agreementRevision.vatConditions = VatCondition.allCases.filter { $0 != .unspecified }
            $0.agreementRevision.legalBasis = "Art. 42 KommZG"
            $0.agreementRevision.pools = [
                .with {
                    $0.pool = .operation
                    $0.components = [
                        .with {
                            $0.weight = .of(weights.0, 100)
                            $0.equal = EqualComponent()
                        },
                        .with {
                            $0.weight = .of(weights.1, 100)
                            $0.keyFigure.kind = .inhabitants
                            $0.keyFigure.referenceDateRule = .previousDecember31
                        },
                        .with {
                            $0.weight = .of(weights.2, 100)
                            $0.usage.metric = metric
                        },
                    ]
                }
            ]
            $0.requestID = .newRequest
        }
    }
}

extension CreateCostItemRequest {
    static func cost(
        _ id: String, net: Int64, vat: Int64 = 0, deductible: API.Fraction = .of(0, 1), kind: CostKind = .expense
    ) -> CreateCostItemRequest {
        .with {
            $0.parent = Founding.consortium
            $0.costItemID = id
            $0.costItem.pool = .operation
            $0.costItem.kind = kind
            $0.costItem.net = .euros(cents: net)
            $0.costItem.vat = .euros(cents: vat)
            $0.costItem.deductibleShare = deductible
            $0.costItem.servicePeriod = .year(2012)
            $0.costItem.documentNumber = "R-" + id
            $0.requestID = .newRequest
        }
    }
}

extension CalculateSettlementRequest {
    static func settlement(_ id: String, year: Int32 = 2012) -> CalculateSettlementRequest {
        .with {
            $0.parent = Founding.consortium
            $0.settlementID = id
            $0.agreement = Founding.agreement
            $0.period = .year(year)
            $0.requestID = .newRequest
        }
    }
}

extension IngestUsageRequest {
    /// 1 January 2012, 00:00 UTC.
    static let newYear: Int64 = 1_325_376_000

    /// One record for each quantity, an hour each if nothing else is said, from the interval `first` of 2012 on.
    static func batch(
        _ person: Person, first: Int64 = 0, quantities: [Int64], seconds: Int64 = 3600,
        source: String = "rechenzentrum", metric: String = "cases"
    ) -> Self {
        .with {
            $0.parent = Founding.application
            $0.sourceID = source
            $0.requestID = .newRequest
            $0.records = quantities.enumerated().map { index, quantity in
                .with {
                    $0.partyCode = person.code
                    $0.metricID = metric
                    $0.intervalStart = newYear + (first + Int64(index)) * seconds
                    $0.intervalEnd = $0.intervalStart + seconds
                    $0.quantity = quantity
                }
            }
        }
    }
}

extension IngestUsageRequest {
    /// Records of single minutes, counted from the first of February 2012.
    static func minutes(_ minutes: Range<Int64>, of person: Person) -> Self {
        .with {
            $0.parent = Founding.application
            $0.sourceID = "rechenzentrum"
            $0.requestID = .newRequest
            $0.records = minutes.map { minute in
                .with {
                    $0.partyCode = person.code
                    $0.metricID = "cases"
                    $0.intervalStart = newYear + 31 * 86_400 + minute * 60
                    $0.intervalEnd = $0.intervalStart + 60
                    $0.quantity = minute % 7
                }
            }
        }
    }
}
