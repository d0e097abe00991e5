internal import API
internal import ArgumentParser
internal import Foundation
internal import Terminal

/// `allmende agreement`: how costs are shared.
struct AgreementCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "agreement", abstract: "Cost-sharing agreements in revisions.",
        subcommands: [
            DraftAgreement.self, Propose.self, Show.self, List.self, Diff.self, SimulateAgreement.self,
        ])

    struct Propose: ConnectedCommand {
        static let configuration = CommandConfiguration(
            abstract: "Puts a drafted revision to the vote, and says what it changes.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var change: ChangeOptions
        @OptionGroup var parent: ConsortiumOption

        @Argument(help: "Id of the agreement.")
        var agreement: String
        @Option(help: "Number of the revision.")
        var revision: Int
        @Option(help: "Id of the new decision; adopt- with agreement and revision when left out.")
        var decision: String?

        func run(_ session: Session) async throws {
            var request = OpenDecisionRequest()
            request.parent = Names.consortium(parent.consortium)
            request.decisionID = decision ?? "adopt-\(Names.short(agreement))-\(revision)"
            request.decision.adoptAgreementRevision.agreementRevision = Names.revision(
                revision, of: agreement, in: parent.consortium)
            let response = try await DecisionServiceClient(session.client).openDecision(change.stamp(request))
            var diff = ""
            if revision > 1, session.output == .table {
                let changes = try await Diff.changes(from: revision - 1, to: revision, agreement, parent, session)
                diff = "\nIt changes:\n" + Diff.text(changes)
            }
            try session.show(response) { DecisionCommands.text(response.decision) + diff }
        }
    }

    struct Diff: ConnectedCommand {
        static let configuration = CommandConfiguration(abstract: "Says what differs between two revisions.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var parent: ConsortiumOption

        @Argument(help: "Id of the agreement.")
        var agreement: String
        @Option(help: "Number of the earlier revision.")
        var from: Int
        @Option(help: "Number of the later revision.")
        var to: Int

        func run(_ session: Session) async throws {
            let response = try await Self.changes(from: from, to: to, agreement, parent, session)
            try session.show(response) { Self.text(response) }
        }

        static func changes(
            from old: Int, to new: Int, _ agreement: String, _ parent: ConsortiumOption, _ session: Session
        ) async throws -> DiffAgreementRevisionsResponse {
            var request = DiffAgreementRevisionsRequest()
            request.oldRevision = Names.revision(old, of: agreement, in: parent.consortium)
            request.newRevision = Names.revision(new, of: agreement, in: parent.consortium)
            return try await AgreementServiceClient(session.client).diffAgreementRevisions(request)
        }

        static func text(_ response: DiffAgreementRevisionsResponse) -> String {
            if response.changes.isEmpty { return "nothing: both settle the same\n" }
            return response.changes.map { "  \($0.sentence)\n" }.joined()
        }
    }

    struct Show: ConnectedCommand {
        static let configuration = CommandConfiguration(abstract: "Shows a revision of an agreement.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var asOf: AsOfOptions
        @OptionGroup var parent: ConsortiumOption

        @Argument(help: "Id of the agreement.")
        var agreement: String
        @Option(help: "Number of the revision.")
        var revision = 1

        func run(_ session: Session) async throws {
            var request = GetAgreementRevisionRequest()
            request.name = Names.revision(revision, of: agreement, in: parent.consortium)
            if let asOf = try asOf.message() { request.asOf = asOf }
            let response = try await AgreementServiceClient(session.client).getAgreementRevision(request)
            try session.show(response.agreementRevision) { AgreementCommands.text(response.agreementRevision) }
        }
    }

    struct List: ConnectedCommand {
        static let configuration = CommandConfiguration(abstract: "Lists the revisions of an agreement.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var asOf: AsOfOptions
        @OptionGroup var parent: ConsortiumOption

        @Argument(help: "Id of the agreement.")
        var agreement: String

        func run(_ session: Session) async throws {
            var request = ListAgreementRevisionsRequest()
            request.parent = Names.agreement(agreement, in: parent.consortium)
            if let asOf = try asOf.message() { request.asOf = asOf }
            let response = try await request.all {
                try await AgreementServiceClient(session.client).listAgreementRevisions($0)
            }
            try session.show(response) {
                var table = Table(.text("revision"), .text("holds"), .text("state"), .text("legal basis"))
                for revision in response.agreementRevisions {
                    table.add(
                        Names.short(revision.name), Words.period(revision.valid), Choice.text(revision.state),
                        revision.legalBasis)
                }
                return table.text
            }
        }
    }

    static func text(_ revision: AgreementRevision) -> String {
        let name = Names.shortRevision(revision.name)
        var text = "\(name): \(Choice.text(revision.state)), \(Words.period(revision.valid))\n"
        text += "value added tax: \(Choice.text(revision.vatTreatment)); legal basis: \(revision.legalBasis)\n\n"
        var table = Table(.text("pool"), .number("weight"), .text("key"))
        for pool in revision.pools {
            for (index, component) in pool.components.enumerated() {
                let words = ComponentText.text(component)
                let key = words.split(separator: " ").last.map(String.init) ?? words
                table.add(index == 0 ? Choice.text(pool.pool) : "", Words.percent(component.weight), key)
            }
        }
        return text + table.text + rest(revision)
    }

    /// What is agreed beside the keys.
    private static func rest(_ revision: AgreementRevision) -> String {
        var lines: [String] = []
        for pool in revision.pools where pool.balance == .carryForward {
            lines.append("\(Choice.text(pool.pool)): surplus and deficit are carried forward")
        }
        for pool in revision.pools where !pool.steps.isEmpty {
            lines.append(
                "\(Choice.text(pool.pool)): \(pool.steps.count) pre-charges, fixed sums, bounds and exemptions")
        }
        for rule in revision.guards {
            switch rule.guard {
            case .changesPerYear(let count): lines.append("at most \(count) changes in a year")
            case .decidedBefore(let day):
                lines.append("a change for a year is decided before \(day.day).\(day.month). of it")
            case nil: break
            }
        }
        if revision.partialMembership != .unspecified {
            lines.append("who joins or leaves within a period: \(Choice.text(revision.partialMembership))")
        }
        if revision.hasExitTerms {
            lines.append(
                "who leaves has part by \(Choice.text(revision.exitTerms.share))"
                    + (revision.exitTerms.deficitOnly ? ", of a deficit alone" : ""))
        }
        return lines.isEmpty ? "" : "\n" + lines.map { $0 + "\n" }.joined()
    }
}
