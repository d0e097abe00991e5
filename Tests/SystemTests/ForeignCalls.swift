import API
import GRPC
import SwiftProtobuf

extension RefusalCases {
    /// Every call that names a consortium or something in it: with a client, the consortium and its application.
    typealias NamedCall = @Sendable (_ client: Client, _ consortium: String, _ application: String) async throws -> Void

    static let names: [(String, NamedCall)] = readings + exports + changes

    private static let readings: [(String, NamedCall)] = [
        (
            "GetConsortium",
            { client, consortium, _ in
                _ = try await ConsortiumServiceClient(client).getConsortium(
                    .with { $0.name = "consortia/" + consortium })
            }
        ),
        (
            "ListApplications",
            { client, consortium, _ in
                _ = try await ApplicationServiceClient(client).listApplications(
                    .with { $0.parent = "consortia/" + consortium })
            }
        ),
        (
            "GetOwnership",
            { client, consortium, application in
                _ = try await ApplicationServiceClient(client).getOwnership(
                    .with { $0.application = "consortia/\(consortium)/applications/\(application)" })
            }
        ),
        (
            "ListReleases",
            { client, consortium, application in
                _ = try await ApplicationServiceClient(client).listReleases(
                    .with { $0.parent = "consortia/\(consortium)/applications/\(application)" })
            }
        ),
        (
            "GetAgreementRevision",
            { client, consortium, _ in
                _ = try await AgreementServiceClient(client).getAgreementRevision(
                    .with { $0.name = "consortia/\(consortium)/agreements/umlage/revisions/1" })
            }
        ),
        (
            "ListAgreementRevisions",
            { client, consortium, _ in
                _ = try await AgreementServiceClient(client).listAgreementRevisions(
                    .with { $0.parent = "consortia/\(consortium)/agreements/umlage" })
            }
        ),
        (
            "ListDecisions",
            { client, consortium, _ in
                _ = try await DecisionServiceClient(client).listDecisions(
                    .with { $0.parent = "consortia/" + consortium })
            }
        ),
        (
            "GetDecision",
            { client, consortium, _ in
                _ = try await DecisionServiceClient(client).getDecision(
                    .with { $0.name = "consortia/\(consortium)/decisions/founding" })
            }
        ),
        (
            "ListMetrics",
            { client, consortium, application in
                _ = try await UsageServiceClient(client).listMetrics(
                    .with { $0.parent = "consortia/\(consortium)/applications/\(application)" })
            }
        ),
        (
            "QueryUsageTotals",
            { client, consortium, application in
                _ = try await UsageServiceClient(client).queryUsageTotals(
                    .with {
                        $0.parent = "consortia/\(consortium)/applications/\(application)"
                        $0.period = .year(2012)
                    })
            }
        ),
        (
            "ListCostItems",
            { client, consortium, _ in
                _ = try await CostServiceClient(client).listCostItems(
                    .with {
                        $0.parent = "consortia/" + consortium
                        $0.period = .year(2012)
                    })
            }
        ),
        (
            "GetSettlement",
            { client, consortium, _ in
                _ = try await SettlementServiceClient(client).getSettlement(
                    .with { $0.name = "consortia/\(consortium)/settlements/y2012" })
            }
        ),
    ]

    private static let exports: [(String, NamedCall)] = [
        (
            "GetCheckpoint",
            { client, consortium, _ in
                _ = try await RegisterServiceClient(client).getCheckpoint(
                    .with { $0.register = "consortia/" + consortium })
            }
        ),
        (
            "ListEntries",
            { client, consortium, _ in
                _ = try await RegisterServiceClient(client).listEntries(
                    .with { $0.register = "consortia/" + consortium })
            }
        ),
        (
            "ExportAuditBundle",
            { client, consortium, _ in
                let stream = try await ExportServiceClient(client).exportAuditBundle(
                    .with { $0.consortium = "consortia/" + consortium })
                while try await stream.receive() != nil {}
            }
        ),
    ]

    private static let changes: [(String, NamedCall)] = [
        (
            "CreateApplication",
            { client, consortium, _ in
                _ = try await ApplicationServiceClient(client).createApplication(
                    .application("neu", in: "consortia/" + consortium))
            }
        ),
        (
            "CreateMetric",
            { client, consortium, application in
                _ = try await UsageServiceClient(client).createMetric(
                    .metric("neu", of: "consortia/\(consortium)/applications/\(application)"))
            }
        ),
        (
            "CreateAgreementRevision",
            { client, consortium, _ in
                var request = CreateAgreementRevisionRequest.agreement()
                request.parent = "consortia/\(consortium)/agreements/umlage"
                _ = try await AgreementServiceClient(client).createAgreementRevision(request)
            }
        ),
        (
            "CreateCostItem",
            { client, consortium, _ in
                var request = CreateCostItemRequest.cost("x", net: 1)
                request.parent = "consortia/" + consortium
                _ = try await CostServiceClient(client).createCostItem(request)
            }
        ),
        (
            "CalculateSettlement",
            { client, consortium, _ in
                var request = CalculateSettlementRequest.settlement("x")
                request.parent = "consortia/" + consortium
                request.agreement = "consortia/\(consortium)/agreements/umlage"
                _ = try await SettlementServiceClient(client).calculateSettlement(request)
            }
        ),
        (
            "OpenDecision",
            { client, consortium, _ in
                _ = try await DecisionServiceClient(client).openDecision(
                    .with {
                        $0.parent = "consortia/" + consortium
                        $0.decisionID = "x"
                        $0.decision.foundConsortium = FoundConsortium()
                        $0.requestID = .newRequest
                    })
            }
        ),
    ]
}
