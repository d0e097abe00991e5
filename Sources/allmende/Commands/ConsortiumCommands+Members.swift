internal import API
internal import ArgumentParser
internal import Foundation
internal import Terminal

/// Joining, leaving, and what the supervisory authority says.
extension ConsortiumCommands {
    struct Approval: ConnectedCommand {
        static let configuration = CommandConfiguration(
            abstract: "Records what the supervisory authority said to the founding.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var change: ChangeOptions
        @OptionGroup var answer: ApprovalOptions

        @Argument(help: "Id of the consortium.")
        var consortium: String

        func run(_ session: Session) async throws {
            var request = RecordApprovalRequest()
            request.name = Names.consortium(consortium)
            request.approval = try answer.approval()
            let response = try await ConsortiumServiceClient(session.client).recordApproval(change.stamp(request))
            try session.show(response) { ConsortiumCommands.text(response.consortium) }
        }
    }

    struct Apply: ConnectedCommand {
        static let configuration = CommandConfiguration(
            abstract: "Applies for membership; the members then decide.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var change: ChangeOptions

        @Argument(help: "Id of the consortium.")
        var consortium: String
        @Option(help: "Code of the party that wants to join.")
        var party: String
        @Option(help: "The written application; its SHA-256 goes into the register.")
        var document: String?

        func run(_ session: Session) async throws {
            var request = ApplyForMembershipRequest()
            request.parent = Names.consortium(consortium)
            request.party = Names.party(party)
            if let document { request.documentSha256 = try Data(FileDigest.bytes(of: document, or: nil)) }
            let response = try await ConsortiumServiceClient(session.client).applyForMembership(change.stamp(request))
            try session.show(response) { MembershipTable.text([response.membership]) }
        }
    }

    struct WithdrawApplication: ConnectedCommand {
        static let configuration = CommandConfiguration(
            abstract: "Takes back an application for membership that was not decided on.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var change: ChangeOptions

        @Argument(help: "Id of the consortium.")
        var consortium: String
        @Option(help: "Code of the party that has applied.")
        var party: String

        func run(_ session: Session) async throws {
            var request = WithdrawMembershipApplicationRequest()
            request.name = Names.membership(of: party, in: consortium)
            let response = try await ConsortiumServiceClient(session.client)
                .withdrawMembershipApplication(change.stamp(request))
            try session.show(response) {
                "The application of \(party) is closed; entry \(response.registerPosition) of the register.\n"
            }
        }
    }

    struct Quote: ConnectedCommand {
        static let configuration = CommandConfiguration(abstract: "Says what a joiner would pay to buy in.")
        @OptionGroup var connection: ConnectionOptions

        @Argument(help: "Id of the consortium.")
        var consortium: String
        @Option(help: "Code of the party that would join.")
        var party: String
        @Option(help: "Ownership share it would get, where the charter goes by value.", transform: Arguments.fraction)
        var share: Fraction?
        @Option(help: "Reference date, where the charter goes by inhabitants.", transform: Arguments.day)
        var date: CivilDate?

        func run(_ session: Session) async throws {
            var request = QuoteBuyInRequest()
            request.parent = Names.consortium(consortium)
            request.party = Names.party(party)
            if let share { request.share = share }
            if let date { request.referenceDate = date }
            let response = try await ConsortiumServiceClient(session.client).quoteBuyIn(request)
            try session.show(response) { response.explanation + "\n" }
        }
    }

    struct Notice: ConnectedCommand {
        static let configuration = CommandConfiguration(
            abstract: "Gives notice for your party, or records a written notice.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var change: ChangeOptions

        @Argument(help: "Id of the consortium.")
        var consortium: String
        @Option(help: "Code of the party that leaves.")
        var party: String
        @Option(help: "Day on which the notice was received; today when left out.", transform: Arguments.day)
        var received: CivilDate?
        @Option(
            help: "First day on which the party is gone; the earliest by the charter when left out.",
            transform: Arguments.day)
        var exit: CivilDate?
        @Flag(help: "For cause, without the charter's period.")
        var forCause = false
        @Option(help: "The written notice; its SHA-256 goes into the register.")
        var document: String?
        @Flag(help: "Only say when the party could be gone.")
        var preview = false

        func run(_ session: Session) async throws {
            var request = GiveNoticeRequest()
            request.name = Names.membership(of: party, in: consortium)
            if let received { request.receivedOn = received }
            if let exit { request.exitOn = exit }
            request.forCause = forCause
            if let document { request.documentSha256 = try Data(FileDigest.bytes(of: document, or: nil)) }
            request.validateOnly = preview
            let response = try await ConsortiumServiceClient(session.client).giveNotice(change.stamp(request))
            try session.show(response) {
                "\(response.explanation)\n\n" + MembershipTable.text([response.membership])
            }
        }
    }

    struct Members: ConnectedCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists memberships, former ones included; with --on those that last on a day.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var asOf: AsOfOptions

        @Argument(help: "Id of the consortium.")
        var consortium: String

        func run(_ session: Session) async throws {
            var request = ListMembershipsRequest()
            request.parent = Names.consortium(consortium)
            if let asOf = try asOf.message() { request.asOf = asOf }
            let response = try await request.all {
                try await ConsortiumServiceClient(session.client).listMemberships($0)
            }
            try session.show(response) { MembershipTable.text(response.memberships) }
        }
    }

    struct Settle: ConnectedCommand {
        static let configuration = CommandConfiguration(
            abstract: "Records that everything with a former member is settled.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var change: ChangeOptions

        @Argument(help: "Id of the consortium.")
        var consortium: String
        @Option(help: "Code of the party that has left.")
        var party: String
        @Option(help: "The final settlement; its SHA-256 goes into the register.")
        var document: String?

        func run(_ session: Session) async throws {
            var request = SettleMembershipRequest()
            request.name = Names.membership(of: party, in: consortium)
            if let document { request.documentSha256 = try Data(FileDigest.bytes(of: document, or: nil)) }
            let response = try await ConsortiumServiceClient(session.client).settleMembership(change.stamp(request))
            try session.show(response) { MembershipTable.text([response.membership]) }
        }
    }

    struct Liquidated: ConnectedCommand {
        static let configuration = CommandConfiguration(
            abstract: "Ends a liquidation once every membership is settled.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var change: ChangeOptions
        @OptionGroup var answer: ApprovalOptions

        @Argument(help: "Id of the consortium.")
        var consortium: String

        func run(_ session: Session) async throws {
            var request = CompleteLiquidationRequest()
            request.name = Names.consortium(consortium)
            if answer.isGiven { request.approval = try answer.approval() }
            let response = try await ConsortiumServiceClient(session.client).completeLiquidation(change.stamp(request))
            try session.show(response) { ConsortiumCommands.text(response.consortium) }
        }
    }
}

/// What a supervisory authority said.
struct ApprovalOptions: ParsableArguments {
    @Option(help: "Reference of the supervisory authority (Aktenzeichen).")
    var reference: String?
    @Option(help: "Day of its answer.", transform: Arguments.day)
    var date: CivilDate?
    @Flag(help: "It refused.")
    var refused = false
    @Option(help: "Its document; the SHA-256 goes into the register.")
    var document: String?

    var isGiven: Bool { reference != nil || date != nil || refused || document != nil }

    func approval() throws -> Approval {
        guard let reference, let date else {
            throw ValidationError("Give --reference and --date of the authority's answer.")
        }
        var approval = Approval()
        approval.granted = !refused
        approval.reference = reference
        approval.date = date
        if let document { approval.documentSha256 = try Data(FileDigest.bytes(of: document, or: nil)) }
        return approval
    }
}

/// Memberships as a table.
enum MembershipTable {
    static func text(_ memberships: [Membership]) -> String {
        var table = Table(
            .text("party"), .text("state"), .number("votes"), .text("days"), .text("notice"), .text("buy-in"))
        for membership in memberships {
            table.add(
                Names.short(membership.party), Choice.text(membership.state), "\(membership.voteWeight)",
                membership.hasValid ? Words.period(membership.valid) : "",
                membership.hasNoticeDate
                    ? Words.day(membership.noticeDate) + (membership.forCause ? ", for cause" : "") : "",
                membership.hasBuyIn ? Words.money(membership.buyIn) : "")
        }
        return table.text
    }
}
