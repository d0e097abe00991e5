internal import API
internal import ArgumentParser
internal import Terminal

/// Names and changes of municipalities.
extension PartyCommands {
    struct Rename: ConnectedCommand {
        static let configuration = CommandConfiguration(
            abstract: "Gives a party a new name from a day on; what was before keeps the old one.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var change: ChangeOptions

        @Argument(help: "Code of the party.")
        var code: String
        @Option(help: "The new name.")
        var name: String
        @Option(help: "The first day of it.", transform: Arguments.day)
        var from: CivilDate

        func run(_ session: Session) async throws {
            var request = RenamePartyRequest()
            request.name = Names.party(code)
            request.displayName = name
            request.validFrom = from
            let response = try await MunicipalityServiceClient(session.client).renameParty(change.stamp(request))
            try session.show(response) { PartyCommands.table([response.partyName]) }
        }
    }

    struct ListNames: ConnectedCommand {
        static let configuration = CommandConfiguration(
            commandName: "names", abstract: "Lists the names of a party, newest first.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var asOf: AsOfOptions

        @Argument(help: "Code of the party.")
        var code: String

        func run(_ session: Session) async throws {
            var request = ListPartyNamesRequest()
            request.parent = Names.party(code)
            if let asOf = try asOf.message() { request.asOf = asOf }
            let response = try await MunicipalityServiceClient(session.client).listPartyNames(request)
            try session.show(response) { PartyCommands.table(response.partyNames) }
        }
    }

    struct RecordChange: ConnectedCommand {
        static let configuration = CommandConfiguration(
            commandName: "merge",
            abstract: "Records that a party ends on a day and who takes its place: merger, split or a new code.",
            discussion: """
                After a merger each party that ends is recorded by itself, with the same successor. After a split the \
                successors have shares of its rights and debts:
                  allmende party merge 09473132 --into 09473138 --on 2014-01-01 --legal-basis "..."
                  allmende party merge 09473132 --into 09473138=1/3 --into 09674210=2/3 --on 2014-01-01 ...
                """)
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var change: ChangeOptions

        @Argument(help: "Code of the party that ends.")
        var code: String
        @Option(
            name: .customLong("into"), help: "Code of a successor, and its share where there are several.",
            transform: { try PartValue($0, default: "1") })
        var successors: [PartValue]
        @Option(name: .customLong("on"), help: "The first day of the new state.", transform: Arguments.day)
        var day: CivilDate
        @Option(help: "The statute, order or contract it rests on.")
        var legalBasis: String

        func run(_ session: Session) async throws {
            var request = RecordMunicipalChangeRequest()
            request.municipalChange.predecessor = Names.party(code)
            request.municipalChange.effectiveDate = day
            request.municipalChange.legalBasis = legalBasis
            request.municipalChange.successors = try successors.map { part in
                var successor = Successor()
                successor.party = Names.party(part.party)
                successor.share = try Arguments.fraction(part.value)
                return successor
            }
            let response = try await MunicipalityServiceClient(session.client)
                .recordMunicipalChange(change.stamp(request))
            try session.show(response) { PartyCommands.table([response.municipalChange]) }
        }
    }

    struct ListChanges: ConnectedCommand {
        static let configuration = CommandConfiguration(
            commandName: "changes", abstract: "Lists mergers, splits and new codes, of one party or of all.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var asOf: AsOfOptions

        @Argument(help: "Code of the party; all when left out.")
        var code = "-"

        func run(_ session: Session) async throws {
            var all = ListMunicipalChangesResponse()
            var request = ListMunicipalChangesRequest()
            request.parent = Names.party(code)
            request.pageSize = 1000
            if let asOf = try asOf.message() { request.asOf = asOf }
            repeat {
                let page = try await MunicipalityServiceClient(session.client).listMunicipalChanges(request)
                all.municipalChanges += page.municipalChanges
                all.asOf = page.asOf
                request.pageToken = page.nextPageToken
            } while !request.pageToken.isEmpty
            try session.show(all) { PartyCommands.table(all.municipalChanges) }
        }
    }

    struct Successors: ConnectedCommand {
        static let configuration = CommandConfiguration(
            abstract: "Says who stands for a party on a day, however many changes lie between.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var asOf: AsOfOptions

        @Argument(help: "Code of the party.")
        var code: String

        func run(_ session: Session) async throws {
            var request = ResolveSuccessorsRequest()
            request.name = Names.party(code)
            if let asOf = try asOf.message() { request.asOf = asOf }
            let response = try await MunicipalityServiceClient(session.client).resolveSuccessors(request)
            try session.show(response) {
                var table = Table(.text("party"), .number("share"))
                for successor in response.successors {
                    table.add(Names.short(successor.party), Words.fraction(successor.share))
                }
                return table.text
            }
        }
    }

    private static func table(_ names: [PartyName]) -> String {
        var table = Table(.text("party"), .text("name"), .text("days"))
        for name in names { table.add(Names.short(name.party), name.displayName, Words.period(name.valid)) }
        return table.text
    }

    private static func table(_ changes: [MunicipalChange]) -> String {
        var table = Table(.text("ended"), .text("on"), .text("now"), .number("share"), .text("legal basis"))
        for change in changes {
            for (index, successor) in change.successors.enumerated() {
                let isFirst = index == 0
                table.add(
                    isFirst ? Names.short(change.predecessor) : "", isFirst ? Words.day(change.effectiveDate) : "",
                    Names.short(successor.party), Words.fraction(successor.share), isFirst ? change.legalBasis : "")
            }
        }
        return table.text
    }
}
