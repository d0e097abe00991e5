internal import API
internal import ArgumentParser
internal import Foundation
internal import Terminal

/// `allmende audit`: what auditors say of entries, and what is known of their calls.
struct AuditCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "What auditors say of entries, and which calls they made.",
        subcommands: [Acknowledge.self, Question.self, Answer.self, Erase.self, Remarks.self, AccessLog.self])

    struct Acknowledge: ConnectedCommand {
        static let configuration = CommandConfiguration(
            abstract: "Says that an entry was looked into and is in order (auditors only).")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var change: ChangeOptions
        @OptionGroup var parent: ConsortiumOption

        @Argument(help: "Position of the entry.")
        var entry: Int64
        @Option(help: "What was found.")
        var note: String = ""

        func run(_ session: Session) async throws {
            try await AuditCommands.create(
                .acknowledged, entry: entry, note: note, in: parent.consortium, change, session)
        }
    }

    struct Question: ConnectedCommand {
        static let configuration = CommandConfiguration(
            abstract: "Asks the coordination office about an entry (auditors only).")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var change: ChangeOptions
        @OptionGroup var parent: ConsortiumOption

        @Argument(help: "Position of the entry.")
        var entry: Int64
        @Option(help: "The question.")
        var note: String

        func run(_ session: Session) async throws {
            try await AuditCommands.create(
                .questioned, entry: entry, note: note, in: parent.consortium, change, session)
        }
    }

    struct Answer: ConnectedCommand {
        static let configuration = CommandConfiguration(
            abstract: "Answers an auditor's question (coordination office only).")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var change: ChangeOptions
        @OptionGroup var parent: ConsortiumOption

        @Argument(help: "Number of the question.")
        var remark: String
        @Option(help: "The answer.")
        var note: String

        func run(_ session: Session) async throws {
            var request = AnswerRemarkRequest()
            request.name = Names.remark(remark, in: parent.consortium)
            request.note = note
            let response = try await AuditServiceClient(session.client).answerRemark(change.stamp(request))
            try session.show(response) { RemarkTable.text([response.remark]) }
        }
    }

    struct Erase: ConnectedCommand {
        static let configuration = CommandConfiguration(
            abstract: "Erases the note of a remark for good; its digest stays in the register.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var change: ChangeOptions
        @OptionGroup var parent: ConsortiumOption

        @Argument(help: "Number of the remark.")
        var remark: String

        func run(_ session: Session) async throws {
            var request = EraseRemarkNoteRequest()
            request.name = Names.remark(remark, in: parent.consortium)
            let response = try await AuditServiceClient(session.client).eraseRemarkNote(change.stamp(request))
            try session.show(response) { RemarkTable.text([response.remark]) }
        }
    }

    struct Remarks: ConnectedCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists the remarks on a consortium's entries.")
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var parent: ConsortiumOption

        func run(_ session: Session) async throws {
            var request = ListRemarksRequest()
            request.parent = Names.consortium(parent.consortium)
            let all = try await request.all { try await AuditServiceClient(session.client).listRemarks($0) }
            try session.show(all) { RemarkTable.text(all.remarks) }
        }
    }

    struct AccessLog: ConnectedCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists the calls that auditors made (coordination office and operators).")
        @OptionGroup var connection: ConnectionOptions

        @Option(help: "Id of the consortium; all that you may see when left out.")
        var consortium: String?

        func run(_ session: Session) async throws {
            var request = ListAccessesRequest()
            if let consortium { request.parent = Names.consortium(consortium) }
            let all = try await request.all { try await AuditServiceClient(session.client).listAccesses($0) }
            try session.show(all) { AccessTable.text(all.accesses) }
        }
    }

    private static func create(
        _ kind: RemarkKind, entry: Int64, note: String, in consortium: String, _ change: ChangeOptions,
        _ session: Session
    ) async throws {
        var request = CreateRemarkRequest()
        request.parent = Names.consortium(consortium)
        request.entryPosition = entry
        request.kind = kind
        request.note = note
        let response = try await AuditServiceClient(session.client).createRemark(change.stamp(request))
        try session.show(response) { RemarkTable.text([response.remark]) }
    }
}
