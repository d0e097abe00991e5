internal import API
internal import ArgumentParser

/// `allmende decision open`: one subcommand for each kind of change.
struct OpenDecision: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "open", abstract: "Opens a ballot on a change.",
        subcommands: [
            Found.self, Ownership.self, Adopt.self, Terminate.self, Approve.self, Reopen.self, Admit.self,
            AmendCharter.self, Publish.self, WithdrawRelease.self, AppointAuditor.self, Dissolve.self,
        ])

    /// What every ballot has.
    struct Ballot: ParsableArguments {
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var change: ChangeOptions
        @OptionGroup var parent: ConsortiumOption

        @Argument(help: "Id of the new decision, for example founding.")
        var decision: String
        @Option(help: "Last day for votes, in UTC; by the charter when left out.", transform: Arguments.day)
        var until: CivilDate?
        @Flag(help: "Only say what the decision would change; opens nothing.")
        var preview = false

        fileprivate func open(_ decision: Decision, _ session: Session) async throws {
            var request = OpenDecisionRequest()
            request.parent = Names.consortium(parent.consortium)
            request.decisionID = self.decision
            request.decision = decision
            request.validateOnly = preview
            if let until { request.decision.lastVotingDay = until }
            let response = try await DecisionServiceClient(session.client).openDecision(change.stamp(request))
            try session.show(response) {
                let effects = EffectTable.text(response.effects)
                return preview ? effects : DecisionCommands.text(response.decision) + "\n" + effects
            }
        }
    }

    struct Found: BallotCommand {
        static let configuration = CommandConfiguration(
            abstract: "On founding the consortium; everyone must agree.")
        @OptionGroup var ballot: Ballot

        func fill(_ decision: inout Decision, _ session: Session) async throws {
            decision.foundConsortium = FoundConsortium()
        }
    }

    struct Ownership: BallotCommand {
        static let configuration = CommandConfiguration(
            abstract: "On who owns which share of an application; whoever loses must agree.")
        @OptionGroup var ballot: Ballot

        @Option(help: "Id of the application.")
        var app: String
        @Option(
            name: .customLong("share"),
            help: "A party and its share, for example 09473132=1/2, 30 % or 0.2; repeat for each. They add up to 1.",
            transform: Arguments.share)
        var shares: [OwnershipShare] = []
        @Option(help: "Or a sale: who gives, who gets and how much, for example 09473132:09473138=1/10.")
        var sale: String?
        @Option(help: "Or a joiner and the share it gets, all owners giving in proportion.", transform: Arguments.share)
        var joiner: OwnershipShare?
        @Option(help: "Or a leaver, whose share goes to the others in proportion.")
        var leaver: String?
        @Option(help: "First day on which the shares hold.", transform: Arguments.day)
        var from: CivilDate

        func fill(_ decision: inout Decision, _ session: Session) async throws {
            decision.setOwnership.application = Names.application(app, in: ballot.parent.consortium)
            decision.setOwnership.shares = shares.sorted { $0.party < $1.party }
            decision.setOwnership.validFrom = from
            if let sale { decision.setOwnership.sale = try Arguments.sale(sale) }
            if let joiner {
                decision.setOwnership.dilution.joiner = joiner.party
                decision.setOwnership.dilution.share = joiner.share
            }
            if let leaver { decision.setOwnership.exit.leaver = Names.party(leaver) }
        }
    }

    struct Adopt: BallotCommand {
        static let configuration = CommandConfiguration(abstract: "On adopting a drafted revision of an agreement.")
        @OptionGroup var ballot: Ballot

        @Option(help: "Id of the agreement.")
        var agreement: String
        @Option(help: "Number of the revision.")
        var revision = 1

        func fill(_ decision: inout Decision, _ session: Session) async throws {
            decision.adoptAgreementRevision.agreementRevision = Names.revision(
                revision, of: agreement, in: ballot.parent.consortium)
        }
    }

    struct Terminate: BallotCommand {
        static let configuration = CommandConfiguration(abstract: "On ending an agreement.")
        @OptionGroup var ballot: Ballot

        @Option(help: "Id of the agreement.")
        var agreement: String
        @Option(help: "First day on which it holds no more.", transform: Arguments.day)
        var on: CivilDate

        func fill(_ decision: inout Decision, _ session: Session) async throws {
            decision.terminateAgreement.agreement = Names.agreement(agreement, in: ballot.parent.consortium)
            decision.terminateAgreement.endDate = on
        }
    }

    struct Approve: BallotCommand {
        static let configuration = CommandConfiguration(abstract: "On approving a calculated settlement.")
        @OptionGroup var ballot: Ballot

        @Option(help: "Id of the settlement.")
        var settlement: String

        func fill(_ decision: inout Decision, _ session: Session) async throws {
            decision.approveSettlement.settlement = Names.settlement(settlement, in: ballot.parent.consortium)
        }
    }

    struct Reopen: BallotCommand {
        static let configuration = CommandConfiguration(abstract: "On opening a closed period again.")
        @OptionGroup var ballot: Ballot

        @Option(help: "Id of the period.")
        var period: String

        func fill(_ decision: inout Decision, _ session: Session) async throws {
            decision.reopenPeriod.period = Names.period(period, in: ballot.parent.consortium)
        }
    }
}

/// A ballot on one kind of change.
protocol BallotCommand: ConnectedCommand {
    var ballot: OpenDecision.Ballot { get }

    /// Puts the change into the decision.
    func fill(_ decision: inout Decision, _ session: Session) async throws
}

extension BallotCommand {
    var connection: ConnectionOptions { ballot.connection }

    func run(_ session: Session) async throws {
        var decision = Decision()
        try await fill(&decision, session)
        try await ballot.open(decision, session)
    }
}
