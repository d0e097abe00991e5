internal import API
internal import ArgumentParser
internal import Foundation
internal import SwiftProtobuf

/// `allmende agreement draft`: from options for one pool, or from a file for any number of them.
struct DraftAgreement: ConnectedCommand {
    static let configuration = CommandConfiguration(
        commandName: "draft", abstract: "Drafts a revision; it comes into force by a decision.",
        discussion: """
            One pool is described by options:
              --pool operation --component "15% equal" \\
              --component "60% inhabitants:previous-december-31" --component "25% usage:cases" --app meldewesen
            Several pools come from --file, the message AgreementRevision in its JSON form.
            """)
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var change: ChangeOptions
    @OptionGroup var parent: ConsortiumOption

    @Argument(help: "Id of the agreement; the first revision creates it.")
    var agreement: String
    @Option(help: "Days for which it holds: a year, a month, or 2012-01-01/2013-01-01.", transform: Arguments.period)
    var period: DateRange?
    @Option(help: "First day on which it holds, when it has no end.", transform: Arguments.day)
    var from: CivilDate?
    @Option(help: "Value added tax on what the members pay.")
    var vat: Choice<VatTreatment>?
    @Option(
        name: .customLong("confirm-vat"),
        help: "Of not-taxable: a condition of § 2b (3) no. 2 UStG that is confirmed, or all; repeat for each.")
    var conditions: [String] = []
    @Option(help: "Of exempt: the provision, for example \"§ 4 no. 29 UStG\".")
    var vatProvision: String?
    @Option(help: "At most so many changes of the rule in a year.")
    var changesPerYear: Int32?
    @Option(help: "Month and day before which a change for a year must be decided, for example 06-30.")
    var decidedBefore: String?
    @Flag(help: "Of --pool: carry a surplus or a deficit into the next period instead of settling it.")
    var carryForward = false
    @Option(help: "How a party bears that joins or leaves within a period; by days when left out.")
    var partial: Choice<PartialMembership>?
    @Option(help: "By which share a party that leaves has part in assets and deficits; by none when left out.")
    var exitShare: Choice<ExitShare>?
    @Flag(help: "Of --exit-share: of a deficit alone.")
    var deficitOnly = false
    @Option(help: "The provision it rests on, for example \"Art. 42 KommZG\".")
    var legalBasis: String?
    @Option(help: "The signed document; its SHA-256 goes into the register.")
    var document: String?
    @Option(help: "The pool that is shared.")
    var pool: Choice<CostPool>?
    @Option(
        name: .customLong("component"), help: "A weight and a key; repeat for each. The weights add up to 1.",
        transform: ComponentText.init)
    var components: [ComponentText] = []
    @Option(help: "Application that usage: and ownership: speak of.")
    var app: String?
    @Option(help: "JSON file with the whole revision, instead of --pool and --component.")
    var file: String?

    func validate() throws {
        if file == nil, period == nil, from == nil { throw ValidationError("Give --period, --from or --file.") }
        if file == nil, pool == nil || components.isEmpty {
            throw ValidationError("Give --pool and at least one --component, or --file.")
        }
        if file != nil, pool != nil || !components.isEmpty {
            throw ValidationError("--file stands for --pool and --component; give one of both.")
        }
    }

    func run(_ session: Session) async throws {
        var request = CreateAgreementRevisionRequest()
        request.parent = Names.agreement(agreement, in: parent.consortium)
        request.agreementRevision = try revision()
        let response = try await AgreementServiceClient(session.client).createAgreementRevision(change.stamp(request))
        try session.show(response) { AgreementCommands.text(response.agreementRevision) }
    }

    private func revision() throws -> AgreementRevision {
        var revision = try file.map(DraftAgreement.read) ?? AgreementRevision()
        if let period { revision.valid = period }
        if let from { revision.valid.start = from }
        if let vat { revision.vatTreatment = vat.value }
        if let legalBasis { revision.legalBasis = legalBasis }
        if !conditions.isEmpty { revision.vatConditions = try DraftAgreement.conditions(conditions) }
        if let vatProvision { revision.vatProvision = vatProvision }
        if let changesPerYear { revision.guards.append(.with { $0.changesPerYear = changesPerYear }) }
        if let decidedBefore {
            let day = try Arguments.monthAndDay(decidedBefore, "the last day for a decision")
            revision.guards.append(.with { ($0.decidedBefore.month, $0.decidedBefore.day) = day })
        }
        if let partial { revision.partialMembership = partial.value }
        if let exitShare {
            revision.exitTerms.share = exitShare.value
            revision.exitTerms.deficitOnly = deficitOnly
            if exitShare.value == .ownership {
                revision.exitTerms.application = Names.application(app ?? "", in: parent.consortium)
            }
        }
        if let document { revision.documentSha256 = try Data(FileDigest.bytes(of: document, or: nil)) }
        if let pool {
            var allocation = PoolAllocation()
            allocation.pool = pool.value
            if carryForward { allocation.balance = .carryForward }
            allocation.components = try components.map {
                try $0.component(consortium: parent.consortium, application: app)
            }
            revision.pools = [allocation]
        }
        return revision
    }

    private static func conditions(_ texts: [String]) throws -> [VatCondition] {
        if texts == ["all"] { return VatCondition.allCases.filter { $0 != .unspecified } }
        return try texts.map { text in
            guard let condition = Choice<VatCondition>(argument: text) else {
                let known = Choice<VatCondition>.allValueStrings.joined(separator: ", ")
                throw ValidationError("There is no condition \"\(text)\"; choose all, or some of \(known).")
            }
            return condition.value
        }
    }

    private static func read(_ file: String) throws -> AgreementRevision {
        guard let data = FileManager.default.contents(atPath: file) else {
            throw CommandFailure("Cannot read \(file).")
        }
        do {
            return try AgreementRevision(jsonUTF8Bytes: data)
        } catch {
            throw CommandFailure("\(file) is not an AgreementRevision in JSON: \(error)")
        }
    }
}
