import API
import Foundation
import GRPC
import SwiftProtobuf

/// The way to a consortium at work, call by call, as its members and its office would make them.
struct Founding {
    static let consortium = "consortia/itzgrund"
    static let application = consortium + "/applications/bauantrag"
    static let metric = application + "/metrics/cases"
    static let agreement = consortium + "/agreements/umlage"
    static let foreignConsortium = "consortia/hassberge"
    static let foreignApplication = foreignConsortium + "/applications/wahlen"

    let house: House

    func all() async throws {
        try await registerParties()
        try await recordInhabitants()
        try await createConsortium()
        try await found()
        try await createApplication()
        try await decide("owners") { $0.setOwnership = Founding.shares((1, 2), (3, 10), (1, 5)) }
        try await createMetric()
        try await draftAgreement()
        try await decide("umlage") {
            $0.adoptAgreementRevision.agreementRevision = Founding.agreement + "/revisions/1"
        }
        try await foundTheOthers()
    }

    func registerParties() async throws {
        let parties = MunicipalityServiceClient(try house.client(.operator))
        let access = AccessServiceClient(try house.client(.operator))
        for person in Person.allCases where person != .operator && person != .nobody {
            let digest = hex(try person.digest)
            _ = try await parties.createParty(.party(person.code, person.displayName))
            _ = try await access.createCredential(
                .with {
                    $0.credential.name = "credentials/" + digest
                    $0.credential.party = person.party
                    $0.credential.role = person.role
                    $0.requestID = .newRequest
                })
        }
        _ = try await parties.createParty(.party("09674171", "Maroldsweisach"))
    }

    func recordInhabitants() async throws {
        for person in Person.members {
            _ = try await MunicipalityServiceClient(try house.client(person)).recordKeyFigure(
                .with {
                    $0.keyFigure.party = person.party
                    $0.keyFigure.kind = .inhabitants
                    $0.keyFigure.referenceDate = .day(2011, 12, 31)
                    $0.keyFigure.value = person.inhabitants ?? 0
                    $0.keyFigure.status = .final
                    $0.keyFigure.source = "Bayerisches Landesamt für Statistik"
                    $0.requestID = .newRequest
                })
        }
    }

    @discardableResult
    func createConsortium() async throws -> Consortium {
        let consortia = ConsortiumServiceClient(try house.client(.office))
        let response = try await consortia.createConsortium(
            .consortium("itzgrund", members: Person.members.map(\.party)))
        _ = try await consortia.appointAuditor(
            .with {
                $0.consortium = Founding.consortium
                $0.party = Person.auditor.party
                $0.requestID = .newRequest
            })
        return response.consortium
    }

    /// The members decide to found the consortium, and the supervisory authority approves.
    func found() async throws {
        try await decide("founding") { $0.foundConsortium = FoundConsortium() }
        try await approve()
    }

    @discardableResult
    func approve() async throws -> Consortium {
        try await ConsortiumServiceClient(try house.client(.office)).recordApproval(
            .with {
                $0.name = Founding.consortium
                $0.approval.granted = true
                $0.approval.reference = "12-1444"
                $0.approval.date = .day(2012, 1, 1)
                $0.requestID = .newRequest
            }
        ).consortium
    }

    /// Opens a ballot; the members say yes until it is closed.
    @discardableResult
    func decide(_ id: String, _ change: (inout Decision) -> Void) async throws -> Decision {
        try await house.decide(id, in: Founding.consortium, by: Person.members, change)
    }

    static func shares(_ parts: (Int64, Int64)...) -> SetOwnership {
        var change = SetOwnership()
        change.application = application
        change.validFrom = .day(2012, 1, 1)
        change.shares = zip(Person.members, parts).map { person, part in
            .with {
                $0.party = person.party
                $0.share = .of(part.0, part.1)
            }
        }
        return change
    }

    func createApplication() async throws {
        let applications = ApplicationServiceClient(try house.client(.office))
        _ = try await applications.createApplication(.application("bauantrag", in: Founding.consortium))
        _ = try await applications.publishRelease(
            .with {
                $0.parent = Founding.application
                $0.release.version = "1.0.0"
                $0.release.license = "EUPL-1.2"
                $0.release.artifacts = [.with { $0.sha256 = Data(repeating: 7, count: 32) }]
                $0.requestID = .newRequest
            })
    }

    func createMetric() async throws {
        _ = try await UsageServiceClient(try house.client(.office)).createMetric(
            .metric("cases", of: Founding.application))
    }

    /// 15 % in equal parts, 60 % by inhabitants, 25 % by cases.
    @discardableResult
    func draftAgreement() async throws -> AgreementRevision {
        try await AgreementServiceClient(try house.client(.office)).createAgreementRevision(.agreement())
            .agreementRevision
    }

    private func foundTheOthers() async throws {
        _ = try await ConsortiumServiceClient(try house.client(.otherOffice)).createConsortium(
            .consortium("hassberge", members: [Person.ebern.party, "parties/09674171"]))
        _ = try await ApplicationServiceClient(try house.client(.otherOffice)).createApplication(
            .application("wahlen", in: Founding.foreignConsortium))
        _ = try await UsageServiceClient(try house.client(.otherOffice)).createMetric(
            .metric("cases", of: Founding.foreignApplication))
    }
}
