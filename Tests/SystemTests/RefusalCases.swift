import API
import Foundation
import GRPC
import SwiftProtobuf

enum RefusalCases {
    static let all = fields + sums + callers + usage + states + limits

    private static let fields: [RefusalCase] = [
        RefusalCase("missing name", .invalidArgument, "MISSING_FIELD", ["party.display_name"]) { house in
            _ = try await MunicipalityServiceClient(try house.client(.operator)).createParty(.party("x-1", ""))
        },
        RefusalCase("missing request_id", .invalidArgument, "MISSING_FIELD", ["request_id"]) { house in
            var request = CreatePartyRequest.party("x-1", "X")
            request.requestID = ""
            _ = try await MunicipalityServiceClient(try house.client(.operator)).createParty(request)
        },
        RefusalCase("request_id is no UUID", .invalidArgument, "INVALID_FIELD", ["request_id"]) { house in
            var request = CreatePartyRequest.party("x-1", "X")
            request.requestID = "1"
            _ = try await MunicipalityServiceClient(try house.client(.operator)).createParty(request)
        },
        RefusalCase("missing legal form", .invalidArgument, "MISSING_FIELD", ["consortium.legal_form"]) { house in
            var request = CreateConsortiumRequest.consortium("neu", members: Person.members.map(\.party))
            request.consortium.legalForm = .unspecified
            _ = try await ConsortiumServiceClient(try house.client(.office)).createConsortium(request)
        },
        RefusalCase(
            "two fields at once", .invalidArgument, "MISSING_FIELD",
            ["consortium.display_name", "consortium.legal_form"]
        ) { house in
            var request = CreateConsortiumRequest.consortium("neu", members: Person.members.map(\.party))
            request.consortium.displayName = ""
            request.consortium.legalForm = .unspecified
            _ = try await ConsortiumServiceClient(try house.client(.office)).createConsortium(request)
        },
        RefusalCase("name of another form", .invalidArgument, "INVALID_FIELD", ["name"]) { house in
            _ = try await ConsortiumServiceClient(try house.client(.office)).getConsortium(
                .with { $0.name = "itzgrund" })
        },
        RefusalCase(
            "unregistered member", .invalidArgument, "UNKNOWN_PARTY", ["consortium.members[1].party"]
        ) { house in
            let request = CreateConsortiumRequest.consortium("neu", members: [Person.itzgrund.party, "parties/nobody"])
            _ = try await ConsortiumServiceClient(try house.client(.office)).createConsortium(request)
        },
        RefusalCase("malformed request", .invalidArgument, "MALFORMED_MESSAGE") { house in
            _ = try await house.client(.office).unary(ConsortiumServiceMethods.getConsortium, [0x0A, 0xFF])
        },
    ]

    private static let sums: [RefusalCase] = [
        RefusalCase(
            "shares below one", .invalidArgument, "SHARES_DO_NOT_SUM_TO_ONE", ["decision.set_ownership.shares"],
            text: "9/10", metadata: ["sum": "9/10"]
        ) { try await setOwnership(Founding.shares((1, 2), (3, 10), (1, 10)), $0) },
        RefusalCase(
            "shares a little below one", .invalidArgument, "SHARES_DO_NOT_SUM_TO_ONE",
            ["decision.set_ownership.shares"],
            text: "99.97961", metadata: ["sum": "9997961/10000000"]
        ) {
            try await setOwnership(
                Founding.shares((5_000_000, 10_000_000), (3_000_000, 10_000_000), (1_997_961, 10_000_000)), $0)
        },
        RefusalCase(
            "shares above one", .invalidArgument, "SHARES_DO_NOT_SUM_TO_ONE", ["decision.set_ownership.shares"],
            text: "100.00001", metadata: ["sum": "10000001/10000000"]
        ) { try await setOwnership(Founding.shares((1, 2), (3, 10), (2_000_001, 10_000_000)), $0) },
        RefusalCase(
            "owner who is no member", .invalidArgument, "INVALID_FIELD", ["decision.set_ownership.shares[1].party"]
        ) { house in
            var change = Founding.shares((1, 2), (3, 10), (1, 5))
            change.shares[1].party = Person.ebern.party
            try await setOwnership(change, house)
        },
        RefusalCase(
            "weights below one", .invalidArgument, "WEIGHTS_DO_NOT_SUM_TO_ONE",
            ["agreement_revision.pools[0].components"], text: "19/20"
        ) { house in
            _ = try await AgreementServiceClient(try house.client(.office))
                .createAgreementRevision(.agreement(weights: (10, 60, 25)))
        },
        RefusalCase(
            "agreement by an unknown metric", .invalidArgument, "UNKNOWN_METRIC",
            ["agreement_revision.pools[0].components[2].usage.metric"]
        ) { house in
            _ = try await AgreementServiceClient(try house.client(.office))
                .createAgreementRevision(.agreement(metric: Founding.application + "/metrics/clicks"))
        },
        RefusalCase(
            "agreement by an unknown application", .invalidArgument, "UNKNOWN_APPLICATION",
            ["agreement_revision.pools[0].components[2].usage.metric"]
        ) { house in
            _ = try await AgreementServiceClient(try house.client(.office))
                .createAgreementRevision(.agreement(metric: Founding.consortium + "/applications/x/metrics/cases"))
        },
        RefusalCase("other currency", .invalidArgument, "INVALID_FIELD", ["cost_item.net.currency"]) { house in
            var request = CreateCostItemRequest.cost("dollars", net: 1)
            request.costItem.net.currency = "USD"
            _ = try await CostServiceClient(try house.client(.office)).createCostItem(request)
        },
    ]

    private static let callers: [RefusalCase] = [
        RefusalCase(
            "unknown certificate", .unauthenticated, "UNKNOWN_CERTIFICATE",
            metadata: ["certificate_sha256": hex((try? Person.nobody.digest) ?? [])]
        ) { house in
            _ = try await MunicipalityServiceClient(try house.client(.nobody)).listParties(ListPartiesRequest())
        },
        RefusalCase("unknown certificate on a stream", .unauthenticated, "UNKNOWN_CERTIFICATE") { house in
            _ = try await ingest([.batch(.itzgrund, quantities: [1])], as: .nobody, in: house)
        },
        RefusalCase("municipality registers a party", .permissionDenied, "PERMISSION_DENIED") { house in
            _ = try await MunicipalityServiceClient(try house.client(.itzgrund)).createParty(.party("x-2", "X"))
        },
        RefusalCase("auditor books costs", .permissionDenied, "PERMISSION_DENIED") { house in
            _ = try await CostServiceClient(try house.client(.auditor)).createCostItem(.cost("x", net: 1))
        },
        RefusalCase("operator looks into a consortium", .permissionDenied, "PERMISSION_DENIED") { house in
            _ = try await ConsortiumServiceClient(try house.client(.operator)).getConsortium(
                .with { $0.name = Founding.consortium })
        },
        RefusalCase("municipality reads the entries", .permissionDenied, "PERMISSION_DENIED") { house in
            _ = try await RegisterServiceClient(try house.client(.itzgrund)).listEntries(
                .with { $0.register = Founding.consortium })
        },
        RefusalCase("figure of another municipality", .permissionDenied, "PERMISSION_DENIED") { house in
            _ = try await MunicipalityServiceClient(try house.client(.itzgrund)).recordKeyFigure(
                .with {
                    $0.keyFigure.party = Person.grossheirath.party
                    $0.keyFigure.kind = .inhabitants
                    $0.keyFigure.referenceDate = .day(2011, 12, 31)
                    $0.keyFigure.value = 1
                    $0.keyFigure.status = .final
                    $0.keyFigure.source = "guess"
                    $0.requestID = .newRequest
                })
        },
        RefusalCase("office votes", .permissionDenied, "PERMISSION_DENIED") {
            try await vote(.office, on: "umlage", $0)
        },
        RefusalCase("auditor votes", .permissionDenied, "PERMISSION_DENIED") {
            try await vote(.auditor, on: "umlage", $0)
        },
        RefusalCase("non-member votes", .notFound, "UNKNOWN_RESOURCE") { try await vote(.ebern, on: "umlage", $0) },
    ]

    private static let usage: [RefusalCase] = [
        RefusalCase("office reports usage", .permissionDenied, "PERMISSION_DENIED") { house in
            _ = try await ingest([.batch(.itzgrund, quantities: [1])], as: .office, in: house)
        },
        RefusalCase("unknown application", .invalidArgument, "UNKNOWN_APPLICATION", ["parent"]) { house in
            var batch = IngestUsageRequest.batch(.itzgrund, quantities: [1])
            batch.parent = Founding.consortium + "/applications/nirgends"
            _ = try await ingest([batch], as: .itzgrund, in: house)
        },
        RefusalCase("empty batch", .invalidArgument, "MISSING_FIELD", ["records"]) { house in
            _ = try await ingest([.batch(.itzgrund, quantities: [])], as: .itzgrund, in: house)
        },
        RefusalCase("batch without request_id", .invalidArgument, "MISSING_FIELD", ["request_id"]) { house in
            var batch = IngestUsageRequest.batch(.itzgrund, quantities: [1])
            batch.requestID = ""
            _ = try await ingest([batch], as: .itzgrund, in: house)
        },
        RefusalCase("one record too many", .invalidArgument, "BATCH_TOO_LARGE", ["records"], text: "10001") { house in
            let quantities = [Int64](repeating: 1, count: 10_001)
            _ = try await ingest([.batch(.itzgrund, quantities: quantities)], as: .itzgrund, in: house)
        },
        RefusalCase("batch that cannot be read", .invalidArgument, "MALFORMED_MESSAGE") { house in
            let call = try await house.client(.itzgrund).open(UsageServiceMethods.ingestUsage)
            try await call.send([0x0A, 0xFF])
            try await call.finish()
            while try await call.receive() != nil {}
        },
        RefusalCase("other batch with the same request_id", .alreadyExists, "REQUEST_ID_REUSED", ["request_id"]) {
            house in
            let batch = IngestUsageRequest.batch(.grossheirath, first: 4000, quantities: [1])
            var other = batch
            other.records[0].quantity = 2
            _ = try await ingest([batch, other], as: .grossheirath, in: house)
        },
    ]

    private static let states: [RefusalCase] = [
        RefusalCase("party that is there", .alreadyExists, "ALREADY_EXISTS", ["party_code"]) { house in
            _ = try await MunicipalityServiceClient(try house.client(.operator))
                .createParty(.party(Person.auditor.code, "Again"))
        },
        RefusalCase("AGS that is there", .alreadyExists, "ALREADY_EXISTS", ["party.ags"]) { house in
            var request = CreatePartyRequest.party("x-3", "X")
            request.party.ags = Person.itzgrund.code
            _ = try await MunicipalityServiceClient(try house.client(.operator)).createParty(request)
        },
        RefusalCase("consortium that is there", .alreadyExists, "ALREADY_EXISTS", ["consortium_id"]) { house in
            _ = try await ConsortiumServiceClient(try house.client(.office)).createConsortium(
                .consortium("hassberge", members: Person.members.map(\.party)))
        },
        RefusalCase("request_id used for another call", .alreadyExists, "REQUEST_ID_REUSED", ["request_id"]) { house in
            let parties = MunicipalityServiceClient(try house.client(.operator))
            var request = CreatePartyRequest.party("x-4", "X")
            _ = try await parties.createParty(request)
            request.party.displayName = "Y"
            _ = try await parties.createParty(request)
        },
        RefusalCase("vote after the end", .failedPrecondition, "INVALID_STATE") {
            try await vote(.itzgrund, on: "umlage", $0)
        },
        RefusalCase("founding what is founded", .failedPrecondition, "INVALID_STATE") { house in
            _ = try await Founding(house: house).decide("again") {
                $0.foundConsortium = FoundConsortium()
            }
        },
        RefusalCase("settlement before the agreement", .failedPrecondition, "NO_REVISION_IN_FORCE") { house in
            _ = try await SettlementServiceClient(try house.client(.office))
                .calculateSettlement(.settlement("y2011", year: 2011))
        },
        RefusalCase("settlement without usage", .failedPrecondition, "NO_USAGE") { house in
            _ = try await CostServiceClient(try house.client(.office)).createCostItem(.cost("first", net: 100))
            var request = CalculateSettlementRequest.settlement("y2014")
            request.period.start = .day(2012, 12, 1)
            request.period.end = .day(2012, 12, 31)
            _ = try await SettlementServiceClient(try house.client(.office)).calculateSettlement(request)
        },
        RefusalCase("settlement without a key figure", .failedPrecondition, "MISSING_KEY_FIGURE") { house in
            var item = CreateCostItemRequest.cost("next", net: 100)
            item.costItem.servicePeriod = .year(2013)
            _ = try await CostServiceClient(try house.client(.office)).createCostItem(item)
            _ = try await SettlementServiceClient(try house.client(.office))
                .calculateSettlement(.settlement("y2013", year: 2013))
        },
        RefusalCase("party that is not there", .notFound, "UNKNOWN_RESOURCE", text: "parties/nobody") { house in
            _ = try await MunicipalityServiceClient(try house.client(.office)).getParty(
                .with { $0.name = "parties/nobody" })
        },
    ]

    private static let limits: [RefusalCase] = [
        RefusalCase("page that is too long", .invalidArgument, "INVALID_FIELD", ["page_size"], text: "1000") { house in
            _ = try await MunicipalityServiceClient(try house.client(.operator)).listParties(
                .with { $0.pageSize = 1001 })
        },
        RefusalCase("page of less than none", .invalidArgument, "INVALID_FIELD", ["page_size"]) { house in
            _ = try await MunicipalityServiceClient(try house.client(.operator)).listParties(.with { $0.pageSize = -1 })
        },
        RefusalCase("page of entries that is too long", .invalidArgument, "INVALID_FIELD", ["page_size"]) { house in
            _ = try await RegisterServiceClient(try house.client(.office)).listEntries(
                .with {
                    $0.register = Founding.consortium
                    $0.pageSize = 1001
                })
        },
        RefusalCase("one member only", .invalidArgument, "INVALID_FIELD", ["consortium.members"]) { house in
            _ = try await ConsortiumServiceClient(try house.client(.office)).createConsortium(
                .consortium("neu", members: [Person.itzgrund.party]))
        },
        RefusalCase("id of 64 letters", .invalidArgument, "INVALID_FIELD", ["application_id"]) { house in
            let id = String(repeating: "a", count: 64)
            _ = try await ApplicationServiceClient(try house.client(.office))
                .createApplication(.application(id, in: Founding.consortium))
        },
    ]

    private static func setOwnership(
        _ change: SetOwnership, _ house: House
    ) async throws {
        _ = try await DecisionServiceClient(try house.client(.office)).openDecision(
            .with {
                $0.parent = Founding.consortium
                $0.decisionID = "owners-again"
                $0.decision.setOwnership = change
                $0.requestID = .newRequest
            })
    }

    private static func vote(_ person: Person, on decision: String, _ house: House) async throws {
        _ = try await DecisionServiceClient(try house.client(person)).castVote(
            .with {
                $0.name = Founding.consortium + "/decisions/" + decision
                $0.ballot = .yes
                $0.requestID = .newRequest
            })
    }
}
