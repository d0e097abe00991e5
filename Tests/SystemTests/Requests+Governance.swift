import API
import Foundation
import SwiftProtobuf

extension House {
    /// Opens a ballot as the coordination office of a consortium; its founders say yes until it is closed.
    @discardableResult
    func decide(
        _ id: String, in consortium: String, by voters: [Person], _ change: (inout Decision) -> Void
    ) async throws -> Decision {
        var request = OpenDecisionRequest()
        request.parent = consortium
        request.decisionID = id
        change(&request.decision)
        request.requestID = .newRequest
        var decision = try await DecisionServiceClient(try client(.office)).openDecision(request).decision
        for person in voters where decision.state == .open {
            decision = try await vote(.yes, on: decision, as: person)
        }
        return decision
    }
}

extension RecordApprovalRequest {
    static func approval(of consortium: String, granted: Bool) -> Self {
        .with {
            $0.name = consortium
            $0.approval = .sample(granted: granted)
            $0.requestID = .newRequest
        }
    }
}

extension CompleteLiquidationRequest {
    static func completing(_ consortium: String, granted: Bool = true) -> Self {
        .with {
            $0.name = consortium
            $0.approval = .sample(granted: granted)
            $0.requestID = .newRequest
        }
    }
}

extension Approval {
    static func sample(granted: Bool) -> Approval {
        .with {
            $0.granted = granted
            $0.reference = "12-1444"
            $0.date = .day(2012, 1, 1)
        }
    }
}

extension Release {
    static func sample(_ version: String) -> Release {
        .with {
            $0.version = version
            $0.license = "EUPL-1.2"
            $0.artifacts = [.with { $0.sha256 = Data(repeating: 7, count: 32) }]
        }
    }
}

extension PublishReleaseRequest {
    static func publish(_ release: Release, of application: String = Founding.application) -> Self {
        .with {
            $0.parent = application
            $0.release = release
            $0.requestID = .newRequest
        }
    }

    /// One that is planned.
    static func version(_ version: String) -> Self { publish(.with { $0.version = version }) }
}

extension WithdrawReleaseRequest {
    static func withdraw(_ release: String, advisory: String = "") -> Self {
        .with {
            $0.name = release
            $0.advisory = advisory
            $0.requestID = .newRequest
        }
    }
}

extension DeprecateReleaseRequest {
    static func deprecate(_ release: String) -> Self {
        .with {
            $0.name = release
            $0.requestID = .newRequest
        }
    }
}

extension RecordAdoptionRequest {
    static func adoption(
        of application: String = Founding.application, by person: Person, _ state: API.AdoptionState,
        version: String = "", since: API.CivilDate
    ) -> Self {
        .with {
            $0.parent = application
            $0.adoption.party = person.party
            $0.adoption.state = state
            $0.adoption.version = version
            $0.adoption.valid.start = since
            $0.requestID = .newRequest
        }
    }
}
